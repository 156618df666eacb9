"""Filters of a list: one declaration makes the form, the address, the rows, the counts beside the
choices, and the chips that take a filter off again.

An address is words and slugs, never a database's number. A repeated parameter means either:
`?status=planned&status=in-progress`. What a form sends is brought to its shortest form by one
redirect, so that one question has one address. What cannot be understood is said, with the rows
left out, for a list that silently leaves out the question looks like its answer.
"""

import re
from collections.abc import Callable, Hashable, Sequence, Set
from functools import cached_property
from itertools import filterfalse
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cimplan.filters import MENU, NONE, Choice, ListFilter, close_to, short
from cimplan.paging import MOST_ROWS
from cimplan.table_versions import is_remembered, remembered
from mandates.statements import Statement
from mandates.texts import clean_text
from mandates.words import MAX_LENGTH

#: Above so many rows the choices stand without counts, which would cost more than the page.
COUNTED_ROWS = 1_000
#: What newsletters and networks add to the links they carry; no question to a list.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id")
#: Parameters of a list that are no filters.
BESIDE = ("as_of", "page", "format")


class Chip(NamedTuple):
    """A filter that is on, and the address without it."""

    name: str
    value: str
    without: str


class Problem(NamedTuple):
    """What was not understood, of which parameter, and the address of what may have been meant."""

    name: str
    text: str
    better: str
    better_address: str


class Control(NamedTuple):
    """A filter in the form."""

    name: str
    label: str
    help_text: str
    layout: str
    choices: tuple[Choice, ...]
    chosen: tuple[Choice, ...]
    typed: str
    problems: tuple[Problem, ...]

    @property
    def others(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice not in self.chosen)

    @property
    def boxes(self) -> tuple[Choice, ...]:
        """The choices that are boxes to tick, in their order; a menu has those chosen, and so has
        a field to type into, with that of having none."""
        if self.layout == "typed":
            return self.chosen + tuple(one for one in self.others if one.value == NONE)
        return self.choices if self.layout == "ticks" else self.chosen

    @property
    def any_label(self) -> str:
        """The first line of its menu: of no consequence, or one more beside those chosen."""
        return _("Or also …") if self.chosen else _("Any")


class ListFilters(django_filters.FilterSet):
    """The filters of one list, in the order in which the form and the address have them."""

    def get_form_class(self) -> type[forms.Form]:
        """Of the filters that the address names: the others have nothing to be cleaned."""
        named = {name: one.field for name, one in self.filters.items() if name in self.data}
        return type("FiltersForm", (forms.Form,), named)

    def is_valid(self) -> bool:
        return super().is_valid() and not self._unknown_parameters

    @property
    def _unknown_parameters(self) -> list[str]:
        known = (*self.filters, *BESIDE)
        return [name for name in self.data if name not in known and not TRACKING.fullmatch(name)]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The values of each filter that is on; those that were not understood left out."""
        _ = self.errors
        return {name: values for name, values in self.form.cleaned_data.items() if values}

    def filter_queryset(self, rows: QuerySet) -> QuerySet:
        return rows.filter(*map(self._condition, self.chosen))

    # --- addresses

    @property
    def _beside(self) -> dict[str, list[str]]:
        given = {name: self.data.get(name, "") for name in BESIDE}
        return {name: [value] for name, value in given.items() if value}

    @property
    def parameters(self) -> dict[str, list[str]]:
        """What the address of this very list has after its question mark."""
        return {**self.chosen, **self._beside}

    @property
    def is_in_short(self) -> bool:
        """Whether the address asked for is the shortest for what it asks."""
        return list(self.data.lists()) == list(self.parameters.items())

    @property
    def address(self) -> str:
        return self._address(self.parameters)

    def _address(self, parameters: dict[str, list[str]]) -> str:
        query = urlencode([(name, value) for name in parameters for value in parameters[name]])
        return f"{self.request.path}?{query}" if query else self.request.path

    @property
    def _as_of(self) -> dict[str, list[str]]:
        return {"as_of": self._beside["as_of"]} if "as_of" in self._beside else {}

    @property
    def address_of_all(self) -> str:
        """The whole list, as of the same day."""
        return self._address(self._as_of)

    @property
    def page_address(self) -> str:
        """The first page of these rows."""
        return self._address({**self.chosen, **self._as_of})

    @property
    def csv_address(self) -> str:
        """The same rows as a file."""
        return self._address({**self.chosen, **self._as_of, "format": ["csv"]})

    @property
    def xlsx_address(self) -> str:
        """The same rows as a spreadsheet."""
        return self._address({**self.chosen, **self._as_of, "format": ["xlsx"]})

    # --- in words

    @property
    def chips(self) -> list[Chip]:
        found = []
        for name, values in self.chosen.items():
            labels = self.filters[name].known(values)
            for value in values:
                others = [other for other in values if other != value]
                without = {**self.chosen, name: others, **self._as_of}
                label = str(self.filters[name].label)
                found.append(Chip(label, str(labels[value]), self._address(without)))
        return found

    @property
    def in_words(self) -> list[tuple[str, str]]:
        """The filters that are on, for a file to name them."""
        return [(chip.name, chip.value) for chip in self.chips]

    @property
    def noun_of_many(self) -> str:
        return str(self.queryset.model._meta.verbose_name_plural)

    @property
    def title(self) -> str:
        """What the rows are, as a heading."""
        return self.noun_of_many.capitalize()

    @property
    def words(self) -> str:
        """The words looked for, for the page to mark them."""
        return "".join(self.chosen.get("q", ()))

    @property
    def hint(self) -> str:
        """Where no row meets all of them, what may be amiss; "" where nothing is known of it."""
        return ""

    def remembered(self, name: Hashable, find: Callable[[], Any]) -> Any:
        """What was found of this list, whatever its filters: on a page before, for anybody; or
        once on this one, for staff."""
        if not is_remembered(self.request):
            if name not in self._found:
                self._found[name] = find()
            return self._found[name]
        request = self.request
        return remembered(request, (request.path, request.as_of, request.looking_back, name), find)

    def statement(self, name: Hashable, rows: Callable[[], QuerySet]) -> Statement:
        """What finds the keys of some rows, kept longer than these."""
        return self.remembered(("statement for", name), lambda: Statement.for_keys(rows()))

    def values(self, name: Hashable, rows: Callable[[], QuerySet]) -> list[tuple[Any, ...]]:
        """What some rows have, as their `values_list` says; the statement is kept as well."""
        asked = self.remembered(("values of", name), lambda: Statement.for_values(rows()))
        return asked.rows()

    def values_among(
        self, name: Hashable, rows: Callable[[], QuerySet], keys: Sequence[int], *values: str
    ) -> list[tuple[Any, ...]]:
        """The same of those of which the first of the values is among the keys."""
        asked = self.remembered(("values of", name), lambda: Statement.among(rows(), *values))
        return asked.rows(keys)

    @cached_property
    def _found(self) -> dict[Hashable, Any]:
        return {}

    @cached_property
    def counted(self) -> int:
        """How many rows the list has without any filter; MOST_ROWS + 1 where there are more."""
        rows = self.statement("rows", lambda: self.queryset.order_by()[: MOST_ROWS + 1])
        return self.remembered("rows", rows.count)

    @property
    def left(self) -> int:
        """How many rows the filters leave, said in the same way."""
        return min(len(self._keys_left), MOST_ROWS + 1) if self.chosen else self.counted

    def keys_between(self, start: int, stop: int) -> Sequence[int]:
        """The keys of the rows that the filters leave, from one place of their order to another."""
        if self.chosen:
            return self._keys_left[start:stop]
        rows = self.statement(("rows", start, stop), lambda: self.queryset[start:stop])
        return self.remembered(("keys", start, stop), rows.keys)

    @cached_property
    def _keys_left(self) -> Sequence[int]:
        by_log = [name for name in self.chosen if self.filters[name].by_log]
        others = [name for name in self.chosen if name not in by_log]
        is_read_whole = not self.has_more or (not others and self._is_kept_whole)
        if not by_log or not is_read_whole:
            return self._keys_meeting(list(self.chosen), slice(MOST_ROWS + 1))
        # Reports are what is written most. The rows that meet the other filters stay what they
        # are, and so does their order, which is most of the work.
        keys = self._keys_meeting(others, slice(None))
        for name in by_log:
            settled, meet = self.filters[name].settled(self.chosen[name])
            keys = list((filter if meet else filterfalse)(settled.__contains__, keys))
        return keys

    @property
    def _is_kept_whole(self) -> bool:
        """Whether the keys of a long list are read and kept, for what a log gives to be found among
        them. PostgreSQL takes three times as long to put all in order as to find those few."""
        on_sqlite = connections[self.queryset.db].vendor == "sqlite"
        return on_sqlite and is_remembered(self.request)

    def _keys_meeting(self, names: list[str], some: slice) -> Sequence[int]:
        """The keys of the rows that meet these of the filters that are on, in their order, of
        which some."""
        # What a database does to find the first fifty of them is most of what it does to find all.
        asked = (some.stop, *((name, *self.chosen[name]) for name in names))
        rows = self.statement(
            ("rows left", *asked),
            lambda: self.queryset.filter(*map(self._condition, names))[some],
        )
        return self.remembered(("keys", *asked), rows.keys)

    @property
    def _asked(self) -> tuple[tuple[str, ...], ...]:
        return tuple((name, *values) for name, values in self.chosen.items())

    @property
    def total(self) -> int:
        """How many rows the list has without any filter, up to so many as are paged through."""
        return min(self.counted, MOST_ROWS)

    @property
    def has_more(self) -> bool:
        return self.counted > MOST_ROWS

    @property
    def _is_long(self) -> bool:
        return self.counted > COUNTED_ROWS

    @property
    def noun(self) -> str:
        """What the rows are, in the number that goes with the total."""
        names = self.queryset.model._meta
        return str(names.verbose_name) if self.total == 1 else self.noun_of_many

    # --- what was not understood

    @cached_property
    def problems(self) -> list[Problem]:
        unknown = [self._unknown_parameter(name) for name in self._unknown_parameters]
        return unknown + [
            self._problem(name, error)
            for name, errors in self.errors.as_data().items()
            for error in errors
        ]

    def _unknown_parameter(self, name: str) -> Problem:
        text = _("There is no filter “%(name)s” here.") % {"name": short(name)}
        choices = [Choice(other, one.label) for other, one in self.filters.items()]
        meant = close_to(name, choices)
        data = self.data.copy()
        values = data.pop(name)
        if meant is None:
            return Problem("", text, "", "")
        data.setlist(meant.value, data.getlist(meant.value) + values)
        return Problem("", text, meant.value, self._address(dict(data.lists())))

    def _problem(self, name: str, error: ValidationError) -> Problem:
        params = error.params or {}
        meant = params.get("meant")
        text = "".join(error.messages)
        if meant is None:
            return Problem(name, text, "", "")
        data = self.data.copy()
        given = [self.filters[name].tidy(value) for value in data.getlist(name)]
        data.setlist(name, [meant.value if one == params["value"] else one for one in given])
        return Problem(name, text, str(meant.label), self._address(dict(data.lists())))

    # --- the form

    @property
    def is_open(self) -> bool:
        """Whether the form is shown at once."""
        return bool(self.problems or self.chosen)

    @property
    def as_of(self) -> str:
        """The day that the form is to keep, if one was asked for."""
        return self.data.get("as_of", "")

    def part(self, name: str, make: Callable[[Control], str]) -> str:
        """A filter as the form shows it, as `make` writes it."""
        if self.problems:
            return make(self.control(name))
        # Counts depend on all that is asked for; else a filter stands alike wherever it has the
        # same values.
        asked = self.chosen.get(name, ()) if self._is_long else self._asked
        return self.remembered(
            ("form of", name, self._is_long, *asked), lambda: self._made(name, make)
        )

    def _made(self, name: str, make: Callable[[Control], str]) -> str:
        # Most of what is written leaves the choices what they were.
        control = self.control(name)
        return self.remembered(("made of", control), lambda: make(control))

    def control(self, name: str) -> Control:
        one = self.filters[name]
        given = {one.tidy(value) for value in self.data.getlist(name)}
        choices = self._choices(name, one)
        too_many = one.layout == "menu" and len(choices) > MENU
        return Control(
            name=name,
            label=one.label,
            help_text=one.help_text,
            layout="typed" if too_many else one.layout,
            choices=tuple(choices),
            chosen=tuple(choice for choice in choices if choice.value in given),
            typed=clean_text(" ".join(self.data.getlist(name)))[:MAX_LENGTH],
            problems=tuple(problem for problem in self.problems if problem.name == name),
        )

    def _choices(self, name: str, one: ListFilter) -> list[Choice]:
        if self.problems or self._is_long:
            given = one.known(self.chosen.get(name, []))
            offered = self.remembered(("choices of", name), one.everything)
            missing = given.keys() - {choice.value for choice in offered}
            return [Choice(value, given[value]) for value in sorted(missing)] + offered
        return one.counted(self._rows_but(name), self.chosen.get(name, []))

    def _rows_but(self, left_out: str) -> Set[int]:
        """The keys of the rows that meet all filters that are on, one left out."""
        return self.keys.intersection(
            *(self._rows_of(name) for name in self.chosen if name != left_out)
        )

    @property
    def keys(self) -> frozenset[int]:
        """Of all rows of the list."""
        return self.remembered("keys", lambda: self.rows_meeting("all", Q))

    def _rows_of(self, name: str) -> frozenset[int]:
        """The keys of the rows that meet a filter that is on, by itself."""
        asked = (name, *self.chosen[name])
        return self.remembered(
            ("rows that meet", asked),
            lambda: self.rows_meeting(asked, lambda: self._condition(name)),
        )

    def rows_meeting(self, name: Hashable, condition: Callable[[], Q]) -> frozenset[int]:
        """The keys of those rows of the whole list that meet it. name: what is asked by it."""
        rows = self.statement(
            ("rows meeting", name), lambda: self.queryset.order_by().filter(condition())
        )
        return frozenset(rows.keys())

    def _condition(self, name: str) -> Q:
        return self.filters[name].condition(self.chosen[name])
