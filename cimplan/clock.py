"""The day and the moment this installation takes for now. Only views and commands ask; rules
of the domain are handed the date."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The day set by CIMPLAN_TODAY, else the calendar's, in the Secretariat's time zone."""
    return settings.TODAY or timezone.localdate()


def now() -> datetime:
    """The present moment; on a set day, that day with the real time, so that logs keep order."""
    moment = timezone.localtime()
    if settings.TODAY is None:
        return moment
    return moment.replace(
        year=settings.TODAY.year, month=settings.TODAY.month, day=settings.TODAY.day
    )
