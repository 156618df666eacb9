"""The calendar: what is next, a year, a month; with the filters of the list of meetings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from calendar_app.agenda import agenda, by_month
from calendar_app.filters import MeetingFilters
from calendar_app.models import Meeting
from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.models.meetings import MeetingQuerySet
from calendar_app.months import Month, by_every_month, by_first_month
from calendar_app.views.shown import deadlines_shown, meetings_dated, meetings_shown
from calendar_app.views.tables import MEETINGS
from cimplan.paging import ROWS_PER_PAGE, page_of
from cimplan.tables import file_of

#: The form of a list that is made to be printed, beside csv and xlsx.
PRINTED = "print"
#: More meetings than a year has; a page has to end somewhere all the same.
MEETINGS_PER_PAGE = 400
#: The years that have an address (cimplan/converters.py).
FIRST_YEAR, LAST_YEAR = 1900, 2999


@dataclass(frozen=True)
class Shown:
    """What one page of the calendar is of. name: of its template and of its files. first, last:
    its days, from which a feed of the same begins and ends. caption: its heading on paper."""

    name: str
    filters: MeetingFilters
    caption: str
    first: date = date.min
    last: date = date.max
    per_page: int = MEETINGS_PER_PAGE

    @property
    def feed(self) -> str:
        """The address of the feed of the same meetings, with the same filters."""
        asked = dict(self.filters.chosen)
        if self.first > date.min:
            since = max([self.first.isoformat(), *asked.get("since", [])])
            until = min([self.last.isoformat(), *asked.get("until", [])])
            asked |= {"since": [since], "until": [until]}
        return _address(reverse("calendar_feed"), asked)

    @property
    def print_address(self) -> str:
        """The same meetings as a plan prints them."""
        asked = {**self.filters.chosen, "as_of": [self.filters.as_of], "format": [PRINTED]}
        return _address(self.filters.request.path, asked)


def _address(path: str, asked: dict[str, list[str]]) -> str:
    query = [(name, value) for name, values in asked.items() for value in values if value]
    return f"{path}?{urlencode(query)}" if query else path


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is next."""
    coming = meetings_shown(request).from_day(request.as_of)
    shown = Shown(
        "calendar",
        MeetingFilters(request.GET, coming, request=request),
        _("Calendar of meetings scheduled to date"),
        per_page=ROWS_PER_PAGE,
    )

    def on_page(page: Page) -> dict[str, Any]:
        unfiltered = not shown.filters.chosen
        return {
            "months": by_month(agenda(page, _due_with(request, page, alone=unfiltered))),
            "undated": meetings_shown(request).undated() if unfiltered else [],
        }

    return _answer(request, shown, {"years": _years(request)}, on_page)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """A year at a glance, and as a table."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    meetings, years = meetings_shown(request).in_period(first, last), _years(request)
    if not _has_page(request, year, years):
        return _no_such_year(request, year, years)
    shown = Shown(
        f"calendar-{year}",
        MeetingFilters(request.GET, meetings, request=request),
        _("Calendar of activities %(year)s") % {"year": year},
        first,
        last,
    )

    def on_page(page: Page) -> dict[str, Any]:
        return {
            "table": by_first_month(year, page),
            "glance": by_every_month(year, page),
            "given_up": _given_up(request, shown),
        }

    return _answer(request, shown, {"year": year, "years": years}, on_page)


@require_safe
def month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """A month as a grid of days, and as an agenda."""
    here, years = Month(year, month), _years(request)
    if not _has_page(request, year, years):
        return _no_such_year(request, year, years)
    meetings = meetings_shown(request).in_period(here.first, here.last)
    shown = Shown(
        f"calendar-{year}-{month:02d}",
        MeetingFilters(request.GET, meetings, request=request),
        _("Calendar of activities, %(month)s") % {"month": here},
        here.first,
        here.last,
    )
    context = {
        "month": here,
        "beside": {
            rel: other
            for rel, other in (("prev", here.before), ("next", here.after))
            if _has_page(request, other.year, years)
        },
    }

    def on_page(page: Page) -> dict[str, Any]:
        vague = [meeting for meeting in page if not here.take(meeting)]
        known = [*here.dated, *here.undated]
        return {
            "vague": vague,
            "items": agenda(known, _due_in(request, here, known, alone=not shown.filters.chosen)),
            "given_up": _given_up(request, shown),
        }

    return _answer(request, shown, context, on_page)


# --- what they share -------------------------------------------------------------------------


def _answer(
    request: HttpRequest,
    shown: Shown,
    context: dict[str, Any],
    on_page: Callable[[Page], dict[str, Any]],
) -> HttpResponse:
    """The page with the rows that the filters leave, or these as the file or on the paper asked
    for. Where a filter is not understood the answer is 400, with the form as it was filled in."""
    filters, template = shown.filters, f"calendar_app/{request.resolver_match.url_name}.html"
    context |= {"shown": shown, "filters": filters}
    if not filters.is_valid():
        return render(request, template, context, status=400)
    if not filters.is_in_short:
        return redirect(filters.address)
    form = request.GET.get("format")
    if form == PRINTED:
        context["meetings"] = filters.qs
        return render(request, "calendar_app/calendar_printed.html", context)
    if form is not None:
        return file_of(request, replace(MEETINGS, name=shown.name), filters, form)
    context["page"] = page = page_of(request, filters.qs, shown.per_page)
    if not filters.chosen:
        filters.counted = page.paginator.counted
    return render(request, template, {**context, **on_page(page)})


def _years(request: HttpRequest) -> list[int]:
    """Those that have meetings, and an address."""
    years = meetings_dated(request).years()
    return [year for year in years if FIRST_YEAR <= year <= LAST_YEAR]


def _has_page(request: HttpRequest, year: int, years: list[int]) -> bool:
    """Whether a year is among those with meetings, or between them and today's."""
    known = [*years, request.today.year]
    return min(known) <= year <= max(known)


def _no_such_year(request: HttpRequest, year: int, years: list[int]) -> HttpResponse:
    context = {"year": year, "years": years}
    return render(request, "calendar_app/no_such_year.html", context, status=404)


def _given_up(request: HttpRequest, shown: Shown) -> MeetingQuerySet:
    """Meetings that were to be in these days, and have no dates now. No filter of dates could say
    whether they are asked for, so they are named only where none is on."""
    if shown.filters.chosen:
        return Meeting.objects.none()
    rows = meetings_shown(request)
    return rows.without_dates_once_in(shown.first, shown.last, request.as_of)


def _due_with(request: HttpRequest, page: Page, *, alone: bool) -> DeadlineQuerySet:
    """What is to be done yet: by the meetings of a page and, `alone`, by days of its own, from
    the page's first meeting to the first of the page after it."""
    since, until = request.as_of, date.max
    if page.has_previous() and page.object_list:
        since = page[0].stood.start
    if page.has_next():
        until = page.paginator.object_list[page.end_index()].stood.start - timedelta(days=1)
    by_meetings = Q(meeting__in=[meeting.pk for meeting in page])
    by_days = Q(meeting=None, last_day__range=(since, until)) if alone else Q()
    return deadlines_shown(request).upcoming(request.as_of).filter(by_meetings | by_days)


def _due_in(
    request: HttpRequest, month: Month, meetings: list[Meeting], *, alone: bool
) -> DeadlineQuerySet:
    """What is or was due at meetings of a month and, `alone`, by days of that month."""
    by_meetings = Q(meeting__in=[meeting.pk for meeting in meetings])
    by_days = Q(meeting=None, last_day__range=(month.first, month.last)) if alone else Q()
    return deadlines_shown(request).with_last_day().filter(by_meetings | by_days)
