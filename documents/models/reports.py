"""The draft of the report to a session, which the Secretariat prepares and then issues."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from calendar_app.models import AgendaItem, Session
from documents.models.issued import IssuedDocument
from mandates.models import Mandate
from mandates.models.history import History
from mandates.models.records import RecordQuerySet, Versioned, may_see_drafts
from mandates.texts import PlainCharField, PlainTextField


class ReportPart(models.TextChoices):
    CHAIR = "chair", _("One page for the chair")
    CHANGES = "changes", _("Changes since the last session")
    PROGRESS = "progress", _("Progress on each mandate")
    ACTIVITIES = "activities", _("Activities by area")
    CALENDAR = "calendar", _("Calendar until the next session")
    UNREPORTED = "unreported", _("Mandates with no activity and no report")
    CONTRADICTIONS = "contradictions", _("Open contradictions")


def all_parts() -> list[str]:
    """Every part, in the order a report has unless the Secretariat chooses another."""
    return list(ReportPart.values)


def may_see_draft_reports(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user is of the staff or of the Executive Committee."""
    return may_see_drafts(user) or (user.is_active and user.has_perm("documents.see_draft_reports"))


class SessionReportQuerySet(RecordQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "SessionReportQuerySet":
        """A draft report is for staff and for the Executive Committee."""
        return self if may_see_draft_reports(user) else self.none()

    def not_issued(self) -> "SessionReportQuerySet":
        """Those of which no revision has been issued; other papers of the session are none."""
        return self.filter(~Exists(IssuedDocument.objects.reports_to(OuterRef("session"))))


class SessionReport(Versioned):
    """What the Secretariat adds to a session's report: what stands in its masthead, its parts and
    their order, its words."""

    session = models.OneToOneField(
        Session, models.PROTECT, verbose_name=_("session"), related_name="report"
    )
    classification = PlainCharField(
        _("classification"), max_length=100, blank=True, help_text=_("Such as OEA/Ser.L/II.5.27.")
    )
    symbol = PlainCharField(
        _("symbol"),
        max_length=100,
        blank=True,
        help_text=_("Such as CIM/CD/doc.57/04, without the revision, which is numbered by itself."),
    )
    title = PlainCharField(
        _("title"), max_length=300, blank=True, help_text=_("Blank: the usual title.")
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        verbose_name=_("agenda item"),
        null=True,
        blank=True,
        related_name="reports",
        help_text=_("The item of the session’s agenda that the report is put to."),
    )
    parts = models.JSONField(_("parts, in order"), default=all_parts)
    introduction = PlainTextField(_("introduction"), blank=True)

    objects = SessionReportQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("session report")
        verbose_name_plural = _("session reports")
        ordering = ("session",)
        permissions = (("see_draft_reports", _("Can see draft reports")),)

    def __str__(self) -> str:
        return str(self.session)

    def clean(self) -> None:
        """Refuse parts that no report has, a part named twice, the symbol of another paper, and
        another session's item."""
        check_parts(self.parts)
        others = IssuedDocument.objects.with_symbol_elsewhere(self.symbol, self.session)
        if other := others.first():
            taken = _("The %(session)s has issued a paper with this symbol.")
            raise ValidationError({"symbol": taken % {"session": other.session}})
        if self.agenda_item and self.agenda_item.session_id != self.session_id:
            raise ValidationError({"agenda_item": _("Choose an item of this session’s agenda.")})


def check_parts(parts: Any) -> None:
    """Raise ValidationError where the parts are not a list of different known ones."""
    if not isinstance(parts, list) or not set(parts) <= set(ReportPart.values):
        known = ", ".join(ReportPart.values)
        raise ValidationError({"parts": _("Choose from: %(known)s.") % {"known": known}})
    if len(set(parts)) < len(parts):
        raise ValidationError({"parts": _("A part is named twice.")})


class MandateNoteQuerySet(RecordQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "MandateNoteQuerySet":
        """Notes belong to a draft report, and are for those who may see it."""
        return self.filter(report__in=SessionReport.objects.visible_to(user))


class MandateNote(Versioned):
    """A note of the Secretariat on one mandate, for one report."""

    report = models.ForeignKey(
        SessionReport, models.CASCADE, verbose_name=_("report"), related_name="notes"
    )
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, verbose_name=_("mandate"), related_name="report_notes"
    )
    text = PlainTextField(_("text"))

    objects = MandateNoteQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("note on a mandate")
        verbose_name_plural = _("notes on mandates")
        ordering = ("report", "mandate")
        constraints = (
            models.UniqueConstraint(
                fields=["report", "mandate"],
                name="mandate_note_once_a_report",
                violation_error_message=_("The report has a note on this mandate already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mandate}: {self.text}"
