"""Mandates: the list, and each with all that is known of it."""

from collections.abc import Sequence

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.lists import filtered_list, room_for
from mandates.filters import MandateFilters
from mandates.models import Actor, Citation, Mandate, ProgressReport
from mandates.models.mandates import MandateQuerySet
from mandates.views.lines import mandate_lines, statuses_of
from mandates.views.suggested import with_activities_in_full
from mandates.views.tables import MANDATES
from workplan.models import EditorialNote, MandateRow, ProgramArea


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    rows = Mandate.objects.visible_to(request.user).reported_on().in_order()
    filters = MandateFilters(request.GET, rows, request=request)
    return filtered_list(
        request,
        "mandates/mandates.html",
        filters,
        lines=_lines,
        statuses=_statuses,
        table=MANDATES,
    )


def _lines(filters: MandateFilters, keys: Sequence[int]) -> list[SafeString]:
    return list(mandate_lines(filters.request, room_for(keys), sought=filters.words).values())


def _statuses(filters: MandateFilters, keys: Sequence[int]) -> dict[int, SafeString]:
    return statuses_of(filters.request, "mandate", keys)


@require_safe
def mandate(request: HttpRequest, reference: str) -> HttpResponse:
    visible = Mandate.objects.visible_to(request.user)
    mandate = get_object_or_404(_for_page(visible, request), reference=reference)
    printed = MandateRow.objects.visible_to(request.user).printing(mandate)
    rows = list(printed.select_related("plan"))
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of)
    context = {
        "mandate": mandate,
        "children": visible.filter(parent=mandate).in_order().for_list(request.user, request.as_of),
        "neighbours": _neighbours(visible, mandate),
        "log": reports.filter(mandate=mandate).newest_first().for_log(),
        "deadlines": deadlines_shown(request).filter(mandate=mandate),
        "meetings": meetings_shown(request).filter(mandates=mandate),
        "rows": rows,
        # What "See above" is taken to mean is noted on the row that prints it.
        "notes": EditorialNote.objects.visible_to(request.user).on(mandate, *rows),
    }
    return render(request, "mandates/mandate.html", context)


def _for_page(mandates: MandateQuerySet, request: HttpRequest) -> MandateQuerySet:
    """A mandate with all that its own page says of it."""
    user = request.user
    others = Mandate.objects.visible_to(user).in_order()
    citations = Citation.objects.visible_to(user).select_related("resolution")
    whole = with_activities_in_full(mandates, request).select_related("resolution__assembly")
    return whole.prefetch_related(
        Prefetch("responsible", Actor.objects.visible_to(user)),
        Prefetch("partners", Actor.objects.visible_to(user)),
        Prefetch("citations", citations.order_by("position")),
        Prefetch("areas", ProgramArea.objects.visible_to(user)),
        Prefetch("standing_target", others),
        Prefetch("stands_for", others),
    )


def _neighbours(visible: MandateQuerySet, mandate: Mandate) -> dict[str, Mandate | None]:
    """The paragraphs one reads before and after it in its resolution."""
    beside = visible.filter(resolution=mandate.resolution)
    return {
        "before": beside.filter(position__lt=mandate.position).order_by("-position").first(),
        "after": beside.filter(position__gt=mandate.position).order_by("position").first(),
    }
