"""Issuing the report to a session: what it says and its files are frozen, for ever.

First `prepare` says what would be issued, then `files_of` lays it out, which takes a second or
two and holds no lock, then `issue` writes it down in one short transaction. Where somebody has
issued in between, nothing is written.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from calendar_app.models import Session
from documents.docx import docx_of
from documents.html import html_of
from documents.models import IssuedDocument, IssuedFile, SessionReport
from documents.models.issued import FileFormat
from documents.paper import Paper
from documents.pdf import pdf_of
from documents.report_paper import corrections, paper_of_report
from documents.reporting import compute_report
from documents.session_report import Report, differences


def prepare(draft: SessionReport, *, as_of: date, on: date) -> Report:
    """The report as it would be issued on a day: dated, and numbered after what has been issued;
    a revision says what changed from the paper before.

    Raises ValidationError where the session is not published, or where nothing has changed.
    """
    session = draft.session
    if hidden := what_hides(session):
        raise ValidationError(hidden)
    before = IssuedDocument.objects.reports_to(session).first()
    revision = before.revision + 1 if before else 0
    report = compute_report(draft, as_of=as_of, revision=revision)
    report = replace(report, masthead=replace(report.masthead, issued_on=on))
    if before is None:
        return report
    changed = corrections(differences(before.content, report.as_data()))
    if not changed:
        raise ValidationError(_("Nothing has changed since %(paper)s.") % {"paper": before})
    return replace(report, corrections=changed)


def what_hides(session: Session) -> str:
    """Which of the session, its term and its meeting readers do not see, in words that say what to
    do about it; "" where they see all three."""
    shown = (session, session.term, session.meeting)
    drafts = [one for one in shown if not one.published]
    if not drafts:
        return ""
    names = "; ".join(f"{one._meta.verbose_name} “{one}”" for one in drafts)
    words = _("A report is made of what readers see. Publish first: %(names)s.")
    return words % {"names": names}


def digest_of(report: Report) -> str:
    """What tells one report from another: the SHA-256 of all that it says, in hexadecimal."""
    return hashlib.sha256(json.dumps(report.as_data(), sort_keys=True).encode()).hexdigest()


def files_of(report: Report) -> dict[FileFormat, bytes]:
    """The files of a paper, Letter size where they have pages."""
    paper = paper_of_report(report)
    return {
        FileFormat.HTML: standing_alone(paper),
        FileFormat.PDF: pdf_of(paper, "letter"),
        FileFormat.DOCX: docx_of(paper, "letter"),
    }


def standing_alone(paper: Paper) -> bytes:
    """The paper as an HTML file that needs nothing but itself."""
    style = Path(finders.find("cimplan.css")).read_text(encoding="utf-8")
    # The style sheet is ours and no data; escaped, its ">" would mean nothing.
    context = {"paper": paper, "content": html_of(paper), "style": SafeString(style)}
    page = render_to_string("documents/standing_alone.html", context)
    return page.lstrip().encode(errors="replace")


@transaction.atomic
def issue(
    *, report: Report, files: Mapping[FileFormat, bytes], by: AbstractBaseUser | None, at: datetime
) -> IssuedDocument:
    """Freeze what a report says, and its files with their SHA-256.

    Raises ValidationError where somebody has issued it since it was prepared, and, at `symbol`,
    where another session's paper bears its symbol.
    """
    masthead = report.masthead
    # Locked: two people who issue at once come one after the other, and the second is told.
    session = Session.objects.select_for_update(of=("self",)).get(slug=report.session)
    issued = IssuedDocument.objects.reports_to(session)
    if issued.next_revision() != masthead.revision:
        raise ValidationError(
            _("%(paper)s has been issued in the meantime. Look at that first.")
            % {"paper": issued.first()}
        )
    if other := IssuedDocument.objects.with_symbol_elsewhere(masthead.symbol, session).first():
        taken = _("The %(session)s has issued a paper with this symbol.")
        raise ValidationError({"symbol": taken % {"session": other.session}})
    numbered = f"-rev-{masthead.revision}" if masthead.revision else ""
    document = IssuedDocument.objects.create(
        slug=f"report-{session.slug}{numbered}",
        session=session,
        title=masthead.title,
        symbol=masthead.symbol,
        revision=masthead.revision,
        language=masthead.language,
        as_of=report.as_of,
        content=report.as_data(),
        changes="\n".join(report.corrections),
        issued_at=at,
        issued_by=by,
    )
    IssuedFile.objects.bulk_create(
        IssuedFile(
            document=document,
            format=known_as,
            content=content,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for known_as, content in files.items()
    )
    return document
