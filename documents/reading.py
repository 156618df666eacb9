"""Reads a work plan, a Word document saved as text, into a PlanDocument.

The layout is the source's own (domain guide, "Reading the source document"): numbered sections of
paragraphs, and two tables in which a cell runs from its tab to the next line that begins with
one. What cannot be understood is refused with its line, or given back as unplaced: no word goes
missing in silence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn, TypeVar

import roman

from documents.plan import (
    Kind,
    PlanDocument,
    PlanSection,
    PrintedCalendar,
    PrintedEntry,
    PrintedMandates,
    PrintedRow,
    outline,
    reads_as_heading,
    split_run_in,
)

_T = TypeVar("_T")


class DocumentError(ValueError):
    """The source cannot be read. The message says what, on which line, and what to do."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class UnplacedLine:
    """A line that fits no rule; its number counts from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and the lines that found no place in it."""

    document: PlanDocument
    unplaced: tuple[UnplacedLine, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the source; `opens` says that a paragraph may begin with it."""

    number: int
    text: str
    opens: bool

    @property
    def words(self) -> str:
        return self.text.strip()

    @property
    def is_cell(self) -> bool:
        return self.text.startswith("\t")

    @property
    def is_prose(self) -> bool:
        return bool(self.words) and not self.is_cell


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number that may open a section: alone on its line, or with `rest` after it."""

    number: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    lines: tuple[str, ...]

    @property
    def filled(self) -> tuple[str, ...]:
        return tuple(line for line in self.lines if line)

    @property
    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines).strip("\n"))


def read_plan(source: bytes) -> Reading:
    """Read a work plan of any year from the bytes of its text file.

    UTF-8, with or without a byte-order mark; any line ends. DocumentError where the source is no
    text, no work plan, or a plan with something missing.
    """
    lines = _lines(_decode(source))
    unplaced: list[UnplacedLine] = []
    title = _title_line(lines)
    starts = [title + 1 + start for start in _section_starts(lines[title + 1 :])]
    if not starts:
        raise DocumentError("no section “I.” follows the title. Is the file complete?", len(lines))
    head = lines[: starts[0]]
    year, body = _front_matter_end(head)
    document = PlanDocument(
        year=year,
        front_matter=tuple(line.words for line in head[:body] if line.words),
        introduction=_paragraphs(head[body:], unplaced),
        sections=tuple(_section(block, unplaced) for block in _cut(lines, starts)),
    )
    _require_tables(document, lines[-1].number)
    return Reading(document, tuple(sorted(unplaced, key=lambda one: one.line)))


# --- Bytes and lines ------------------------------------------------------------------------

_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word document (.docx) or another zipped file",
    b"\xd0\xcf\x11\xe0": "an old Word document (.doc)",
    b"{\\rtf": "rich text (RTF)",
    b"\xff\xfe": "text in UTF-16 (“Unicode”)",
    b"\xfe\xff": "text in UTF-16 (“Unicode”)",
}
_SAVE_AS = "Save the work plan as plain text in UTF-8, and read that file."
# Word writes its manual line break as a vertical tab, and its page break as a form feed.
_LINE_END = re.compile(r"\r\n|[\r\n\v\f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def _decode(source: bytes) -> str:
    for signature, name in _SIGNATURES.items():
        if source.startswith(signature):
            raise DocumentError(f"This file is {name}, not plain text. {_SAVE_AS}")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from after a byte-order mark.
        line = len(re.split(rb"\r\n|[\r\n\v\f]", error.object[: error.start]))
        raise DocumentError(f"this is not UTF-8 text. {_SAVE_AS}", line) from error
    if not text.strip():
        raise DocumentError("The file is empty. Choose the work plan's text file.")
    return text


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    above, further = "", ""  # the last two lines with words
    for number, line in enumerate(_LINE_END.split(text), 1):
        if found := _CONTROL.search(line):
            raise DocumentError(
                f"a control character (U+{ord(found[0]):04X}) stands here, which no text has. "
                f"{_SAVE_AS}",
                number,
            )
        goes_on = bool(lines) and lines[-1].is_prose and _is_continued(above, further)
        lines.append(_Line(number, line, opens=not goes_on))
        if words := line.strip():
            above, further = words, above
    return lines


def _is_continued(words: str, above: str) -> bool:
    """Whether prose goes on from this line to the next: not from a title, a footnote, a heading."""
    if words.startswith("*") or _TITLE.search(words) or _AGENDA.fullmatch(words):
        return False
    number, number_above = _NUMBER.fullmatch(words), _NUMBER.fullmatch(above)
    if number and number["rest"]:
        return bool(split_run_in(number["rest"], goes_on=True)[1])
    if number_above and not number_above["rest"]:
        return bool(split_run_in(words, goes_on=True)[1])
    return True


def _cut(items: Sequence[_T], starts: Sequence[int]) -> list[Sequence[_T]]:
    """The stretches that begin at each start; what stands before the first is left out."""
    return [items[start:end] for start, end in pairwise([*starts, len(items)])]


def _paragraphs(lines: Sequence[_Line], unplaced: list[UnplacedLine]) -> tuple[str, ...]:
    """Blank lines part paragraphs. A tab opens a table's cell, which has no place in prose."""
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.is_prose:
            _refuse_section_number(line)
            groups[-1].append(line.words)
            continue
        groups.append([])
        if line.words:
            unplaced.append(UnplacedLine(line.number, line.words))
    return tuple("\n".join(group) for group in groups if group)


# --- Front matter ---------------------------------------------------------------------------

_TITLE = re.compile(r"\bWORK PLAN\s+(?P<year>[12][0-9]{3})$", re.IGNORECASE)
_AGENDA = re.compile(r"\(Item\b.*\bAgenda\)", re.IGNORECASE)


def _title_line(lines: Sequence[_Line]) -> int:
    for index, line in enumerate(lines):
        if _TITLE.search(line.words):
            return index
    raise DocumentError(
        "This is not a work plan: no line ends in “WORK PLAN” and a year. "
        "Choose the work plan's text file, or add its title line."
    )


def _front_matter_end(head: Sequence[_Line]) -> tuple[int, int]:
    """The plan's year, and the index after the last title or agenda line."""
    titles = [match for line in head if (match := _TITLE.search(line.words))]
    years = {int(match["year"]) for match in titles}
    ends = [n for n, x in enumerate(head) if _TITLE.search(x.words) or _AGENDA.fullmatch(x.words)]
    if len(years) > 1:
        found = " and ".join(map(str, sorted(years)))
        raise DocumentError(
            f"the titles name two years, {found}. Leave one.", head[ends[-1]].number
        )
    return years.pop(), ends[-1] + 1


# --- Where sections begin -------------------------------------------------------------------

_NUMBER = re.compile(r"(?P<number>[IVX]+|[A-Z])\.(?:\s+(?P<rest>\S.*))?")
_NUMERALS = {roman.toRoman(value): value for value in range(1, 40)}
_LONGEST_HEADING = 250


def _mark(line: _Line) -> _Mark | None:
    """The number that opens this line, if one does.

    With words after it, it must begin a paragraph: prose may break its lines anywhere ("…SEPIA I
    and SEPIA / II. The CIM…"). Alone on its line it may follow a paragraph directly.
    """
    match = None if line.is_cell else _NUMBER.fullmatch(line.words)
    if match is None or (match["rest"] and not line.opens):
        return None
    return _Mark(match["number"], match["rest"] or "")


def _section_starts(lines: Sequence[_Line]) -> list[int]:
    """Indices of the lines that open sections I, II, III…; DocumentError where one is missing.

    A lower number may open an item of a list within a cell; prose refuses it.
    """
    starts: list[int] = []
    for index, line in enumerate(lines):
        mark = _mark(line)
        expected = len(starts) + 1
        if mark and _NUMERALS.get(mark.number) == expected:
            starts.append(index)
        elif mark and _section_number(mark) > expected:
            _out_of_order("section", mark, roman.toRoman(expected), line.number)
    return starts


def _section_number(mark: _Mark) -> int:
    """What a numeral says that can only be a section's; 0 for all others.

    "I." is the ninth sub-section or an initial, and so may "V." or "X." be before a sentence.
    """
    if len(mark.number) == 1 and mark.rest and not reads_as_heading(mark.rest):
        return 0
    return 0 if mark.number == "I" else _NUMERALS.get(mark.number, 0)


def _refuse_section_number(line: _Line) -> None:
    mark = _mark(line)
    if mark and _section_number(mark):
        raise DocumentError(
            f"“{mark.number}.” stands in the text of another section, though sections are "
            "numbered once each, in order. Is it repeated?",
            line.number,
        )


def _sub_section_starts(lines: Sequence[_Line]) -> list[int]:
    """Indices of the lines that open sub-sections A, B, C…; DocumentError where one is missing."""
    starts: list[int] = []
    for index, line in enumerate(lines):
        mark = _mark(line)
        if mark is None or len(mark.number) > 1:
            continue
        if mark.rest and not reads_as_heading(mark.rest):
            continue
        expected = chr(ord("A") + len(starts))
        if mark.number != expected:
            _out_of_order("sub-section", mark, expected, line.number)
        starts.append(index)
    return starts


def _out_of_order(what: str, mark: _Mark, expected: str, line: int) -> NoReturn:
    raise DocumentError(
        f"“{mark.number}.” stands where {what} “{expected}.” is expected. Is {what} {expected} "
        f"missing, or does its heading not begin a paragraph?",
        line,
    )


# --- Sections -------------------------------------------------------------------------------

_CALENDAR_TITLE = re.compile(r"Calendar of .*[0-9]{4}", re.IGNORECASE)


def _section(block: Sequence[_Line], unplaced: list[UnplacedLine]) -> PlanSection:
    number, heading, body, run_in = _open(block)
    kind = _kind(heading, body)
    if kind == "calendar":
        paragraphs, calendar = _calendar(body, unplaced)
        return PlanSection(number, heading, run_in, kind, paragraphs, (), calendar, None)
    if kind == "mandates":
        paragraphs, mandates = _mandates(body, unplaced)
        return PlanSection(number, heading, run_in, kind, paragraphs, (), None, mandates)
    starts = _sub_section_starts(body)
    paragraphs = _paragraphs(body[: starts[0]] if starts else body, unplaced)
    children = tuple(_sub_section(one, unplaced) for one in _cut(body, starts))
    return PlanSection(number, heading, run_in, kind, paragraphs, children, None, None)


def _sub_section(block: Sequence[_Line], unplaced: list[UnplacedLine]) -> PlanSection:
    number, heading, body, run_in = _open(block)
    paragraphs = _paragraphs(body, unplaced)
    return PlanSection(number, heading, run_in, "text", paragraphs, (), None, None)


def _open(block: Sequence[_Line]) -> tuple[str, str, list[_Line], bool]:
    """Number, heading, body, and whether the body runs on in the heading's paragraph."""
    mark = _mark(block[0])
    assert mark is not None  # the block was cut at its mark
    at = 0 if mark.rest else _heading_line(block, mark)
    goes_on = at + 1 < len(block) and block[at + 1].is_prose
    heading, run_in = split_run_in(mark.rest or block[at].words, goes_on)
    if len(heading) > _LONGEST_HEADING:
        raise DocumentError(
            f"the heading of “{mark.number}.” is {len(heading)} characters long. "
            "Is the heading missing, and this its text?",
            block[at].number,
        )
    body = list(block[at + 1 :])
    if run_in:
        body.insert(0, _Line(block[at].number, run_in, opens=False))
    return f"{mark.number}.", heading, body, bool(run_in)


def _heading_line(block: Sequence[_Line], mark: _Mark) -> int:
    """The first line with words below a number that stands alone."""
    for index, line in enumerate(block[1:], 1):
        if line.is_prose:
            return index
        if line.words:
            break
    raise DocumentError(f"“{mark.number}.” has no heading. Is the file complete?", block[0].number)


def _kind(heading: str, body: Sequence[_Line]) -> Kind:
    first_cell = next((line.words for line in body if line.is_cell), None)
    if first_cell is not None and first_cell.casefold() == "resolution":
        return "mandates"
    if any(not line.is_cell and _CALENDAR_TITLE.fullmatch(line.words) for line in body):
        return "calendar"
    if first_cell is not None and heading.casefold().startswith("calendar"):
        return "calendar"
    if first_cell is not None and heading.casefold().startswith("mandates"):
        return "mandates"
    return "text"


def _require_tables(document: PlanDocument, last_line: int) -> None:
    wanted: tuple[tuple[Kind, str], ...] = (
        ("calendar", "calendar"),
        ("mandates", "table of mandates"),
    )
    for kind, name in wanted:
        sections = [one.number for one in document.sections if one.kind == kind]
        if not sections:
            raise DocumentError(
                f"the plan ends, and none of its sections holds a {name}. Is the file complete?",
                last_line,
            )
        if len(sections) > 1:
            raise DocumentError(f"Sections {' and '.join(sections)} both hold a {name}. Leave one.")


# --- Tables ---------------------------------------------------------------------------------


def _cells(lines: Sequence[_Line]) -> list[_Cell]:
    """A cell runs from its tab to the next line that begins with one; the first line has one."""
    starts = [index for index, line in enumerate(lines) if line.is_cell]
    return [
        _Cell(block[0].number, tuple(line.words for line in block)) for block in _cut(lines, starts)
    ]


def _first_cell(body: Sequence[_Line]) -> int:
    return next((index for index, line in enumerate(body) if line.is_cell), len(body))


# --- The calendar ---------------------------------------------------------------------------

_DATES = re.compile(r".*[0-9]{4}\s*\*?")
_MONTHS = "January February March April May June July August September October November December"
_ONLY_DATES = re.compile(rf"(?:{'|'.join(_MONTHS.split())})\b{_DATES.pattern}")


def _calendar(
    body: Sequence[_Line], unplaced: list[UnplacedLine]
) -> tuple[tuple[str, ...], PrintedCalendar]:
    first = _first_cell(body)
    title = _calendar_title(body[:first])
    star = _footnote(body, first)
    entries = _entries(_cells(body[first:star]), body[0].number)
    footnote = body[star].words if star < len(body) else ""
    if not footnote and any(entry.dates.endswith("*") for entry in entries):
        raise DocumentError(
            "the calendar ends without its footnote, though some of its dates carry an asterisk. "
            "Is the file complete? If so, add “* Tentative date” after the last entry.",
            body[-1].number,
        )
    after = [line for line in body[star + 1 :] if line.words]
    unplaced += [UnplacedLine(line.number, line.words) for line in after]
    paragraphs = _paragraphs(body[:title], unplaced)
    return paragraphs, PrintedCalendar(body[title].words, tuple(entries), footnote)


def _calendar_title(before: Sequence[_Line]) -> int:
    """The last line with words above the table."""
    filled = [index for index, line in enumerate(before) if line.words]
    if not filled or not before[filled[-1]].words.casefold().startswith("calendar"):
        raise DocumentError(
            "no title such as “Calendar of activities 2003” stands above the calendar's first "
            "entry. Add it.",
            before[-1].number if before else None,
        )
    return filled[-1]


def _footnote(body: Sequence[_Line], first: int) -> int:
    """The index of the line with an asterisk that ends the table, or the body's length."""
    star = len(body)
    for index in range(first, len(body)):
        line = body[index]
        if star < index and line.is_cell and line.words:
            raise DocumentError(
                f"a table's cell follows the calendar's footnote (line {body[star].number}). "
                "Is a section's heading missing between them, or the footnote not at the end?",
                line.number,
            )
        if star > index and not line.is_cell and line.words.startswith("*"):
            star = index
    return star


def _entries(cells: Sequence[_Cell], body_line: int) -> list[PrintedEntry]:
    if not cells:
        raise DocumentError("the calendar has no entries. Is the file complete?", body_line)
    return [_entry(cells[at : at + 2]) for at in range(0, len(cells), 2)]


def _entry(cells: Sequence[_Cell]) -> PrintedEntry:
    dates, *others = cells
    if len(dates.filled) != 1 or not _DATES.fullmatch(dates.filled[0]):
        found = " / ".join(dates.filled)[:60]
        raise DocumentError(
            f"“{found}” stands where a calendar entry's dates should, on one line that ends in "
            "a year (“May 2003*”). Is a cell missing above, or the year?",
            dates.line,
        )
    lines = others[0].filled if others else ()
    if not lines or (len(lines) == 1 and _ONLY_DATES.fullmatch(lines[0])):
        raise DocumentError(
            f"the calendar entry of “{dates.filled[0]}” has no title: one of its two cells is "
            "missing. Is the file complete?",
            dates.line,
        )
    return PrintedEntry(dates.filled[0], lines)


# --- The mandates ---------------------------------------------------------------------------

_SYMBOL = re.compile(
    r"[A-Z][A-Z0-9-]*(?:/[A-Z][A-Z0-9-]*)*/(?:RES|DEC)[./ ]{1,2}[0-9]+(?:/[0-9]+)*"
    r"(?: (?:rev|corr)\. ?[0-9]+)?(?: ?\([^()]+\))?"
)
_LIKE_A_SYMBOL = re.compile(r"[A-Z]+/[A-Z]")


def _mandates(
    body: Sequence[_Line], unplaced: list[UnplacedLine]
) -> tuple[tuple[str, ...], PrintedMandates]:
    first = _first_cell(body)
    cells = _cells(body[first:])
    headings = _headings(cells[:3])
    groups = _by_resolution(cells[3:], cells[0].line)
    rows = tuple(row for group in groups for row in _rows(group))
    mandates = PrintedMandates(headings, rows)
    _refuse_empty_lists(mandates, [cell.line for group in groups for cell in group[1::3]])
    return _paragraphs(body[:first], unplaced), mandates


def _headings(cells: Sequence[_Cell]) -> tuple[str, str, str]:
    texts = [cell.text for cell in cells if cell.text and len(cell.filled) == 1]
    if len(texts) != 3 or texts[0].casefold() != "resolution":
        raise DocumentError(
            "the mandates table should open with three headings, “Resolution”, “Mandate” and "
            "“Suggested Activities”, each in a cell of its own. Is one missing?",
            cells[0].line,
        )
    return texts[0], texts[1], texts[2]


def _is_symbol(cell: _Cell) -> bool:
    return bool(cell.filled) and _SYMBOL.fullmatch(cell.filled[0]) is not None


def _by_resolution(cells: Sequence[_Cell], table_line: int) -> list[Sequence[_Cell]]:
    """The cells of each resolution: from its symbol to the next, three to a row.

    Counted by resolution, so that a lost cell is found near its place and not at the table's end.
    """
    if not cells:
        raise DocumentError("the mandates table has no rows. Is the file complete?", table_line)
    if not _is_symbol(cells[0]):
        raise DocumentError(
            "the first row of the mandates should open with its resolution's symbol, such as "
            "“CIM/RES.219 (XXXI-O/02)”, on a line of its own.",
            cells[0].line,
        )
    starts = [index for index, cell in enumerate(cells) if _is_symbol(cell)]
    groups = _cut(cells, starts)
    for group in groups:
        if len(group) % 3:
            _refuse_broken_row(group, is_last=group is groups[-1])
    return groups


def _refuse_broken_row(group: Sequence[_Cell], *, is_last: bool) -> NoReturn:
    symbol, over = group[0].filled[0], len(group) % 3
    where = f"the rows of {symbol} (lines {group[0].line} to {group[-1].line})"
    end = " If the file ends too early, the table ends within a row." if is_last else ""
    raise DocumentError(
        f"{where} hold {len(group)} cells, which is {over} too many or {3 - over} too few: every "
        f"row has three. Give an empty cell a line with a tab alone.{end}",
        group[-1].line if is_last else group[0].line,
    )


def _rows(group: Sequence[_Cell]) -> list[PrintedRow]:
    """One resolution's rows. Its title is printed across them, and is joined to one."""
    symbol, *title = group[0].filled
    for cell in group[3::3]:
        title += cell.filled
        if cell.filled and _LIKE_A_SYMBOL.match(cell.filled[0]):
            raise DocumentError(
                f"“{cell.filled[0][:60]}” looks like a resolution's symbol, but cannot be read as "
                "one. Write it as “CIM/RES.219 (XXXI-O/02)”, on a line of its own.",
                cell.line,
            )
    rows = [_row(group[at + 1], group[at + 2]) for at in range(0, len(group), 3)]
    first = PrintedRow(symbol, " ".join(title), rows[0].mandate, rows[0].activities)
    return [first, *rows[1:]]


def _row(mandate: _Cell, activities: _Cell) -> PrintedRow:
    if not mandate.filled:
        raise DocumentError(
            "a row of the mandates table has no mandate. Is a cell missing or one too many above? "
            "Delete the row if it is empty.",
            mandate.line,
        )
    return PrintedRow("", "", mandate.text, activities.text)


def _refuse_empty_lists(mandates: PrintedMandates, row_lines: Sequence[int]) -> None:
    """A mandate that ends in a colon and has no items: the file was cut below it."""
    found = outline(mandates)
    parents = {one.parent for one in found}
    for index, one in enumerate(found):
        if one.is_chapeau and index not in parents:
            raise DocumentError(
                f"“{one.text[-60:]}” opens a list, and no item follows. Is the file complete?",
                row_lines[one.row],
            )
