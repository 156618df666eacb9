"""The lists as files: the rows of the page, in its order, and nothing in them that calculates."""

import csv
import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cimplan import tables
from cimplan.groups import EDITOR
from mandates.status import Status
from tests import factories as make
from tests import world
from tests.pages import main_text_of, rows_of

pytestmark = pytest.mark.django_db

LISTS = ("/mandates/", "/activities/", "/actors/", "/resolutions/", "/meetings/")

#: What a spreadsheet would calculate, or take for more than a text.
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "=IMPORTXML(CONCAT(1))",
    "-Send a letter.",
    "- To urge",
    "+1 (202) 458-6084",
    "#N/A",
    "'=1+1",
]


def csv_rows(client: Client, address: str, **query: Any) -> list[dict[str, str]]:
    response = client.get(address, {**query, "format": "csv"}, follow=True)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = response.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def workbook(client: Client, address: str, **query: Any) -> openpyxl.Workbook:
    response = client.get(address, {**query, "format": "xlsx"}, follow=True)
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content))


def xlsx_rows(client: Client, address: str, **query: Any) -> list[dict[str, Any]]:
    headings, *rows = workbook(client, address, **query).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def name_of(client: Client, address: str) -> str:
    disposition = client.get(address)["Content-Disposition"]
    return disposition.removeprefix('attachment; filename="').removesuffix('"')


class TestRows:
    @pytest.mark.parametrize("address", LISTS)
    def test_every_list_is_given_in_both_forms(self, client, address):
        world.build(2)
        page = client.get(address)
        assert page.context["page"].paginator.count == len(rows_of(page)) > 1
        as_csv, as_xlsx = csv_rows(client, address), xlsx_rows(client, address)
        expected = [f"http://testserver{one}" for one in rows_of(page).values()]
        assert [row["Address"] for row in as_csv] == expected
        assert [row["Address"] for row in as_xlsx] == expected
        assert list(as_csv[0]) == list(as_xlsx[0])

    def test_the_same_filter_the_same_rows(self, client):
        make.MandateFactory(verb="thank")
        urged = make.MandateFactory.create_batch(
            3, resolution=make.ResolutionFactory(), verb="urge"
        )
        expected = [mandate.reference for mandate in urged]
        assert [row["Reference"] for row in csv_rows(client, "/mandates/", verb="urge")] == expected
        assert [
            row["Reference"] for row in xlsx_rows(client, "/mandates/", verb="urge")
        ] == expected

    def test_all_of_them_not_only_a_page(self, client, monkeypatch):
        monkeypatch.setattr(tables, "CHUNK", 20)
        make.MandateFactory.create_batch(55, resolution=make.ResolutionFactory())
        assert len(csv_rows(client, "/mandates/")) == len(xlsx_rows(client, "/mandates/")) == 55

    def test_what_is_said_of_a_mandate(self, client):
        resolution = make.ResolutionFactory(title="On trafficking")
        parent = make.MandateFactory(
            resolution=resolution, text="To urge member states to:", reported_on=False
        )
        mandate = make.MandateFactory(
            resolution=resolution,
            parent=parent,
            text="Sign the protocol.",
            contingent_on="Funding permitting",
        )
        states = make.StateFactory(name="Member States")
        make.AddresseeFactory(mandate=mandate, actor=states, qualifier="that have not yet done so")
        mandate.responsible.add(make.ActorFactory(name="Secretariat", acronym="S"))
        make.ActivityFactory(title="Letter").mandates.add(parent)
        make.ProgressReportFactory(mandate=mandate, status=Status.IN_PROGRESS)
        past = make.MeetingFactory(start=date(2003, 1, 15), end=date(2003, 1, 15), tentative=True)
        make.DeadlineFactory(mandate=mandate, meeting=past)
        assert csv_rows(client, "/mandates/") == [
            {
                "Reference": mandate.reference,
                "Resolution": resolution.symbol,
                "Title": "On trafficking",
                "Mandate": "To urge member states to: Sign the protocol.",
                "Action verb": "urge",
                "Addressed to": "Member States that have not yet done so",
                "Responsible": "Secretariat",
                "Status": "In progress",
                "Status as of": "2003-02-20",
                "Due": "January 15, 2003* (overdue)",
                "Contingent": "Funding permitting",
                "Suggested activities": "Letter",
                "Standing": "Current",
                "Address": f"http://testserver/mandates/{mandate.reference}/",
            }
        ]

    def test_days_and_numbers_are_days_and_numbers(self, client):
        make.ProgressReportFactory()
        assert xlsx_rows(client, "/mandates/")[0]["Status as of"].date() == date(2003, 2, 20)
        assert xlsx_rows(client, "/actors/") == []
        make.ActorFactory()
        assert xlsx_rows(client, "/actors/")[0]["Mandates that name it"] == 0

    def test_a_month_has_no_first_day(self, client):
        make.MeetingFactory(start=date(2003, 5, 1), end=date(2003, 5, 31), precision="month")
        row = csv_rows(client, "/meetings/")[0]
        assert row["Dates"] == "May 2003"
        assert row["First day"] == row["Last day"] == ""

    def test_as_of_a_day(self, client):
        make.ProgressReportFactory(status=Status.COMPLETED)
        then = csv_rows(client, "/mandates/", as_of="2003-02-19")
        assert [(row["Status"], row["Status as of"]) for row in then] == [("No indication", "")]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_queries_are_the_same_with_one_row_and_with_three(self, client, form):
        built, costs = world.build(1), []
        for _ in range(3):
            with CaptureQueriesContext(connection) as queries:
                for address in LISTS:
                    client.get(address, {"format": form}).getvalue()
            costs.append(len(queries))
            world.surround(built)
        assert len(set(costs)) == 1, costs


class TestFormulas:
    @pytest.mark.parametrize("text", FORMULAS)
    def test_none_is_live_and_the_words_come_back(self, client, text):
        make.ActivityFactory(title=text, description=text, deliverable=text)
        cell = workbook(client, "/activities/").worksheets[0]["A2"]
        assert cell.value == text
        assert cell.data_type == "s"
        assert cell.quotePrefix
        written = csv_rows(client, "/activities/")[0]["Activity"]
        assert not written.startswith(("=", "+", "-", "@"))
        if text.lstrip("'")[0] in "=+-@":
            assert written == f"'{text}"
        else:
            assert written == text

    def test_tabs_and_line_ends_at_the_head_of_a_cell(self):
        assert tables.without_formulas("\t=1") == "'\t=1"
        assert tables.without_formulas("\r=1") == "'\r=1"

    def test_control_characters_break_no_file(self, client):
        activity = make.ActivityFactory()
        # Past the fields that clean what comes in.
        type(activity).objects.filter(pk=activity.pk).update(title="plain")
        assert tables._csv_cell("a\x00\x0bb") == "a\nb"
        book = tables.Book(date(2003, 2, 20))
        book.add_facts("About", [("a\x00", "b\x1f\x0bc\uffff")])
        sheet = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets[0]
        assert [cell.value for cell in sheet[1]] == ["a", "b\nc"]

    def test_quotes_commas_and_lines_stay_in_their_cell(self, client):
        title = 'Say "yes",\nor no; é — ñ'
        make.ActivityFactory(title="x", deliverable=title)
        assert csv_rows(client, "/activities/")[0]["Deliverable"] == title
        assert xlsx_rows(client, "/activities/")[0]["Deliverable"] == title


class TestFile:
    def test_its_name_says_when_and_which(self, client):
        make.MandateFactory(verb="urge")
        of_all = name_of(client, "/mandates/?format=csv")
        assert of_all == "mandates-2003-02-20.csv"
        address = "/mandates/?q=bel%C3%A9m+do&status=planned&verb=urge&as_of=2003-02-01&format=xlsx"
        assert name_of(client, address) == (
            "mandates-2003-02-01-q-belem-do-status-planned-verb-urge.xlsx"
        )

    def test_a_long_name_is_cut(self, client):
        make.MandateFactory()
        name = name_of(client, f"/mandates/?q={'word+' * 50}word&format=csv")
        assert len(name) <= tables.LONGEST_NAME + 4
        assert name.endswith(".csv")

    def test_a_spreadsheet_says_what_it_is(self, client):
        make.MandateFactory(verb="urge")
        make.MandateFactory(verb="thank")
        sheets = workbook(client, "/mandates/", verb="urge", as_of="2003-02-01")
        assert sheets.sheetnames == ["Mandates", "About"]
        about = {name.value: value.value for name, value in sheets["About"].iter_rows()}
        assert about["Rows"] == "1 of 2 rows"
        assert about["As of"].date() == date(2003, 2, 1)
        assert about["Action verb"] == "urge"
        assert about["Address"] == "http://testserver/mandates/?verb=urge&as_of=2003-02-01"
        everything = workbook(client, "/mandates/")["About"]
        assert ("Filters", "none") in [(a.value, b.value) for a, b in everything.iter_rows()]

    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_the_same_data_give_the_same_bytes(self, client, form, monkeypatch):
        world.build(1)
        first = client.get("/mandates/", {"format": form}).getvalue()
        # Two seconds are what a ZIP archive can tell apart.
        monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
        assert client.get("/mandates/", {"format": form}).getvalue() == first

    def test_nothing_in_a_spreadsheet_says_when_it_was_made(self, client):
        content = client.get("/mandates/?format=xlsx").content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            properties = archive.read("docProps/core.xml").decode()
        assert properties.count("2003-02-20T00:00:00Z") == 2

    def test_too_many_rows_for_a_spreadsheet(self, client, monkeypatch):
        monkeypatch.setattr(tables, "XLSX_ROWS", 1)
        make.MandateFactory.create_batch(2, resolution=make.ResolutionFactory())
        response = client.get("/mandates/?format=xlsx")
        assert response.status_code == 400
        text = main_text_of(response)
        assert "The list has 2 rows, and a spreadsheet takes 1 here." in text
        assert "take it as CSV" in text
        assert len(csv_rows(client, "/mandates/")) == 2

    @pytest.mark.parametrize("form", ["pdf", "CSV", "xls", "<b>", "csv\x00", "x" * 5000])
    def test_a_form_that_is_not_given(self, client, form):
        response = client.get("/mandates/", {"format": form})
        assert response.status_code == 400
        assert "A list is given as csv or as xlsx" in main_text_of(response)
        assert len(response.content) < 20_000

    def test_the_links_keep_the_filters(self, client):
        make.MandateFactory(verb="urge")
        page = client.get("/mandates/?verb=urge&as_of=2003-02-01&page=1").content.decode()
        for form in ("csv", "xlsx"):
            address = f"/mandates/?verb=urge&amp;as_of=2003-02-01&amp;format={form}"
            assert f'href="{address}"' in page


class TestDrafts:
    @pytest.mark.parametrize("form", ["csv", "xlsx"])
    def test_no_file_holds_one(self, client, form):
        world.hide_drafts_in(world.build(1))
        editor = Client()
        editor.force_login(make.UserFactory(groups=[EDITOR]))
        rows = {"csv": csv_rows, "xlsx": xlsx_rows}[form]
        for address in LISTS:
            assert "canary" not in str(rows(client, address)).casefold(), address
            assert "canary" in str(rows(editor, address)).casefold(), address


@pytest.mark.parametrize("rows", [csv_rows, xlsx_rows])
def test_a_file_that_staff_take_says_which_rows_are_drafts(client, rows):
    make.MeetingFactory(title="Seen")
    make.MeetingFactory(title="Canary", published=False)
    assert [("Draft" in row, row["Meeting"]) for row in rows(client, "/meetings/")] == [
        (False, "Seen")
    ]
    client.force_login(make.UserFactory(groups=[EDITOR]))
    found = {row["Meeting"]: row["Draft"] or "" for row in rows(client, "/meetings/")}
    assert found == {"Seen": "", "Canary": "draft"}


@pytest.mark.parametrize("address", LISTS)
def test_each_list_has_the_mark(client, address):
    client.force_login(make.UserFactory(groups=[EDITOR]))
    mandate = make.MandateFactory(published=False)
    mandate.responsible.add(make.ActorFactory(published=False))
    make.ActivityFactory(published=False)
    make.MeetingFactory(published=False)
    make.ResolutionFactory(published=False)
    assert "draft" in {row["Draft"] for row in csv_rows(client, address)}
