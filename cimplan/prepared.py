"""Statements that PostgreSQL plans once for a connection.

To plan one of a page's short questions takes PostgreSQL longer than to answer it, and those of
mandates/statements.py are asked again and again in the same words. What looks at statements on
their way, as the versions of tables do, sees the words themselves: they become the name of a
prepared statement here, behind Django; its log of queries has that name.

Whoever alters the type of a column stops the workers first, as docs/operations.md says of upgrades:
PostgreSQL refuses a plan that no longer fits, until the connection is closed.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from psycopg2.extensions import connection, cursor

from mandates.statements import AskedAgain

#: Statements that a connection keeps, 57 KB each. Some are of a day that one looks back at.
MOST_KEPT = 100

#: Of each connection, the names of its prepared statements.
_names: WeakKeyDictionary[connection, set[str]] = WeakKeyDictionary()


class Cursor(cursor):
    """Has PostgreSQL keep the plan of what is asked again."""

    def execute(self, query, vars=None):  # type: ignore[no-untyped-def]  # as psycopg2 has it
        if not isinstance(query, AskedAgain):
            return super().execute(query, vars)
        changing = [vars[place] for place in query.changing]
        given = f" ({', '.join(['%s'] * len(changing))})" if changing else ""
        return super().execute(f"EXECUTE {self._name_of(query, vars)}{given}", changing)

    def _name_of(self, query: AskedAgain, values: Sequence[Any] | None) -> str:
        text = str(query)
        if values is not None:
            numbers = {place: f"${number}" for number, place in enumerate(query.changing, 1)}
            # What stays the same is written out, as psycopg2 does otherwise too: of a value for
            # which it stands PostgreSQL would have to guess the type.
            text %= tuple(
                numbers.get(place) or self.mogrify("%s", [value]).decode()
                for place, value in enumerate(values)
            )
        # By what it says: whatever is confused, none is taken for another.
        name = f"asked_again_{sha256(text.encode()).hexdigest()[:40]}"
        names = _names.setdefault(self.connection, set())
        if name not in names:
            if len(names) >= MOST_KEPT:
                super().execute("DEALLOCATE ALL")
                names.clear()
            super().execute(f"PREPARE {name} AS {text}")
            names.add(name)
        return name
