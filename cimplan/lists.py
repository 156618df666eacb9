"""The page of a filtered list: its rows, its form, its files."""

from collections.abc import Callable, Sequence

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cimplan.filtering import ListFilters
from cimplan.paging import LinesPaginator, lines_with, page_asked_of
from cimplan.tables import Table, file_of


def _as_listed(filters: ListFilters, keys: Sequence[int]) -> list[Model]:
    return lines_with(keys, filters.queryset)


def filtered_list(
    request: HttpRequest,
    template: str,
    filters: ListFilters,
    *,
    table: Table,
    lines: Callable[[ListFilters, Sequence[int]], Sequence] = _as_listed,
) -> HttpResponse:
    """One page of the rows that the filters leave, or all of them as the file asked for.

    lines: gives, for the keys of rows, what the page shows of each. Where a filter is not
    understood the answer is 400, with the form as it was filled in and no rows.
    """
    if not filters.is_valid():
        return render(request, template, {"filters": filters}, status=400)
    if not filters.is_in_short:
        return redirect(filters.address)
    if "format" in request.GET:
        return file_of(request, table, filters, request.GET["format"])
    paginator = LinesPaginator(
        lambda start, stop: lines(filters, filters.keys_between(start, stop)), filters.left
    )
    page = page_asked_of(paginator, request)
    return render(request, template, {"filters": filters, "page": page})
