"""Reads a spreadsheet in a process of its own: hostile files must not take the web worker's time
or memory. Knows no Django; what is wrong comes out as a word, which `files` puts into a sentence.
"""

import io
import json
import re
import sys
import zipfile
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import load_workbook

MOST_UNPACKED = 20 * 1024 * 1024
MOST_MEMBERS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 40
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]{2,20})"')


class Unfit(Exception):
    """A file that cannot be taken in. The words are a key of `files.SENTENCES` and its values."""

    def __init__(self, what: str, **values: Any) -> None:
        super().__init__(what)
        self.what, self.values = what, values


def look_inside(content: bytes, *, limited: bool) -> None:
    """Raise Unfit where the archive is no workbook, or would unpack to more than it may. Nothing
    is unpacked for this; zipfile reads no more of a member than the archive says it has."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unfit("broken") from error
    if limited and len(members) > MOST_MEMBERS:
        raise Unfit("unpacked")
    if limited and sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unfit("unpacked")
    if not any(member.filename.lower() == "xl/workbook.xml" for member in members):
        raise Unfit("not_excel")


def read_workbook(content: bytes, wanted: str, *, limited: bool) -> dict[str, Any]:
    """The texts of the sheet called `wanted`, else of the first: its title, and each row that is
    not empty with its number. Days become 2003-02-14. Raises Unfit."""
    look_inside(content, limited=limited)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
        named = [sheet for sheet in book.worksheets if sheet.title == wanted]
        sheet = (named or book.worksheets)[0]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            merged = _MERGED.search(archive.read(sheet._worksheet_path))
        if merged:
            raise Unfit("merged", cells=merged[1].decode())
        sheet.reset_dimensions()
        return {"title": sheet.title, "rows": _rows(sheet, limited)}
    except Unfit:
        raise
    except Exception as error:  # openpyxl raises whatever a broken file makes it stumble on
        raise Unfit("broken") from error


def _rows(sheet: Any, limited: bool) -> list[Any]:
    rows: list[Any] = []
    most = MOST_COLUMNS + 1 if limited else 1_000
    for number, cells in enumerate(sheet.iter_rows(max_col=most), 1):
        texts = [_text(cell, number) for cell in islice(cells, most)]
        while texts and not texts[-1]:
            texts.pop()
        if limited and len(texts) > MOST_COLUMNS:
            raise Unfit("columns", most=MOST_COLUMNS, row=number)
        if texts:
            rows.append([number, texts])
        if limited and len(rows) > MOST_ROWS + 1:
            raise Unfit("rows", most=f"{MOST_ROWS:,}")
    return rows


def _text(cell: Any, row: int) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        what = "formula" if cell.data_type == "f" else "error"
        raise Unfit(what, row=row, column=cell.column_letter, value=str(value)[:60])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def main() -> None:
    """The whole life of the process; the sheet's title in, JSON out."""
    from documents.apart import set_limits

    set_limits()
    try:
        found = read_workbook(sys.stdin.buffer.read(), sys.argv[1], limited=True)
    except Unfit as unfit:
        found = {"unfit": unfit.what, "values": unfit.values}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
