"""What has been changed lately, of everything, by whom, and from what to what."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from calendar_app.models import Meeting, MeetingChange
from cimplan.forms import in_full
from desk.differences import NOTHING, Difference, Histories, as_it_was
from mandates.log_order import end_of
from mandates.models import Activity, Mandate, ProgressReport, Versioned
from mandates.models.records import may_see_drafts
from mandates.symbols import SymbolError, parse_reference, slug_from
from mandates.texts import name_of
from workplan.models import NoteTarget
from workplan.models.notes import records_with_names

#: Who changed what a file brought, and nobody in person.
FROM_A_FILE = "file"
MARK = re.compile(r"^(?P<when>[0-9T:.+-]{19,40})~(?P<row>\d{1,18})~(?P<rank>\d{1,3})$")


@dataclass(frozen=True)
class Wanted:
    """Which changes: by whom (a username, or `file`), of which kind of record (the model's name),
    between which days, of what words; and only those before a mark."""

    since: datetime | None = None
    until: date | None = None
    who: str = ""
    kind: str = ""
    words: str = ""
    before: str = ""


@dataclass(frozen=True)
class Change:
    """One act on one record: who, when, and from what to what. `logged`: a log of its own says
    so, with the reason, besides the record's history."""

    when: datetime
    who: str
    kind: str
    name: str
    act: str
    admin_url: str
    public_url: str
    under: str = ""
    reason: str = ""
    logged: bool = False
    differences: list[Difference] = field(default_factory=list)


def recent_changes(user: AbstractBaseUser, *, limit: int = 50, **wanted: Any) -> list[Change]:
    """The latest changes this user may see, newest first, at most `limit` of them.

    wanted: the fields of `Wanted`, each optional. What one save did to a record is one change.
    Whoever may not see drafts sees none. Raises ValueError for a mark that is none.
    """
    return changes_and_older(user, limit=limit, **wanted)[0]


def changes_and_older(
    user: AbstractBaseUser, *, limit: int, **wanted: Any
) -> tuple[list[Change], str]:
    """As `recent_changes`, and the mark before which there are more; "" where there are none."""
    if not may_see_drafts(user):
        return [], ""
    asked = Wanted(**wanted)
    mark = read_mark(asked.before)
    sources = [
        (rank, source) for rank, source in enumerate(all_sources()) if source.is_seen_by(user)
    ]
    found = [
        (moment, row, rank)
        for rank, source in sources
        if source.has_kind(asked.kind)
        for moment, row in _newest(_after(source.wanted(asked), rank, mark), limit + 1)
    ]
    # One query for each table: put together by the database they would be sorted whole.
    rows = sorted(found, key=lambda one: (one[0], one[1], -one[2]), reverse=True)[: limit + 1]
    older = mark_of(*rows[limit - 1]) if len(rows) > limit else ""
    return _described(dict(sources), rows[:limit]), older


def _newest(rows: models.QuerySet, count: int) -> Any:
    return rows.order_by("-moment", "-entry").values_list("moment", "entry")[:count]


def mark_of(moment: datetime, row: int, rank: int) -> str:
    return f"{moment.astimezone(timezone.get_current_timezone()).isoformat()}~{row}~{rank}"


def read_mark(text: str) -> tuple[datetime, int, int] | None:
    if not text:
        return None
    found = MARK.match(text)
    moment = parse_datetime(found["when"]) if found else None
    if found is None or moment is None or timezone.is_naive(moment):
        raise ValueError(text)
    return moment, int(found["row"]), int(found["rank"])


def _after(rows: models.QuerySet, rank: int, mark: tuple[datetime, int, int] | None) -> Any:
    if mark is None:
        return rows
    moment, row, marked = mark
    at_that_moment = Q(entry__lte=row) if rank > marked else Q(entry__lt=row)
    return rows.filter(Q(moment__lt=moment) | Q(moment=moment) & at_that_moment)


def _described(sources: dict[int, Any], rows: list[tuple[datetime, int, int]]) -> list[Change]:
    """The changes of these rows, in their order; those that changed nothing are left out."""
    found: dict[tuple[int, int], Change] = {}
    for rank, source in sources.items():
        mine = [row for _moment, row, its in rows if its == rank]
        for row, change in source.changes(mine) if mine else ():
            found[rank, row] = Change(**change)
    in_order = [found[rank, row] for _moment, row, rank in rows if (rank, row) in found]
    return list(_once(in_order))


def _once(changes: list[Change]) -> Iterator[Change]:
    """What a meeting's log says of a save, with the reason, its history does not say again."""
    logged = {(one.admin_url, one.when) for one in changes if one.logged}
    for one in changes:
        if not one.logged and (one.admin_url, one.when) in logged:
            others = [each for each in one.differences if each.field not in ("dates", "state")]
            if others:
                yield replace(one, differences=others)
        else:
            yield one


# --- where changes are written down ------------------------------------------------------------


class Source:
    """A table of changes: when each was made, by whom, and in what words it is found."""

    when = "recorded_at"
    who = "recorded_by"
    row = "id"

    def __init__(self, model: Any) -> None:
        self.model = model
        self.rows: models.QuerySet = model._base_manager.all()

    def is_seen_by(self, user: Any) -> bool:
        opts = self.rows.model._meta
        return bool(user.has_perm(f"{opts.app_label}.view_{opts.model_name}"))

    def has_kind(self, kind: str) -> bool:
        return kind in ("", self.model._meta.model_name)

    def wanted(self, asked: Wanted) -> models.QuerySet:
        rows = self.rows.annotate(moment=F(self.when), entry=F(self.row))
        if asked.since:
            rows = rows.filter(moment__gte=asked.since)
        if asked.until:
            rows = rows.filter(moment__lt=end_of(asked.until))
        if asked.who == FROM_A_FILE:
            rows = rows.filter(**{self.who: None})
        elif asked.who:
            rows = rows.filter(**{f"{self.who}__username": asked.who})
        return rows.filter(self.has_words(asked.words)) if asked.words else rows

    def has_words(self, words: str) -> Q:
        """Found where the list of this kind of record would look, as far as the row knows it."""
        known = {one.name for one in self.rows.model._meta.get_fields() if one.concrete}
        paths = admin.site._registry[self.model].search_fields
        condition = Q(pk__in=[])
        for path in paths:
            if path.partition("__")[0] in known:
                for words_meant in _meanings(words):
                    condition |= Q(**{f"{path}__icontains": words_meant})
        return condition


def _meanings(words: str) -> Iterator[str]:
    """The words, and the key they mean where they are a reference or a symbol."""
    yield words
    for read in (parse_reference, slug_from):
        with suppress(SymbolError):
            key = str(read(words))
            if key != words and len(key) > 2:  # a bare number would be found in every reference
                yield key


class HistorySource(Source):
    """The history of one kind of record."""

    when, who, row = "history_date", "history_user", "history_id"

    def __init__(self, model: Any) -> None:
        self.model = model
        self.rows = model.history.model._base_manager.all()
        self.related = tuple(admin.site._registry[model].list_select_related or ())

    def wanted(self, asked: Wanted) -> models.QuerySet:
        rows = super().wanted(asked)
        if not self.rows.model._history_m2m_fields:
            return rows
        # A save writes a row for the record, and two for each of its lists: the last says it all.
        # (A moment is asked for as a range so that SQLite looks by record: a file's are all one.)
        moment = OuterRef("history_date")
        later = self.rows.filter(
            id=OuterRef("id"),
            history_id__gt=OuterRef("history_id"),
            history_date__gte=moment,
            history_date__lte=moment,
        )
        return rows.exclude(Exists(later))

    def changes(self, keys: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        histories = Histories(self.rows.model, keys, self.related)
        records = {key: as_it_was(row, self.related) for key, row in histories.rows.items()}
        if self.model is NoteTarget:
            prefetch_related_objects(list(records.values()), records_with_names())
        for key, row in histories.rows.items():
            differences = histories.differences(row)
            act = _act(row, differences)
            if act:
                described = self._described(row, records[key])
                yield key, {**described, "act": act, "differences": differences}

    def _described(self, row: Any, record: Any) -> dict[str, Any]:
        return {
            "when": row.history_date,
            "who": name_of(row.history_user),
            "reason": row.history_change_reason or "",
            **_links(record if row.lives else None),
            "kind": str(self.model._meta.verbose_name),
            "name": in_full(record),
            "under": _above(record),
        }


def _act(row: Any, differences: list[Difference]) -> str:
    if row.history_type == "-":
        return _("Deleted")
    if row.before is None and row.began == "+":
        return _("Added")
    if [one.field for one in differences] == ["published"]:
        return _("Published") if row.published else _("Unpublished")
    # Of what stood before the history began to be kept, no more is known.
    return _("Changed") if differences or row.before is None else ""


def _above(record: Any) -> str:
    """What a line that has no page of its own stands in."""
    if hasattr(record, "published"):
        return ""
    names = record.shown_with or ("report",)
    above = (getattr(record, name, None) for name in names)
    return in_full(next((one for one in above if one is not None), ""))


class ReportSource(Source):
    """The progress log, of mandates or of activities."""

    who = "reported_by"

    def __init__(self, about: Any) -> None:
        super().__init__(ProgressReport)
        self.about = about
        self.rows = self.rows.filter(**{f"{about._meta.model_name}__isnull": False})

    def has_kind(self, kind: str) -> bool:
        return super().has_kind(kind) or kind == self.about._meta.model_name

    def changes(self, keys: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        shown = self.rows.select_related("mandate", "activity", "about", "reported_by")
        for report in shown.filter(pk__in=keys):
            record = report.mandate or report.activity
            said = [("status", report.get_status_display()), ("as_of", str(report.as_of))]
            said += [("about", str(report.about or "")), ("done", report.done)]
            yield (
                report.pk,
                {
                    "when": report.recorded_at,
                    "who": name_of(report.reported_by),
                    **_links(record),
                    "kind": str(self.about._meta.verbose_name),
                    "name": in_full(record),
                    "act": _("Corrected") if report.corrects_id else _("Reported"),
                    "differences": [
                        Difference(name, _label(ProgressReport, name), "", value)
                        for name, value in said
                        if value
                    ],
                },
            )


class MeetingLogSource(Source):
    """The log of meetings' dates and states."""

    def __init__(self) -> None:
        super().__init__(MeetingChange)

    def has_kind(self, kind: str) -> bool:
        return super().has_kind(kind) or kind == Meeting._meta.model_name

    def changes(self, keys: list[int]) -> Iterator[tuple[int, dict[str, Any]]]:
        shown = self.rows.select_related("meeting", "recorded_by")
        for entry in shown.filter(pk__in=keys):
            dates = (entry.dates_before or NOTHING, entry.dates_after or NOTHING)
            states = (entry.get_state_before_display(), entry.get_state_after_display())
            said = (("dates", _("Dates"), *dates), ("state", _("State"), *states))
            yield (
                entry.pk,
                {
                    "when": entry.recorded_at,
                    "who": name_of(entry.recorded_by),
                    **_links(entry.meeting),
                    "kind": str(Meeting._meta.verbose_name),
                    "name": str(entry.meeting),
                    "act": entry.get_act_display(),
                    "reason": entry.reason,
                    "logged": True,
                    "differences": [Difference(*one) for one in said if one[2] != one[3]],
                },
            )


def all_sources() -> list[Source]:
    """Every table of changes, in an order that does not change: marks name places in it."""
    kept = [model for model in apps.get_models() if issubclass(model, Versioned)]
    return [
        *(HistorySource(model) for model in kept),
        ReportSource(Mandate),
        ReportSource(Activity),
        MeetingLogSource(),
    ]


# --- words and links ---------------------------------------------------------------------------


def _label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def _links(record: Any) -> dict[str, str]:
    """The addresses of a record for staff and for everybody; none of one that is gone."""
    if record is None:
        return {"admin_url": "", "public_url": ""}
    opts = record._meta
    staff = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])
    public = record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
    return {"admin_url": staff, "public_url": public}
