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
    return HttpResponse(_list_of_mandates())


@cache
def _list_of_mandates() -> bytes:
    return Client(HTTP_HOST="plan.example.org").get("/mandates/", secure=True).content


def plain_floor(request: HttpRequest) -> HttpResponse:
    """The same rows by the plainest view and template."""
    rows = Mandate.objects.filter(published=True).select_related("resolution").order_by("pk")
    return render(request, "bench_plain.html", {"rows": rows[:ROWS]})


urlpatterns = [
    path("bench/bytes/", floor_of_bytes),
    path("bench/plain/", plain_floor),
    *urlpatterns,
]
