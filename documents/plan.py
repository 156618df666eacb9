"""A printed work plan as a plain value: what every reader gives and every writer takes.

Nothing here knows Django, Word or the database. Texts hold the words as printed; blanks at the
ends of lines are the only thing a reader takes away.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "calendar", "mandates"]


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """One entry of the calendar: its dates, and the lines of its second cell, title first."""

    dates: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedCalendar:
    """The calendar's table. The footnote is "" only where no entry carries an asterisk."""

    title: str
    entries: tuple[PrintedEntry, ...]
    footnote: str


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the mandates table.

    Symbol and title stand on the first row of a resolution only. Within the two texts a blank
    line parts paragraphs ("\\n\\n"), and a line break ("\\n") is one that was printed.
    """

    symbol: str
    title: str
    mandate: str
    activities: str


@dataclass(frozen=True, slots=True)
class PrintedMandates:
    """The mandates table: its three headings and its rows."""

    headings: tuple[str, str, str]
    rows: tuple[PrintedRow, ...]


@dataclass(frozen=True, slots=True)
class PlanSection:
    """A section or sub-section; its number and heading with the punctuation they are printed with.

    `run_in` says that the body goes on in the heading's own paragraph ("SEPIA I:  CIM will…").
    """

    number: str
    heading: str
    run_in: bool
    kind: Kind
    paragraphs: tuple[str, ...]
    sections: tuple["PlanSection", ...]
    calendar: PrintedCalendar | None
    mandates: PrintedMandates | None


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """One year's work plan, as printed."""

    year: int
    front_matter: tuple[str, ...]
    introduction: tuple[str, ...]
    sections: tuple[PlanSection, ...]

    @property
    def calendar(self) -> PrintedCalendar:
        """The plan's calendar. ValueError where no section holds one (reading always gives one)."""
        for section in self.sections:
            if section.calendar is not None:
                return section.calendar
        raise ValueError(f"The plan of {self.year} has no calendar.")

    @property
    def mandates(self) -> PrintedMandates:
        """The plan's mandates table. ValueError where no section holds one, as above."""
        for section in self.sections:
            if section.mandates is not None:
                return section.mandates
        raise ValueError(f"The plan of {self.year} has no mandates table.")


# --- Headings -------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[.;!?…][”’\"')\]]*$")
# "…spoke. She": a full stop after a small letter; the stops of "U.S. Summit" follow capitals.
_SENTENCE_BREAK = re.compile(r"[a-z)”]\.\s+[A-Z]")
_COLON = re.compile(r":\s+")
_LONGEST_RUN_IN_HEADING = 150


def ends_a_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, or as an item of a list ("…;")."""
    return _SENTENCE_END.search(text) is not None


def reads_as_heading(text: str) -> bool:
    """Whether what follows a letter on its line is a heading: "A.  SEPIA I, Gender and Labor:  …".

    "A. Abreu, the Director, agreed." is a sentence that opens with an initial. A heading that
    ends in a full stop can only be told from one where its letter stands on a line alone.
    """
    colon = _COLON.search(text)
    heading = text[: colon.start()] if colon else text
    if _SENTENCE_BREAK.search(heading):
        return False
    return len(heading) <= _LONGEST_RUN_IN_HEADING if colon else not ends_a_sentence(text)


def split_run_in(text: str, goes_on: bool) -> tuple[str, str]:
    """A heading and the body that runs on after its colon ("" where none does).

    `goes_on` says that the paragraph has further lines. Without them only a whole sentence
    after the colon is a body: "Follow-up: the Summit" is one heading.
    """
    colon = _COLON.search(text)
    if colon is None or not (goes_on or ends_a_sentence(text)):
        return text, ""
    return text[: colon.start() + 1], text[colon.end() :]


# --- The lists within the mandates ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutlinedMandate:
    """One mandate of the table, and where it stands among its resolution's mandates.

    `resolution` counts the table's resolutions from 0, in printed order; `row` is the index into
    `PrintedMandates.rows`; `path` counts from 1, so (3, 1) is the first item under the third
    mandate; `parent` is an index into the same outline.
    """

    resolution: int
    row: int
    path: tuple[int, ...]
    text: str
    parent: int | None
    is_chapeau: bool


# A first paragraph with a line that ends in a colon, and more below it.
_LIST_IN_CELL = re.compile(r"(?P<opening>(?:[^\n]+\n)*?[^\n]*:)\n+(?P<items>.+)", re.DOTALL)
_LABEL = re.compile(r"(?:[-–•]|\(?[0-9a-z]{1,4}[.)])\s+", re.IGNORECASE)
_TO_VERB = re.compile(r"to\s+(?P<verb>[a-z-]+)", re.IGNORECASE)
_ASKING_VERB = re.compile(
    r"appeal|ask|authori[sz]e|call|charge|commend|direct|encourage|entrust|express|instruct"
    r"|invite|mandate|recommend|request|thank|urge",
    re.IGNORECASE,
)
# What is asked of whom: the words from the verb to the next "to", "that" or stop.
_ASKED = re.compile(
    r"(?P<verb>[a-z]+)\s+(?:(?:to|upon|on)\s+)?(?P<whom>.*?)(?:[,;:.]|\b(?:to|that)\b|$)",
    re.IGNORECASE | re.DOTALL,
)
_ORGAN = re.compile(
    r"\b(?:secretariats?|secretary|committee|commission|council|assembly|president|director"
    r"|delegates?|organs?|CIM|OAS)\b",
    re.IGNORECASE,
)


def outline(mandates: PrintedMandates) -> tuple[OutlinedMandate, ...]:
    """Every mandate of the table in printed order, with its parent (domain guide, "Traps").

    A cell that ends in a colon opens a list over the rows below it, until one of them closes it
    or the resolution ends. A list inside one cell is closed with its cell.
    """
    found: list[OutlinedMandate] = []
    siblings: Counter[tuple[int, int | None]] = Counter()

    def add(row: int, text: str, parent: int | None, *, is_chapeau: bool) -> int:
        siblings[resolution, parent] += 1
        above = () if parent is None else found[parent].path
        path = (*above, siblings[resolution, parent])
        found.append(OutlinedMandate(resolution, row, path, text, parent, is_chapeau))
        return len(found) - 1

    resolution = -1
    open_list: int | None = None
    for row, printed in enumerate(mandates.rows):
        if printed.symbol:
            resolution, open_list = resolution + 1, None
        opening, items = list_in_cell(printed.mandate)
        if open_list is not None and closes_list(opening, found[open_list].text):
            open_list = None
        here = add(row, opening, open_list, is_chapeau=opening.endswith(":"))
        for item in items:
            add(row, item, here, is_chapeau=False)
        if found[here].is_chapeau and not items:
            open_list = here
    return tuple(found)


def list_in_cell(mandate: str) -> tuple[str, tuple[str, ...]]:
    """A mandate cell's opening and the items of the list inside it: (cell, ()) where it has none.

    Items are parted by blank lines, or by line breaks where the cell prints no blank line.
    """
    match = _LIST_IN_CELL.fullmatch(mandate)
    if match is None:
        return mandate, ()
    items = match["items"]
    return match["opening"], tuple(items.split("\n\n" if "\n\n" in items else "\n"))


def closes_list(mandate: str, chapeau: str) -> bool:
    """Whether a mandate stands outside the list that the chapeau above it opens.

    After "…urge member states to:" an item is a bare verb, so any "To establish…" is outside.
    After another chapeau ("…these measures:") an item may well begin with "To"; there "To" must be
    followed by a verb that asks. Without "To", the verb must ask something *of an organ*: "Entrust
    the Permanent Secretariat…" is outside, "Encourage the private sector…" an item. "Report" and
    "Create" ask nobody, and are what member states too are asked to do: they close nothing.
    """
    text = _LABEL.sub("", mandate, count=1) if _LABEL.match(mandate) else mandate
    if to_verb := _TO_VERB.match(text):
        bare_verbs = re.search(r"\bto:$", chapeau) is not None
        return bare_verbs or _ASKING_VERB.fullmatch(to_verb["verb"]) is not None
    asked = _ASKED.match(text)
    if asked is None or not _ASKING_VERB.fullmatch(asked["verb"]):
        return False
    return _ORGAN.search(asked["whom"]) is not None
