"""Plans as printed.

What was printed never changes, for anybody: its words are typed when the record is added and only
read afterwards. What a printed row points at may be corrected, since that is our reading of it.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cimplan.admin import RecordAdmin, StackOfLines, TracedAdmin, VersionedForm
from workplan.models import CalendarEntry, MandateRow, Quotation, Section, WorkPlan

AS_PRINTED = _(
    "What was printed never changes: these words are typed once, when the record is added, and "
    "nobody edits them afterwards. A mistake in them is remarked on in an editorial note."
)
OUR_READING = _("How we read it, which may be corrected at any time.")


@admin.register(WorkPlan)
class WorkPlanAdmin(RecordAdmin):
    list_display = ("__str__", "state", "language", "agenda_item", "published")
    list_filter = ("state", "published")
    search_fields = ("year",)
    autocomplete_fields = ("agenda_item",)
    list_select_related = ("agenda_item",)
    given_once = ("year", "front_matter", "introduction", "language")
    readonly_fields = ("parts",)
    fieldsets = (
        (_("How it stands"), {"fields": ("state", "agenda_item", "published", "parts")}),
        (
            _("As printed"),
            {
                "fields": ("year", "language", "front_matter", "introduction"),
                "description": AS_PRINTED,
            },
        ),
    )

    @admin.display(description=_("its parts"))
    def parts(self, plan: WorkPlan) -> str:
        """Links, as a plan has far more parts than one page can hold."""
        if plan.pk is None:
            return "–"
        links = (
            (Section, plan.sections.count()),
            (CalendarEntry, plan.entries.count()),
            (MandateRow, plan.rows.count()),
        )
        return format_html(
            "{} · {} · {}", *(_list_of(model, plan, count) for model, count in links)
        )


def _list_of(model: type[models.Model], plan: WorkPlan, count: int) -> str:
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return format_html(
        '<a href="{}?plan__id__exact={}">{} ({})</a>',
        address,
        plan.pk,
        opts.verbose_name_plural,
        count,
    )


@admin.register(Section)
class SectionAdmin(TracedAdmin):
    list_display = ("number", "heading", "plan", "kind", "area")
    list_display_links = ("number", "heading")
    list_filter = ("plan", "kind")
    search_fields = ("heading", "number", "slug", "body")
    autocomplete_fields = ("plan", "parent", "area")
    list_select_related = ("plan", "area", "parent__plan")
    given_once = (
        "plan",
        "parent",
        "position",
        "slug",
        "number",
        "heading",
        "run_in",
        "kind",
        "body",
        "table_heading",
        "table_footnote",
    )
    fieldsets = (
        (_("Our reading"), {"fields": ("area",), "description": OUR_READING}),
        (
            _("As printed"),
            {
                "fields": (
                    ("plan", "parent"),
                    ("position", "slug", "kind"),
                    "number",
                    ("heading", "run_in"),
                    "body",
                    "table_heading",
                    "table_footnote",
                ),
                "description": AS_PRINTED,
            },
        ),
    )


@admin.register(CalendarEntry)
class CalendarEntryAdmin(TracedAdmin):
    list_display = ("plan", "position", "dates", "lines_shortened", "meeting")
    list_display_links = ("position", "dates")
    list_filter = ("plan",)
    search_fields = ("dates", "lines", "meeting__title")
    autocomplete_fields = ("plan", "meeting")
    list_select_related = ("plan", "meeting")
    given_once = ("plan", "position", "dates", "lines")
    fieldsets = (
        (_("Our reading"), {"fields": ("meeting",), "description": OUR_READING}),
        (
            _("As printed"),
            {"fields": ("plan", "position", "dates", "lines"), "description": AS_PRINTED},
        ),
    )

    @admin.display(description=_("title and place"), ordering="lines")
    def lines_shortened(self, entry: CalendarEntry) -> str:
        return Truncator(" · ".join(entry.lines.splitlines())).words(15)


@admin.register(MandateRow)
class MandateRowAdmin(TracedAdmin):
    list_display = ("plan", "position", "symbol", "mandate_cell_shortened", "mandate")
    list_display_links = ("position", "mandate_cell_shortened")
    list_filter = ("plan",)
    search_fields = ("mandate__reference", "symbol", "title", "mandate_cell", "activities_cell")
    autocomplete_fields = ("plan", "mandate")
    list_select_related = ("plan", "mandate")
    given_once = ("plan", "position", "symbol", "title", "mandate_cell", "activities_cell")
    fieldsets = (
        (_("Our reading"), {"fields": ("mandate",), "description": OUR_READING}),
        (
            _("As printed"),
            {
                "fields": (
                    ("plan", "position"),
                    "symbol",
                    "title",
                    "mandate_cell",
                    "activities_cell",
                ),
                "description": AS_PRINTED,
            },
        ),
    )

    @admin.display(description=_("mandate as printed"), ordering="mandate_cell")
    def mandate_cell_shortened(self, row: MandateRow) -> str:
        return Truncator(row.mandate_cell).words(12)


@admin.register(Quotation)
class QuotationAdmin(TracedAdmin):
    list_display = ("words_shortened", "activity", "section", "row", "position")
    search_fields = ("words", "activity__title", "section__heading", "row__mandate__reference")
    autocomplete_fields = ("section", "row", "activity")
    list_select_related = ("activity", "section__plan", "row__plan", "row__mandate")
    given_once = ("section", "row", "words", "position")
    fieldsets = (
        (_("Our reading"), {"fields": ("activity",), "description": OUR_READING}),
        (
            _("As printed"),
            {
                "fields": ("section", "row", "position", "words"),
                "description": AS_PRINTED,
            },
        ),
    )

    @admin.display(description=_("words"), ordering="words")
    def words_shortened(self, quotation: Quotation) -> str:
        return Truncator(quotation.words).words(15)


class QuotationLineForm(VersionedForm):
    """Words already quoted are shown and not edited; the line may be taken away, or a new one
    written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("section", "row", "position", "words"):
                if name in self.fields:
                    self.fields[name].disabled = True  # what a browser sends for it is ignored


class QuotationLines(StackOfLines):
    """The words of plans that are an activity."""

    model = Quotation
    form = QuotationLineForm
    fields = ("section", "row", "position", "words")
    autocomplete_fields = ("section", "row")
    list_select_related = ("section__plan", "row__plan", "row__mandate")
