"""The rows of a list as a file: the same rows, in the same order, as CSV or as a spreadsheet.

A text that a spreadsheet would take for a formula is never one. In CSV, which has no other way to
say so, a cell that begins with = + - @, a tab or a carriage return has an apostrophe put before
it: whoever reads the file by program takes exactly one off again. In XLSX a text is stored as a
text, with the mark that a typed apostrophe leaves, and its words are untouched.

The same data and the same day give the same bytes.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import ExcelWriter

from cimplan.filtering import ListFilters
from mandates.models.records import may_see_drafts
from mandates.texts import clean_text

Cell = str | int | date | None

#: The rows a spreadsheet takes here; a CSV has no limit, since it is sent row by row.
XLSX_ROWS = 10_000
#: Rows read from the database at a time.
CHUNK = 1000
#: Characters; Excel's own limit, beyond which openpyxl would cut the text off.
LONGEST_CELL = 32_767
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NAME = 100
#: The first moment that a ZIP archive can name.
NO_TIME = (1980, 1, 1, 0, 0, 0)


class Column(NamedTuple):
    """A column: its heading, what a row has there, and its width in characters."""

    heading: str
    value: Callable[[Any], Cell]
    width: int = 16


@dataclass(frozen=True)
class Table:
    """A list as a table. name: the first word of the file's name. columns: made for a request,
    in whose language the headings are. rows: those the filters leave. complete: gives some of them
    what the columns need of other tables, where the query set itself does not."""

    name: str
    columns: Callable[[HttpRequest], list[Column]]
    rows: Callable[[ListFilters], QuerySet]
    complete: Callable[[HttpRequest], Callable[[list[Any]], None]] | None = None

    def read(self, filters: ListFilters) -> Iterator[Any]:
        """The rows with all that the columns need, some in memory at a time."""
        # Put together before the first byte is sent: what fails then is said on a page.
        rows = self.rows(filters).iterator(chunk_size=CHUNK)
        return _completed(rows, self.complete and self.complete(filters.request))


def _completed(rows: Iterable[Any], complete: Callable[[list[Any]], None] | None) -> Iterator[Any]:
    for piece in in_pieces(rows, CHUNK):
        if complete:
            complete(piece)
        yield from piece


def in_pieces(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """So many of the rows at a time."""
    rest = iter(rows)
    while piece := list(islice(rest, size)):
        yield piece


def file_of(request: HttpRequest, table: Table, filters: ListFilters, form: str) -> HttpResponse:
    """The rows that the filters leave, in the form asked for: "csv" or "xlsx".

    Raises BadRequest for any other form, and for more rows than a spreadsheet takes here.
    """
    writers = {"csv": _csv_response, "xlsx": _xlsx_response}
    if form not in writers:
        raise BadRequest(
            _("A list is given as csv or as xlsx, not as “%(form)s”.")
            % {"form": clean_text(form)[:40]}
        )
    return writers[form](request, table, filters)


def file_name(request: HttpRequest, table: Table, filters: ListFilters, form: str) -> str:
    """What the file is, as of when, by which filters: mandates-2003-02-20-status-planned.csv."""
    chosen = [slugify(" ".join([name, *values])) for name, values in filters.chosen.items()]
    name = "-".join([table.name, request.as_of.isoformat(), *chosen])
    return f"{name[:LONGEST_NAME].rstrip('-')}.{form}"


def _columns(request: HttpRequest, table: Table) -> list[Column]:
    """For those who see drafts with one that says which rows are: files are handed on."""
    columns = table.columns(request)
    if may_see_drafts(request.user):
        is_draft = Column(_("Draft"), lambda row: "" if row.published else _("draft"), 10)
        columns.append(is_draft)
    return columns


def _as_download(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


# --- CSV -------------------------------------------------------------------------------------


def without_formulas(text: str) -> str:
    """The text as a CSV cell that no spreadsheet calculates; `without_apostrophe` takes it back,
    one that begins with apostrophes of its own included."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def without_apostrophe(cell: str) -> str:
    """The text of a CSV cell, without the one apostrophe that kept it from being calculated."""
    marked = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS)
    return cell[1:] if marked else cell


def _csv_response(request: HttpRequest, table: Table, filters: ListFilters) -> HttpResponse:
    columns = _columns(request, table)
    content = _together(csv_lines(columns, table.read(filters)))
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    return _as_download(response, file_name(request, table, filters, "csv"))


def _together(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines, many at a time: each piece is a journey through everything that answers."""
    return map(b"".join, in_pieces(lines, CHUNK))


class _Line:
    """What csv writes to: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    writer = csv.writer(_Line())
    # The mark of byte order is how Excel knows UTF-8.
    yield writer.writerow([column.heading for column in columns]).encode("utf-8-sig")
    for row in rows:
        yield writer.writerow([_csv_cell(column.value(row)) for column in columns]).encode()


def _csv_cell(value: Cell) -> str:
    if not value and value != 0:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return without_formulas(clean_text(str(value)))


# --- XLSX ------------------------------------------------------------------------------------


def _xlsx_response(request: HttpRequest, table: Table, filters: ListFilters) -> HttpResponse:
    count = filters.qs.order_by().count()
    if count > XLSX_ROWS:
        problem = _(
            "The list has %(count)s rows, and a spreadsheet takes %(limit)s here. Narrow the list "
            "with its filters, or take it as CSV, which has no limit."
        )
        raise BadRequest(problem % {"count": count, "limit": XLSX_ROWS})
    book = Book(request.as_of)
    book.add_rows(filters.title, _columns(request, table), table.read(filters))
    book.add_facts(_("About"), _about(request, filters, count))
    response = HttpResponse(
        book.content(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    return _as_download(response, file_name(request, table, filters, "xlsx"))


def _about(request: HttpRequest, filters: ListFilters, count: int) -> list[tuple[str, Cell]]:
    """What the rows are: the filters, the day, the address."""
    total = filters.queryset.order_by().count()
    in_all = ngettext("%(count)s of %(total)s row", "%(count)s of %(total)s rows", total)
    return [
        (_("Rows"), in_all % {"count": count, "total": total}),
        (_("As of"), request.as_of),
        *(filters.in_words or [(_("Filters"), _("none"))]),
        (_("Address"), request.build_absolute_uri(filters.page_address)),
    ]


class Book:
    """A workbook of texts, numbers and days, which bears no other time than the given day."""

    def __init__(self, day: date) -> None:
        self.book = Workbook(write_only=True)
        self.book.properties.creator = "cimplan"
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 -- openpyxl knows no zones
        self.book.properties.created = self.book.properties.modified = moment
        self.styles: dict[str, Any] = {}

    def add_rows(self, title: str, columns: list[Column], rows: Iterable[Any]) -> None:
        sheet = self.book.create_sheet(title[:31])
        for number, column in enumerate(columns):
            sheet.column_dimensions[get_column_letter(number + 1)].width = column.width
        sheet.freeze_panes = "B2"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.append([self._cell(sheet, column.heading, "heading") for column in columns])
        for row in rows:
            sheet.append([self._cell(sheet, column.value(row)) for column in columns])

    def add_choices(self, title: str, columns: list[Column], lists: dict[int, list[str]]) -> None:
        """Where a column takes one of a list, the spreadsheet offers it; columns by number."""
        sheet, choices = self.book.worksheets[0], self.book.create_sheet(title[:31])
        choices.sheet_state = "hidden"
        height = max((len(words) for words in lists.values()), default=0)
        for line in range(height):
            choices.append(
                [
                    self._cell(choices, words[line] if line < len(words) else None)
                    for words in lists.values()
                ]
            )
        for place, (number, words) in enumerate(lists.items()):
            letter, at = get_column_letter(number + 1), get_column_letter(place + 1)
            rule = DataValidation(
                type="list",
                formula1=f"'{choices.title}'!${at}$1:${at}${len(words)}",
                allow_blank=True,
                showErrorMessage=True,
                sqref=f"{letter}2:{letter}{XLSX_ROWS}",
            )
            rule.error = _("Choose one of the list.")
            rule.errorTitle = columns[number].heading[:32]
            sheet.data_validations.append(rule)

    def add_facts(self, title: str, facts: list[tuple[str, Cell]]) -> None:
        sheet = self.book.create_sheet(title[:31])
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 20, 100
        for name, value in facts:
            sheet.append([self._cell(sheet, name, "heading"), self._cell(sheet, value)])

    def _cell(self, sheet: Any, value: Cell, style: str = "") -> WriteOnlyCell:
        is_text = not isinstance(value, int | date | None)
        if is_text and len(str(value)) > LONGEST_CELL:
            raise BadRequest(
                _(
                    "A text of %(length)s characters begins “%(begins)s…”, and a cell of a "
                    "spreadsheet holds %(most)s. Take the table as CSV, which has no limit."
                )
                % {"length": len(str(value)), "begins": str(value)[:60], "most": LONGEST_CELL}
            )
        cell = WriteOnlyCell(sheet, clean_text(str(value)) if is_text else value)
        if is_text:
            cell.data_type = "s"  # else a text that begins with = would be a formula
        cell._style = copy(self._style(sheet, style or ("text" if is_text else "")))
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        return cell

    def _style(self, sheet: Any, name: str) -> Any:
        """The style of a cell, made once: openpyxl makes them at a price."""
        if name not in self.styles:
            cell = WriteOnlyCell(sheet)
            cell.alignment = Alignment(vertical="top", wrap_text=name == "text")
            cell.quotePrefix = name == "text"
            if name == "heading":
                cell.font = Font(bold=True)
            self.styles[name] = cell._style
        return self.styles[name]

    def content(self) -> bytes:
        made = io.BytesIO()
        # Not through Workbook.save, which stamps the clock on what it writes.
        ExcelWriter(self.book, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED)).save()
        return without_times(made.getvalue())


def without_times(archive: bytes) -> bytes:
    """The ZIP archive with the same files, none of which says when it was written."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as written,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as plain,
    ):
        for name in written.namelist():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            plain.writestr(entry, written.read(name))
    return made.getvalue()
