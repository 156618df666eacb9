"""The page of a filtered list: its rows, its form, its files."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cimplan.filtering import ListFilters
from cimplan.paging import page_of
from cimplan.tables import Table, file_of


def filtered_list(
    request: HttpRequest,
    template: str,
    filters: ListFilters,
    *,
    table: Table,
    shown: Callable[[ListFilters, QuerySet], QuerySet] = lambda filters, rows: rows,
) -> HttpResponse:
    """One page of the rows that the filters leave, or all of them as the file asked for.

    shown: gives rows what a line of the list shows. Where a filter is not understood the
    answer is 400, with the form as it was filled in and no rows.
    """
    if not filters.is_valid():
        return render(request, template, {"filters": filters}, status=400)
    if not filters.is_in_short:
        return redirect(filters.address)
    if "format" in request.GET:
        return file_of(request, table, filters, request.GET["format"])
    counted = None if filters.chosen else filters.counted
    page = page_of(request, filters.qs, lines=shown(filters, filters.queryset), counted=counted)
    return render(request, template, {"filters": filters, "page": page})
