"""The admin of papers: the drafts of session reports, and what was issued, which is only read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import lazy
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calendar_app.admin import dates_of
from calendar_app.models import AgendaItem
from cimplan.admin import (
    LogAdmin,
    LogLines,
    TableOfLines,
    TracedAdmin,
    VersionedForm,
)
from desk.filters import AttentionFilter
from documents.apart import PaperError
from documents.issuing import digest_of, files_of, issue, prepare
from documents.models import IssuedDocument, IssuedFile, MandateNote, SessionReport
from documents.models.reports import ReportPart, all_parts
from documents.session_report import Report


def _parts_explained() -> str:
    known = "; ".join(f"{part.value} ({part.label})" for part in ReportPart)
    return gettext("One a line, in the order of the report. There are: %(known)s.") % {
        "known": known
    }


class SessionReportForm(VersionedForm):
    parts = forms.CharField(
        label=_("Parts, in order"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=lazy(_parts_explained, str)(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["parts"] = "\n".join(self.instance.parts)

    def clean_parts(self) -> list[str]:
        lines = self.cleaned_data["parts"].splitlines()
        return [line.strip() for line in lines if line.strip()] or all_parts()


class MandateNoteLines(TableOfLines):
    model = MandateNote
    fields = ("mandate", "text")
    autocomplete_fields = ("mandate",)
    list_select_related = ("mandate",)


@admin.register(SessionReport)
class SessionReportAdmin(TracedAdmin):
    """The draft of a session's report."""

    form = SessionReportForm
    list_display = ("__str__", "session_dates")
    list_filter = (AttentionFilter,)
    search_fields = ("session__slug", "introduction")
    autocomplete_fields = ("session",)
    list_select_related = ("session__term", "session__meeting")
    given_once = ("session",)
    fields = (
        "session",
        ("classification", "symbol"),
        ("title", "agenda_item"),
        "parts",
        "introduction",
    )
    inlines = (MandateNoteLines,)
    change_form_template = "documents/admin_report.html"

    def get_urls(self) -> list[Any]:
        issue = self.admin_site.admin_view(self.issue_view)
        name = "documents_sessionreport_issue"
        return [path("<int:pk>/issue/", issue, name=name), *super().get_urls()]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The items of the report's own session; of a new report the session is not known yet."""
        if db_field.name == "agenda_item":
            items = AgendaItem.objects.select_related("session__term")
            pk = request.resolver_match.kwargs.get("object_id")
            report = SessionReport.objects.filter(pk=pk).first() if pk else None
            kwargs["queryset"] = items.filter(session=report.session_id) if report else items.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def issue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would be issued; and, once that has been confirmed, the issued paper."""
        if not request.user.has_perm("documents.issue_document"):
            raise PermissionDenied
        drafts = self.get_queryset(request).select_related("session__term", "session__meeting")
        draft = get_object_or_404(drafts, pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "draft": draft,
            "title": _("Issue the report"),
        }
        try:
            report = prepare(draft, as_of=request.as_of, on=request.today)
            context |= {"report": report, "digest": digest_of(report)}
            if request.method == "POST":
                return self._issue(request, report, context["digest"])
        except ValidationError as error:
            context["problems"] = error.messages
        except PaperError:
            context["problems"] = [_("This paper is too long to be laid out.")]
        except IntegrityError:
            context["problems"] = [_("The paper has been issued in the meantime.")]
        return TemplateResponse(request, "documents/admin_issue.html", context)

    def _issue(self, request: HttpRequest, report: Report, digest: str) -> HttpResponse:
        """Issue exactly what was read: the form brings back what told it from all others."""
        if request.POST.get("digest") != digest:
            raise ValidationError(
                _("The records or the draft have changed since you opened this page: look again.")
            )
        document = issue(report=report, files=files_of(report), by=request.user, at=request.now)
        self.log_addition(request, document, [{"added": {}}])
        # Its page says so; a message would wait for the next page of the admin.
        return redirect(document)

    @admin.display(description=_("dates"), ordering="session__meeting__start")
    def session_dates(self, report: SessionReport) -> str:
        return dates_of(report.session.meeting)


@admin.register(MandateNote)
class MandateNoteAdmin(TracedAdmin):
    list_display = ("mandate", "report", "text_shortened")
    search_fields = ("mandate__reference", "report__session__slug", "text")
    autocomplete_fields = ("report", "mandate")
    list_select_related = ("mandate", "report__session__term")
    fields = ("report", "mandate", "text")

    @admin.display(description=_("text"), ordering="text")
    def text_shortened(self, note: MandateNote) -> str:
        return Truncator(note.text).words(15)


class IssuedFileLines(LogLines):
    model = IssuedFile
    fields = ("format", "size_shown", "sha256")
    readonly_fields = fields
    list_select_related = ("document",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")

    @admin.display(description=_("size"))
    def size_shown(self, file: IssuedFile) -> str:
        return filesizeformat(file.size)


@admin.register(IssuedDocument)
class IssuedDocumentAdmin(LogAdmin):
    """Papers as issued; a correction is a new revision, issued from the report's page."""

    list_display = ("__str__", "title", "session", "language", "as_of", "issued_at", "issued_by")
    list_filter = ("language",)
    search_fields = ("title", "symbol", "session__slug")
    list_select_related = ("session__term", "issued_by")
    fields = (
        "session",
        "title",
        ("symbol", "revision"),
        ("language", "as_of"),
        "changes",
        ("issued_at", "issued_by"),
    )
    inlines = (IssuedFileLines,)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content")


@admin.register(IssuedFile)
class IssuedFileAdmin(LogAdmin):
    """The files of issued papers, as they were stored when issued."""

    list_display = ("document", "format", "size_shown")
    list_filter = ("format",)
    search_fields = ("document__title", "document__symbol")
    list_select_related = ("document",)
    fields = ("document", "format", "size_shown", "sha256")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("content", "document__content")

    @admin.display(description=_("size"), ordering="size")
    def size_shown(self, file: IssuedFile) -> str:
        return filesizeformat(file.size)
