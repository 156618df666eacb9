"""The spreadsheet of a table: what is taken out to be worked on, and comes back."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cimplan.spreadsheets.headings import VERSION_HEADING
from cimplan.spreadsheets.resource import CHUNK, Resource
from cimplan.tables import Book, Column, csv_lines, in_pieces


def _columns(resource: Resource) -> list[Column]:
    """Each reads its cell of a row that is cells already."""
    told = [*resource.columns, *(one for one in resource.beside if one.offered)]
    headings = [(str(one.heading), one.width) for one in told]
    if resource.versioned:
        headings.append((str(VERSION_HEADING), 12))
    return [
        Column(heading, lambda row, place=place: row[place], width)
        for place, (heading, width) in enumerate(headings)
    ]


def _rows(resource: Resource, rows: QuerySet) -> Iterator[list[Any]]:
    """The cells of each row, its version last."""
    found = resource.rows_for_export(rows).iterator(chunk_size=CHUNK)
    for piece in in_pieces(found, CHUNK):
        for record in resource.linked(piece):
            yield resource.cells(record) + ([record.version] if resource.versioned else [])


def csv_of(resource: Resource, rows: QuerySet) -> Iterable[bytes]:
    """The rows as CSV, a line at a time: UTF-8 with the mark that Excel knows it by."""
    return csv_lines(_columns(resource), _rows(resource, rows))


def xlsx_of(resource: Resource, rows: QuerySet, day: date) -> bytes:
    """The rows as a workbook that bears no other time than the day; choices are offered.

    Raises BadRequest where a text is longer than a cell can hold.
    """
    columns = _columns(resource)
    book = Book(day)
    book.add_rows(str(resource.title), columns, _rows(resource, rows))
    offered = {
        number: [str(word) for word in column.widget.choices]
        for number, column in enumerate(resource.columns)
        if column.widget.choices
    }
    book.add_choices(_("Choices"), columns, offered)
    return book.content()
