"""What comes one after the other: meetings with what is due at them, and what else is due."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from calendar_app.dates import VAGUENESS, Precision, Span
from calendar_app.models import Deadline, Meeting
from calendar_app.months import Month


@dataclass(frozen=True)
class Item:
    """A line of an agenda: a meeting with the deadlines that hang on it, or a deadline that hangs
    on none."""

    span: Span | None
    meeting: Meeting | None = None
    deadlines: list[Deadline] = field(default_factory=list)

    @property
    def sort_key(self) -> tuple[object, ...]:
        """In calendar order; what is due stands where the last day for it is. What has no date
        comes last."""
        if self.span is None:
            return (True,)
        if self.meeting:
            return (False, self.span.sort_key)
        end = self.span.end
        vague = VAGUENESS[self.span.precision]
        return (False, (end.year, end.month, vague, end.day, end))

    @property
    def under(self) -> Month | Span | None:
        """The month it stands under; where not even that is known, the half-year or the year."""
        if self.span is None:
            return None
        is_vague = self.span.precision in (Precision.HALF_YEAR, Precision.YEAR)
        if self.meeting:
            return self.span if is_vague else Month.of(self.span.start)
        return Month.of(self.span.end)


def agenda(meetings: Iterable[Meeting], deadlines: Iterable[Deadline]) -> list[Item]:
    """The meetings, and the deadlines: each under its meeting where it is among these, by itself
    where it hangs on none. Deadlines at other meetings are left out."""
    of_meeting: dict[int, list[Deadline]] = {}
    items = []
    for deadline in deadlines:
        if deadline.meeting_id:
            of_meeting.setdefault(deadline.meeting_id, []).append(deadline)
        else:
            items.append(Item(deadline.span, deadlines=[deadline]))
    for meeting in meetings:
        items.append(Item(meeting.stood, meeting, of_meeting.get(meeting.pk, [])))
    return sorted(items, key=lambda item: item.sort_key)


def by_month(items: Iterable[Item]) -> Iterator[tuple[Month | Span | None, list[Item]]]:
    """An agenda's items under their months."""
    for under, group in groupby(items, key=lambda item: item.under):
        yield under, list(group)
