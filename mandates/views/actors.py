"""Actors: the list, and each with what is asked of it, what it carries out, where it takes part."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from itertools import chain

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.lists import filtered_list
from cimplan.paging import MOST_ROWS, ROWS_PER_PAGE, FirstRows, LinesPaginator, page_asked_of
from cimplan.table_versions import remembered
from mandates.filters import ActorFilters
from mandates.models import Activity, Actor, Addressee, Mandate, ProgressReport
from mandates.models.actors import ActorQuerySet
from mandates.models.mandates import MandateQuerySet
from mandates.statements import Statement
from mandates.status import SETTLED_STATUSES
from mandates.views.lines import activity_lines, mandate_lines, statuses_of
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
    of = partial(_keys_of, request, actor)
    others = of("others", lambda: _speaking_for(actor, visible))
    due = of(("due", *others), lambda: _due(request, [actor.pk, *others]))
    reports = ProgressReport.objects.visible_to(request.user).as_of(request.as_of).for_log()
    context = {
        "actor": actor,
        "due": FirstRows(_not_settled(request, due) if due else ()),
        "page": _asked(request, of, actor, visible),
        **_mandates(request, of, actor, visible),
        **_activities(request, of, actor, others),
        "answers": FirstRows(reports.filter(about=actor).select_related("mandate").newest_first()),
        "meetings": FirstRows(meetings_shown(request).filter(organizers=actor)),
        "notes": EditorialNote.objects.visible_to(request.user).on(actor),
    }
    return render(request, "mandates/actor.html", context)


#: The keys of rows that hang on an actor, by a name for them.
KeysOf = Callable[[Hashable, Callable[[], QuerySet]], Sequence[int]]


def _keys_of(
    request: HttpRequest, actor: Actor, name: Hashable, rows: Callable[[], QuerySet]
) -> Sequence[int]:
    """The keys of rows that hang on an actor, kept while nothing but reports is written: of most
    sections there are none, and to put the question together is most of the work."""
    return remembered(
        request, ("of an actor", actor.pk, name), lambda: Statement.for_keys(rows()).keys()
    )


def _asked(request: HttpRequest, of: KeysOf, actor: Actor, visible: ActorQuerySet) -> Page:
    """The page of what is asked of it, that `?page=` asks for."""
    asked = of("asked", lambda: _listed(request).addressed_to(actor, visible)[: MOST_ROWS + 1])
    page = page_asked_of(LinesPaginator(lambda start, stop: asked[start:stop], len(asked)), request)
    statuses = statuses_of(request, "mandate", page.object_list)
    page.object_list = list(mandate_lines(request, statuses, actor=actor).values())
    return page


def _mandates(
    request: HttpRequest, of: KeysOf, actor: Actor, visible: ActorQuerySet
) -> dict[str, FirstRows]:
    keys = {
        "mandates_of_delegates": of(
            "of delegates",
            lambda: _first(_listed(request).addressed_to_delegates_of(actor, visible)),
        ),
        "mandates_responsible": of(
            "responsible", lambda: _first(_listed(request).filter(responsible=actor))
        ),
        "mandates_partnered": of(
            "partnered", lambda: _first(_listed(request).filter(partners=actor))
        ),
    }
    statuses = statuses_of(request, "mandate", sorted({*chain(*keys.values())}))
    return _sections(keys, mandate_lines(request, statuses))


def _activities(
    request: HttpRequest, of: KeysOf, actor: Actor, others: Sequence[int]
) -> dict[str, FirstRows]:
    activities = Activity.objects.visible_to(request.user)
    itself, with_others = (
        partial(_having_a_part, Activity, "pk", some) for some in ([actor.pk], list(others))
    )
    keys = {
        "activities_responsible": of(
            "activities responsible", lambda: _first(activities.filter(responsible=actor))
        ),
        "activities_partnered": of(
            "activities partnered", lambda: _first(activities.filter(partners=actor))
        ),
        "activities_with_others": of(
            ("activities with", *others),
            lambda: _first(activities.filter(with_others()).exclude(itself())),
        ),
    }
    statuses = statuses_of(request, "activity", sorted({*chain(*keys.values())}))
    return _sections(keys, activity_lines(request, statuses))


def _listed(request: HttpRequest) -> MandateQuerySet:
    return Mandate.objects.visible_to(request.user).reported_on().in_order()


def _first(rows: QuerySet) -> QuerySet:
    """Those of a section, and one by which it is seen that there are more."""
    return rows[: ROWS_PER_PAGE + 1]


def _sections(keys: dict[str, Sequence[int]], lines: dict[int, SafeString]) -> dict[str, FirstRows]:
    return {
        name: FirstRows([lines[key] for key in some if key in lines]) for name, some in keys.items()
    }


def _speaking_for(actor: Actor, visible: ActorQuerySet) -> ActorQuerySet:
    """The others by which something is asked of it: the collectives it belongs to, its delegates,
    and those these belong to."""
    itself, delegates = visible.speaking_for(actor), visible.speaking_for_delegates_of(actor)
    speaking = Q(pk__in=itself.values("pk")) | Q(pk__in=delegates.values("pk"))
    return visible.filter(speaking).exclude(pk=actor.pk).order_by("pk")


def _having_a_part(model: type[Activity] | type[Mandate], key: str, actors: list[int]) -> Q:
    """What a row meets if one of the actors is responsible for the record of which it has the key,
    or a partner in it."""
    of = {model._meta.model_name: OuterRef(key), "actor__in": actors}
    throughs = (model.responsible.through, model.partners.through)
    responsible, partner = (Exists(one.objects.filter(**of)) for one in throughs)
    return Q(responsible) | Q(partner)


def _due(request: HttpRequest, actors: list[int]) -> DeadlineQuerySet:
    """By when what is asked of any of the actors is due, and that which they have a part in."""
    # Looked up for each deadline: thousands of mandates ask the member states, few have a day.
    asked = Q(Exists(Addressee.objects.filter(mandate=OuterRef("mandate"), actor__in=actors)))
    part = _having_a_part(Mandate, "mandate", actors) | _having_a_part(Activity, "activity", actors)
    return deadlines_shown(request).filter(asked | part)


def _not_settled(request: HttpRequest, keys: Sequence[int]) -> DeadlineQuerySet:
    deadlines = deadlines_shown(request).filter(pk__in=keys)
    return deadlines.exclude(status__in=SETTLED_STATUSES)
