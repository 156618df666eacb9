"""Which values a field has."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from mandates.statements import Statement


def values_occurring(rows: QuerySet, field: str) -> Statement:
    """What finds the values that a field of some rows has, each once, in any order.

    Where the field has an index and is never null, each value is looked up in it: as many looks as
    there are values. DISTINCT reads all rows on both engines, 80,000 of them for twenty verbs.
    """
    annotated = field in rows.query.annotations
    column = None if annotated else rows.model._meta.get_field(field)
    if column is None or column.null or not column.db_index:
        return Statement.for_values(rows.order_by().values_list(field).distinct())
    table, name = rows.model._meta.db_table, column.column
    one = rows.order_by().filter(**{field: RawSQL("v.value", ())}).values("pk")[:1]
    has_one, parameters = one.query.sql_with_params()
    # Asked whether there EXISTS one, PostgreSQL puts all rows together first.
    # The names are a model's own.
    statement = f"""
        WITH RECURSIVE v(value) AS (
            SELECT min({name}) FROM {table}
            UNION ALL SELECT (SELECT min({name}) FROM {table} WHERE {name} > v.value)
            FROM v WHERE v.value IS NOT NULL
        ) SELECT value FROM v WHERE v.value IS NOT NULL AND ({has_one}) IS NOT NULL"""  # noqa: S608
    return Statement(rows.db, statement, tuple(parameters))
