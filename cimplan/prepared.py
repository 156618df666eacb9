"""Statements that PostgreSQL plans once for a connection.

To plan one of a page's short questions takes PostgreSQL longer than to answer it, and those of
mandates/statements.py are asked again and again in the same words. What looks at statements on
their way, as the versions of tables do, sees the words themselves: they become the name of a
prepared statement here, behind Django.
"""

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2.extensions import connection, cursor

from mandates.statements import AskedAgain

#: Statements that a connection keeps. Some are of a day, which anybody may look back at.
MOST_KEPT = 200

#: Of each connection, the names of its prepared statements by their texts.
_names: WeakKeyDictionary[connection, dict[str, str]] = WeakKeyDictionary()


class Cursor(cursor):
    """Has PostgreSQL keep the plan of what is asked again."""

    def execute(self, query, vars=None):  # type: ignore[no-untyped-def]  # as psycopg2 has it
        if not isinstance(query, AskedAgain):
            return super().execute(query, vars)
        changing = [vars[place] for place in query.changing]
        given = f" ({', '.join(['%s'] * len(changing))})" if changing else ""
        return super().execute(f"EXECUTE {self._name_of(query, vars)}{given}", changing)

    def _name_of(self, query: AskedAgain, values: Sequence[Any] | None) -> str:
        # What stays the same is written out, as psycopg2 does otherwise too: of a value for which
        # it stands PostgreSQL would have to guess the type.
        text = str(query)
        if values:
            written = [self.mogrify("%s", [value]).decode() for value in values]
            for number, place in enumerate(query.changing, 1):
                written[place] = f"${number}"
            text %= tuple(written)
        names = _names.setdefault(self.connection, {})
        if text not in names:
            if len(names) == MOST_KEPT:
                super().execute("DEALLOCATE ALL")
                names.clear()
            name = f"asked_again_{len(names)}"
            super().execute(f"PREPARE {name} AS {text}")
            names[text] = name
        return names[text]
