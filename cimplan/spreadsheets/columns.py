"""What the cells of a column mean: read as people write them, written as they read them.

A column is django-import-export's field with its widget: `widget.clean` gives the value of a text,
or raises ValueError with a sentence; `widget.render` gives the cell of a value.
"""

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from calendar_app.dates import HOW_TO_WRITE, Precision, SpanError, parse_span
from cimplan import clock
from mandates.models import Actor, Assembly, Mandate, Resolution
from mandates.symbols import parse_assembly_code, parse_reference, slug_from
from mandates.texts import clean_text

BETWEEN = re.compile(r"[;\n]")
HOW_TO_WRITE_A_DAY = gettext_lazy("Write 2003-02-14 or February 14, 2003.")


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """A sentence that names what is most alike; "" where nothing is."""
    folded = {str(one).casefold(): str(one) for one in known}
    alike = difflib.get_close_matches(text.casefold(), folded, n=1, cutoff=0.6)
    return _(" Did you mean “%(word)s”?") % {"word": folded[alike[0]]} if alike else ""


class Column(Field):
    """A column: the attribute of the record, its heading, and what its cells mean.

    offered: whether an exported file has it, for somebody to fill in.
    once: it is given with a new record and changed by nobody afterwards.
    names: other headings it is known by, besides the attribute's name.
    """

    def __init__(
        self,
        attribute: str,
        heading: Any,
        widget: Widget,
        *,
        width: int = 16,
        once: bool = False,
        offered: bool = True,
        names: tuple[str, ...] = (),
    ) -> None:
        super().__init__(attribute, str(heading), widget)
        self.heading = heading
        self.width, self.once, self.offered = width, once, offered
        self.names = (attribute, *names)

    def stored(self, record: models.Model) -> Any:
        """The value a record has, in the terms of `clean`."""
        return self.widget.stored(record, self.attribute)

    def cell(self, record: models.Model) -> Any:
        """What an exported file has in this column."""
        return self.widget.cell_of(record, self.attribute)


class Meaning(Widget):
    """What a text means for one field of a record; a value that equals the stored is no change."""

    choices: tuple[str, ...] = ()
    many = False

    def stored(self, record: Any, attribute: str) -> Any:
        return getattr(record, attribute)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value

    def cell_of(self, record: Any, attribute: str) -> Any:
        """What an exported file says of a record."""
        return self.render(self.stored(record, attribute), record)

    def put(self, record: Any, attribute: str, value: Any) -> list[str]:
        """Give the record the value; return the names of the model's fields it is kept in."""
        setattr(record, attribute, value)
        return [attribute]

    def same(self, stored: Any, value: Any) -> bool:
        return stored == value


class Line(Meaning):
    """One line of text; a country is its code."""

    def stored(self, record: Any, attribute: str) -> str:
        return str(getattr(record, attribute) or "")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean_text(value).strip()

    def same(self, stored: Any, value: Any) -> bool:
        return stored.strip() == value


class Words(Meaning):
    """Text of any length, to the letter."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return clean_text(value)


class Number(Meaning):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = value.strip()
        if not text:
            return None
        if not (text.isdecimal() and len(text) < 10):
            raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text[:60]})
        return int(text)


class YesNo(Meaning):
    @property
    def choices(self) -> tuple[str, ...]:
        return _yes_and_no(get_language())

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        text, meanings = value.strip().casefold(), _meanings_of_yes_and_no(get_language())
        if text not in meanings:
            raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": value[:60]})
        return meanings[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.choices[not value]


# Looked up for each row they would take a tenth of an export.
@cache
def _yes_and_no(language: str | None) -> tuple[str, str]:
    return _("yes"), _("no")


@cache
def _meanings_of_yes_and_no(language: str | None) -> dict[str, bool | None]:
    yes, no = (word.casefold() for word in _yes_and_no(language))
    return {"": None, "true": True, "false": False, "1": True, "0": False, yes: True, no: False}


class Choice(Meaning):
    """One of a list, by its words or by its key."""

    def __init__(self, choices: type[models.Choices]) -> None:
        super().__init__()
        self.labels = {value: str(label) for value, label in choices.choices}
        self.choices = tuple(self.labels.values())
        self.meanings = {str(value).casefold(): value for value in self.labels}
        self.meanings |= {label.casefold(): value for value, label in self.labels.items()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = " ".join(value.split())
        if not text:
            return None
        if text.casefold() not in self.meanings:
            raise ValueError(
                _("“%(text)s” is none of %(choices)s.%(hint)s")
                % {
                    "text": text[:60],
                    "choices": ", ".join(self.choices),
                    "hint": did_you_mean(text, self.choices),
                }
            )
        return self.meanings[text.casefold()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.labels.get(value, "" if value is None else str(value))


class Day(Meaning):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        text = value.strip()
        if not text:
            return None
        try:
            written = parse_span(text)
        except SpanError as error:
            sentence = str(error).replace(HOW_TO_WRITE, str(HOW_TO_WRITE_A_DAY))
            raise ValueError(sentence) from error
        if written.span.precision != Precision.DAY or written.span.start != written.span.end:
            raise ValueError(
                _("“%(text)s” is not one day. %(how)s")
                % {"text": text[:60], "how": HOW_TO_WRITE_A_DAY}
            )
        return written.span.start


class Dates(Meaning):
    """A span as people write it: May 2003*. tentative: whether an asterisk may mark it."""

    def __init__(self, *, tentative: bool) -> None:
        super().__init__()
        self.may_be_tentative = tentative

    def stored(self, record: Any, attribute: str) -> Any:
        return record.span and (record.span, bool(getattr(record, "tentative", False)))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value[0].printed(value[1]) if value else ""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = value.strip()
        if not text:
            return None
        written = parse_span(text, year=clock.today().year)
        if written.tentative and not self.may_be_tentative:
            raise ValueError(_("A deadline has no asterisk: it holds until it is changed."))
        return written.span, written.tentative

    def put(self, record: Any, attribute: str, value: Any) -> list[str]:
        record.span = value and value[0]
        fields = ["start", "end", "precision"]
        if self.may_be_tentative:
            record.tentative = bool(value and value[1])
            fields.append("tentative")
        return fields


# --- other records ---------------------------------------------------------------------------


def _stripped(text: str) -> str:
    return text.strip()


#: How a record of each kind is named in a cell: the attribute that is its key in the database, how
#: a person's spelling becomes that key, and what an exported cell shows.
Naming = tuple[Callable[[Any], str], Callable[[str], str], Callable[[Any], str]]


def naming(model: type[models.Model]) -> Naming:
    if model is Resolution:
        return (lambda one: one.slug), slug_from, (lambda one: one.symbol)
    if model is Mandate:
        return (lambda one: one.reference), (lambda text: str(parse_reference(text))), str
    if model is Assembly:
        return (lambda one: str(one.code)), (lambda text: str(parse_assembly_code(text))), str
    return (lambda one: one.slug), _stripped, (lambda one: one.slug)


class One(Meaning):
    """One other record, by its key."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model = model
        self.key, self.read, self.show = naming(model)

    def stored(self, record: Any, attribute: str) -> Any:
        other = getattr(record, attribute)
        return self.key(other) if other else None

    def cell_of(self, record: Any, attribute: str) -> str:
        other = getattr(record, attribute)
        return self.show(other) if other else ""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = value.strip()
        return self.read(text) if text else None


class Several(One):
    """Several other records, by their keys, between semicolons or on lines of their own."""

    many = True

    def stored(self, record: Any, attribute: str) -> frozenset[str]:
        if record.pk is None:
            return frozenset()
        return frozenset(self.key(other) for other in self.others(record, attribute))

    def cell_of(self, record: Any, attribute: str) -> str:
        return "; ".join(sorted(self.show(other) for other in self.others(record, attribute)))

    @staticmethod
    def kept_as(attribute: str) -> str:
        """Where a record has them as a list, read together with those of others."""
        return f"{attribute}_read"

    def others(self, record: Any, attribute: str) -> Iterable[Any]:
        found = getattr(record, self.kept_as(attribute), None)
        return getattr(record, attribute).all() if found is None else found

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> frozenset[str]:
        parts = (part.strip() for part in BETWEEN.split(value))
        return frozenset(self.read(part) for part in parts if part)


def known_records(model: type[models.Model], keys: set[str]) -> dict[str, Any]:
    """The records of these keys. An actor may be named by its name or its acronym as well."""
    rows = model._default_manager.all()
    key = naming(model)[0]
    if model is Assembly:
        return {key(one): one for one in rows}
    if model is Actor:
        return _actors(rows, keys)
    field = "reference" if model is Mandate else "slug"
    found: dict[str, Any] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        part = rows.filter(**{f"{field}__in": wanted[start : start + 500]})
        if model is Mandate:
            part = part.select_related("resolution__assembly")
        found |= {key(one): one for one in part}
    return found


def _actors(rows: Any, keys: set[str]) -> dict[str, Any]:
    by_slug = {actor.slug: actor for actor in rows}
    by_name: dict[str, list[Any]] = {}
    for actor in by_slug.values():
        for name in {actor.name.casefold(), actor.acronym.casefold()} - {""}:
            by_name.setdefault(name, []).append(actor)
    found = {key: by_slug[key] for key in keys if key in by_slug}
    for key in keys - found.keys():
        named = by_name.get(key.casefold(), [])
        if len(named) == 1:
            found[key] = named[0]
    return found
