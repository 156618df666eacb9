"""The sections of one plan for its page, with the tables that two of them are made of."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest

from calendar_app.dates import Span
from calendar_app.views.shown import meetings_shown
from mandates.models import Mandate, Resolution
from mandates.views.suggested import with_activities
from workplan.models import CalendarEntry, MandateRow, Section, WorkPlan


def sections_of(plan: WorkPlan, request: HttpRequest) -> list[Section]:
    """The sections a plan begins with, each with its own parts as `parts_shown`."""
    shown = Section.objects.visible_to(request.user).filter(plan=plan).order_by("position")
    sections = list(shown.for_narrative(request.user, request.as_of))
    under: dict[int | None, list[Section]] = {}
    for section in sections:
        section.parts_shown = under.setdefault(section.pk, [])
        under.setdefault(section.parent_id, []).append(section)
    return under.get(None, [])


# --- the calendar ----------------------------------------------------------------------------


def entries_as_printed(plan: WorkPlan, request: HttpRequest) -> list[CalendarEntry]:
    """The calendar's entries in printed order, each with the meeting it speaks of."""
    shown = CalendarEntry.objects.visible_to(request.user).filter(plan=plan)
    meetings = Prefetch("meeting", meetings_shown(request))
    return list(shown.select_related("plan").prefetch_related(meetings).order_by("position"))


def entries_as_they_stand(plan: WorkPlan, request: HttpRequest) -> list[CalendarEntry]:
    """The same entries in the order their meetings have now; those without dates come last."""
    return sorted(entries_as_printed(plan, request), key=_standing_order)


def _standing_order(entry: CalendarEntry) -> tuple[bool, Any, int]:
    span: Span | None = entry.meeting.stood
    return (span is None, span.sort_key if span else (), entry.position)


# --- the mandates ----------------------------------------------------------------------------


@dataclass
class ResolutionRows:
    """What a plan prints of one resolution: its symbol and title, and its rows."""

    symbol: str
    title: str
    resolution: Resolution
    rows: list[MandateRow] = field(default_factory=list)
    mandates: list[Mandate] = field(default_factory=list)


def rows_as_printed(plan: WorkPlan, request: HttpRequest) -> list[ResolutionRows]:
    """The rows of the mandates table in printed order, resolution by resolution."""
    shown = MandateRow.objects.visible_to(request.user).filter(plan=plan)
    found: list[ResolutionRows] = []
    for row in shown.for_table(request.user, request.as_of):
        if not found or found[-1].resolution != row.mandate.resolution:
            found.append(ResolutionRows(row.symbol, row.title, row.mandate.resolution))
        found[-1].rows.append(row)
    return found


def mandates_as_they_stand(plan: WorkPlan, request: HttpRequest) -> list[ResolutionRows]:
    """The printed resolutions in their order, each with its mandates as they are now: those in
    the table, and those whose list stands in a cell of it."""
    found = rows_as_printed(plan, request)
    printed = {row.mandate_id for one in found for row in one.rows}
    shown = Mandate.objects.visible_to(request.user).in_order()
    shown = shown.filter(Q(pk__in=printed) | Q(parent__in=printed))
    of_resolution = {one.resolution.pk: one.mandates for one in found}
    for mandate in with_activities(shown, request):
        of_resolution[mandate.resolution_id].append(mandate)
    return found
