"""Whatever stands on the calendar, and the log of what became of its dates."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from simple_history.models import HistoricalRecords

from calendar_app.dates import Precision, SpanError
from calendar_app.models.spans import PrecisionChoices, SpanFields, span_constraints
from mandates.models import Activity, Actor, ActorKind, Mandate
from mandates.models.records import (
    Record,
    RecordQuerySet,
    may_see_drafts,
    one_of,
    published_condition,
)
from mandates.texts import PlainCharField, PlainTextField


class MeetingKind(models.TextChoices):
    SESSION = "session", _("Session")
    MEETING = "meeting", _("Meeting")
    TRAINING = "training", _("Training")
    OBSERVANCE = "observance", _("Observance")


class MeetingState(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    HELD = "held", _("Held")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")


class MeetingAct(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    MOVED = "moved", _("Moved")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")
    RESTORED = "restored", _("Restored")


#: The vaguer a date, the later it sorts among those that start in the same month.
VAGUENESS = Case(
    *(
        When(precision=precision.value, then=Value(rank))
        for rank, precision in enumerate(
            (Precision.DAY, Precision.MONTH, Precision.HALF_YEAR, Precision.YEAR)
        )
    ),
    default=Value(9),
)


class MeetingQuerySet(RecordQuerySet):
    def in_calendar_order(self) -> "MeetingQuerySet":
        """By month, dated entries first: a month-only meeting never sorts as if on the 1st.
        Those without any date come last."""
        return self.order_by(
            TruncMonth("start").asc(nulls_last=True), VAGUENESS, "start", "end", "slug"
        )

    def convened_by_cim(self) -> "MeetingQuerySet":
        """Those that an organ of the CIM organizes."""
        ours = self.model.organizers.through.objects.filter(
            meeting=OuterRef("pk"), actor__kind=ActorKind.CIM_ORGAN
        )
        return self.filter(Exists(ours))

    def in_period(self, start: date, end: date) -> "MeetingQuerySet":
        """Those whose span touches the days from start to end."""
        return self.filter(start__lte=end, end__gte=start)

    def from_day(self, on: date) -> "MeetingQuerySet":
        """Those not over before that day, and not called off."""
        return self.filter(end__gte=on).exclude(
            state__in=(MeetingState.CANCELLED, MeetingState.POSTPONED)
        )

    def held_unconfirmed(self, on: date) -> "MeetingQuerySet":
        """Past ones that nobody has marked as held: scheduled, not confirmed as held."""
        return self.filter(end__lt=on, state=MeetingState.SCHEDULED).exclude(
            kind=MeetingKind.OBSERVANCE
        )

    def for_list(self) -> "MeetingQuerySet":
        """With what one line of a list shows."""
        return self.prefetch_related("organizers")


class Meeting(SpanFields, Record):
    """A meeting, training, observance or session, with what is known of its dates today."""

    slug = models.SlugField(
        _("address"),
        max_length=100,
        unique=True,
        help_text=_("Never changed, not even when its date moves."),
    )
    title = PlainCharField(_("title"), max_length=300)
    subtitle = PlainCharField(_("second title"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=MeetingKind, default=MeetingKind.MEETING
    )
    tentative = models.BooleanField(
        _("tentative"), default=False, help_text=_("The date may move: printed as an asterisk.")
    )
    city = PlainCharField(
        _("place"), max_length=200, blank=True, help_text=_("As people write it.")
    )
    country = CountryField(_("country"), blank=True)
    organizers = models.ManyToManyField(
        Actor, verbose_name=_("organizers"), blank=True, related_name="meetings_organized"
    )
    activities = models.ManyToManyField(
        Activity, verbose_name=_("activities it serves"), blank=True, related_name="meetings"
    )
    mandates = models.ManyToManyField(
        Mandate, verbose_name=_("mandates it serves"), blank=True, related_name="meetings"
    )
    follows = models.ManyToManyField(
        "self",
        verbose_name=_("follows up on"),
        symmetrical=False,
        blank=True,
        related_name="followed_by",
    )
    series = PlainCharField(
        _("series"),
        max_length=200,
        blank=True,
        db_index=True,
        help_text=_("The same words for each meeting of a series."),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=MeetingState, default=MeetingState.SCHEDULED
    )

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[organizers, activities, mandates, follows])

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("start", "end", "slug")
        indexes = (models.Index(fields=["start", "end"], name="meeting_span"),)
        constraints = (
            *span_constraints("meeting"),
            models.CheckConstraint(
                condition=one_of("kind", MeetingKind),
                name="meeting_kind_known",
                violation_error_message=_("Choose the kind of meeting."),
            ),
            models.CheckConstraint(
                condition=one_of("state", MeetingState),
                name="meeting_state_known",
                violation_error_message=_("Choose the state of the meeting."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=MeetingKind.OBSERVANCE) | Q(city="", country=""),
                name="meeting_observance_has_no_place",
                violation_error_message=_("An observance has no place."),
            ),
            models.CheckConstraint(
                condition=Q(tentative=False) | Q(start__isnull=False),
                name="meeting_tentative_has_dates",
                violation_error_message=_("Without dates there is nothing tentative."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.slug])

    def clean(self) -> None:
        """Refuse a span whose days do not fit its precision."""
        try:
            self.span  # noqa: B018 - building it checks it
        except (SpanError, ValueError) as error:
            raise ValidationError({"end": str(error)}) from error


class MeetingChangeQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> "MeetingChangeQuerySet":
        """Changes of meetings this user may see."""
        return self if may_see_drafts(user) else self.filter(published_condition(self.model))


class MeetingChange(models.Model):
    """One entry of a meeting's log: its dates or state, from what to what, who, when, why."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="changes"
    )
    act = models.CharField(_("act"), max_length=20, choices=MeetingAct)
    start_before = models.DateField(_("first day before"), null=True, blank=True)
    end_before = models.DateField(_("last day before"), null=True, blank=True)
    precision_before = models.CharField(
        _("how much was known"), max_length=10, choices=PrecisionChoices, blank=True
    )
    tentative_before = models.BooleanField(_("tentative before"))
    state_before = models.CharField(_("state before"), max_length=20, choices=MeetingState)
    start_after = models.DateField(_("first day after"), null=True, blank=True)
    end_after = models.DateField(_("last day after"), null=True, blank=True)
    precision_after = models.CharField(
        _("how much is known now"), max_length=10, choices=PrecisionChoices, blank=True
    )
    tentative_after = models.BooleanField(_("tentative after"))
    state_after = models.CharField(_("state after"), max_length=20, choices=MeetingState)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        related_name="+",
    )
    reason = PlainTextField(_("reason"), blank=True)

    objects = MeetingChangeQuerySet.as_manager()
    shown_with = ("meeting",)

    class Meta:
        verbose_name = _("change of a meeting")
        verbose_name_plural = _("changes of meetings")
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=one_of("act", MeetingAct),
                name="meeting_change_act_known",
                violation_error_message=_("Choose what was done."),
            ),
            models.CheckConstraint(
                condition=~Q(act=MeetingAct.CANCELLED) | ~Q(reason=""),
                name="meeting_change_cancelled_with_reason",
                violation_error_message=_("Say why the meeting is cancelled."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting}: {self.get_act_display()}"
