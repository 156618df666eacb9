"""Addresses. They are kept stable: people bookmark and cite them (docs/decisions.md)."""

from django.contrib import admin
from django.urls import include, path, register_converter

from cimplan import errors, health, home, search
from cimplan.converters import Month, Year

# Before the apps' addresses, which are written with them.
register_converter(Year, "yyyy")
register_converter(Month, "mm")

handler400 = errors.bad_request
handler500 = errors.server_error

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("", include("workplan.urls")),
    path("", include("mandates.urls")),
    path("", include("calendar_app.urls")),
    path("", include("documents.urls")),
    path("admin/", include("cimplan.accounts.links")),
    path("admin/", admin.site.urls),
    # Watched by machines, which ask for exactly these words and follow no redirect.
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", health.robots, name="robots"),
    path("readyz", health.readyz, name="readyz"),
]
