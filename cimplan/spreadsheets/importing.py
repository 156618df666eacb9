"""A table that comes in: what it would change, and the change, all of it or nothing.

The preview saves everything and takes it back, so that the database itself has looked at it; the
confirming step does the same and keeps it, if it comes to the very changes that were shown.
"""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cimplan.spreadsheets.columns import Column, One, did_you_mean
from cimplan.spreadsheets.files import Sheet
from cimplan.spreadsheets.headings import VERSION_HEADING, places
from cimplan.spreadsheets.outcome import MOST_PROBLEMS, Cell, Change, Outcome, Problem
from cimplan.spreadsheets.resource import CHUNK, VERSION, Key, Resource, Values
from mandates.models.history import history_dated

#: Keys that a misspelt one is compared with.
MOST_COMPARED = 20_000

Progress = Callable[[int], None]


@dataclass
class Line:
    """A row on its way in."""

    row: int
    texts: dict[str, str]
    values: Values
    key: Key = ()
    record: Any = None
    before: Any = None
    fields: set[str] = field(default_factory=set)
    linked: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_changed(self) -> bool:
        return self.is_new or bool(self.fields or self.linked)


class Import:
    """One table coming in. by: who does it, None for the command line; at: the moment."""

    def __init__(self, resource: Resource, sheet: Sheet, *, by: Any, at: datetime) -> None:
        self.resource, self.sheet, self.by, self.at = resource, sheet, by, at
        resource.by, resource.at = by, at
        self.outcome = Outcome()
        self.lines: list[Line] = []
        self.keys: dict[type[models.Model], list[str]] = {}
        #: What its own rows are known by, those in which something is wrong included.
        self.named: set[str] = set()
        self.others: dict[type[models.Model], dict[str, Any]] = {}
        self.progress: Progress = lambda _rows: None

    def run(
        self, *, save: bool, expected: str | None = None, progress: Progress | None = None
    ) -> Outcome:
        """Compare, and where `save` is set and nothing is wrong, keep the changes.

        expected: the digest of the outcome that was shown; where this one differs, nothing is
        kept. progress: called with rows done. Raises SheetError where the columns do not fit.
        """
        if progress:
            self.progress = progress
        with transaction.atomic(), history_dated(self.at):
            self._compare()
            if not self.outcome.problems:
                self._write()
            outcome = self.outcome
            outcome.problems.sort(key=lambda problem: problem.row)
            outcome.is_other = expected not in (None, outcome.digest)
            outcome.saved = save and not outcome.problems and not outcome.is_other
            if not outcome.saved:
                transaction.set_rollback(True)
        return outcome

    # --- what the file says ------------------------------------------------------------------

    def _problem(self, line: Line, attribute: str, sentence: str) -> None:
        column = self._columns().get(attribute)
        heading = str(column.heading) if column else ""
        if attribute == VERSION:
            heading = str(VERSION_HEADING)
        if len(self.outcome.problems) < MOST_PROBLEMS:
            self.outcome.problems.append(Problem(line.row, heading, sentence))

    def _columns(self) -> dict[str, Column]:
        columns = (*self.resource.columns, *self.resource.beside)
        return {column.attribute: column for column in columns}

    def _compare(self) -> None:
        at = places(self.resource, self.sheet, self.outcome.notes)
        for number, texts in self.resource.prepared(self.sheet, at):
            line = Line(number, texts, {})
            self.lines.append(line)
            self._read(line)
        self.outcome.notes += self.resource.notes()
        self._refuse_doubled()
        self.named = {line.key[0] for line in self.lines}
        wrong = {problem.row for problem in self.outcome.problems}
        self.lines = [line for line in self.lines if line.row not in wrong]
        stored = self.resource.stored_by_key([line.values for line in self.lines])
        self._find_others(stored)
        for line in self.lines:
            self._settle(line, stored.get(line.key))
        self._refuse_circles()
        self.lines = [line for line in self.lines if line.is_changed]
        self.outcome.unchanged = len(self.sheet.rows) - len(self.lines)

    def _read(self, line: Line) -> None:
        for attribute, column in self._columns().items():
            if attribute not in line.texts:
                continue
            try:
                line.values[attribute] = column.widget.clean(line.texts[attribute])
            except ValueError as error:
                self._problem(line, attribute, str(error))
        line.key = self.resource.key_of_values(line.values)
        missing = [name for name in self.resource.key if name not in line.values]
        if not any(line.key) and not missing:
            self._problem(line, self.resource.key[0], _("It is blank, and the row is known by it."))

    def _refuse_doubled(self) -> None:
        first: dict[Key, int] = {}
        for line in self.lines:
            if any(line.key) and line.key in first:
                sentence = _("Row %(row)s is about the same record. Keep one of the two.")
                self._problem(line, self.resource.key[0], sentence % {"row": first[line.key]})
            first.setdefault(line.key, line.row)

    def _find_others(self, stored: dict[Key, Any]) -> None:
        wanted: dict[type[models.Model], set[str]] = {}
        for attribute, column in self._columns().items():
            if isinstance(column.widget, One):
                keys = wanted.setdefault(column.widget.model, set())
                for line in self.lines:
                    value = line.values.get(attribute)
                    if value:
                        keys.update(value if column.widget.many else {value})
        for model, keys in wanted.items():
            self.others[model] = self.resource.known(model, keys)
        if self.resource.model in self.others:
            own = self.others[self.resource.model]
            # One object for one record: what a row gives it, the rows that name it see.
            own |= {key[0]: record for key, record in stored.items()}

    def _settle(self, line: Line, record: Any) -> None:
        """Find the row's record, or make it, and give it what the row says."""
        version = line.texts.get(VERSION, "").strip()
        if record is None:
            if version:
                self._problem(
                    line,
                    self.resource.key[0],
                    _(
                        "“%(key)s” is not here, though the row was exported: it was deleted, or "
                        "its key was changed. Put the key back, or leave Version blank."
                    )
                    % {"key": " ".join(line.key)},
                )
                return
            try:
                line.record = self.resource.new(line.values)
            except ValueError as error:
                self._problem(line, self.resource.key[0], str(error))
                return
            if self.resource.model in self.others:
                self.others[self.resource.model][line.key[0]] = line.record
        else:
            line.record, line.before = record, copy(record)
        for column in self.resource.columns:
            if column.attribute in line.values:
                self._put(line, column)
        if line.is_changed and not line.is_new and self.resource.versioned:
            self._refuse_stale(line, version)

    def _put(self, line: Line, column: Column) -> None:
        name, widget, value = column.attribute, column.widget, line.values[column.attribute]
        stored = None if line.is_new and not widget.many else column.stored(line.record)
        if value is None and not self._may_be_blank(name):
            return  # a blank cell leaves what is there, or what a new record begins with
        if not line.is_new and widget.same(stored, value):
            return
        if column.once and not line.is_new:
            self._problem(
                line, name, _("This is given once, with a new record, and stays “%s”.") % stored
            )
        elif not isinstance(widget, One):
            line.fields.update(widget.put(line.record, name, value))
        elif widget.many:
            canonical = frozenset(self._canonical(line, column, value))
            if canonical != stored:
                line.linked[name] = (stored, canonical)
        else:
            keys = list(self._canonical(line, column, {value} - {None}))
            if (keys or [None]) != [stored] or line.is_new:
                line.fields.add(name)

    def _may_be_blank(self, name: str) -> bool:
        try:
            return bool(self.resource.model._meta.get_field(name).null)
        except FieldDoesNotExist:
            return True

    def _canonical(self, line: Line, column: Column, keys: Iterable[str]) -> Iterator[str]:
        """The keys of the records that are named; those that are not there are a problem."""
        widget = column.widget
        others = self.others[widget.model]
        ours = self.named if widget.model is self.resource.model else set()
        for key in sorted(keys):
            if key in others:
                yield widget.key(others[key])
            elif key in ours:
                yield key
            else:
                self._problem(
                    line,
                    column.attribute,
                    _("There is no %(kind)s “%(key)s”.%(hint)s")
                    % {
                        "kind": widget.model._meta.verbose_name,
                        "key": key[:60],
                        "hint": did_you_mean(key, self._keys_of(widget)),
                    },
                )

    def _keys_of(self, widget: One) -> list[str]:
        """The keys there are of a kind of record, read once, to say which was meant."""
        if widget.model not in self.keys:
            rows = widget.model._default_manager.all()[:MOST_COMPARED]
            self.keys[widget.model] = [widget.key(one) for one in rows]
        return self.keys[widget.model]

    def _refuse_stale(self, line: Line, version: str) -> None:
        if version == str(line.record.version):
            return
        if not version:
            sentence = _(
                "It is here already with other words, and the row does not say from which version "
                "it was exported. Export the table, change it there, and send that."
            )
        else:
            sentence = _(
                "Somebody has saved this record since the file was exported. Export it anew, or "
                "take the row out if you did not mean to change it."
            )
        self._problem(line, VERSION if version else "", sentence)

    def _refuse_circles(self) -> None:
        """What stands under itself; `clean()` could not even be asked about these."""
        for name in self.resource.under:
            above = {
                line.key[0]: (line, line.values[name])
                for line in self.lines
                if line.values.get(name)
            }
            for key, (line, _above) in above.items():
                seen, here = {key}, above[key][1]
                while here in above and here not in seen:
                    seen.add(here)
                    here = above[here][1]
                if here == key:
                    self._problem(line, name, _("It stands under itself this way."))

    # --- into the database -------------------------------------------------------------------

    def _write(self) -> None:
        if not self.resource.versioned:
            self._set_links_to_one(self.lines)
            self._check(self.lines)
        try:
            with transaction.atomic():
                self._save(in_bulk=True)
        except IntegrityError:
            self._forget_keys()
            self.outcome.changes.clear()
            with transaction.atomic():
                self._save(in_bulk=False)  # one by one, to say which row it was
                transaction.set_rollback(True)

    def _forget_keys(self) -> None:
        for line in self.lines:
            if line.is_new:
                line.record.pk = None
                line.record._state.adding = True

    def _save(self, *, in_bulk: bool) -> None:
        for wave in self._waves():
            self._set_links_to_one(wave)
            self._check(wave)
            if self.outcome.problems:
                continue  # what else is wrong is said as well
            self._create([line for line in wave if line.is_new], in_bulk)
            self._update([line for line in wave if not line.is_new], in_bulk)
            self.progress(len(wave))
        if not self.outcome.problems:
            self._set_links_to_several()
            self._write_history()
            self._write_logs()
            self._describe()

    def _waves(self) -> Iterator[list[Line]]:
        """New records after those of the file that they name, in waves; then those changed."""
        new = {self._own_name(line): line for line in self.lines if line.is_new}
        changed = [line for line in self.lines if not line.is_new]
        own = [
            column.attribute
            for column in self.resource.columns
            if isinstance(column.widget, One)
            and not column.widget.many
            and column.widget.model is self.resource.model
        ]
        while new:
            wave = [
                line
                for line in new.values()
                if not any(line.values.get(name) in new for name in own)
            ]
            if not wave:
                for line in new.values():
                    self._problem(line, own[0], _("These name one another in a circle."))
                return
            for line in wave:
                del new[self._own_name(line)]
            yield wave
        if changed:
            yield changed

    def _own_name(self, line: Line) -> Any:
        """What others of its kind name it by, where it has one name; else just its key."""
        return line.key[0] if len(self.resource.key) == 1 else line.key

    def _set_links_to_one(self, lines: list[Line]) -> None:
        for line in lines:
            for column in self.resource.columns:
                name, widget = column.attribute, column.widget
                if name in line.fields and isinstance(widget, One) and not widget.many:
                    value = line.values[name]
                    setattr(line.record, name, self.others[widget.model][value] if value else None)

    def _check(self, lines: list[Line]) -> None:
        """What the forms would refuse, without a query a row."""
        links = [f.name for f in self.resource.model._meta.fields if f.is_relation]
        for line in lines:
            problems: list[tuple[str, str]] = []
            try:
                line.record.clean_fields(exclude=links)
            except ValidationError as error:
                problems += _by_attribute(error)
            if not problems:
                try:
                    line.record.clean()
                except ValidationError as error:
                    problems += _by_attribute(error)
                problems += self.resource.check(line.before, line.record, line.values)
            for attribute, sentence in problems:
                self._problem(line, attribute, sentence)

    def _create(self, lines: list[Line], in_bulk: bool) -> None:
        if in_bulk:
            for start in range(0, len(lines), CHUNK):
                part = [line.record for line in lines[start : start + CHUNK]]
                self.resource.model._default_manager.bulk_create(part)
            return
        for line in lines:
            self._try(line, lambda line=line: models.Model.save_base(line.record, raw=True))

    def _update(self, lines: list[Line], in_bulk: bool) -> None:
        self._step_aside([line for line in lines if "position" in line.fields])
        for line in lines:
            if in_bulk:
                self._update_one(line)
            else:
                self._try(line, lambda line=line: self._update_one(line))

    def _update_one(self, line: Line) -> None:
        """The write names the version that was read, like every other."""
        record = line.record
        values = {name: getattr(record, name) for name in line.fields}
        stored = type(record)._base_manager.filter(pk=record.pk, version=record.version)
        if not stored.update(**values, version=record.version + 1):
            self._refuse_stale(line, "0")
        record.version += 1

    def _step_aside(self, lines: list[Line]) -> None:
        """Paragraphs that change places would meet on the way: first all go where none is."""
        keys = [line.record.pk for line in lines]
        for start in range(0, len(keys), CHUNK):
            rows = self.resource.model._base_manager.filter(pk__in=keys[start : start + CHUNK])
            rows.update(position=F("position") + 1_000_000)

    def _try(self, line: Line, write: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                write()
        except IntegrityError:
            try:
                line.record.validate_constraints()
                line.record.validate_unique()
            except ValidationError as error:
                for attribute, sentence in _by_attribute(error):
                    self._problem(line, attribute, sentence)
            else:
                self._problem(line, "", _("The database refuses this row beside the others."))

    def _set_links_to_several(self) -> None:
        for column in self.resource.columns:
            name, widget = column.attribute, column.widget
            touched = [line for line in self.lines if name in line.linked]
            if not touched:
                continue
            relation = self.resource.model._meta.get_field(name)
            through = relation.remote_field.through
            ours, theirs = (
                f"{relation.m2m_field_name()}_id",
                f"{relation.m2m_reverse_field_name()}_id",
            )
            others = {widget.key(one): one for one in self.others[widget.model].values()}
            others |= {widget.key(one): one for line in touched if line.before
                       for one in widget.others(line.before, name)}  # fmt: skip
            new = []
            for line in touched:
                before, after = line.linked[name]
                gone = [others[key].pk for key in before - after]
                if gone:
                    rows = through._base_manager.filter(**{ours: line.record.pk})
                    rows.filter(**{f"{theirs}__in": gone}).delete()
                new += [
                    through(**{ours: line.record.pk, theirs: others[key].pk})
                    for key in sorted(after - before)
                ]
            through._base_manager.bulk_create(new, batch_size=CHUNK)

    def _write_history(self) -> None:
        """What the history of a save by form would say, in bulk; the package writes none of the
        many-to-many fields in bulk, so these follow."""
        if not self.resource.versioned:
            return
        manager = self.resource.model.history
        for update in (False, True):
            records = [line.record for line in self.lines if line.is_new != update]
            for start in range(0, len(records), CHUNK):
                part = records[start : start + CHUNK]
                entries = manager.bulk_history_create(
                    part, update=update, default_user=self.by, default_date=self.at
                )
                _write_history_of_links(dict(zip((one.pk for one in part), entries, strict=True)))

    def _write_logs(self) -> None:
        entries: dict[type[models.Model], list[models.Model]] = {}
        for line in self.lines:
            for entry in self.resource.after_save(line.before, line.record, line.values):
                entries.setdefault(type(entry), []).append(entry)
        for model, rows in entries.items():
            model._base_manager.bulk_create(rows, batch_size=CHUNK)

    # --- in words ----------------------------------------------------------------------------

    def _describe(self) -> None:
        for line in sorted(self.lines, key=lambda line: line.row):
            cells = [
                Cell(str(column.heading), self._old(line, column), line.texts[column.attribute])
                for column in self.resource.columns
                if column.attribute in line.texts and self._is_told(line, column)
            ]
            name = " ".join(part for part in line.key[:2] if part)
            self.outcome.changes.append(Change(line.row, name, line.is_new, cells))

    def _is_told(self, line: Line, column: Column) -> bool:
        if line.is_new:
            return bool(line.texts[column.attribute])
        name = column.attribute
        return {"span": "start"}.get(name, name) in line.fields or name in line.linked

    def _old(self, line: Line, column: Column) -> str:
        if line.is_new:
            return ""
        name, widget = column.attribute, column.widget
        if isinstance(widget, One) and widget.many:
            return "; ".join(sorted(line.linked[name][0]))
        if isinstance(widget, One):
            return str(widget.cell_of(line.before, name))
        return str(column.cell(line.before))


def _by_attribute(error: ValidationError) -> list[tuple[str, str]]:
    if not hasattr(error, "error_dict"):
        return [("", " ".join(error.messages))]
    return [
        ("" if name == NON_FIELD_ERRORS else {"end": "span", "start": "span"}.get(name, name),
         " ".join(ValidationError(problems).messages))
        for name, problems in error.error_dict.items()
    ]  # fmt: skip


def _write_history_of_links(entries: dict[Any, Any]) -> None:
    """The many-to-many rows of records, by key, beside the entries of their history."""
    if not entries:
        return
    history = type(next(iter(entries.values())))
    for relation in history._history_m2m_fields:
        kept = getattr(history, relation.name).model
        through = relation.remote_field.through
        ours = f"{relation.m2m_field_name()}_id"
        names = [one.attname for one in through._meta.fields]
        rows = through._base_manager.filter(**{f"{ours}__in": list(entries)})
        kept._base_manager.bulk_create(
            [
                kept(history=entries[getattr(row, ours)], **{n: getattr(row, n) for n in names})
                for row in rows
            ],
            batch_size=CHUNK,
        )
