"""The one place that settles which report is the latest."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from mandates.statements import Statement
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

    target: "mandate" or "activity". All their reports are read, of which the last counts: the
    fewer words for a database, where they are those of one page.
    """
    return dict(_reports_among(target, as_of).rows(keys))


def all_latest_statuses(target: str, as_of: date) -> dict[int, str]:
    """The same of all records that have a report, of which there are thousands at most."""
    return dict(_all_reports(target, as_of).rows())


@lru_cache(50)
def _reports_among(target: str, as_of: date) -> Statement:
    return Statement.among(_the_latest_last(target, as_of), target, "status")


@lru_cache(50)
def _all_reports(target: str, as_of: date) -> Statement:
    reports = _the_latest_last(target, as_of).exclude(**{target: None})
    return Statement.for_values(reports.values_list(target, "status"))


def _the_latest_last(target: str, as_of: date) -> QuerySet:
    """Reports, the latest of each record after its others, so that a dict of them has that; in the
    order of an index, from its end."""
    return (
        reports_that_settle().as_of(as_of).order_by(f"-{target}_id", "as_of", "recorded_at", "pk")
    )


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
