"""manage.py print_report: the draft of the report to a session, in one format."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from calendar_app.models import Session
from cimplan import clock
from documents.apart import PaperError
from documents.docx import docx_of
from documents.issuing import standing_alone
from documents.paper import Paper, PaperSize
from documents.pdf import pdf_of
from documents.report_paper import paper_of_report
from documents.reporting import PUBLIC, compute_report, draft_of

FORMATS: dict[str, Callable[[Paper, PaperSize], bytes]] = {
    "html": lambda paper, size: standing_alone(paper),
    "pdf": pdf_of,
    "docx": docx_of,
}


class Command(BaseCommand):
    help = "Print the draft of the report to a session, as of today or of another day."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("session", help="such as 2003-1")
        parser.add_argument("--format", choices=FORMATS, default="html")
        parser.add_argument("--size", choices=["letter", "a4"], default="letter")
        parser.add_argument("--as-of", type=date.fromisoformat, help="a day such as 2003-02-20")
        parser.add_argument("--output", type=Path, help="a file; standard output where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        session = self._session(options["session"])
        as_of = options["as_of"] or clock.today()
        if as_of > clock.today():
            raise CommandError(_("That day is yet to come."))
        report = compute_report(draft_of(session), as_of=as_of)
        try:
            content = FORMATS[options["format"]](paper_of_report(report), options["size"])
        except PaperError as error:
            raise CommandError(_("The report is too long to be laid out.")) from error
        if options["output"] is None:
            sys.stdout.buffer.write(content)
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": options["output"], "reason": error.strerror}
            ) from error

    def _session(self, slug: str) -> Session:
        sessions = Session.objects.visible_to(PUBLIC).select_related("term", "meeting")
        session = sessions.filter(slug=slug).first()
        if session is None:
            known = ", ".join(sessions.values_list("slug", flat=True))
            raise CommandError(
                _("There is no session %(slug)s. There are: %(known)s.")
                % {"slug": slug, "known": known or _("none yet")}
            )
        return session
