"""What needs the Secretariat's attention. Each line is a rule of the domain, asked of what one
user may see on one day: the desk counts its rows, and the list it leads to shows the same rows
(desk/filters.py)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, Model, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Deadline, Meeting, Session, Term
from calendar_app.models.deadlines import DeadlineQuerySet
from desk.counting import counts_of
from documents.models import SessionReport
from mandates.models import Activity, Actor, Assembly, Mandate, Record, Resolution
from mandates.models.mandates import MandateQuerySet
from workplan.models import EditorialNote, ProgramArea, WorkPlan

#: How long a mandate in force may go without a report.
DAYS_WITHOUT_REPORT = 90
#: How far ahead a date should be certain.
DAYS_AHEAD = 60


@dataclass(frozen=True)
class Moment:
    """Who looks at the desk, and on what day."""

    user: AbstractBaseUser | AnonymousUser
    today: date

    @property
    def a_while_ago(self) -> date:
        return self.today - timedelta(days=DAYS_WITHOUT_REPORT)

    @property
    def soon(self) -> date:
        return self.today + timedelta(days=DAYS_AHEAD)

    @cached_property
    def coming_sessions(self) -> list[Session]:
        """The session that is under way or else the next one, and the one after it."""
        return list(Session.objects.visible_to(self.user).coming(self.today)[:2])

    @property
    def session_under_way(self) -> Session | None:
        coming = self.coming_sessions
        return next((s for s in coming if s.meeting.is_under_way(self.today)), None)

    @property
    def next_session(self) -> Session | None:
        """The first session that is yet to begin; None where none has a date."""
        coming = self.coming_sessions
        return next((s for s in coming if not s.meeting.is_under_way(self.today)), None)

    @cached_property
    def last_session(self) -> Session | None:
        """The last session that is over; None where none is."""
        return Session.objects.visible_to(self.user).over_before(self.today).first()

    @property
    def days_to_next_session(self) -> int:
        """Days; 0 or less where it is within a month that has begun, on a day not known."""
        session = self.next_session
        return (session.meeting.start - self.today).days if session else 0


@dataclass(frozen=True, eq=False)
class Line:
    """A line of the desk.

    query: what the list it leads to is asked; its key, unless the list has a filter of its own.
    names_first: whether the desk names its first rows, on which progress can be reported.
    settled_by: the permission without which nobody can settle it, where that is a rare one.
    """

    key: str
    model: type[Model]
    label: str | Promise
    rows: Callable[[Moment], QuerySet]
    query: str = ""
    names_first: bool = False
    settled_by: str = ""

    def only_its_rows(self, rows: QuerySet, at: Moment) -> QuerySet:
        """Those of the rows that are this line's, in whatever order they have."""
        return rows.filter(pk__in=self.rows(at).order_by().values("pk"))

    @property
    def url(self) -> str:
        """The list of exactly its rows."""
        options = self.model._meta
        changelist = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        return f"{changelist}?{self.query or urlencode({'attention': self.key})}"


# --- mandates and activities -----------------------------------------------------------------


def _mandates(at: Moment) -> MandateQuerySet:
    """Those in force that are reported on; no others ask for anything."""
    mandates = Mandate.objects.visible_to(at.user).select_related("resolution")
    return mandates.reported_on().in_force(at.today).with_status(at.today)


def _not_reported(at: Moment) -> QuerySet:
    """Those never reported on first, then those reported on the longest ago."""
    rows = _mandates(at).unsettled(at.today).not_reported_since(at.a_while_ago)
    return rows.order_by(F("status_as_of").asc(nulls_first=True), "resolution", "position")


def _awaiting_report(at: Moment) -> QuerySet:
    """Those on which nobody has reported since the last session: the next will ask."""
    rows = _mandates(at).unsettled(at.today)
    if at.last_session is None:
        return rows.none()
    return rows.not_reported_since(at.last_session.meeting.end + timedelta(days=1)).in_order()


def _without_activities(at: Moment) -> QuerySet:
    return _mandates(at).unsettled(at.today).without_activities().in_order()


def _with_settled_activities(at: Moment) -> QuerySet:
    return _mandates(at).with_settled_activities(at.today).in_order()


def _activities(at: Moment) -> QuerySet:
    return Activity.objects.visible_to(at.user).with_status(at.today)


def _open_activities(at: Moment) -> QuerySet:
    return Activity.objects.visible_to(at.user).unsettled(at.today)


def _due_before_next_session(at: Moment) -> DeadlineQuerySet:
    deadlines = Deadline.objects.visible_to(at.user).upcoming(at.today)
    session = at.next_session
    return deadlines.due_before(session) if session else deadlines.none()


def _overdue(at: Moment) -> DeadlineQuerySet:
    return Deadline.objects.visible_to(at.user).overdue(at.today)


def _without_a_day(at: Moment) -> DeadlineQuerySet:
    return Deadline.objects.visible_to(at.user).without_a_day(at.today)


def _with_deadline_among(rows: QuerySet, deadlines: DeadlineQuerySet) -> QuerySet:
    """Those that one of the deadlines is of, with the last day of the first as `due_on`."""
    of = rows.model._meta.model_name
    its_own = deadlines.filter(**{of: OuterRef("pk")}).by_last_day()
    due_on = Subquery(its_own.values("last_day")[:1])
    # Asked by Exists: that a day is not null would also be true where no deadline can be among.
    return rows.filter(Exists(its_own)).annotate(due_on=due_on).order_by("due_on", "pk")


# --- all the lines ---------------------------------------------------------------------------

MANDATES = (
    Line(
        "not-reported",
        Mandate,
        format_lazy(_("No report for {days} days"), days=DAYS_WITHOUT_REPORT),
        _not_reported,
        names_first=True,
    ),
    Line(
        "awaiting-report",
        Mandate,
        _("No report since the last session"),
        _awaiting_report,
    ),
    Line(
        "due-before-next-session",
        Mandate,
        _("Due before the next session, or at it"),
        lambda at: _with_deadline_among(_mandates(at), _due_before_next_session(at)),
        names_first=True,
    ),
    Line(
        "overdue",
        Mandate,
        _("Overdue"),
        lambda at: _with_deadline_among(_mandates(at), _overdue(at)),
        names_first=True,
    ),
    Line(
        "without-a-day",
        Mandate,
        _("Due at a meeting that is cancelled or has no dates"),
        lambda at: _with_deadline_among(_mandates(at), _without_a_day(at)),
    ),
    Line("no-activity", Mandate, _("No activity proposed"), _without_activities),
    Line(
        "activities-settled",
        Mandate,
        _("All activities settled, the mandate still open"),
        _with_settled_activities,
    ),
)

ACTIVITIES = (
    Line(
        "due-before-next-session",
        Activity,
        _("Due before the next session, or at it"),
        lambda at: _with_deadline_among(_activities(at), _due_before_next_session(at)),
        names_first=True,
    ),
    Line(
        "overdue",
        Activity,
        _("Overdue"),
        lambda at: _with_deadline_among(_activities(at), _overdue(at)),
        names_first=True,
    ),
    Line(
        "without-a-day",
        Activity,
        _("Due at a meeting that is cancelled or has no dates"),
        lambda at: _with_deadline_among(_activities(at), _without_a_day(at)),
    ),
    # Unclear deliverables and undetermined funding are what registries before this one died of.
    Line(
        "no-deliverable",
        Activity,
        _("No deliverable named"),
        lambda at: _open_activities(at).filter(deliverable=""),
    ),
    Line(
        "no-funding",
        Activity,
        _("No funding named"),
        lambda at: _open_activities(at).filter(funding=""),
    ),
)

MEETINGS = (
    Line(
        "tentative-soon",
        Meeting,
        format_lazy(_("In the next {days} days, the date still tentative"), days=DAYS_AHEAD),
        lambda at: Meeting.objects.visible_to(at.user).to_be_confirmed(at.today, at.soon),
    ),
    Line(
        "held-unconfirmed",
        Meeting,
        _("Past, and nobody has marked it as held"),
        lambda at: Meeting.objects.visible_to(at.user).held_unconfirmed(at.today),
    ),
)

CONTRADICTIONS = Line(
    "contradictions",
    EditorialNote,
    _("Contradictions open"),
    lambda at: EditorialNote.objects.visible_to(at.user).open_contradictions(),
)

REPORTS = Line(
    "not-issued",
    SessionReport,
    _("Session reports not issued"),
    lambda at: SessionReport.objects.visible_to(at.user).not_issued(),
    settled_by="documents.issue_document",
)

LINES = (*MANDATES, *ACTIVITIES, *MEETINGS, CONTRADICTIONS, REPORTS)


def _draft_line(model: type[Record]) -> Line:
    return Line(
        "drafts",
        model,
        model._meta.verbose_name_plural,
        lambda at: model.objects.visible_to(at.user).filter(published=False),
        query="published__exact=0",
    )


#: One for each kind of record that is a draft until it is published.
DRAFTS = tuple(
    _draft_line(model)
    for model in (
        Resolution,
        Mandate,
        Activity,
        Actor,
        Assembly,
        Meeting,
        Session,
        Term,
        ProgramArea,
        WorkPlan,
        EditorialNote,
    )
)


def count_rows(lines: Iterable[Line], at: Moment) -> dict[Line, int]:
    """How many rows each line has, in one query however many lines there are."""
    lines = list(lines)
    each = (line.only_its_rows(line.model._base_manager.all(), at) for line in lines)
    return dict(zip(lines, counts_of(each), strict=True))
