"""The product's addresses, and the floors."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path

from cimplan.urls import handler400, handler500, urlpatterns  # noqa: F401
from mandates.models import Mandate

ROWS = 50


def floor_of_bytes(request: HttpRequest) -> HttpResponse:
    """The bytes of the list of mandates, from memory."""
    return _not_kept(HttpResponse(_list_of_mandates()))


@cache
def _list_of_mandates() -> bytes:
    return Client(HTTP_HOST="plan.example.org").get("/mandates/", secure=True).content


def plain_floor(request: HttpRequest) -> HttpResponse:
    """The same rows by the plainest view and template."""
    rows = Mandate.objects.filter(published=True).select_related("resolution").order_by("pk")
    return _not_kept(render(request, "bench_plain.html", {"rows": rows[:ROWS]}))


def _not_kept(response: HttpResponse) -> HttpResponse:
    """A floor is made anew for each who asks (cimplan/page_cache.py)."""
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("bench/bytes/", floor_of_bytes),
    path("bench/plain/", plain_floor),
    *urlpatterns,
]
