"""What machines ask: does the process answer, can it serve, what may be indexed."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

#: Asked every few seconds, and answered without a look at anything else.
WATCHED = ("/healthz", "/readyz")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 for as long as the process answers; asks nothing of the database."""
    return _plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers too, else 503. Waits for it no longer than the two seconds
    the connection is given (cimplan/environment.py)."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        # The next question is to find a connection made anew, not this broken one.
        connection.close()
        logger.warning("Not ready, the database does not answer: %s", error)
        return _plain(_("The database does not answer."), status=503)
    return _plain("ok")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read every page once: not the admin, nor lists in all their filterings."""
    return _plain("User-agent: *\nDisallow: /admin/\nDisallow: /search/\nDisallow: /*?")


def _plain(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
