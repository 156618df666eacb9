"""Program areas: the tree, and each with what serves it."""

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from calendar_app.views.shown import deadlines_shown, meetings_shown
from cimplan.paging import FirstRows
from mandates.models import Activity, Mandate
from workplan.models import EditorialNote, ProgramArea, Section


@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    shown = ProgramArea.objects.visible_to(request.user).in_tree_order()
    return render(request, "workplan/areas.html", {"areas": shown})


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    visible = ProgramArea.objects.visible_to(request.user)
    area = get_object_or_404(
        visible.select_related("parent").prefetch_related(Prefetch("parts", visible)), slug=slug
    )
    user, as_of = request.user, request.as_of
    mandates = Mandate.objects.visible_to(user).reported_on().in_order()
    activities = Activity.objects.visible_to(user)
    context = {
        "area": area,
        "sections": Section.objects.visible_to(user).filter(area=area).for_narrative(user, as_of),
        "activities": FirstRows(activities.filter(areas=area).for_list(user, as_of)),
        "mandates": FirstRows(mandates.filter(areas=area).for_list(user, as_of)),
        "meetings": FirstRows(meetings_shown(request).filter(areas=area)),
        "upcoming": deadlines_shown(request)
        .upcoming(as_of)
        .filter(Q(mandate__areas=area) | Q(activity__areas=area)),
        "notes": EditorialNote.objects.visible_to(user).on(area),
    }
    return render(request, "workplan/area.html", context)
