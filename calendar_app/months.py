"""A year's meetings month by month, with what is known of their dates kept apart."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendar_app.dates import MONTH_NAMES, Precision
from calendar_app.models import Meeting

#: The years that have an address (cimplan/converters.py).
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass
class Month:
    """A month of a year: the meetings whose days are known, and those of which only the month is.

    A meeting of the second kind stands beside the days, never on one of them.
    """

    year: int
    number: int
    dated: list[Meeting] = field(default_factory=list)
    undated: list[Meeting] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{MONTH_NAMES[self.number]} {self.year}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month | None":
        """The month before, as far back as there are pages."""
        earlier = self.first - timedelta(days=1)
        return Month(earlier.year, earlier.month) if earlier.year >= FIRST_YEAR else None

    @property
    def after(self) -> "Month | None":
        """The month after, as far ahead as there are pages."""
        later = self.last + timedelta(days=1)
        return Month(later.year, later.month) if later.year <= LAST_YEAR else None

    def take(self, meeting: Meeting) -> bool:
        """Put a meeting where it belongs in this month; False where not even its month is known."""
        precision = meeting.stood.precision if meeting.stood else None
        if precision is Precision.DAY:
            self.dated.append(meeting)
        elif precision is Precision.MONTH:
            self.undated.append(meeting)
        else:
            return False
        return True


@dataclass
class Year:
    """A year of meetings; `vague` are those of which not even the month is known."""

    year: int
    months: list[Month]
    vague: list[Meeting] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of it."""
        return not self.vague and not any(month.dated or month.undated for month in self.months)


def by_month(year: int, meetings: Iterable[Meeting]) -> Year:
    """A year's meetings, all of which have dates and touch the year. Each stands in the month it
    starts in; in January, where it began before the year."""
    found = Year(year, [Month(year, number) for number in range(1, 13)])
    for meeting in meetings:
        first = max(meeting.stood.start, date(year, 1, 1))
        if not found.months[first.month - 1].take(meeting):
            found.vague.append(meeting)
    return found
