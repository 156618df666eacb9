"""The desk: what needs attention, as lines that count what their lists show; what has happened
since somebody was last there; and only what they may open."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from calendar_app.models import Deadline, Meeting, MeetingState, Session
from cimplan import clock
from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE
from desk.attention import DRAFTS, LINES, Moment, count_rows
from desk.filters import AttentionFilter
from desk.models import Visit
from documents.models import SessionReport
from mandates.models import Mandate, Record
from mandates.status import Status
from tests import factories as make
from tests.factories import DAY
from tests.pages import blocked_by_policy, main_text_of, text_of
from workplan.models import EditorialNote

pytestmark = pytest.mark.django_db

DESK = "/admin/"
LONG_AGO = DAY - timedelta(days=120)


def days(count: int) -> date:
    return DAY + timedelta(days=count)


def on(day: date) -> dict[str, date]:
    return {"start": day, "end": day}


def logged_in(*groups: str) -> Client:
    client = Client()
    client.force_login(make.UserFactory(groups=groups))
    return client


@pytest.fixture
def editor() -> Client:
    return logged_in(EDITOR)


def reported(mandate: Any = None, *, day: date = DAY, **kwargs: Any) -> Any:
    """A mandate, with a report on it."""
    mandate = mandate or make.MandateFactory()
    make.ProgressReportFactory(mandate=mandate, as_of=day, **kwargs)
    return mandate


def make_session(day: date) -> Session:
    return make.SessionFactory(meeting=make.MeetingFactory(kind="session", **on(day)))


def make_one_of_each() -> None:
    """One more row for every line of the desk, drafts of every kind among them."""
    ahead = Session.objects.filter(meeting__start__gt=DAY)
    session = ahead.order_by("meeting__start").first() or make_session(days(90))
    make_session(days(-100))
    make.MandateFactory()  # never reported on, and nothing is proposed for it
    of_overdue, of_due = reported(), reported()
    make.DeadlineFactory(mandate=of_overdue, meeting=None, precision="day", **on(days(-1)))
    make.DeadlineFactory(mandate=of_due, meeting=session.meeting)
    done = make.ActivityFactory()
    done.mandates.add(reported())
    make.ProgressReportFactory(mandate=None, activity=done, status=Status.COMPLETED)
    for day in (days(-2), days(2)):
        activity = make.ActivityFactory()
        activity.mandates.add(of_overdue, of_due)
        make.DeadlineFactory(
            mandate=None, activity=activity, meeting=None, precision="day", **on(day)
        )
    called_off = make.MeetingFactory(state=MeetingState.CANCELLED, **on(days(7)))
    make.DeadlineFactory(mandate=of_due, meeting=called_off)
    make.DeadlineFactory(mandate=None, activity=activity, meeting=called_off)
    make.MeetingFactory(tentative=True, **on(days(30)))
    make.MeetingFactory(**on(days(-3)))
    make.EditorialNoteFactory()
    make.SessionReportFactory(session__meeting__start=days(200))
    for line in DRAFTS:
        # A draft session is later than the next one.
        later = {"meeting__start": days(300)} if line.model is Session else {}
        make.FACTORIES[line.model](published=False, **later)


def listed(client: Client, url: str) -> list[Any]:
    """The rows of a list of the admin."""
    response = client.get(url)
    assert response.status_code == 200, url
    return list(response.context_data["cl"].queryset)


def lines_of(client: Client) -> dict[str, Any]:
    """The lines of somebody's desk by where they lead to, and those of drafts by their kinds."""
    groups = client.get(DESK).context_data["groups"]
    shown = [line for group in groups for line in group.lines]
    return {line.url: line for one in shown for line in (one.kinds or (one,)) if line.url}


# --- the rules -------------------------------------------------------------------------------


def test_a_mandate_is_unsettled_until_it_is_done_or_given_up() -> None:
    reported(status=Status.COMPLETED)
    reported(status=Status.DISCONTINUED)
    ongoing, new = reported(status=Status.ONGOING), make.MandateFactory()
    assert set(Mandate.objects.unsettled(DAY)) == {ongoing, new}


def test_not_reported_since_a_day_counts_reports_of_that_day_and_no_states_own_answer() -> None:
    reported(day=DAY)
    stale = reported(day=days(-1))
    answered = reported(day=DAY, about=make.StateFactory())
    never = make.MandateFactory()
    make.MandateFactory(begins_on=days(1))  # has not had the time to be reported on
    assert set(Mandate.objects.not_reported_since(DAY)) == {stale, answered, never}


class TestSettledActivities:
    def settled(self, mandate: Any, *statuses: Status) -> set[Mandate]:
        for status in statuses:
            activity = make.ActivityFactory()
            activity.mandates.add(mandate)
            make.ProgressReportFactory(mandate=None, activity=activity, status=status)
        return set(Mandate.objects.with_settled_activities(DAY))

    def test_all_of_them_are_settled(self) -> None:
        mandate = reported(status=Status.IN_PROGRESS)
        assert self.settled(mandate) == set()  # there is none
        assert self.settled(mandate, Status.COMPLETED, Status.DISCONTINUED) == {mandate}
        assert self.settled(mandate, Status.PLANNED) == set()

    @pytest.mark.parametrize("status", [Status.COMPLETED, Status.ONGOING])
    def test_its_own_status_is_open(self, status: Status) -> None:
        assert self.settled(reported(status=status), Status.COMPLETED) == set()

    def test_what_is_proposed_for_the_paragraph_above_is_proposed_for_it(self) -> None:
        above = reported(status=Status.COMPLETED)
        below = make.MandateFactory(
            resolution=above.resolution, parent=make.MandateFactory(parent=above)
        )
        assert below in self.settled(above, Status.COMPLETED)
        assert below not in self.settled(below, Status.PLANNED)


def test_due_before_a_session_is_also_due_at_it() -> None:
    session = make_session(days(90))
    at_it = make.DeadlineFactory(meeting=session.meeting)
    make.DeadlineFactory(meeting=make.MeetingFactory(**on(days(91))))
    make.DeadlineFactory(meeting=make.MeetingFactory(start=None, end=None, precision=""))
    assert list(Deadline.objects.due_before(session)) == [at_it]


def test_to_be_confirmed_are_scheduled_meetings_with_tentative_dates() -> None:
    tentative = {"tentative": True, **on(days(5))}
    wanted = make.MeetingFactory(**tentative)
    make.MeetingFactory(**on(days(5)))
    make.MeetingFactory(state=MeetingState.POSTPONED, **tentative)
    make.MeetingFactory(tentative=True, **on(days(6)))
    assert list(Meeting.objects.to_be_confirmed(DAY, days(5))) == [wanted]


def test_open_contradictions_are_no_other_notes() -> None:
    contradiction = make.EditorialNoteFactory()
    make.EditorialNoteFactory(open=False)
    make.EditorialNoteFactory(kind="comment")
    assert list(EditorialNote.objects.open_contradictions()) == [contradiction]


def test_a_report_is_issued_by_a_revision_of_it_and_by_no_other_paper() -> None:
    issued, report = make.SessionReportFactory.create_batch(2)
    make.IssuedDocumentFactory(session=issued.session, slug="report-2003-1")
    make.IssuedDocumentFactory(session=report.session, slug="agenda-2003-2")
    assert list(SessionReport.objects.not_issued()) == [report]


class TestNextSession:
    def next_session(self) -> Session | None:
        return Moment(make.UserFactory(groups=[EDITOR]), DAY).next_session

    def test_the_one_under_way_is_not_the_next(self) -> None:
        under_way, following = make_session(DAY), make_session(days(90))
        assert self.next_session() == following
        assert Moment(make.UserFactory(), DAY).session_under_way == under_way

    def test_one_known_to_the_month_is_still_ahead_in_that_month(self) -> None:
        meeting = make.MeetingFactory(
            kind="session", start=date(2003, 2, 1), end=date(2003, 2, 28), precision="month"
        )
        session = make.SessionFactory(meeting=meeting)
        assert self.next_session() == session

    def test_one_over_called_off_or_without_dates_is_none(self) -> None:
        make_session(days(-1))
        make.SessionFactory(meeting__state=MeetingState.POSTPONED, meeting__start=days(9))
        make.SessionFactory(meeting__start=None, meeting__end=None, meeting__precision="")
        assert self.next_session() is None


# --- the lines and their lists ---------------------------------------------------------------


def test_there_is_a_line_for_drafts_of_every_kind_and_a_filter_for_every_other_line() -> None:
    assert {line.model for line in DRAFTS} == set(Record.__subclasses__())
    for line in LINES:
        assert AttentionFilter in admin.site.get_model_admin(line.model).list_filter, line.url
    assert len({line.url for line in (*LINES, *DRAFTS)}) == len((*LINES, *DRAFTS)) == 27


def test_the_desk_counts_exactly_the_rows_of_its_lists(editor: Client) -> None:
    for _ in range(2):
        make_one_of_each()
    lines = lines_of(editor)
    assert set(lines) == {line.url for line in (*LINES, *DRAFTS)}
    for url, line in lines.items():
        assert line.count >= 2, url
        assert line.count == len(listed(editor, url)), url


def test_a_line_is_only_about_mandates_in_force_that_are_reported_on(editor: Client) -> None:
    make_session(days(90))
    for kwargs in ({"reported_on": False}, {"ends_on": days(-1)}):
        mandate = make.MandateFactory(**kwargs)
        for day in (days(-1), days(1)):
            make.DeadlineFactory(mandate=mandate, meeting=None, precision="day", **on(day))
        activity = make.ActivityFactory()
        activity.mandates.add(mandate)
        make.ProgressReportFactory(mandate=None, activity=activity, status=Status.COMPLETED)
    ours = [line for line in LINES if line.model is Mandate]
    assert len(ours) == 7
    at = Moment(make.UserFactory(groups=[EDITOR]), DAY)
    assert set(count_rows(ours, at).values()) == {0}


def test_what_is_due_at_a_meeting_that_no_day_is_known_of_is_not_lost(editor: Client) -> None:
    postponed = make.MeetingFactory(
        state=MeetingState.POSTPONED, start=None, end=None, precision=""
    )
    cancelled = make.MeetingFactory(state=MeetingState.CANCELLED, **on(days(7)))
    settled = make.ActivityFactory()
    make.ProgressReportFactory(mandate=None, activity=settled, status=Status.COMPLETED)
    waiting = [make.ActivityFactory(), make.ActivityFactory()]
    for activity, meeting in (
        (waiting[0], postponed),
        (waiting[1], cancelled),
        (settled, cancelled),
        (make.ActivityFactory(), make.MeetingFactory(**on(days(7)))),
    ):
        make.DeadlineFactory(mandate=None, activity=activity, meeting=meeting)
    url = "/admin/mandates/activity/?attention=without-a-day"
    assert lines_of(editor)[url].count == 2
    assert set(listed(editor, url)) == set(waiting)


def test_where_there_is_nothing_every_count_is_none() -> None:
    at = Moment(make.UserFactory(), DAY)
    assert count_rows([], at) == {}
    assert set(count_rows(LINES, at).values()) == {0}


def test_where_no_session_is_ahead_nothing_is_due_before_it(editor: Client) -> None:
    make.DeadlineFactory(meeting=None, precision="day", **on(days(1)))
    make.DeadlineFactory(
        mandate=None, activity=make.ActivityFactory(), meeting=None, precision="day", **on(days(1))
    )
    due = [line for line in LINES if line.key == "due-before-next-session"]
    assert {line.model._meta.model_name for line in due} == {"mandate", "activity"}
    at = Moment(make.UserFactory(groups=[EDITOR]), DAY)
    assert set(count_rows(due, at).values()) == {0}
    assert [list(line.rows(at)) for line in due] == [[], []]
    assert [listed(editor, line.url) for line in due] == [[], []]


def test_what_is_never_reported_on_stands_first_then_what_is_due_soonest() -> None:
    at = Moment(make.UserFactory(groups=[EDITOR]), DAY)
    old, never = reported(day=LONG_AGO), make.MandateFactory()
    older = reported(day=LONG_AGO - timedelta(days=9))
    for mandate, day in ((old, 3), (never, 1), (older, 2), (old, 9)):
        make.DeadlineFactory(mandate=mandate, meeting=None, precision="day", **on(days(day)))
    make_session(days(90))
    by_key = {line.key: line for line in LINES if line.model is Mandate}
    assert list(by_key["not-reported"].rows(at)) == [never, older, old]
    assert list(by_key["due-before-next-session"].rows(at)) == [never, older, old]


def test_what_awaits_a_report_is_what_nobody_reported_on_since_the_last_session() -> None:
    at = Moment(make.UserFactory(groups=[EDITOR]), DAY)
    (line,) = (line for line in LINES if line.key == "awaiting-report")
    before, since = reported(day=days(-30)), reported(day=days(-5))
    settled = reported(status=Status.COMPLETED, day=days(-30))
    assert list(line.rows(at)) == []
    make_session(days(-10))
    make.SessionFactory(meeting__state=MeetingState.CANCELLED, **{"meeting__start": days(-4)})
    at = Moment(at.user, DAY)
    assert list(line.rows(at)) == [before]
    assert {before, since, settled} == set(Mandate.objects.all())


def test_a_list_says_what_it_is_asked_for_and_refuses_what_it_does_not_know(
    editor: Client,
) -> None:
    make_one_of_each()
    url = reverse("admin:mandates_mandate_changelist")
    page = text_of(editor.get(f"{url}?attention=overdue&_facets=True"))
    rows = len(listed(editor, f"{url}?attention=not-reported"))
    assert f"No report for 90 days ({rows})" in page
    response = editor.get(f"{url}?attention=<b>")
    assert response.status_code == 400
    assert "No list here is called “&lt;b&gt;”." in text_of(response)


def test_the_lists_cost_no_more_for_it(editor: Client) -> None:
    make_one_of_each()
    for line in LINES:
        plain = len(queries_of(editor, line.url.partition("?")[0]))
        assert len(queries_of(editor, line.url)) <= min(plain + 1, 12), line.url


# --- the page --------------------------------------------------------------------------------


def queries_of(client: Client, url: str = DESK) -> list[Any]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return list(queries)


@pytest.mark.parametrize("group", [EDITOR, ADMINISTRATOR])
def test_the_desk_costs_the_same_with_one_row_and_with_three(group: str) -> None:
    client, other = logged_in(group), make.UserFactory(groups=[EDITOR])
    now = clock.now()

    def make_a_day_of_work() -> None:
        make_one_of_each()
        make.ProgressReportFactory(recorded_at=now, reported_by=other)
        make.MeetingChangeFactory(recorded_at=now, recorded_by=other)
        edit(make.ActivityFactory(), other)

    make_a_day_of_work()
    once = len(queries_of(client))
    make_a_day_of_work()
    make_a_day_of_work()
    assert len(queries_of(client)) == once == 18


def test_an_empty_desk_says_so_and_what_to_do_first(editor: Client) -> None:
    response = editor.get(DESK)
    text = main_text_of(response)
    assert "Nothing needs attention." in text
    assert "No mandate has been recorded yet. Begin with a resolution" in text
    assert f'href="{reverse("admin:mandates_resolution_add")}"' in text_of(response)
    assert "No session is ahead that has a date." in text
    assert text.count("none ") == 17
    assert "?attention=" not in text_of(response)


def test_a_line_with_nothing_to_do_is_done(editor: Client) -> None:
    make.EditorialNoteFactory()
    page = text_of(editor.get(DESK))
    assert "Nothing needs attention." not in page
    assert 'editorialnote/?attention=contradictions"><span class="desk-count">1</span>' in page
    assert page.count('<li class="done">') == 16


def test_the_admin_says_which_day_it_takes_for_today(editor: Client, settings: Any) -> None:
    said = "This installation takes February 20, 2003 for today."
    pages = (
        DESK,
        reverse("admin:mandates_mandate_changelist"),
        reverse("admin:mandates_actor_add"),
    )
    for page in pages:
        assert said in text_of(editor.get(page)), page
    settings.TODAY = None
    assert "for today" not in text_of(editor.get(DESK))


def test_the_next_session_stands_on_top(editor: Client) -> None:
    session = make_session(days(30))
    text = main_text_of(editor.get(DESK))
    assert f"Next session: {session} March 22, 2003 30 days to go" in text
    assert "Under way" not in text
    make_session(DAY)
    assert f"Under way: {Session.objects.last()} February 20, 2003" in main_text_of(
        editor.get(DESK)
    )


def test_progress_is_one_link_away(editor: Client) -> None:
    make_session(days(90))
    mandate = make.MandateFactory(text="<b>To urge</b> the member states")
    activity = make.ActivityFactory()
    for of in ({"mandate": mandate}, {"mandate": None, "activity": activity}):
        make.DeadlineFactory(meeting=None, precision="day", **on(days(-1)), **of)
    page = text_of(editor.get(DESK))
    to_report = reverse("admin:report_progress")
    assert page.count(f'href="{to_report}?mandate={mandate.reference}"') == 2
    assert page.count(f'href="{to_report}?activity={activity.slug}"') == 1
    assert f'action="{to_report}"' in page
    assert "&lt;b&gt;To urge&lt;/b&gt; the member states" in page
    assert "due by February 19, 2003" in main_text_of(editor.get(DESK))


def test_the_first_few_are_named_and_no_more(editor: Client) -> None:
    make.MandateFactory.create_batch(5)
    assert text_of(editor.get(DESK)).count("report-progress/?mandate=") == 3


def test_the_records_are_all_there(editor: Client) -> None:
    page = text_of(editor.get(DESK))
    shown = [app["app_label"] for app in editor.get(DESK).context_data["app_list"]]
    assert shown == ["mandates", "calendar_app", "workplan", "documents"]
    assert page.count("<h1") == 1


def test_the_page_runs_nothing_of_its_own_and_is_stored_nowhere(editor: Client) -> None:
    make_one_of_each()
    response = editor.get(DESK)
    assert blocked_by_policy(response) == []
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


# --- who sees what ---------------------------------------------------------------------------


def test_an_administrator_is_told_what_waits_for_them(editor: Client) -> None:
    make.SessionReportFactory()
    waits = "1 Session reports not issued yours to issue"
    assert waits in main_text_of(logged_in(ADMINISTRATOR).get(DESK))
    text = main_text_of(editor.get(DESK))
    assert "1 Session reports not issued" in text
    assert waits not in text


def test_the_executive_committee_sees_what_it_may_open() -> None:
    make_one_of_each()
    client = logged_in(EXECUTIVE_COMMITTEE)
    assert {url.partition("?")[0] for url in lines_of(client)} == {
        reverse("admin:documents_sessionreport_changelist")
    }
    page = text_of(client.get(DESK))
    text = main_text_of(client.get(DESK))
    assert "Next session:" in text
    assert "Mandates" not in text
    assert "Drafts" not in text
    assert "Since you were last here" not in text
    assert "In the last 30 days" not in text
    assert "report-progress" not in page
    assert reverse("admin:changes") not in page


def test_no_draft_is_counted_for_who_may_not_see_drafts() -> None:
    user = make.UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=("view_mandate", "view_meeting", "view_session"))
    )
    client = Client()
    client.force_login(user)
    make_session(days(90))
    shown = make.MandateFactory()
    hidden = make.MandateFactory(published=False, text="Canary")
    make.DeadlineFactory(
        mandate=shown, meeting=make.MeetingFactory(published=False, **on(days(-1)))
    )
    make.DeadlineFactory(mandate=hidden, meeting=make.MeetingFactory(**on(days(-1))))
    counts = {url.partition("?")[2]: line.count for url, line in lines_of(client).items()}
    assert counts["attention=not-reported"] == 1
    assert counts["attention=overdue"] == 0
    page = text_of(client.get(DESK))
    assert "Canary" not in page
    assert "Drafts" not in page
    for url, line in lines_of(client).items():
        assert line.count == len(listed(client, url)), url


# --- since somebody was last there -----------------------------------------------------------


def edit(record: Any, by: User) -> None:
    record._history_user = by
    record._history_date = clock.now()
    record.save()


class TestVisits:
    at = datetime.fromisoformat("2003-02-20T09:00:00+00:00")

    def arrive(self, user: User, **later: float) -> datetime | None:
        return Visit.objects.arrive(user, self.at + timedelta(**later))

    def test_a_visit_begins_after_an_hour_of_absence(self) -> None:
        user, other = make.UserFactory.create_batch(2)
        assert self.arrive(user) is None
        assert self.arrive(user, minutes=59) is None
        assert self.arrive(user, minutes=119) is None
        evening = self.at + timedelta(minutes=119)
        assert self.arrive(user, hours=8) == evening
        assert self.arrive(user, hours=8.5) == evening
        assert self.arrive(other, hours=8) is None
        assert Visit.objects.count() == 2

    def test_two_windows_opened_at_once_are_one_visit(self) -> None:
        user = make.UserFactory()
        self.arrive(user)
        assert self.arrive(user, days=1) == self.arrive(user, days=1) == self.at

    def test_it_goes_with_its_user(self) -> None:
        user = make.UserFactory()
        self.arrive(user)
        user.delete()
        assert not Visit.objects.exists()


class TestSince:
    @pytest.fixture
    def ana(self) -> User:
        return make.UserFactory(first_name="Ana", last_name="Ruiz", groups=[EDITOR])

    @pytest.fixture
    def text(self, editor: Client) -> Callable[[], str]:
        """What an editor reads who was last there ten hours ago."""
        user = User.objects.get(pk=editor.session["_auth_user_id"])
        Visit.objects.arrive(user, clock.now() - timedelta(hours=10))
        return lambda: main_text_of(editor.get(DESK)).partition("Since you were last here")[2]

    def test_it_says_who_reported_what(self, text: Any, ana: User) -> None:
        report = make.ProgressReportFactory(recorded_at=clock.now(), reported_by=ana)
        assert f"Ana Ruiz {report.mandate} In progress A letter was sent." in text()

    def test_one_letter_on_two_mandates_is_one_entry(self, text: Any, ana: User) -> None:
        step = {"batch": uuid4(), "recorded_at": clock.now(), "reported_by": ana}
        first, second = (make.ProgressReportFactory(**step).mandate for _ in range(2))
        assert f"Ana Ruiz {first} , {second} In progress" in text()
        assert text().count("Ana Ruiz") == 1

    def test_it_says_who_moved_what_from_when_to_when_and_why(self, text: Any, ana: User) -> None:
        make.MeetingChangeFactory(
            meeting__title="Meeting of experts",
            act="moved",
            start_after=date(2003, 6, 3),
            end_after=date(2003, 6, 3),
            recorded_at=clock.now(),
            recorded_by=ana,
            reason="The host asked for it.",
        )
        assert (
            "Ana Ruiz Meeting of experts Moved May 15, 2003* → June 3, 2003 The host asked for it."
        ) in text()

    def test_edits_are_counted_by_kind_and_lead_to_the_changes(
        self, text: Any, ana: User, editor: Client
    ) -> None:
        twice, once = make.ActivityFactory.create_batch(2)
        for record in (twice, twice, once, make.MandateFactory()):
            edit(record, ana)
        assert "Edited: 1 mandate , 2 activities" in text()
        url = f"{reverse('admin:changes')}?kind=activity&amp;from=2003-02-"
        assert url in text_of(editor.get(DESK))
        changes = editor.get(f"{reverse('admin:changes')}?kind=activity&from=2003-02-19")
        assert changes.status_code == 200
        assert "Ana Ruiz" in text_of(changes)

    def test_what_is_older_or_came_from_a_file_is_no_news(self, text: Any, ana: User) -> None:
        before = clock.now() - timedelta(hours=11)
        make.ProgressReportFactory(recorded_at=before, reported_by=ana)
        make.ProgressReportFactory(recorded_at=clock.now())
        make.MeetingChangeFactory(recorded_at=before, recorded_by=ana)
        make.MeetingChangeFactory(recorded_at=clock.now())
        assert "Nobody has recorded or changed anything." in text()
        assert "All changes" in text()

    def test_at_most_fifteen_entries_the_newest_first(self, text: Any, ana: User) -> None:
        for minutes in range(20):
            at = clock.now() - timedelta(minutes=minutes)
            make.ProgressReportFactory(recorded_at=at, reported_by=ana, done=f"Step {minutes}.")
        steps = [part.split(".")[0] for part in text().split("Step ")[1:]]
        assert steps == [str(minutes) for minutes in range(15)]

    def test_the_first_visit_looks_back_a_month(self, editor: Client, ana: User) -> None:
        make.ProgressReportFactory(
            recorded_at=clock.now() - timedelta(days=29), reported_by=ana, done="Lately"
        )
        make.ProgressReportFactory(
            recorded_at=clock.now() - timedelta(days=31), reported_by=ana, done="Long ago"
        )
        text = main_text_of(editor.get(DESK))
        assert "In the last 30 days" in text
        assert "Lately" in text
        assert "Long ago" not in text

    def test_only_logs_that_one_may_read(self, ana: User) -> None:
        user = make.UserFactory()
        user.user_permissions.set(
            Permission.objects.filter(codename__in=("see_drafts", "view_meetingchange"))
        )
        client = Client()
        client.force_login(user)
        make.ProgressReportFactory(recorded_at=clock.now(), reported_by=ana, done="Canary")
        edit(make.ActivityFactory(), ana)
        make.MeetingChangeFactory(recorded_at=clock.now(), recorded_by=ana)
        text = main_text_of(client.get(DESK))
        assert "Confirmed" in text
        assert "Canary" not in text
        assert "Edited" not in text
