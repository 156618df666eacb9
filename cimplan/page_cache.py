"""Pages that anybody may see, kept until something is written to a table they were read from.

A page asked for again costs one query; a browser that has it is told so (304). What somebody who
is logged in is shown never comes here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, has_vary_header, patch_cache_control
from django.utils.translation import get_language_from_request

from cimplan import clock
from cimplan.health import WATCHED
from cimplan.table_versions import Reading, table_versions

#: Bytes of pages, as sent, that a worker keeps at most; and of the largest page it keeps.
ROOM = 16 * 2**20
LARGEST = 2 * 2**20

#: Cookies of somebody who is shown what others are not.
PERSONAL = (settings.SESSION_COOKIE_NAME, "messages")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it left the middleware below, and what it was read from."""

    content: bytes
    headers: dict[str, str]
    versions_read: Mapping[str, str | None]

    def __len__(self) -> int:
        return len(self.content) + 1000


class PageCacheMiddleware:
    """Stands above the compression, so that a page is compressed once; and below what every
    answer must have anew, its number in the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = Lock()
        self._pages: LRUCache[tuple, Kept] = LRUCache(ROOM, getsizeof=len)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.reading = reading = _reading_for(request)
        if reading is None:
            return self.get_response(request)
        key = key_of(request)
        with self._lock:
            kept = self._pages.get(key)
        if kept and reading.still_holds(kept.versions_read):
            return _answer(request, HttpResponse(kept.content, headers=kept.headers))
        # The page is made in any case, or the next reader would find nothing kept.
        asked = request.META.pop("HTTP_IF_NONE_MATCH", None)
        with reading.watched():
            response = self.get_response(request)
        if asked is not None:
            request.META["HTTP_IF_NONE_MATCH"] = asked
        if _is_for_anybody(response):
            patch_cache_control(response, no_cache=True)
            self._keep(key, Kept(response.content, dict(response.headers), reading.versions_read))
        return _answer(request, response)

    def _keep(self, key: tuple, page: Kept) -> None:
        if len(page) <= LARGEST:
            with self._lock:
                self._pages[key] = page


def _reading_for(request: HttpRequest) -> Reading | None:
    """None where nothing may be kept for this request."""
    if request.method != "GET" or request.path in WATCHED:
        return None
    if any(name in request.COOKIES for name in PERSONAL):
        return None
    try:
        versions = table_versions()
    except DatabaseError:
        # The view will fail as it always does, with the page for it.
        return None
    return None if versions is None else Reading(versions)


def key_of(request: HttpRequest) -> tuple:
    """All that what anybody may see depends on, but the data."""
    return (
        clock.today(),
        request.scheme,
        request.get_host(),
        request.path,
        # As it came: two of these may be read as one address.
        request.META.get("QUERY_STRING", ""),
        "gzip" in request.headers.get("Accept-Encoding", ""),
        get_language_from_request(request),
    )


def _is_for_anybody(response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not any(word in response.get("Cache-Control", "") for word in ("no-store", "private"))
        and not has_vary_header(response, "*")
    )


def _answer(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    etag = response.get("ETag")
    return get_conditional_response(request, etag=etag, response=response) if etag else response


class ETagMiddleware:
    """Stands below the compression: a page's ETag is that of its bytes, so that writes which do
    not change it leave readers what they have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method == "GET" and _is_for_anybody(response) and "ETag" not in response:
            response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
        return response
