"""Mandates with the activities that are suggested for them."""

from django.db.models import Prefetch
from django.http import HttpRequest

from mandates.models import Activity
from mandates.models.mandates import MandateQuerySet
from workplan.printed_order import in_printed_order


def with_activities(mandates: MandateQuerySet, request: HttpRequest) -> MandateQuerySet:
    """Each mandate with its activities, in their printed order and each with its own status; and
    with those of the paragraphs it stands under, in which it takes part."""
    shown = Activity.objects.visible_to(request.user).with_status(request.as_of)
    activities = in_printed_order(shown)
    return mandates.for_list(request.user, request.as_of).prefetch_related(
        Prefetch("activities", activities),
        Prefetch("parent__activities", activities),
        Prefetch("parent__parent__activities", activities),
    )
