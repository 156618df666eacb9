"""Work plans: as printed, word for word, and as they stand."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calendar_app.models import Session
from workplan.models import EditorialNote, WorkPlan
from workplan.views import plan_sections

AS_PRINTED, AS_IT_STANDS = "", "now"


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    shown = WorkPlan.objects.visible_to(request.user)
    return render(request, "workplan/plans.html", {"plans": shown})


@require_safe
def plan(request: HttpRequest, year: int) -> HttpResponse:
    plan = get_object_or_404(
        WorkPlan.objects.visible_to(request.user).select_related("agenda_item"), year=year
    )
    view = request.GET.get("view", AS_PRINTED)
    if view not in (AS_PRINTED, AS_IT_STANDS):
        raise BadRequest(_("A plan has no view “%(view)s”.") % {"view": view[:40]})
    as_it_stands = view == AS_IT_STANDS
    sessions = Session.objects.visible_to(request.user)
    context = {
        "plan": plan,
        "as_it_stands": as_it_stands,
        "session": sessions.filter(agenda__plans=plan).first(),
        "sections": plan_sections.sections_of(plan, request),
    }
    if as_it_stands:
        context["entries"] = plan_sections.entries_as_they_stand(plan, request)
        context["resolutions"] = plan_sections.mandates_as_they_stand(plan, request)
    else:
        context["entries"] = plan_sections.entries_as_printed(plan, request)
        context["resolutions"] = plan_sections.rows_as_printed(plan, request)
        notes = EditorialNote.objects.visible_to(request.user)
        context["notes"] = notes.on_parts_of(plan)
    return render(request, "workplan/plan.html", context)
