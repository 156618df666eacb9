"""Resolutions, each as the table of its mandates."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cimplan.lists import filtered_list
from mandates.filters import ResolutionFilters
from mandates.models import Mandate, Resolution
from mandates.views.suggested import with_activities
from mandates.views.tables import RESOLUTIONS
from workplan.models import EditorialNote


@require_safe
def resolutions(request: HttpRequest) -> HttpResponse:
    rows = Resolution.objects.visible_to(request.user).with_year(request.user)
    filters = ResolutionFilters(request.GET, rows.for_list(request.user), request=request)
    return filtered_list(request, "mandates/resolutions.html", filters, table=RESOLUTIONS)


@require_safe
def resolution(request: HttpRequest, slug: str) -> HttpResponse:
    visible = Resolution.objects.visible_to(request.user)
    resolution = get_object_or_404(
        visible.for_list(request.user).prefetch_related(
            Prefetch("rescinds", visible),
            Prefetch("rescinded_by", visible),
            Prefetch("follows", visible),
            Prefetch("followed_by", visible),
        ),
        slug=slug,
    )
    mandates = Mandate.objects.visible_to(request.user)
    context = {
        "resolution": resolution,
        "mandates": with_activities(mandates.filter(resolution=resolution).in_order(), request),
        "cited_in": mandates.filter(citations__resolution=resolution).distinct().in_order(),
        "notes": EditorialNote.objects.visible_to(request.user).on(resolution),
    }
    return render(request, "mandates/resolution.html", context)
