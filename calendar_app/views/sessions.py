"""The Executive Committee's sessions: the list, and each with its agenda and what is due at it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.models import AgendaItem, MeetingChange, Session
from calendar_app.models.meetings import MeetingChangeQuerySet
from calendar_app.models.sessions import SessionQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.paging import page_of
from documents.models import IssuedDocument
from documents.models.reports import may_see_draft_reports
from mandates.log_order import end_of
from mandates.models import Activity, Mandate, ProgressReport
from mandates.models.progress import ProgressReportQuerySet
from workplan.models import EditorialNote, WorkPlan

#: Of what was reported between two sessions, so many are named.
REPORTS = 8


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, _shown(request))
    return render(request, "calendar_app/sessions.html", {"page": page})


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    session = get_object_or_404(_shown(request).prefetch_related(_agenda(request)), slug=slug)
    user = request.user
    neighbours = _shown(request).before_and_after(session)
    papers = IssuedDocument.objects.visible_to(user).filter(session=session)
    context = {
        "session": session,
        "this": [session.meeting],
        "neighbours": neighbours,
        "papers": papers.for_list(),
        "may_read_draft": may_see_draft_reports(user),
        "deadlines": deadlines_shown(request).filter(meeting=session.meeting),
        "lately": _since(request, neighbours["before"], session),
        "notes": EditorialNote.objects.visible_to(user).on(session),
    }
    return render(request, "calendar_app/session.html", context)


@dataclass(frozen=True)
class Lately:
    """What was recorded after a session, until the one after it was over."""

    since: date
    reports: ProgressReportQuerySet
    changes: MeetingChangeQuerySet

    @property
    def latest(self) -> ProgressReportQuerySet:
        """The last of the reports."""
        return self.reports.select_related("mandate", "activity").latest_recorded()[:REPORTS]


def _since(request: HttpRequest, before: Session | None, session: Session) -> Lately | None:
    """What came between two sessions, as far as the day looked at; None while the first of them
    is not over."""
    over = before.meeting.stood.end if before and before.meeting.stood else None
    if over is None or over >= request.as_of:
        return None
    until = min(request.as_of, session.meeting.stood.end if session.meeting.stood else date.max)
    reports = ProgressReport.objects.visible_to(request.user).as_of(until)
    changes = MeetingChange.objects.visible_to(request.user).until(until).since(over)
    return Lately(
        over,
        reports.filter(recorded_at__gte=end_of(over), recorded_at__lt=end_of(until)),
        changes.select_related("meeting"),
    )


def _shown(request: HttpRequest) -> SessionQuerySet:
    """Sessions in the order they are numbered, the latest term first, with their meetings."""
    meetings = Prefetch("meeting", meetings_shown(request))
    shown = Session.objects.visible_to(request.user).select_related("term")
    return shown.prefetch_related(meetings).order_by("-term__start_year", "ordinal")


def _agenda(request: HttpRequest) -> Prefetch:
    """The items of an agenda, each with what it is about and the plans put to it."""
    user, as_of = request.user, request.as_of
    items = AgendaItem.objects.visible_to(user).order_by("position")
    mandates = Mandate.objects.visible_to(user).in_order().for_list(user, as_of)
    activities = Activity.objects.visible_to(user).with_status(as_of)
    return Prefetch(
        "agenda",
        items.prefetch_related(
            Prefetch("mandates", mandates),
            Prefetch("activities", activities),
            Prefetch("plans", WorkPlan.objects.visible_to(user)),
        ),
    )
