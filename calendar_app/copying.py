"""Last year's calendar as the beginning of the next one."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from calendar_app.dates import Precision, Span
from calendar_app.models import Meeting

LONGEST_SLUG = 100

#: Such as 2002-2004, 2002 – 2004, 2002/04; in a key 2002-04 may be a month.
TERM = r"\b\d{4}\s*[-–—/]\s*(?:\d{4}|\d{2})\b"
TERM_IN_A_KEY = r"\b\d{4}-\d{4}\b"


@dataclass
class Copied:
    """What copying made, the meetings of which the next year has one already, and those without
    a date, of which no next year is known."""

    made: list[Meeting] = field(default_factory=list)
    there: list[Meeting] = field(default_factory=list)
    undated: list[Meeting] = field(default_factory=list)


@transaction.atomic
def copy_into_next_year(*, meetings: Iterable[Meeting]) -> Copied:
    """Make a draft of each meeting for the year after it: the same span one year on, tentative,
    scheduled, of the same series, and following up on it. One that is there already is left alone,
    and one without a date is left out."""
    copied = Copied()
    for meeting in meetings:
        if meeting.span is None:
            copied.undated.append(meeting)
            continue
        slug = in_next_year(meeting.slug, meeting)
        known = Meeting.objects.filter(slug=slug).first()
        if known:
            copied.there.append(known)
        else:
            copied.made.append(_copy(meeting, slug))
    return copied


def _copy(meeting: Meeting, slug: str) -> Meeting:
    copy = Meeting(
        slug=slug,
        title=_with_next_year(meeting.title, meeting, TERM),
        subtitle=_with_next_year(meeting.subtitle, meeting, TERM),
        kind=meeting.kind,
        tentative=True,
        city=meeting.city,
        country=meeting.country,
        series=meeting.series,
        published=False,
    )
    copy.span = one_year_on(meeting.span)
    copy.save()
    for name in ("organizers", "activities", "mandates"):
        getattr(copy, name).set(getattr(meeting, name).all())
    copy.follows.set([meeting])
    return copy


def one_year_on(span: Span) -> Span:
    """The same days or months a year later; the last of February for its 29th."""
    start, end = _next_year(span.start), _next_year(span.end)
    if span.precision is Precision.MONTH:  # a February may be longer
        end = end.replace(day=monthrange(end.year, end.month)[1])
    return Span(start, end, span.precision)


def _next_year(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def in_next_year(slug: str, meeting: Meeting) -> str:
    """The key with the year after it in the place of its own; with the year added where it has
    none."""
    moved = _with_next_year(slug, meeting, TERM_IN_A_KEY)
    return moved if moved != slug else f"{slug[: LONGEST_SLUG - 5]}-{meeting.start.year + 1}"


def _with_next_year(words: str, meeting: Meeting, term: str) -> str:
    """A term stays what it is: the next year may be one of its own."""
    year = str(meeting.start.year)
    return re.sub(
        rf"{term}|\b{year}\b",
        lambda found: str(int(year) + 1) if found[0] == year else found[0],
        words,
    )
