"""The one progress log, of mandates and of activities. It is added to and never edited."""

from datetime import UTC, date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from mandates.models.activities import Activity
from mandates.models.actors import Actor
from mandates.models.mandates import Mandate
from mandates.models.records import exactly_one_set, may_see_drafts, one_of, published_condition
from mandates.status import Status
from mandates.texts import PlainCharField, PlainTextField


class EvidenceFile(models.Model):
    """A file that shows what was done, kept in the database so that backups hold it."""

    name = PlainCharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ProgressReportQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> "ProgressReportQuerySet":
        """Reports on what this user may see."""
        return self if may_see_drafts(user) else self.filter(published_condition(self.model))

    def as_of(self, day: date) -> "ProgressReportQuerySet":
        """Those that hold on that day or earlier."""
        return self.filter(as_of__lte=day)

    def newest_first(self) -> "ProgressReportQuerySet":
        """The latest is max(as_of, recorded_at, id)."""
        return self.order_by("-as_of", "-recorded_at", "-pk")

    def latest_recorded(self) -> "ProgressReportQuerySet":
        """By when they were recorded, whatever day they hold as of, the last first."""
        return self.order_by("-recorded_at", "-as_of", "-pk")

    def for_log(self) -> "ProgressReportQuerySet":
        """With what an entry of a log shows; of a file its name, not its content. `is_corrected`
        says that a later entry corrects it."""
        later = self.model.objects.filter(corrects=OuterRef("pk"))
        rows = self.select_related("about", "evidence_file").defer("evidence_file__content")
        return rows.annotate(is_corrected=Exists(later.order_by()))


class ProgressReport(models.Model):
    """One entry of the log: a status, the day it holds as of, what was done, the evidence."""

    mandate = models.ForeignKey(
        Mandate,
        models.PROTECT,
        verbose_name=_("mandate"),
        null=True,
        blank=True,
        related_name="reports",
    )
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        verbose_name=_("activity"),
        null=True,
        blank=True,
        related_name="reports",
    )
    about = models.ForeignKey(
        Actor,
        models.PROTECT,
        verbose_name=_("about"),
        null=True,
        blank=True,
        related_name="own_reports",
        help_text=_("A state's own answer; it does not settle the mandate's status."),
    )
    status = models.CharField(_("status"), max_length=20, choices=Status)
    as_of = models.DateField(_("as of"), help_text=_("The day on which this held."))
    recorded_at = models.DateTimeField(_("recorded at"))
    done = PlainTextField(_("what was done"), blank=True)
    evidence_words = PlainTextField(
        _("words of the evidence"), blank=True, help_text=_("Quoted to the letter.")
    )
    evidence_document = PlainCharField(
        _("evidence document"), max_length=300, blank=True, help_text=_("A symbol or a title.")
    )
    evidence_url = models.URLField(_("evidence link"), max_length=500, blank=True)
    evidence_file = models.ForeignKey(
        EvidenceFile,
        models.PROTECT,
        verbose_name=_("evidence file"),
        null=True,
        blank=True,
        related_name="reports",
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("reported by"),
        null=True,
        blank=True,
        related_name="+",
    )
    batch = models.UUIDField(
        _("reported together"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Shared by what was reported in one step: one letter, five mandates."),
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        related_name="corrected_by",
    )

    objects = ProgressReportQuerySet.as_manager()
    shown_with = ("mandate", "activity", "about")

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ("-as_of", "-recorded_at", "-pk")
        indexes = (
            # The feeds and the first page tell of the latest.
            models.Index(fields=["-recorded_at", "-as_of", "-id"], name="report_recorded"),
            # With all that settles a status, so that thousands are read from the index alone.
            *(
                models.Index(
                    fields=[target, "-as_of", "-recorded_at", "-id", "about", "status"],
                    name=f"report_latest_of_{target}",
                )
                for target in ("mandate", "activity")
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=exactly_one_set("mandate", "activity"),
                name="report_on_one_thing",
                violation_error_message=_("A report is on a mandate or on an activity."),
            ),
            models.CheckConstraint(
                condition=one_of("status", Status),
                name="report_status_known",
                violation_error_message=_("Choose the status."),
            ),
            models.CheckConstraint(
                condition=Q(about=None) | Q(mandate__isnull=False),
                name="report_about_a_mandate",
                violation_error_message=_("An actor answers for a mandate, not for an activity."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on}: {self.get_status_display()} ({self.as_of})"

    @property
    def on(self) -> Mandate | Activity:
        """What it reports on."""
        return self.mandate or self.activity

    @property
    def anchor(self) -> str:
        """Where it stands on the page of what it reports on."""
        recorded = self.recorded_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        own = [self.about.slug] if self.about else []
        return "-".join(["r", f"{self.as_of:%Y%m%d}", recorded, *own])
