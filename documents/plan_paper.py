"""A work plan as a paper: section by section as it was printed, the words and their order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from documents.composing import User, compose_plan
from documents.paper import (
    Block,
    Cell,
    Footnote,
    Heading,
    Masthead,
    Paper,
    Paragraph,
    Row,
    Table,
    Text,
    bold,
    plain,
)
from documents.plan import PlanDocument, PlanSection, PrintedCalendar, PrintedMandates, PrintedRow
from workplan.models import WorkPlan

CALENDAR_COLUMNS = (0.3, 0.7)
MANDATES_COLUMNS = (0.27, 0.37, 0.36)


def paper_of_plan(plan: WorkPlan, reader: User | None = None) -> Paper:
    """The plan from its rows. Live records are not looked at, so nothing that happens later
    changes the paper. Without a reader it is whole, rows that speak of drafts included."""
    return paper_of_document(compose_plan(plan, reader), plan.language)


def paper_of_mandates_table(plan: WorkPlan, reader: User | None = None) -> Paper | None:
    """The plan's mandates table by itself, under the plan's title; None where it has none."""
    document = compose_plan(plan, reader)
    tables = tuple(section for section in document.sections if section.mandates is not None)
    if not tables:
        return None
    return paper_of_document(replace(document, introduction=(), sections=tables), plan.language)


def paper_of_document(document: PlanDocument, language: str) -> Paper:
    """The plan as a paper. No plan prints its own date: the file is dated the year's first day."""
    title, agenda = document.front_matter, None
    if len(title) > 1 and title[-1].startswith("("):
        title, agenda = title[:-1], title[-1]
    return Paper(
        masthead=Masthead(title=title, agenda=agenda),
        language=language,
        as_of=date(document.year, 1, 1),
        blocks=(
            *(Paragraph(plain(text)) for text in document.introduction),
            *(block for section in document.sections for block in _section(section, 1)),
        ),
    )


def _section(section: PlanSection, level: int) -> Iterator[Block]:
    yield Heading(plain(f"{section.number}  {section.heading}"), level)
    for text in section.paragraphs:
        yield Paragraph(plain(text))
    for part in section.sections:
        yield from _section(part, level + 1)
    if section.calendar is not None:
        yield from _calendar(section.calendar)
    if section.mandates is not None:
        yield _mandates(section.mandates)


def _calendar(calendar: PrintedCalendar) -> Iterator[Block]:
    title = Row((Cell((bold(calendar.title),), span=2),), heading=True)
    rows = tuple(
        Row((Cell((plain(entry.dates),)), Cell(tuple(plain(line) for line in entry.lines))))
        for entry in calendar.entries
    )
    yield Table(CALENDAR_COLUMNS, (title,), rows, summary=calendar.title)
    if calendar.footnote:
        yield Footnote(plain(calendar.footnote))


def _mandates(mandates: PrintedMandates) -> Table:
    headings = Row(tuple(Cell((plain(heading),)) for heading in mandates.headings), heading=True)
    return Table(MANDATES_COLUMNS, (headings,), tuple(_row(row) for row in mandates.rows))


def _row(row: PrintedRow) -> Row:
    first = (*_texts(row.symbol, strong=True), *_texts(row.title))
    return Row((Cell(first), Cell(_texts(row.mandate)), Cell(_texts(row.activities))))


def _texts(text: str, *, strong: bool = False) -> tuple[Text, ...]:
    set_in = bold if strong else plain
    return tuple(set_in(part) for part in text.split("\n\n")) if text else ()
