"""From rows back to the printed plan: the same words in the same order as they were read."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Account

from documents.plan import (
    PlanDocument,
    PlanSection,
    PrintedCalendar,
    PrintedEntry,
    PrintedMandates,
    PrintedRow,
)
from workplan.models import Section, SectionKind, WorkPlan

User = Account | AnonymousUser


def compose_plan(plan: WorkPlan, reader: User | None = None) -> PlanDocument:
    """The plan as it was printed, from its rows; live records are not looked at, but for whether
    a reader may see what a row speaks of. Without a reader it is whole."""
    under: dict[int | None, list[Section]] = {}
    for section in _seen_by(reader, plan.sections).order_by("position"):
        under.setdefault(section.parent_id, []).append(section)
    return PlanDocument(
        year=plan.year,
        front_matter=tuple(plan.front_matter.splitlines()),
        introduction=_paragraphs(plan.introduction),
        sections=tuple(_section(plan, section, under, reader) for section in under.get(None, [])),
    )


def _seen_by(reader: User | None, rows: Any) -> Any:
    return rows.all() if reader is None else rows.visible_to(reader)


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n\n")) if text else ()


def _section(
    plan: WorkPlan,
    section: Section,
    under: dict[int | None, list[Section]],
    reader: User | None,
) -> PlanSection:
    return PlanSection(
        number=section.number,
        heading=section.heading,
        run_in=section.run_in,
        kind=section.kind,
        paragraphs=_paragraphs(section.body),
        sections=tuple(_section(plan, part, under, reader) for part in under.get(section.pk, [])),
        calendar=_calendar(plan, section, reader) if section.kind == SectionKind.CALENDAR else None,
        mandates=_mandates(plan, section, reader) if section.kind == SectionKind.MANDATES else None,
    )


def _calendar(plan: WorkPlan, section: Section, reader: User | None) -> PrintedCalendar:
    entries = _seen_by(reader, plan.entries).order_by("position")
    return PrintedCalendar(
        title=section.table_heading,
        entries=tuple(PrintedEntry(row.dates, tuple(row.lines.splitlines())) for row in entries),
        footnote=section.table_footnote,
    )


def _mandates(plan: WorkPlan, section: Section, reader: User | None) -> PrintedMandates:
    first, second, third = section.table_heading.split("\n")
    rows = _seen_by(reader, plan.rows).order_by("position")
    return PrintedMandates(
        headings=(first, second, third),
        rows=tuple(
            PrintedRow(row.symbol, row.title, row.mandate_cell, row.activities_cell) for row in rows
        ),
    )
