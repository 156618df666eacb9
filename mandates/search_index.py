"""The index of the words of a table, which the database itself keeps true.

No write path can forget it: a save, `update()`, `bulk_create()`, a fixture, raw SQL. Django
knows nothing of it. Texts are cut as mandates/words.py does: letters and digits, lower case, no
accents; so both engines answer alike.

On SQLite there is an FTS5 table beside the table, `…_words`, which holds no text of its own, and
three triggers. On PostgreSQL the table has a column `words` that is computed from the others.
A mandate is found by words of other tables too: mandates/search_reach.py.

A migration names the columns as `searched` of the model does, the one that names a record first:

    index_words("mandates_actor", ["name", "acronym", "other_names"])

**A migration that alters an indexed table drops the index first and makes it anew at the end.**
On SQLite Django alters most things by copying the table and dropping the old one, and with it go
the triggers; PostgreSQL alters no column from which another is computed.

    operations = [
        forget_words("mandates_actor", ["name", "acronym", "other_names"]),
        migrations.AlterField("actor", "name", …),
        index_words("mandates_actor", ["name", "acronym", "other_names"]),
    ]

Where that was forgotten, tests/test_search_index.py fails, and `manage.py check --database
default` says so, which `migrate` runs too.
"""

# ruff: noqa: S608 -- the names in these statements are those that a migration gives

from collections.abc import Callable, Sequence
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: How much more a word counts in what names the record than elsewhere.
NAME_WEIGHT = 10

#: How SQLite cuts texts, and up to how many letters it looks up the beginnings of words at once.
FTS5_OPTIONS = "tokenize='unicode61 remove_diacritics 2', prefix='2 3'"

#: The words of a text with blanks between them, for PostgreSQL, whose own parser would take
#: "and/or" for the path of a file. A text of more than half a million characters is no paragraph,
#: and its index entry might be larger than PostgreSQL allows.
POSTGRES_WORDS = r"""
CREATE OR REPLACE FUNCTION cimplan_words(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT regexp_replace(
    lower(regexp_replace(normalize(left($1, 500000), NFD), '[\u0300-\u036f]+', '', 'g')),
    '[^[:alnum:]]+', ' ', 'g')
$$
"""

Statements = Callable[[str], list[str]]


def table_of_words(table: str) -> str:
    """The table of the index, where it is one of its own."""
    return f"{table}_words"


def index_words(table: str, columns: Sequence[str]) -> migrations.RunPython:
    """The operation that indexes a table, the rows it has already included."""
    return both_ways(
        lambda vendor: _create(vendor, table, columns), lambda vendor: _drop(vendor, table, columns)
    )


def forget_words(table: str, columns: Sequence[str]) -> migrations.RunPython:
    """The operation that drops the index, before the table is altered."""
    return both_ways(
        lambda vendor: _drop(vendor, table, columns), lambda vendor: _create(vendor, table, columns)
    )


def both_ways(forwards: Statements, backwards: Statements) -> migrations.RunPython:
    """The operation that runs some statements, which depend on the engine, and can be undone."""

    def runs(statements: Statements) -> Callable[..., None]:
        def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
            for statement in statements(schema_editor.connection.vendor):
                schema_editor.execute(statement, params=None)

        return run

    return migrations.RunPython(runs(forwards), runs(backwards))


def triggers_missing(connection: BaseDatabaseWrapper, expected: dict[str, set[str]]) -> list[str]:
    """Of an SQLite database: the expected triggers, given by the index they keep, that are gone
    although the index is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        there = {name for (name,) in cursor.fetchall()}
    indexes = (names for index, names in expected.items() if index in there)
    return sorted(set().union(*indexes) - there)


def triggers_of(table: str) -> set[str]:
    """The names of the triggers that keep the index of a table on SQLite."""
    return set(_triggers(table, ["any"]))


def _create(vendor: str, table: str, columns: Sequence[str]) -> list[str]:
    if vendor == "postgresql":
        return _create_on_postgres(table, columns)
    words, names = table_of_words(table), ", ".join(_quoted(columns))
    weights = ", ".join(["1"] * (len(columns) - 1))
    return [
        f"CREATE VIRTUAL TABLE {words} "
        f"USING fts5({names}, content='{table}', content_rowid='id', {FTS5_OPTIONS})",
        *_triggers(table, columns).values(),
        f"INSERT INTO {words}({words}, rank) VALUES ('rank', 'bm25({NAME_WEIGHT}, {weights})')",
        f"INSERT INTO {words}({words}) VALUES ('rebuild')",
    ]


def _drop(vendor: str, table: str, columns: Sequence[str]) -> list[str]:
    if vendor == "postgresql":
        return [f"ALTER TABLE {table} DROP COLUMN words"]
    triggers = [f"DROP TRIGGER IF EXISTS {name}" for name in _triggers(table, columns)]
    return [*triggers, f"DROP TABLE {table_of_words(table)}"]


def _quoted(columns: Sequence[str], row: str = "") -> list[str]:
    return [f'{row}"{column}"' for column in columns]


def _triggers(table: str, columns: Sequence[str]) -> dict[str, str]:
    """The triggers that keep an FTS5 table, by their names."""
    words, names = table_of_words(table), ", ".join(_quoted(columns))
    new, old = _quoted(columns, "new."), _quoted(columns, "old.")
    # A save writes all columns, and most saves change others than these.
    changed = " OR ".join(f"{a} IS NOT {b}" for a, b in zip(old, new, strict=True))
    add = f"INSERT INTO {words}(rowid, {names}) VALUES (new.id, {', '.join(new)});"
    # As it has no copy of the text, FTS5 must be told what it had indexed.
    remove = (
        f"INSERT INTO {words}({words}, rowid, {names}) VALUES ('delete', old.id, {', '.join(old)});"
    )
    bodies = {
        "insert": f"AFTER INSERT ON {table} BEGIN {add} END",
        "update": f"AFTER UPDATE ON {table} WHEN old.id <> new.id OR {changed} "
        f"BEGIN {remove} {add} END",
        "delete": f"AFTER DELETE ON {table} BEGIN {remove} END",
    }
    return {f"{words}_{on}": f"CREATE TRIGGER {words}_{on} {body}" for on, body in bodies.items()}


def _create_on_postgres(table: str, columns: Sequence[str]) -> list[str]:
    parts = " || ".join(
        f"setweight(to_tsvector('simple', cimplan_words({column})), '{'D' if place else 'A'}')"
        for place, column in enumerate(_quoted(columns))
    )
    return [
        POSTGRES_WORDS,
        f"ALTER TABLE {table} ADD COLUMN words tsvector GENERATED ALWAYS AS ({parts}) STORED",
        f"CREATE INDEX {table}_words ON {table} USING gin (words)",
    ]
