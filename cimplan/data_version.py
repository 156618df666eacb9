"""The version of all that is stored: equal where nothing has been written between, on any path.

PostgreSQL knows it itself: a snapshot says which transactions one sees, so equal snapshots see
equal data. SQLite keeps a token in `cimplan_data_version`, which triggers on every table renew;
Django copies and drops tables when it alters them, and their triggers with them, so that every
`migrate` makes those that are missing (cimplan/apps.py).
"""

from collections.abc import Callable, Hashable, Iterator
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest
from django.utils.translation import get_language

TABLE = "cimplan_data_version"
# What somebody who is not logged in may be shown comes from these.
APPS = ("mandates", "calendar_app", "workplan", "documents")

# The server's start stands beside it, for a cluster that is put back to an earlier day counts its
# transactions anew.
ON_POSTGRES = "SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text"
ON_SQLITE = f"SELECT token FROM {TABLE}"  # noqa: S608 -- the name is ours

_RENEW = f"UPDATE {TABLE} SET token = hex(randomblob(16))"  # noqa: S608


def data_version() -> str | None:
    """None within a transaction, whose own writes are nobody else's yet. One query.

    Read it before the data: what is stored under a version is then as new as it, or newer.
    """
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRES if connection.vendor == "postgresql" else ON_SQLITE)
        return str(cursor.fetchone()[0])


Found = TypeVar("Found")

#: What several pages for anybody ask, by the state of the data it was found in.
_remembered: LRUCache[Hashable, object] = LRUCache(500)
_lock = Lock()


def remembered(request: HttpRequest, name: Hashable, find: Callable[[], Found]) -> Found:
    """What `find` finds for somebody who is not logged in, kept until something is written.

    name: what is asked, with all it depends on but the data, the day and the language. Found anew
    each time where the request has no version (cimplan/page_cache.py): for staff, in a transaction.
    """
    version = getattr(request, "data_version", None)
    if version is None:
        return find()
    key = (version, get_language(), name)
    with _lock:
        if key in _remembered:
            return _remembered[key]  # type: ignore[return-value]
    found = find()
    with _lock:
        _remembered[key] = found
    return found


def keep_data_version(using: str, **kwargs: object) -> None:
    """Make what keeps the version on SQLite, where it is missing (a receiver of post_migrate)."""
    database = connections[using]
    if database.vendor != "sqlite":
        return
    with transaction.atomic(using=using), database.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (token text NOT NULL)")
        cursor.execute(
            f"INSERT INTO {TABLE} SELECT hex(randomblob(16)) "  # noqa: S608
            f"WHERE NOT EXISTS (SELECT * FROM {TABLE})"
        )
        for table in _tables(database):
            for on in ("INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{on.lower()}_renews_version "
                    f"AFTER {on} ON {table} BEGIN {_RENEW}; END"
                )
        # The tables are those of another day, and so may be what they hold.
        cursor.execute(_RENEW)


def _tables(database: BaseDatabaseWrapper) -> Iterator[str]:
    there = set(database.introspection.table_names())
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model._meta.db_table in there:
                yield model._meta.db_table
