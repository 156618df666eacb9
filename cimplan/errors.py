"""What a request that cannot be understood, or cannot be answered, is answered with."""

import sys

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cimplan.log import request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400. What a view says with BadRequest is for the reader to see; what Django
    finds suspicious is not, and there the request itself is not to be trusted any further."""
    if isinstance(exception, BadRequest):
        return render(request, "400.html", {"problem": str(exception)}, status=400)
    problem = _("The request could not be read.")
    return HttpResponse(render_to_string("400.html", {"problem": problem}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for what failed here: 503 where the database does not answer, which passes; else
    500. It asks nothing of the database, and names the request as the log does."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    page = render_to_string("500.html", {"away": away, "request_id": request_id()})
    response = HttpResponse(page, status=503 if away else 500)
    if away:
        response["Retry-After"] = "10"
    return response
