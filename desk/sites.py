"""The admin's site: its front page is the Secretariat's desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

APP_ORDER = ("mandates", "calendar_app", "workplan", "documents", "auth")


class SecretariatSite(admin.AdminSite):
    """Its own pages are read when they are first asked for: they know pages of the admin, which
    register with this site while it is being made."""

    site_title = _("cimplan")
    site_header = _("cimplan — Secretariat")
    index_title = _("The Secretariat's desk")
    index_template = "desk/desk.html"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from desk.front_page import front_page

        return super().index(request, {**front_page(request, self), **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        from mandates.admin.reporting import report_progress_page

        report_progress = self.admin_view(report_progress_page)
        return [
            path("changes/", self.admin_view(self.changes), name="changes"),
            path("report-progress/", report_progress, name="report_progress"),
            *super().get_urls(),
        ]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        from desk.completion import CompletionInFull

        return CompletionInFull.as_view(admin_site=self)(request)

    def changes(self, request: HttpRequest) -> HttpResponse:
        from desk.changes_page import changes_page

        return changes_page(request, self)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Apps in the order of the work, not of the alphabet."""
        known = {label: rank for rank, label in enumerate(APP_ORDER)}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: known.get(app["app_label"], len(known)))
