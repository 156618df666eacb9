"""A year's meetings month by month and week by week, with what is known of their dates kept apart.

A meeting of which only the month is known stands beside the days, never on one of them; one of
which not even the month is known stands beside the months.
"""

from calendar import SUNDAY, Calendar, monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from calendar_app.dates import MONTH_NAMES, Precision
from calendar_app.models import Meeting

#: Weeks begin on Sunday where the Secretariat sits.
WEEKS = Calendar(SUNDAY)


@dataclass(frozen=True)
class Run:
    """Days one after the other: those of a meeting, or, without one, free ones.

    first: the number of the first day, from 0. began_before: whether the meeting runs on from the
    week or the month before. goes_on: whether it runs on into the next.
    """

    first: int
    days: int
    meeting: Meeting | None = None
    began_before: bool = False
    goes_on: bool = False

    @property
    def end(self) -> int:
        """The number of the day after the last."""
        return self.first + self.days


def lanes_of(meetings: Iterable[Meeting], first: date, last: date) -> list[list[Run]]:
    """Those of the meetings that touch the days from first to last, in as many lanes as keep any
    two of them apart. All of them are known to the day."""
    lanes: list[list[Run]] = []
    for meeting in meetings:
        if meeting.stood.start > last or meeting.stood.end < first:
            continue
        run = _run(meeting, first, last)
        for lane in lanes:
            if lane[-1].end <= run.first:
                lane.append(run)
                break
        else:
            lanes.append([run])
    return lanes


def _run(meeting: Meeting, first: date, last: date) -> Run:
    start, end = max(meeting.stood.start, first), min(meeting.stood.end, last)
    return Run(
        first=(start - first).days,
        days=(end - start).days + 1,
        meeting=meeting,
        began_before=meeting.stood.start < start,
        goes_on=meeting.stood.end > end,
    )


@dataclass(frozen=True)
class Week:
    """A row of a month: its seven days, and the meetings on those of them that are the month's."""

    days: list[date]
    month: "Month"

    @cached_property
    def lanes(self) -> list[list[Run]]:
        """Each as the runs of its seven days, the free ones among them."""
        first, last = max(self.days[0], self.month.first), min(self.days[-1], self.month.last)
        before = (first - self.days[0]).days
        return [_filled(lane, before) for lane in lanes_of(self.month.dated, first, last)]


def _filled(lane: list[Run], before: int) -> list[Run]:
    """The runs of a week, which begin to count so many days after its Sunday, and those between
    them."""
    filled, at = [], 0
    for run in lane:
        first = run.first + before
        if first > at:
            filled.append(Run(at, first - at))
        filled.append(run)
        at = first + run.days
    if at < 7:
        filled.append(Run(at, 7 - at))
    return filled


@dataclass
class Month:
    """A month: its meetings whose days are known, and those of which only the month is."""

    year: int
    number: int
    dated: list[Meeting] = field(default_factory=list)
    undated: list[Meeting] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{MONTH_NAMES[self.number]} {self.year}"

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def name(self) -> str:
        """Without the year."""
        return MONTH_NAMES[self.number]

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month.of(self.last + timedelta(days=1))

    @property
    def weeks(self) -> list[Week]:
        """Its weeks from Sunday to Saturday, with the days of its neighbours in the first and the
        last."""
        return [Week(days, self) for days in WEEKS.monthdatescalendar(self.year, self.number)]

    @cached_property
    def lanes(self) -> list[list[Run]]:
        """Its meetings with days, side by side; days count from 0."""
        return lanes_of(self.dated, self.first, self.last)

    @property
    def height(self) -> int:
        """How many lanes all of its meetings need; one at the least."""
        return max(1, len(self.lanes) + len(self.undated))

    @property
    def tentative(self) -> int:
        """How many of its meetings with days may yet move."""
        return sum(one.stood_as_tentative and not one.is_called_off for one in self.dated)

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


def by_first_month(year: int, meetings: Iterable[Meeting]) -> Year:
    """A year's meetings, all of which have dates and touch the year. Each stands once, in the
    month it starts in; in January, where it began before the year."""
    return _sorted(year, meetings, each_month=False)


def by_every_month(year: int, meetings: Iterable[Meeting]) -> Year:
    """The same, each in every month that it touches."""
    return _sorted(year, meetings, each_month=True)


def _sorted(year: int, meetings: Iterable[Meeting], *, each_month: bool) -> Year:
    found = Year(year, [Month(year, number) for number in range(1, 13)])
    for meeting in meetings:
        first = max(meeting.stood.start, date(year, 1, 1)).month
        last = min(meeting.stood.end, date(year, 12, 31)).month if each_month else first
        taken = [found.months[number - 1].take(meeting) for number in range(first, last + 1)]
        if not all(taken):
            found.vague.append(meeting)
    return found
