"""Actors: the list, and each with what is asked of it, what it carries out, where it takes part."""

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.lists import filtered_list
from cimplan.paging import MOST_ROWS, FirstRows, LinesPaginator, page_asked_of
from cimplan.table_versions import remembered
from mandates.filters import ActorFilters
from mandates.models import Activity, Actor, Addressee, Mandate, ProgressReport
from mandates.models.actors import ActorQuerySet
from mandates.statements import Statement
from mandates.status import SETTLED_STATUSES
from mandates.views.lines import mandate_lines, statuses_of
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
    others = _speaking_for(actor, visible)
    with_others = activities.filter(_having_a_part(Activity, "pk", others))
    of_it = mandates.addressed_to(actor, visible)[: MOST_ROWS + 1]
    asked = remembered(request, ("asked of", actor.pk), lambda: Statement.for_keys(of_it).keys())
    page = page_asked_of(LinesPaginator(lambda start, stop: asked[start:stop], len(asked)), request)
    statuses = statuses_of(request, "mandate", page.object_list)
    page.object_list = mandate_lines(request, statuses, actor=actor)
    context = {
        "actor": actor,
        "due": FirstRows(_due(request, [actor.pk, *others])),
        "page": page,
        "mandates_of_delegates": FirstRows(mandates.addressed_to_delegates_of(actor, visible)),
        "mandates_responsible": FirstRows(mandates.filter(responsible=actor)),
        "mandates_partnered": FirstRows(mandates.filter(partners=actor)),
        "activities_responsible": FirstRows(activities.filter(responsible=actor)),
        "activities_partnered": FirstRows(activities.filter(partners=actor)),
        "activities_with_others": FirstRows(
            with_others.exclude(_having_a_part(Activity, "pk", [actor.pk]))
        ),
        "answers": FirstRows(reports.filter(about=actor).select_related("mandate").newest_first()),
        "meetings": FirstRows(meetings_shown(request).filter(organizers=actor)),
        "notes": EditorialNote.objects.visible_to(request.user).on(actor),
    }
    return render(request, "mandates/actor.html", context)


def _speaking_for(actor: Actor, visible: ActorQuerySet) -> list[int]:
    """The keys of the others by which something is asked of it: the collectives it belongs to, its
    delegates, and those these belong to."""
    itself, delegates = visible.speaking_for(actor), visible.speaking_for_delegates_of(actor)
    keys = {*itself.values_list("pk", flat=True), *delegates.values_list("pk", flat=True)}
    return sorted(keys - {actor.pk})


def _having_a_part(model: type[Activity] | type[Mandate], key: str, actors: list[int]) -> Q:
    """What a row meets if one of the actors is responsible for the record of which it has the key,
    or a partner in it."""
    of = {model._meta.model_name: OuterRef(key), "actor__in": actors}
    throughs = (model.responsible.through, model.partners.through)
    responsible, partner = (Exists(one.objects.filter(**of)) for one in throughs)
    return Q(responsible) | Q(partner)


def _due(request: HttpRequest, actors: list[int]) -> DeadlineQuerySet:
    """By when what is asked of any of the actors is due, and that which they have a part in, for as
    long as nothing settles it."""
    # Looked up for each deadline: thousands of mandates ask the member states, few have a day.
    asked = Q(Exists(Addressee.objects.filter(mandate=OuterRef("mandate"), actor__in=actors)))
    part = _having_a_part(Mandate, "mandate", actors) | _having_a_part(Activity, "activity", actors)
    return deadlines_shown(request).filter(asked | part).exclude(status__in=SETTLED_STATUSES)
