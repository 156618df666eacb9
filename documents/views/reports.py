"""The report to a session: its draft, for those who prepare it, and the papers as issued."""

import base64
import hashlib

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from calendar_app.models import Session
from cimplan.paging import page_of
from documents.docx import docx_of
from documents.html import html_of
from documents.issuing import what_hides
from documents.models import IssuedDocument, IssuedFile, SessionReport
from documents.models.issued import FileFormat
from documents.models.reports import may_see_draft_reports
from documents.paper import Paper
from documents.pdf import pdf_of
from documents.report_paper import paper_of_report
from documents.reporting import compute_report, draft_of
from documents.views.papers import laid_out
from mandates.models.records import may_see_drafts

CONTENT_TYPES = {
    FileFormat.HTML: "text/html; charset=utf-8",
    FileFormat.PDF: "application/pdf",
    FileFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

only_theirs = cache_control(private=True, no_store=True)


# --- the draft -------------------------------------------------------------------------------


@require_safe
@only_theirs
def report(request: HttpRequest, slug: str) -> HttpResponse:
    session = _session_for(request, slug)
    draft = draft_of(session)
    context = {
        "session": session,
        "draft": draft,
        "paper": html_of(_paper(request, draft)),
        "issued": IssuedDocument.objects.visible_to(request.user)
        .reports_to(session)
        .for_list()
        .first(),
    }
    return render(request, "documents/report.html", context)


@require_safe
@only_theirs
def report_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    draft = draft_of(_session_for(request, slug))
    content = laid_out(request, _paper(request, draft), pdf_of)
    return _file(content, FileFormat.PDF, f"report-{slug}-draft.pdf")


@require_safe
@only_theirs
def report_docx(request: HttpRequest, slug: str) -> HttpResponse:
    draft = draft_of(_session_for(request, slug))
    content = laid_out(request, _paper(request, draft), docx_of)
    return _file(content, FileFormat.DOCX, f"report-{slug}-draft.docx")


def _session_for(request: HttpRequest, slug: str) -> Session:
    """The session, for those who may read the draft of its report; for others there is none.

    Raises BadRequest for staff where readers do not see it, since the report is made of what they
    see.
    """
    if not may_see_draft_reports(request.user):
        raise Http404
    sessions = Session.objects.select_related("term", "meeting")
    session = get_object_or_404(sessions, slug=slug)
    if hidden := what_hides(session):
        if may_see_drafts(request.user):
            raise BadRequest(hidden)
        raise Http404
    return session


def _paper(request: HttpRequest, draft: SessionReport) -> Paper:
    return paper_of_report(compute_report(draft, as_of=request.as_of))


# --- what was issued -------------------------------------------------------------------------


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    issued = IssuedDocument.objects.visible_to(request.user).for_list()
    return render(request, "documents/papers.html", {"page": page_of(request, issued)})


@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    issued = IssuedDocument.objects.visible_to(request.user).for_list()
    document = get_object_or_404(issued, slug=slug)
    others = list(issued.reports_to(document.session).exclude(pk=document.pk))
    later = [one for one in others if one.revision > document.revision]
    context = {"document": document, "others": others, "latest": later[0] if later else None}
    return render(request, "documents/paper.html", context)


@require_safe
def paper_file(request: HttpRequest, slug: str, known_as: str) -> HttpResponse:
    """The file as it was stored when the paper was issued, byte for byte."""
    documents = IssuedDocument.objects.visible_to(request.user).defer("content")
    files = IssuedFile.objects.filter(document__in=documents, document__slug=slug)
    stored = get_object_or_404(files, format=known_as)
    content = bytes(stored.content)
    response = _file(content, FileFormat(stored.format), f"{slug}.{known_as}")
    response["ETag"] = f'"{stored.sha256}"'
    if stored.format == FileFormat.HTML:
        response["Content-Security-Policy"] = _policy_of(content)
    return response


def _file(content: bytes, known_as: FileFormat, name: str) -> HttpResponse:
    shown = "attachment" if known_as == FileFormat.DOCX else "inline"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES[known_as], headers=headers)


def _policy_of(content: bytes) -> str:
    """A file that stands alone brings its style along: that style, and nothing else."""
    _before, _start, rest = content.partition(b"<style>")
    style, _end, _after = rest.partition(b"</style>")
    known = base64.b64encode(hashlib.sha256(style).digest()).decode()
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"{nothing}; style-src 'sha256-{known}'"
