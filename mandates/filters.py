"""The filters of the lists of mandates, activities, actors and resolutions."""

from collections.abc import Iterator, Set
from itertools import chain
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.http import HttpRequest
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from calendar_app.models.deadlines import DeadlineQuerySet
from calendar_app.views.shown import deadlines_dated, next_session_shown
from cimplan.filtering import ListFilters
from cimplan.filters import (
    MENU,
    NONE,
    Choice,
    FilledFilter,
    RuleFilter,
    Tally,
    TermFilter,
    ValueFilter,
    WordsFilter,
    rows_by,
)
from cimplan.record_filters import FewRecordsFilter, RecordFilter
from mandates.models import Activity, Actor, ActorKind, Addressee, Assembly, Mandate, Resolution
from mandates.models.mandates import being_asked_of, being_served_by
from mandates.models.progress_status import (
    all_latest_statuses,
    known_latest_statuses,
    latest_reports,
)
from mandates.statements import Statement, keys_given
from mandates.status import Standing, Status
from mandates.symbols import SymbolError, slug_from
from workplan.models import MandateRow, ProgramArea, WorkPlan


class StatusFilter(TermFilter):
    """The status of a mandate or an activity (`of`) on the day asked about."""

    by_log = True

    def __init__(self, of: str) -> None:
        super().__init__("status", Status, label=_("Status"))
        self.of = of

    def condition(self, values: list[str]) -> Q:
        # Found from the log, where all rows would be asked what their status is.
        statuses = [value.replace("-", "_") for value in values]
        latest = latest_reports(self.of, self.request.as_of)
        if Status.NO_REPORT in statuses:
            others = latest.exclude(status__in=statuses)
            return ~Q(Exists(others.filter(**{self.of: OuterRef("pk")})))
        return Q(pk__in=latest.filter(status__in=statuses).values(self.of))

    @property
    def _latest(self) -> dict[int, str]:
        # What is read in a transaction may be taken back.
        in_transaction = connections[self.parent.queryset.db].in_atomic_block
        find = all_latest_statuses if in_transaction else known_latest_statuses
        return self.parent.remembered("statuses", lambda: find(self.of, self.request.as_of))

    def settled(self, values: list[str]) -> tuple[Set[int], bool]:
        statuses = {value.replace("-", "_") for value in values}
        meet = {key for key, status in self._latest.items() if status in statuses}
        if Status.NO_REPORT in statuses:
            return self._latest.keys() - meet, False
        return meet, True

    def tallied(self) -> list[Tally]:
        latest = self._latest
        rows = rows_by((latest.get(key, Status.NO_REPORT), key) for key in self.parent.keys)
        return [Tally(one, rows[one.value.replace("-", "_")]) for one in self.everything()]


class YesNo(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")


class WithWithout(TextChoices):
    WITH = "with", _("With")
    WITHOUT = "without", _("Without")


class Due(TextChoices):
    OVERDUE = "overdue", _("Overdue")
    BEFORE_NEXT_SESSION = "before-next-session", _("Before the next session is over")
    THIS_YEAR = "this-year", _("This year")
    NONE = NONE, _("No date")


# --- rules -----------------------------------------------------------------------------------


def mandates_due(rows: QuerySet, term: str, request: HttpRequest) -> Q:
    return _due(term, request, "mandate")


def activities_due(rows: QuerySet, term: str, request: HttpRequest) -> Q:
    return _due(term, request, "activity")


def _due(term: str, request: HttpRequest, of: str) -> Q:
    """By a row's own deadlines; those of a mandate's activities are the activities'."""
    deadlines = deadlines_dated(request).order_by().filter(**{f"{of}__isnull": False})
    if term == Due.NONE:
        return ~Q(Exists(deadlines.filter(**{of: OuterRef("pk")})))
    return Q(pk__in=_deadlines(deadlines, term, request).values(of))


def _deadlines(deadlines: DeadlineQuerySet, term: str, request: HttpRequest) -> DeadlineQuerySet:
    on = request.as_of
    if term == Due.OVERDUE:
        return deadlines.overdue(on)
    if term == Due.THIS_YEAR:
        return deadlines.due_between(on.replace(month=1, day=1), on.replace(month=12, day=31))
    session, coming = next_session_shown(request), deadlines.upcoming(on)
    return coming.filter(last_day__lte=session.stood.end) if session else coming


def with_activities(rows: QuerySet, term: str, request: HttpRequest) -> Q:
    served = being_served_by(Activity.objects.visible_to(request.user))
    return served if term == WithWithout.WITH else ~served


def with_mandates(rows: QuerySet, term: str, request: HttpRequest) -> Q:
    linked = Q(Exists(Mandate.objects.visible_to(request.user).filter(activities=OuterRef("pk"))))
    return linked if term == WithWithout.WITH else ~linked


# --- records ---------------------------------------------------------------------------------


class Named(NamedTuple):
    """What is shown of an actor that one may choose."""

    slug: str
    name: str


class NamedInShort(NamedTuple):
    """What is shown of a program area that one may choose."""

    slug: str
    short_name: str


class Cited(NamedTuple):
    """What is shown of a resolution that one may choose."""

    slug: str
    symbol: str
    title: str


class AssemblyFilter(FewRecordsFilter):
    def __init__(self, to_rows: str) -> None:
        super().__init__(
            Assembly,
            to_rows,
            fields=("ordinal", "special", "year"),
            label=_("Assembly"),
            nothing=_("None recorded"),
        )

    def word_of(self, record: Assembly) -> str:
        return record.code.slug


class PlanFilter(FewRecordsFilter):
    """The plans that print a mandate, in a row of its own or in that of the paragraph whose list
    it stands in."""

    def __init__(self) -> None:
        super().__init__(
            WorkPlan, "rows__mandate", fields=("year",), label=_("Work plan"), nothing=_("In none")
        )

    def word_of(self, record: WorkPlan) -> str:
        return str(record.year)

    def linked_to(self, records: list[WorkPlan]) -> Q:
        return self._printed_by(plan__in=[record.pk for record in records])

    def linked_to_none(self) -> Q:
        return ~self._printed_by()

    def _printed_by(self, **plans: Any) -> Q:
        printed = MandateRow.objects.visible_to(self.request.user).filter(**plans)
        rows = printed.order_by().values("mandate")
        # Within a NOT, a parent that is NULL would leave the row out.
        return Q(pk__in=rows) | Q(parent__isnull=False, parent__in=rows)

    def links(self) -> Iterator[tuple[int, int]]:
        printed = MandateRow.objects.visible_to(self.request.user).order_by()
        plans = rows_by(
            self.parent.values("printed", lambda: printed.values_list("mandate", "plan"))
        )
        children = self.parent.values_among(
            "children", self.parent.queryset.order_by, list(plans), "parent", "pk"
        )
        for mandate, key in chain(zip(plans, plans, strict=True), children):
            yield from ((plan, key) for plan in plans[mandate])


class ActorFilter(RecordFilter):
    """Actors, by their names where these are typed."""

    def __init__(self, to_rows: str, label: Any, nothing: Any) -> None:
        super().__init__(
            Actor,
            to_rows,
            shown=Named,
            label=label,
            nothing=nothing,
            help_text=_("A name, such as Member States."),
            name_of=name,
        )

    def tidy(self, typed: str) -> str:
        text = super().tidy(typed)
        return slugify(text) or text


class AddresseeFilter(ActorFilter):
    """Whom a mandate asks, by name or as a member of a collective: what is asked of Member States
    is asked of each of them."""

    def __init__(self) -> None:
        super().__init__("addressed_in__mandate", _("Addressed to"), _("Nobody named"))

    def linked_to(self, records: list[Actor]) -> Q:
        any_of = Q()
        for actor in records:
            any_of |= being_asked_of(actor, self.records())
        return any_of

    def everything(self) -> list[Choice]:
        anyone, asked, those = self.parent.remembered("statements for actors", self._statements)
        named = {key for (key,) in asked.rows(anyone.keys())}
        offered = tuple(key for (key,) in those.rows(list(named)))
        choices = self._choices_of(offered)
        group = self._group_of_others
        by_name = [choice for key, choice in choices.items() if key in named]
        others = [one._replace(group=group) for key, one in choices.items() if key not in named]
        return by_name + others + self._none

    def _statements(self) -> tuple[Statement, Statement, Statement]:
        """For those whom any mandate asks, drafts included, who are few; for those of them of whom
        one that is seen asks something; and for these with those who are among them."""
        anyone = Addressee.objects.order_by().values_list("actor").distinct()
        # One that is seen is looked up: asked whether there is any, PostgreSQL puts all together
        # first.
        seen = Mandate.objects.visible_to(self.request.user).filter(pk=OuterRef("mandate"))
        asking = Addressee.objects.filter(Exists(seen.order_by()), actor=OuterRef("pk")).order_by()
        asked = self.records().order_by().annotate(asked=Subquery(asking.values("pk")[:1]))
        named = keys_given(asked.db)
        among = Actor.members.through.objects.filter(from_actor__in=named).values("to_actor")
        offered = self.records().filter(Q(pk__in=named) | Q(pk__in=among))
        return (
            Statement.for_values(anyone),
            Statement.among(asked.filter(asked__isnull=False), "pk"),
            Statement.for_keys(offered[: MENU + 1]),
        )

    def tallied(self) -> list[Tally]:
        """Those who are named, then those who are only among them."""
        asked = tuple(sorted({actor for actor, _mandate in self._named()}))
        named = {*(choice.value for choice in self._choices_of(asked).values()), NONE}
        group = self._group_of_others
        tallied = [
            Tally(one if one.value in named else one._replace(group=group), rows)
            for one, rows in super().tallied()
        ]
        return sorted(tallied, key=lambda tally: (tally.choice.value == NONE, tally.choice.group))

    def links(self) -> Iterator[tuple[int, int]]:
        named = rows_by(self._named())
        membership = Actor.members.through.objects.order_by
        members = self.parent.values_among(
            "members", membership, list(named), "from_actor", "to_actor"
        )
        for speaking_for_it, actor in chain(zip(named, named, strict=True), members):
            yield from ((actor, key) for key in named[speaking_for_it])

    def _named(self) -> list[tuple[int, int]]:
        """The keys of addressees with those of the rows that ask something of each."""
        return self.parent.remembered(
            "named", lambda: self.parent.values("addressees", self._addressees)
        )

    def _addressees(self) -> QuerySet:
        rows = self.parent.queryset.order_by().values("pk")
        named = Addressee.objects.filter(mandate__in=rows, actor__in=self.records())
        return named.order_by().values_list("actor", "mandate")

    @property
    def _group_of_others(self) -> str:
        """The heading of those who are not named themselves."""
        return str(_("As one of those addressed"))


class ResolutionFilter(RecordFilter):
    """Resolutions, by their symbols in whatever form they are typed."""

    def __init__(self, to_rows: str, **kwargs: Any) -> None:
        super().__init__(
            Resolution,
            to_rows,
            shown=Cited,
            label=_("Resolution"),
            help_text=_("Its symbol: 219, CIM/RES.219, A/RES/54/4."),
            name_of=symbol,
            option_of=symbol_and_title,
            **kwargs,
        )

    def tidy(self, typed: str) -> str:
        text = super().tidy(typed)
        try:
            return slug_from(text)
        except SymbolError:
            return text


class ResolutionOfMandatesFilter(ResolutionFilter):
    """The resolutions of the mandates that an activity is suggested for."""

    def __init__(self) -> None:
        super().__init__("mandates__activities", nothing=_("None"))

    @property
    def _mandates(self) -> QuerySet:
        # Through a draft the reader would learn what it is about.
        visible = Mandate.objects.visible_to(self.request.user)
        return visible.filter(activities__isnull=False).order_by()

    def linked_to(self, records: list[Resolution]) -> Q:
        return Q(pk__in=self._mandates.filter(resolution__in=records).values("activities"))

    def linked_to_none(self) -> Q:
        return ~Q(pk__in=self._mandates.values("activities"))

    def linked(self) -> QuerySet:
        return self.records().filter(pk__in=self._mandates.values("resolution"))

    def linking(self) -> QuerySet:
        rows = self.parent.queryset.order_by().values("pk")
        among = Mandate.objects.visible_to(self.request.user).filter(activities__in=rows)
        return among.order_by().values_list("resolution", "activities")


def symbol(resolution: Cited | Resolution) -> str:
    return resolution.symbol


def symbol_and_title(resolution: Cited | Resolution) -> str:
    text = f"{resolution.symbol} {resolution.title}".strip()
    return text if len(text) <= 80 else Truncator(text).chars(80)


def name(actor: Named | Actor) -> str:
    return actor.name


def short_name(area: NamedInShort | ProgramArea) -> str:
    return area.short_name


def areas(to_rows: str) -> RecordFilter:
    return RecordFilter(
        ProgramArea,
        to_rows,
        shown=NamedInShort,
        label=_("Program area"),
        nothing=_("None"),
        name_of=short_name,
    )


def words(help_text: Any) -> WordsFilter:
    return WordsFilter(label=_("Words"), help_text=help_text)


# --- lists -----------------------------------------------------------------------------------


class MandateFilters(ListFilters):
    q = words(_("In the text, the resolution’s title, the suggested activities."))
    status = StatusFilter("mandate")
    due = RuleFilter(Due, mandates_due, label=_("Due"))
    activities = RuleFilter(WithWithout, with_activities, label=_("Activities"))
    contingent = FilledFilter("contingent_on", YesNo, label=_("Contingent"))
    resolution = ResolutionFilter("mandates")
    assembly = AssemblyFilter("resolutions__mandates")
    plan = PlanFilter()
    area = areas("mandates")
    addressee = AddresseeFilter()
    responsible = ActorFilter("mandates_responsible", _("Responsible"), _("Nobody named"))
    partner = ActorFilter("mandates_partnered", _("Partner"), _("Nobody named"))
    verb = ValueFilter("verb", label=_("Action verb"), nothing=_("None printed"))
    standing = TermFilter("standing", Standing, label=_("Standing"), layout="menu")


class ActivityFilters(ListFilters):
    q = words(_("In the title, the description, the deliverable, the funding."))
    status = StatusFilter("activity")
    due = RuleFilter(Due, activities_due, label=_("Due"))
    mandates = RuleFilter(WithWithout, with_mandates, label=_("Mandates"))
    deliverable = FilledFilter("deliverable", WithWithout, label=_("Deliverable"))
    funding = FilledFilter("funding", WithWithout, label=_("Funding"))
    contingent = FilledFilter("contingent_on", YesNo, label=_("Contingent"))
    resolution = ResolutionOfMandatesFilter()
    area = areas("activities")
    responsible = ActorFilter("activities_responsible", _("Responsible"), _("Nobody named"))
    partner = ActorFilter("activities_partnered", _("Partner"), _("Nobody named"))


class ActorFilters(ListFilters):
    q = words(_("In the name, the acronym, the other names."))
    kind = TermFilter("kind", ActorKind, label=_("Kind"))


class ResolutionFilters(ListFilters):
    q = words(_("In the symbol and the title."))
    body = ValueFilter("body", label=_("Body"))
    assembly = AssemblyFilter("resolutions")
    year = ValueFilter("year", label=_("Year"), nothing=_("Not recorded"))
