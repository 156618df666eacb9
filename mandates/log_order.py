"""The order of the logs that are only added to: what is recorded later stands later."""

from datetime import date, datetime, time, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone


def end_of(day: date) -> datetime:
    """The midnight that ends a day, where the Secretariat sits."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def moment_in(log: QuerySet, at: datetime) -> datetime:
    """When what is recorded now stands in a log: at that moment, or right after the last entry of
    its day. A clock may be set back, and where a day is set (CIMPLAN_TODAY), each real day begins
    it anew; an entry would be settled by one that was there before it, a correction by what it
    corrects.

    log: entries with `recorded_at`.
    """
    rest_of_day = log.filter(recorded_at__gte=at, recorded_at__lt=end_of(timezone.localdate(at)))
    last = rest_of_day.order_by().aggregate(last=Max("recorded_at"))["last"]
    return last + timedelta(microseconds=1) if last else at
