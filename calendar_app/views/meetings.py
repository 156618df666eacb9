"""Meetings: the list, and each with what it serves and what became of its dates."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.models import MeetingChange, Session
from calendar_app.models.meetings import MeetingQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.paging import page_of
from mandates.models import Activity, Actor, Mandate
from workplan.models import CalendarEntry, EditorialNote, ProgramArea


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    page = page_of(request, meetings_shown(request))
    return render(request, "calendar_app/meetings.html", {"page": page})


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = meetings_shown(request)
    meeting = get_object_or_404(_for_page(shown, request), slug=slug)
    user, as_of = request.user, request.as_of
    mandates = Mandate.objects.visible_to(user).filter(meetings=meeting).in_order()
    context = {
        "meeting": meeting,
        "session": Session.objects.visible_to(user).filter(meeting=meeting).first(),
        "series": shown.in_series_with(meeting),
        "mandates": mandates.for_list(user, as_of),
        "activities": Activity.objects.visible_to(user)
        .filter(meetings=meeting)
        .for_list(user, as_of),
        "deadlines": deadlines_shown(request).filter(meeting=meeting),
        "entries": CalendarEntry.objects.visible_to(user)
        .filter(meeting=meeting)
        .select_related("plan")
        .order_by("plan__year", "position"),
        "changes": MeetingChange.objects.visible_to(user).filter(meeting=meeting).until(as_of),
        "notes": EditorialNote.objects.visible_to(user).on(meeting),
    }
    return render(request, "calendar_app/meeting.html", context)


def _for_page(meetings: MeetingQuerySet, request: HttpRequest) -> MeetingQuerySet:
    """A meeting with all that its own page says of it."""
    return meetings.prefetch_related(
        Prefetch("organizers", Actor.objects.visible_to(request.user)),
        Prefetch("areas", ProgramArea.objects.visible_to(request.user)),
        Prefetch("follows", meetings_shown(request)),
        Prefetch("followed_by", meetings_shown(request)),
    )
