"""Questions put together once. Django takes longer to put most questions of a page together than a
database to answer them, and they are the same until what they were made of is written to."""

import json
from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

#: Stands among the parameters of a statement for what it is given each time.
GIVEN = "\0given"


class AskedAgain(str):
    """The text of a statement that is asked again and again, of one thing and another: a database
    may plan it once (cimplan/prepared.py). changing: the places of those parameters that are not
    the same each time."""

    changing: tuple[int, ...]

    def __new__(cls, text: str, changing: Sequence[int] = ()) -> "AskedAgain":
        made = super().__new__(cls, text)
        made.changing = tuple(changing)
        return made


def keys_given(using: str) -> RawSQL:
    """Stands in the condition of a statement for the keys that it is given each time."""
    on_postgres = connections[using].vendor == "postgresql"
    keys = "SELECT unnest(%s::bigint[])" if on_postgres else "SELECT value FROM json_each(%s)"
    return RawSQL(keys, [GIVEN])  # noqa: S611 - ours


class Statement(NamedTuple):
    """What a database is asked, and of which; `sql` is "" where nothing can answer."""

    using: str
    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def for_keys(cls, rows: QuerySet) -> "Statement":
        """The statement for the keys of some rows, in their order."""
        return cls.for_values(rows.values_list("pk"))

    @classmethod
    def for_values(cls, rows: QuerySet) -> "Statement":
        """The statement for what some rows have, as their `values_list` says."""
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            sql, parameters = "", ()
        return cls(rows.db, sql, tuple(parameters))

    @classmethod
    def among(cls, rows: QuerySet, key: str, *values: str) -> "Statement":
        """The statement for a key and some values of rows: those rows of which the key, or what a
        lookup of that name leads to, is among the keys that are given each time."""
        # The filter first, so that what is led to is that which is among the keys.
        among = rows.filter(**{f"{key}__in": keys_given(rows.db)})
        return cls.for_values(among.values_list(key, *values))

    def given(self, what: Any) -> "Statement":
        """The statement with this where something is to be given."""
        places = [place for place, one in enumerate(self.parameters) if one == GIVEN]
        parameters = tuple(what if one == GIVEN else one for one in self.parameters)
        return self._replace(sql=AskedAgain(self.sql, places), parameters=parameters)

    def keys(self) -> array:
        """The keys that answer now, in the order of the rows."""
        # As one value: a row each takes Python longer than a database to find them.
        on_postgres = connections[self.using].vendor == "postgresql"
        together = "array_agg(pk)" if on_postgres else "json_group_array(pk)"
        asked = self._in(f"WITH found(pk) AS ({{}}) SELECT {together} FROM found")  # noqa: S608
        for (keys,) in self._asked(asked, self.parameters):
            return array("q", keys or () if on_postgres else json.loads(keys))
        return array("q")

    def count(self) -> int:
        """How many there are."""
        counted = self._in("SELECT count(*) FROM ({}) counted")
        return next((number for (number,) in self._asked(counted, self.parameters)), 0)

    def _in(self, another: str) -> str:
        """The text of another statement around this one, which is asked again where this one is."""
        text = another.format(self.sql)
        return AskedAgain(text, self.sql.changing) if isinstance(self.sql, AskedAgain) else text

    def rows(self, keys: Sequence[int] | None = None) -> list[tuple[Any, ...]]:
        """What answers, of these keys where it is given any, with values as the database has them:
        on SQLite a yes or no may be a number, and a day a text, where they are worked out."""
        if keys is None:
            return self._asked(self.sql, self.parameters)
        if not keys:
            return []
        on_postgres = connections[self.using].vendor == "postgresql"
        return self.given(list(keys) if on_postgres else json.dumps(list(keys))).rows()

    def _asked(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        if not self.sql:
            return []
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


class Records(NamedTuple):
    """Records as Django makes them, of some of their fields: it asks for another where one is
    needed after all."""

    asked: Statement
    model: type[Model]
    #: What comes after the key: fields in the model's order, then what rows are annotated with.
    fields: tuple[str, ...]
    annotations: tuple[str, ...]
    sources: tuple[Any, ...]

    @classmethod
    def among(cls, rows: QuerySet, *names: str) -> "Records":
        """Those of the rows of which the keys are given each time, with these fields and with all
        that the rows are annotated with. Raises FieldDoesNotExist for what is no field."""
        options = rows.model._meta
        # `from_db` takes values in the order of a model's fields, of which the key is the first.
        fields = sorted(map(options.get_field, names), key=options.concrete_fields.index)
        annotated = rows.query.annotations
        own = tuple(field.attname for field in fields)
        sources = (*(field.cached_col for field in fields), *annotated.values())
        asked = Statement.among(rows, "pk", *own, *annotated)
        return cls(asked, rows.model, own, tuple(annotated), sources)

    def read(self, keys: Sequence[int]) -> dict[int, Any]:
        """The records by their keys, in the order of the rows."""
        connection = connections[self.asked.using]
        converters = [
            [*connection.ops.get_db_converters(one), *one.get_db_converters(connection)]
            for one in self.sources
        ]
        attributes = [self.model._meta.pk.attname, *self.fields]
        found = {}
        for key, *values in self.asked.rows(keys):
            for at, source in enumerate(self.sources):
                for convert in converters[at]:
                    values[at] = convert(values[at], source, connection)
            own = values[: len(self.fields)]
            record = self.model.from_db(self.asked.using, attributes, [key, *own])
            for name, value in zip(self.annotations, values[len(own) :], strict=True):
                setattr(record, name, value)
            found[key] = record
        return found
