"""Tables that go out as spreadsheets and come back (cimplan/spreadsheets/)."""

import io
import os
import signal
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.test import Client
from django.urls import reverse

from cimplan.forms import last_saved
from cimplan.spreadsheets.files import Sheet, SheetError, read_sheet
from cimplan.spreadsheets.headings import VERSION_HEADING
from mandates.models import Activity, Actor, Addressee, Mandate, ProgressReport, Resolution
from mandates.models.history import history_dated
from mandates.resources import AddresseeResource
from tests.factories import (
    MOMENT,
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    MandateFactory,
    MeetingFactory,
    ResolutionFactory,
    UserFactory,
)
from tests.sheets import edited, exported, run, saved, sentences, workbook

pytestmark = pytest.mark.django_db
UN = os.environ.get("CIMPLAN_UN_DATA")
needs_un = pytest.mark.skipif(not UN, reason="CIMPLAN_UN_DATA names no folder of UN tables")


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(groups=["Secretariat editor"]))
    return client


@pytest.fixture(params=[1, 1_000])
def any_piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that concern one another come in together, and one after the other."""
    monkeypatch.setattr("cimplan.spreadsheets.importing.PIECE", request.param)


in_any_pieces = pytest.mark.usefixtures("any_piece")


def send(client: Client, page: str, content: bytes, name: str = "") -> Any:
    file = io.BytesIO(content)
    file.name = name or ("table.xlsx" if content.startswith(b"PK") else "table.csv")
    return client.post(reverse(f"admin:{page}_import"), {"file": file})


# --- there and back --------------------------------------------------------------------------


PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\")", "'=1+1", "''=1",
    "-  an item of a list", "=cmd|' /C calc'!A0", "_x003D_1+1", "\n=1+1",
]  # fmt: skip


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_text_that_looks_like_a_formula_is_none_and_comes_back_as_it_was(form: str) -> None:
    for number, text in enumerate(PAYLOADS):
        ActivityFactory(slug=f"a-{number:02}", description=text)
    content = exported("activities", form)
    if form == "xlsx":
        cells = [
            c for row in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0] for c in row
        ]
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
    else:
        lines = content.decode("utf-8-sig")
        assert not any(f",{text}" in lines or f',"{text}' in lines for text in PAYLOADS[:6])
    outcome = run("activities", content)
    assert (outcome.problems, outcome.changes) == ([], [])
    Activity.objects.all().delete()
    assert run("activities", stripped_of_versions(content, form)).saved
    kept = dict(Activity.objects.values_list("slug", "description"))
    assert [kept[f"a-{number:02}"] for number in range(len(PAYLOADS))] == PAYLOADS


def stripped_of_versions(content: bytes, form: str) -> bytes:
    sheet = read_sheet(content, "Activities", limited=False)
    if form == "csv":
        return b"\xef\xbb\xbf" + content[3:].replace(b",1\r\n", b",\r\n")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in range(2, len(sheet.rows) + 2):
        book.worksheets[0].cell(row, sheet.headings.index(str(VERSION_HEADING)) + 1).value = None
    return saved(book)


def test_choices_are_offered_and_headings_are_words() -> None:
    ActivityFactory()
    book = openpyxl.load_workbook(io.BytesIO(exported("meetings")))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:5] == [
        "Key",
        "Title",
        "Second title",
        "Kind",
        "Dates",
    ]
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists["D2:D10000"] == "'Choices'!$A$1:$A$4"
    assert all(rule.showErrorMessage for rule in sheet.data_validations.dataValidation)
    assert [row[0].value for row in book["Choices"]][:4] == [
        "Session", "Meeting", "Training", "Observance"]  # fmt: skip


# --- what changes ----------------------------------------------------------------------------


@in_any_pieces
def test_a_change_is_shown_cell_by_cell_saved_and_kept_in_the_history() -> None:
    user = UserFactory()
    actor = ActorFactory(slug="undp", name="UNDP")
    activity = ActivityFactory(slug="course", title="Course")
    content = edited(exported("activities"), {(2, "Title"): "A course", (2, "Partners"): "undp"})
    preview = run("activities", content, save=False)
    assert [(c.column, c.old, c.new) for c in preview.changes[0].cells] == [
        ("Title", "Course", "A course"),
        ("Partners", "", "undp"),
    ]
    activity.refresh_from_db()
    assert activity.title == "Course"
    assert run("activities", content, by=user, expected=preview.digest).saved
    activity.refresh_from_db()
    assert (activity.title, activity.version) == ("A course", 2)
    assert list(activity.partners.all()) == [actor]
    entry = activity.history.order_by("history_id").last()
    assert (entry.title, entry.history_user, entry.history_date) == ("A course", user, MOMENT)
    assert [row.actor for row in entry.partners.all()] == [actor]


def test_a_blank_cell_empties_and_a_column_left_out_stays() -> None:
    activity = ActivityFactory(slug="course", funding="OAS", deliverable="A report")
    activity.responsible.add(ActorFactory(slug="oas"))
    content = workbook(
        ["Key", "Funding", "Responsible", "Version (leave as it is)"], ["course", "", "", 1]
    )
    assert run("activities", content).saved
    activity.refresh_from_db()
    assert (activity.funding, activity.deliverable) == ("", "A report")
    assert activity.responsible.count() == 0


@in_any_pieces
def test_new_records_come_in_parents_after_their_children() -> None:
    ResolutionFactory(slug="300", symbol="CIM/RES.300 (XXXI-O/02)")
    content = workbook(
        ["Reference", "Resolution", "Stands under", "Position", "Text"],
        ["300-1-a", "CIM/RES. 300", "300-1", 2, "to act"],
        ["300-1", "300", "", 1, "To urge:"],
    )
    outcome = run("mandates", content)
    assert (sentences(outcome), outcome.added) == ("", 2)
    child = Mandate.objects.get(reference="300-1-a")
    assert child.parent.reference == "300-1"
    assert child.published
    assert child.history.count() == 1


@in_any_pieces
def test_addressees_are_named_as_people_name_them_and_come_after_the_others() -> None:
    one, other = MandateFactory(reference="225-1"), MandateFactory(reference="219-3")
    states = ActorFactory(slug="member-states", name="Member States")
    ActorFactory(slug="organization", name="Organization of American States", acronym="OAS")
    AddresseeFactory(mandate=one, actor=states)
    table = (
        "Mandate,Actor,Qualifier\n"
        "225-1,oas,that have not yet done so\n"
        "225 1,Member States,\n"
        "219-3,organization,\n"
        "219-3,member-states,\n"
    )
    outcome = run("addressees", table.encode(), save=True)
    assert sentences(outcome) == ""
    assert (outcome.added, outcome.changed, outcome.unchanged) == (3, 0, 1)
    asked = [str(line) for line in one.addressees.all()]
    assert asked == ["Member States", "Organization of American States that have not yet done so"]
    assert [line.position for line in other.addressees.all()] == [1, 2]
    assert one.addressees.last().history.count() == 1
    assert run("addressees", table.encode()).unchanged == 4


@in_any_pieces
def test_addressees_change_places() -> None:
    mandate = MandateFactory(reference="225-1")
    for position, slug in enumerate(("states", "oas", "undp"), 1):
        AddresseeFactory(mandate=mandate, actor=ActorFactory(slug=slug), position=position)
    content = edited(exported("addressees"), {(2, "Position"): 3, (4, "Position"): 1})
    outcome = run("addressees", content)
    assert (sentences(outcome), outcome.changed) == ("", 2)
    assert [one.actor.slug for one in mandate.addressees.all()] == ["undp", "oas", "states"]


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([["a", 2, ""], ["b", "", ""]], ["there", "a", "b"]),
        ([["b", "", ""], ["a", 5, ""]], ["there", "a", "b"]),
        ([["there", 7, 1], ["b", "", ""]], ["there", "b"]),
    ],
)
def test_a_new_addressee_comes_after_those_with_a_position(
    rows: list[list[Any]], order: list[str]
) -> None:
    mandate = MandateFactory(reference="225-1")
    AddresseeFactory(mandate=mandate, actor=ActorFactory(slug="there"))
    ActorFactory(slug="a")
    ActorFactory(slug="b")
    heads = ["Mandate", "Actor", "Position", "Version"]
    outcome = run("addressees", workbook(heads, *(["225-1", *row] for row in rows)))
    assert sentences(outcome) == ""
    assert [one.actor.slug for one in mandate.addressees.all()] == order
    assert len(set(mandate.addressees.values_list("position"))) == len(order)


def test_what_cannot_be_read_is_not_said_to_be_the_same() -> None:
    ActorFactory(slug="b")
    said = sentences(run("addressees", b"Mandate,Actor\nx!x,b\ny!y,b\n"))
    assert said.count("y!y") == 1
    assert "about the same record" not in said
    said = sentences(run("addressees", b"Mandate,Actor\n,b\n,b\n"))
    assert said.count("column Mandate: It is blank") == 2
    assert "about the same record" not in said


def test_an_addressee_is_named_once_and_is_somebody() -> None:
    MandateFactory(reference="225-1")
    ActorFactory(slug="oas", name="Organization of American States", acronym="OAS")
    twice = b"Mandate,Actor\n225-1,OAS\n225-1,Organization of American States\n"
    assert "Row 2 is about the same record. Keep one of the two." in sentences(
        run("addressees", twice)
    )
    nobody = run("addressees", b"Mandate,Actor\n225-1,Memebr States\n225-9,OAS\n")
    assert "There is no actor “Memebr States”." in sentences(nobody)
    assert "There is no mandate “225-9”." in sentences(nobody)


@in_any_pieces
def test_paragraphs_may_change_places() -> None:
    one = MandateFactory(reference="219-1", position=1)
    MandateFactory(reference="219-2", position=2, resolution=one.resolution)
    content = edited(exported("mandates"), {(2, "Position"): 2, (3, "Position"): 1})
    outcome = run("mandates", content)
    assert outcome.saved
    told = [(cell.old, cell.new) for change in outcome.changes for cell in change.cells]
    assert told == [("1", "2"), ("2", "1")]
    assert list(Mandate.objects.order_by("position").values_list("reference", flat=True)) == [
        "219-2",
        "219-1",
    ]


@pytest.mark.parametrize(
    ("table", "column", "typed", "read"),
    [
        ("meetings", "Dates", "2003-06-03", "June 3, 2003"),
        ("meetings", "Dates", "JUNE 3rd, 2003 (tentative)", "June 3, 2003*"),
        ("meetings", "Kind", "training", "Training"),
        ("activities", "Suggested for", "219-2;219-1", "219-1; 219-2"),
    ],
)
def test_the_preview_shows_what_a_cell_is_read_as(table, column, typed, read) -> None:
    MeetingFactory(slug="forum")
    ActivityFactory(slug="course")
    MandateFactory(reference="219-1")
    MandateFactory(reference="219-2")
    preview = run(table, edited(exported(table), {(2, column): typed}), save=False)
    assert preview.problems == []
    assert [(c.column, c.new) for c in preview.changes[0].cells] == [(column, read)]


def test_a_meeting_that_moves_says_so_in_its_log() -> None:
    meeting = MeetingFactory(slug="forum", start=date(2003, 5, 1), end=date(2003, 5, 2))
    reason = "Reason for other dates or state"
    cells = {(2, "Dates"): "June 3-4, 2003*", (2, reason): "No room"}
    assert run("meetings", edited(exported("meetings"), cells)).saved
    meeting.refresh_from_db()
    assert (meeting.start, meeting.tentative) == (date(2003, 6, 3), True)
    entry = meeting.changes.get()
    assert (entry.act, entry.start_before, entry.reason) == ("moved", date(2003, 5, 1), "No room")


def test_a_meeting_is_not_cancelled_without_a_reason() -> None:
    MeetingFactory(slug="forum")
    outcome = run("meetings", edited(exported("meetings"), {(2, "State"): "Cancelled"}))
    assert "row 2, column Reason for other dates or state: Say why" in sentences(outcome)


def test_reports_are_added_once_and_never_changed() -> None:
    MandateFactory(reference="219-1")
    content = workbook(["Mandate", "Status", "As of", "What was done"],
                       ["219-1", "Completed", date(2003, 2, 1), "Done"])  # fmt: skip
    assert run("progress", content).added == 1
    assert run("progress", content).changes == []
    changed = edited(exported("progress"), {(2, "What was done"): "Undone"})
    assert "stays as it was recorded" in sentences(run("progress", changed))
    assert ProgressReport.objects.get().done == "Done"


def test_days_may_be_excels_or_words() -> None:
    content = workbook(["Symbol", "Title", "Adopted on"],
                       ["A/RES/57/179", "One", date(2002, 12, 18)],
                       ["A/RES/57/180", "Two", "December 18, 2002"])  # fmt: skip
    assert run("resolutions", content).saved
    assert set(Resolution.objects.values_list("adopted_on", flat=True)) == {date(2002, 12, 18)}


def test_a_day_in_numbers_is_read_where_it_can_be_no_other() -> None:
    head = ["Symbol", "Title", "Adopted on"]
    assert run("resolutions", workbook(head, ["A/RES/57/179", "One", "31/12/2004"])).saved
    assert Resolution.objects.get().adopted_on == date(2004, 12, 31)
    said = sentences(run("resolutions", workbook(head, ["A/RES/57/180", "Two", "05/06/2003"])))
    assert said.endswith(
        "can be read as two dates: is the day or the month first? "
        "Write 2003-02-14 or February 14, 2003."
    )


# --- what is refused -------------------------------------------------------------------------


def test_a_wrong_choice_names_row_column_and_what_was_meant() -> None:
    for number in range(13):
        MandateFactory(reference=f"{300 + number}-1")
    rows = [[f"{300 + n}-1", "Completed", "2003-02-01"] for n in range(12)]
    content = workbook(["Mandate", "Status", "As of"], *rows, ["312-1", "Complted", "2003-02-01"])
    outcome = run("progress", content)
    assert "row 14, column Status: “Complted” is none of" in sentences(outcome)
    assert "Did you mean “Completed”?" in sentences(outcome)
    assert ProgressReport.objects.count() == 0


@in_any_pieces
def test_all_that_is_wrong_is_said_at_once() -> None:
    rows = [["Key", "Name", "Kind", "State"], ["a", "A", "Sate", ""], ["b", "B", "Delegate", "x"]]
    outcome = run("actors", workbook(*rows))
    assert [(one.row, one.column) for one in outcome.problems] == [(2, "Kind"), (3, "State")]


@in_any_pieces
def test_one_bad_row_keeps_all_others_out() -> None:
    ActorFactory(slug="oas", name="OAS")
    ActorFactory(slug="un", name="UN")
    content = edited(exported("actors"), {(2, "Name"): "Organization", (3, "Country code"): "XX"})
    outcome = run("actors", content)
    assert "row 3, column Country code" in sentences(outcome)
    assert not outcome.saved
    assert set(Actor.objects.values_list("name", flat=True)) == {"OAS", "UN"}


def test_a_record_saved_since_the_export_is_named() -> None:
    actor = ActorFactory(slug="oas", name="OAS")
    content = edited(exported("actors"), {(2, "Name"): "Mine"})
    actor.name = "Theirs"
    actor._history_user = UserFactory(first_name="Mary", last_name="Smith")
    with history_dated(MOMENT):
        actor.save()
    outcome = run("actors", content)
    assert sentences(outcome).startswith(
        "row 2, column Version (leave as it is): “Theirs” has changed since the file was exported. "
        f"{last_saved(actor)} "
    )
    assert "Saved by Mary Smith (Feb. 20, 2003, " in sentences(outcome)
    actor.refresh_from_db()
    assert actor.name == "Theirs"


def test_without_a_version_nothing_that_is_there_is_changed() -> None:
    ActorFactory(slug="oas", name="OAS", kind="oas_organ")
    outcome = run("actors", workbook(["Key", "Name"], ["oas", "Other"]))
    assert sentences(outcome).startswith("row 2: “OAS” is here already with other words")
    assert "does not say from which version" in sentences(outcome)
    assert run("actors", workbook(["Key", "Name"], ["oas", "OAS"])).changes == []


def test_a_key_that_was_changed_makes_no_second_record() -> None:
    ActorFactory(slug="oas")
    outcome = run("actors", edited(exported("actors"), {(2, "Key"): "oea"}))
    assert "“oea” is not here, though the row was exported" in sentences(outcome)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Key", "Name", "Kind"], ["a", "A", "State"], ["a", "B", "State"]], "row 3, column Key:"),
        ([["Key", "Name", "State"], ["a", "A", "nowhere"]], "column State: There is no actor"),
        ([["Key", "Name", "Kind"], ["", "A", "State"]], "row 2, column Key: It is blank"),
        ([["Key", "Name", "Kind"], ["a", "", "State"]], "row 2, column Name: A value is needed"),
        ([["Key", "Name", "Kind"], ["a b", "A", "State"]], "row 2, column Key: Enter a valid"),
        ([["Key", "Name", "Kind"], ["a", "x" * 201, "State"]], "row 2, column Name: Ensure"),
        ([["Key", "Name", "Kind"], ["a", "A", "Delegate"]], "row 2: A delegate represents a state"),
        ([["Key", "Name", "Kind", "Published"], ["a", "A", "State", "maybe"]], "column Published:"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_in_words(rows: list[list[Any]], said: str) -> None:
    ActorFactory(slug="somewhere")
    outcome = run("actors", workbook(*rows))
    assert said in sentences(outcome)
    assert Actor.objects.count() == 1


@in_any_pieces
@pytest.mark.parametrize("blank", ["Resolution", "Position", "Text"])
def test_a_new_row_says_where_a_value_is_needed(blank: str) -> None:
    ResolutionFactory(slug="300", symbol="CIM/RES.300 (XXXI-O/02)")
    row = {"Reference": "300-1", "Resolution": "300", "Position": 1, "Text": "a"}
    for new in (row | {blank: ""}, {name: row[name] for name in row if name != blank}):
        outcome = run("mandates", workbook(list(new), list(new.values())))
        assert sentences(outcome) == f"row 2, column {blank}: A value is needed here."


@in_any_pieces
def test_a_circle_is_refused() -> None:
    ResolutionFactory(slug="300", symbol="CIM/RES.300 (XXXI-O/02)")
    head = ["Reference", "Resolution", "Stands under", "Position", "Text"]
    new = workbook(head, ["300-1", "300", "300-2", 1, "a"], ["300-2", "300", "300-1", 2, "b"])
    assert "row 2, column Stands under: It stands under itself" in sentences(run("mandates", new))
    one = MandateFactory(reference="219-1", position=1)
    MandateFactory(reference="219-2", position=2, resolution=one.resolution, parent=one)
    changed = edited(exported("mandates"), {(2, "Stands under"): "219-2"})
    assert "stands under itself" in sentences(run("mandates", changed))


@in_any_pieces
def test_what_only_the_database_sees_is_said_by_row() -> None:
    ResolutionFactory(slug="300", symbol="CIM/RES.300 (XXXI-O/02)")
    head = ["Reference", "Resolution", "Position", "Text"]
    content = workbook(head, ["300-1", "300", 1, "a"], ["300-2", "300", 1, "b"])
    outcome = run("mandates", content)
    assert "row 3: Another paragraph has this position." in sentences(outcome)
    assert Mandate.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 x", "This is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls"),
        (b"PK\x03\x04 broken", "damaged"),
        ("Key,Name\nperu,Perú\n".encode("latin-1"), "Line 2 is not UTF-8"),
        (b'Key,Name\nperu,"Peru\n', "is not CSV"),
        (workbook(["Budget", "Year"], ["1", "2"]), "it has no column “Key”"),
        (workbook(["Key", "Name", "Name"], ["a", "b", "c"]), "two columns “Name”"),
        (workbook(["Key", "Nmae"], ["a", "b"]), "Did you mean “Name”?"),
        (workbook(["Key", "Name"], ["a", "=1+1"]), "Row 2, column B holds a formula"),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_in_words(
    editor: Client, content: bytes, said: str
) -> None:
    answer = send(editor, "mandates_actor", content)
    assert answer.status_code == 400 or not content
    assert said in answer.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("content", [b"Dear Mary,\nthis is a letter.\n", b"\xff\x00\x81" * 99])
def test_what_is_called_a_workbook_and_is_none_is_refused(editor: Client, content: bytes) -> None:
    answer = send(editor, "mandates_mandate", content, "Junk.XLSX")
    assert answer.context["problem"].startswith("This is no Excel workbook, whatever its name says")


def test_the_page_names_the_same_columns_as_the_refusal(editor: Client) -> None:
    refused = send(editor, "mandates_mandate", workbook(["Budget"], ["1"]))
    columns = ", ".join(refused.context["columns"])
    assert columns.endswith(", Published, Level")
    assert f"Its columns are: {columns}." in refused.context["problem"]


def test_merged_cells_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(["Key", "Name"], ["a", "b"], ["c", "d"])))
    book.active.merge_cells("B2:B3")
    with pytest.raises(SheetError, match="B2:B3 are merged"):
        read_sheet(saved(book), "", limited=True)


def test_semicolons_trailing_rows_and_columns_of_ones_own_are_understood() -> None:
    content = b"\xef\xbb\xbfKey;Name;Kind;My remarks\r\na;A;State;x\r\n;;;\r\n" + b";;;\r\n" * 5_000
    outcome = run("actors", content)
    assert (outcome.added, sentences(outcome)) == (1, "")
    assert outcome.notes == ["Columns that are not of this table were not read: “My remarks”."]


def test_a_million_empty_rows_are_no_rows() -> None:
    rows = b'<row r="1"><c r="A1" t="inlineStr"><is><t>Key</t></is></c></row>'
    assert read_sheet(with_rows(rows + b"<row/>" * 1_000_000), "", limited=True).rows == []


def with_rows(rows: bytes) -> bytes:
    """A workbook whose sheet has these rows as XML."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["Key"]))) as plain,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                before, _open, rest = content.partition(b"<sheetData>")
                content = (
                    before
                    + b"<sheetData>"
                    + rows
                    + b"</sheetData>"
                    + rest.partition(b"</sheetData>")[2]
                )
            archive.writestr(name, content)
    return made.getvalue()


def test_a_bomb_is_refused_before_it_is_unpacked(editor: Client) -> None:
    bomb = with_rows(b" " * 260 * 1024 * 1024)
    assert len(bomb) < 1024 * 1024
    started = time.monotonic()
    answer = send(editor, "mandates_actor", bomb)
    assert "unpacks to more than 20 MB" in answer.content.decode()
    assert time.monotonic() - started < 1


# --- the pages -------------------------------------------------------------------------------


def test_an_editor_exports_changes_looks_and_saves(editor: Client) -> None:
    ActorFactory(slug="oas", name="OAS")
    page = editor.get(reverse("admin:mandates_actor_changelist")).content.decode()
    assert reverse("admin:mandates_actor_import") in page
    out = editor.get(reverse("admin:mandates_actor_export", args=["xlsx"]))
    assert 'filename="actors-2003-02-20.xlsx"' in out["Content-Disposition"]
    preview = send(editor, "mandates_actor", edited(out.content, {(2, "Name"): "<b>Org</b>"}))
    text = preview.content.decode()
    assert "<del>OAS</del>" in text
    assert "<ins>&lt;b&gt;Org&lt;/b&gt;</ins>" in text
    assert Actor.objects.get().name == "OAS"
    answer = editor.post(reverse("admin:mandates_actor_import"), confirming(preview))
    assert answer.status_code == 302
    assert Actor.objects.get().name == "<b>Org</b>"
    assert (
        Actor.history.order_by("history_id").last().history_user.groups.get().name
        == "Secretariat editor"
    )


def confirming(preview: Any) -> dict[str, str]:
    context = preview.context_data
    return {"sheet": context["sheet"], "digest": context["outcome"].digest, "name": "t.xlsx"}


def test_an_edit_after_the_preview_is_not_overwritten(editor: Client) -> None:
    actor = ActorFactory(slug="oas", name="OAS")
    preview = send(editor, "mandates_actor", edited(exported("actors"), {(2, "Name"): "Mine"}))
    actor.acronym = "X"
    actor.save()
    answer = editor.post(reverse("admin:mandates_actor_import"), confirming(preview))
    assert "since the file was exported" in answer.content.decode()
    assert Actor.objects.get().name == "OAS"


def test_the_confirming_step_saves_nothing_that_was_not_shown(editor: Client) -> None:
    content = workbook(["Key", "Name", "Kind"], ["a", "A", "State"], ["b", "B", "State"])
    preview = send(editor, "mandates_actor", content)
    ActorFactory(slug="a", name="A", kind="state")  # it comes to fewer changes now
    answer = editor.post(reverse("admin:mandates_actor_import"), confirming(preview))
    assert "since you looked" in answer.content.decode()
    assert Actor.objects.count() == 1
    again = editor.post(reverse("admin:mandates_actor_import"), confirming(answer))
    assert again.status_code == 302
    assert Actor.objects.count() == 2


def test_a_tampered_page_is_refused(editor: Client) -> None:
    answer = editor.post(
        reverse("admin:mandates_actor_import"), {"sheet": "nonsense", "digest": ""}
    )
    assert answer.status_code == 400
    assert "Send the file again" in answer.content.decode()


def test_an_untouched_file_says_so(editor: Client) -> None:
    ActorFactory()
    answer = send(editor, "mandates_actor", exported("actors")).content.decode()
    assert "<strong>0 changes</strong>" in answer
    assert "Save these changes" not in answer


def test_who_may_not_see_drafts_takes_no_table_out_and_sends_none(client: Client) -> None:
    draft = ActorFactory(slug="a-draft", published=False)
    ActorFactory(slug="seen").members.add(draft)
    reader = UserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_actor"))
    client.force_login(reader)
    listed = client.get(reverse("admin:mandates_actor_changelist"))
    assert listed.status_code == 200
    assert "Export to Excel" not in listed.content.decode()
    for page in ("import", "export/csv", "export/xlsx"):
        assert client.get(f"/admin/mandates/actor/{page}/").status_code == 403


def test_an_export_follows_the_filters_of_the_list(editor: Client) -> None:
    ActorFactory(slug="a", kind="state")
    ActorFactory(slug="b", kind="experts")
    out = editor.get(reverse("admin:mandates_actor_export", args=["csv"]) + "?kind__exact=experts")
    lines = b"".join(out.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Key", "b"]


# --- the command line ------------------------------------------------------------------------


def test_the_commands_take_a_table_out_and_in(tmp_path: Path, capsys: Any) -> None:
    ActorFactory(slug="oas", name="The OAS")
    file = tmp_path / "actors.csv"
    call_command("export_table", "actors", str(file))
    call_command("import_table", "actors", str(file))
    assert "0 changes" in capsys.readouterr().out
    file.write_bytes(file.read_bytes().replace(b"The OAS", b"OEA"))
    call_command("import_table", "actors", str(file), dry_run=True)
    assert Actor.objects.get().name == "The OAS"
    call_command("import_table", "actors", str(file))
    assert "0 added, 1 changed" in capsys.readouterr().out
    assert Actor.objects.get().name == "OEA"
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_table", "actors", str(file))
    file.write_text("Key,Name\noas,X\n")
    with pytest.raises(CommandError, match="row 2: “OEA” is here already"):
        call_command("import_table", "actors", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_table", "actors", str(tmp_path / "absent.csv"))
    with pytest.raises(CommandError, match="no column “theirs”"):
        call_command("import_table", "actors", str(file), column=["theirs=Key"])


@needs_un
def test_the_united_nations_tables_come_in_twice_without_a_change(capsys: Any) -> None:
    folder = Path(UN or "")
    for expected in ("97 added", "0 changes"):
        call_command("import_table", "resolutions", str(folder / "un-women-resolutions.csv"))
        assert expected in capsys.readouterr().out
    assert Resolution.objects.get(slug="a-res-50-203").adopted_on is None
    for expected in ("3004 added", "0 changes"):
        call_command(
            "import_table", "mandates", str(folder / "un-women-paragraphs.csv"),
            column=["symbol=Resolution"],
        )  # fmt: skip
        said = capsys.readouterr().out
        assert expected in said
    assert Mandate.objects.count() == 3004
    under = dict(Mandate.objects.values_list("reference", "parent__reference"))
    assert under["a-res-74-126-2-aa"] == under["a-res-74-126-2-z"] == "a-res-74-126-2"
    assert "goes on from (z), though the file has it on level 4" in said


def test_a_skipped_level_stands_under_the_nearest_above_with_a_note() -> None:
    ResolutionFactory(slug="a-res-57-179", symbol="A/RES/57/179")
    content = (
        b"Resolution,Position,Level,Label,Text\n"
        b"A/RES/57/179,1,1,1.,Urges\nA/RES/57/179,2,3,(i),to act\n"
    )
    outcome = run("mandates", content)
    assert "level 3 follows level 1; it stands under a-res-57-179-1" in outcome.notes[0]
    assert Mandate.objects.get(position=2).parent.reference == "a-res-57-179-1"


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_is_all_or_nothing(tmp_path: Path) -> None:
    rows = [f"a-{n},Actor {n},State" for n in range(1_500)]
    file = tmp_path / "actors.csv"
    file.write_text("\n".join(["Key,Name,Kind", *rows]))
    started = time.monotonic()
    call_command("import_table", "actors", str(file), dry_run=True, stdout=io.StringIO())
    took = time.monotonic() - started
    found = []
    for attempt in range(20):
        connections.close_all()
        child = os.fork()
        if child == 0:
            os.setsid()
            try:
                # Where a browser is open this process finds another connection than its parent
                # closed, and one that both would speak through: it is left alone.
                inherited = connections[DEFAULT_DB_ALIAS].connection  # noqa: F841 - kept open
                connections[DEFAULT_DB_ALIAS].connection = None
                call_command("import_table", "actors", str(file), stdout=io.StringIO())
            finally:
                os._exit(0)
        time.sleep(took * (attempt + 1) / 18)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found.append(_actors_and_their_history())
    assert set(found) <= {(0, 0), (1_500, 1_500)}, found
    assert found[0] == (0, 0)  # some were killed before they were done


def _actors_and_their_history() -> tuple[int, int]:
    """Both as they stand at one moment: what was killed may have asked PostgreSQL for something
    that is done a moment later."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM mandates_actor),"
            " (SELECT count(*) FROM mandates_historicalactor)"
        )
        return cursor.fetchone()


def test_a_sheet_survives_the_page_it_waits_in() -> None:
    from cimplan.spreadsheets.views import packed, unpacked

    sheet = read_sheet("Key,Name\nperu,Perú\n".encode(), "", limited=True)
    assert unpacked(packed(sheet)) == sheet
    assert isinstance(sheet, Sheet)


def test_what_is_deleted_while_a_table_goes_out_is_left_out() -> None:
    """With what it hangs on; the file is not cut off."""
    AddresseeFactory.create_batch(3)
    first, gone, last = Addressee.objects.order_by("pk")
    Mandate.objects.get(pk=gone.mandate_id).delete()
    linked = AddresseeResource().linked([first, gone, last])
    assert [(one.pk, one.mandate.pk) for one in linked] == [
        (first.pk, first.mandate_id), (last.pk, last.mandate_id),
    ]  # fmt: skip
