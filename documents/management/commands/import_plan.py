"""manage.py import_plan: a printed work plan into the registry."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from cimplan import clock
from documents.fixtures import FixtureError, load_fixtures
from documents.loading import Loaded, PlanRefused, load_plan, what_was_read
from documents.reading import DocumentError, Reading, read_plan
from mandates.models.history import history_dated
from workplan.models import WorkPlan


class Command(BaseCommand):
    help = "Read a printed work plan into the registry. Nothing that is there is overwritten."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the plan, as text")
        parser.add_argument(
            "--fixtures",
            type=Path,
            help="a folder of YAML files with what takes judgement, loaded with a new plan",
        )
        parser.add_argument(
            "--if-absent", action="store_true", help="do nothing where the plan is there already"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        reading = self._read(options["file"])
        year = reading.document.year
        if options["if_absent"] and WorkPlan.objects.filter(year=year).exists():
            self.stdout.write(_("The plan of %(year)s is here; nothing to do.") % {"year": year})
            return
        self.stdout.write(_("Read: %(counts)s.") % {"counts": what_was_read(reading.document)})
        for line in reading.unplaced:
            self.stdout.write(
                _("Not placed, line %(line)d: %(text)s") % {"line": line.line, "text": line.text}
            )
        with history_dated(clock.now()), transaction.atomic():
            loaded = self._load(reading, options["fixtures"])
            if options["dry_run"]:
                transaction.set_rollback(True)
        self._say(loaded, options["dry_run"])

    def _read(self, file: Path) -> Reading:
        try:
            return read_plan(file.read_bytes())
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s. Nothing was changed.")
                % {"file": file, "reason": error.strerror}
            ) from error
        except DocumentError as error:
            raise CommandError(
                _("%(file)s: %(error)s Nothing was changed.") % {"file": file, "error": error}
            ) from error

    def _load(self, reading: Reading, fixtures: Path | None) -> Loaded:
        try:
            loaded = load_plan(reading.document)
            if fixtures is not None and loaded.created:
                load_fixtures(fixtures, loaded)
        except (PlanRefused, FixtureError) as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            problems = " ".join(error.messages)
            raise CommandError(
                _("%(problems)s Nothing was changed.") % {"problems": problems}
            ) from error
        return loaded

    def _say(self, loaded: Loaded, dry_run: bool) -> None:
        for remark in loaded.remarks:
            self.stdout.write(remark)
        if not loaded.created:
            self.stdout.write(_("Everything is here already: 0 changes."))
            return
        made = ", ".join(f"{count} {name}" for name, count in loaded.created.items())
        if dry_run:
            self.stdout.write(_("Would make: %(made)s. Nothing was changed.") % {"made": made})
        else:
            self.stdout.write(_("Made: %(made)s.") % {"made": made})
