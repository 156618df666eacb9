"""Actors: the list, and each with what is asked of it, what it carries out, where it takes part."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.views.shown import meetings_shown
from cimplan.paging import page_of
from mandates.models import Activity, Actor, Mandate
from workplan.models import EditorialNote


@require_safe
def actors(request: HttpRequest) -> HttpResponse:
    shown = Actor.objects.visible_to(request.user).for_list(request.user)
    return render(request, "mandates/actors.html", {"page": page_of(request, shown)})


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
    context = {
        "actor": actor,
        "page": page_of(request, mandates.addressed_to(actor).with_naming(actor)),
        "mandates_responsible": mandates.filter(responsible=actor),
        "mandates_partnered": mandates.filter(partners=actor),
        "activities_responsible": activities.filter(responsible=actor),
        "activities_partnered": activities.filter(partners=actor),
        "meetings": meetings_shown(request).filter(organizers=actor),
        "notes": EditorialNote.objects.visible_to(request.user).on(actor),
    }
    return render(request, "mandates/actor.html", context)
