"""Whatever stands on the calendar, and the log of what became of its dates."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import ExtractYear, TruncMonth
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from calendar_app.dates import Precision, Span, SpanError
from calendar_app.models.spans import PrecisionChoices, SpanFields, span_constraints
from mandates.addresses import address_of
from mandates.log_order import end_of
from mandates.models import Activity, Actor, ActorKind, Mandate
from mandates.models.history import History
from mandates.models.records import (
    Record,
    may_see_drafts,
    one_of,
    published_condition,
)
from mandates.models.search import SearchedQuerySet
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
    MARKED_TENTATIVE = "tentative", _("Marked tentative")
    POSTPONED = "postponed", _("Postponed")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")
    RESTORED = "restored", _("Restored")


#: What a meeting's log keeps: these fields each as `…_before` and as `…_after`.
LOGGED = ("start", "end", "precision", "tentative", "state")
_DATES = LOGGED[:4]

#: The states of what is known not to take place on its dates.
CALLED_OFF = (MeetingState.CANCELLED, MeetingState.POSTPONED)


def as_it_stood(field: str, day: date, path: str = "") -> Case:
    """A logged field of a meeting as it stood at the end of a day, for use in a query: what the
    first entry of its log after that day says was there before, else what is there now.

    path: the lookup from a row to its meeting, where the row is not the meeting itself.
    """
    later = MeetingChange.objects.filter(
        meeting=OuterRef(path or "pk"), recorded_at__gte=end_of(day)
    ).order_by("recorded_at", "pk")
    return Case(
        When(Exists(later), then=Subquery(later.values(f"{field}_before")[:1])),
        default=F(f"{path}__{field}" if path else field),
    )


class MeetingQuerySet(SearchedQuerySet):
    def as_they_stood(self, day: date) -> "MeetingQuerySet":
        """With the dates and the state each had on that day: what is asked of the rows from here
        on, is asked of these."""
        return self.annotate(**{f"stood_{field}": as_it_stood(field, day) for field in LOGGED})

    def _at(self, field: str) -> str:
        """Where a logged field is: as it stood on the day looked back at, else as it is."""
        stood = f"stood_{field}"
        return stood if stood in self.query.annotations else field

    def in_calendar_order(self) -> "MeetingQuerySet":
        """By month, dated entries first: a month-only meeting never sorts as if on the 1st.
        Those without any date come last."""
        start, end = self._at("start"), self._at("end")
        # The vaguer a date, the later it sorts among those that start in the same month.
        ranks = (
            When(**{self._at("precision"): precision.value}, then=Value(rank))
            for rank, precision in enumerate(Precision)
        )
        vagueness = Case(*ranks, default=Value(len(Precision)))
        month = TruncMonth(start, output_field=models.DateField()).asc(nulls_last=True)
        return self.order_by(month, vagueness, start, end, "slug")

    def convened_by_cim(self) -> "MeetingQuerySet":
        """Those that an organ of the CIM organizes."""
        ours = self.model.organizers.through.objects.filter(
            meeting=OuterRef("pk"), actor__kind=ActorKind.CIM_ORGAN
        )
        return self.filter(Exists(ours))

    def in_period(self, start: date, end: date) -> "MeetingQuerySet":
        """Those whose span touches the days from start to end."""
        return self.filter(
            **{f"{self._at('start')}__lte": end, f"{self._at('end')}__gte": start},
        )

    def from_day(self, on: date) -> "MeetingQuerySet":
        """Those not over before that day, and not called off."""
        coming = self.filter(**{f"{self._at('end')}__gte": on})
        return coming.exclude(**{f"{self._at('state')}__in": CALLED_OFF})

    def over_before(self, on: date) -> "MeetingQuerySet":
        """Those whose last possible day is past."""
        return self.filter(**{f"{self._at('end')}__lt": on})

    def with_tentative_dates(self) -> "MeetingQuerySet":
        """Those whose date may move."""
        return self.filter(**{self._at("tentative"): True})

    def without_vague_dates(self) -> "MeetingQuerySet":
        """All but those of which only the month is known, or less than that."""
        vague = [precision.value for precision in Precision if precision is not Precision.DAY]
        return self.exclude(**{f"{self._at('precision')}__in": vague})

    def years(self) -> list[int]:
        """The years that meetings touch, in order."""
        start, end = self._at("start"), self._at("end")
        dated = self.order_by().filter(**{f"{start}__isnull": False})
        years = dated.annotate(first_year=ExtractYear(start), last_year=ExtractYear(end))
        spans = years.values_list("first_year", "last_year")
        return sorted({year for first, last in spans.distinct() for year in range(first, last + 1)})

    def undated(self) -> "MeetingQuerySet":
        """Those of which no date is known at all."""
        return self.filter(**{self._at("start"): None})

    def held_unconfirmed(self, on: date) -> "MeetingQuerySet":
        """Past ones that nobody has marked as held: scheduled, not confirmed as held."""
        return self.filter(self._unconfirmed(on))

    def to_be_confirmed(self, start: date, end: date) -> "MeetingQuerySet":
        """Those still to be held whose dates may move, and touch the days from start to end."""
        movable = self.in_period(start, end).with_tentative_dates()
        return movable.filter(**{self._at("state"): MeetingState.SCHEDULED})

    def for_list(self, on: date) -> "MeetingQuerySet":
        """With what one line of a list shows: `unconfirmed` says that it is past, and that nobody
        has marked it as held."""
        unconfirmed = Case(When(self._unconfirmed(on), then=True), default=False)
        return self.annotate(unconfirmed=unconfirmed)

    def with_log(self, on: date) -> "MeetingQuerySet":
        """With `log`, what became of its dates by the end of that day, the latest first, and
        `saved_at`, when it was last saved; None where no history says so."""
        log = models.Prefetch("changes", MeetingChange.objects.until(on), to_attr="log")
        saved = Meeting.history.model.objects.filter(id=OuterRef("pk")).order_by("-history_date")
        latest = Subquery(saved.values("history_date")[:1])
        return self.prefetch_related(log).annotate(saved_at=latest)

    def without_dates_once_in(self, start: date, end: date, on: date) -> "MeetingQuerySet":
        """Those without dates on that day whose last dates touched the days from start to end,
        which a calendar of these days may not silently drop. With what they were."""
        given_up = MeetingChange.objects.until(on).filter(
            meeting=OuterRef("pk"), start_before__isnull=False, start_after=None
        )
        were = {f"was_{one}": Subquery(given_up.values(f"{one}_before")[:1]) for one in _DATES}
        rows = self.undated().annotate(**were)
        return rows.filter(was_start__lte=end, was_end__gte=start)

    def _unconfirmed(self, on: date) -> Q:
        past = {f"{self._at('end')}__lt": on, self._at("state"): MeetingState.SCHEDULED}
        # Observances are not held, so there is nothing about them to confirm.
        return Q(**past) & ~Q(kind=MeetingKind.OBSERVANCE)


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
    history = History(m2m_fields=[organizers, activities, mandates, follows])
    searched = ("title", "subtitle", "city", "series")

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
        return address_of("meeting", self.slug)

    @property
    def stood(self) -> Span | None:
        """The span a page shows: as it stood on the day looked back at, else as it is."""
        if "stood_start" not in self.__dict__:
            return self.span
        if self.stood_start is None:
            return None
        return Span(self.stood_start, self.stood_end, Precision(self.stood_precision))

    def is_under_way(self, on: date) -> bool:
        """Whether it is on that day, by the dates a page shows; of one known to the month only,
        nobody can say. The next session is the first that is not over and not under way."""
        span = self.stood
        return bool(span and span.precision == Precision.DAY and span.start <= on <= span.end)

    @property
    def stood_as_tentative(self) -> bool:
        """Whether the span a page shows was tentative."""
        return bool(self.__dict__.get("stood_tentative", self.tentative))

    @property
    def stood_as(self) -> MeetingState:
        """The state a page shows."""
        return MeetingState(self.__dict__.get("stood_state", self.state))

    @property
    def was_to_be(self) -> str:
        """The dates it had before it was left without any, as printed; "" where it had none."""
        return _printed(*(getattr(self, f"was_{one}", None) for one in _DATES))

    @property
    def is_called_off(self) -> bool:
        """Whether it is known not to take place on its dates, those the page shows."""
        return self.stood_as in CALLED_OFF

    @property
    def place(self) -> str:
        """The place as people write it, else the country's name."""
        return self.city or self.country.name

    def clean(self) -> None:
        """Refuse a span whose days do not fit its precision, and dates of what is put off: what is
        due at it would become overdue by them."""
        try:
            dated = self.span is not None
        except (SpanError, ValueError) as error:
            raise ValidationError({"end": str(error)}) from error
        if dated and self.state == MeetingState.POSTPONED:
            words = _(
                "What is postponed has no dates until new ones are known: clear them. Where the "
                "new ones are known, leave it scheduled and give those."
            )
            raise ValidationError({"state": words})


class MeetingChangeQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> "MeetingChangeQuerySet":
        """Changes of meetings this user may see."""
        return self if may_see_drafts(user) else self.filter(published_condition(self.model))

    def until(self, day: date) -> "MeetingChangeQuerySet":
        """Those recorded by the end of that day, the latest first."""
        return self.filter(recorded_at__lt=end_of(day)).order_by("-recorded_at", "-pk")

    def since(self, day: date) -> "MeetingChangeQuerySet":
        """Those recorded after that day."""
        return self.filter(recorded_at__gte=end_of(day))


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

    @property
    def span_before(self) -> Span | None:
        """The span that was given up; None where there was none."""
        return _span(self.start_before, self.end_before, self.precision_before)

    @property
    def dates_before(self) -> str:
        """The dates that were given up, as printed; "" where there were none."""
        return _printed(
            self.start_before, self.end_before, self.precision_before, self.tentative_before
        )

    @property
    def dates_after(self) -> str:
        """The dates that took their place, as printed; "" where none did."""
        return _printed(
            self.start_after, self.end_after, self.precision_after, self.tentative_after
        )


def _span(start: date | None, end: date | None, precision: str | None) -> Span | None:
    if start is None or end is None:
        return None
    return Span(start, end, Precision(precision))


def _printed(
    start: date | None, end: date | None, precision: str | None, tentative: bool | None
) -> str:
    span = _span(start, end, precision)
    return span.printed(bool(tentative)) if span else ""
