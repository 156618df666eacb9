"""The versions of all tables that are stored: a table's is equal where nothing has been written to
it between, on any path.

Triggers on every table note each transaction that writes to it, in `cimplan_table_version`. SQLite
has one writer at a time, which renews the table's token. On PostgreSQL each transaction adds a row
of its own, so that none waits for another, and the version is the sum of those that have been
committed.

Django copies and drops a table on SQLite when it alters it, and its triggers with it, so that every
`migrate` makes those that are missing (cimplan/apps.py).
"""

import re
from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar

from cachetools import LRUCache
from django.apps import apps
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.http import HttpRequest
from django.utils.translation import get_language

from mandates.search_index import table_of_words
from mandates.search_reach import TABLES, WORDS
from mandates.statements import AskedAgain

TABLE = "cimplan_table_version"
# What somebody who is not logged in may be shown comes from these.
APPS = ("mandates", "calendar_app", "workplan", "documents")

Versions = Mapping[str, str]

# The names are ours, in all of these statements.
ON_SQLITE = f"SELECT name, token FROM {TABLE}"  # noqa: S608
ON_POSTGRES = AskedAgain(f"SELECT name, sum(token)::text FROM {TABLE} GROUP BY name")  # noqa: S608

_AT_RANDOM = "(1 + random() * 9e15)::numeric(40, 0)"
_RENEW = f"UPDATE {TABLE} SET token = hex(randomblob(16)) WHERE name = '{{}}'"  # noqa: S608
_RENEW_ALL = f"UPDATE {TABLE} SET token = hex(randomblob(16))"  # noqa: S608

# A transaction notes itself once for each table, however many statements it has, by a token of
# chance. Every hundredth note puts together those that are a hundred older, passing by rows that
# another transaction is at: their sums stay, and with them the versions.
_NOTE = f"""
CREATE OR REPLACE FUNCTION cimplan_note_write() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine text := pg_current_xact_id()::text || ' ';
    noted text := current_setting('cimplan.noted', true);
    number bigint;
BEGIN
    IF noted IS NULL OR NOT starts_with(noted, mine) THEN
        noted := mine;
    END IF;
    IF position(' ' || TG_TABLE_NAME || ' ' IN noted) = 0 THEN
        INSERT INTO {TABLE} (name, token) VALUES (TG_TABLE_NAME, {_AT_RANDOM})
            RETURNING id INTO number;
        PERFORM set_config('cimplan.noted', noted || TG_TABLE_NAME || ' ', true);
        IF number % 100 = 0 THEN
            WITH past AS (
                DELETE FROM {TABLE} WHERE id IN (
                    SELECT id FROM {TABLE} WHERE id < number - 100 FOR UPDATE SKIP LOCKED
                ) RETURNING name, token
            )
            INSERT INTO {TABLE} (name, token) SELECT name, sum(token) FROM past GROUP BY name;
        END IF;
    END IF;
    RETURN NULL;
END $$
"""  # noqa: S608

# A table of ours, or an index of words, in a statement: what other names are like it are columns'.
_NAMES = re.compile(rf"\b(?:FROM|JOIN)\s+\"?((?:{'|'.join(APPS)})_\w+)", re.IGNORECASE)


def table_versions() -> dict[str, str] | None:
    """None within a transaction, whose own writes are nobody else's yet. One query.

    Read them before the data: what is stored under a version is then as new as it, or newer. A
    table without one has not been written to since the versions began to be kept.
    """
    if connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute(ON_POSTGRES if connection.vendor == "postgresql" else ON_SQLITE)
        return dict(cursor.fetchall())


class Reading:
    """The tables that are read for a page, at the versions they had when it was begun."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._read: set[str] = set()

    def watched(self) -> AbstractContextManager[None]:
        """While it lasts, every query of this thread is looked at for the tables it names."""
        return connection.execute_wrapper(self._look_at)

    def _look_at(self, execute: Callable, sql: str, *args: Any) -> Any:
        self._read |= _named_in(sql)
        return execute(sql, *args)

    @property
    def versions_read(self) -> dict[str, str | None]:
        """Of the tables read so far; of an index of words, of those it is made of."""
        sources = _sources()
        read = {table for name in self._read for table in sources.get(name, _tables())}
        return {name: self._versions.get(name) for name in read}

    def still_holds(self, versions_read: Mapping[str, str | None]) -> bool:
        """Whether what was read at these versions has not been written to since."""
        return all(self._versions.get(name) == one for name, one in versions_read.items())

    def takes_over(self, versions_read: Mapping[str, str | None]) -> None:
        """What is made of it depends on these as well."""
        self._read.update(versions_read)

    @contextmanager
    def apart(self) -> Iterator["Reading"]:
        """Reads on, and tells what was read meanwhile from what was read before."""
        part, before = Reading(self._versions), self._read
        self._read = part._read
        try:
            yield part
        finally:
            # The same set as before: somebody may be reading apart around this.
            before |= part._read
            self._read = before


@lru_cache(2_000)
def _named_in(sql: str) -> frozenset[str]:
    return frozenset(_NAMES.findall(str(sql)))


@cache
def _tables() -> frozenset[str]:
    """All that have a version."""
    models = (apps.get_app_config(label).get_models(include_auto_created=True) for label in APPS)
    return frozenset(model._meta.db_table for some in models for model in some)


@cache
def _sources() -> dict[str, frozenset[str]]:
    """The tables with a version that hold what one reads in a table: itself, or what an index of
    words is made of. What is not among them may hold anything."""
    own = {table: frozenset({table}) for table in _tables()}
    indexes = {table_of_words(table): frozenset({table}) for table in _tables()}
    return {**own, **indexes, WORDS: frozenset(TABLES)}


Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")

#: What something kept is taken for, in bytes, of which `getsizeof` does not tell all it holds.
WEIGHT = 16 * 2**10


def _weight(kept: tuple[Any, object]) -> int:
    size = getsizeof(kept[0]) + 500
    return size if isinstance(kept[0], str | bytes | array) else max(size, WEIGHT)


#: What several pages for anybody ask, with the versions it was found at.
_remembered: LRUCache[Hashable, tuple[Any, Mapping[str, str | None]]] = LRUCache(
    500 * WEIGHT, getsizeof=_weight
)
#: The same of pieces of pages, a kilobyte or two each.
_pieces: LRUCache[Hashable, tuple[Any, Mapping[str, str | None]]] = LRUCache(4_000)
_lock = Lock()


def is_remembered(request: HttpRequest) -> bool:
    """Whether what is found for a request is kept for others: of somebody who is not logged in, and
    read outside of transactions."""
    return getattr(request, "reading", None) is not None


def remembered(request: HttpRequest, name: Hashable, find: Callable[[], Found]) -> Found:
    """What `find` finds for somebody who is not logged in, kept until something is written to the
    tables that it was found in.

    name: what is asked, with all it depends on but the data and the language. Found anew each time
    where the request reads nothing for anybody (cimplan/page_cache.py): for staff, in a
    transaction. What is found is no query that is yet to be asked; and `find` reads all that it
    depends on itself, or has it remembered, or nobody would know what that was read from.
    """
    reading: Reading | None = getattr(request, "reading", None)
    if reading is None:
        return find()
    key = (get_language(), name)
    with _lock:
        kept = _remembered.get(key)
    if kept and reading.still_holds(kept[1]):
        reading.takes_over(kept[1])
        return kept[0]
    with reading.apart() as part:
        found = find()
    kept = (found, part.versions_read)
    if _weight(kept) <= _remembered.maxsize:
        with _lock:
            _remembered[key] = kept
    return found


def remembered_pieces(
    request: HttpRequest,
    name: Hashable,
    keys: Iterable[Key],
    find: Callable[[list[Key]], Mapping[Key, Found]],
) -> dict[Key, Found]:
    """The same of many small things at once, by their keys; `find` finds what is not kept."""
    reading: Reading | None = getattr(request, "reading", None)
    if reading is None:
        return dict(find(list(keys)))
    there: dict[Key, Found] = {}
    language = get_language()
    with _lock:
        kept = {key: _pieces.get((language, name, key)) for key in keys}
    # Those that were found together have their versions in common.
    versions = {id(one[1]): one[1] for one in kept.values() if one}
    hold = {number for number, one in versions.items() if reading.still_holds(one)}
    for key, one in kept.items():
        if one and id(one[1]) in hold:
            there[key] = one[0]
    for number in hold:
        reading.takes_over(versions[number])
    missing = [key for key in kept if key not in there]
    if missing:
        with reading.apart() as part:
            found = find(missing)
        read = part.versions_read
        with _lock:
            _pieces.update({(language, name, key): (one, read) for key, one in found.items()})
        there.update(found)
    return there


def keep_table_versions(using: str, **kwargs: object) -> None:
    """Make what keeps the versions, where it is missing (a receiver of post_migrate)."""
    database = connections[using]
    tables = sorted(_tables().intersection(database.introspection.table_names()))
    with transaction.atomic(using=using), database.cursor() as cursor:
        if database.vendor == "postgresql":
            _keep_on_postgres(cursor, tables)
        else:
            _keep_on_sqlite(cursor, tables)


def tables_not_kept(database: BaseDatabaseWrapper) -> list[str]:
    """The tables of which writes are not noted, though there is where to note them."""
    there = set(database.introspection.table_names())
    if TABLE not in there:
        return []
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'is_noted'"
            )
        else:
            cursor.execute(
                "SELECT tbl_name FROM sqlite_master WHERE name LIKE '%%_update_is_noted'"
            )
        kept = {table for (table,) in cursor.fetchall()}
    return sorted(_tables() & there - kept)


@register(Tags.database)
def check_versions_are_kept(
    databases: list[str] | None = None, **kwargs: object
) -> list[CheckMessage]:
    """A migration that copied a table on SQLite and failed later has left it without triggers."""
    return [
        Warning(
            f"Pages are kept though {table} is written to: its triggers are gone.",
            hint="Run `manage.py migrate` to its end, which makes them anew.",
            id="cimplan.W001",
        )
        for alias in databases or ()
        for table in tables_not_kept(connections[alias])
    ]


def _keep_on_sqlite(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    cursor.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (name text PRIMARY KEY, token text)")
    for table in tables:
        cursor.execute(f"INSERT OR IGNORE INTO {TABLE} (name) VALUES (%s)", [table])  # noqa: S608
        for on in ("INSERT", "UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{on.lower()}_is_noted "
                f"AFTER {on} ON {table} BEGIN {_RENEW.format(table)}; END"
            )
    # The tables are those of another day, and so may be what they hold.
    cursor.execute(_RENEW_ALL)


def _keep_on_postgres(cursor: CursorWrapper, tables: Iterable[str]) -> None:
    cursor.execute(
        f"CREATE TABLE IF NOT EXISTS {TABLE} "
        "(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "name text NOT NULL, token numeric NOT NULL)"
    )
    # Once too small for sums.
    cursor.execute(f"ALTER TABLE {TABLE} ALTER COLUMN token TYPE numeric")
    cursor.execute(_NOTE)
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'is_noted'")
    there = {table for (table,) in cursor.fetchall()}
    for table in tables:
        if table not in there:
            cursor.execute(
                f"CREATE TRIGGER is_noted AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} EXECUTE FUNCTION cimplan_note_write()"
            )
        cursor.execute(
            f"INSERT INTO {TABLE} (name, token) VALUES (%s, {_AT_RANDOM})",  # noqa: S608
            [table],
        )
