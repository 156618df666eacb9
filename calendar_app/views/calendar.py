"""The calendar: what is next, a year, a month."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calendar_app.models import Meeting
from calendar_app.months import Month, by_month
from calendar_app.views.shown import meetings_shown
from cimplan.paging import page_of


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    context = {
        "page": page_of(request, meetings_shown(request).from_day(request.as_of)),
        "undated": meetings_shown(request).undated(),
        "years": Meeting.objects.visible_to(request.user).years(),
    }
    return render(request, "calendar_app/calendar.html", context)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    meetings = meetings_shown(request).in_period(date(year, 1, 1), date(year, 12, 31))
    context = {
        "shown": by_month(year, meetings),
        "years": Meeting.objects.visible_to(request.user).years(),
    }
    return render(request, "calendar_app/year.html", context)


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    shown = Month(year, month)
    meetings = meetings_shown(request).in_period(shown.first, shown.last)
    context = {"shown": shown, "vague": [one for one in meetings if not shown.take(one)]}
    return render(request, "calendar_app/month.html", context)
