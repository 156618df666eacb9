"""Where things stand, on one page."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown, next_session_shown
from mandates.models import Mandate, ProgressReport, Resolution
from mandates.status import Status
from workplan.models import WorkPlan

RESOLUTIONS = 20
MEETINGS = 6
DEADLINES = 8
REPORTS = 5


@dataclass(frozen=True)
class Segment:
    """One status in a bar: how many have it, and how many stand before it in the bar."""

    status: Status
    count: int
    before: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    mandates = Mandate.objects.visible_to(request.user).reported_on()
    counts = mandates.count_by_resolution(request.as_of)
    by_status = sum((Counter(statuses) for statuses in counts.values()), Counter[Status]())
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of)
    context = {
        "counts": [(status, by_status[status]) for status in Status],
        "total": by_status.total(),
        "resolutions": _bars(request, counts),
        "resolution_count": len(counts),
        "reports": reports.select_related("mandate", "activity").latest_recorded()[:REPORTS],
        "plans": WorkPlan.objects.visible_to(request.user),
        **_what_is_due(request),
        **_what_is_next(request),
    }
    return render(request, "home.html", context)


def _bars(request: HttpRequest, counts: dict[int, dict[Status, int]]) -> list[dict[str, Any]]:
    """A bar for each resolution that has mandates, all to one scale, the newest first."""
    visible = Resolution.objects.visible_to(request.user).filter(pk__in=counts)
    longest = max((sum(statuses.values()) for statuses in counts.values()), default=0)
    return [
        {
            "resolution": resolution,
            "segments": segments(counts[resolution.pk]),
            "total": sum(counts[resolution.pk].values()),
            "longest": longest,
        }
        for resolution in visible.newest_first()[:RESOLUTIONS]
    ]


def segments(counts: dict[Status, int]) -> list[Segment]:
    """The statuses of a bar in their order, each with where it begins."""
    found, before = [], 0
    for status in Status:
        if counts.get(status):
            found.append(Segment(status, counts[status], before))
            before += counts[status]
    return found


def _what_is_due(request: HttpRequest) -> dict[str, Any]:
    """What is overdue, and what is due by the last day of the session that comes next."""
    session = next_session_shown(request)
    shown = deadlines_shown(request)
    overdue, upcoming = shown.overdue(request.as_of), shown.upcoming(request.as_of)
    due = upcoming.filter(last_day__lte=session.stood.end) if session else upcoming
    return {
        "next_session": session,
        "overdue": overdue[:DEADLINES],
        "overdue_counts": _counts(overdue),
        "due": due[:DEADLINES],
        "due_counts": _counts(due),
    }


def _counts(deadlines: DeadlineQuerySet) -> dict[str, int]:
    """How many mandates and how many activities they are of."""
    return deadlines.order_by().aggregate(
        mandates=Count("mandate", distinct=True), activities=Count("activity", distinct=True)
    )


def _what_is_next(request: HttpRequest) -> dict[str, Any]:
    meetings = meetings_shown(request).from_day(request.as_of)
    return {
        "meetings": meetings[:MEETINGS],
        "meeting_count": meetings.count(),
        "tentative_count": meetings.with_tentative_dates().count(),
    }
