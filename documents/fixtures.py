"""What takes judgement to read, from YAML files with keys a person would recognise.

One file a topic, named for what it holds; a list of entries in each; an entry's names are the
model's. They complete what a load of a printed plan has just made. A record that was there
before is pointed at and left as it is: staff own it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

import yaml
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone

from calendar_app.dates import SpanError, parse_span
from calendar_app.models import AgendaItem, Deadline, Meeting, Session, Term
from documents.loading import LOADED, Loaded, save_checked
from mandates.models import (
    Activity,
    Actor,
    Addressee,
    Assembly,
    Citation,
    Mandate,
    ProgressReport,
    Resolution,
)
from mandates.symbols import SymbolError, parse_assembly_code
from workplan.models import (
    CalendarEntry,
    EditorialNote,
    MandateRow,
    NoteTarget,
    ProgramArea,
    Quotation,
    Section,
    WorkPlan,
)

Entry = dict[str, Any]


class FixtureError(ValueError):
    """A fixture cannot be loaded. The message names the file, the entry and what is wrong."""


@dataclass(frozen=True)
class Topic:
    """A file of fixtures: the model its entries are of, and the field that is their key."""

    name: str
    model: type[models.Model]
    key: str


#: In an order in which each can point at those before it.
TOPICS = (
    Topic("assemblies", Assembly, "code"),
    Topic("resolutions", Resolution, "slug"),
    Topic("actors", Actor, "slug"),
    Topic("mandates", Mandate, "reference"),
    Topic("activities", Activity, "slug"),
    Topic("meetings", Meeting, "slug"),
    Topic("terms", Term, "start_year"),
    Topic("sessions", Session, "slug"),
    Topic("areas", ProgramArea, "slug"),
    Topic("plans", WorkPlan, "year"),
    Topic("notes", EditorialNote, "slug"),
)
PROGRESS = "progress"

#: How a record is named where another one points at it.
KEYS: dict[type[models.Model], Callable[[Any], dict[str, Any]]] = {
    Assembly: lambda key: _assembly_key(key),
    Term: lambda key: {"start_year": int(str(key).split("-")[0])},
    WorkPlan: lambda key: {"year": key},
    Mandate: lambda key: {"reference": key},
    Section: lambda key: _printed_key(key, "slug"),
    MandateRow: lambda key: _printed_key(key, "mandate__reference"),
    CalendarEntry: lambda key: _printed_key(key, "meeting__slug"),
}

#: What an editorial note may be about.
NOTE_TARGETS: dict[str, type[models.Model]] = {
    "mandate": Mandate,
    "activity": Activity,
    "meeting": Meeting,
    "resolution": Resolution,
    "actor": Actor,
    "area": ProgramArea,
    "session": Session,
    "section": Section,
    "row": MandateRow,
    "entry": CalendarEntry,
}


def _assembly_key(key: str) -> dict[str, Any]:
    code = parse_assembly_code(key)
    return {"ordinal": code.ordinal, "special": code.special}


def _printed_key(key: str, lookup: str) -> dict[str, Any]:
    """A part of a printed plan: 2003/i-a, 2003/219-1."""
    year, _slash, rest = str(key).partition("/")
    return {"plan__year": int(year), lookup: rest}


def load_fixtures(folder: Path, loaded: Loaded) -> None:
    """Load a folder of fixtures on top of a plan just loaded, all or nothing.

    Raises FixtureError; `loaded` counts and names what was made.
    """
    with transaction.atomic():
        Fixtures(folder, loaded).load()


@dataclass
class Fixtures:
    """One load of a folder of fixtures."""

    folder: Path
    loaded: Loaded
    where: str = ""
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def load(self) -> None:
        """Make every record first, then what ties them to one another."""
        try:
            self._read()
            made = [
                (topic, entry, self._record(topic, entry))
                for topic in TOPICS
                for entry in self.entries.get(topic.name, [])
            ]
            for topic, entry, record in made:
                self._at(topic.name, entry[topic.key])
                if record in self.loaded.fresh:
                    self._relations(record, entry)
            for entry in self.entries.get(PROGRESS, []):
                self._at(PROGRESS, entry.get("mandate") or entry.get("activity"))
                self._progress(entry)
        except ValidationError as error:
            raise FixtureError(f"{self.where}: {' '.join(error.messages)}") from error
        except (SpanError, SymbolError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, FixtureError):
                raise
            raise FixtureError(f"{self.where}: {error}") from error

    def _at(self, file: str, key: object) -> None:
        self.where = f"{self.folder / file}.yaml, {key}"

    def _read(self) -> None:
        known = {topic.name for topic in TOPICS} | {PROGRESS}
        files = sorted(self.folder.glob("*.yaml"))
        if not files:
            raise FixtureError(f"{self.folder} holds no YAML files.")
        for path in files:
            if path.stem not in known:
                raise FixtureError(f"{path}: no topic has this name. Known: {sorted(known)}.")
            try:
                self.entries[path.stem] = yaml.safe_load(path.read_text("utf-8")) or []
            except (yaml.YAMLError, UnicodeDecodeError) as error:
                raise FixtureError(f"{path}: {error}") from error
        _inherit(self.entries.get("mandates", []))

    def _find(self, model: type[models.Model], key: Any) -> Any:
        lookup = KEYS[model](key) if model in KEYS else {"slug": key}
        found = model._default_manager.filter(**lookup).first()
        if found is None:
            raise FixtureError(f"{self.where}: there is no {model._meta.verbose_name} {key}.")
        return found

    def _record(self, topic: Topic, entry: Entry) -> models.Model:
        """The record of an entry, with its own fields; made where it is not there."""
        self._at(topic.name, entry.get(topic.key, entry))
        key = entry[topic.key]
        lookup = KEYS[topic.model](key) if topic.model in KEYS else {topic.key: key}
        record = topic.model._default_manager.filter(**lookup).first()
        if record is not None and record not in self.loaded.fresh:
            return record
        is_new = record is None
        if record is None:
            record = topic.model(**lookup, published=True)
        for name, value in entry.items():
            if name != topic.key:
                self._set_field(record, name, value)
        if topic.model is Assembly:
            record.year = parse_assembly_code(key).year
        if is_new:
            self.loaded.add(record)
        else:
            save_checked(record)
        return record

    def _set_field(self, record: models.Model, name: str, value: Any) -> None:
        """Set a plain field or a foreign key; what ties records together comes later."""
        if name == "span":
            written = parse_span(str(value))
            record.span, record.tentative = written.span, written.tentative
            return
        if name in LINES or name == "agenda_item":
            return
        try:
            model_field = record._meta.get_field(name)
        except FieldDoesNotExist as error:
            if hasattr(type(record), name):  # the other side of a relation, set later
                return
            raise FixtureError(f"{self.where}: {error}") from error
        if model_field.many_to_many or model_field.one_to_many:
            return
        if model_field.many_to_one or model_field.one_to_one:
            value = self._find(model_field.related_model, value)
        elif isinstance(value, list):
            value = "\n".join(value)
        elif isinstance(value, str):
            value = value.strip()
        setattr(record, name, value)

    def _relations(self, record: models.Model, entry: Entry) -> None:
        for name, value in entry.items():
            if name in LINES:
                for position, line in enumerate(value or [], start=1):
                    LINES[name](self, record, position, line)
            elif name == "agenda_item":
                record.agenda_item = AgendaItem.objects.get(
                    session=self._find(Session, value["session"]), number=value["number"]
                )
                save_checked(record)
            elif isinstance(value, list) and name != "other_names":
                manager = getattr(record, name)
                record._change_reason = LOADED
                manager.add(*(self._find(manager.model, key) for key in value))

    def _add(self, record: models.Model) -> None:
        self.loaded.add(record)

    def _progress(self, entry: Entry) -> None:
        values = {name: _text(value) for name, value in entry.items()}
        for name, model in (("mandate", Mandate), ("activity", Activity), ("about", Actor)):
            if name in values:
                values[name] = self._find(model, values[name])
        recorded = values.pop("recorded_at", None) or self._recorded_on()
        moment = timezone.make_aware(datetime.combine(recorded, time(12)))
        self._add(ProgressReport(recorded_at=moment, **values))

    def _recorded_on(self) -> Any:
        """The first day of the session the plan was put to: the document was its report."""
        plan = WorkPlan.objects.select_related("agenda_item__session__meeting").get(
            pk=self.loaded.plan.pk
        )
        if plan.agenda_item is None or plan.agenda_item.session.meeting.start is None:
            raise FixtureError(
                f"{self.where}: say recorded_at, as the plan names no session with a date."
            )
        return plan.agenda_item.session.meeting.start

    # --- Lines under a record ---------------------------------------------------------------

    def _addressee(self, mandate: models.Model, position: int, line: Any) -> None:
        line = line if isinstance(line, dict) else {"actor": line}
        actor = self._find(Actor, line["actor"])
        qualifier = line.get("qualifier", "")
        self._add(Addressee(mandate=mandate, actor=actor, qualifier=qualifier, position=position))

    def _citation(self, mandate: models.Model, position: int, line: Entry) -> None:
        resolution = line.get("resolution")
        self._add(
            Citation(
                mandate=mandate,
                resolution=self._find(Resolution, resolution) if resolution else None,
                instrument=line.get("instrument"),
                words=_text(line["words"]),
                position=position,
            )
        )

    def _deadline(self, target: models.Model, position: int, line: Entry) -> None:
        deadline = Deadline(words=_text(line["words"]))
        setattr(deadline, target._meta.model_name, target)
        if "meeting" in line:
            deadline.meeting = self._find(Meeting, line["meeting"])
        else:
            deadline.span = parse_span(str(line["span"])).span
        self._add(deadline)

    def _quotation(self, activity: models.Model, position: int, line: Entry) -> None:
        """Words of a cell or a section; they must be there, and keep the order they have there."""
        if "row" in line:
            place = {"row": self._find(MandateRow, line["row"])}
            source = place["row"].activities_cell
        else:
            place = {"section": self._find(Section, line["section"])}
            source = place["section"].body
        words = _text(line["words"])
        if _collapsed(words) not in _collapsed(source):
            raise FixtureError(f"{self.where}: “{words}” is not in {line}.")
        there = list(Quotation.objects.filter(**place))
        at = [_collapsed(source).index(_collapsed(one.words)) for one in there]
        mine = _collapsed(source).index(_collapsed(words))
        self._shift(there, at, mine)
        after = sum(offset <= mine for offset in at)
        self._add(Quotation(activity=activity, words=words, position=after + 1, **place))

    def _shift(self, there: list[Quotation], at: list[int], mine: int) -> None:
        """Make room among the quotations of a place; from the last, so none collide."""
        later = [one for one, offset in zip(there, at, strict=True) if offset > mine]
        for one in sorted(later, key=lambda one: -one.position):
            one.position += 1
            save_checked(one)

    def _agenda_item(self, session: models.Model, position: int, line: Entry) -> None:
        values = {name: value for name, value in line.items() if not isinstance(value, list)}
        item = AgendaItem(session=session, position=position, **values)
        self._add(item)
        self._relations(item, line)

    def _target(self, note: models.Model, position: int, line: Entry) -> None:
        ((name, key),) = line.items()
        record = self._find(NOTE_TARGETS[name], key)
        content_type = ContentType.objects.get_for_model(record)
        self._add(NoteTarget(note=note, content_type=content_type, object_id=record.pk))

    def _section_of_area(self, area: models.Model, position: int, key: str) -> None:
        section = self._find(Section, key)
        section.area = area
        save_checked(section)


LINES: dict[str, Callable[[Fixtures, Any, int, Any], None]] = {
    "addressees": Fixtures._addressee,
    "citations": Fixtures._citation,
    "deadlines": Fixtures._deadline,
    "quotations": Fixtures._quotation,
    "agenda": Fixtures._agenda_item,
    "targets": Fixtures._target,
    "sections": Fixtures._section_of_area,
}


def _inherit(mandates: list[Entry]) -> None:
    """A child carries its parent's verb and addressees, unless its own entry says otherwise."""
    by_reference = {entry["reference"]: entry for entry in mandates}
    for mandate in Mandate.objects.exclude(parent=None).select_related("parent"):
        parent = by_reference.get(mandate.parent.reference, {})
        entry = by_reference.get(mandate.reference)
        if entry is None:
            entry = {"reference": mandate.reference}
            mandates.append(entry)
        for name in ("verb", "addressees"):
            if name in parent:
                entry.setdefault(name, parent[name])


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _collapsed(text: str) -> str:
    return " ".join(text.split())
