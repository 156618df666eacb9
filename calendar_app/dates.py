"""Dates as a work plan writes them: how much is known of a date, and how people type and print it.

A span says when something takes place and how much of that is known. That a date may still move
(an asterisk in print) is another question, and is kept beside the span, never in it.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

MAX_LENGTH = 100
"""Characters. No date is longer; what is longer was pasted by mistake, or is hostile."""

# Not those of the calendar module, which follow the locale of the process.
MONTH_NAMES = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

HOW_TO_WRITE = (
    "Write it like one of these: February 14, 2003; June 30-July 18, 2003; May 2003; "
    "first semester of 2003; 2004."
)


class SpanError(ValueError):
    """A date that cannot be, or cannot be read. The message is a sentence for the person typing."""


class Precision(StrEnum):
    """How much of a date is known, the most exact first."""

    DAY = "day"
    MONTH = "month"
    HALF_YEAR = "half-year"
    YEAR = "year"


VAGUENESS = {precision: rank for rank, precision in enumerate(Precision)}


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both included, known to the `precision`.

    Raises SpanError if it ends before it starts, or if its bounds are not those of whole months
    (one or several), of one half-year or of one year, where that is the precision.
    """

    start: date
    end: date
    precision: Precision

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise SpanError(
                f"The end, {_day_words(self.end)}, is before the start, {_day_words(self.start)}. "
                "Write the earlier date first, and both years where the year changes."
            )
        if not self._fits():
            raise SpanError(
                f"{_day_words(self.start)} to {_day_words(self.end)} is not "
                f"{_WHOLE[self.precision]}. Change the dates, or choose another precision."
            )

    @classmethod
    def day(cls, day: date) -> Self:
        """One day."""
        return cls(day, day, Precision.DAY)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        """One month (1 to 12) of which the day is not known. Raises SpanError if there is none."""
        return cls(_date(year, month), _month_end(year, month), Precision.MONTH)

    @classmethod
    def half_year(cls, year: int, half: int) -> Self:
        """The first or the second half (1 or 2) of a year. Raises SpanError for any other."""
        if half not in (1, 2):
            raise SpanError(f"A year has a first and a second semester, and none numbered {half}.")
        first_month = 6 * half - 5
        return cls(_date(year, first_month), _month_end(year, 6 * half), Precision.HALF_YEAR)

    @classmethod
    def year_of(cls, year: int) -> Self:
        """A year of which nothing more is known. Raises SpanError outside the years 1 to 9999."""
        return cls(_date(year), _month_end(year, 12), Precision.YEAR)

    @property
    def sort_key(self) -> tuple[int, int, int, int, date]:
        """Orders a calendar by the month of the start, and within it from exact to vague.

        What is only known to the month comes after every dated entry which starts in that month,
        never among them as if it fell on the 1st; a half-year comes after both, in the month it
        starts (January or July); a year comes last in its January.
        """
        start = self.start
        return (start.year, start.month, VAGUENESS[self.precision], start.day, self.end)

    def printed(self, tentative: bool) -> str:
        """The words of the date, with the asterisk which says that it may move."""
        return f"{self}*" if tentative else str(self)

    def __str__(self) -> str:
        match self.precision:
            case Precision.DAY:
                return _days_words(self.start, self.end)
            case Precision.MONTH:
                return _months_words(self.start, self.end)
            case Precision.HALF_YEAR:
                half = "first" if self.start.month == 1 else "second"
                return f"{half} semester of {self.start.year:04d}"
            case Precision.YEAR:
                return f"{self.start.year:04d}"

    def _fits(self) -> bool:
        if self.precision is Precision.DAY:
            return True
        months = (self.start.month, self.end.month)
        same_year = self.start.year == self.end.year
        whole_months = self.start.day == 1 and _is_month_end(self.end)
        match self.precision:
            case Precision.MONTH:
                return whole_months
            case Precision.HALF_YEAR:
                return whole_months and same_year and months in ((1, 6), (7, 12))
            case Precision.YEAR:
                return whole_months and same_year and months == (1, 12)


_WHOLE = {
    Precision.MONTH: "a whole month, from its first day to its last, or several",
    Precision.HALF_YEAR: "a half-year: January 1-June 30 or July 1-December 31",
    Precision.YEAR: "one year, from January 1 to December 31",
}


@dataclass(frozen=True, slots=True)
class WrittenSpan:
    """A span as somebody wrote it: `tentative` if they marked that it may move."""

    span: Span
    tentative: bool

    def __str__(self) -> str:
        return self.span.printed(self.tentative)


def parse_span(text: str, *, year: int | None = None) -> WrittenSpan:
    """Read a date as the work plan prints it or as a person types it.

    `year` is assumed where the words hold none ("April 1st", "first semester of this year").
    A year of two digits is read only after a month and a slash ("Feb/03"): 00 to 69 is 20xx.
    A day in numbers alone is read where they can mean no other day ("31/12/2004").
    A trailing "*" or "(tentative)" makes it tentative, whatever its precision.
    Raises SpanError, with a sentence that says what was not understood and how to write it.
    """
    words, tentative = _without_mark(_tidy(text))
    span = _iso(words) or _only_numbers(words) or _year_only(words, year)
    span = span or _half_year(words, year) or _named(words, year)
    return WrittenSpan(span, tentative)


# --- writing ---------------------------------------------------------------------------------


def _day_words(day: date) -> str:
    return f"{MONTH_NAMES[day.month]} {day.day}, {day.year:04d}"


def _days_words(start: date, end: date) -> str:
    if start == end:
        return _day_words(start)
    if start.year != end.year:
        return f"{_day_words(start)}-{_day_words(end)}"
    last = f"{end.day}" if start.month == end.month else f"{MONTH_NAMES[end.month]} {end.day}"
    return f"{MONTH_NAMES[start.month]} {start.day}-{last}, {end.year:04d}"


def _months_words(start: date, end: date) -> str:
    last = f"{MONTH_NAMES[end.month]} {end.year:04d}"
    if start.year != end.year:
        return f"{MONTH_NAMES[start.month]} {start.year:04d}-{last}"
    return last if start.month == end.month else f"{MONTH_NAMES[start.month]}-{last}"


# --- days that are, and days that are not ----------------------------------------------------


def _date(year: int, month: int = 1, day: int = 1) -> date:
    _refuse_what_no_calendar_has(year, month)
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = MONTH_NAMES[month]
        raise SpanError(f"There is no {name} {day}: {name} {year:04d} has {days} days.")
    return date(year, month, day)


def _month_end(year: int, month: int) -> date:
    _refuse_what_no_calendar_has(year, month)
    return date(year, month, monthrange(year, month)[1])


def _refuse_what_no_calendar_has(year: int, month: int) -> None:
    if not 1 <= year <= 9999:
        raise SpanError(f"There is no year {year}: write it with four digits, like 2003.")
    if not 1 <= month <= 12:
        raise SpanError(f"There is no month {month}: months are 1 to 12.")


def _is_month_end(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]


# --- reading ---------------------------------------------------------------------------------

_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_MARK = re.compile(r" ?(?:\*|\( ?tentative(?: date)? ?\))$")

# Ranges in ISO notation are read with any separator, since people type what they see elsewhere.
_ISO_DAY = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_ISO_MONTH = r"([0-9]{4})-([0-9]{1,2})"
_ISO_TO = r"(?: ?[/-] ?| to )"
_ISO_DAYS = re.compile(rf"{_ISO_DAY}(?:{_ISO_TO}{_ISO_DAY})?")
_ISO_MONTHS = re.compile(rf"{_ISO_MONTH}(?:{_ISO_TO}{_ISO_MONTH})?")

_YEAR = re.compile(r"[0-9]{4}")
_ONLY_NUMBERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_THIS_YEAR = re.compile(r"\b(?:this|the) year\b(?! [0-9])")
_HALF = re.compile(
    r"(?:the )?(first|1st|second|2nd) (?:semester|half(?:[ -]?year)?)(?: of)?(?: ([0-9]{4}))?"
)
_LEADING_WORD = re.compile(r"^(?:from|in|on|during) ")
_MONTH_SLASH_YEAR = re.compile(r"([a-z]+\.?) ?/ ?([0-9]{4}|[0-9]{2})(?![0-9])")
_TO = re.compile(r" ?- ?| (?:to|until|through) ")
_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?")
_FILLERS = frozenset({"of", "the"})
_MONTHS = {
    short: number
    for number in range(1, 13)
    for short in (MONTH_NAMES[number].lower(), MONTH_NAMES[number][:3].lower())
} | {"sept": 9}


class _Point(NamedTuple):
    """One side of a range, with None where the words leave a part to the other side."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def _tidy(text: str) -> str:
    """Lower case, one kind of hyphen, one kind of space (the document has no-break ones)."""
    if len(text) > MAX_LENGTH:
        raise SpanError(f"A date is shorter than {MAX_LENGTH} characters. {HOW_TO_WRITE}")
    words = " ".join(text.translate(_HYPHENS).lower().split())
    if not words:
        raise SpanError(f"The date is empty. {HOW_TO_WRITE}")
    return _LEADING_WORD.sub("", words)


def _without_mark(words: str) -> tuple[str, bool]:
    bare, marks = _MARK.subn("", words)
    if not bare:
        raise SpanError(f"There is a mark, but no date. {HOW_TO_WRITE}")
    return bare, bool(marks)


def _iso(words: str) -> Span | None:
    if days := _ISO_DAYS.fullmatch(words):
        start, end = _sides(days)
        return Span(_date(*start), _date(*end), Precision.DAY)
    if months := _ISO_MONTHS.fullmatch(words):
        start, end = _sides(months)
        return Span(_date(*start), _month_end(*end), Precision.MONTH)
    return None


def _only_numbers(words: str) -> Span | None:
    match = _ONLY_NUMBERS.fullmatch(words)
    if match is None:
        return None
    month, day = sorted((int(match[1]), int(match[3])))
    if 0 < month < day <= 12:
        raise SpanError(
            f'"{words}" can be read as two dates: is the day or the month first? {HOW_TO_WRITE}'
        )
    if len(match[4]) == 2:
        raise SpanError(f'"{words}" leaves the century of its year open. {HOW_TO_WRITE}')
    return Span.day(_date(int(match[4]), month, day))


def _sides(match: re.Match[str]) -> tuple[list[int], list[int]]:
    """The numbers of the start and of the end, which are the same where only one is written."""
    numbers = [int(group) for group in match.groups() if group is not None]
    size = match.re.groups // 2
    return numbers[:size], numbers[-size:]


def _year_only(words: str, year: int | None) -> Span | None:
    words = _with_this_year(words, year)
    return Span.year_of(int(words)) if _YEAR.fullmatch(words) else None


def _half_year(words: str, year: int | None) -> Span | None:
    match = _HALF.fullmatch(_with_this_year(words, year).replace(",", ""))
    if match is None:
        return None
    half = 1 if match[1] in ("first", "1st") else 2
    return Span.half_year(_year_or(_number(match[2]), year, words), half)


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _with_this_year(words: str, year: int | None) -> str:
    if year is None and _THIS_YEAR.search(words):
        raise SpanError(f'Which year is meant by "{words}"? Write the year, like 2003.')
    return _THIS_YEAR.sub(f"{year:04d}", words) if year is not None else words


def _year_or(written: int | None, assumed: int | None, words: str) -> int:
    year = assumed if written is None else written
    if year is None:
        raise SpanError(f'"{words}" has no year. {HOW_TO_WRITE}')
    return year


def _named(words: str, year: int | None) -> Span:
    """A date with its month in words: a day or a month, or a range of either."""
    sides = _TO.split(_plain(words, year))
    if len(sides) > 2:
        raise SpanError(f'"{words}" has more than a start and an end. {HOW_TO_WRITE}')
    start, end = _point(sides[0], words), _point(sides[-1], words)
    return _between(start, end, words, year)


def _plain(words: str, year: int | None) -> str:
    plain = _with_this_year(words, year).replace(",", " ")
    return " ".join(_MONTH_SLASH_YEAR.sub(_in_full, plain).split())


def _in_full(match: re.Match[str]) -> str:
    month, year = match.groups()
    century = "" if len(year) == 4 else "20" if year < "70" else "19"
    return f"{month} {century}{year}"


def _point(side: str, words: str) -> _Point:
    point = _Point()
    for word in side.split():
        if word not in _FILLERS:
            point = _with_part(point, word, words)
    return point


def _with_part(point: _Point, word: str, words: str) -> _Point:
    if word.rstrip(".") in _MONTHS:
        part, value = "month", _MONTHS[word.rstrip(".")]
    elif _YEAR.fullmatch(word):
        part, value = "year", int(word)
    elif day := _DAY.fullmatch(word):
        part, value = "day", int(day[1])
    else:
        raise SpanError(f'"{word}" was not understood in "{words}". {HOW_TO_WRITE}')
    if getattr(point, part) is not None:
        raise SpanError(f'"{words}" has a second {part}, "{word}". {HOW_TO_WRITE}')
    return point._replace(**{part: value})


def _between(start: _Point, end: _Point, words: str, year: int | None) -> Span:
    """Each side lends the other the month or the year it lacks: "June 30-July 18, 2003"."""
    month, last_month = start.month or end.month, end.month or start.month
    if month is None or last_month is None or (start.day is None) != (end.day is None):
        raise SpanError(f'"{words}" was not understood. {HOW_TO_WRITE}')
    if start.day is None and (start.month is None or end.month is None):
        raise SpanError(f'"{words}" was not understood. {HOW_TO_WRITE}')
    last_year = _year_or(start.year if end.year is None else end.year, year, words)
    first_year = last_year if start.year is None else start.year
    if start.day is None or end.day is None:
        bounds = _date(first_year, month), _month_end(last_year, last_month)
        return Span(*bounds, Precision.MONTH)
    bounds = _date(first_year, month, start.day), _date(last_year, last_month, end.day)
    return Span(*bounds, Precision.DAY)
