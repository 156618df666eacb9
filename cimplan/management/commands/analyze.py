"""manage.py analyze: the database looks at its tables anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    help = (
        "Have the database count what its tables hold, by which it chooses how to search them. "
        "PostgreSQL does so itself after a while; SQLite never."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
