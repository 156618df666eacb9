"""The history of a record: who saved it, when, and what it was from then on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from simple_history.models import HistoricalRecords

_moment: ContextVar[datetime | None] = ContextVar("moment of what is being written", default=None)


@contextmanager
def history_dated(at: datetime) -> Iterator[None]:
    """Whatever is written inside is dated `at` in the history: records, their many-to-many
    fields, and what goes with a record that is deleted."""
    token = _moment.set(at)
    try:
        yield
    finally:
        _moment.reset(token)


class History(HistoricalRecords):
    """Entries are dated by the clock of those who write (`history_dated`), so that they agree with
    the other logs where an installation stands on a set day; else by the machine's."""

    def create_historical_record(
        self, instance: Any, history_type: str, using: str | None = None
    ) -> None:
        moment = _moment.get()
        if moment is not None:
            instance._history_date = moment
        try:
            super().create_historical_record(instance, history_type, using)
        finally:
            if moment is not None:
                del instance._history_date
