"""Rows of a table on their way in: what their cells say, and the records that they give it to."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from cimplan.forms import in_full, last_saved
from cimplan.spreadsheets.columns import Column, One, did_you_mean
from cimplan.spreadsheets.outcome import Cell, Change
from cimplan.spreadsheets.resource import VERSION, Key, Resource, Values

#: Keys that a misspelt one is compared with.
MOST_COMPARED = 20_000
#: How far paragraphs that change places step aside; beyond any position that a table can give.
STEP = 1_000_000_000


@dataclass(slots=True)
class Line:
    """A row on its way in. place: which of the sheet's rows it is."""

    place: int
    row: int
    texts: dict[str, str]
    values: Values = field(default_factory=dict)
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


#: Told of what is wrong: the row's number, the attribute of the column, and a sentence.
Refuse = Callable[[int, str, str], None]


class Lines:
    """Lines of one table, read and settled some at a time: no more of them is kept than that."""

    def __init__(self, resource: Resource, refuse: Refuse) -> None:
        self.resource, self.refuse = resource, refuse
        #: What the rows of the whole file are known by, those in which something is wrong included.
        self.named: set[str] = set()
        #: The keys in the database of records that have stepped aside.
        self.aside: set[Any] = set()
        #: By own name, records of rows in which something is wrong: those that name them see them.
        self.unwritten: dict[str, Any] = {}
        self.others: dict[type[models.Model], dict[str, Any]] = {}
        self.keys: dict[type[models.Model], list[str]] = {}
        columns = (*resource.columns, *resource.beside)
        self.columns = {column.attribute: column for column in columns}
        #: The attributes that name one other record, or several, of its own kind.
        self.own_one, self.own_several = (
            [
                column.attribute
                for column in resource.columns
                if isinstance(column.widget, One)
                and column.widget.many == many
                and column.widget.model is resource.model
            ]
            for many in (False, True)
        )

    # --- what the cells say ------------------------------------------------------------------

    def read_key(self, line: Line) -> None:
        """Find what the row is known by."""
        self.read(line, self.resource.key)
        line.key = self.resource.key_of_values(line.values)
        missing = [name for name in self.resource.key if name not in line.values]
        if not any(line.key) and not missing:
            self.refuse(
                line.row, self.resource.key[0], _("It is blank, and the row is known by it.")
            )

    def read(self, line: Line, attributes: Iterable[str]) -> None:
        for attribute in attributes:
            if attribute not in line.texts:
                continue
            try:
                text = line.texts[attribute]
                line.values[attribute] = self.columns[attribute].widget.clean(text)
            except ValueError as error:
                self.refuse(line.row, attribute, str(error))

    # --- the records they are about ----------------------------------------------------------

    def settle(self, lines: list[Line]) -> None:
        """Find the record of each, or make it, and give it what the row says."""
        stored = self.resource.stored_by_key([line.values for line in lines])
        self.find_others(lines)
        if self.resource.model in self.others:
            # One object for one record: what a row gives it, the rows that name it see.
            own = {key[0]: record for key, record in stored.items()}
            self.others[self.resource.model] |= own
        for record in (*stored.values(), *self.others.get(self.resource.model, {}).values()):
            if record.pk in self.aside and record.position > STEP:
                record.position -= STEP
        for line in lines:
            self._settle(line, stored.get(line.key))

    def find_others(self, lines: list[Line]) -> None:
        """Read the other records that these name."""
        wanted: dict[type[models.Model], set[str]] = {}
        for attribute, column in self.columns.items():
            if isinstance(column.widget, One):
                keys = wanted.setdefault(column.widget.model, set())
                for line in lines:
                    value = line.values.get(attribute)
                    if value:
                        keys.update(value if column.widget.many else {value})
        self.others = {model: self.resource.known(model, keys) for model, keys in wanted.items()}

    def _settle(self, line: Line, record: Any) -> None:
        version = line.texts.get(VERSION, "").strip()
        if record is None:
            if version:
                self.refuse(
                    line.row,
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
                self.refuse(line.row, self.resource.key[0], str(error))
                return
        else:
            line.record, line.before = record, copy(record)
        for column in self.resource.columns:
            if column.attribute in line.values:
                self._put(line, column)
        if line.is_changed and not line.is_new and self.resource.versioned:
            self.refuse_stale(line, version)

    def _put(self, line: Line, column: Column) -> None:
        name, widget, value = column.attribute, column.widget, line.values[column.attribute]
        stored = None if line.is_new and not widget.many else column.stored(line.record)
        if value is None and not self._may_be_blank(name):
            return  # a blank cell leaves what is there, or what a new record begins with
        if not line.is_new and widget.same(stored, value):
            return
        if column.once and not line.is_new:
            self.refuse(
                line.row, name, _("This is given once, with a new record, and stays “%s”.") % stored
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
                self.refuse(
                    line.row,
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

    def refuse_stale(self, line: Line, version: str) -> None:
        if version == str(line.record.version):
            return
        if not version:
            sentence = _(
                "“%(record)s” is here already with other words, and the row does not say from "
                "which version it was exported. Export the table, change it there, and send that."
            )
            self.refuse(line.row, "", sentence % {"record": in_full(line.before)})
        else:
            # Put into words, which asks the history, only where it will be read.
            self.refuse(line.row, VERSION, lazy(_outdated, str)(line.before))

    # --- what they name ----------------------------------------------------------------------

    def own_named(self, line: Line) -> list[str]:
        """What a row names of the file itself, where a record names one of its own kind."""
        values = (line.values.get(name) for name in self.own_one)
        return [value for value in values if value in self.named]

    def set_links_to_one(self, lines: list[Line]) -> None:
        for line in lines:
            for column in self.resource.columns:
                name, widget = column.attribute, column.widget
                if name in line.fields and isinstance(widget, One) and not widget.many:
                    setattr(line.record, name, self._other(widget.model, line.values[name]))

    def _other(self, model: type[models.Model], key: str | None) -> Any:
        if not key:
            return None
        if model is self.resource.model and key in self.unwritten:
            return self.unwritten[key]
        return self.others[model][key]

    # --- in words ----------------------------------------------------------------------------

    def change(self, line: Line) -> Change:
        cells = [
            Cell(str(column.heading), self._old(line, column), self._new(line, column))
            for column in self.resource.columns
            if column.attribute in line.texts and self._is_told(line, column)
        ]
        name = " ".join(part for part in line.key[:2] if part)
        return Change(line.row, name, line.is_new, cells)

    def _is_told(self, line: Line, column: Column) -> bool:
        if line.is_new:
            return bool(line.texts[column.attribute])
        name = column.attribute
        return {"span": "start"}.get(name, name) in line.fields or name in line.linked

    def _old(self, line: Line, column: Column) -> str:
        return "" if line.is_new else self._said(line, column, line.before, 0)

    def _new(self, line: Line, column: Column) -> str:
        """What a cell was read as, which is more than what was typed."""
        return self._said(line, column, line.record, 1)

    def _said(self, line: Line, column: Column, record: Any, side: int) -> str:
        name, widget = column.attribute, column.widget
        if isinstance(widget, One) and widget.many:
            return "; ".join(sorted(line.linked[name][side]))
        if isinstance(widget, One):
            return str(widget.cell_of(record, name))
        return str(column.cell(record))


def _outdated(record: models.Model) -> str:
    sentence = _(
        "“%(record)s” has changed since the file was exported. %(saved)s Export it anew, or take "
        "the row out if you did not mean to change it."
    )
    return sentence % {"record": in_full(record), "saved": last_saved(record)}
