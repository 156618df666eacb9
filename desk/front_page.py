"""What the desk shows one user: only what they may open, at a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cimplan import clock
from desk.attention import (
    ACTIVITIES,
    CONTRADICTIONS,
    DRAFTS,
    MANDATES,
    MEETINGS,
    REPORTS,
    Line,
    Moment,
    count_rows,
)
from desk.counting import name_for
from desk.models import Visit
from desk.since import FIRST_LOOK, edits, log_entries
from mandates.models import Mandate
from mandates.models.records import may_see_drafts

#: How many rows of a line the desk names.
NAMED = 3


@dataclass(frozen=True)
class ShownLine:
    """A line as the desk shows it.

    named: its first rows, on which progress can be reported at once.
    kinds: the lines it sums up; it leads nowhere itself then.
    theirs: whether it waits for this user, since few others may settle it.
    """

    label: str | Promise
    count: int
    url: str = ""
    named: QuerySet | tuple[()] = ()
    kinds: tuple["ShownLine", ...] = ()
    theirs: bool = False


@dataclass(frozen=True)
class Group:
    title: str | Promise
    lines: list[ShownLine]


def front_page(request: HttpRequest, site: AdminSite) -> dict[str, Any]:
    """The context of the desk's template."""
    at = Moment(request.user, clock.today())
    groups = _groups(at, _lines_to_open(request, site))
    return {
        "at": at,
        "groups": groups,
        "nothing_to_do": not any(line.count for group in groups for line in group.lines),
        "nothing_recorded": not Mandate.objects.visible_to(request.user).exists(),
        **_since_last_here(request.user),
    }


def _since_last_here(user: AbstractBaseUser) -> dict[str, Any]:
    """What was there before a change is in the logs too, so they are for those who see drafts."""
    last_here = Visit.objects.arrive(user, clock.now())
    if not may_see_drafts(user):
        return {}
    since = last_here or clock.now() - FIRST_LOOK
    return {
        "since": since,
        "last_here": last_here,
        "entries": log_entries(user, since),
        "edits": edits(user, since),
    }


def _lines_to_open(request: HttpRequest, site: AdminSite) -> list[Line]:
    """The lines whose lists the user may open."""
    drafts = DRAFTS if may_see_drafts(request.user) else ()
    return [
        line
        for line in (*MANDATES, *ACTIVITIES, *MEETINGS, CONTRADICTIONS, REPORTS, *drafts)
        if site.get_model_admin(line.model).has_view_or_change_permission(request)
    ]


def _groups(at: Moment, lines: list[Line]) -> list[Group]:
    """The lines under the kinds of work they belong to; a kind with no line is left out."""
    counts = count_rows(lines, at)

    def shown(*among: Line) -> list[ShownLine]:
        return [_shown(line, counts[line], at) for line in among if line in counts]

    drafts = [line for line in DRAFTS if line in counts]
    papers = [*shown(CONTRADICTIONS), *_sum_of(drafts, counts), *shown(REPORTS)]
    groups = (
        Group(_("Mandates"), shown(*MANDATES)),
        Group(_("Activities"), shown(*ACTIVITIES)),
        Group(_("Meetings"), shown(*MEETINGS)),
        Group(_("Notes, drafts and papers"), papers),
    )
    return [group for group in groups if group.lines]


def _shown(line: Line, count: int, at: Moment) -> ShownLine:
    return ShownLine(
        label=line.label,
        count=count,
        url=line.url,
        named=line.rows(at)[:NAMED] if line.names_first and count else (),
        theirs=bool(line.settled_by) and at.user.has_perm(line.settled_by),
    )


def _sum_of(drafts: list[Line], counts: dict[Line, int]) -> list[ShownLine]:
    """One line for all drafts; none for whoever may open none of their lists."""
    if not drafts:
        return []
    kinds = tuple(
        ShownLine(name_for(counts[line], line.model), counts[line], line.url)
        for line in drafts
        if counts[line]
    )
    total = sum(kind.count for kind in kinds)
    return [ShownLine(_("Drafts not published"), total, kinds=kinds)]
