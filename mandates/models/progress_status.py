"""The one place that settles which report is the latest."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from sys import intern
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
    return {key: intern(status) for key, status in _all_reports(target, as_of).rows()}


@lru_cache(50)
def _all_reports(target: str, as_of: date) -> Statement:
    """The latest of each record after its others, so that a dict of them has that; in the order of
    an index, from its end."""
    reports = reports_that_settle().as_of(as_of).exclude(**{target: None})
    ordered = reports.order_by(f"-{target}_id", "as_of", "recorded_at", "pk")
    return Statement.for_values(ordered.values_list(target, "status"))


class _Known(NamedTuple):
    """What is known of a log: how many reports there were, the greatest key, and the statuses that
    they come to."""

    reports: int
    last: int
    statuses: dict[int, str]


_NOTHING_KNOWN = _Known(0, 0, {})
#: By what the log is of, and the day.
_known: LRUCache[tuple[str, date], _Known] = LRUCache(4)
_lock = Lock()


def known_latest_statuses(target: str, as_of: date) -> dict[int, str]:
    """The same outside of transactions. The log is only added to, so a worker keeps what it came
    to, and asks again of those records alone that something was added of."""
    with _lock:
        before = _known.get((target, as_of), _NOTHING_KNOWN)
    # The size first: what is added after that is asked for the next time, once more.
    reports, new, last = _size_of_log().given(before.last).rows()[0]
    if before.reports and reports == before.reports + new:
        if not new:
            return before.statuses
        added = {key for (key,) in _records_after(target).given(before.last).rows()}
        statuses = {**before.statuses, **latest_statuses(target, sorted(added), as_of)}
    else:
        # Nothing is known yet; or a key that was given before the last one was committed after it.
        statuses = all_latest_statuses(target, as_of)
    with _lock:
        _known[target, as_of] = _Known(reports, last or before.last, statuses)
    return statuses


@cache
def _records_after(target: str) -> Statement:
    """The records of which a report has a greater key than is given each time."""
    reports = apps.get_model("mandates", "ProgressReport").objects.exclude(**{target: None})
    added = reports.filter(pk__gt=RawSQL("%s", [GIVEN]))
    return Statement.for_values(added.order_by().values_list(target))


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
