"""Papers as issued: their content and files are frozen. A correction is a new revision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Session
from mandates.models.records import one_of
from mandates.texts import PlainCharField, PlainTextField


class FileFormat(models.TextChoices):
    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


class IssuedDocument(models.Model):
    """One revision of one paper, as it was issued."""

    session = models.ForeignKey(
        Session, models.PROTECT, verbose_name=_("session"), related_name="papers"
    )
    title = PlainCharField(_("title"), max_length=300)
    symbol = PlainCharField(_("symbol"), max_length=100, blank=True)
    revision = models.PositiveSmallIntegerField(
        _("revision"), default=0, help_text=_("0 as first issued, then rev. 1, 2 …")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    as_of = models.DateField(_("as of"))
    content = models.JSONField(_("content"))
    changes = PlainTextField(
        _("what changed"), blank=True, help_text=_("From the revision before.")
    )
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("issued by"),
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        ordering = ("-as_of", "session", "-revision")
        permissions = (("issue_document", _("Can issue documents")),)
        constraints = (
            models.UniqueConstraint(
                fields=["session", "title", "language", "revision"],
                name="issued_revision_unique",
                violation_error_message=_("This revision has been issued already."),
            ),
        )

    def __str__(self) -> str:
        named = self.symbol or self.title
        return f"{named} rev. {self.revision}" if self.revision else named


class IssuedFile(models.Model):
    """One file of an issued paper, as it was stored when the paper was issued."""

    document = models.ForeignKey(
        IssuedDocument, models.PROTECT, verbose_name=_("document"), related_name="files"
    )
    format = models.CharField(_("format"), max_length=10, choices=FileFormat)
    content = models.BinaryField(_("content"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("issued file")
        verbose_name_plural = _("issued files")
        ordering = ("document", "format")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "format"], name="issued_file_format_unique"
            ),
            models.CheckConstraint(
                condition=one_of("format", FileFormat),
                name="issued_file_format_known",
                violation_error_message=_("Choose the format."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} ({self.get_format_display()})"
