"""What every request carries: today, and the day it asks about."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cimplan import clock
from mandates.models.history import history_dated


class AsOfMiddleware:
    """Reads `?as_of=` once. Sets `today`, `now`, `as_of` (a date, today unless asked otherwise),
    `looking_back` and `clock_is_set` on the request; what it writes is dated `now`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.today = request.as_of = clock.today()
        request.now = clock.now()
        request.looking_back = False
        request.clock_is_set = settings.TODAY is not None
        asked = request.GET.get("as_of", "")
        if asked:
            try:
                request.as_of = date.fromisoformat(asked)
            except ValueError:
                remedy = _("Write the day like this: ?as_of=2003-02-20.")
                problem = _("“%(asked)s” is not a date.") % {"asked": asked}
                return self._refuse(request, problem, remedy)
            if request.as_of > request.today:
                request.as_of = request.today
                remedy = _("The last one that can be asked for is %(day)s.")
                problem = _("That day is yet to come.")
                return self._refuse(request, problem, remedy % {"day": request.today.isoformat()})
            request.looking_back = request.as_of < request.today
        with history_dated(request.now):
            return self.get_response(request)

    def _refuse(self, request: HttpRequest, problem: str, remedy: str) -> HttpResponse:
        context = {"problem": problem, "remedy": remedy}
        return render(request, "400.html", context, status=400)
