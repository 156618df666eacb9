"""What a request that cannot be understood is answered with."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for 400. What a view says with BadRequest is for the reader to see; what Django
    finds suspicious is not, and there the request itself is not to be trusted any further."""
    if isinstance(exception, BadRequest):
        return render(request, "400.html", {"problem": str(exception)}, status=400)
    problem = _("The request could not be read.")
    return HttpResponse(render_to_string("400.html", {"problem": problem}), status=400)
