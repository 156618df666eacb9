"""Program areas: lasting themes, which outlive a plan."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Meeting
from mandates.addresses import address_of
from mandates.models import Activity, Mandate
from mandates.models.history import History
from mandates.models.records import Record, RecordQuerySet
from mandates.texts import PlainCharField


class ProgramAreaQuerySet(RecordQuerySet):
    def in_tree_order(self) -> list["ProgramArea"]:
        """All areas, each followed by those under it, with `depth` set, in one query."""
        under: dict[int | None, list[ProgramArea]] = {}
        for area in self.order_by("order", "slug"):
            under.setdefault(area.parent_id, []).append(area)

        def walk(parent_id: int | None, depth: int) -> list["ProgramArea"]:
            rows = []
            for area in under.get(parent_id, []):
                area.depth = depth
                rows += [area, *walk(area.pk, depth + 1)]
            return rows

        return walk(None, 0)


class ProgramArea(Record):
    """A lasting theme of the Commission's work."""

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, help_text=_("Never changed.")
    )
    short_name = PlainCharField(_("short name"), max_length=100)
    full_name = PlainCharField(_("full name"), max_length=300)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        related_name="parts",
        help_text=_("The wider area it belongs to; blank at the top."),
    )
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Smaller numbers stand first.")
    )
    proposed = models.BooleanField(
        _("proposed"), default=False, help_text=_("Not decided upon yet.")
    )
    mandates = models.ManyToManyField(
        Mandate, verbose_name=_("mandates"), blank=True, related_name="areas"
    )
    activities = models.ManyToManyField(
        Activity, verbose_name=_("activities"), blank=True, related_name="areas"
    )
    meetings = models.ManyToManyField(
        Meeting, verbose_name=_("meetings"), blank=True, related_name="areas"
    )

    objects = ProgramAreaQuerySet.as_manager()
    history = History(m2m_fields=[mandates, activities, meetings])
    shown_with = ("parent",)

    class Meta:
        verbose_name = _("program area")
        verbose_name_plural = _("program areas")
        ordering = ("order", "slug")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="area_not_its_own_parent",
                violation_error_message=_("An area cannot be part of itself."),
            ),
        )

    def __str__(self) -> str:
        return self.short_name

    def get_absolute_url(self) -> str:
        return address_of("area", self.slug)

    def clean(self) -> None:
        above = self.parent
        while above is not None:
            if above.pk is not None and above.pk == self.pk:
                raise ValidationError({"parent": _("It would be part of itself this way.")})
            above = above.parent
