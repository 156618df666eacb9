"""Activities: the list, and each with what it is for, who does it and how far it has come."""

from collections.abc import Sequence

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.lists import filtered_list, room_for
from mandates.filters import ActivityFilters
from mandates.models import Activity, Actor, Mandate, ProgressReport
from mandates.models.activities import ActivityQuerySet
from mandates.views.lines import activity_lines, statuses_of
from mandates.views.tables import ACTIVITIES
from workplan.models import EditorialNote, ProgramArea, Quotation


@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    rows = Activity.objects.visible_to(request.user)
    filters = ActivityFilters(request.GET, rows, request=request)
    return filtered_list(
        request,
        "mandates/activities.html",
        filters,
        lines=_lines,
        statuses=_statuses,
        table=ACTIVITIES,
    )


def _lines(filters: ActivityFilters, keys: Sequence[int]) -> list[SafeString]:
    return list(activity_lines(filters.request, room_for(keys), sought=filters.words).values())


def _statuses(filters: ActivityFilters, keys: Sequence[int]) -> dict[int, SafeString]:
    return statuses_of(filters.request, "activity", keys)


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Activity.objects.visible_to(request.user)
    activity = get_object_or_404(_for_page(visible, request), slug=slug)
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of)
    context = {
        "activity": activity,
        "log": reports.filter(activity=activity).newest_first().for_log(),
        "mandates": Mandate.objects.visible_to(request.user)
        .filter(activities=activity)
        .in_order()
        .for_list(request.user, request.as_of),
        "deadlines": deadlines_shown(request).filter(activity=activity),
        "meetings": meetings_shown(request).filter(activities=activity),
        "quotations": Quotation.objects.visible_to(request.user)
        .filter(activity=activity)
        .for_list(),
        "notes": EditorialNote.objects.visible_to(request.user).on(activity),
    }
    return render(request, "mandates/activity.html", context)


def _for_page(activities: ActivityQuerySet, request: HttpRequest) -> ActivityQuerySet:
    """An activity with all that its own page says of it."""
    actors = Actor.objects.visible_to(request.user)
    return activities.with_status(request.as_of).prefetch_related(
        Prefetch("responsible", actors),
        Prefetch("partners", actors),
        Prefetch("areas", ProgramArea.objects.visible_to(request.user)),
    )
