"""Feeds that other calendars subscribe to: all meetings or those of any filter, those of one
program area, and a single one."""

import hashlib
from collections.abc import Iterable

from django.core.exceptions import BadRequest
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calendar_app.filters import FeedFilters
from calendar_app.ics import Entry, calendar_of, shown_on
from calendar_app.models import Meeting
from calendar_app.models.meetings import MeetingQuerySet
from calendar_app.views.shown import meetings_shown
from mandates.models import Actor
from workplan.models import ProgramArea

CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The meetings that the filters leave. Raises BadRequest for a filter not understood."""
    filters = FeedFilters(request.GET, meetings_shown(request), request=request)
    if any(problem.name == "area" for problem in filters.problems):
        return _no_such_area(request)
    if filters.problems:
        raise BadRequest(" ".join(problem.text for problem in filters.problems))
    words = [f"{name}: {value}" for name, value in filters.in_words]
    return _feed(request, filters.qs, ", ".join([_("CIM calendar"), *words]))


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    area = ProgramArea.objects.visible_to(request.user).filter(slug=slug).first()
    if area is None:
        return _no_such_area(request)
    name = _("CIM calendar: %(area)s") % {"area": area.short_name}
    return _feed(request, meetings_shown(request).filter(areas=area), name)


@require_safe
def meeting(request: HttpRequest, slug: str) -> HttpResponse:
    shown = meetings_shown(request)
    meeting = get_object_or_404(shown, slug=slug)
    return _feed(request, shown.filter(pk=meeting.pk), meeting.title)


def _no_such_area(request: HttpRequest) -> HttpResponse:
    """Where a calendar was looked for that is not there: those that are."""
    areas = ProgramArea.objects.visible_to(request.user).in_tree_order()
    return render(request, "calendar_app/no_such_feed.html", {"areas": areas}, status=404)


# --- the answer ------------------------------------------------------------------------------


def _feed(request: HttpRequest, meetings: MeetingQuerySet, name: str) -> HttpResponse:
    entries = list(shown_on(request.as_of, _entries(request, meetings)))
    content = calendar_of(name, entries).to_ical()
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, _file_name(request, name))
    response["ETag"] = etag = quote_etag(hashlib.sha256(content).hexdigest())
    if entries:
        latest = max(entry.changed_at for entry in entries)
        response["Last-Modified"] = http_date(latest.timestamp())
    # Asked by date alone, one would never be told that a meeting is no longer among these.
    return get_conditional_response(request, etag=etag, response=response)


def _file_name(request: HttpRequest, name: str) -> str:
    return f"{slugify(name)[:80].rstrip('-')}-{request.as_of.isoformat()}.ics"


def _entries(request: HttpRequest, meetings: MeetingQuerySet) -> Iterable[Entry]:
    user = request.user
    rows = meetings.with_log(request.as_of).prefetch_related(
        Prefetch("areas", ProgramArea.objects.visible_to(user)),
        Prefetch("organizers", Actor.objects.visible_to(user)),
    )
    return (_entry(request, meeting) for meeting in rows)


def _entry(request: HttpRequest, meeting: Meeting) -> Entry:
    return Entry(
        meeting,
        request.build_absolute_uri(meeting.get_absolute_url()),
        areas=tuple(area.short_name for area in meeting.areas.all()),
        organizers=tuple(actor.name for actor in meeting.organizers.all()),
    )
