"""manage.py restore: a backup into an empty database."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cimplan import backups


class Command(BaseCommand):
    help = "Restore a backup into the database of DATABASE_URL, which must be empty."
    # The tables are not there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what manage.py backup made, its .json beside")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            held = backups.restore(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        said = _("Restored: %(rows)s rows in %(tables)s tables, as they were backed up.")
        counts = {"rows": f"{sum(held.rows.values()):,}", "tables": len(held.rows)}
        self.stdout.write(said % counts)
