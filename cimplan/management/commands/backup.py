"""manage.py backup: a backup that has been restored beside, and compared, before it is kept."""

import argparse
import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cimplan import backups

#: What ends a backup: a service's manager, and a terminal that goes away.
ENDS = (signal.SIGTERM, signal.SIGHUP)


def end(number: int, _frame: Any) -> None:
    """Clear away what is there so far, undisturbed: a shell passes its SIGHUP on once more."""
    for one in ENDS:
        signal.signal(one, signal.SIG_IGN)
    sys.exit(128 + number)


class Command(BaseCommand):
    help = "Back up the database into a new file, restore that beside, and compare the two."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where to; it must not be there yet")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        # Who stops it leaves no copy behind, neither a file nor a database.
        for one in ENDS:
            if signal.getsignal(one) != signal.SIG_IGN:  # as nohup has it
                signal.signal(one, end)
        try:
            held = backups.make(file)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        said = _("%(file)s: %(rows)s rows in %(tables)s tables, restored and compared.")
        counts = {"rows": f"{sum(held.rows.values()):,}", "tables": len(held.rows)}
        self.stdout.write(said % {"file": file, **counts})
