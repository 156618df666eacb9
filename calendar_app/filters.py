"""The filters of the list of meetings."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from calendar_app.models import MeetingKind, Session, Term
from calendar_app.models.meetings import MeetingQuerySet
from cimplan.filtering import ListFilters
from cimplan.filters import (
    NONE,
    DayFilter,
    RuleFilter,
    TermFilter,
    ValueFilter,
    WordsFilter,
)
from cimplan.record_filters import FewRecordsFilter
from mandates.filters import YesNo, areas


class Convened(TextChoices):
    BY_CIM = "cim", _("By an organ of the CIM")
    EXTERNAL = "external", _("By others")


class Exact(TextChoices):
    ONLY = "1", _("known to the day")


class Period(TextChoices):
    COMING = "coming", _("On or coming")
    PAST = "past", _("Past")
    NONE = NONE, _("No date")


def convened(rows: MeetingQuerySet, term: str, request: HttpRequest) -> Q:
    ours = _among(rows.convened_by_cim())
    return ours if term == Convened.BY_CIM else ~ours


def tentative(rows: MeetingQuerySet, term: str, request: HttpRequest) -> Q:
    movable = _among(rows.with_tentative_dates())
    return movable if term == YesNo.YES else ~movable


def in_period(rows: MeetingQuerySet, term: str, request: HttpRequest) -> Q:
    if term == Period.COMING:
        return _among(rows.from_day(request.as_of))
    return _among(rows.undated() if term == Period.NONE else rows.over_before(request.as_of))


def exact(rows: MeetingQuerySet, term: str, request: HttpRequest) -> Q:
    return _among(rows.without_vague_dates())


def _among(meetings: MeetingQuerySet) -> Q:
    return Q(pk__in=meetings.values("pk"))


def since(rows: MeetingQuerySet, day: date) -> QuerySet:
    return rows.in_period(day, date.max)


def until(rows: MeetingQuerySet, day: date) -> QuerySet:
    return rows.in_period(date.min, day)


class TermFilterOfSessions(FewRecordsFilter):
    """The meetings that are sessions of a term of the Executive Committee."""

    def __init__(self) -> None:
        super().__init__(
            Term,
            "sessions__meeting",
            fields=("start_year", "end_year"),
            label=_("Sessions of the term"),
        )

    def word_of(self, record: Term) -> str:
        return str(record)

    @property
    def _sessions(self) -> QuerySet:
        return Session.objects.visible_to(self.request.user).order_by()

    def linked_to(self, records: list[Any]) -> Q:
        return Q(pk__in=self._sessions.filter(term__in=records).values("meeting"))

    def linked(self) -> QuerySet:
        return self.records().filter(pk__in=self._sessions.values("term"))

    def linking(self) -> QuerySet:
        rows = self.parent.queryset.order_by().values("pk")
        return self._sessions.filter(meeting__in=rows).values_list("term", "meeting")


class MeetingFilters(ListFilters):
    q = WordsFilter(label=_("Words"), help_text=_("In the titles, the place, the series."))
    period = RuleFilter(Period, in_period, label=_("Period"))
    since = DayFilter(since, label=_("From"), help_text=_("Not over before this day."))
    until = DayFilter(until, label=_("To"), help_text=_("Begun by this day."))
    kind = TermFilter("kind", MeetingKind, label=_("Kind"))
    convened = RuleFilter(Convened, convened, label=_("Convened"))
    tentative = RuleFilter(YesNo, tentative, label=_("Tentative"))
    area = areas("meetings")
    country = ValueFilter(
        "country", label=_("Country"), nothing=_("None named"), name_of=countries.name
    )
    place = ValueFilter("city", label=_("Place"), nothing=_("None named"))
    term = TermFilterOfSessions()

    @property
    def hint(self) -> str:
        since, until = ("".join(self.chosen.get(name, ())) for name in ("since", "until"))
        if not since or not until or since <= until:
            return ""
        return gettext("“To” is before “From”: only what lasts from the one to the other is found.")


class FeedFilters(MeetingFilters):
    """Those of a feed, where one may leave out what would take up a whole month or more."""

    exact = RuleFilter(Exact, exact, label=_("Dates"))
