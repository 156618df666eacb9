"""The Executive Committee's terms, its sessions and their agendas."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from roman import toRoman

from calendar_app.models.meetings import CALLED_OFF, Meeting
from mandates.addresses import address_of
from mandates.models import Activity, Mandate
from mandates.models.history import History
from mandates.models.records import Record, RecordQuerySet, Versioned
from mandates.texts import PlainCharField, PlainTextField


class Term(Record):
    """The two years an elected Executive Committee serves."""

    start_year = models.PositiveSmallIntegerField(_("first year"), unique=True)
    end_year = models.PositiveSmallIntegerField(_("last year"))

    history = History()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ("start_year",)
        constraints = (
            models.CheckConstraint(
                condition=Q(end_year__gt=F("start_year")),
                name="term_ends_after_it_starts",
                violation_error_message=_("A term ends after it starts."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.start_year}-{self.end_year}"


class SessionQuerySet(RecordQuerySet):
    def coming(self, on: date) -> "SessionQuerySet":
        """Those that are not over before that day and not called off, the soonest first."""
        coming = self.filter(meeting__end__gte=on).exclude(meeting__state__in=CALLED_OFF)
        return coming.select_related("meeting", "term").order_by("meeting__end", "pk")

    def over_before(self, on: date) -> "SessionQuerySet":
        """Those that are over before that day and were not called off, the latest first."""
        over = self.filter(meeting__end__lt=on).exclude(meeting__state__in=CALLED_OFF)
        return over.select_related("meeting", "term").order_by("-meeting__end", "-pk")

    def before_and_after(self, session: "Session") -> dict[str, "Session | None"]:
        """The sessions before and after it: in its term, else the last of an earlier term and the
        first of a later one."""
        of_term, year = Q(term=session.term_id), session.term.start_year
        earlier = of_term & Q(ordinal__lt=session.ordinal) | Q(term__start_year__lt=year)
        later = of_term & Q(ordinal__gt=session.ordinal) | Q(term__start_year__gt=year)
        return {
            "before": self.filter(earlier).order_by("-term__start_year", "-ordinal").first(),
            "after": self.filter(later).order_by("term__start_year", "ordinal").first(),
        }


class Session(Record):
    """A numbered session of the Executive Committee: its place in the term, and its meeting."""

    slug = models.SlugField(
        _("address"),
        max_length=20,
        unique=True,
        help_text=_("The year first planned and the ordinal, such as 2003-1; never changed."),
    )
    term = models.ForeignKey(Term, models.PROTECT, verbose_name=_("term"), related_name="sessions")
    ordinal = models.PositiveSmallIntegerField(_("ordinal"), help_text=_("In its term."))
    meeting = models.OneToOneField(
        Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="session"
    )

    objects = SessionQuerySet.as_manager()
    history = History()
    shown_with = ("term", "meeting")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("term", "ordinal")
        constraints = (
            models.UniqueConstraint(
                fields=["term", "ordinal"],
                name="session_ordinal_unique",
                violation_error_message=_("The term has a session of this number already."),
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1),
                name="session_ordinal_from_one",
                violation_error_message=_("Sessions count from 1."),
            ),
        )

    def __str__(self) -> str:
        return gettext("%(ordinal)s Session (%(term)s)") % {
            "ordinal": self.roman,
            "term": self.term,
        }

    def get_absolute_url(self) -> str:
        return address_of("session", self.slug)

    @property
    def roman(self) -> str:
        """Its number as it is printed: I, II, III."""
        return str(toRoman(self.ordinal))


class AgendaItem(Versioned):
    """An item on a session's agenda, the decision asked, and the decision taken."""

    session = models.ForeignKey(
        Session, models.CASCADE, verbose_name=_("session"), related_name="agenda"
    )
    number = PlainCharField(_("number"), max_length=10, help_text=_("As on the agenda, such as 2."))
    position = models.PositiveSmallIntegerField(_("position"))
    title = PlainCharField(_("title"), max_length=300)
    decision_asked = PlainTextField(
        _("decision asked"), blank=True, help_text=_("What the Committee is asked to decide.")
    )
    decision_taken = PlainTextField(
        _("decision taken"), blank=True, help_text=_("What it decided, once it has.")
    )
    mandates = models.ManyToManyField(
        Mandate, verbose_name=_("mandates"), blank=True, related_name="agenda_items"
    )
    activities = models.ManyToManyField(
        Activity, verbose_name=_("activities"), blank=True, related_name="agenda_items"
    )

    history = History(m2m_fields=[mandates, activities])
    shown_with = ("session",)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("session", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["session", "number"],
                name="agenda_number_unique",
                violation_error_message=_("The agenda has an item of this number already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
