"""By when a mandate or an activity is due."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from calendar_app.dates import Precision, Span, SpanError
from calendar_app.models.meetings import (
    Meeting,
    MeetingAct,
    MeetingChange,
    MeetingQuerySet,
    MeetingState,
    as_it_stood,
)
from calendar_app.models.sessions import Session
from calendar_app.models.spans import SpanFields, span_constraints
from mandates.log_order import end_of
from mandates.models import Activity, Mandate
from mandates.models.history import History
from mandates.models.progress_status import latest_status
from mandates.models.records import RecordQuerySet, Versioned, exactly_one_set
from mandates.status import OPEN_STATUSES, SETTLED_STATUSES, Status
from mandates.texts import PlainTextField


class DeadlineQuerySet(RecordQuerySet):
    def as_they_stood(self, day: date) -> "DeadlineQuerySet":
        """With the last possible day as it stood on that day, before what was moved since."""
        return self.annotate(last_day=Coalesce(as_it_stood("end", day, "meeting"), "end"))

    def with_last_day(self) -> "DeadlineQuerySet":
        """Annotate `last_day`, the last possible day: of the meeting it hangs on, or of its own
        span. None where the meeting has no dates."""
        if "last_day" in self.query.annotations:
            return self
        return self.annotate(last_day=Coalesce("meeting__end", "end"))

    def due_between(self, start: date, end: date) -> "DeadlineQuerySet":
        """Those whose last possible day lies from start to end."""
        return self.with_last_day().filter(last_day__range=(start, end))

    def with_status(self, on: date) -> "DeadlineQuerySet":
        """Annotate `status`: that of the mandate or the activity which is due."""
        return self.annotate(
            status=Coalesce(
                latest_status(on, mandate=OuterRef("mandate_id")),
                latest_status(on, activity=OuterRef("activity_id")),
                Value(Status.NO_REPORT.value),
            )
        )

    def overdue(self, on: date) -> "DeadlineQuerySet":
        """Those whose last possible day is past while the status is an open one."""
        return self.with_last_day().with_status(on).filter(_overdue(on))

    def upcoming(self, on: date) -> "DeadlineQuerySet":
        """Those whose last possible day is yet to pass, for as long as nothing settles them."""
        coming = self.with_last_day().with_status(on).filter(last_day__gte=on)
        return coming.exclude(status__in=SETTLED_STATUSES)

    def without_a_day(self, on: date) -> "DeadlineQuerySet":
        """Those at a meeting without dates, or a cancelled one, for as long as nothing settles
        them: no day makes them overdue."""
        rows = self.with_last_day().with_status(on).filter(meeting__isnull=False)
        waiting = rows.filter(Q(last_day=None) | Q(meeting__state=MeetingState.CANCELLED))
        return waiting.exclude(status__in=SETTLED_STATUSES)

    def due_before(self, session: Session) -> "DeadlineQuerySet":
        """Those due before the session is over: what is due at it is due by then as well."""
        return self.with_last_day().filter(last_day__lte=session.meeting.end)

    def by_last_day(self) -> "DeadlineQuerySet":
        """The soonest first; those whose meeting has no dates come last."""
        return self.with_last_day().order_by(F("last_day").asc(nulls_last=True), "pk")

    def for_list(self, on: date, meetings: MeetingQuerySet) -> "DeadlineQuerySet":
        """With what one line of a list shows, and `is_overdue`, the soonest first.

        meetings: those to be shown as what it hangs on, with the dates they are to have.
        """
        rows = self.select_related("mandate__resolution", "activity").with_status(on).by_last_day()
        overdue = Case(When(_overdue(on), then=True), default=False)
        rows = rows.annotate(is_overdue=overdue, **_before_it_moved(on))
        return rows.prefetch_related(Prefetch("meeting", meetings))


def _before_it_moved(on: date) -> dict[str, Subquery]:
    """The dates that the meeting of a deadline had before it moved for the last time."""
    moves = (MeetingAct.MOVED, MeetingAct.POSTPONED, MeetingAct.RESTORED)
    entries = MeetingChange.objects.filter(
        meeting=OuterRef("meeting"), act__in=moves, recorded_at__lt=end_of(on)
    ).exclude(start_before=None)
    last = entries.order_by("-recorded_at", "-pk")
    fields = ("start_before", "end_before", "precision_before")
    return {field: Subquery(last.values(field)[:1]) for field in fields}


def _overdue(on: date) -> Q:
    """The condition on `last_day` and `status`; "ongoing" has no end, so it is never overdue."""
    return Q(last_day__lt=on, status__in=OPEN_STATUSES)


def is_overdue(last_day: date | None, status: str, on: date) -> bool:
    """The same of a deadline that was read without its status."""
    return last_day is not None and last_day < on and status in OPEN_STATUSES


class Deadline(SpanFields, Versioned):
    """A day, a span, or a meeting by which something is due, with the words that set it."""

    mandate = models.ForeignKey(
        Mandate,
        models.CASCADE,
        verbose_name=_("mandate"),
        null=True,
        blank=True,
        related_name="deadlines",
    )
    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        verbose_name=_("activity"),
        null=True,
        blank=True,
        related_name="deadlines",
    )
    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        verbose_name=_("at the meeting"),
        null=True,
        blank=True,
        related_name="deadlines",
        help_text=_("It is due when the meeting is, and moves with it. Else give a span."),
    )
    words = PlainTextField(_("words"), help_text=_("Those that set it, as printed."))

    objects = DeadlineQuerySet.as_manager()
    history = History()
    shown_with = ("mandate", "activity", "meeting")

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ("pk",)
        constraints = (
            *span_constraints("deadline"),
            models.CheckConstraint(
                condition=exactly_one_set("mandate", "activity"),
                name="deadline_of_one_thing",
                violation_error_message=_("A deadline is a mandate's or an activity's."),
            ),
            models.CheckConstraint(
                condition=exactly_one_set("meeting", "start"),
                name="deadline_at_meeting_or_by_span",
                violation_error_message=_("Choose a meeting, or else give dates."),
            ),
        )

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Refuse a span whose days do not fit its precision."""
        try:
            self.span  # noqa: B018 - building it checks it
        except (SpanError, ValueError) as error:
            raise ValidationError({"end": str(error)}) from error

    @property
    def moved_from(self) -> Span | None:
        """The dates of its meeting before that moved, where it did; needs `for_list()`."""
        if getattr(self, "start_before", None) is None:
            return None
        span = Span(self.start_before, self.end_before, Precision(self.precision_before))
        return span if span != self.due else None

    @property
    def due(self) -> Span | None:
        """The span by the end of which it is due; None where its meeting has no dates yet."""
        return self.meeting.stood if self.meeting else self.span
