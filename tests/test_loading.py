"""Paper in, paper out: what is loaded from a printed plan, and that every word comes out."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from calendar_app.dates import Precision, Span
from calendar_app.models import Meeting
from documents.composing import compose_plan
from documents.loading import PlanRefused, load_plan
from documents.reading import read_plan
from mandates.models import Assembly, Mandate, Resolution
from tests.small_plan import SMALL_PLAN
from workplan.models import CalendarEntry, MandateRow, Section, WorkPlan

SOURCE = Path(__file__).parent.parent / "fixtures" / "work-plan-2003.txt"
MODELS = (Assembly, CalendarEntry, Mandate, MandateRow, Meeting, Resolution, Section, WorkPlan)

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in MODELS}


def run(*args: object, **options: object) -> str:
    out = io.StringIO()
    call_command(*(str(arg) for arg in args), stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def printed():
    return read_plan(SOURCE.read_bytes()).document


@pytest.fixture(scope="class")
def plan(printed, django_db_setup, django_db_blocker):
    """The plan without fixtures, loaded once for the class that uses it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_plan(printed).plan
        transaction.set_rollback(True)


def test_a_symbol_that_is_none_loads_nothing(tmp_path):
    file = tmp_path / "plan.txt"
    file.write_text(SOURCE.read_text().replace("CIM/RES.228 (XXXI-O/02)", "CIM/RES.0 (XXXI-O/02)"))
    before = counts()
    with pytest.raises(CommandError, match=r"CIM/RES\.0"):
        run("import_plan", file)
    assert counts() == before
    assert set(before.values()) == {0}


def test_a_dry_run_says_what_it_would_make_and_makes_nothing():
    said = run("import_plan", SOURCE, dry_run=True)
    assert "34 entries, 9 tentative, 7 month-only; mandates: 43 rows" in said
    assert "Would make: 1 work plans" in said
    assert set(counts().values()) == {0}


@pytest.mark.parametrize("name", ["README.md", "pyproject.toml", "missing.txt"])
def test_a_file_of_another_shape_is_refused(name):
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("import_plan", SOURCE.parent.parent / name)
    assert set(counts().values()) == {0}


class TestLoaded:
    def test_what_is_loaded_composes_to_what_was_read(self, plan, printed):
        assert compose_plan(plan) == printed

    def test_two_years_side_by_side(self, plan, printed):
        other = read_plan(SMALL_PLAN.encode()).document
        assert compose_plan(load_plan(other).plan) == other
        assert compose_plan(plan) == printed
        assert [one.year for one in WorkPlan.objects.all()] == [2004, 2003]

    def test_the_references_are_those_people_would_give(self, plan):
        in_order = [mandate.reference for mandate in Mandate.objects.filter(resolution__slug="225")]
        assert in_order == [
            "225-1",
            *(f"225-1-{letter}" for letter in "abcdef"),
            *(f"225-{number}" for number in range(2, 7)),
        ]
        assert [one.reference for one in Mandate.objects.filter(resolution__slug="224")] == [
            "224-1",
            "224-2",
            "224-3",
            "224-3-a",
            "224-3-b",
            "224-3-c",
            *(f"224-{number}" for number in range(4, 9)),
        ]

    def test_an_opening_line_is_not_reported_on_and_its_children_are(self, plan):
        opening = Mandate.objects.filter(reported_on=False)
        assert {one.reference for one in opening} == {"224-3", "225-1", "226-2"}
        assert all(child.reported_on for one in opening for child in one.children.all())

    def test_a_list_inside_a_cell_shares_its_row(self, plan):
        row = MandateRow.objects.get(mandate__reference="226-2")
        assert row.mandate.children.count() == 3
        assert "The differentiated impact" in row.mandate_cell
        assert "The differentiated impact" not in row.mandate.text
        assert not MandateRow.objects.filter(mandate__parent=row.mandate).exists()

    def test_dates_that_cross_months_years_and_days(self, plan):
        session = Meeting.objects.get(title="II Session of the CIM Executive Committee")
        assert session.span == Span(date(2003, 7, 31), date(2003, 8, 2), Precision.DAY)
        assert session.tentative
        education = Meeting.objects.get(title="Meeting of the Ministers of Education")
        assert education.span == Span(date(2003, 8, 1), date(2003, 8, 31), Precision.MONTH)
        assert not education.tentative
        assert Meeting.objects.order_by("start").first().start == date(2002, 11, 8)

    def test_the_printed_order_is_kept_and_the_live_one_puts_dated_entries_first(self, plan):
        printed = [entry.dates for entry in plan.entries.filter(dates__contains="June")]
        assert printed == [
            "June 8-10, 2003",
            "June 26-28, 2003",
            "June 2003*",
            "June 30-July 18, 2003",
        ]
        live = Meeting.objects.filter(start__month=6).in_calendar_order()
        assert [one.span.printed(one.tentative) for one in live] == [
            "June 8-10, 2003",
            "June 26-28, 2003",
            "June 30-July 18, 2003",
            "June 2003*",
        ]

    def test_a_second_run_changes_nothing_also_after_staff_have_edited(self, plan):
        Meeting.objects.filter(title__startswith="XXXIII OAS").update(title="Moved by staff")
        Mandate.objects.filter(reference="219-1").update(text="Mended by staff")
        before = counts()
        assert "0 changes" in run("import_plan", SOURCE)
        assert counts() == before
        assert Meeting.objects.filter(title="Moved by staff").exists()
        assert Mandate.objects.get(reference="219-1").text == "Mended by staff"

    @pytest.mark.parametrize("change", [b"\r\n", b"\xef\xbb\xbf"], ids=["line ends", "mark"])
    def test_windows_line_ends_and_a_mark_are_the_same_document(self, plan, tmp_path, change):
        source = SOURCE.read_bytes()
        other = source.replace(b"\n", change) if change == b"\r\n" else change + source
        assert other != source
        file = tmp_path / "plan.txt"
        file.write_bytes(other)
        assert "0 changes" in run("import_plan", file)

    def test_other_words_for_the_same_year_are_refused_and_named(self, plan, tmp_path):
        file = tmp_path / "plan.txt"
        file.write_text(SOURCE.read_text().replace("Boston, Mass", "Salem, Mass"))
        before = counts()
        with pytest.raises(CommandError, match=r"other words in: calendar entry 1\."):
            run("import_plan", file)
        assert counts() == before

    def test_a_plan_that_prints_some_paragraphs_again_points_at_the_same_mandates(self, plan):
        """Only the second and a new paragraph of 220 are printed in the next year's plan."""
        source = SMALL_PLAN + (
            "\n\tCIM/RES.220 (XXXI-O/02)\nUnified Standards\n"
            "\tTo adopt the newly approved guidelines for the preparation of Delegate Reports.\n"
            "\tTo be done.\n"
            "\t\n\tTo thank whoever wrote the guidelines.\n\tLetter.\n"
        )
        loaded = load_plan(read_plan(source.encode()).document)
        rows = loaded.plan.rows.filter(mandate__resolution__slug="220")
        assert [row.mandate.reference for row in rows] == ["220-2", "220-3"]
        assert Mandate.objects.filter(resolution__slug="220").count() == 3

    def test_the_printed_text_holds_every_word(self, plan):
        assert run("print_plan", 2003).split()[:6] == SOURCE.read_text().split()[:6]
        assert sorted(run("print_plan", 2003).split()) == sorted(SOURCE.read_text().split())

    def test_printing_to_a_file_and_a_year_that_is_not_there(self, plan, tmp_path):
        run("print_plan", 2003, output=tmp_path / "plan.txt")
        again = read_plan((tmp_path / "plan.txt").read_bytes()).document
        assert again == compose_plan(plan)
        with pytest.raises(CommandError, match="There are plans of: 2003"):
            run("print_plan", 1999)

    def test_a_plan_differing_in_length_is_refused(self, plan, printed):
        from dataclasses import replace

        with pytest.raises(PlanRefused, match="introduction"):
            load_plan(replace(printed, introduction=printed.introduction[:1]))
