"""A password alone opens nothing where the second factor is asked for."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse


class SecondFactorMiddleware:
    """Somebody who has given the password and not yet the code is nobody, on every page; who it
    is stands in `request.half_way`, for the page that asks for the code. Follows django-otp's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.half_way = None
        if (
            settings.SECOND_FACTOR
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
            and not request.user.is_verified()
        ):
            request.half_way = request.user
            request.user = AnonymousUser()
        return self.get_response(request)


class PrivateMiddleware:
    """What somebody who is logged in is shown is kept by no cache, theirs or one on the way; nor
    is it kept unasked for anybody that a page is not there, which may be published tomorrow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and (
            request.half_way is not None or request.user.is_authenticated
        ):
            response["Cache-Control"] = "private, no-store"
        elif response.status_code >= 400:
            response.setdefault("Cache-Control", "no-cache")
        return response
