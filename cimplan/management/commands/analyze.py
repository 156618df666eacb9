"""manage.py analyze: the database looks at its tables anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

# Of an index of words PostgreSQL keeps what is new in a list, until it looks after itself a minute
# or more later; each search reads through that, or the whole table instead.
SORT_IN = """
    SELECT gin_clean_pending_list(index.oid) FROM pg_class index
    WHERE index.relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
    AND index.relnamespace = current_schema()::regnamespace
"""


class Command(BaseCommand):
    help = (
        "Have the database count what its tables hold, by which it chooses how to search them. "
        "PostgreSQL does so itself after a while; SQLite never."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(SORT_IN)
            cursor.execute("ANALYZE")
