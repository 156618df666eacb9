"""Where things stand, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendar_app.views.shown import deadlines_shown, meetings_shown
from mandates.models import Mandate
from workplan.models import WorkPlan

MEETINGS_AHEAD = 6
DEADLINES_AHEAD = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    reported_on = Mandate.objects.visible_to(request.user).reported_on()
    counts = reported_on.count_by_status(request.as_of)
    context = {
        "counts": counts,
        "total": sum(count for _status, count in counts),
        "meetings": meetings_shown(request).from_day(request.as_of)[:MEETINGS_AHEAD],
        "overdue": deadlines_shown(request).overdue(request.as_of)[:DEADLINES_AHEAD],
        "upcoming": deadlines_shown(request).upcoming(request.as_of)[:DEADLINES_AHEAD],
        "plans": WorkPlan.objects.visible_to(request.user),
    }
    return render(request, "home.html", context)
