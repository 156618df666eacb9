"""A span of days in the database: start, end, precision, or all three absent."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calendar_app.dates import Precision, Span


class PrecisionChoices(models.TextChoices):
    DAY = Precision.DAY.value, _("day")
    MONTH = Precision.MONTH.value, _("month")
    HALF_YEAR = Precision.HALF_YEAR.value, _("half-year")
    YEAR = Precision.YEAR.value, _("year")


class SpanFields(models.Model):
    """Start, end and precision of a span; `span` reads and writes the three as one."""

    start = models.DateField(_("first day"), null=True, blank=True)
    end = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("The last day itself, not the one after.")
    )
    precision = models.CharField(
        _("how much is known"),
        max_length=10,
        choices=PrecisionChoices,
        blank=True,
        help_text=_("For a month, a half-year or a year: from its first to its last day."),
    )

    class Meta:
        abstract = True

    @property
    def span(self) -> Span | None:
        """The span, or None where the dates are not known at all."""
        if self.start is None or self.end is None:
            return None
        return Span(self.start, self.end, Precision(self.precision))

    @span.setter
    def span(self, value: Span | None) -> None:
        self.start = value.start if value else None
        self.end = value.end if value else None
        self.precision = value.precision.value if value else ""


def span_constraints(name: str) -> tuple[models.CheckConstraint, ...]:
    """What the database can refuse of a span: half a span, and an end before its start."""
    return (
        models.CheckConstraint(
            condition=Q(start=None, end=None, precision="")
            | Q(start__isnull=False, end__isnull=False, precision__in=PrecisionChoices.values),
            name=f"{name}_span_whole",
            violation_error_message=_("Give the first day, the last day and how much is known."),
        ),
        models.CheckConstraint(
            condition=Q(start=None) | Q(end__gte=F("start")),
            name=f"{name}_span_in_order",
            violation_error_message=_("The last day is before the first."),
        ),
    )
