"""A table of records as a spreadsheet has it: its columns, and how a row finds its record."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import QuerySet

from cimplan.spreadsheets.columns import Column, One, Several, known_records
from cimplan.spreadsheets.files import Row, Sheet

#: The column that says from which version of a record a row was exported.
VERSION = "version"
#: Keys asked for in one query; SQLite takes a limited number.
CHUNK = 500

Key = tuple[str, ...]
Values = dict[str, Any]


class Resource:
    """One kind of record. `importing.Import` compares and saves it."""

    name: str
    title: Any
    model: type[models.Model]
    columns: tuple[Column, ...]
    #: The attributes that a row is known by.
    key: tuple[str, ...]
    #: Columns of the file only, which no record has: what they say goes with the save.
    beside: tuple[Column, ...] = ()
    #: Whether its records are editable, and so carry a version.
    versioned = True
    #: Among those of its own kind, what a record stands under: saved before it, and never a circle.
    under: tuple[str, ...] = ()

    def __init__(self) -> None:
        #: Who imports, and when; set by the import.
        self.by: Any = None
        self.at: Any = None
        self.by_attribute = {column.attribute: column for column in self.columns}

    @property
    def headings(self) -> list[str]:
        """Of all columns that a file may have, but for the version."""
        return [str(column.heading) for column in (*self.columns, *self.beside)]

    # --- out ---------------------------------------------------------------------------------

    def rows_for_export(self, rows: QuerySet) -> QuerySet:
        """The rows as a file has them."""
        return rows

    def linked(self, records: list[Any]) -> list[Any]:
        """The records with the others that their columns name, read at once: a hundred name the
        same, and for a row that has none Django takes as long as for the row itself. Those left out
        that have been deleted since they were read, with what they name."""
        for column in self.columns:
            if isinstance(column.widget, Several):
                self._link_several(records, column)
            elif isinstance(column.widget, One):
                records = list(_linked_to_one(records, column))
        return records

    def _link_several(self, records: list[Any], column: Column) -> None:
        through, ours, theirs = links_of(self.model, column.attribute)
        named: dict[Any, list[Any]] = {record.pk: [] for record in records}
        links = through._base_manager.filter(**{f"{ours}__in": list(named)})
        pairs = list(links.values_list(ours, theirs))
        others = _by_key(column, {other for _, other in pairs})
        for key, other in pairs:
            if other in others:
                named[key].append(others[other])
        for record in records:
            setattr(record, Several.kept_as(column.attribute), named[record.pk])

    def cells(self, record: Any) -> list[Any]:
        """What the file says of a record, in the order of the columns; its version last."""
        blank = ["" for column in self.beside if column.offered]
        return [column.cell(record) for column in self.columns] + blank

    # --- in ----------------------------------------------------------------------------------

    def look_over(self, sheet: Sheet, at: dict[str, int]) -> None:
        """Find what no row says by itself, before any is read. at: where each attribute's column
        is."""

    def texts(self, row: Row, at: dict[str, int]) -> dict[str, str]:
        """A row's texts by attribute."""
        texts = row.texts
        return {name: texts[place] if place < len(texts) else "" for name, place in at.items()}

    def lacks(self, found: set[str]) -> list[str]:
        """The headings of the columns without which no row can be told from another."""
        return [str(self.by_attribute[one].heading) for one in self.key if one not in found]

    def notes(self) -> list[str]:
        """What was understood otherwise than written."""
        return []

    def key_of_values(self, values: Values) -> Key:
        """The key of what a row says."""
        return tuple(str(values.get(attribute) or "") for attribute in self.key)

    def stored_by_key(self, rows: Iterable[Values]) -> dict[Key, Any]:
        """The records that the rows are about, locked for as long as they are written."""
        field = self.key[0]
        keys = sorted({self.key_of_values(values)[0] for values in rows} - {""})
        found: dict[Key, Any] = {}
        for start in range(0, len(keys), CHUNK):
            part = self.model._default_manager.filter(
                **{f"{field}__in": keys[start : start + CHUNK]}
            )
            part = part.select_for_update(of=("self",))
            found |= {(str(getattr(record, field)),): record for record in self.linked(list(part))}
        return found

    def new(self, values: Values) -> Any:
        """A record for a row whose key is not there. What comes in by a table is public, unless
        the table says otherwise. Raises ValueError with a sentence."""
        return self.model(published=True) if self.has_published else self.model()

    @property
    def has_published(self) -> bool:
        return "published" in self.by_attribute

    def known(self, model: type[models.Model], keys: set[str]) -> dict[str, Any]:
        """The other records that rows name, by the names they use."""
        found = known_records(model, keys)
        if model is self.model and self.under:
            self._link(found)
        return found

    def _link(self, found: dict[str, Any]) -> None:
        """Read what they stand under in a query a level, not a record."""
        here = list(found.values())
        while here:
            for name in self.under:
                missing = {getattr(one, f"{name}_id") for one in here} - {None}
                above = self.model._default_manager.in_bulk(missing) if missing else {}
                for one in here:
                    if getattr(one, f"{name}_id") in above:
                        setattr(one, name, above[getattr(one, f"{name}_id")])
            here = list(above.values())

    def check(self, before: Any, record: Any, values: Values) -> Iterator[tuple[str, str]]:
        """What is wrong besides what the model itself refuses: attribute and sentence.
        before: as it was stored; None where it is new."""
        yield from ()

    def after_save(self, before: Any, record: Any, values: Values) -> Iterator[models.Model]:
        """Entries of logs that go with a save. before: as it was stored; None where it is new."""
        yield from ()


def links_of(model: type[models.Model], attribute: str) -> tuple[type[models.Model], str, str]:
    """The table that links records of a model to those an attribute names several of, and its two
    columns of keys."""
    relation = model._meta.get_field(attribute)
    ours, theirs = relation.m2m_field_name(), relation.m2m_reverse_field_name()
    return relation.remote_field.through, f"{ours}_id", f"{theirs}_id"


def _linked_to_one(records: list[Any], column: Column) -> Iterator[Any]:
    key_of = attrgetter(f"{column.attribute}_id")
    others = _by_key(column, {key_of(record) for record in records} - {None})
    for record in records:
        key = key_of(record)
        if key is None or key in others:
            setattr(record, column.attribute, others.get(key))
            yield record


def _by_key(column: Column, keys: set[Any]) -> dict[Any, Any]:
    return column.widget.model._default_manager.in_bulk(keys) if keys else {}
