"""The lists of mandates, activities, actors and resolutions as tables for a spreadsheet."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from calendar_app.models import Deadline
from calendar_app.views.shown import deadlines_shown
from cimplan.filtering import ListFilters
from cimplan.tables import Column, Table
from mandates.models import Activity, Actor, Addressee, Mandate, Resolution
from mandates.statements import Statement
from mandates.status import Standing, Status
from workplan.printed_order import in_printed_order

#: Between several of a kind in one cell.
AND = "; "
#: For what is in the address of each record.
STAND_IN = "the-record-of-this-row"


def names(records: Iterable[Any]) -> str:
    return AND.join(str(getattr(record, "name", record)) for record in records)


def address(request: HttpRequest, model: type[Model], name: str) -> Column:
    """Where the record's page is, for those who read the file elsewhere. name: its field that is
    in there."""
    # Found once: for each row Django takes a fifth of the time of all its cells.
    path = model(**{name: STAND_IN}).get_absolute_url()
    before, after = request.build_absolute_uri(path).split(STAND_IN)
    return Column(_("Address"), lambda record: f"{before}{getattr(record, name)}{after}", 40)


def progress(of_what: str) -> list[Column]:
    words = {value: str(label) for value, label in Status.choices}
    return [
        Column(of_what, lambda record: words[record.status]),
        Column(_("Status as of"), lambda record: record.status_as_of, 12),
        Column(_("Due"), lambda record: AND.join(map(due, record.deadlines_shown)), 24),
        Column(_("Contingent"), lambda record: record.contingent_on, 30),
    ]


def due(deadline: Deadline) -> str:
    """When it is due, as printed, and whether that is past."""
    at, span = deadline.meeting, deadline.due
    printed = span.printed(at.stood_as_tentative if at else False) if span else _("date not set")
    return _("%(dates)s (overdue)") % {"dates": printed} if deadline.is_overdue else printed


# --- mandates --------------------------------------------------------------------------------


def words_of(mandate: Mandate) -> str:
    """Its text, after the words it stands under."""
    return " ".join(one.text for one in [*mandate.standing_under, mandate])


def _mandate_columns(request: HttpRequest) -> list[Column]:
    standings = {value: str(label) for value, label in Standing.choices}
    return [
        Column(_("Reference"), lambda mandate: mandate.reference, 12),
        Column(_("Resolution"), lambda mandate: mandate.resolution.symbol, 24),
        Column(_("Title"), lambda mandate: mandate.resolution.title, 36),
        Column(_("Mandate"), words_of, 70),
        Column(_("Action verb"), lambda mandate: mandate.verb, 12),
        Column(_("Addressed to"), lambda mandate: AND.join(mandate.addressees_named), 28),
        Column(_("Responsible"), lambda mandate: AND.join(mandate.responsible_named), 24),
        *progress(_("Status")),
        Column(_("Suggested activities"), lambda mandate: AND.join(mandate.suggested_named), 50),
        Column(_("Standing"), lambda mandate: standings[mandate.standing], 12),
        address(request, Mandate, "reference"),
    ]


def _mandate_rows(filters: ListFilters) -> QuerySet:
    rows = filters.qs.with_status(filters.request.as_of)
    return rows.select_related("resolution", "parent__parent")


def _with_names(request: HttpRequest) -> Callable[[list[Mandate]], None]:
    """What the columns name, read as plain values: Django takes several times as long to make
    records of it."""
    user = request.user
    addressees = Statement.among(
        Addressee.objects.visible_to(user).order_by("position"),
        "mandate", "actor__name", "qualifier",
    )  # fmt: skip
    responsible = Statement.among(Actor.objects.visible_to(user), "mandates_responsible", "name")
    suggested = Statement.among(
        in_printed_order(Activity.objects.visible_to(user)), "mandates", "title"
    )

    def complete(mandates: list[Mandate]) -> None:
        keys = [mandate.pk for mandate in mandates]
        asked, answer = _by_mandate(addressees, keys), _by_mandate(responsible, keys)
        above = {one.pk for mandate in mandates for one in mandate.standing_under}
        proposed = _by_mandate(suggested, [*keys, *above.difference(keys)])
        due_of = defaultdict(list)
        for deadline in deadlines_shown(request).filter(mandate__in=keys):
            due_of[deadline.mandate_id].append(deadline)
        for mandate in mandates:
            mandate.addressees_named = asked[mandate.pk]
            mandate.responsible_named = answer[mandate.pk]
            mandate.suggested_named = _nearest(mandate, proposed)
            mandate.deadlines_shown = due_of[mandate.pk]

    return complete


def _by_mandate(statement: Statement, keys: Sequence[int]) -> dict[int, list[str]]:
    """What stands beside the keys of mandates, in words."""
    found = defaultdict(list)
    for key, *words in statement.rows(keys):
        found[key].append(" ".join(words).strip())
    return found


def _nearest(mandate: Mandate, proposed: Mapping[int, list[str]]) -> list[str]:
    """What is suggested for it, else for the nearest paragraph above it (`takes_part_with`)."""
    nearest_first = (mandate, *reversed(mandate.standing_under))
    return next((proposed[one.pk] for one in nearest_first if one.pk in proposed), [])


def _deadlines(filters: ListFilters) -> Prefetch:
    return Prefetch("deadlines", deadlines_shown(filters.request), to_attr="deadlines_shown")


MANDATES = Table("mandates", _mandate_columns, _mandate_rows, _with_names)


# --- activities ------------------------------------------------------------------------------


def _activity_columns(request: HttpRequest) -> list[Column]:
    return [
        Column(_("Activity"), lambda activity: activity.title, 50),
        Column(_("Suggested for"), suggested_for, 20),
        Column(_("Responsible"), lambda activity: names(activity.responsible.all()), 24),
        Column(_("Partners"), lambda activity: names(activity.partners.all()), 24),
        *progress(_("Status")),
        Column(_("Deliverable"), lambda activity: activity.deliverable, 36),
        Column(_("Funding"), lambda activity: activity.funding, 24),
        address(request, Activity, "slug"),
    ]


def suggested_for(activity: Activity) -> str:
    return AND.join(mandate.reference for mandate in activity.mandates.all())


def _activity_rows(filters: ListFilters) -> QuerySet:
    user, as_of = filters.request.user, filters.request.as_of
    partners = Prefetch("partners", Actor.objects.visible_to(user))
    return filters.qs.for_list(user, as_of).prefetch_related(partners, _deadlines(filters))


ACTIVITIES = Table("activities", _activity_columns, _activity_rows)


# --- actors and resolutions ------------------------------------------------------------------


def _actor_columns(request: HttpRequest) -> list[Column]:
    return [
        Column(_("Name"), lambda actor: actor.name, 50),
        Column(_("Acronym"), lambda actor: actor.acronym),
        Column(_("Kind"), lambda actor: actor.get_kind_display(), 30),
        Column(_("Mandates that name it"), lambda actor: actor.asked_count),
        address(request, Actor, "slug"),
    ]


def _resolution_columns(request: HttpRequest) -> list[Column]:
    return [
        Column(_("Symbol"), lambda resolution: resolution.symbol, 30),
        Column(_("Title"), lambda resolution: resolution.title, 70),
        Column(_("Assembly"), assembly, 14),
        Column(_("Year"), lambda resolution: resolution.year, 8),
        Column(_("Mandates"), lambda resolution: resolution.mandate_count, 10),
        address(request, Resolution, "slug"),
    ]


def assembly(resolution: Resolution) -> str:
    return str(resolution.assembly or "")


def _as_listed(filters: ListFilters) -> QuerySet:
    return filters.qs


ACTORS = Table("actors", _actor_columns, _as_listed)
RESOLUTIONS = Table("resolutions", _resolution_columns, _as_listed)
