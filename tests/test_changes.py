"""Recent changes: one page of who changed what, when, and from what to what."""

import html
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from calendar_app.dates import parse_span
from calendar_app.models import Deadline
from calendar_app.scheduling import reschedule
from cimplan.groups import EDITOR, EXECUTIVE_COMMITTEE
from desk.changes import all_sources, recent_changes
from mandates.models import Addressee, Mandate, Versioned
from mandates.models.history import history_dated
from tests import factories as make
from tests import world
from tests.factories import DAY, MOMENT
from tests.forms import add, address, open_form, send
from tests.pages import blocked_by_policy, sent_back, text_of
from workplan.models import ProgramArea

pytestmark = pytest.mark.django_db

LATER = MOMENT + timedelta(hours=1)
URL = "/admin/changes/"


@pytest.fixture
def mary() -> User:
    return make.UserFactory(username="mary", first_name="Mary", last_name="Ray", groups=[EDITOR])


@pytest.fixture
def editor(client: Client, mary: User) -> Client:
    client.force_login(mary)
    return client


def since(user: Any, moment: datetime = LATER, **wanted: Any) -> list[Any]:
    return recent_changes(user, since=moment, **wanted)


def changed(record: Any, at: datetime = LATER, by: Any = None, **values: Any) -> Any:
    """The record, saved with other values."""
    for name, value in values.items():
        setattr(record, name, value)
    record._history_user = by
    with history_dated(at):
        record.save()
    return record


def added(factory: Any, at: datetime = MOMENT, **kwargs: Any) -> Any:
    with history_dated(at):
        return factory(**kwargs)


# --- what is told ------------------------------------------------------------------------------


def test_every_editable_record_has_a_history_that_is_told() -> None:
    kept = {model for model in admin.site._registry if issubclass(model, Versioned)}
    assert len(kept) == 22
    told = {source.model for source in all_sources()}
    assert kept < told
    assert {model._meta.model_name for model in told - kept} == {"progressreport", "meetingchange"}


def test_a_change_says_who_what_when_and_from_what_to_what(mary: User) -> None:
    mandate = added(make.MandateFactory, reference="219-3", text="To urge")
    changed(mandate, by=mary, text="To request", standing="expired", ends_on=DAY)
    (change,) = since(mary)
    assert (change.when, change.who, change.act) == (LATER, "Mary Ray", "Changed")
    assert (change.kind, change.under) == ("mandate", "")
    assert change.name.startswith("219-3")
    assert change.admin_url == f"/admin/mandates/mandate/{mandate.pk}/change/"
    assert change.public_url == "/mandates/219-3/"
    assert [tuple(one) for one in change.differences] == [
        ("text", "Text", "To urge", "To request"),
        ("ends_on", "Ends on", "–", "2003-02-20"),
        ("standing", "Standing", "Current", "Expired"),
    ]


def test_what_one_save_did_is_one_change(mary: User) -> None:
    actors = [added(make.ActorFactory, name=name) for name in ("The OAS", "The CIM", "UNIFEM")]
    mandate = added(make.MandateFactory)
    with history_dated(MOMENT):
        mandate.responsible.set(actors[:2])
    with history_dated(LATER):
        mandate.text = "Other words"
        mandate.save()
        mandate.responsible.set([actors[0], actors[2]])
        mandate.partners.set([actors[1]])
    (change,) = since(mary)
    assert [tuple(one)[1:] for one in change.differences] == [
        ("Text", f"To urge what {mandate.reference} says.", "Other words"),
        ("Responsible", "…, The CIM", "…, UNIFEM"),
        ("Partners", "–", "The CIM"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "act"),
    [(False, True, "Published"), (True, False, "Unpublished")],
)
def test_publishing_is_called_that(mary: User, before: bool, after: bool, act: str) -> None:
    changed(added(make.ActivityFactory, published=before), published=after)
    assert [change.act for change in since(mary)] == [act]


def test_a_save_that_changed_nothing_is_no_change(mary: User) -> None:
    changed(added(make.ActivityFactory))
    assert since(mary) == []


def test_a_line_is_named_with_its_record(mary: User) -> None:
    line = added(make.AddresseeFactory, mandate__reference="219-3", actor__name="Member States")
    changed(line, qualifier="that have not yet done so")
    (change,) = since(mary)
    assert change.name == "Member States that have not yet done so"
    assert change.under.startswith("219-3")


def test_what_is_gone_is_told_and_leads_nowhere(mary: User) -> None:
    meeting = added(make.MeetingFactory, title="A meeting")
    changed(meeting, title="A meeting, renamed", at=LATER)
    with history_dated(LATER + timedelta(hours=1)):
        meeting.delete()
    deleted, renamed = since(mary)
    assert (deleted.act, deleted.name) == ("Deleted", "A meeting, renamed")
    assert renamed.act == "Changed"
    assert {change.admin_url + change.public_url for change in (deleted, renamed)} == {""}


def test_what_goes_with_a_deleted_record_is_dated_with_it(mary: User) -> None:
    line = added(make.AddresseeFactory)
    with history_dated(LATER):
        line.mandate.delete()
    assert {(change.kind, change.act) for change in since(mary)} == {
        ("mandate", "Deleted"),
        ("addressee", "Deleted"),
    }


def test_a_reference_to_what_is_gone_says_so(mary: User) -> None:
    actor = added(make.ActorFactory)
    mandate = added(make.MandateFactory)
    with history_dated(MOMENT):
        mandate.responsible.add(actor)
    with history_dated(LATER):
        mandate.responsible.clear()
        actor.delete()
    (change,) = since(mary, kind="mandate")
    assert tuple(change.differences[0])[1:] == ("Responsible", "(deleted)", "–")


def test_a_report_is_told_of_what_it_is_on(mary: User) -> None:
    report = make.ProgressReportFactory(recorded_at=LATER, reported_by=mary)
    make.ProgressReportFactory(
        mandate=None, activity=added(make.ActivityFactory), recorded_at=LATER, corrects=report
    )
    corrected, reported = since(mary, kind="progressreport")
    assert (reported.act, reported.kind, reported.who) == ("Reported", "mandate", "Mary Ray")
    assert [tuple(one)[1:] for one in reported.differences] == [
        ("Status", "", "In progress"),
        ("As of", "", "2003-02-20"),
        ("What was done", "", "A letter was sent."),
    ]
    assert (corrected.act, corrected.kind) == ("Corrected", "activity")


def test_a_move_is_told_once_and_says_why(mary: User) -> None:
    may = parse_span("May 2003").span
    meeting = added(make.MeetingFactory, start=may.start, end=may.end, precision="month")
    meeting.span, meeting.title = parse_span("June 5-6, 2003").span, "Renamed"
    with history_dated(LATER):
        reschedule(meeting=meeting, by=mary, at=LATER, reason="A strike")
    told = since(mary)
    assert sorted(change.act for change in told) == ["Changed", "Moved"]
    (moved,) = (change for change in told if change.act == "Moved")
    assert (moved.reason, moved.who) == ("A strike", "Mary Ray")
    (dates,) = moved.differences
    assert (dates.label, dates.old, dates.new) == ("Dates", "May 2003", "June 5-6, 2003")
    (renamed,) = (change for change in told if change.act == "Changed")
    assert [one.label for one in renamed.differences] == ["Title"]
    meeting.span = parse_span("June 7, 2003").span
    with history_dated(LATER + timedelta(hours=1)):
        reschedule(meeting=meeting, by=mary, at=LATER + timedelta(hours=1), reason="Fire")
    assert [change.reason for change in since(mary, LATER + timedelta(minutes=1))] == ["Fire"]


HISTORIES = (Mandate, Addressee, Deadline, ProgramArea)


def newest(model: Any) -> int:
    row = model.history.order_by("-history_id").first()
    return row.history_id if row else 0


def test_whatever_the_admin_writes_is_dated_by_the_one_clock(client: Client) -> None:
    """Records, their lists and lines, what an action does, and what goes with what is deleted."""
    client.force_login(make.UserFactory(is_superuser=True))
    line = make.AddresseeFactory()
    mandate, actor, area = line.mandate, make.ActorFactory(), make.ProgramAreaFactory()
    made_by_us = {model: newest(model) for model in HISTORIES}
    data = open_form(client, mandate) | {"text": "Other words", "responsible": [actor.pk]}
    data |= {"addressees-0-qualifier": "now", "deadlines-TOTAL_FORMS": "1"}
    data |= {"deadlines-0-by": "2004", "deadlines-0-words": "in 2004"}
    assert send(client, mandate, data).status_code == 302
    add(client, ProgramArea, short_name="New", full_name="New", slug="new", mandates=[mandate.pk])
    listed = address(ProgramArea, "changelist")
    chosen = {"_selected_action": [area.pk], "index": 0}
    client.post(listed, {"action": "unpublish", **chosen})
    rows = sent_back(client.get(listed), "changelist-form") | {"_save": "Save", "form-0-order": "5"}
    assert client.post(listed, rows).status_code == 302
    client.post(listed, {"action": "delete_selected", "post": "yes", **chosen})
    client.post(address(Mandate, "delete", mandate.pk), {"post": "yes"})
    written = [
        row for model in HISTORIES for row in model.history.filter(history_id__gt=made_by_us[model])
    ]
    kinds = {(type(row).__name__.removeprefix("Historical"), row.history_type) for row in written}
    assert kinds == {
        *(("Mandate", sort) for sort in "~-"),
        *(("Addressee", sort) for sort in "~-"),
        *(("Deadline", sort) for sort in "+-"),
        *(("ProgramArea", sort) for sort in "+~-"),
    }
    assert {localdate(row.history_date) for row in written} == {DAY}


# --- by filters, in pages ----------------------------------------------------------------------


def test_it_is_filtered_by_who_kind_day_and_words(editor: Client, mary: User) -> None:
    john = make.UserFactory(username="john")
    changed(added(make.MandateFactory, reference="219-3", text="To urge"), by=mary, verb="ask")
    changed(added(make.ActivityFactory, title="A seminar"), by=john, funding="The OAS")
    added(make.ActorFactory, at=MOMENT - timedelta(days=3), name="UNIFEM")

    def told(**query: str) -> str:
        return main_text_of_admin(editor.get(URL, query))

    for query, found, others in (
        ({"who": "mary", "from": "2003-02-20"}, "219-3", ("seminar", "UNIFEM")),
        ({"who": "john"}, "A seminar", ("219-3", "UNIFEM")),
        ({"who": "file", "words": "unifem"}, "UNIFEM", ("219-3", "seminar")),
        ({"kind": "actor"}, "UNIFEM", ("219-3", "seminar")),
        ({"to": "2003-02-18"}, "UNIFEM", ("219-3", "seminar")),
        ({"words": "seminar"}, "A seminar", ("219-3", "UNIFEM")),
        ({"words": "CIM/RES. 219, para. 3"}, "219-3", ("seminar", "UNIFEM")),
    ):
        page = told(**query)
        assert found in page, query
        assert not [other for other in others if other in page], query
    assert "Nothing was changed that this asks for." in told(words="no such words")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"who": "nobody"}, "nobody is not one of the available choices"),
        ({"kind": "mandat"}, "mandat is not one of the available choices"),
        ({"from": "yesterday"}, "Enter a valid date."),
        ({"to": "9999-12-31"}, "Ensure this value is less than or equal to"),
        ({"from": "2003-02-20", "to": "2003-02-19"}, "This day is before the other."),
        ({"before": "x"}, "The page asked for is none of this list."),
        ({"before": "2003-02-20T12:00:00~1~1"}, "The page asked for is none of this list."),
        ({"words": "x" * 201}, "at most 200 characters"),
        ({"whom": "mary"}, "There is no filter “whom”."),
    ],
)
def test_a_filter_that_cannot_be_is_an_error_and_not_everything(
    editor: Client, query: dict[str, str], error: str
) -> None:
    added(make.ActorFactory, name="UNIFEM")
    page = text_of(editor.get(URL, query))
    assert error in page
    assert "UNIFEM" not in page


def test_older_changes_follow_page_by_page_each_once(editor: Client, mary: User) -> None:
    """Of one moment and of several, of one kind and of several."""
    for number in range(30):
        added(make.ActorFactory, at=MOMENT, name=f"Actor no. {number}.")
        added(make.TermFactory, at=MOMENT + timedelta(seconds=number % 3))
    for number in range(50):
        make.ProgressReportFactory(recorded_at=MOMENT, done=f"Letter no. {number}.")
    url, told = f"{URL}?to=2003-02-20", []
    while url:
        response = editor.get(url)
        told += response.context["changes"]
        assert len(response.context["changes"]) <= 50
        older = re.search(r'rel="next" href="([^"]+)"', text_of(response))
        url = f"{URL}{html.unescape(older[1])}" if older else ""
    names = [(change.kind, change.name, change.act, tuple(change.differences)) for change in told]
    assert len(names) == len(set(names)) == 30 + 30 + 50
    moments = [change.when for change in told]
    assert moments == sorted(moments, reverse=True)


# --- who, how safely, at what cost ---------------------------------------------------------------


def test_it_is_for_those_who_see_drafts(client: Client) -> None:
    for groups, status in (([EDITOR], 200), ([EXECUTIVE_COMMITTEE], 403), ([], 403)):
        user = make.UserFactory(groups=groups)
        client.force_login(user)
        assert client.get(URL).status_code == status
        assert bool(recent_changes(user)) is (status == 200 and make.ActorFactory() is None)
    client.logout()
    assert client.get(URL).status_code == 302


def test_what_was_typed_is_shown_as_text(editor: Client, mary: User) -> None:
    actor = added(make.ActorFactory, name="<script>alert(1)</script>")
    changed(actor, name="<img src=x onerror=alert(2)>")
    response = editor.get(URL, {"words": "<img"})
    assert blocked_by_policy(response) == []
    assert "&lt;img src=x onerror=alert(2)&gt;" in text_of(response)
    assert "&lt;script&gt;" in text_of(response)


def test_long_texts_are_shown_where_they_differ(mary: User) -> None:
    words = "word " * 2000
    changed(added(make.ActivityFactory, description=words + "at first"), description=words + "now")
    ((_field, _label, old, new),) = since(mary)[0].differences
    assert len(old) <= 400
    assert (old[-8:], new[-3:]) == ("at first", "now")


def queries_of(user: Any, **wanted: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert recent_changes(user, limit=5000, **wanted)
    return len(queries)


def test_its_cost_does_not_grow_with_what_it_tells(mary: User) -> None:
    mary = User.objects.get(pk=mary.pk)
    recent_changes(mary)  # permissions are remembered from here on
    for _ in range(2):
        for made_by in make.FACTORIES.values():
            if issubclass(made_by._meta.model, Versioned):
                made_by().save()
    world.build(1)
    with_one = queries_of(mary)
    world.build(2)
    assert queries_of(mary) == with_one
    # One for each of 25 tables; then two, and one a list, for each of 22 kinds; one for each log.
    assert with_one <= 100
    assert queries_of(mary, kind="mandate") <= 7
    assert queries_of(mary, kind="deadline") <= 3


def main_text_of_admin(response: Any) -> str:
    page = text_of(response)
    return page[page.index('class="changes-filter"') :].split("</form>", 1)[1]
