"""Mandates, whom they address and what they cite."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from calendar_app.admin import DeadlineLines
from cimplan import clock
from cimplan.admin import TableOfLines, TracedAdmin
from cimplan.copies import Copyable
from cimplan.forms import VersionedForm
from cimplan.spreadsheets.views import Spreadsheets
from desk.filters import AttentionFilter
from mandates.admin.reporting import ReportableAdmin
from mandates.models import Addressee, Citation, Mandate, Resolution
from mandates.resources import AddresseeResource, MandateResource
from mandates.status import Status
from mandates.symbols import SymbolError, parse_reference


class AddresseeLines(TableOfLines):
    model = Addressee
    fields = ("actor", "qualifier", "position")
    autocomplete_fields = ("actor",)
    list_select_related = ("actor",)


class CitationLines(TableOfLines):
    model = Citation
    fields = ("resolution", "instrument", "words", "position")
    autocomplete_fields = ("resolution",)
    list_select_related = ("resolution",)


class MandateForm(VersionedForm):
    """The reference may be typed in any form, and names a paragraph of its own resolution."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reference" in self.fields:  # not where it is read-only
            given = self.fields["reference"]
            self.fields["reference"] = forms.CharField(
                label=given.label, help_text=given.help_text, max_length=120
            )

    def clean_reference(self) -> str:
        try:
            return str(parse_reference(self.cleaned_data["reference"]))
        except SymbolError as error:
            raise ValidationError(str(error)) from error

    def understood(self) -> Iterator[tuple[str, str]]:
        """The reference, where it is new and was written otherwise."""
        typed = self.data.get(self.add_prefix("reference"), "").strip()
        if "reference" in self.fields and typed != self.instance.reference:
            yield typed, self.instance.reference

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        reference, resolution = cleaned.get("reference"), cleaned.get("resolution")
        if reference and resolution and parse_reference(reference).resolution != resolution.slug:
            self.add_error(
                "reference",
                _("This reference is not of %(resolution)s: it begins with %(slug)s-.")
                % {"resolution": resolution, "slug": resolution.slug},
            )
        return cleaned


@admin.register(Mandate)
class MandateAdmin(Spreadsheets, Copyable, ReportableAdmin):
    resource = MandateResource
    form = MandateForm
    key = "reference"
    not_copied = (
        "reference",
        "position",
        "published",
        "standing",
        "standing_date",
        "standing_target",
    )
    lines_copied = (Addressee, Citation)
    list_display = (
        "reference",
        "text_shortened",
        "addressed_to",
        "status_shown",
        "standing",
        "published",
    )
    list_filter = (
        AttentionFilter,
        "standing",
        "priority",
        "reported_on",
        "resolution__assembly",
        "published",
    )
    search_fields = ("reference", "text", "resolution__symbol", "resolution__slug")
    autocomplete_fields = ("resolution", "parent", "responsible", "partners", "standing_target")
    given_once = ("reference", "resolution")
    readonly_fields = ("its_activities",)
    inlines = (AddresseeLines, CitationLines, DeadlineLines)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "resolution",
                    "reference",
                    "parent",
                    ("position", "label"),
                    "text",
                    ("reported_on", "published"),
                )
            },
        ),
        (
            _("What it asks, and of whom"),
            {
                "fields": (
                    "verb",
                    "responsible",
                    "partners",
                    "contingent_on",
                    "its_activities",
                ),
                "description": _("Whom it addresses stands below, each with the qualifying words."),
            },
        ),
        (
            _("Whether it is in force"),
            {
                "fields": (
                    ("begins_on", "ends_on"),
                    "priority",
                    ("standing", "standing_date"),
                    "standing_target",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_list(request.user, clock.today())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """A reference finds its mandate and a symbol its resolution's, whichever way typed."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        wanted = Q(pk__in=found.order_by().values("pk"))
        wanted |= Q(resolution__in=Resolution.objects.with_symbol(search_term))
        with suppress(SymbolError):  # most terms are no reference, but words or a symbol
            wanted |= Q(reference=str(parse_reference(search_term)))
        return queryset.filter(wanted), duplicates

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new paragraph comes after the others of its resolution."""
        initial = super().get_changeform_initial_data(request)
        if "resolution" in request.GET and "resolution" in initial:
            there = Mandate.objects.filter(resolution=initial["resolution"])
            last = there.aggregate(last=Max("position"))["last"]
            initial["position"] = (last or 0) + 1
        return initial

    def response_add(
        self, request: HttpRequest, obj: Mandate, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Another one is of the same resolution, and stands under the same paragraph."""
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" not in request.POST:
            return response
        query = {"resolution": obj.resolution_id} | (
            {"parent": obj.parent_id} if obj.parent else {}
        )
        return redirect(f"{request.path}?{urlencode(query)}")

    def save_model(
        self, request: HttpRequest, obj: Mandate, form: MandateForm, change: bool
    ) -> None:
        if not change and obj.parent and not obj.verb:
            obj.verb = obj.parent.verb
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A new sub-paragraph asks whom the paragraph asks that it stands under."""
        super().save_related(request, form, formsets, change)
        carried = [] if change else form.instance.carry()
        if carried:
            words = _(
                "%(mandate)s asks whom %(parent)s asks: %(names)s. Change that where it is not so."
            )
            known = {
                "mandate": form.instance,
                "parent": form.instance.parent,
                "names": ", ".join(str(one) for one in carried),
            }
            self.message_user(request, words % known, messages.INFO)

    @admin.display(description=_("activities suggested for it"))
    def its_activities(self, mandate: Mandate) -> str:
        """Links to them, and to the form for one more."""
        if mandate.pk is None:
            return "–"
        page = "admin:mandates_activity_change"
        links = format_html_join(
            "",
            '<a href="{}">{}</a> · ',
            ((reverse(page, args=[one.pk]), one.title) for one in mandate.activities.all()),
        )
        add = f"{reverse('admin:mandates_activity_add')}?mandates={mandate.pk}"
        return format_html('{}<a href="{}">{}</a>', links, add, _("Add an activity"))

    @admin.display(description=_("text"), ordering="text")
    def text_shortened(self, mandate: Mandate) -> str:
        return Truncator(mandate.text).words(15)

    @admin.display(description=_("addressees"))
    def addressed_to(self, mandate: Mandate) -> str:
        return ", ".join(line.actor.short_name for line in mandate.addressees_shown)

    @admin.display(description=_("status"))
    def status_shown(self, mandate: Mandate) -> str:
        return Status(mandate.status).label if mandate.reported_on else "–"


@admin.register(Addressee)
class AddresseeAdmin(Spreadsheets, TracedAdmin):
    resource = AddresseeResource
    list_display = ("mandate", "actor", "qualifier", "position")
    search_fields = ("mandate__reference", "actor__name", "actor__acronym", "qualifier")
    autocomplete_fields = ("mandate", "actor")
    list_select_related = ("mandate", "actor")
    fields = ("mandate", "actor", "qualifier", "position")


@admin.register(Citation)
class CitationAdmin(TracedAdmin):
    list_display = ("words", "mandate", "resolution", "instrument")
    search_fields = ("mandate__reference", "resolution__symbol", "instrument", "words")
    autocomplete_fields = ("mandate", "resolution")
    list_select_related = ("mandate", "resolution")
    fields = ("mandate", "resolution", "instrument", "words", "position")
