"""Questions put together once. Django takes longer to put most questions of a page together than a
database to answer them, and they are the same until what they were made of is written to."""

from array import array
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


class Statement(NamedTuple):
    """What a database is asked, and of which; `sql` is "" where nothing can answer."""

    using: str
    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def for_keys(cls, rows: QuerySet) -> "Statement":
        """The statement for the keys of some rows, in their order."""
        try:
            sql, parameters = rows.values("pk").query.sql_with_params()
        except EmptyResultSet:
            sql, parameters = "", ()
        return cls(rows.db, sql, tuple(parameters))

    def keys(self) -> array:
        """The keys that answer now."""
        return array("q", (key for (key,) in self._asked(self.sql)))

    def count(self) -> int:
        """How many there are."""
        # What is counted is ours.
        counted = f"SELECT count(*) FROM ({self.sql}) counted"  # noqa: S608
        return next((number for (number,) in self._asked(counted)), 0)

    def _asked(self, sql: str) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, self.parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found
