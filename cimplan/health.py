"""What machines ask: does the process answer, can it serve, what may be indexed."""

import logging
from contextlib import closing
from threading import Event

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

#: Asked every few seconds, and answered without a look at anything else.
WATCHED = ("/healthz", "/readyz")
#: The tables were seen to be those of this program, which is not asked again.
migrated = Event()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 for as long as the process answers; asks nothing of the database."""
    return _plain("ok")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers too and its tables are those of this program, else 503."""
    try:
        with closing(_apart()) as database, database.cursor() as cursor:
            cursor.execute("SELECT 1")
            if not _is_migrated(database):
                logger.warning("Not ready, migrations are missing: run manage.py migrate")
                return _plain(_("Migrations are missing: run manage.py migrate."), status=503)
    except DatabaseError as error:
        logger.warning("Not ready, the database does not answer: %s", error)
        return _plain(_("The database does not answer."), status=503)
    return _plain("ok")


def _is_migrated(database: BaseDatabaseWrapper) -> bool:
    if not migrated.is_set():
        executor = MigrationExecutor(database)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            migrated.set()
    return migrated.is_set()


def _apart() -> BaseDatabaseWrapper:
    """A connection of one question's own. On one that is kept, a PostgreSQL that hangs is waited
    for without end; a new one is given two seconds to be made, and one for the answer."""
    database = connection.copy()
    if database.vendor == "postgresql":
        options = database.settings_dict["OPTIONS"]
        options["connect_timeout"] = 2  # seconds, the least there is
        options["options"] = f"{options.get('options', '')} -c statement_timeout=1s"
    return database


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read every page once: not the admin, nor lists in all their filterings."""
    return _plain("User-agent: *\nDisallow: /admin/\nDisallow: /search/\nDisallow: /*?")


def _plain(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
