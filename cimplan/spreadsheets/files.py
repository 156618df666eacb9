"""Spreadsheet files, read into rows of texts: XLSX, and CSV with commas, semicolons or tabs."""

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cimplan.spreadsheets import reader
from cimplan.spreadsheets.reader import MOST_COLUMNS, MOST_ROWS, Unfit
from cimplan.tables import without_apostrophe
from documents.apart import PaperError, run_module
from mandates.texts import clean_text

LARGEST_FILE = 2 * 1024 * 1024

SENTENCES = {
    "broken": gettext_lazy(
        "The file cannot be read as a spreadsheet: it is damaged or cut off. Open it in Excel or "
        "LibreOffice, save it as .xlsx and send that."
    ),
    "not_excel": gettext_lazy(
        "The file is an archive, but no Excel workbook. Save it as .xlsx and send that."
    ),
    "unpacked": gettext_lazy(
        "The file unpacks to more than 20 MB. Delete empty rows and pictures, or send it in parts."
    ),
    "merged": gettext_lazy(
        "Cells %(cells)s are merged, so it cannot be told to which row their words belong. Unmerge "
        "them, fill each cell, and send the file again."
    ),
    "columns": gettext_lazy(
        "Row %(row)s has more than %(most)s columns. Delete those that are not of the table."
    ),
    "rows": gettext_lazy(
        "The sheet has more than %(most)s rows. Send it in parts, or have it imported on the "
        "server (manage.py import_table), where there is no limit."
    ),
    "formula": gettext_lazy(
        "Row %(row)s, column %(column)s holds a formula (%(value)s). Copy the column and paste it "
        "as values, so that the file says what is meant."
    ),
    "error": gettext_lazy("Row %(row)s, column %(column)s shows an error (%(value)s). Correct it."),
}


class SheetError(Exception):
    """A file that cannot be taken in at all; a sentence for who sent it."""


#: Between the texts of a row; `clean_text` leaves it in none of them.
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number in the file, from 1 for the headings. Its texts are kept as one
    string of bytes: of 80,000 rows, the texts themselves take three times the memory."""

    number: int
    content: bytes

    @classmethod
    def of(cls, number: int, texts: list[str]) -> "Row":
        return cls(number, SEPARATOR.join(texts).encode())

    @property
    def texts(self) -> list[str]:
        return self.content.decode().split(SEPARATOR)


@dataclass(frozen=True)
class Sheet:
    """A table of texts: its title, the first row, and the others that are not empty."""

    title: str
    headings: list[str]
    rows: list[Row]

    def as_data(self) -> dict[str, Any]:
        """What JSON can hold; `from_data` takes it back."""
        rows = [[row.number, row.texts] for row in self.rows]
        return {"title": self.title, "headings": self.headings, "rows": rows}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Sheet":
        rows = [Row.of(number, texts) for number, texts in data["rows"]]
        return cls(data["title"], data["headings"], rows)


def read_sheet(content: bytes, wanted: str, *, limited: bool, name: str = "") -> Sheet:
    """The table in a file. wanted: the title of the sheet, where there are several. name: the
    file's.

    limited: as sent to the web, at most 2 MB, 20 MB unpacked, 5,000 rows and 40 columns, read in a
    process apart. Raises SheetError.
    """
    if limited and len(content) > LARGEST_FILE:
        raise SheetError(
            _("The file has more than 2 MB. Send it in parts, or import it on the server.")
        )
    if not content.strip():
        raise SheetError(_("The file is empty."))
    if content.startswith(b"%PDF"):
        raise SheetError(_("This is a PDF, whatever its name says. Send the .xlsx or a CSV."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetError(
            _("This is an old .xls, or a workbook with a password. Save it as .xlsx, without one.")
        )
    is_archive = content.startswith(b"PK")
    if name.lower().endswith((".xlsx", ".xls")) and not is_archive:
        raise SheetError(
            _(
                "This is no Excel workbook, whatever its name says. Send the .xlsx, or a CSV that "
                "is called .csv."
            )
        )
    title, rows = _of_workbook(content, wanted, limited) if is_archive else ("", _of_csv(content))
    if not rows:
        raise SheetError(_("The sheet is empty."))
    if limited and len(rows) > MOST_ROWS + 1:
        raise SheetError(SENTENCES["rows"] % {"most": f"{MOST_ROWS:,}"})
    if limited and any(len(row.texts) > MOST_COLUMNS for row in rows):
        wide = next(row.number for row in rows if len(row.texts) > MOST_COLUMNS)
        raise SheetError(SENTENCES["columns"] % {"most": MOST_COLUMNS, "row": wide})
    return Sheet(title, [text.strip() for text in rows[0].texts], rows[1:])


def _of_workbook(content: bytes, wanted: str, limited: bool) -> tuple[str, list[Row]]:
    try:
        # What can be told without unpacking is told at once.
        reader.look_inside(content, limited=limited)
        if limited:
            found = json.loads(run_module("cimplan.spreadsheets.reader", wanted, content))
            if "unfit" in found:
                raise Unfit(found["unfit"], **found["values"])
        else:
            found = reader.read_workbook(content, wanted, limited=False)
    except Unfit as unfit:
        raise SheetError(SENTENCES[unfit.what] % unfit.values) from unfit
    except PaperError as error:
        raise SheetError(
            _("The file takes too long to read. Copy its rows into a new workbook and send that.")
        ) from error
    rows = [Row.of(number, [clean_text(text) for text in texts]) for number, texts in found["rows"]]
    return found["title"], rows


def _of_csv(content: bytes) -> list[Row]:
    _refuse_other_letters(content)
    first = io.BytesIO(content).readline()
    delimiter = max(",;\t", key=lambda sign: first.count(sign.encode()))
    csv.field_size_limit(10_000_000)
    rows = []
    # Decoded line by line, since all of it at once takes several times the file.
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    table = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(table, 1):
            texts = [clean_text(without_apostrophe(cell)) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                rows.append(Row.of(number, texts))
    except csv.Error as error:
        raise SheetError(
            _("Line %(line)s is not CSV (%(reason)s). Look for a quotation mark left open.")
            % {"line": table.line_num, "reason": error}
        ) from error
    return rows


def _refuse_other_letters(content: bytes) -> None:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SheetError(
            _("Line %(line)s is not UTF-8. In Excel choose “CSV UTF-8”, or send the .xlsx.")
            % {"line": line}
        ) from error
    if b"\x00" in content:
        raise SheetError(SENTENCES["broken"])
