"""The log: one line for each request, each with the request's id."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

from cimplan.health import WATCHED

logger = logging.getLogger("cimplan.request")
#: What is written of an address that sets a password ends here, however the address is written.
SECRET = re.compile(r"(?<=new-password).*", re.DOTALL)
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def request_id() -> str:
    """Of the request that is being answered; "-" outside of one."""
    return _request_id.get()


def without_secret(said: Any) -> Any:
    return SECRET.sub("/…", said) if isinstance(said, str) else said


class AddRequestId(logging.Filter):
    """Gives every record of the log the request's id. Django says of an answer that it was 404
    when it has left us; the request that it names is known by its id still, and its address is
    written without its secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "id", None) or request_id()
        if isinstance(record.args, tuple):
            record.args = tuple(without_secret(one) for one in record.args)
        return True


class RequestLogMiddleware:
    """Names each request (by what the web server in front calls it, X-Request-ID, else anew),
    says the name in the answer, and logs one line: what was asked, the answer, milliseconds.

    The line has no query and, of an address that holds a secret, only its beginning.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(request.id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id()
            if request.path not in WATCHED:
                self._log(request, response, (time.perf_counter() - began) * 1000)
            return response
        finally:
            _request_id.reset(token)

    def _log(self, request: HttpRequest, response: HttpResponse, milliseconds: float) -> None:
        path = without_secret(request.path)
        logger.info(
            "%s %s %s %.0f ms",
            request.method,
            path.encode("unicode_escape").decode(),
            response.status_code,
            milliseconds,
            extra={
                "method": request.method,
                "path": path,
                "status": response.status_code,
                "milliseconds": round(milliseconds, 1),
                "user": _name_of_user(request),
            },
        )


def _name_of_user(request: HttpRequest) -> int | None:
    """The key of who is logged in, where the request had found that out."""
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None else None
