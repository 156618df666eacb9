"""Papers as issued: their content and files are frozen. A correction is a new revision."""

from django.conf import settings
from django.db import models
from django.db.models import Max, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Session
from mandates.models.records import RecordQuerySet, one_of
from mandates.texts import PlainCharField, PlainTextField


class FileFormat(models.TextChoices):
    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"


class IssuedDocumentQuerySet(RecordQuerySet):
    def reports_to(self, session: Session) -> "IssuedDocumentQuerySet":
        """The report to a session, each of its revisions, the latest first."""
        return self.filter(session=session, slug__startswith="report-").order_by("-revision")

    def next_revision(self) -> int:
        """The number the next of these revisions has: 0 where nothing has been issued."""
        last = self.aggregate(last=Max("revision"))["last"]
        return 0 if last is None else last + 1

    def with_symbol_elsewhere(self, symbol: str, session: Session) -> "IssuedDocumentQuerySet":
        """The papers of other sessions that bear a symbol; none bears "", which is no symbol."""
        bearing = self.filter(symbol=symbol).exclude(session=session)
        return bearing if symbol else self.none()

    def for_list(self) -> "IssuedDocumentQuerySet":
        """With what a line of a list shows: of the content and the files not a byte."""
        files = Prefetch("files", IssuedFile.objects.defer("content").order_by("format"))
        papers = self.defer("content").select_related("session__term").prefetch_related(files)
        return papers.order_by("-issued_at", "-pk")


class IssuedDocument(models.Model):
    """One revision of one paper, as it was issued."""

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, help_text=_("Such as report-2003-1-rev-1.")
    )
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

    objects = IssuedDocumentQuerySet.as_manager()
    #: A session that is a draft again takes its papers with it.
    shown_with = ("session",)

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
            models.UniqueConstraint(
                fields=["symbol", "language", "revision"],
                condition=~Q(symbol=""),
                name="issued_symbol_unique",
                violation_error_message=_("A paper with this symbol has been issued already."),
            ),
        )

    def __str__(self) -> str:
        named = self.symbol or self.title
        return f"{named} rev. {self.revision}" if self.revision else named

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.slug])


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
