"""The list of meetings as a table for a spreadsheet."""

from datetime import date

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from calendar_app.dates import Precision, Span
from calendar_app.models import Meeting
from cimplan.filtering import ListFilters
from cimplan.tables import Column, Table
from mandates.models import Actor
from mandates.views.tables import address, names


def _columns(request: HttpRequest) -> list[Column]:
    return [
        Column(_("Dates"), dates, 28),
        Column(_("First day"), lambda meeting: _known(meeting.stood, "start"), 12),
        Column(_("Last day"), lambda meeting: _known(meeting.stood, "end"), 12),
        Column(_("Tentative"), tentative, 10),
        Column(_("Meeting"), lambda meeting: meeting.title, 60),
        Column(_("Second title"), lambda meeting: meeting.subtitle, 30),
        Column(_("Kind"), lambda meeting: meeting.get_kind_display()),
        Column(_("State"), state, 20),
        Column(_("Place"), lambda meeting: meeting.city, 24),
        Column(_("Country"), lambda meeting: meeting.country.name, 20),
        Column(_("Organizers"), lambda meeting: names(meeting.organizers.all()), 36),
        address(request, Meeting, "slug"),
    ]


def dates(meeting: Meeting) -> str:
    """As printed: a month-only meeting is never written as if on its first day."""
    span = meeting.stood
    return span.printed(meeting.stood_as_tentative) if span else _("date not set")


def _known(span: Span | None, day: str) -> date | None:
    """The first or last day, where the days are known: a month has none to be taken for one."""
    return getattr(span, day) if span and span.precision == Precision.DAY else None


def tentative(meeting: Meeting) -> str:
    return _("yes") if meeting.stood_as_tentative else _("no")


def state(meeting: Meeting) -> str:
    return _("scheduled, not confirmed as held") if meeting.unconfirmed else meeting.stood_as.label


def _rows(filters: ListFilters) -> QuerySet:
    organizers = Actor.objects.visible_to(filters.request.user)
    return filters.qs.prefetch_related(Prefetch("organizers", organizers))


MEETINGS = Table("meetings", _columns, _rows)
