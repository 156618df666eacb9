"""What people have done since somebody was last at the desk: the logs entry by entry, all other
edits by how many records of each kind. What a file brought is no news. The page of all changes
(desk/changes.py) has everything in full; here the queries are the same whatever has happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.timezone import localdate

from calendar_app.models import MeetingChange
from desk.changes import HistorySource, all_sources
from desk.counting import counts_of, name_for
from mandates.models import ProgressReport

#: How many entries of the logs the desk shows.
ENTRIES = 15
#: How far back the first visit looks.
FIRST_LOOK = timedelta(days=30)


class Link(NamedTuple):
    name: str
    url: str


@dataclass(frozen=True)
class Entry:
    """What was recorded at once: by whom, about which records, and what it says of them."""

    when: datetime
    who: AbstractBaseUser
    act: str
    records: list[Link]
    said: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Edited:
    """How many records of a kind were edited, and where to read how."""

    kind: str | Promise
    count: int
    url: str


def log_entries(user: AbstractBaseUser, since: datetime) -> list[Entry]:
    """What was reported and what became of meetings, the newest first; only what the user may
    see, and at most `ENTRIES` lines of the logs."""
    found: list[Entry] = []
    if user.has_perm("mandates.view_progressreport"):
        found += _reported(user, since)
    if user.has_perm("calendar_app.view_meetingchange"):
        found += _rescheduled(user, since)
    return sorted(found, key=lambda entry: entry.when, reverse=True)[:ENTRIES]


def _reported(user: AbstractBaseUser, since: datetime) -> list[Entry]:
    """One letter that answers five mandates is one entry."""
    reports = ProgressReport.objects.visible_to(user).filter(
        recorded_at__gte=since, reported_by__isnull=False
    )
    reports = reports.select_related("mandate", "activity", "reported_by").latest_recorded()
    entries = []
    for _step, together in groupby(reports[:ENTRIES], lambda report: report.batch or report.pk):
        latest, *earlier = together
        entries.append(
            Entry(
                when=latest.recorded_at,
                who=latest.reported_by,
                act=latest.get_status_display(),
                records=[_link(report.on) for report in (*reversed(earlier), latest)],
                said=latest.done,
            )
        )
    return entries


def _rescheduled(user: AbstractBaseUser, since: datetime) -> list[Entry]:
    changes = MeetingChange.objects.visible_to(user).filter(
        recorded_at__gte=since, recorded_by__isnull=False
    )
    changes = changes.select_related("meeting", "recorded_by").order_by("-recorded_at", "-pk")
    return [
        Entry(
            when=change.recorded_at,
            who=change.recorded_by,
            act=change.get_act_display(),
            records=[_link(change.meeting)],
            said=change.reason,
            before=change.dates_before,
            after=change.dates_after,
        )
        for change in changes[:ENTRIES]
    ]


def _link(record: Model) -> Link:
    options = record._meta
    page = f"admin:{options.app_label}_{options.model_name}_change"
    return Link(str(record), reverse(page, args=[record.pk]))


def edits(user: AbstractBaseUser, since: datetime) -> list[Edited]:
    """How many records of each kind were added, edited or deleted; of the kinds whose history
    the user may read."""
    kinds = [
        source
        for source in all_sources()
        if isinstance(source, HistorySource) and source.is_seen_by(user)
    ]
    people = {"history_date__gte": since, "history_user__isnull": False}
    counts = counts_of((source.rows.filter(**people) for source in kinds), "id")
    return [
        _edited(source.model, count, since)
        for source, count in zip(kinds, counts, strict=True)
        if count
    ]


def _edited(model: type[Model], count: int, since: datetime) -> Edited:
    query = urlencode({"kind": model._meta.model_name, "from": localdate(since).isoformat()})
    return Edited(name_for(count, model), count, f"{reverse('admin:changes')}?{query}")
