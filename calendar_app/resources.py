"""Meetings and deadlines as spreadsheets."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendar_app.models import Deadline, Meeting, MeetingKind, MeetingState
from calendar_app.scheduling import act_between, log_entry
from cimplan.spreadsheets.columns import Choice, Column, Dates, Line, Meaning, One, Several, Words
from cimplan.spreadsheets.resource import CHUNK, Key, Resource, Values
from mandates.models import Activity, Actor, Mandate
from mandates.resources import PUBLISHED, on_the_same

_h = gettext_lazy


class MeetingResource(Resource):
    """Meetings. Where dates or state change, the meeting's log says so, as from its form."""

    name, title, model = "meetings", _h("Meetings"), Meeting
    key = ("slug",)
    columns = (
        Column("slug", _h("Key"), Line(), width=30),
        Column("title", _h("Title"), Line(), width=50),
        Column("subtitle", _h("Second title"), Line(), width=24),
        Column("kind", _h("Kind"), Choice(MeetingKind), width=12),
        Column("span", _h("Dates"), Dates(tentative=True), width=26, names=("dates",)),
        Column("state", _h("State"), Choice(MeetingState), width=12),
        Column("city", _h("Place"), Line(), width=24),
        Column("country", _h("Country code"), Line(), width=10),
        Column("organizers", _h("Organizers"), Several(Actor), width=24),
        Column("activities", _h("Activities it serves"), Several(Activity), width=30),
        Column("mandates", _h("Mandates it serves"), Several(Mandate), width=20),
        Column("follows", _h("Follows up on"), Several(Meeting), width=24),
        Column("series", _h("Series"), Line(), width=24),
        PUBLISHED,
    )
    beside = (Column("reason", _h("Reason for other dates or state"), Words(), width=30),)

    def check(self, before: Any, record: Any, values: Values) -> Iterator[tuple[str, str]]:
        was = before.state if before else None
        is_called_off = record.state == MeetingState.CANCELLED != was
        if is_called_off and not (values.get("reason") or "").strip():
            yield "reason", _("Say why the meeting is cancelled.")

    def after_save(self, before: Any, record: Any, values: Values) -> Iterator[Any]:
        if before is None:
            # One that comes in as called off was to be held before.
            before = Meeting(state=MeetingState.SCHEDULED, tentative=record.tentative)
            before.span = record.span
            if record.state != MeetingState.CANCELLED:
                return
        act = act_between(before, record)
        if act:
            reason = values.get("reason") or ""
            yield log_entry(before, record, act=act, by=self.by, at=self.at, reason=reason)


class OrdinalAmongAlike(Meaning):
    """Which one it is among deadlines of the same record in the same words; blank is the first."""

    def stored(self, record: Any, attribute: str) -> int:
        return int(record.ordinal)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        text = value.strip()
        if text and not (text.isdecimal() and 0 < int(text[:4]) < 1000):
            raise ValueError(_("“%(text)s” is not a number from 1.") % {"text": text[:60]})
        return int(text or 1)

    def put(self, record: Any, attribute: str, value: Any) -> list[str]:
        return []


class DeadlineResource(Resource):
    """Deadlines, which have no key of their own: known by what is due and the words that say so."""

    name, title, model = "deadlines", _h("Deadlines"), Deadline
    key = ("mandate", "activity", "words", "ordinal")
    columns = (
        Column("mandate", _h("Mandate"), One(Mandate), width=16),
        Column("activity", _h("Activity"), One(Activity), width=30),
        Column("words", _h("Words"), Words(), width=60),
        Column("ordinal", _h("Number among the same words"), OrdinalAmongAlike(), width=12),
        Column("meeting", _h("At the meeting"), One(Meeting), width=30),
        Column("span", _h("By"), Dates(tentative=False), width=24, names=("by",)),
    )

    def lacks(self, found: set[str]) -> list[str]:
        needed = [] if found & {"mandate", "activity"} else ["mandate"]
        needed += [] if "words" in found else ["words"]
        return [str(self.by_attribute[one].heading) for one in needed]

    def key_of_values(self, values: Values) -> Key:
        parts = {**values, "ordinal": values.get("ordinal") or 1}
        return tuple(str(parts.get(name) or "") for name in self.key)

    def rows_for_export(self, rows: QuerySet) -> Any:
        return Numbered(rows)

    def stored_by_key(self, rows: Iterable[Values]) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for part in on_the_same(Deadline.objects.select_for_update(of=("self",)), rows):
            for one in numbered(self.linked(list(part.order_by("pk")))):
                values = {name: self.by_attribute[name].stored(one) for name in self.key}
                found[self.key_of_values(values)] = one
        return found

    def new(self, values: Values) -> Deadline:
        record = Deadline()
        record.ordinal = values.get("ordinal") or 1
        return record

    def check(self, before: Any, record: Any, values: Values) -> Iterator[tuple[str, str]]:
        if bool(record.mandate) == bool(record.activity):
            yield "mandate", _("A deadline is a mandate's or an activity's: name one of them.")
        if bool(record.meeting) == bool(record.span):
            yield "meeting", _("Name a meeting, or else give dates: one of the two.")


class Numbered:
    """Deadlines in their order, each with its number among those alike."""

    def __init__(self, rows: QuerySet) -> None:
        self.rows = rows.order_by("pk")

    def __iter__(self) -> Iterator[Deadline]:
        return self.iterator()

    def iterator(self, chunk_size: int = CHUNK) -> Iterator[Deadline]:
        """As a QuerySet's."""
        return numbered(self.rows.iterator(chunk_size=chunk_size))


def numbered(rows: Iterable[Deadline]) -> Iterator[Deadline]:
    """The deadlines, each with `ordinal`, from 1, among those of its record in its words."""
    seen: dict[tuple[Any, ...], int] = {}
    for one in rows:
        alike = (one.mandate_id, one.activity_id, one.words)
        one.ordinal = seen[alike] = seen.get(alike, 0) + 1
        yield one
