"""manage.py print_plan: a work plan out of the registry, as it was printed."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from documents.composing import compose_plan
from documents.text import render_text
from workplan.models import WorkPlan


class Command(BaseCommand):
    help = "Print a work plan from its rows, word for word as it was printed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--format", choices=["text"], default="text")
        parser.add_argument("--output", type=Path, help="a file; standard output where left out")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = WorkPlan.objects.filter(year=options["year"]).first()
        if plan is None:
            years = ", ".join(str(year) for year in WorkPlan.objects.values_list("year", flat=True))
            raise CommandError(
                _("There is no plan of %(year)s. There are plans of: %(years)s.")
                % {"year": options["year"], "years": years or _("no year yet")}
            )
        text = render_text(compose_plan(plan))
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": options["output"], "reason": error.strerror}
            ) from error
