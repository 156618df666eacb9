"""manage.py print_plan: a work plan out of the registry, as it was printed."""

import argparse
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents.apart import PaperError
from documents.composing import compose_plan
from documents.docx import docx_of
from documents.issuing import standing_alone
from documents.paper import PaperSize
from documents.pdf import pdf_of
from documents.plan_paper import paper_of_plan
from documents.text import render_text
from workplan.models import WorkPlan

FORMATS = ("text", "html", "pdf", "docx")
#: Those that a terminal can show.
READABLE = ("text", "html")
SIZES: tuple[PaperSize, ...] = ("letter", "a4")


class Command(BaseCommand):
    help = "Print a work plan from its rows, word for word as it was printed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--format", choices=FORMATS, default="text")
        parser.add_argument("--size", choices=SIZES, default="letter", help="of a PDF or DOCX")
        parser.add_argument("--output", type=Path, help="a file; standard output where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = WorkPlan.objects.filter(year=options["year"]).first()
        if plan is None:
            years = ", ".join(str(year) for year in WorkPlan.objects.values_list("year", flat=True))
            raise CommandError(
                _("There is no plan of %(year)s. There are plans of: %(years)s.")
                % {"year": options["year"], "years": years or _("no year yet")}
            )
        content = _printed(plan, options["format"], options["size"])
        if options["output"] is None:
            if options["format"] in READABLE:
                self.stdout.write(content.decode(), ending="")
            else:
                sys.stdout.buffer.write(content)
            return
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": options["output"], "reason": error.strerror}
            ) from error


def _printed(plan: WorkPlan, known_as: str, size: PaperSize) -> bytes:
    if known_as == "text":
        return render_text(compose_plan(plan)).encode()
    paper = paper_of_plan(plan)
    if known_as == "html":
        return standing_alone(paper)
    try:
        return pdf_of(paper, size) if known_as == "pdf" else docx_of(paper, size)
    except PaperError as error:
        raise CommandError(_("The plan is too long to be laid out.")) from error
