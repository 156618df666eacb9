"""Work plans as they were printed: their sections, rows and entries, word for word.

What was printed never changes. Each printed row points at the live record it speaks of.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calendar_app.dates import SpanError, parse_span
from calendar_app.models import AgendaItem, Meeting
from mandates.models import Activity, Mandate
from mandates.models.history import History
from mandates.models.records import (
    Record,
    RecordQuerySet,
    Versioned,
    exactly_one_set,
    one_of,
)
from mandates.models.search import SearchedQuerySet
from mandates.texts import PlainCharField, PlainTextField
from workplan.models.areas import ProgramArea


class PlanState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ADOPTED = "adopted", _("Adopted")


class WorkPlan(Record):
    """One year's plan: a document about mandates and meetings, which exist without it."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    front_matter = PlainTextField(
        _("front matter"), blank=True, help_text=_("Line by line, as printed.")
    )
    introduction = PlainTextField(_("introduction"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    state = models.CharField(
        _("state"), max_length=20, choices=PlanState, default=PlanState.PROPOSED
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        verbose_name=_("put to"),
        null=True,
        blank=True,
        related_name="plans",
        help_text=_("The agenda item under which a session took it up."),
    )

    history = History()

    class Meta:
        verbose_name = _("work plan")
        verbose_name_plural = _("work plans")
        ordering = ("-year",)
        constraints = (
            models.CheckConstraint(
                condition=one_of("state", PlanState),
                name="plan_state_known",
                violation_error_message=_("Choose the state of the plan."),
            ),
        )

    def __str__(self) -> str:
        return gettext("Work Plan %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("plan", args=[self.year])


class SectionKind(models.TextChoices):
    TEXT = "text", _("Text")
    CALENDAR = "calendar", _("Calendar")
    MANDATES = "mandates", _("Mandates")


class SectionQuerySet(SearchedQuerySet):
    def for_narrative(self, user: object, as_of: date) -> "SectionQuerySet":
        """With what a page shows of its text: the activities it speaks of, each with its status,
        and its area."""
        return self.select_related("plan", "parent").prefetch_related(
            Prefetch("quotations", Quotation.objects.with_activities(user, as_of)),
            Prefetch("area", ProgramArea.objects.visible_to(user)),
        )


class Section(Versioned):
    """A numbered part of a plan. A calendar or mandates section holds no words of its own
    but those around its table: the table is made from the plan's entries and rows."""

    plan = models.ForeignKey(
        WorkPlan, models.CASCADE, verbose_name=_("plan"), related_name="sections"
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("part of"),
        null=True,
        blank=True,
        related_name="parts",
    )
    position = models.PositiveSmallIntegerField(
        _("position"), help_text=_("Among all sections of the plan, in the order one reads them.")
    )
    slug = models.SlugField(
        _("anchor"), max_length=20, help_text=_("Such as i-a: its place in the plan's address.")
    )
    number = PlainCharField(
        _("number"), max_length=20, help_text=_("With its punctuation, as printed.")
    )
    heading = PlainTextField(_("heading"), help_text=_("With its punctuation, as printed."))
    run_in = models.BooleanField(
        _("run in"), default=False, help_text=_("The text goes on in the heading's own line.")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SectionKind, default=SectionKind.TEXT)
    body = PlainTextField(_("body"), blank=True, help_text=_("A blank line separates paragraphs."))
    table_heading = PlainTextField(
        _("heading of the table"),
        blank=True,
        help_text=_("A calendar's title, or the mandates table's column headings, one a line."),
    )
    table_footnote = PlainTextField(_("footnote of the table"), blank=True)
    area = models.ForeignKey(
        ProgramArea,
        models.SET_NULL,
        verbose_name=_("program area"),
        null=True,
        blank=True,
        related_name="sections",
    )

    objects = SectionQuerySet.as_manager()
    history = History()
    shown_with = ("plan",)
    searched = ("heading", "body")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("plan", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="section_position_unique",
                violation_error_message=_("Another section has this position."),
            ),
            models.UniqueConstraint(
                fields=["plan", "slug"],
                name="section_slug_unique",
                violation_error_message=_("Another section has this anchor."),
            ),
            models.CheckConstraint(
                condition=one_of("kind", SectionKind),
                name="section_kind_known",
                violation_error_message=_("Choose the kind of section."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan.year}, {self.number} {self.heading}"

    def get_absolute_url(self) -> str:
        return f"{reverse('plan', args=[self.plan.year])}#{self.slug}"

    @property
    def place(self) -> str:
        """Where in its plan one finds it."""
        number = f"{self.parent.number} {self.number}" if self.parent else self.number
        return gettext("section %(number)s") % {"number": number}

    @property
    def table_headings(self) -> list[str]:
        """The column headings of its table, as printed."""
        return self.table_heading.splitlines()

    @property
    def activities_spoken_of(self) -> list[Activity]:
        """The activities its text speaks of, each once, in its order."""
        return list(dict.fromkeys(quotation.activity for quotation in self.quotations.all()))


class CalendarEntry(Versioned):
    """A line of a plan's calendar as printed, and the meeting it speaks of."""

    plan = models.ForeignKey(
        WorkPlan, models.CASCADE, verbose_name=_("plan"), related_name="entries"
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="entries"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    dates = PlainCharField(_("dates"), max_length=100, help_text=_("As printed."))
    lines = PlainTextField(_("title and place"), help_text=_("As printed, each on its own line."))

    history = History()
    shown_with = ("plan", "meeting")

    class Meta:
        verbose_name = _("calendar entry")
        verbose_name_plural = _("calendar entries")
        ordering = ("plan", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="entry_position_unique",
                violation_error_message=_("Another entry has this position."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dates}: {self.lines.splitlines()[0] if self.lines else ''}"

    def get_absolute_url(self) -> str:
        return f"{reverse('plan', args=[self.plan.year])}#entry-{self.position}"

    @property
    def place(self) -> str:
        """Where in its plan one finds it."""
        return gettext("calendar, %(dates)s") % {"dates": self.dates}

    @property
    def has_moved(self) -> bool:
        """Whether the meeting's dates are others than the plan printed, the asterisk included."""
        try:
            printed = parse_span(self.dates, year=self.plan.year)
        except SpanError:
            return self.meeting.stood is not None
        standing = (self.meeting.stood, self.meeting.stood_as_tentative)
        return (printed.span, printed.tentative) != standing


class MandateRowQuerySet(RecordQuerySet):
    def printing(self, mandate: Mandate) -> "MandateRowQuerySet":
        """The rows in which plans print a mandate: its own; where it has none in a plan, that of
        the paragraph whose cell its list stands in."""
        own = MandateRow.objects.filter(plan=OuterRef("plan"), mandate=mandate)
        return self.filter(Q(mandate=mandate) | Q(mandate=mandate.parent_id) & ~Exists(own))

    def for_table(self, user: object, as_of: date) -> "MandateRowQuerySet":
        """With what the printed table links to, row by row."""
        quotations = Quotation.objects.with_activities(user, as_of)
        return (
            self.select_related("mandate__resolution")
            .prefetch_related(Prefetch("quotations", quotations))
            .order_by("position")
        )


class MandateRow(Versioned):
    """A row of a plan's mandates table as printed, and the mandate it quotes."""

    plan = models.ForeignKey(WorkPlan, models.CASCADE, verbose_name=_("plan"), related_name="rows")
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, verbose_name=_("mandate"), related_name="rows"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    symbol = PlainCharField(
        _("symbol"), max_length=100, blank=True, help_text=_("On a resolution's first row.")
    )
    title = PlainTextField(
        _("title"), blank=True, help_text=_("Whole, on a resolution's first row.")
    )
    mandate_cell = PlainTextField(_("mandate"), help_text=_("As printed."))
    activities_cell = PlainTextField(
        _("suggested activities"), blank=True, help_text=_("As printed.")
    )

    objects = MandateRowQuerySet.as_manager()
    history = History()
    shown_with = ("plan", "mandate")

    class Meta:
        verbose_name = _("row of the mandates table")
        verbose_name_plural = _("rows of the mandates table")
        ordering = ("plan", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="row_position_unique",
                violation_error_message=_("Another row has this position."),
            ),
            models.UniqueConstraint(
                fields=["plan", "mandate"],
                name="row_mandate_once_a_plan",
                violation_error_message=_("The plan has a row for this mandate already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan.year}, {self.position}: {self.mandate}"

    def get_absolute_url(self) -> str:
        return f"{reverse('plan', args=[self.plan.year])}#row-{self.position}"

    @property
    def place(self) -> str:
        """Where in its plan one finds it."""
        return gettext("row %(position)s") % {"position": self.position}


class QuotationQuerySet(RecordQuerySet):
    def with_activities(self, user: object, as_of: date) -> "QuotationQuerySet":
        """Those this user may see, in printed order, each with its activity and its status."""
        activities = Activity.objects.visible_to(user).with_status(as_of)
        shown = self.visible_to(user).order_by("position")
        return shown.prefetch_related(Prefetch("activity", activities))

    def for_list(self) -> "QuotationQuerySet":
        """With the place each is quoted from: plan by plan, sections before rows."""
        places = ("section__plan", "section__parent", "row__plan", "row__mandate")
        return self.select_related(*places).order_by(
            Coalesce("section__plan__year", "row__plan__year"),
            F("section__position").asc(nulls_last=True),
            "row__position",
            "position",
        )


class Quotation(Versioned):
    """Words of a section, or of a row's activities cell, that are an activity: "See above"
    among them, once for each activity it refers to."""

    section = models.ForeignKey(
        Section,
        models.CASCADE,
        verbose_name=_("section"),
        null=True,
        blank=True,
        related_name="quotations",
    )
    row = models.ForeignKey(
        MandateRow,
        models.CASCADE,
        verbose_name=_("row"),
        null=True,
        blank=True,
        related_name="quotations",
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, verbose_name=_("activity"), related_name="quotations"
    )
    words = PlainTextField(_("words"), help_text=_("As printed."))
    position = models.PositiveSmallIntegerField(_("position"))

    objects = QuotationQuerySet.as_manager()
    history = History()
    shown_with = ("section", "row", "activity")

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ("section", "row", "position")
        constraints = (
            models.CheckConstraint(
                condition=exactly_one_set("section", "row"),
                name="quotation_of_one_place",
                violation_error_message=_("Words are quoted from a section or from a row."),
            ),
            models.UniqueConstraint(
                fields=["section", "position"],
                condition=Q(section__isnull=False),
                name="quotation_position_in_section_unique",
                violation_error_message=_("Another quotation has this position."),
            ),
            models.UniqueConstraint(
                fields=["row", "position"],
                condition=Q(row__isnull=False),
                name="quotation_position_in_row_unique",
                violation_error_message=_("Another quotation has this position."),
            ),
        )

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        """Refuse words that do not stand where they are said to be quoted from."""
        if self.section_id is None and self.row_id is None:
            return
        source = self.section.body if self.section_id else self.row.activities_cell
        # Line ends and double blanks are the printer's; the words are what is quoted.
        if " ".join(self.words.split()) not in " ".join(source.split()):
            raise ValidationError({"words": _("These words do not stand there as typed.")})

    @property
    def plan(self) -> WorkPlan:
        """The plan it is quoted from."""
        return (self.section or self.row).plan
