"""Actors: the list, and each with what is asked of it, what it carries out, where it takes part."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.views.shown import meetings_shown
from cimplan.lists import filtered_list
from cimplan.paging import MOST_ROWS, FirstRows, LinesPaginator, page_asked_of
from cimplan.table_versions import remembered
from mandates.filters import ActorFilters
from mandates.models import Activity, Actor, Mandate, ProgressReport
from mandates.statements import Statement
from mandates.views.lines import mandate_lines
from mandates.views.tables import ACTORS
from workplan.models import EditorialNote


@require_safe
def actors(request: HttpRequest) -> HttpResponse:
    rows = Actor.objects.visible_to(request.user).for_list(request.user)
    filters = ActorFilters(request.GET, rows, request=request)
    return filtered_list(request, "mandates/actors.html", filters, table=ACTORS)


@require_safe
def actor(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Actor.objects.visible_to(request.user)
    actor = get_object_or_404(
        visible.prefetch_related(
            Prefetch("members", visible),
            Prefetch("collectives", visible),
            Prefetch("delegates", visible),
            Prefetch("state", visible),
        ),
        slug=slug,
    )
    mandates = Mandate.objects.visible_to(request.user).in_order()
    mandates = mandates.reported_on().for_list(request.user, request.as_of)
    activities = Activity.objects.visible_to(request.user).for_list(request.user, request.as_of)
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of).for_log()
    of_it = mandates.addressed_to(actor)[: MOST_ROWS + 1]
    asked = remembered(request, ("asked of", actor.pk), lambda: Statement.for_keys(of_it).keys())
    paginator = LinesPaginator(
        lambda start, stop: mandate_lines(request, asked[start:stop], actor=actor), len(asked)
    )
    context = {
        "actor": actor,
        "page": page_asked_of(paginator, request),
        "mandates_of_delegates": FirstRows(mandates.addressed_to_delegates_of(actor)),
        "mandates_responsible": FirstRows(mandates.filter(responsible=actor)),
        "mandates_partnered": FirstRows(mandates.filter(partners=actor)),
        "activities_responsible": FirstRows(activities.filter(responsible=actor)),
        "activities_partnered": FirstRows(activities.filter(partners=actor)),
        "answers": FirstRows(reports.filter(about=actor).select_related("mandate").newest_first()),
        "meetings": FirstRows(meetings_shown(request).filter(organizers=actor)),
        "notes": EditorialNote.objects.visible_to(request.user).on(actor),
    }
    return render(request, "mandates/actor.html", context)
