"""The report to a session as a plain value: computed once, for one day; every format lays it out.

Nothing here knows Django or the database. Statuses and standings are the registry's own keys
("in_progress"), dates of meetings are the words that are printed ("July 31-August 2, 2003*"), and
what is not known is "" or None. In every text "\\n" is a line break.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

# --- the masthead ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above the title. `revision` is 0 for a paper as first issued, `issued_on` None
    for a draft, `item` the number of the agenda item the paper is put to."""

    title: str
    term: str
    ordinal: str
    language: str
    classification: str = ""
    symbol: str = ""
    revision: int = 0
    issued_on: date | None = None
    dates: str = ""
    place: str = ""
    item: str = ""


# --- one page for the chair -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """How many mandates have a status."""

    status: str
    mandates: int


class Segment(NamedTuple):
    """One status in a bar: how many have it, and how many stand before it in the bar."""

    status: str
    mandates: int
    before: int


@dataclass(frozen=True, slots=True)
class Bar:
    """How the mandates of one resolution stand: the statuses that some of them have, in order."""

    symbol: str
    title: str
    language: str
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(count.mandates for count in self.counts)

    @property
    def segments(self) -> list[Segment]:
        found, before = [], 0
        for count in self.counts:
            found.append(Segment(count.status, count.mandates, before))
            before += count.mandates
        return found


@dataclass(frozen=True, slots=True)
class Decision:
    """An agenda item, with what is asked or what was decided; "" where that is not recorded."""

    number: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mandate (by its reference) or an activity (by its title) that waits: it is suspended, or
    the words say on what it is contingent."""

    name: str
    of_mandate: bool
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class ChairPage:
    """One page for the chair. `counts` has every status in its order; `overdue` is how many
    mandates are; `due` is what is overdue and what is due by the end of the session, the soonest
    first; `previous` names the last session, "" where none is on record."""

    counts: tuple[Count, ...]
    overdue: int
    overdue_activities: int
    bars: tuple[Bar, ...]
    due: tuple["Awaited", ...]
    asked: tuple[Decision, ...]
    previous: str
    taken: tuple[Decision, ...]
    waiting: tuple[Waiting, ...]
    kind: Literal["chair"] = field(default="chair", init=False)

    @property
    def total(self) -> int:
        return sum(count.mandates for count in self.counts)

    @property
    def longest(self) -> int:
        """The mandates of the largest resolution, to whose scale all bars are drawn."""
        return max((bar.total for bar in self.bars), default=0)


# --- changes --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported:
    """A mandate or an activity on which somebody reported: its status as known at the last
    session, its status now, and what was last said."""

    name: str
    of_mandate: bool
    before: str
    after: str
    said: str

    @property
    def is_newly_completed(self) -> bool:
        return self.after == "completed" != self.before


@dataclass(frozen=True, slots=True)
class Due:
    """By when something is due, as printed, at which meeting, and the words that set it."""

    dates: str
    at: str
    words: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Awaited:
    """A mandate or an activity that is due, or overdue."""

    name: str
    of_mandate: bool
    due: Due


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """What became of a meeting: `act` is the key of its log; dates as printed, "" for none."""

    meeting: str
    act: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What was recorded after `since`: the day of the report to the previous session
    (`after_report`), else the last day of that session; None where there is no such day, and then
    there is nothing to compare with. `answers` are those of whom a mandate asks, each on its own
    part in it."""

    previous: str
    since: date | None
    after_report: bool
    reported: tuple[Reported, ...]
    answers: tuple[Reported, ...]
    overdue: tuple[Awaited, ...]
    meetings: tuple[Rescheduled, ...]
    kind: Literal["changes"] = field(default="changes", init=False)

    @property
    def completed(self) -> list[Reported]:
        return [one for one in self.reported if one.is_newly_completed]


# --- progress -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """The report that settles a status: what was done, the words and the source that show it."""

    as_of: date
    done: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Those who answered of themselves, whatever the mandate's own status, with one status."""

    status: str
    actors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MandateLine:
    """The one row of a mandate. `standing` is "" while it is current; `stands_for` the mandate
    that took its place; `has_activities` whether anything is proposed for it, and
    `due_of_activities` by when that is due."""

    reference: str
    depth: int
    label: str
    text: str
    addressees: tuple[str, ...]
    responsible: tuple[str, ...]
    deadlines: tuple[Due, ...]
    due_of_activities: tuple[Due, ...]
    status: str
    contingent_on: str
    standing: str
    stands_for: str
    progress: Progress | None
    answers: tuple[Answers, ...]
    has_activities: bool
    note: str
    kind: Literal["mandate"] = field(default="mandate", init=False)


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """A line that only opens a list (a chapeau): it stands above its children over all columns."""

    reference: str
    depth: int
    label: str
    text: str
    kind: Literal["opening"] = field(default="opening", init=False)


@dataclass(frozen=True, slots=True)
class ResolutionTable:
    """The mandates of one resolution, in the order one reads them."""

    symbol: str
    title: str
    language: str
    lines: tuple[MandateLine | OpeningLine, ...]

    @property
    def rows(self) -> list[MandateLine]:
        return [line for line in self.lines if isinstance(line, MandateLine)]


@dataclass(frozen=True, slots=True)
class ProgressTable:
    """One row for each mandate that is reported on, resolution by resolution."""

    resolutions: tuple[ResolutionTable, ...]
    kind: Literal["progress"] = field(default="progress", init=False)

    @property
    def rows(self) -> list[MandateLine]:
        return [row for table in self.resolutions for row in table.rows]


# --- activities, calendar, and what is missing ----------------------------------------------


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """A piece of work: `mandates` are the references it is proposed for, `said` is what its last
    report says."""

    title: str
    mandates: tuple[str, ...]
    responsible: tuple[str, ...]
    deadlines: tuple[Due, ...]
    status: str
    contingent_on: str
    said: str


@dataclass(frozen=True, slots=True)
class Area:
    """A program area with the activities that are its own; "" is for those of no area. Areas
    without any are left out, and an activity of two areas stands under both."""

    name: str
    depth: int
    activities: tuple[ActivityLine, ...]


@dataclass(frozen=True, slots=True)
class ActivityTable:
    areas: tuple[Area, ...]
    kind: Literal["activities"] = field(default="activities", init=False)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting; `state` is "" while it is to be held as scheduled."""

    dates: str
    title: str
    subtitle: str
    place: str
    state: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is on from the report's day until the next session is over, which may be tentative.
    Where that has no dates, `ends` is None and all that is to come is here."""

    next_session: str
    ends: date | None
    is_tentative: bool
    meetings: tuple[MeetingLine, ...]
    kind: Literal["calendar"] = field(default="calendar", init=False)


@dataclass(frozen=True, slots=True)
class BareMandate:
    """A mandate with the words it stands under before its own."""

    reference: str
    text: str
    language: str
    addressees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreported:
    """Mandates for which no activity is proposed and on which nobody has reported."""

    mandates: tuple[BareMandate, ...]
    kind: Literal["unreported"] = field(default="unreported", init=False)


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Places in the papers that contradict one another, which nobody has settled."""

    notes: tuple[str, ...]
    kind: Literal["contradictions"] = field(default="contradictions", init=False)


Part = ChairPage | Changes | ProgressTable | ActivityTable | Calendar | Unreported | Contradictions


# --- the report -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report, its parts in the order the Secretariat chose. `session` is the session's
    key ("2003-1"); `corrections` says, of a revision, what changed from the paper before."""

    session: str
    masthead: Masthead
    as_of: date
    introduction: str
    parts: tuple[Part, ...]
    corrections: tuple[str, ...] = ()

    @property
    def is_draft(self) -> bool:
        return self.masthead.issued_on is None

    def as_data(self) -> dict[str, Any]:
        """The report as dicts, lists, texts and numbers; dates as ISO 8601 writes them."""
        data: dict[str, Any] = _plain(asdict(self))
        return data


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


# --- two reports compared -------------------------------------------------------------------


class Difference(NamedTuple):
    """What one report says of something in one respect, and what another says; None where it
    says nothing of it. `part` is the part's kind, "" for what stands before all parts."""

    part: str
    name: str
    respect: str
    before: str | None
    after: str | None


#: What every revision has of its own.
_OWN = ("revision", "issued_on")
#: Of a line: its place in the table, which its words do not depend on; and what is compared where
#: it stands itself.
_PLACE = ("kind", "depth", "has_activities", "due_of_activities")
#: Where the lines of a part are, and by what one knows them. The figures, the changes since the
#: last session and the mandates without report follow from what is compared.
_LINES = {
    "chair": (("asked", "taken"), "", "title"),
    "progress": (("resolutions",), "lines", "reference"),
    "activities": (("areas",), "activities", "title"),
    "calendar": (("meetings",), "", "title"),
}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """What one report, as data, says otherwise than an earlier one, in the order of the later."""
    old, new = _Said(_facts(before)), _Said(_facts(after))
    keys = [*new, *(key for key in old if key not in new)]
    compared = (
        Difference(part, name, respect, old.of(key), new.of(key))
        for key in keys
        for part, name, respect in (key,)
    )
    return [one for one in compared if one.before != one.after]


_Key = tuple[str, str, str]
_Fact = tuple[_Key, str]


class _Said(dict[_Key, str]):
    """What a report says by (part, name, respect)."""

    def __init__(self, facts: Iterable[_Fact]) -> None:
        super().__init__(facts)
        self._lines = {key[:2] for key in self}

    def of(self, key: _Key) -> str | None:
        """An older paper may not have known a respect in which lines speak now: there its line
        says nothing, and is there all the same."""
        return self.get(key, "" if key[1] and key[:2] in self._lines else None)


def _facts(report: dict[str, Any]) -> Iterator[_Fact]:
    """Every statement of a report by (part, name, respect), each key once."""
    for respect, value in report["masthead"].items():
        if respect not in _OWN and value:
            yield ("", "", respect), str(value)
    yield ("", "", "as_of"), report["as_of"]
    if report["introduction"]:
        yield ("", "", "introduction"), report["introduction"]
    for part in report["parts"]:
        yield ("", part["kind"], "part"), part["kind"]
        for note in part.get("notes", ()):
            yield (part["kind"], note, "note"), note
        for name, line in _lines_of(part):
            for respect, value in line.items():
                if respect not in _PLACE:
                    yield (part["kind"], name, respect), _words(value)


def _lines_of(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of a part by name. One that stands twice (an activity of two areas) is one line;
    others of one name (two meetings of one title) are told apart by a number."""
    lists, inner, known_by = _LINES.get(part["kind"], ((), "", ""))
    lines = [line for name in lists for line in part[name]]
    if inner:
        lines = [line for outer in lines for line in outer[inner]]
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        alike = found.setdefault(line[known_by], [])
        if line not in alike:
            alike.append(line)
            number = f" ({len(alike)})" if len(alike) > 1 else ""
            yield line[known_by] + number, line


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(_words(inner) for inner in value.values() if inner not in ("", False))
    if isinstance(value, list):
        return "; ".join(_words(inner) for inner in value)
    return "" if value is None else str(value)
