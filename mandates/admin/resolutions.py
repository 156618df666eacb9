"""Assemblies, and resolutions by their symbols."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from cimplan.admin import RecordAdmin, TableOfLines
from cimplan.forms import NumberedForm, NumberedFormSet, VersionedForm
from cimplan.spreadsheets.views import Spreadsheets
from mandates.models import Assembly, Mandate, Resolution
from mandates.resources import ResolutionResource
from mandates.symbols import Symbol, SymbolError, parse_assembly_code, parse_symbol
from mandates.words import folded


@admin.register(Assembly)
class AssemblyAdmin(RecordAdmin):
    list_display = ("__str__", "ordinal", "special", "year", "place", "published")
    list_filter = ("special", "published")
    search_fields = ("year", "place")
    fields = ("ordinal", "special", "year", "place", "published")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """A code finds its assembly, as XXXI-O/02 does; and so does any part of it, its number, its
        year or its place, with or without accents."""
        try:
            code = parse_assembly_code(search_term)
        except SymbolError:
            words = folded(search_term).split()
            found = [one.pk for one in queryset if all(word in _said_of(one) for word in words)]
            return queryset.filter(pk__in=found), False
        return queryset.filter(ordinal=code.ordinal, special=code.special), False


def _said_of(assembly: Assembly) -> str:
    return folded(f"{assembly} {assembly.ordinal} {assembly.year} {assembly.place}")


class ParagraphForm(NumberedForm):
    numbered_by = "position"


class ParagraphFormSet(NumberedFormSet):
    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """A paragraph that moves knows where the one it stands under moves to."""
        form = super()._construct_form(i, **kwargs)
        others = self.__dict__.setdefault("paragraphs", {})
        others[form.instance.pk] = form.instance
        if form.instance.parent_id in others:
            form.instance.parent = others[form.instance.parent_id]
        return form


class ParagraphLines(TableOfLines):
    """The paragraphs in their order, which is changed here; all else on the mandate's own page."""

    model = Mandate
    form = ParagraphForm
    formset = ParagraphFormSet
    verbose_name_plural = _("its paragraphs, in the order one reads them")
    fields = ("position", "words", "standing_shown", "published_shown")
    readonly_fields = ("words", "standing_shown", "published_shown")
    ordering = ("position",)
    list_select_related = ("parent",)
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a paragraph has far more to it than a line can hold

    @admin.display(description=_("text"))
    def words(self, mandate: Mandate) -> str:
        return Truncator(mandate.text).words(20)

    @admin.display(description=_("standing"))
    def standing_shown(self, mandate: Mandate) -> str:
        return mandate.get_standing_display()

    @admin.display(description=_("published"), boolean=True)
    def published_shown(self, mandate: Mandate) -> bool:
        return mandate.published


class ResolutionForm(VersionedForm):
    """A resolution is known by its symbol: what the symbol says is not typed a second time."""

    def clean_symbol(self) -> str:
        text = self.cleaned_data["symbol"]
        try:
            symbol = parse_symbol(text)
        except SymbolError as error:
            raise ValidationError(str(error)) from error
        if self.instance.pk is None:
            self._take_apart(symbol)
        elif symbol.slug != self.instance.slug:
            raise ValidationError(
                _("This is the symbol of another resolution. Add that one, or correct the symbol.")
            )
        return text

    def _take_apart(self, symbol: Symbol) -> None:
        known = Resolution.objects.filter(slug=symbol.slug).first()
        if known:
            raise ValidationError(
                _("This resolution is here already, as %(symbol)s."),
                params={"symbol": known.symbol},
            )
        self.instance.slug = symbol.slug
        self.instance.body = symbol.body
        self.instance.kind = symbol.kind.value
        self.instance.number = symbol.number
        self.instance.series = symbol.series
        self.symbol = symbol

    def understood(self) -> Iterator[tuple[str, str]]:
        """What the symbol was taken for, where the resolution is new."""
        symbol = getattr(self, "symbol", None)
        if symbol:
            yield self.cleaned_data["symbol"], symbol.slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        symbol = getattr(self, "symbol", None)
        # The assemblies of the OAS, which AG/RES. names, are none of ours.
        if symbol and symbol.body == "CIM" and symbol.assembly and not cleaned.get("assembly"):
            code = symbol.assembly
            ours = Assembly.objects.filter(ordinal=code.ordinal, special=code.special)
            cleaned["assembly"] = ours.first()
        return cleaned


@admin.register(Resolution)
class ResolutionAdmin(Spreadsheets, RecordAdmin):
    resource = ResolutionResource
    form = ResolutionForm
    list_display = ("symbol", "title", "assembly", "adopted_on", "published")
    list_filter = ("body", "kind", "assembly", "published")
    search_fields = ("symbol", "title", "slug")
    autocomplete_fields = ("assembly", "rescinds", "follows")
    list_select_related = ("assembly",)
    readonly_fields = ("slug", "body", "kind", "number", "series", "paragraphs")
    inlines = (ParagraphLines,)
    fieldsets = (
        (
            None,
            {
                "fields": ("symbol", "title", "language", "assembly", "adopted_on", "published"),
                "description": _(
                    "Write the symbol as it is printed: CIM/RES.219 (XXXI-O/02), AG/RES. 1741, "
                    "A/HRC/RES/32/19. The body, the number and the address are taken from it, once."
                ),
            },
        ),
        (_("Other resolutions"), {"fields": ("rescinds", "follows")}),
        (_("What it asks"), {"fields": ("paragraphs",)}),
        (_("As understood"), {"fields": ("slug", "body", "kind", "number", "series")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else fieldsets[:-2]  # nothing is understood before it is typed

    @admin.display(description=_("paragraphs"))
    def paragraphs(self, resolution: Resolution) -> str:
        """How many there are, and the form for one more, at the end."""
        count, last = resolution.mandates.count(), resolution.mandates.last()
        query = {"resolution": resolution.pk, "position": last.position + 1 if last else 1}
        return format_html(
            '{} · <a href="{}?{}">{}</a>',
            count,
            reverse("admin:mandates_mandate_add"),
            urlencode(query),
            _("Add a paragraph"),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """A symbol finds its resolution whichever way it is typed."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        named = Resolution.objects.with_symbol(search_term)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=named)), duplicates
