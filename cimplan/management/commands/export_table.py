"""manage.py export_table: a table as a spreadsheet, to be worked on and imported again."""

import argparse
from pathlib import Path
from typing import Any

from django.core.exceptions import BadRequest
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cimplan import clock
from cimplan.resources import RESOURCES
from cimplan.spreadsheets.writing import csv_of, xlsx_of


class Command(BaseCommand):
    help = "Write a table, drafts included, as .xlsx or .csv, as the file's name ends."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", choices=RESOURCES, help="the table")
        parser.add_argument("file", type=Path, help="where to; it must not be there yet")

    def handle(self, *args: Any, name: str, file: Path, **options: Any) -> None:
        resource = RESOURCES[name]()
        rows = resource.model._default_manager.order_by(*resource.model._meta.ordering)
        if file.suffix not in (".csv", ".xlsx"):
            raise CommandError(_("The file's name must end in .csv or .xlsx."))
        try:
            with file.open("xb") as out:
                if file.suffix == ".csv":
                    out.writelines(csv_of(resource, rows))
                else:
                    out.write(xlsx_of(resource, rows, clock.today()))
        except FileExistsError as error:
            raise CommandError(
                _("%(file)s is there already; nothing was written.") % {"file": file}
            ) from error
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": file, "reason": error.strerror}
            ) from error
        except BadRequest as error:
            file.unlink()
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(count)s rows.") % {"count": rows.count()})
