"""Actors, resolutions, mandates, addressees, activities and progress reports as spreadsheets."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cimplan.spreadsheets.columns import (
    Choice,
    Column,
    Day,
    Line,
    Meaning,
    Number,
    One,
    Several,
    Words,
    YesNo,
    known_records,
)
from cimplan.spreadsheets.files import Row, Sheet
from cimplan.spreadsheets.resource import CHUNK, Key, Resource, Values
from documents.loading import new_resolution
from mandates.log_order import moment_in
from mandates.models import (
    Activity,
    Actor,
    ActorKind,
    Addressee,
    Assembly,
    Mandate,
    ProgressReport,
    Resolution,
)
from mandates.reporting import LONGEST_TEXT
from mandates.status import Priority, Standing, Status
from mandates.symbols import SymbolError, parse_reference, parse_symbol, path_label, slug_from

_h = gettext_lazy
PUBLISHED = Column("published", _h("Published"), YesNo(), width=10)


class ActorResource(Resource):
    name, title, model = "actors", _h("Actors"), Actor
    key, under = ("slug",), ()
    columns = (
        Column("slug", _h("Key"), Line(), width=24),
        Column("name", _h("Name"), Line(), width=40),
        Column("acronym", _h("Acronym"), Line(), width=12),
        Column("other_names", _h("Other names"), Words(), width=24),
        Column("kind", _h("Kind"), Choice(ActorKind), width=20),
        Column("country", _h("Country code"), Line(), width=10),
        Column("state", _h("State"), One(Actor), width=16),
        Column("members", _h("Members"), Several(Actor), width=40),
        PUBLISHED,
    )


class Symbol(Line):
    """The symbol of a resolution as it is printed; its spellings are one key."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        if text:
            parse_symbol(text)
        return text


class ResolutionResource(Resource):
    name, title, model = "resolutions", _h("Resolutions"), Resolution
    key = ("symbol",)
    columns = (
        Column("symbol", _h("Symbol"), Symbol(), width=26),
        Column("title", _h("Title"), Line(), width=60),
        Column("language", _h("Original language"), Line(), width=10),
        Column("assembly", _h("Assembly"), One(Assembly), width=14),
        Column("adopted_on", _h("Adopted on"), Day(), width=14),
        Column("rescinds", _h("Rescinds"), Several(Resolution), width=24),
        Column("follows", _h("Follows up on"), Several(Resolution), width=24),
        PUBLISHED,
    )

    def key_of_values(self, values: Values) -> Key:
        return (slug_from(values["symbol"]) if values.get("symbol") else "",)

    def stored_by_key(self, rows: Iterable[Values]) -> dict[Key, Any]:
        keys = sorted({self.key_of_values(values)[0] for values in rows})
        found: dict[Key, Any] = {}
        for start in range(0, len(keys), CHUNK):
            part = Resolution.objects.filter(slug__in=keys[start : start + CHUNK])
            part = part.select_for_update(of=("self",))
            found |= {(one.slug,): one for one in self.linked(list(part))}
        self.assemblies = {(one.ordinal, one.special): one for one in Assembly.objects.all()}
        return found

    def new(self, values: Values) -> Resolution:
        symbol = parse_symbol(values["symbol"])
        record = new_resolution(symbol, values["symbol"], "")
        if symbol.body == "CIM" and symbol.assembly:
            code = symbol.assembly
            record.assembly = self.assemblies.get((code.ordinal, code.special))
        return record


# --- mandates --------------------------------------------------------------------------------

_DOUBLED = re.compile(r"([a-z])\1+")


class Reference(Line):
    """Ours, in any spelling."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = super().clean(value)
        return str(parse_reference(text)) if text else ""


class MandateResource(Resource):
    """Paragraphs. A table from elsewhere, which has no references of ours, is read by its
    resolutions, positions, levels and labels instead."""

    name, title, model = "mandates", _h("Mandates"), Mandate
    key, under = ("reference",), ("parent",)
    columns = (
        Column("reference", _h("Reference"), Reference(), width=18),
        Column("resolution", _h("Resolution"), One(Resolution), width=26, once=True),
        Column("parent", _h("Stands under"), One(Mandate), width=16),
        Column("position", _h("Position"), Number(), width=9),
        Column("label", _h("Printed label"), Line(), width=9),
        Column("text", _h("Text"), Words(), width=70),
        Column("verb", _h("Action verb"), Line(), width=14),
        Column("responsible", _h("Responsible"), Several(Actor), width=24),
        Column("partners", _h("Partners"), Several(Actor), width=24),
        Column("contingent_on", _h("Contingent on"), Words(), width=30),
        Column("begins_on", _h("Begins on"), Day(), width=12),
        Column("ends_on", _h("Ends on"), Day(), width=12),
        Column("priority", _h("Priority"), Choice(Priority), width=12),
        Column("standing", _h("Standing"), Choice(Standing), width=14),
        Column("standing_date", _h("Standing since"), Day(), width=12),
        Column("standing_target", _h("Superseded by, or duplicate of"), One(Mandate), width=16),
        Column("reported_on", _h("Reported on"), YesNo(), width=10),
        PUBLISHED,
    )
    beside = (Column("level", _h("Level"), Number(), offered=False),)

    def __init__(self) -> None:
        super().__init__()
        self.remarks: list[str] = []
        #: By row number, the reference of ours, and that of the paragraph it stands under.
        self.referred: dict[int, tuple[str, str]] = {}

    def notes(self) -> list[str]:
        return self.remarks

    def lacks(self, found: set[str]) -> list[str]:
        if {"resolution", "position", "level"} <= found:
            return []
        return super().lacks(found)

    def look_over(self, sheet: Sheet, at: dict[str, int]) -> None:
        if "reference" not in at:
            self._refer(sheet, at)

    def texts(self, row: Row, at: dict[str, int]) -> dict[str, str]:
        texts = super().texts(row, at)
        if row.number in self.referred:
            texts["reference"], texts["parent"] = self.referred[row.number]
        return texts

    def _refer(self, sheet: Sheet, at: dict[str, int]) -> None:
        """Give each row the reference of ours, and that of the paragraph it stands under."""
        texts_of = super().texts
        of_resolution: dict[str, list[Row]] = {}
        for row in sheet.rows:
            symbol = texts_of(row, at)["resolution"].strip()
            of_resolution.setdefault(symbol, []).append(row)
        for symbol, rows in of_resolution.items():
            try:
                slug = slug_from(symbol)
            except SymbolError:
                continue  # said of the column itself
            paragraphs = [(row.number, texts_of(row, at)) for row in rows]
            paragraphs.sort(key=lambda one: _whole(one[1]["position"]))
            outline = Outline(slug)
            for number, texts in paragraphs:
                reference, parent, remark = outline.place(
                    _whole(texts["level"]), texts.get("label", "")
                )
                self.referred[number] = reference, parent
                if remark:
                    self.remarks.append(
                        _("Row %(row)s: %(remark)s") % {"row": number, "remark": remark}
                    )


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 10 else 1


class Outline:
    """Where the paragraphs of a resolution stand, in their order, by level and printed label."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.path: list[str] = []
        self.under: dict[tuple[str, ...], int] = {}

    def place(self, level: int, label: str) -> tuple[str, str, str]:
        """The reference, the reference of what it stands under, and what is to be said of it."""
        printed = label.strip()
        bare = re.sub(r"[^0-9a-z]", "", printed.lower())
        depth, remark = self._depth(level, bare, printed)
        above = self.path[: depth - 1]
        number = self.under.get(tuple(above), 0) + 1
        self.under[tuple(above)] = number
        own = self._label(above, bare) or path_label(depth, number)
        self.path = [*above, own]
        parent = "-".join([self.slug, *above]) if above else ""
        return "-".join([self.slug, *self.path]), parent, remark

    def _depth(self, level: int, bare: str, printed: str) -> tuple[int, str]:
        deepest = len(self.path) + 1
        if level != 2 and self._goes_on(bare):
            return 2, _(
                "%(label)s goes on from (%(last)s), though the file has it on level %(level)s."
            ) % {"label": printed, "last": self.path[1], "level": level}
        if level > deepest:
            above = "-".join([self.slug, *self.path])
            return deepest, _(
                "level %(level)s follows level %(last)s; it stands under %(above)s."
            ) % {
                "level": level,
                "last": deepest - 1,
                "above": above,
            }
        return max(level, 1), ""

    def _goes_on(self, bare: str) -> bool:
        """Whether a doubled letter is the next of the letters above: (aa) after (z)."""
        if not _DOUBLED.fullmatch(bare) or len(self.path) < 2:
            return False
        last = self.path[1]
        if not last.isalpha():
            return False
        return _letter(bare) == _letter(last) + 1

    def _label(self, above: list[str], bare: str) -> str:
        try:
            reference = parse_reference("-".join([self.slug, *above, bare])) if bare else None
        except SymbolError:
            return ""
        fits = reference and len(reference.path) == len(above) + 1
        return reference.path[-1] if reference and fits else ""


def _letter(label: str) -> int:
    return ord(label[0]) - ord("a") + 26 * (len(label) - 1)


class AddresseeResource(Resource):
    """Whom mandates ask; each of them an actor once. A new one comes after the others, those that
    the table gives a position included, unless the table says where."""

    name, title, model = "addressees", _h("Addressees"), Addressee
    key = ("mandate", "actor")
    columns = (
        Column("mandate", _h("Mandate"), One(Mandate), width=16),
        Column("actor", _h("Actor"), One(Actor), width=30),
        Column("qualifier", _h("Qualifier"), Line(), width=60),
        Column("position", _h("Position"), Number(), width=9),
    )

    def __init__(self) -> None:
        super().__init__()
        #: Actors, by how the table names them.
        self.actors: dict[str, Actor] = {}
        #: By mandates, the last position there is, those given to new ones included.
        self.last: dict[str, int] = {}
        self.positions: dict[Key, int] = {}

    def look_over(self, sheet: Sheet, at: dict[str, int]) -> None:
        names = set()
        for row in sheet.rows:
            texts = self.texts(row, at)
            names.add(texts.get("actor", "").strip())
            position = texts.get("position", "").strip()
            if position.isdecimal() and len(position) < 6:
                with suppress(SymbolError):  # said of the column itself
                    reference = str(parse_reference(texts.get("mandate", "")))
                    self.last[reference] = max(int(position), self.last.get(reference, 0))
        self.actors = known_records(Actor, names - {""})

    def key_of_values(self, values: Values) -> Key:
        mandate, named = super().key_of_values(values)
        if not (mandate and named):
            return "", ""
        return mandate, self.actors[named].slug if named in self.actors else named

    def stored_by_key(self, rows: Iterable[Values]) -> dict[Key, Any]:
        wanted = sorted({self.key_of_values(values)[0] for values in rows} - {""})
        found: dict[Key, Any] = {}
        for start in range(0, len(wanted), CHUNK):
            part = Addressee.objects.filter(mandate__reference__in=wanted[start : start + CHUNK])
            for one in self.linked(list(part.select_for_update(of=("self",)))):
                reference = one.mandate.reference
                found[(reference, one.actor.slug)] = one
                self.last[reference] = max(one.position, self.last.get(reference, 0))
        return found

    def new(self, values: Values) -> Addressee:
        key = self.key_of_values(values)
        if key not in self.positions:  # a table is read twice: to compare, and to save
            self.positions[key] = self.last[key[0]] = self.last.get(key[0], 0) + 1
        return Addressee(position=self.positions[key])


# --- activities ------------------------------------------------------------------------------


class ActivityResource(Resource):
    name, title, model = "activities", _h("Activities"), Activity
    key = ("slug",)
    columns = (
        Column("slug", _h("Key"), Line(), width=30),
        Column("title", _h("Title"), Line(), width=50),
        Column("description", _h("Description"), Words(), width=50),
        Column("mandates", _h("Suggested for"), Several(Mandate), width=24),
        Column("responsible", _h("Responsible"), Several(Actor), width=24),
        Column("partners", _h("Partners"), Several(Actor), width=24),
        Column("deliverable", _h("Deliverable"), Words(), width=30),
        Column("funding", _h("Funding"), Words(), width=24),
        Column("contingent_on", _h("Contingent on"), Words(), width=24),
        PUBLISHED,
    )


def on_the_same(records: QuerySet, rows: Iterable[Values]) -> Iterator[QuerySet]:
    """The records on the mandates and activities that the rows name, some at a time."""
    rows = list(rows)
    named = {
        "mandate__reference__in": {values.get("mandate") for values in rows},
        "activity__slug__in": {values.get("activity") for values in rows},
    }
    for lookup, keys in named.items():
        wanted = sorted(keys - {None})
        for start in range(0, len(wanted), CHUNK):
            yield records.filter(**{lookup: wanted[start : start + CHUNK]})


# --- progress --------------------------------------------------------------------------------


class Recorded(Meaning):
    """When a report was recorded, for those that are in the log; blank for one that is new."""

    def stored(self, record: Any, attribute: str) -> str:
        return record.recorded_at.isoformat() if record.recorded_at else ""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return str(value).strip()


class ProgressResource(Resource):
    """The log. What is in it stays as it is; a row that is not there yet is added."""

    name, title, model = "progress", _h("Progress reports"), ProgressReport
    versioned = False
    columns = (
        Column("mandate", _h("Mandate"), One(Mandate), width=16),
        Column("activity", _h("Activity"), One(Activity), width=30),
        Column("about", _h("About"), One(Actor), width=16),
        Column("status", _h("Status"), Choice(Status), width=14),
        Column("as_of", _h("As of"), Day(), width=12),
        Column("done", _h("What was done"), Words(), width=50),
        Column("evidence_words", _h("Words of the evidence"), Words(), width=40),
        Column("evidence_document", _h("Evidence document"), Line(), width=24),
        Column("evidence_url", _h("Evidence link"), Line(), width=24),
        Column("recorded_at", _h("Recorded at (leave blank in a new row)"), Recorded(), width=34),
    )
    key = ("mandate", "activity", "status", "as_of", "about", "done", "evidence_words",
           "evidence_document", "evidence_url", "recorded_at")  # fmt: skip

    def lacks(self, found: set[str]) -> list[str]:
        needed = [] if found & {"mandate", "activity"} else ["mandate"]
        needed += [one for one in ("status", "as_of") if one not in found]
        return [str(self.by_attribute[one].heading) for one in needed]

    def stored_by_key(self, rows: Iterable[Values]) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        for part in on_the_same(ProgressReport.objects.all(), rows):
            for report in self.linked(list(part)):
                values = {name: self.by_attribute[name].stored(report) for name in self.key}
                found[self.key_of_values(values)] = report
                found[self.key_of_values({**values, "recorded_at": ""})] = report
        return found

    def new(self, values: Values) -> ProgressReport:
        if values.get("recorded_at"):
            raise ValueError(
                _(
                    "A report in the log stays as it was recorded. To correct it, put it back as "
                    "it was and add a new row, with “Recorded at” left blank."
                )
            )
        values.pop("recorded_at", None)
        return ProgressReport(recorded_at=self._recorded_at, reported_by=self.by)

    @cached_property
    def _recorded_at(self) -> datetime:
        return moment_in(ProgressReport.objects.all(), self.at)

    def check(self, before: Any, record: Any, values: Values) -> Iterator[tuple[str, str]]:
        if bool(values.get("mandate")) == bool(values.get("activity")):
            yield "mandate", _("A report is on a mandate or on an activity: name one of them.")
        if record.as_of and record.as_of > timezone.localdate(self.at):
            yield "as_of", _("That day is yet to come: say what holds today.")
        if record.mandate and not record.mandate.reported_on:
            yield "mandate", _("It only opens a list: report on what stands under it.")
        if record.mandate and record.as_of:
            beginning = record.mandate.beginning
            first = date(beginning, 1, 1) if isinstance(beginning, int) else beginning
            if first and record.as_of < first:
                yield "as_of", _("The mandate begins on %(day)s.") % {"day": first.isoformat()}
        if record.about and record.activity:
            yield "about", _("An actor answers for a mandate, not for an activity.")
        for name in ("done", "evidence_words"):
            if len(getattr(record, name)) > LONGEST_TEXT:
                yield name, _("At most %(most)s characters can be kept.") % {"most": LONGEST_TEXT}
