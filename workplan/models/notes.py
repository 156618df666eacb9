"""Editorial notes: what the Secretariat remarks on the records, never mixed into their words."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Session
from mandates.models.history import History
from mandates.models.records import Record, RecordQuerySet, Versioned, one_of
from mandates.texts import PlainTextField
from workplan.models.plans import CalendarEntry, MandateRow, Section, WorkPlan


class NoteKind(models.TextChoices):
    CONTRADICTION = "contradiction", _("Contradiction")
    CORRECTION = "correction", _("Correction")
    COMMENT = "comment", _("Comment")


class EditorialNoteQuerySet(RecordQuerySet):
    def open_contradictions(self) -> "EditorialNoteQuerySet":
        """Places that contradict one another, which nobody has settled yet."""
        return self.filter(kind=NoteKind.CONTRADICTION, open=True)

    def on(self, *records: models.Model) -> "EditorialNoteQuerySet":
        """The notes one of whose targets is among these records."""
        among = Q()
        for record in records:
            kind = ContentType.objects.get_for_model(record)
            among |= Q(content_type=kind, object_id=record.pk)
        targets = NoteTarget.objects.filter(among, note=OuterRef("pk"))
        return self.filter(Exists(targets)) if records else self.none()

    def on_parts_of(self, plan: WorkPlan) -> "EditorialNoteQuerySet":
        """The notes on what a plan prints, each with those parts of it as the records of its
        `targets`; a target elsewhere is not among them."""
        printed = [
            Section.objects.filter(plan=plan).select_related("plan", "parent"),
            MandateRow.objects.filter(plan=plan).select_related("plan"),
            CalendarEntry.objects.filter(plan=plan).select_related("plan"),
        ]
        among = Q()
        for rows in printed:
            kind = ContentType.objects.get_for_model(rows.model)
            among |= Q(content_type=kind, object_id__in=rows.values("pk"))
        targets = NoteTarget.objects.filter(among)
        return self.filter(Exists(targets.filter(note=OuterRef("pk")))).prefetch_related(
            Prefetch("targets", targets.prefetch_related(GenericPrefetch("record", printed)))
        )


class EditorialNote(Record):
    """A contradiction, a correction or a comment, with the records it is about."""

    slug = models.SlugField(
        _("key"), max_length=100, unique=True, help_text=_("A short name for it; never changed.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=NoteKind,
        help_text=_("The words noted upon stay as printed, also where this is a correction."),
    )
    text = PlainTextField(_("text"))
    open = models.BooleanField(
        _("open"), default=True, db_index=True, help_text=_("Until somebody has settled it.")
    )

    objects = EditorialNoteQuerySet.as_manager()
    history = History()

    class Meta:
        verbose_name = _("editorial note")
        verbose_name_plural = _("editorial notes")
        ordering = ("slug",)
        constraints = (
            models.CheckConstraint(
                condition=one_of("kind", NoteKind),
                name="note_kind_known",
                violation_error_message=_("Choose the kind of note."),
            ),
        )

    def __str__(self) -> str:
        return self.text


class NoteTarget(Versioned):
    """One record an editorial note is about."""

    note = models.ForeignKey(
        EditorialNote, models.CASCADE, verbose_name=_("note"), related_name="targets"
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record"))
    record = GenericForeignKey("content_type", "object_id")

    history = History()
    shown_with = ("note",)

    class Meta:
        verbose_name = _("record it is about")
        verbose_name_plural = _("records it is about")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["note", "content_type", "object_id"],
                name="note_target_named_once",
                violation_error_message=_("The note is about this record already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.record)


def records_with_names() -> GenericPrefetch:
    """The records that notes are about, with what their names and keys are made of."""
    return GenericPrefetch(
        "record",
        [
            Section.objects.select_related("plan"),
            CalendarEntry.objects.select_related("plan", "meeting"),
            MandateRow.objects.select_related("plan", "mandate"),
            Session.objects.select_related("term"),
        ],
    )
