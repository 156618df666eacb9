"""Whatever comes in as a table ends in rows or in words, never in a failure; and a file that was
only looked at has changed nothing."""

import csv
import io
from typing import Any

import pytest
from django.db import models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from cimplan.resources import RESOURCES
from cimplan.spreadsheets.files import SheetError
from tests import factories as make
from tests import world
from tests.sheets import exported, run, workbook

pytestmark = pytest.mark.django_db

FUZZED = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
#: Values that have broken readers of tables: signs, huge numbers, wrong dates, keys of nothing.
CELLS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([
        "", " ", "-", "'", "'=1+1", "=1+1", "0", "-1", "1e999", "NaN", "9" * 30, "2003-02-30",
        "31/12/2003", "0000-00-00", "99999-01-01", "yes", "None", "219-3", "219-3, 219-3", ", ,",
        "\u202e", "\ud7ff", "é" * 600, "planned", "Completed",
    ]),
    st.integers(),
)  # fmt: skip


def stored(model: type[models.Model]) -> list[Any]:
    return list(model._default_manager.order_by("pk").values())


def problems_of(name: str, content: bytes) -> list[str]:
    """What is said of a file that is only looked at."""
    try:
        return [str(problem) for problem in run(name, content, save=False).problems]
    except SheetError as error:
        return [str(error)]


@pytest.fixture
def rows() -> None:
    world.build(1)
    make.ProgressReportFactory()


@pytest.mark.parametrize("name", sorted(RESOURCES))
@FUZZED
@given(data=st.data())
def test_a_table_with_other_cells(rows: None, name: str, data: st.DataObject) -> None:
    table = list(csv.reader(io.StringIO(exported(name, "csv").decode("utf-8-sig"))))
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.sampled_from(table))
        if row:
            row[data.draw(st.integers(0, len(row) - 1))] = str(data.draw(CELLS))
    made = io.StringIO()
    csv.writer(made).writerows(table)
    before = stored(RESOURCES[name]().model)
    assert all(problems_of(name, made.getvalue().encode("utf-8", "replace")))
    assert stored(RESOURCES[name]().model) == before


@FUZZED
@given(st.lists(st.lists(CELLS, max_size=6), max_size=6), st.sampled_from(sorted(RESOURCES)))
def test_a_workbook_of_anything(cells: list[list[Any]], name: str) -> None:
    try:
        content = workbook(*cells)
    except (ValueError, OverflowError, IllegalCharacterError):
        return  # openpyxl itself does not write it
    assert problems_of(name, content) or not any(any(row) for row in cells[1:])


@FUZZED
@given(st.binary(max_size=400) | st.binary(max_size=200).map(b"PK\x03\x04".__add__))
def test_a_file_of_anything(content: bytes) -> None:
    assert all(problems_of("mandates", content))
