#!/usr/bin/env python
"""Django's command line for cimplan."""

import os
import re
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError, connection

MISSING = re.compile(r"no such (table|column)|(relation|column) .* does not exist")


def database_trouble(said: str) -> str:
    """What the database said and what to do about it; never the password."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        where = f"the file {database['NAME']}"
        remedy = "See that its folder exists and can be written to, or set DATABASE_URL."
    else:
        host, port = database["HOST"] or "this machine", database["PORT"] or 5432
        where = f"“{database['NAME']}” on {host}, port {port}"
        remedy = "See that the server is up and that DATABASE_URL is right."
    if MISSING.search(said):
        remedy = "It has no tables yet, or older ones: run “manage.py migrate”."
    words = f"cimplan cannot use its database, {where}: {said}\n{remedy}"
    if settings.LOCAL:
        words += "\nCIMPLAN_DEBUG=1 shows where in the program."
    return words


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cimplan.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"cimplan cannot start. {error}")
    except (OperationalError, ProgrammingError) as error:
        said = str(error).strip().partition("\n")[0]
        # PostgreSQL calls a missing table what it calls a fault of ours, which needs its trace.
        if settings.DEBUG or (isinstance(error, ProgrammingError) and not MISSING.search(said)):
            raise
        sys.exit(database_trouble(said))
