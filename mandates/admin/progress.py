"""The progress log, which is only added to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cimplan.admin import LogAdmin
from cimplan.spreadsheets.views import Spreadsheets
from mandates.models import ProgressReport
from mandates.resources import ProgressResource

#: The parameter in which the admin's links carry the filters of the list they were on.
PRESERVED_FILTERS = "_changelist_filters"


def _list() -> str:
    return reverse("admin:mandates_progressreport_changelist")


@admin.register(ProgressReport)
class ProgressReportAdmin(Spreadsheets, LogAdmin):
    """The one progress log. A mistake is corrected by a further entry that says so."""

    resource = ProgressResource

    addable = True
    list_display = (
        "as_of",
        "__str__",
        "done_shortened",
        "about",
        "reported_by",
        "recorded_at",
    )
    list_display_links = ("__str__",)
    list_filter = ("status",)
    search_fields = (
        "mandate__reference",
        "activity__title",
        "done",
        "evidence_words",
        "evidence_document",
    )
    date_hierarchy = "as_of"
    list_select_related = (
        "mandate",
        "activity",
        "about",
        "reported_by",
        "corrects__mandate",
        "corrects__activity",
    )
    fieldsets = (
        (None, {"fields": ("mandate", "activity", "about")}),
        (_("How far it has come"), {"fields": ("status", "as_of", "done", "corrects")}),
        (
            _("What shows it"),
            {"fields": ("evidence_words", "evidence_document", "evidence_url", "evidence_file")},
        ),
        (_("Recorded"), {"fields": ("recorded_at", "reported_by", "batch")}),
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        may_correct = self.has_add_permission(request)
        return (*self.list_display, "correct_this") if may_correct else self.list_display

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is one form; whoever comes from the list goes back to it as it was filtered."""
        asked = request.GET.copy()
        filters = "".join(asked.pop(PRESERVED_FILTERS, []))
        asked.setdefault("next", f"{_list()}?{filters}" if filters else _list())
        return redirect(f"{reverse('admin:report_progress')}?{asked.urlencode()}")

    @admin.display(description="")
    def correct_this(self, report: ProgressReport) -> str:
        asked = urlencode({"corrects": report.pk, "next": _list()})
        address = f"{reverse('admin:report_progress')}?{asked}"
        return format_html('<a href="{}">{}</a>', address, _("Correct this"))

    @admin.display(description=_("what was done"))
    def done_shortened(self, report: ProgressReport) -> str:
        return Truncator(report.done).words(15)
