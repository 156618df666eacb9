"""What the forms of the admin take, refuse and keep: versions, spans, symbols, printed words."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.contrib.admin import ModelAdmin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from calendar_app.models import Deadline, Meeting, MeetingAct, MeetingChange
from cimplan import admin as cimplan_admin
from cimplan.admin import VersionedForm
from cimplan.groups import ADMINISTRATOR, EDITOR
from documents.models import SessionReport
from mandates.models import Activity, EvidenceFile, Mandate, ProgressReport, Resolution, StaleRecord
from tests.factories import (
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    AgendaItemFactory,
    AssemblyFactory,
    CalendarEntryFactory,
    CitationFactory,
    DeadlineFactory,
    EditorialNoteFactory,
    EvidenceFileFactory,
    MandateFactory,
    MandateRowFactory,
    MeetingFactory,
    NoteTargetFactory,
    ProgramAreaFactory,
    QuotationFactory,
    ResolutionFactory,
    SectionFactory,
    SessionFactory,
    SessionReportFactory,
    UserFactory,
    WorkPlanFactory,
)
from tests.pages import sent_back, text_of
from workplan.models import NoteTarget, ProgramArea, Quotation

pytestmark = pytest.mark.django_db

STALE, UNKNOWN_VERSION, GONE = (
    str(text) for text in (cimplan_admin.STALE, cimplan_admin.UNKNOWN_VERSION, cimplan_admin.GONE)
)


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(username="mary", groups=[EDITOR]))
    return client


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def open_form(client: Client, record: models.Model) -> dict[str, list[str]]:
    response = client.get(address(type(record), "change", record.pk))
    return sent_back(response, f"{record._meta.model_name}_form")


def send(client: Client, record: models.Model, data: dict[str, Any]) -> Any:
    return client.post(address(type(record), "change", record.pk), data)


def add(client: Client, model: Any, **typed: Any) -> Any:
    response = client.get(address(model, "add"))
    data = {**sent_back(response, f"{model._meta.model_name}_form"), **typed}
    return client.post(address(model, "add"), data)


def errors_of(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


# --- versions ---------------------------------------------------------------------------------


def test_the_second_of_two_savers_is_refused_and_keeps_what_she_typed(editor: Client) -> None:
    activity = ActivityFactory(description="At first")
    first, second = open_form(editor, activity), open_form(editor, activity)
    assert send(editor, activity, {**first, "description": "Hers"}).status_code == 302
    response = send(editor, activity, {**second, "description": "His own words"})
    assert response.status_code == 200
    assert STALE in errors_of(response)["__all__"]
    assert "His own words" in text_of(response)
    # Pressing Save once more does not force it through.
    again = sent_back(response, "activity_form")
    assert again["description"] == ["His own words"]
    assert STALE in errors_of(send(editor, activity, again))["__all__"]
    activity.refresh_from_db()
    assert (activity.description, activity.version) == ("Hers", 2)


@pytest.mark.parametrize("token", [None, "", "x", "-1", "1; drop", "٣"])
def test_a_missing_or_bad_version_is_a_refusal(editor: Client, token: str | None) -> None:
    activity = ActivityFactory(title="Stays")
    data = {**open_form(editor, activity), "title": "Goes"}
    if token is None:
        del data["read_version"]
    else:
        data["read_version"] = token
    response = send(editor, activity, data)
    assert errors_of(response)["__all__"] in ([UNKNOWN_VERSION], [STALE])
    activity.refresh_from_db()
    assert activity.title == "Stays"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_the_same_moment_one_is_refused(monkeypatch: Any) -> None:
    """Both forms were right when they were checked: it is the UPDATE that tells."""
    rounds, both_checked = 10, threading.Barrier(2, timeout=20)
    checked = VersionedForm.refuse_other_version
    # SQLite lets one transaction in at a time, so there the two take turns as they come.
    meet = connection.vendor == "postgresql"

    def check_and_wait(form: VersionedForm) -> None:
        checked(form)
        if meet and threading.current_thread() not in arrived:
            arrived.append(threading.current_thread())
            both_checked.wait()

    monkeypatch.setattr(VersionedForm, "refuse_other_version", check_and_wait)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(UserFactory(groups=[EDITOR]))
    for _round in range(rounds):
        arrived: list[threading.Thread] = []
        activity = ActivityFactory(title="At first")
        forms = [{**open_form(client, activity), "title": "Mine"} for client in clients]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send_and_close, clients, [activity] * 2, forms))
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        (refused,) = (answer for answer in answers if answer.status_code == 200)
        assert STALE in text_of(refused)
        activity.refresh_from_db()
        assert activity.version == 2


def send_and_close(client: Client, record: models.Model, data: dict[str, Any]) -> Any:
    try:
        return send(client, record, data)
    finally:
        connection.close()  # a thread's own, which nobody else would close


@pytest.mark.django_db(transaction=True)
def test_a_save_between_our_reading_and_our_writing_is_a_refusal_in_words(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same once more without the luck of threads: the UPDATE fails, and the form says so."""
    activity = ActivityFactory(title="At first")
    data = {**open_form(editor, activity), "title": "Ours"}
    save, view, raced = Activity.save, ModelAdmin.changeform_view, []

    def stale_at_first(self: Activity, *args: Any, **kwargs: Any) -> None:
        if not raced:
            raise StaleRecord
        save(self, *args, **kwargs)

    def somebody_else_saves(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except StaleRecord:
            raced.append(True)
            Activity.objects.get().save()
            raise

    monkeypatch.setattr(Activity, "save", stale_at_first)
    monkeypatch.setattr(ModelAdmin, "changeform_view", somebody_else_saves)
    response = send(editor, activity, data)
    assert raced == [True]
    assert STALE in errors_of(response)["__all__"]
    assert 'value="Ours"' in text_of(response)
    activity.refresh_from_db()
    assert (activity.title, activity.version) == ("At first", 2)


def test_a_line_somebody_else_changed_is_not_overwritten(editor: Client) -> None:
    addressee = AddresseeFactory(qualifier="at first")
    mandate = addressee.mandate
    data = open_form(editor, mandate)
    addressee.qualifier = "theirs"
    addressee.save()
    response = send(editor, mandate, {**data, "addressees-0-qualifier": "ours"})
    assert STALE in text_of(response)
    assert 'value="ours"' in text_of(response)
    # Left alone on our page it would go back to what it was, so that is refused as well.
    assert STALE in text_of(send(editor, mandate, data))
    addressee.refresh_from_db()
    assert addressee.qualifier == "theirs"


def test_a_line_somebody_else_changed_is_not_deleted(editor: Client) -> None:
    addressee = AddresseeFactory()
    data = open_form(editor, addressee.mandate)
    addressee.qualifier = "that have not yet done so"
    addressee.save()
    response = send(editor, addressee.mandate, {**data, "addressees-0-DELETE": "on"})
    assert STALE in text_of(response)
    addressee.refresh_from_db()


def test_a_line_somebody_else_took_away_does_not_come_back(editor: Client) -> None:
    addressee = AddresseeFactory()
    mandate = addressee.mandate
    data = open_form(editor, mandate)
    addressee.delete()
    response = send(editor, mandate, {**data, "addressees-0-qualifier": "ours"})
    assert GONE in text_of(response)
    assert not mandate.addressees.exists()


def test_a_line_without_its_version_is_refused(editor: Client) -> None:
    addressee = AddresseeFactory(qualifier="stays")
    data = {**open_form(editor, addressee.mandate), "addressees-0-qualifier": "goes"}
    assert data.pop("addressees-0-read_version") == ["1"]
    assert UNKNOWN_VERSION in text_of(send(editor, addressee.mandate, data))
    addressee.refresh_from_db()
    assert addressee.qualifier == "stays"


def test_lines_that_nobody_touched_are_not_written(editor: Client) -> None:
    mandate = MandateFactory()
    lines = [AddresseeFactory(mandate=mandate), CitationFactory(mandate=mandate)]
    lines.append(DeadlineFactory(mandate=mandate))
    assert send(editor, mandate, open_form(editor, mandate)).status_code == 302
    for line in lines:
        line.refresh_from_db()
        assert line.version == 1


def test_a_list_edited_in_place_is_guarded_row_by_row(editor: Client) -> None:
    one, other = ProgramAreaFactory(order=1), ProgramAreaFactory(order=2)
    url = address(ProgramArea, "changelist")
    data = {**sent_back(editor.get(url), "changelist-form"), "_save": "Save"}
    assert data["form-0-read_version"] == data["form-1-read_version"] == ["1"]
    one.full_name = "Renamed by somebody else"
    one.save()
    # A row we leave alone is nobody's loss, so the other one is saved.
    assert editor.post(url, {**data, "form-1-order": "7"}).status_code == 302
    other.refresh_from_db()
    assert (other.order, other.version) == (7, 2)
    stale = editor.post(url, {**data, "form-0-order": "9"})
    assert STALE in text_of(stale)
    assert 'value="9"' in text_of(stale)
    for missing in ("", "x"):
        refused = editor.post(url, {**data, "form-0-order": "9", "form-0-read_version": missing})
        assert UNKNOWN_VERSION in text_of(refused)
    one.refresh_from_db()
    assert (one.order, one.full_name) == (1, "Renamed by somebody else")


# --- keys, and words as printed ---------------------------------------------------------------


@pytest.mark.parametrize("who", [EDITOR, ADMINISTRATOR])
@pytest.mark.parametrize(
    ("made_by", "fixed", "free"),
    [
        (ActivityFactory, {"slug": "other"}, {"title": "Other"}),
        (ActorFactory, {"slug": "other"}, {"name": "Other"}),
        (MandateFactory, {"reference": "1-1"}, {"verb": "request"}),
        (ResolutionFactory, {"slug": "x", "number": "1", "body": "AG"}, {"title": "Other"}),
        (MeetingFactory, {"slug": "other"}, {"title": "Other"}),
        (SessionFactory, {"slug": "1999-1"}, {"ordinal": "99"}),
        (ProgramAreaFactory, {"slug": "other"}, {"full_name": "Other"}),
        (EditorialNoteFactory, {"slug": "other"}, {"text": "Other"}),
        (WorkPlanFactory, {"year": "1990", "front_matter": "x"}, {"state": "adopted"}),
        (SectionFactory, {"number": "X", "heading": "x", "body": "x", "position": "99"}, {}),
        (CalendarEntryFactory, {"dates": "x", "lines": "x", "position": "99"}, {}),
        (MandateRowFactory, {"mandate_cell": "x", "activities_cell": "x", "symbol": "x"}, {}),
        (QuotationFactory, {"words": "x", "position": "99"}, {}),
    ],
    ids=lambda value: value._meta.model.__name__ if hasattr(value, "_meta") else "",
)
def test_what_is_given_once_stays(
    client: Client, who: str, made_by: Any, fixed: dict[str, str], free: dict[str, str]
) -> None:
    client.force_login(UserFactory(groups=[who], is_superuser=who == ADMINISTRATOR))
    record = made_by()
    data = open_form(client, record)
    assert not set(fixed) & set(data)
    assert set(free) <= set(data)
    before = {name: getattr(record, name) for name in fixed}
    assert send(client, record, {**data, **fixed, **free}).status_code == 302
    record.refresh_from_db()
    assert {name: getattr(record, name) for name in fixed} == before
    assert {name: str(getattr(record, name)) for name in free} == free
    assert record.version == 2


def test_what_a_printed_row_points_at_may_be_corrected(editor: Client) -> None:
    section, area = SectionFactory(), ProgramAreaFactory()
    send(editor, section, {**open_form(editor, section), "area": area.pk})
    entry, meeting = CalendarEntryFactory(), MeetingFactory()
    send(editor, entry, {**open_form(editor, entry), "meeting": meeting.pk})
    quotation, activity = QuotationFactory(), ActivityFactory()
    send(editor, quotation, {**open_form(editor, quotation), "activity": activity.pk})
    for record in (section, entry, quotation):
        record.refresh_from_db()
    assert (section.area, entry.meeting, quotation.activity) == (area, meeting, activity)


def test_two_rows_of_a_plan_do_not_take_the_same_mandate(editor: Client) -> None:
    """The plan is read-only here, and the rule that speaks of it holds all the same."""
    row = MandateRowFactory()
    other = MandateRowFactory(plan=row.plan)
    response = send(editor, other, {**open_form(editor, other), "mandate": row.mandate.pk})
    assert errors_of(response)["__all__"]


def test_two_paragraphs_do_not_take_the_same_position(editor: Client) -> None:
    one = MandateFactory()
    other = MandateFactory(resolution=one.resolution)
    response = send(editor, other, {**open_form(editor, other), "position": one.position})
    assert errors_of(response)["__all__"] == ["Another paragraph has this position."]


def test_quoted_words_are_shown_in_their_activity_and_not_edited(editor: Client) -> None:
    quotation = QuotationFactory()
    data = open_form(editor, quotation.activity)
    data["quotations-0-words"] = "Changed"
    data["quotations-0-row"] = MandateRowFactory().pk
    assert send(editor, quotation.activity, data).status_code == 302
    quotation.refresh_from_db()
    assert (quotation.words, quotation.version) == ("Send a letter.", 1)


def test_a_quotation_is_added_in_its_activity(editor: Client) -> None:
    activity, row = ActivityFactory(), MandateRowFactory()
    data = open_form(editor, activity)
    data |= {
        "quotations-TOTAL_FORMS": "1",
        "quotations-0-row": row.pk,
        "quotations-0-words": "Send a letter.",
        "quotations-0-position": "1",
    }
    assert send(editor, activity, data).status_code == 302
    assert Quotation.objects.get(activity=activity).row == row


def test_agenda_numbers_may_not_meet_on_the_way(editor: Client) -> None:
    one = AgendaItemFactory(number="1")
    other = AgendaItemFactory(number="2", session=one.session)
    data = {**open_form(editor, one.session), "agenda-0-number": "2", "agenda-1-number": "1"}
    response = send(editor, one.session, data)
    assert "The agenda has an item of this number already." in text_of(response)
    assert other.session.agenda.count() == 2


# --- symbols and references -------------------------------------------------------------------


def test_a_symbol_typed_says_all_else(editor: Client) -> None:
    assembly = AssemblyFactory(ordinal=7, special=True, year=2007)
    response = add(editor, Resolution, symbol="CIM/DEC. 4/07 (VII-E/07)", title="A declaration")
    assert response.status_code == 302
    made = Resolution.objects.get()
    assert (made.slug, made.body, made.kind) == ("cim-dec-4-07", "CIM", "declaration")
    assert (made.number, made.series, made.symbol) == (4, 2007, "CIM/DEC. 4/07 (VII-E/07)")
    assert made.assembly == assembly


def test_the_assemblies_of_the_oas_are_not_ours(editor: Client) -> None:
    AssemblyFactory(ordinal=30, special=False, year=2000)
    add(editor, Resolution, symbol="AG/RES. 1741 (XXX-O/00)")
    assert Resolution.objects.get(slug="ag-res-1741").assembly is None


def test_a_bad_symbol_is_refused_in_words(editor: Client) -> None:
    response = add(editor, Resolution, symbol="Resolution about women")
    (error,) = errors_of(response)["symbol"]
    assert "is not a symbol we can read" in error
    assert "Resolution about women" in text_of(response)


def test_a_resolution_is_not_added_twice(editor: Client) -> None:
    ResolutionFactory(number=224, symbol="CIM/RES.224 (XXXI-O/02)")
    response = add(editor, Resolution, symbol="CIM/RES. 224/02")
    assert errors_of(response)["symbol"] == [
        "This resolution is here already, as CIM/RES.224 (XXXI-O/02)."
    ]


def test_a_symbol_may_be_corrected_but_stays_the_same_resolution(editor: Client) -> None:
    resolution = ResolutionFactory(number=224, symbol="CIM/RES.224")
    data = open_form(editor, resolution)
    assert send(editor, resolution, {**data, "symbol": "CIM/RES. 224/02"}).status_code == 302
    data = open_form(editor, resolution)
    response = send(editor, resolution, {**data, "symbol": "CIM/RES.225"})
    assert "another resolution" in errors_of(response)["symbol"][0]


@pytest.mark.parametrize(
    "typed",
    ["CIM/RES.224 (XXXI-O/02)", "cim res 224", "CIM/RES. 224/02 (XXXI-0/02)", "224", "Inter-Amer"],
)
def test_a_resolution_is_found_however_its_symbol_is_typed(editor: Client, typed: str) -> None:
    ResolutionFactory(number=224, symbol="CIM/RES.224 (XXXI-O/02)", title="An Inter-American one")
    ResolutionFactory(number=300, symbol="CIM/RES.300", title="Another")
    response = editor.get(address(Resolution, "changelist"), {"q": typed})
    assert [row.slug for row in response.context["cl"].result_list] == ["224"]


@pytest.mark.parametrize(
    "typed", ["225-1-a", "225 1(a)", "CIM/RES.225 (XXXI-O/02) para. 1 (a)", "CIM/RES 225", "canary"]
)
def test_a_mandate_is_found_however_its_reference_is_typed(editor: Client, typed: str) -> None:
    resolution = ResolutionFactory(number=225, symbol="CIM/RES.225 (XXXI-O/02)")
    MandateFactory(resolution=resolution, reference="225-1-a", text="To urge the canary")
    MandateFactory(text="To urge another")
    response = editor.get(address(Mandate, "changelist"), {"q": typed})
    assert [row.reference for row in response.context["cl"].result_list] == ["225-1-a"]


@pytest.mark.parametrize("typed", ["IOM", "oim", "Migration"])
def test_an_actor_is_found_by_each_of_its_names(editor: Client, typed: str) -> None:
    actor = ActorFactory(name="Organization for Migration", acronym="IOM", other_names="OIM")
    ActorFactory()
    response = editor.get(address(type(actor), "changelist"), {"q": typed})
    assert list(response.context["cl"].result_list) == [actor]


def test_a_reference_is_read_and_must_be_of_its_resolution(editor: Client) -> None:
    resolution = ResolutionFactory(number=225, symbol="CIM/RES.225 (XXXI-O/02)")
    typed = {"resolution": resolution.pk, "position": "2", "text": "To urge"}
    response = add(editor, Mandate, reference="226-1", **typed)
    assert "is not of CIM/RES.225" in errors_of(response)["reference"][0]
    response = add(editor, Mandate, reference="the first", **typed)
    assert "Write a paragraph like" in errors_of(response)["reference"][0]
    assert add(editor, Mandate, reference="225 1 (a)", **typed).status_code == 302
    assert Mandate.objects.get().reference == "225-1-a"


# --- meetings ---------------------------------------------------------------------------------


def test_dates_are_typed_as_people_write_them(editor: Client) -> None:
    typed = {"title": "CEDAW", "slug": "cedaw", "dates": "June 30-July 18, 2003"}
    assert add(editor, Meeting, **typed).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.start, meeting.end) == (date(2003, 6, 30), date(2003, 7, 18))
    assert (meeting.precision, meeting.tentative) == ("day", False)
    assert not MeetingChange.objects.exists()
    assert open_form(editor, meeting)["dates"] == ["June 30-July 18, 2003"]


@pytest.mark.parametrize(
    ("typed", "shown", "tentative"),
    [
        ("May 2003*", "May 2003", True),
        ("April 1st", "April 1, 2003", False),
        ("first semester of this year", "first semester of 2003", False),
        ("2004", "2004", False),
        ("", "", False),
    ],
)
def test_dates_are_shown_back_as_understood(
    editor: Client, typed: str, shown: str, tentative: bool
) -> None:
    add(editor, Meeting, title="A meeting", slug="a-meeting", dates=typed)
    meeting = Meeting.objects.get()
    data = open_form(editor, meeting)
    assert (data["dates"], "tentative" in data) == ([shown], tentative)


def test_dates_that_cannot_be_are_refused_in_words(editor: Client) -> None:
    meeting = MeetingFactory()
    data = open_form(editor, meeting)
    response = send(editor, meeting, {**data, "dates": "June 31, 2003"})
    assert errors_of(response)["dates"] == ["There is no June 31: June 2003 has 30 days."]
    assert "June 31, 2003" in text_of(response)
    response = send(editor, meeting, {**data, "dates": "", "tentative": "on"})
    assert errors_of(response)["__all__"] == ["Without dates there is nothing tentative."]


def test_a_meeting_that_moves_leaves_an_entry_in_its_log(editor: Client) -> None:
    meeting = MeetingFactory(start=date(2003, 5, 1), end=date(2003, 5, 31), precision="month")
    data = open_form(editor, meeting)
    send(editor, meeting, {**data, "dates": "June 5-6, 2003", "reason": "The hall was taken."})
    entry = MeetingChange.objects.get()
    assert (entry.act, entry.reason) == (MeetingAct.MOVED, "The hall was taken.")
    assert entry.recorded_by.username == "mary"
    assert localdate(entry.recorded_at) == date(2003, 2, 20)
    page = text_of(editor.get(address(Meeting, "change", meeting.pk)))
    assert "May 2003" in page
    assert "June 5-6, 2003" in page
    assert meeting.history.first().history_user.username == "mary"


def test_other_edits_leave_no_entry(editor: Client) -> None:
    meeting = MeetingFactory()
    send(editor, meeting, {**open_form(editor, meeting), "title": "Renamed", "reason": "Why not"})
    assert Meeting.objects.get().title == "Renamed"
    assert not MeetingChange.objects.exists()


def test_a_meeting_is_cancelled_with_a_reason(editor: Client) -> None:
    meeting = MeetingFactory()
    data = {**open_form(editor, meeting), "state": "cancelled"}
    response = send(editor, meeting, data)
    assert errors_of(response)["reason"] == ["Say why the meeting is cancelled."]
    assert send(editor, meeting, {**data, "reason": "No funds."}).status_code == 302
    assert MeetingChange.objects.get().act == MeetingAct.CANCELLED
    # Later edits of a cancelled meeting ask for no further reason.
    data = {**open_form(editor, meeting), "subtitle": "Once planned"}
    assert send(editor, meeting, data).status_code == 302


def test_a_stale_meeting_is_neither_saved_nor_logged(editor: Client) -> None:
    meeting = MeetingFactory()
    data = {**open_form(editor, meeting), "dates": "June 5, 2003", "reason": "A new hall"}
    meeting.save()
    response = send(editor, meeting, data)
    assert STALE in errors_of(response)["__all__"]
    assert "A new hall" in text_of(response)
    assert not MeetingChange.objects.exists()


# --- deadlines --------------------------------------------------------------------------------


def with_deadline(client: Client, activity: Activity, **typed: Any) -> Any:
    data = {**open_form(client, activity), "deadlines-TOTAL_FORMS": "1"}
    data |= {f"deadlines-0-{name}": value for name, value in typed.items()}
    return send(client, activity, data)


def test_a_deadline_is_typed_where_no_meeting_sets_it(editor: Client) -> None:
    activity = ActivityFactory()
    with_deadline(editor, activity, by="first semester of this year", words="this year")
    deadline = Deadline.objects.get()
    assert (deadline.end, deadline.precision) == (date(2003, 6, 30), "half-year")
    assert open_form(editor, activity)["deadlines-0-by"] == ["first semester of 2003"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "Choose a meeting, or else give dates."),
        ({"by": "some day"}, "was not understood"),
        ({"by": "May 2003*"}, "A deadline has no asterisk"),
        ({"by": "May 2003", "meeting": "any"}, "Choose a meeting, or else give dates."),
    ],
)
def test_a_deadline_is_at_a_meeting_or_by_a_date(
    editor: Client, typed: dict[str, Any], error: str
) -> None:
    if "meeting" in typed:
        typed = {**typed, "meeting": MeetingFactory().pk}
    response = with_deadline(editor, ActivityFactory(), words="in time", **typed)
    assert error in text_of(response)
    assert not Deadline.objects.exists()


def test_a_mandate_is_added_together_with_its_deadline(editor: Client) -> None:
    resolution = ResolutionFactory(number=225)
    response = add(
        editor,
        Mandate,
        **{
            "resolution": resolution.pk,
            "reference": "225-3",
            "position": "3",
            "text": "To urge",
            "deadlines-TOTAL_FORMS": "1",
            "deadlines-0-by": "2004",
            "deadlines-0-words": "in 2004",
        },
    )
    assert response.status_code == 302
    assert Deadline.objects.get().mandate.reference == "225-3"


# --- logs that are added to -------------------------------------------------------------------


def test_a_report_is_added_with_the_day_and_the_name(editor: Client) -> None:
    mandate = MandateFactory()
    typed = {"mandate": mandate.pk, "status": "in_progress", "done": "A letter was sent."}
    assert add(editor, ProgressReport, **typed).status_code == 302
    report = ProgressReport.objects.get()
    assert report.as_of == localdate(report.recorded_at) == date(2003, 2, 20)
    assert report.reported_by.username == "mary"


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"as_of": "2003-02-21"}, "as_of", "That day is yet to come: say what holds today."),
        ({"mandate": ""}, "__all__", "A report is on a mandate or on an activity."),
        ({"status": "done"}, "status", "Select a valid choice. done is not one of the available"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    editor: Client, typed: dict[str, str], field: str, error: str
) -> None:
    data = {"mandate": MandateFactory().pk, "status": "planned", **typed}
    response = add(editor, ProgressReport, **data)
    assert error in errors_of(response)[field][0]
    assert not ProgressReport.objects.exists()


PDF = b"%PDF-1.4 a letter"


def upload(client: Client, name: str, content: bytes) -> Any:
    sent = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(address(EvidenceFile, "add"), {"upload": sent})


def test_an_uploaded_file_is_described_by_what_it_is(editor: Client) -> None:
    assert upload(editor, "letter.PDF", PDF).status_code == 302
    file = EvidenceFile.objects.get()
    assert (file.name, file.size, file.content_type) == ("letter.PDF", len(PDF), "application/pdf")
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert bytes(file.content) == PDF
    page = text_of(editor.get(address(EvidenceFile, "change", file.pk)))
    assert file.sha256 in page
    assert "%PDF" not in page


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("page.html", b"<script>", "Send a PDF, a JPEG or PNG picture"),
        ("page", b"%PDF-", "Send a PDF, a JPEG or PNG picture"),
        ("letter.pdf", b"<script>", "The file is not what its name says: it is no .pdf."),
        ("letter.pdf", b"", "The submitted file is empty."),
        ("letter.pdf", b"%PDF-" + bytes(5 * 1024 * 1024), "at most 5.0\xa0MB can be kept"),
    ],
)
def test_other_files_are_refused(editor: Client, name: str, content: bytes, error: str) -> None:
    assert error in errors_of(upload(editor, name, content))["upload"][0]
    assert not EvidenceFile.objects.exists()


def test_the_same_file_is_kept_once(editor: Client) -> None:
    EvidenceFileFactory(name="first.pdf", content=PDF)
    response = upload(editor, "second.pdf", PDF)
    assert "is kept already, as “first.pdf”" in errors_of(response)["upload"][0]


# --- notes and reports ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made_by", "key"),
    [
        (MandateFactory, "{0.reference}"),
        (ActivityFactory, "{0.slug}"),
        (SectionFactory, "{0.plan.year}/{0.slug}"),
        (MandateRowFactory, "{0.plan.year}/{0.mandate.reference}"),
        (CalendarEntryFactory, "{0.plan.year}/{0.meeting.slug}"),
        (WorkPlanFactory, "{0.year}"),
    ],
)
def test_what_a_note_is_about_is_named_by_its_key(editor: Client, made_by: Any, key: str) -> None:
    record, note = made_by(), EditorialNoteFactory()
    kind = NoteTarget(record=record).content_type
    data = open_form(editor, note) | {"targets-TOTAL_FORMS": "1"}
    data |= {"targets-0-content_type": kind.pk, "targets-0-key": key.format(record)}
    assert send(editor, note, data).status_code == 302
    assert note.targets.get().record == record
    assert open_form(editor, note)["targets-0-key"] == [key.format(record)]


@pytest.mark.parametrize("key", ["no-such", "2003", "2003/none", "x/y", "/", "9" * 30])
def test_a_key_that_names_nothing_is_refused(editor: Client, key: str) -> None:
    target = NoteTargetFactory()
    response = send(editor, target, {**open_form(editor, target), "key": key})
    assert errors_of(response)["key"] == [f"There is no row of the mandates table “{key}”."]


def test_the_parts_of_a_report_are_written_one_a_line(editor: Client) -> None:
    report = SessionReportFactory()
    data = open_form(editor, report)
    assert data["parts"][0].split()[0] == "chair"
    assert send(editor, report, {**data, "parts": "progress\n\nchair\n"}).status_code == 302
    assert SessionReport.objects.get().parts == ["progress", "chair"]
    data = open_form(editor, report)
    response = send(editor, report, {**data, "parts": "progress\nweather"})
    assert "Choose from:" in errors_of(response)["parts"][0]
