"""Assemblies and the resolutions they adopt."""

from django.apps import apps
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from mandates.addresses import address_of
from mandates.models.history import History
from mandates.models.records import Record, one_of
from mandates.models.search import SearchedQuerySet
from mandates.symbols import AssemblyCode, Kind, SymbolError, slug_from
from mandates.texts import PlainCharField


class Assembly(Record):
    """A meeting of the Assembly of Delegates, the CIM's highest authority."""

    ordinal = models.PositiveSmallIntegerField(_("ordinal"), help_text=_("31 for XXXI."))
    special = models.BooleanField(_("special"), default=False)
    year = models.PositiveSmallIntegerField(_("year"))
    place = PlainCharField(_("place"), max_length=200, blank=True)

    history = History()

    class Meta:
        verbose_name = _("assembly")
        verbose_name_plural = _("assemblies")
        ordering = ("year", "ordinal")
        constraints = (
            models.UniqueConstraint(
                fields=["ordinal", "special"],
                name="assembly_ordinal_unique",
                violation_error_message=_("This assembly is here already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ordinal__gte=1, year__gte=1928),
                name="assembly_after_founding",
                violation_error_message=_("Assemblies count from 1, and from 1928."),
            ),
        )

    def __str__(self) -> str:
        return str(self.code)

    @property
    def code(self) -> AssemblyCode:
        """How symbols name it: XXXI-O/02."""
        return AssemblyCode(self.ordinal, self.special, self.year)


class ResolutionKind(models.TextChoices):
    RESOLUTION = Kind.RESOLUTION.value, _("Resolution")
    DECLARATION = Kind.DECLARATION.value, _("Declaration")
    DECISION = Kind.DECISION.value, _("Decision")


class ResolutionQuerySet(SearchedQuerySet):
    def with_symbol(self, text: str) -> "ResolutionQuerySet":
        """The resolution of this symbol, whichever way it is typed; none where it is none."""
        try:
            return self.filter(slug=slug_from(text))
        except SymbolError:
            return self.none()

    def with_year(self, user: object) -> "ResolutionQuerySet":
        """Annotate `year`: that of its adoption, else that of its assembly, if one may see it."""
        assemblies = Assembly.objects.visible_to(user).filter(pk=OuterRef("assembly"))
        held_in = Subquery(assemblies.values("year"), output_field=models.IntegerField())
        return self.annotate(year=Coalesce(ExtractYear("adopted_on"), held_in))

    def newest_first(self) -> "ResolutionQuerySet":
        """Those of the latest assembly first, each assembly's in their order; others follow."""
        return self.order_by(F("assembly__year").desc(nulls_last=True), *self.model._meta.ordering)

    def for_list(self, user: object) -> "ResolutionQuerySet":
        """With what one line of a list shows: how many of its mandates are reported on.

        A draft assembly is left out, though the resolution itself is published.
        """
        mandates = apps.get_model("mandates", "Mandate").objects
        reported_on = mandates.visible_to(user).reported_on().filter(resolution=OuterRef("pk"))
        counted = reported_on.order_by().values("resolution").annotate(rows=Count("pk"))
        return self.prefetch_related(
            Prefetch("assembly", Assembly.objects.visible_to(user))
        ).annotate(mandate_count=Coalesce(Subquery(counted.values("rows")), 0))


class Resolution(Record):
    """A numbered decision of the Assembly, or of another body that is cited."""

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, help_text=_("219 for CIM/RES.219; never changed")
    )
    body = PlainCharField(_("body"), max_length=20, help_text=_("CIM, AG, A/HRC …"))
    kind = models.CharField(
        _("kind"), max_length=20, choices=ResolutionKind, default=ResolutionKind.RESOLUTION
    )
    series = models.PositiveIntegerField(
        _("numbered in"),
        default=0,
        help_text=_("The session or year in which the numbers restart; 0 where they never do."),
    )
    number = models.PositiveIntegerField(_("number"))
    symbol = PlainCharField(_("symbol"), max_length=100, help_text=_("As printed."))
    title = PlainCharField(
        _("title"), max_length=1000, blank=True, help_text=_("As printed, without the symbol.")
    )
    language = models.CharField(
        _("original language"), max_length=8, default="en", help_text=_("A code such as en or es.")
    )
    assembly = models.ForeignKey(
        Assembly,
        models.PROTECT,
        verbose_name=_("assembly"),
        null=True,
        blank=True,
        related_name="resolutions",
        help_text=_("The one that adopted it; blank for resolutions of other bodies."),
    )
    adopted_on = models.DateField(
        _("adopted on"), null=True, blank=True, help_text=_("Blank where only the year is known.")
    )
    rescinds = models.ManyToManyField(
        "self",
        verbose_name=_("rescinds"),
        symmetrical=False,
        blank=True,
        related_name="rescinded_by",
        help_text=_("Resolutions that are no longer in force because of this one."),
    )
    follows = models.ManyToManyField(
        "self",
        verbose_name=_("follows up on"),
        symmetrical=False,
        blank=True,
        related_name="followed_by",
        help_text=_("Earlier resolutions on the same matter."),
    )

    objects = ResolutionQuerySet.as_manager()
    history = History(m2m_fields=[rescinds, follows])
    searched = ("title", "symbol")

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ("body", "kind", "series", "number", "slug")
        indexes = (
            # The order of every list: fifty mandates are found by walking it, where all would be
            # sorted.
            models.Index(
                fields=["body", "kind", "series", "number", "slug"], name="resolution_order"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=one_of("kind", ResolutionKind),
                name="resolution_kind_known",
                violation_error_message=_("Choose the kind of resolution."),
            ),
        )

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return address_of("resolution", self.slug)

    @property
    def in_full(self) -> str:
        return f"{self.symbol} {Truncator(self.title).words(12)}".strip()
