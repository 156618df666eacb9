"""Meetings as an iCalendar object (RFC 5545, 7986), for other calendars to take in.

The library writes the lines, so no text of ours can become one. What is written depends on the
records and the day alone: the same meetings give the same bytes, whenever they are asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration, vText

from calendar_app.dates import Precision, Span
from calendar_app.models import Meeting, MeetingKind

#: After a meeting's slug, in what other calendars know it by. It names no host, so that a site
#: which moves house does not double everybody's meetings.
UID_OF = "{slug}@cimplan"
PRODUCT = "-//Inter-American Commission of Women//cimplan//EN"
#: How often a calendar that subscribes may well ask again.
REFRESH = timedelta(hours=12)
#: For how long a meeting that is called off goes on saying so.
STAYS = timedelta(days=366)
#: The moment of a record of which no history tells.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Announced(NamedTuple):
    """The dates a calendar shows a meeting on, and whether they hold no longer."""

    span: Span
    tentative: bool
    called_off: bool


@dataclass(frozen=True)
class Entry:
    """A meeting, from `with_log`, with what of it is not its own: the address of its page, the
    names of its areas and of its organizers."""

    meeting: Meeting
    address: str
    areas: tuple[str, ...] = ()
    organizers: tuple[str, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """When it was last saved, or something became of its dates."""
        moments = [change.recorded_at for change in self.meeting.log[:1]]
        if self.meeting.saved_at:
            moments.append(self.meeting.saved_at)
        return max(moments, default=NEVER).replace(microsecond=0)


def announced(meeting: Meeting) -> Announced | None:
    """The dates it has; where it has none, those it had last, which no longer hold. None where it
    never had any."""
    if meeting.stood:
        return Announced(meeting.stood, meeting.stood_as_tentative, meeting.is_called_off)
    for change in meeting.log:
        if change.span_before:
            return Announced(change.span_before, change.tentative_before, called_off=True)
    return None


def shown_on(on: date, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Those that a calendar shows on that day: all that were ever announced with dates, but not
    what was called off, and was to be, more than a year ago."""
    for entry in entries:
        at = announced(entry.meeting)
        if at and not (at.called_off and _is_forgotten(entry, at, on)):
            yield entry


def _is_forgotten(entry: Entry, at: Announced, on: date) -> bool:
    told = [change.recorded_at.date() for change in entry.meeting.log[:1]]
    return max([at.span.end, *told]) + STAYS < on


def calendar_of(name: str, entries: Iterable[Entry]) -> Calendar:
    """The meetings as a calendar of that name: entries `shown_on` a day, which all have dates."""
    calendar = Calendar()
    # The library takes a property it does not know for ready text, and would not escape it.
    line = vText(" ".join(name.split()))
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", line)
    calendar.add("X-WR-CALNAME", line)
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar


def _event(entry: Entry) -> Event:
    meeting, at = entry.meeting, announced(entry.meeting)
    assert at is not None, meeting
    return Event.new(
        uid=UID_OF.format(slug=meeting.slug),
        sequence=len(meeting.log),
        stamp=entry.changed_at,
        last_modified=entry.changed_at,
        start=at.span.start,
        end=at.span.end + timedelta(days=1),
        status=_status(at),
        transparency="TRANSPARENT" if _leaves_one_free(meeting, at) else "OPAQUE",
        summary=_summary(meeting, at.span),
        description=_description(entry, at),
        location=meeting.place or None,
        categories=[str(meeting.get_kind_display()), *entry.areas],
        url=entry.address,
    )


def _status(at: Announced) -> str:
    if at.called_off:
        return "CANCELLED"
    return "TENTATIVE" if at.tentative else "CONFIRMED"


def _leaves_one_free(meeting: Meeting, at: Announced) -> bool:
    """Whether one is not taken up by it all day: it is only known to lie among these days, is
    called off, or is an observance, which nobody attends."""
    is_vague = at.span.precision is not Precision.DAY
    return is_vague or at.called_off or meeting.kind == MeetingKind.OBSERVANCE


def _summary(meeting: Meeting, span: Span) -> str:
    """The title; where the day is not known, it says so, since its days would say otherwise."""
    if span.precision is Precision.DAY:
        return meeting.title
    is_month = span.precision is Precision.MONTH
    unknown = _("day to be confirmed") if is_month else _("month to be confirmed")
    return f"{meeting.title} ({unknown})"


def _description(entry: Entry, at: Announced) -> str:
    meeting = entry.meeting
    lines = [meeting.subtitle, at.span.printed(at.tentative)]
    if at.tentative:
        lines.append(_("* Tentative date"))
    if meeting.stood is None:
        lines.append(_("These dates were given up; new ones are not set."))
    if meeting.stood_as != meeting.stood_as.SCHEDULED:
        lines.append(str(meeting.stood_as.label))
    if entry.organizers:
        lines.append(_("Organized by: %(names)s") % {"names": "; ".join(entry.organizers)})
    return "\n".join(filter(None, lines))
