"""The version of all that is stored: equal where nothing has been written between, on any path.

Triggers on every table note each transaction that writes, in `cimplan_data_version`. SQLite has one
writer at a time, which renews one token. On PostgreSQL each transaction adds a row of its own, so
that none waits for another, and the version is the sum of those that have been committed.

Django copies and drops a table on SQLite when it alters it, and its triggers with it, so that every
`migrate` makes those that are missing (cimplan/apps.py).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from threading import Lock
from typing import TypeVar

from cachetools import LRUCache
from django.apps import apps
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest
from django.utils.translation import get_language

TABLE = "cimplan_data_version"
# What somebody who is not logged in may be shown comes from these.
APPS = ("mandates", "calendar_app", "workplan", "documents")

ON_SQLITE = f"SELECT token FROM {TABLE}"  # noqa: S608 -- the name is ours
ON_POSTGRES = f"SELECT count(*) || ' ' || coalesce(sum(token), 0) FROM {TABLE}"  # noqa: S608

_RENEW = f"UPDATE {TABLE} SET token = hex(randomblob(16))"  # noqa: S608

# A transaction notes itself once, however many statements it has; every five hundredth clears away
# what is five hundred older, passing by rows that another is at.
_NOTE = f"""
CREATE OR REPLACE FUNCTION cimplan_renew_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    noted bigint;
BEGIN
    IF current_setting('cimplan.noted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
        INSERT INTO {TABLE} (token) VALUES ((random() * 9e18)::bigint) RETURNING id INTO noted;
        PERFORM set_config('cimplan.noted', pg_current_xact_id()::text, true);
        IF noted % 500 = 0 THEN
            DELETE FROM {TABLE} WHERE id IN (
                SELECT id FROM {TABLE} WHERE id < noted - 500 FOR UPDATE SKIP LOCKED
            );
        END IF;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608


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
    """Make what keeps the version, where it is missing (a receiver of post_migrate)."""
    database = connections[using]
    with transaction.atomic(using=using), database.cursor() as cursor:
        if database.vendor == "postgresql":
            _keep_on_postgres(cursor, _tables(database))
        else:
            _keep_on_sqlite(cursor, _tables(database))


def _keep_on_sqlite(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (token text NOT NULL)")
    cursor.execute(
        f"INSERT INTO {TABLE} SELECT hex(randomblob(16)) "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT * FROM {TABLE})"
    )
    for table in tables:
        for on in ("INSERT", "UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{on.lower()}_renews_version "
                f"AFTER {on} ON {table} BEGIN {_RENEW}; END"
            )
    # The tables are those of another day, and so may be what they hold.
    cursor.execute(_RENEW)


def _keep_on_postgres(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {TABLE} "
        "(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, token bigint NOT NULL)"
    )
    cursor.execute(_NOTE)
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'renews_version'")
    there = {table for (table,) in cursor.fetchall()}
    for table in tables:
        if table not in there:
            cursor.execute(
                f"CREATE TRIGGER renews_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} EXECUTE FUNCTION cimplan_renew_version()"
            )
    cursor.execute(f"INSERT INTO {TABLE} (token) VALUES ((random() * 9e18)::bigint)")  # noqa: S608


def _tables(database: BaseDatabaseWrapper) -> Iterator[str]:
    there = set(database.introspection.table_names())
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model._meta.db_table in there:
                yield model._meta.db_table
