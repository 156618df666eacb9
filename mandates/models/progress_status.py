"""The one place that settles which report is the latest."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from mandates.statements import GIVEN, Statement
from mandates.status import Status


def reports_that_settle(**of: OuterRef) -> QuerySet:
    """The reports that can settle the status of one record, for use in a query.

    of: which record, as `mandate=OuterRef(…)` or `activity=OuterRef(…)`. What one state says of
    itself does not settle a mandate's status.
    """
    return apps.get_model("mandates", "ProgressReport").objects.filter(**of, about=None)


def latest_status(as_of: date, field: str = "status", **of: OuterRef) -> Subquery:
    """A field of the latest report of one record that holds on that day, for use in a query.

    of: as for `reports_that_settle`. The latest is max(as_of, recorded_at, id).
    """
    holding = reports_that_settle(**of).filter(as_of__lte=as_of)
    reports = holding.order_by("-as_of", "-recorded_at", "-pk")
    return Subquery(reports.values(field)[:1])


def latest_reports(target: str, as_of: date) -> QuerySet:
    """The reports that settle the status of their records on that day: those that hold, and that
    none comes after. Where statuses of thousands are looked for or counted, this is read at once,
    and not for each record.

    target: "mandate" or "activity".
    """
    return _latest_reports(target, as_of).all()


# Put together once: as much work for Django as to ask it.
@lru_cache(50)
def _latest_reports(target: str, as_of: date) -> QuerySet:
    same_day = Q(as_of=OuterRef("as_of"))
    same_moment = same_day & Q(recorded_at=OuterRef("recorded_at"))
    comes_after = (
        Q(as_of__gt=OuterRef("as_of"))
        | same_day & Q(recorded_at__gt=OuterRef("recorded_at"))
        | same_moment & Q(pk__gt=OuterRef("pk"))
    )
    holding = reports_that_settle(**{f"{target}__isnull": False}).as_of(as_of)
    # None comes after itself; but said so, the index tells it, and the row need not be read.
    others = reports_that_settle(**{target: OuterRef(target)}).exclude(pk=OuterRef("pk"))
    later = others.as_of(as_of).filter(comes_after)
    return holding.filter(~Exists(later.order_by())).order_by()


def latest_statuses(target: str, keys: Sequence[int], as_of: date) -> dict[int, str]:
    """The statuses on that day of some records, by their keys; none of those without a report.

    target: "mandate" or "activity".
    """
    found = _latest_among(target, as_of).rows(keys)
    return {key: status for key, status in found if status is not None}


@lru_cache(50)
def _latest_among(target: str, as_of: date) -> Statement:
    # The last entry of an index for each, however many reports it has.
    latest = latest_status(as_of, **{target: OuterRef("pk")})
    rows = apps.get_model("mandates", target).objects.order_by().annotate(latest=latest)
    return Statement.among(rows, "pk", "latest")


def all_latest_statuses(target: str, as_of: date) -> dict[int, str]:
    """The same of all records that have a report, of which there are thousands at most."""
    return _NOTHING_READ.with_reports(_reports_after(target, as_of).given(0).rows()).statuses


def known_latest_statuses(target: str, as_of: date) -> dict[int, str]:
    """The same outside of transactions: the log is only added to, so of what was read before only
    what was added since is read. Each worker keeps what it read."""
    asked = (target, as_of)
    with _lock:
        before = _settled.get(asked, _NOTHING_READ)
    settled = _what_settles(target, as_of, before)
    with _lock:
        _settled[asked] = settled
    return settled.statuses


class _Settled(NamedTuple):
    """What a log comes to."""

    #: How many reports were read of it, of any kind, and the greatest key.
    reports: int
    last: int
    #: Of each record the day, moment and key of its latest report, as the database has them.
    latest: dict[int, tuple[Any, ...]]
    statuses: dict[int, str]

    def with_reports(self, added: Iterable[tuple[Any, ...]]) -> "_Settled":
        """What it comes to with reports of which the record, the status, the day, the moment and
        the key are given."""
        latest, statuses = dict(self.latest), dict(self.statuses)
        for record, status, *report in added:
            if record not in latest or latest[record] < tuple(report):
                latest[record], statuses[record] = tuple(report), status
        return self._replace(latest=latest, statuses=statuses)


_NOTHING_READ = _Settled(0, 0, {}, {})
#: What was read of the logs, by what it is of and the day: some 300 bytes of each record.
_settled: LRUCache[tuple[str, date], _Settled] = LRUCache(4)
_lock = Lock()


def _what_settles(target: str, as_of: date, before: _Settled) -> _Settled:
    """What the log comes to now."""
    reports, new, last = _size_of_log().given(before.last).rows()[0]
    if reports != before.reports + new:
        # A key that was given before the last one was committed after it.
        return _what_settles(target, as_of, _NOTHING_READ)
    if not new:
        return before
    added = _reports_after(target, as_of).given(before.last).rows()
    # What came after the log was counted is read the next time.
    counted = [row for row in added if row[-1] <= last]
    return before.with_reports(counted)._replace(reports=reports, last=last)


@lru_cache(50)
def _reports_after(target: str, as_of: date) -> Statement:
    """The reports that can settle a status, of those with a greater key than is given each time."""
    reports = reports_that_settle(pk__gt=RawSQL("%s", [GIVEN])).as_of(as_of)
    reports = reports.exclude(**{target: None}).order_by()
    return Statement.for_values(reports.values_list(target, "status", "as_of", "recorded_at", "pk"))


@cache
def _size_of_log() -> Statement:
    """How many reports there are; how many with a greater key than is given each time, and the
    greatest."""
    reports = apps.get_model("mandates", "ProgressReport").objects
    log = reports.model._meta.db_table
    asked = f"SELECT (SELECT count(*) FROM {log}), count(*), max(id) FROM {log} WHERE id > %s"  # noqa: S608
    return Statement(reports.db, asked, (GIVEN,))


def annotate_status(rows: QuerySet, target: str, as_of: date, *, path: str = "") -> Any:
    """Annotate rows with `status` and `status_as_of` as of a day.

    target: "mandate" or "activity". path: the lookup from a row to that record's key, where the
    row is not the record itself.
    """
    of = {target: OuterRef(path or "pk")}
    return rows.annotate(
        status=Coalesce(latest_status(as_of, **of), Value(Status.NO_REPORT.value)),
        status_as_of=latest_status(as_of, "as_of", **of),
    )
