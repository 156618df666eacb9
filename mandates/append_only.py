"""Logs that are only added to: the database itself refuses to change or delete an entry.

No write path can go round it, whether `update()`, a shell or raw SQL; there it is an
IntegrityError. What empties a whole table at once (PostgreSQL's TRUNCATE, `manage.py flush`) is
an operator's act and is left alone on PostgreSQL; SQLite empties a table row by row, and refuses.

**A migration that alters such a table on SQLite loses the triggers**, since Django copies the
table and drops the old one: it has to make them anew with `only_added_to`, after
`may_be_changed`. tests/test_append_only.py looks after every change of the models.
"""

from collections.abc import Callable

from django.db import migrations

POSTGRES = """
CREATE FUNCTION {table}_is_a_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING MESSAGE = '{words}', ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER {table}_is_a_log BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_is_a_log();
"""
SQLITE = (
    "CREATE TRIGGER {table}_is_not_{done} BEFORE {act} ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{words}'); END"
)
#: How SQLite's triggers are named, which knows none for two acts at once.
ACTS = {"changed": "UPDATE", "deleted": "DELETE"}


def only_added_to(table: str, words: str) -> migrations.RunPython:
    """The operation after which a table refuses UPDATE and DELETE.

    words: what the refusal says; a sentence without quotation marks.
    """
    return migrations.RunPython(_run(_create, table, words), _run(_drop, table, words))


def may_be_changed(table: str, words: str) -> migrations.RunPython:
    """The operation that takes the refusal away, before a migration alters the table."""
    return migrations.RunPython(_run(_drop, table, words), _run(_create, table, words))


def _run(statements: Callable[[str, str, str], list[str]], table: str, words: str) -> Callable:
    def run(apps: object, schema_editor: object) -> None:
        for statement in statements(schema_editor.connection.vendor, table, words):
            schema_editor.execute(statement, params=None)

    return run


def _create(vendor: str, table: str, words: str) -> list[str]:
    if vendor == "postgresql":
        return [POSTGRES.format(table=table, words=words)]
    return [
        SQLITE.format(table=table, done=done, act=act, words=words) for done, act in ACTS.items()
    ]


def _drop(vendor: str, table: str, words: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER {table}_is_a_log ON {table}",
            f"DROP FUNCTION {table}_is_a_log()",
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_is_not_{done}" for done in ACTS]
