"""manage.py import_table: a spreadsheet into the registry, all of it or nothing."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from cimplan import clock
from cimplan.resources import RESOURCES
from cimplan.spreadsheets.files import Sheet, SheetError, read_sheet
from cimplan.spreadsheets.importing import Import
from cimplan.spreadsheets.outcome import Outcome

#: Notes printed; the rest are counted.
MOST_NOTES = 40


class Command(BaseCommand):
    help = "Import a table from .xlsx or CSV, through the same checks as in the admin."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=RESOURCES, help="the table")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="THEIRS=OURS",
            help="read their column as ours; may be given several times",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change")

    def handle(self, *args: Any, name: str, file: Path, **options: Any) -> None:
        resource = RESOURCES[name]()
        try:
            # Its bytes are let go of when they are read.
            sheet = read_sheet(
                file.read_bytes(), str(resource.title), limited=False, name=file.name
            )
            sheet = renamed(sheet, options["column"])
            importing = Import(resource, sheet, by=None, at=clock.now())
            form = "{percentage:3.0f} % |{bar}| {elapsed} < {remaining}"
            with tqdm(total=2 * len(sheet.rows), bar_format=form, disable=None) as bar:
                outcome = importing.run(
                    save=not options["dry_run"], in_words=False, progress=bar.update
                )
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s. Nothing was changed.")
                % {"file": file, "reason": error.strerror}
            ) from error
        except SheetError as error:
            raise CommandError(
                _("%(file)s: %(error)s Nothing was changed.") % {"file": file, "error": error}
            ) from error
        self._say(outcome, file, dry_run=options["dry_run"])
        if outcome.saved:
            # What was a good way through a table of a hundred rows is a bad one through 80,000.
            call_command("analyze")

    def _say(self, outcome: Outcome, file: Path, *, dry_run: bool) -> None:
        for note in outcome.notes[:MOST_NOTES]:
            self.stdout.write(note)
        if len(outcome.notes) > MOST_NOTES:
            more = len(outcome.notes) - MOST_NOTES
            self.stdout.write(
                ngettext("%(count)s more note.", "%(count)s more notes.", more) % {"count": more}
            )
        if outcome.problems:
            lines = "\n".join(str(problem) for problem in outcome.problems)
            raise CommandError(
                _("%(file)s: nothing was changed.\n%(problems)s")
                % {"file": file, "problems": lines}
            )
        if not outcome.added + outcome.changed:
            self.stdout.write(_("Everything is here already: 0 changes."))
            return
        counts = {"added": outcome.added, "changed": outcome.changed, "same": outcome.unchanged}
        done = _("%(added)s added, %(changed)s changed, %(same)s left as they are.") % counts
        if dry_run:
            done = _("Would be: %(done)s Nothing was changed.") % {"done": done}
        self.stdout.write(done)


def renamed(sheet: Sheet, pairs: list[str]) -> Sheet:
    """The sheet with headings of ours for theirs. Raises CommandError, SheetError."""
    ours = {}
    for pair in pairs:
        theirs, equals, own = pair.partition("=")
        if not equals or not own:
            raise CommandError(_("Write --column theirs=ours, not “%(pair)s”.") % {"pair": pair})
        if theirs not in sheet.headings:
            raise SheetError(
                _("There is no column “%(column)s”; the columns are: %(columns)s.")
                % {"column": theirs, "columns": ", ".join(sheet.headings)}
            )
        ours[theirs] = own
    return replace(sheet, headings=[ours.get(one, one) for one in sheet.headings])
