"""The admin's site: its front page is the Secretariat's desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
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
            path("second-factor/", self.second_factor, name="second_factor"),
            path("report-progress/", report_progress, name="report_progress"),
            *super().get_urls(),
        ]

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The password; who has given it is asked for the second factor, where there is one."""
        if request.half_way is not None and request.method == "GET":
            query = request.GET.urlencode()
            return redirect(reverse("admin:second_factor") + (f"?{query}" if query else ""))
        return super().login(request, extra_context)

    def second_factor(self, request: HttpRequest) -> HttpResponse:
        from cimplan.accounts.second_factor import second_factor_page

        return second_factor_page(request, self)

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
