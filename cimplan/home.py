"""Where things stand, on one page."""

from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown, next_session_shown
from cimplan.table_versions import remembered
from mandates.models import Mandate, ProgressReport, Resolution
from mandates.models.mandates import MandateQuerySet
from mandates.status import Status
from workplan.models import WorkPlan

RESOLUTIONS = 20
MEETINGS = 6
DEADLINES = 8
REPORTS = 5


class Segment(NamedTuple):
    """One status in a bar: how many have it, and how many stand before it in the bar."""

    status: Status
    count: int
    before: int


class Bar(NamedTuple):
    """How the mandates of a resolution stand. longest: the mandates of the resolution that has
    most of those drawn beside it."""

    slug: str
    symbol: str
    title: str
    language: str
    segments: tuple[Segment, ...]
    longest: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    mandates = Mandate.objects.visible_to(request.user).reported_on()
    by_status = Mandate.objects.count_by_status(request.user, request.as_of)
    resolutions = Resolution.objects.visible_to(request.user).filter(
        Exists(mandates.filter(resolution=OuterRef("pk")).order_by())
    )
    # Once for the bars and for how many there are: which have mandates is what takes the time.
    newest_first = remembered(
        request,
        "resolutions that have mandates",
        lambda: list(resolutions.newest_first().values_list("pk", flat=True)),
    )
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of)
    context = {
        "counts": by_status.items(),
        "total": sum(by_status.values()),
        "resolutions": _bars(newest_first[:RESOLUTIONS], mandates, request),
        "resolution_count": len(newest_first),
        "reports": reports.select_related("mandate", "activity").latest_recorded()[:REPORTS],
        "plans": remembered(
            request, "plans", lambda: list(WorkPlan.objects.visible_to(request.user).only("year"))
        ),
        **_what_is_due(request),
        # What does not hang on reports, which are what is written most.
        **remembered(
            request,
            ("what is next", request.as_of, request.looking_back),
            lambda: _what_is_next(request),
        ),
    }
    return render(request, "home.html", context)


def _bars(keys: list[int], mandates: MandateQuerySet, request: HttpRequest) -> list[Bar]:
    """A bar for each resolution, all to one scale."""
    shown = ("slug", "symbol", "title", "language")
    named = remembered(
        request,
        ("resolutions with bars", *keys),
        lambda: {
            key: own
            for key, *own in Resolution.objects.filter(pk__in=keys).values_list("pk", *shown)
        },
    )
    counts = mandates.filter(resolution__in=keys).count_by_resolution(request.as_of)
    longest = max((sum(statuses.values()) for statuses in counts.values()), default=0)
    # What was asked first may be older than the rest, where somebody writes meanwhile.
    there = [key for key in keys if key in named and key in counts]
    return [Bar(*named[key], segments(counts[key]), longest) for key in there]


def segments(counts: dict[Status, int]) -> tuple[Segment, ...]:
    """The statuses of a bar in their order, each with where it begins."""
    found, before = [], 0
    for status in Status:
        if counts.get(status):
            found.append(Segment(status, counts[status], before))
            before += counts[status]
    return tuple(found)


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
        "meetings": list(meetings[:MEETINGS]),
        "meeting_count": meetings.count(),
        "tentative_count": meetings.with_tentative_dates().count(),
    }
