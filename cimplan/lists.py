"""The page of a filtered list: its rows, its form, its files."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from cimplan.filtering import ListFilters
from cimplan.page_cache import key_of
from cimplan.paging import LinesPaginator, lines_with, page_asked_of
from cimplan.tables import Table, file_of

#: Stands before a key where the page of a list has room for a status. Nobody else can write it.
_ROOM = secrets.token_hex(16)
_ROOMS = re.compile(rf"{_ROOM}(\d+);".encode())


def room_for(keys: Sequence[int]) -> dict[int, SafeString]:
    """What stands in lines, by their keys, where a status is to stand."""
    return {key: mark_safe(f"{_ROOM}{key};") for key in keys}  # noqa: S308 - ours


def _as_listed(filters: ListFilters, keys: Sequence[int]) -> list[Model]:
    return lines_with(keys, filters.queryset)


def filtered_list(
    request: HttpRequest,
    template: str,
    filters: ListFilters,
    *,
    table: Table,
    lines: Callable[[ListFilters, Sequence[int]], Sequence] = _as_listed,
    statuses: Callable[[ListFilters, Sequence[int]], Mapping[int, SafeString]] | None = None,
) -> HttpResponse:
    """One page of the rows that the filters leave, or all of them as the file asked for.

    lines: gives, for the keys of rows, what the page shows of each. statuses: gives, by the keys,
    what is to stand where lines have room for it; reports of progress are what is written most, and
    the page with the same rows on it is then not written again. Where a filter is not understood
    the answer is 400, with the form as it was filled in and no rows.
    """
    if not filters.is_valid():
        return render(request, template, {"filters": filters}, status=400)
    if not filters.is_in_short:
        return redirect(filters.address)
    if "format" in request.GET:
        return file_of(request, table, filters, request.GET["format"])
    page = page_asked_of(LinesPaginator(filters.keys_between, filters.left), request)
    keys = page.object_list

    def written() -> bytes:
        page.object_list = lines(filters, keys)
        return render_to_string(template, {"filters": filters, "page": page}, request).encode()

    if statuses is None:
        return HttpResponse(written())
    # With what was found for it already, of which nobody would know what that was read from.
    name = ("page", key_of(request), filters.counted, filters.left, tuple(keys))
    return HttpResponse(_filled(filters.remembered(name, written), statuses(filters, keys)))


def _filled(page: bytes, statuses: Mapping[int, SafeString]) -> bytes:
    pieces = _ROOMS.split(page)
    pieces[1::2] = [statuses[int(key)].encode() for key in pieces[1::2]]
    return b"".join(pieces)
