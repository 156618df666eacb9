"""A paper as a plain value: what it says, in order. PDF, DOCX and HTML only lay it out.

Nothing here knows Django, typst or Word. In every text a "\\n" is a line break; paragraphs are
parted by being parts of their own. Nothing is markup: whatever stands in a text is printed.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

PaperSize = Literal["letter", "a4"]

# Texts are cleaned on their way into the database; a paper made of others is safe as well.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What one line at the head of a page holds.
_LONGEST_SHORT_TITLE = 90


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one hand."""

    text: str
    bold: bool = False
    italic: bool = False


#: One paragraph: its runs, set one after the other with nothing between them.
Text = tuple[Run, ...]


def plain(text: str) -> Text:
    return (Run(text),)


def bold(text: str) -> Text:
    return (Run(text, bold=True),)


def italic(text: str) -> Text:
    return (Run(text, italic=True),)


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above the first page's text. What is not known is None or (), and left out.

    Top right, line by line: `classification` ("OEA/Ser.L/II.5.27"), `symbol`
    ("CIM/CD/doc.57/04"), `revision` ("rev. 1"), `date` as printed, `original` ("Original:
    English"). Then, in the middle, `body` (the body and its session, line by line), `title` (line
    by line) and `agenda` ("(Item 2 on the Agenda)").
    """

    title: tuple[str, ...]
    classification: str | None = None
    symbol: str | None = None
    revision: str | None = None
    date: str | None = None
    original: str | None = None
    body: tuple[str, ...] = ()
    agenda: str | None = None

    @property
    def name(self) -> str:
        """The title on one line."""
        return " – ".join(self.title)

    @property
    def short(self) -> str:
        """What later pages carry at their head: the symbol and revision, else the title, of which
        the last line stays whole: it says the day."""
        short = " ".join(part for part in (self.symbol, self.revision) if part) or self.name
        if len(short) <= _LONGEST_SHORT_TITLE:
            return short
        end = f"… – {self.title[-1]}" if short == self.name and len(self.title) > 1 else "…"
        end = end if len(end) < _LONGEST_SHORT_TITLE else "…"
        return short[: _LONGEST_SHORT_TITLE - len(end)] + end


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, `level` 1 the highest. The paper's title is above them all and is none of them."""

    text: Text
    level: int = 1
    kind: Literal["heading"] = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text, `indent` steps in."""

    text: Text
    indent: int = 0
    kind: Literal["paragraph"] = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list: one or several paragraphs to an item; with dots, or numbered from 1."""

    items: tuple[tuple[Text, ...], ...]
    numbered: bool = False
    kind: Literal["list"] = field(default="list", init=False)


@dataclass(frozen=True, slots=True)
class BarPart:
    """One part of a bar: how many, of what, and its shade in percent (0 white, 100 darkest)."""

    label: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its paragraphs, `indent` steps in, over `span` columns.

    A bar, where there is one, is drawn below the paragraphs, as long as its counts are to
    `bar_total` (0: it fills the cell). Its counts are printed in it; its labels are not, so the
    paragraphs or a Legend give them.
    """

    paragraphs: tuple[Text, ...] = ()
    indent: int = 0
    span: int = 1
    align: Literal["start", "end"] = "start"
    bar: tuple[BarPart, ...] = ()
    bar_total: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. A `heading` row within the table heads the rows below it."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns as fractions of the width, which add up to 1; heading rows that repeat on
    every page; rows that do not split unless one is longer than a page.

    `summary` says what the table holds to those who hear the paper instead of seeing it.
    """

    columns: tuple[float, ...]
    heading_rows: tuple[Row, ...]
    rows: tuple[Row, ...]
    summary: str = ""
    kind: Literal["table"] = field(default="table", init=False)

    def __post_init__(self) -> None:
        """ValueError where the columns do not fill the width or a row not the columns."""
        if abs(sum(self.columns) - 1) > 0.001:
            raise ValueError(f"The columns add up to {sum(self.columns):.3f}, not to 1.")
        for row in (*self.heading_rows, *self.rows):
            width = sum(cell.span for cell in row.cells)
            if width != len(self.columns):
                raise ValueError(f"A row of {width} cells in a table of {len(self.columns)}.")


@dataclass(frozen=True, slots=True)
class Legend:
    """What the shades of bars mean: labels with their shades in percent, on one line."""

    entries: tuple[tuple[str, int], ...]
    kind: Literal["legend"] = field(default="legend", init=False)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A line in small print below what it speaks of: "* Tentative date"."""

    text: Text
    kind: Literal["footnote"] = field(default="footnote", init=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A note set apart from the paper's own words; its label says whose it is."""

    label: str
    paragraphs: tuple[Text, ...]
    kind: Literal["note"] = field(default="note", init=False)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""

    kind: Literal["page_break"] = field(default="page_break", init=False)


Block = Heading | Paragraph | ListBlock | Table | Legend | Footnote | Note | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper.

    `language` is a code such as "en"; `as_of` is the paper's date, which is the files' date too;
    `mark` stands on every page ("DRAFT").
    """

    masthead: Masthead
    language: str
    as_of: date
    blocks: tuple[Block, ...]
    mark: str | None = None

    def __post_init__(self) -> None:
        """ValueError where a heading skips a level: 1, then 3."""
        above = 0
        for block in self.blocks:
            if isinstance(block, Heading):
                if not 1 <= block.level <= above + 1:
                    raise ValueError(f"A heading of level {block.level} below one of {above}.")
                above = block.level

    def as_data(self) -> dict[str, Any]:
        """The paper as dicts, lists, texts and numbers, for a writer that runs apart; without the
        control characters that no file holds.

        Every block says its `kind`; dates are written as ISO 8601 writes them.
        """
        short = {"name": self.masthead.name, "short": self.masthead.short}
        data = asdict(self)
        data["as_of"] = self.as_of.isoformat()
        data["masthead"] |= short
        cleaned: dict[str, Any] = _clean(data)
        return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", value))
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


# --- Back from data --------------------------------------------------------------------------


def paper_from(data: Mapping[str, Any]) -> Paper:
    """The paper that `as_data` gave as data. KeyError where something is missing in it."""
    masthead = {key: one for key, one in data["masthead"].items() if key not in ("name", "short")}
    masthead |= {"title": tuple(masthead["title"]), "body": tuple(masthead["body"])}
    return Paper(
        masthead=Masthead(**masthead),
        language=data["language"],
        as_of=date.fromisoformat(data["as_of"]),
        blocks=tuple(_block(one) for one in data["blocks"]),
        mark=data["mark"],
    )


def _block(data: Mapping[str, Any]) -> Block:
    match data["kind"]:
        case "heading":
            return Heading(_text(data["text"]), data["level"])
        case "paragraph":
            return Paragraph(_text(data["text"]), data["indent"])
        case "list":
            return ListBlock(tuple(_texts(item) for item in data["items"]), data["numbered"])
        case "table":
            heading_rows, rows = _rows(data["heading_rows"]), _rows(data["rows"])
            return Table(tuple(data["columns"]), heading_rows, rows, data["summary"])
        case "legend":
            return Legend(tuple((label, shade) for label, shade in data["entries"]))
        case "footnote":
            return Footnote(_text(data["text"]))
        case "note":
            return Note(data["label"], _texts(data["paragraphs"]))
        case "page_break":
            return PageBreak()
    raise KeyError(data["kind"])


def _text(data: list[dict[str, Any]]) -> Text:
    return tuple(Run(**run) for run in data)


def _texts(data: list[list[dict[str, Any]]]) -> tuple[Text, ...]:
    return tuple(_text(one) for one in data)


def _rows(data: list[dict[str, Any]]) -> tuple[Row, ...]:
    return tuple(Row(tuple(_cell(one) for one in row["cells"]), row["heading"]) for row in data)


def _cell(data: dict[str, Any]) -> Cell:
    parts = {
        "paragraphs": _texts(data["paragraphs"]),
        "bar": tuple(BarPart(**part) for part in data["bar"]),
    }
    return Cell(**(data | parts))
