"""The meetings and deadlines a request is shown: those its user may see, dated as of the day it
looks at."""

from django.http import HttpRequest

from calendar_app.models import Deadline, Meeting, Session
from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.models.meetings import MeetingQuerySet
from cimplan.table_versions import remembered


def meetings_shown(request: HttpRequest) -> MeetingQuerySet:
    """Meetings in calendar order, with what a line of a list shows."""
    return meetings_dated(request).for_list(request.as_of).in_calendar_order()


def meetings_dated(request: HttpRequest) -> MeetingQuerySet:
    """Meetings, for what is asked of their dates alone."""
    rows = Meeting.objects.visible_to(request.user)
    # What is looked at today needs no log, and is found by its index.
    return rows.as_they_stood(request.as_of) if request.looking_back else rows


def deadlines_dated(request: HttpRequest) -> DeadlineQuerySet:
    """Deadlines, for other records to be found by them."""
    rows = Deadline.objects.visible_to(request.user)
    return rows.as_they_stood(request.as_of) if request.looking_back else rows


def deadlines_shown(request: HttpRequest) -> DeadlineQuerySet:
    """Deadlines, the soonest first, with what a line of a list shows."""
    return deadlines_dated(request).for_list(request.as_of, meetings_shown(request))


def next_session_shown(request: HttpRequest) -> Meeting | None:
    """The meeting of the first session that is yet to begin; None where none has a date."""
    name = ("next session", request.as_of, request.looking_back)
    return remembered(request, name, lambda: _next_session(request))


def _next_session(request: HttpRequest) -> Meeting | None:
    sessions = Session.objects.visible_to(request.user)
    coming = meetings_shown(request).from_day(request.as_of).filter(session__in=sessions)
    first_two = coming.select_related("session__term")[:2]
    return next((one for one in first_two if not one.is_under_way(request.as_of)), None)
