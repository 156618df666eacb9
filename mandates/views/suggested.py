"""Mandates with the activities that are suggested for them."""

from django.db.models import Prefetch
from django.http import HttpRequest

from calendar_app.views.shown import deadlines_shown
from mandates.models import Activity, Actor
from mandates.models.activities import ActivityQuerySet
from mandates.models.mandates import MandateQuerySet
from workplan.printed_order import in_printed_order


def with_activities(mandates: MandateQuerySet, request: HttpRequest) -> MandateQuerySet:
    """Each mandate with its activities, in their printed order and each with its own status; and
    with those of the paragraphs it stands under, in which it takes part."""
    return _with(mandates, request, _shown(request))


def with_activities_in_full(mandates: MandateQuerySet, request: HttpRequest) -> MandateQuerySet:
    """As `with_activities`, and of each activity who does it and when it is due."""
    actors = Actor.objects.visible_to(request.user)
    activities = _shown(request).prefetch_related(
        Prefetch("responsible", actors),
        Prefetch("partners", actors),
        Prefetch("deadlines", deadlines_shown(request)),
    )
    return _with(mandates, request, activities)


def _shown(request: HttpRequest) -> ActivityQuerySet:
    shown = Activity.objects.visible_to(request.user).with_status(request.as_of)
    return in_printed_order(shown)


def _with(
    mandates: MandateQuerySet, request: HttpRequest, activities: ActivityQuerySet
) -> MandateQuerySet:
    return mandates.for_list(request.user, request.as_of).prefetch_related(
        Prefetch("activities", activities),
        Prefetch("parent__activities", activities),
        Prefetch("parent__parent__activities", activities),
    )
