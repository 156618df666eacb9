"""Meetings: the list, and each with what it serves and what became of its dates."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.filters import MeetingFilters
from calendar_app.models import AgendaItem, Meeting, MeetingChange, Session
from calendar_app.models.meetings import MeetingQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from calendar_app.views.tables import MEETINGS
from cimplan.lists import filtered_list
from mandates.models import Activity, Actor, Mandate
from workplan.models import CalendarEntry, EditorialNote, ProgramArea


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    filters = MeetingFilters(request.GET, meetings_shown(request), request=request)
    return filtered_list(request, "calendar_app/meetings.html", filters, table=MEETINGS)


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = meetings_shown(request)
    meeting = get_object_or_404(_for_page(shown, request), slug=slug)
    user, as_of = request.user, request.as_of
    sessions = Session.objects.visible_to(user).select_related("term")
    items = AgendaItem.objects.visible_to(user).order_by("position")
    mandates = Mandate.objects.visible_to(user).filter(meetings=meeting).in_order()
    activities = Activity.objects.visible_to(user).filter(meetings=meeting)
    changes = MeetingChange.objects.visible_to(user).filter(meeting=meeting).until(as_of)
    entries = _entries(request, meeting)
    context = {
        "meeting": meeting,
        "this": [meeting],
        "session": sessions.filter(meeting=meeting)
        .prefetch_related(Prefetch("agenda", items))
        .first(),
        **_series(shown, meeting),
        "mandates": mandates.for_list(user, as_of),
        "activities": activities.for_list(user, as_of),
        "deadlines": deadlines_shown(request).filter(meeting=meeting),
        "entries": entries,
        "changes": changes.select_related("recorded_by"),
        # What is odd about its dates is noted on the line that prints them.
        "notes": EditorialNote.objects.visible_to(user).on(meeting, *entries),
    }
    return render(request, "calendar_app/meeting.html", context)


def _entries(request: HttpRequest, meeting: Meeting) -> list[CalendarEntry]:
    """What each plan prints of it, beside which its dates of now can be put."""
    visible = CalendarEntry.objects.visible_to(request.user).filter(meeting=meeting)
    entries = list(visible.select_related("plan").order_by("plan__year", "position"))
    for entry in entries:
        entry.meeting = meeting
    return entries


def _series(shown: MeetingQuerySet, meeting: Meeting) -> dict[str, Any]:
    """The meetings of its series, itself among them, and those before and after it."""
    series = list(shown.filter(series=meeting.series)) if meeting.series else [meeting]
    at = series.index(meeting)
    return {
        "series": series,
        "neighbours": {
            "before": series[at - 1] if at > 0 else None,
            "after": series[at + 1] if at + 1 < len(series) else None,
        },
    }


def _for_page(meetings: MeetingQuerySet, request: HttpRequest) -> MeetingQuerySet:
    """A meeting with all that its own page says of it."""
    return meetings.prefetch_related(
        Prefetch("organizers", Actor.objects.visible_to(request.user)),
        Prefetch("areas", ProgramArea.objects.visible_to(request.user)),
        Prefetch("follows", meetings_shown(request)),
        Prefetch("followed_by", meetings_shown(request)),
    )
