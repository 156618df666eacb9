"""Spreadsheets for tests: taken out, edited, made, and sent."""

import io
from typing import Any

import openpyxl

from cimplan.resources import RESOURCES
from cimplan.spreadsheets.files import read_sheet
from cimplan.spreadsheets.importing import Import
from cimplan.spreadsheets.outcome import Outcome
from cimplan.spreadsheets.writing import csv_of, xlsx_of
from tests.factories import DAY, MOMENT


def exported(name: str, form: str = "xlsx") -> bytes:
    resource = RESOURCES[name]()
    rows = resource.model._default_manager.order_by(*resource.model._meta.ordering)
    return xlsx_of(resource, rows, DAY) if form == "xlsx" else b"".join(csv_of(resource, rows))


def run(name: str, content: bytes, *, save: bool = True, **options: Any) -> Outcome:
    resource = RESOURCES[name]()
    sheet = read_sheet(content, str(resource.title), limited=False)
    return Import(resource, sheet, by=options.pop("by", None), at=MOMENT).run(save=save, **options)


def edited(content: bytes, changes: dict[tuple[int, str], Any]) -> bytes:
    """The workbook with other values in cells, by row number and heading."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    for (row, heading), value in changes.items():
        cell = sheet.cell(row, places[heading])
        cell.value = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def workbook(*rows: list[Any], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def sentences(outcome: Outcome) -> str:
    return " | ".join(str(problem) for problem in outcome.problems)
