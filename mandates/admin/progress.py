"""The progress log, which is only added to."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cimplan import clock
from cimplan.admin import LogAdmin
from mandates.models import ProgressReport


class ProgressReportForm(forms.ModelForm):
    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day > clock.today():
            raise ValidationError(_("That day is yet to come: say what holds today."))
        return day


@admin.register(ProgressReport)
class ProgressReportAdmin(LogAdmin):
    """The one progress log. A mistake is corrected by a further entry that says so."""

    form = ProgressReportForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    addable = True
    list_display = ("as_of", "__str__", "done_shortened", "about", "reported_by", "recorded_at")
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
    autocomplete_fields = ("mandate", "activity", "about", "evidence_file", "corrects")
    fieldsets = (
        (
            None,
            {
                "fields": ("mandate", "activity", "about"),
                "description": _(
                    "Report on a mandate or on an activity. What is recorded stays as it is: to "
                    "correct a report, add another that names it under “corrects”."
                ),
            },
        ),
        (_("How far it has come"), {"fields": ("status", "as_of", "done", "corrects")}),
        (
            _("What shows it"),
            {"fields": ("evidence_words", "evidence_document", "evidence_url", "evidence_file")},
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        by_whom = (_("Recorded"), {"fields": ("recorded_at", "reported_by", "batch")})
        return (*fieldsets, by_whom) if obj else fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"as_of": clock.today(), **super().get_changeform_initial_data(request)}

    def save_model(
        self, request: HttpRequest, obj: ProgressReport, form: Any, change: bool
    ) -> None:
        obj.recorded_at = clock.now()
        obj.reported_by = request.user
        super().save_model(request, obj, form, change)

    @admin.display(description=_("what was done"))
    def done_shortened(self, report: ProgressReport) -> str:
        return Truncator(report.done).words(15)
