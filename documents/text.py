"""Prints a PlanDocument as text, in the layout of the source: `read_plan` reads it back."""

from collections.abc import Iterator

from documents.plan import (
    PlanDocument,
    PlanSection,
    PrintedCalendar,
    PrintedMandates,
    PrintedRow,
    reads_as_heading,
)


def render_text(document: PlanDocument) -> str:
    """The plan as text, every word in the source's order.

    One liberty: a resolution's title, which the source breaks over rows, stands whole under its
    symbol. `read_plan` of the text gives the same document, for every document it can give.
    """
    blocks = [*document.front_matter, *document.introduction]
    for section in document.sections:
        blocks += _section(section)
    return "\n\n".join(blocks) + "\n"


def _section(section: PlanSection) -> Iterator[str]:
    yield from _opening(section)
    for child in section.sections:
        yield from _section(child)
    if section.calendar is not None:
        yield from _calendar(section.calendar)
    if section.mandates is not None:
        yield from _mandates(section.mandates)


def _opening(section: PlanSection) -> Iterator[str]:
    """Number, heading and paragraphs."""
    paragraphs = section.paragraphs
    # A heading that looks like a sentence is only known by a number alone on the line above it.
    alone = not reads_as_heading(section.heading)
    opening = f"{section.number}{chr(10) if alone else '  '}{section.heading}"
    if section.run_in:
        opening, paragraphs = f"{opening}  {paragraphs[0]}", paragraphs[1:]
    yield opening
    yield from paragraphs


def _calendar(calendar: PrintedCalendar) -> Iterator[str]:
    yield calendar.title
    for entry in calendar.entries:
        yield "\n".join([f"\t{entry.dates}", f"\t{entry.lines[0]}", *entry.lines[1:]])
    if calendar.footnote:
        yield calendar.footnote


def _mandates(mandates: PrintedMandates) -> Iterator[str]:
    yield "\n".join(f"\t{heading}" for heading in mandates.headings)
    for row in mandates.rows:
        yield f"\t{_first_column(row)}\n\t{row.mandate}\n\t{row.activities}"


def _first_column(row: PrintedRow) -> str:
    return f"{row.symbol}\n{row.title}" if row.title else row.symbol
