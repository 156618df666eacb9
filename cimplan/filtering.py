"""Filters of a list: one declaration makes the form, the address, the rows, the counts beside the
choices, and the chips that take a filter off again.

An address is words and slugs, never a database's number. A repeated parameter means either:
`?status=planned&status=in-progress`. What a form sends is brought to its shortest form by one
redirect, so that one question has one address. What cannot be understood is said, with the rows
left out, for a list that silently leaves out the question looks like its answer.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Choices, Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cimplan.paging import MOST_ROWS, count_up_to
from cimplan.table_versions import remembered
from mandates.texts import clean_text
from mandates.words import MAX_LENGTH

#: The choice of having none: no addressee, no area, no deadline.
NONE = "none"
#: Above so many rows the choices stand without counts, which would cost more than the page.
COUNTED_ROWS = 1_000
#: Above so many choices one types which: a menu of thousands would be most of the page.
MENU = 200
#: Parameters of a list that are no filters.
BESIDE = ("as_of", "page", "format")


class Choice(NamedTuple):
    """A value one can choose, and how many rows it would give with the other filters; None where
    that was not counted."""

    value: str
    label: str
    count: int | None = None
    group: str = ""


class Tally(NamedTuple):
    """A choice, and the keys of the rows that it gives."""

    choice: Choice
    rows: Set[int]


def rows_by(pairs: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    """The keys of rows by what stands before each; none for what is not there."""
    rows: dict[Any, set[int]] = defaultdict(set)
    for what, key in pairs:
        rows[what].add(key)
    return rows


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
    choices: list[Choice]
    chosen: list[Choice]
    typed: str
    problems: list[Problem]

    @property
    def others(self) -> list[Choice]:
        return [choice for choice in self.choices if choice not in self.chosen]

    @property
    def boxes(self) -> list[Choice]:
        """The choices that are boxes to tick, in their order; a menu has those chosen, and so has
        a field to type into, with that of having none."""
        if self.layout == "typed":
            return self.chosen + [one for one in self.others if one.value == NONE]
        return self.choices if self.layout == "ticks" else self.chosen

    @property
    def any_label(self) -> str:
        """The first line of its menu: of no consequence, or one more beside those chosen."""
        return _("Or also …") if self.chosen else _("Any")


def _short(text: str) -> str:
    return Truncator(clean_text(text)).chars(50)


def close_to(typed: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that may have been meant, by its word in the address or by its label."""
    by_name: dict[str, Choice] = {}
    for choice in choices:
        by_name.setdefault(choice.value.casefold(), choice)
        by_name.setdefault(str(choice.label).casefold(), choice)
    found = get_close_matches(typed.casefold()[:MAX_LENGTH], by_name, n=1)
    return by_name[found[0]] if found else None


# --- one filter ------------------------------------------------------------------------------


class _Values(forms.Field):
    """The values an address gives for a filter: each once, in one order, and all of them known."""

    widget = forms.SelectMultiple

    def __init__(self, of: "ListFilter", **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def clean(self, typed: Iterable[str] | None) -> list[str]:
        tidied = filter(None, (self.of.tidy(value) for value in typed or ()))
        values = self.of.in_order(set(tidied))
        refusals = self.of.refusals(values)
        if refusals:
            raise ValidationError(refusals)
        return values


class ListFilter(django_filters.Filter):
    """One filter of a list, of which any of several values may hold.

    What a kind of filter says: `condition`, `known`, `everything` and, where choices are offered,
    `tallied`. `parent` is the list's set of filters.
    """

    #: How the form shows it: "ticks" (boxes), "menu" ("typed" where it has too many choices),
    #: "search" or "day".
    layout = "menu"

    def __init__(self, *args: Any, layout: str = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout or self.layout
        self.help_text = help_text

    @cached_property
    def field(self) -> forms.Field:
        return _Values(self, label=self.label, required=False)

    @property
    def request(self) -> HttpRequest:
        return self.parent.request

    def tidy(self, typed: str) -> str:
        """A value as an address writes it."""
        return clean_text(typed).strip()

    def in_order(self, values: set[str]) -> list[str]:
        """The values in the one order in which an address has them."""
        return sorted(values)

    def refusals(self, values: list[str]) -> list[ValidationError]:
        """What is to be said of the values that mean nothing here."""
        known = self.known(values)
        return [self._refusal(value) for value in values if value not in known]

    def _refusal(self, value: str) -> ValidationError:
        text = _("“%(value)s” is not among the choices of “%(filter)s”.") % {
            "value": _short(value),
            "filter": self.label,
        }
        meant = close_to(value, self.everything())
        return ValidationError(text, params={"value": value, "meant": meant})

    def condition(self, values: list[str]) -> Q:
        """What a row must meet: any of the values."""
        raise NotImplementedError

    def known(self, values: list[str]) -> dict[str, str]:
        """Those of the values that mean something, with their labels."""
        labels = {choice.value: choice.label for choice in self.everything()}
        return {value: labels[value] for value in values if value in labels}

    def everything(self) -> list[Choice]:
        """All that may be chosen, not counted."""
        return []

    def tallied(self) -> list[Tally]:
        """The choices, each with those rows of the whole list that it gives; of short lists."""
        return []

    def counted(self, rows: Set[int], chosen: list[str]) -> list[Choice]:
        """The choices with how many of some rows, by their keys, each of them would leave."""
        tallied = self.parent.remembered(f"rows of {self.field_name}", self.tallied)
        return [tally.choice._replace(count=len(tally.rows & rows)) for tally in tallied]


class _TermsFilter(ListFilter):
    """A filter whose choices are our own terms, in their own order; hyphens in an address."""

    layout = "ticks"
    terms: type[Choices]

    def tidy(self, typed: str) -> str:
        return super().tidy(typed).lower().replace("_", "-")

    def in_order(self, values: set[str]) -> list[str]:
        terms = [choice.value for choice in self.everything() if choice.value in values]
        return terms + sorted(values.difference(terms))

    def everything(self) -> list[Choice]:
        return [Choice(value.replace("_", "-"), label) for value, label in self.terms.choices]


class TermFilter(_TermsFilter):
    """A field that holds one of our own terms."""

    def __init__(self, field_name: str, terms: type[Choices], **kwargs: Any) -> None:
        super().__init__(field_name, **kwargs)
        self.terms = terms

    def condition(self, values: list[str]) -> Q:
        return Q(**{f"{self.field_name}__in": [value.replace("-", "_") for value in values]})

    def tallied(self) -> list[Tally]:
        rows = rows_by(self.parent.queryset.order_by().values_list(self.field_name, "pk"))
        return [Tally(one, rows[one.value.replace("-", "_")]) for one in self.everything()]


class RuleFilter(_TermsFilter):
    """Rules of the domain, one for each term: `rule(rows, term, request)` says what a row must
    meet, where `rows` are those of the list."""

    def __init__(
        self,
        terms: type[Choices],
        rule: Callable[[QuerySet, str, HttpRequest], Q],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.terms, self.rule = terms, rule
        self._met: dict[str, Q] = {}

    def condition(self, values: list[str]) -> Q:
        any_of = Q()
        for value in values:
            any_of |= self._meets(value)
        return any_of

    def _meets(self, value: str) -> Q:
        # Kept, since a rule may ask the database what the next session is.
        if value not in self._met:
            self._met[value] = self.rule(self.parent.queryset.order_by(), value, self.request)
        return self._met[value]

    def tallied(self) -> list[Tally]:
        return [Tally(one, self._rows_of(one.value)) for one in self.everything()]

    def _rows_of(self, value: str) -> set[int]:
        rows = self.parent.queryset.order_by().filter(self._meets(value))
        return set(rows.values_list("pk", flat=True))


class ValueFilter(ListFilter):
    """A field's values as they occur, slugified in an address; a blank one is "none"."""

    def __init__(
        self, field_name: str, *, nothing: Any = "", name_of: Callable = str, **kwargs: Any
    ) -> None:
        super().__init__(field_name, **kwargs)
        self.nothing, self.name_of = nothing, name_of

    @cached_property
    def _occurring(self) -> dict[str, list[Any]]:
        """The field's values by their words in an address; several may have the same."""
        rows = self.parent.queryset.order_by().values_list(self.field_name, flat=True).distinct()
        found: dict[str, list[Any]] = {}
        for value in self.parent.remembered(self.field_name, lambda: list(rows)):
            found.setdefault(self._word(value), []).append(value)
        return found

    def _word(self, value: Any) -> str:
        return NONE if value in (None, "") else slugify(str(value).replace("/", " ")) or NONE

    def everything(self) -> list[Choice]:
        return self._choices(self._occurring)

    def _choices(self, occurring: dict[str, list[Any]]) -> list[Choice]:
        """Those that occur, by name, and none at the end."""
        named = [
            Choice(word, self.name_of(min(values)))
            for word, values in occurring.items()
            if word != NONE
        ]
        named.sort(key=lambda choice: choice.label.casefold())
        return named + [Choice(NONE, self.nothing)] * (NONE in occurring)

    def known(self, values: list[str]) -> dict[str, str]:
        # None is always a question one may ask.
        return {**super().known(values), **({NONE: self.nothing} if self.nothing else {})}

    def condition(self, values: list[str]) -> Q:
        chosen = [one for word in values for one in self._occurring.get(word, [])]
        any_of = Q(**{f"{self.field_name}__in": [one for one in chosen if one is not None]})
        return any_of | Q(**{f"{self.field_name}__isnull": True}) if None in chosen else any_of

    def tallied(self) -> list[Tally]:
        rows: dict[str, set[int]] = defaultdict(set)
        occurring: dict[str, list[Any]] = defaultdict(list)
        by_value = rows_by(self.parent.queryset.order_by().values_list(self.field_name, "pk"))
        for value, keys in by_value.items():
            rows[self._word(value)] |= keys
            occurring[self._word(value)].append(value)
        return [Tally(one, rows[one.value]) for one in self._choices(occurring)]


class RecordFilter(ListFilter):
    """Rows linked to any of some records, or to none that the reader may see.

    of: the records' model. to_rows: the lookup from such a record to the rows. nothing: the words
    for being linked to none; "" where that cannot be. name_of: a record's name; option_of: the
    longer one by which it is chosen.
    """

    def __init__(
        self,
        of: type[Model],
        to_rows: str,
        *,
        nothing: Any = "",
        name_of: Callable[[Any], str] = str,
        option_of: Callable[[Any], str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.of, self.to_rows, self.nothing = of, to_rows, nothing
        self.name_of, self.option_of = name_of, option_of or name_of
        self._found: dict[str, Model] = {}

    def word_of(self, record: Any) -> str:
        """What an address calls the record."""
        return record.slug

    def called(self, words: list[str]) -> Iterable[Any]:
        """The records that an address calls so."""
        return self.records().filter(slug__in=words)

    def records(self) -> QuerySet:
        """Those that the reader may choose among."""
        return self.of.objects.visible_to(self.request.user)

    def choice(self, record: Any) -> Choice:
        return Choice(self.word_of(record), self.option_of(record))

    def known(self, values: list[str]) -> dict[str, str]:
        words = [value for value in values if value != NONE and value not in self._found]
        if words:
            self._found |= {self.word_of(record): record for record in self.called(words)}
        labels = {word: self.name_of(record) for word, record in self._found.items()}
        return {**labels, **({NONE: self.nothing} if self.nothing else {})}

    def everything(self) -> list[Choice]:
        # Asked of each record by its key, so that the first few cost little among thousands.
        has_rows = self.of.objects.filter(pk=OuterRef("pk"), **{f"{self.to_rows}__isnull": False})
        linked = self.records().filter(Exists(has_rows.order_by()))[: MENU + 1]
        return [self.choice(record) for record in linked] + self._none

    @property
    def _none(self) -> list[Choice]:
        return [Choice(NONE, self.nothing)] if self.nothing else []

    def condition(self, values: list[str]) -> Q:
        any_of = Q()
        chosen = [self._found[value] for value in values if value != NONE]
        if chosen:
            any_of |= self.linked_to(chosen)
        if NONE in values:
            any_of |= self.linked_to_none()
        return any_of

    def linked_to(self, records: list[Any]) -> Q:
        """The rows of any of the records."""
        chosen = self.of.objects.filter(pk__in=[record.pk for record in records])
        return Q(pk__in=chosen.order_by().values(self.to_rows))

    def linked_to_none(self) -> Q:
        """The rows of no record that the reader may see."""
        linked = self.records().filter(**{f"{self.to_rows}__isnull": False})
        return ~Q(pk__in=linked.order_by().values(self.to_rows))

    def tallied(self) -> list[Tally]:
        rows = rows_by(self.links())
        linked = [
            Tally(self.choice(record), rows[record.pk])
            for record in self.records().filter(pk__in=list(rows))
        ]
        others = self.parent.keys.difference(*(tally.rows for tally in linked))
        return linked + [Tally(none, others) for none in self._none]

    def links(self) -> Iterable[tuple[Any, int]]:
        """The keys of records with those of the rows that are linked to each."""
        rows = self.parent.queryset.order_by().values("pk")
        linked = self.of.objects.filter(**{f"{self.to_rows}__in": rows})
        return linked.order_by().values_list("pk", self.to_rows)

    def counted(self, rows: Set[int], chosen: list[str]) -> list[Choice]:
        """Those of the records that would leave any row; and those chosen, in any case."""
        counted = super().counted(rows, chosen)
        offered = [one for one in counted if one.count or one.value in (NONE, *chosen)]
        missing = set(chosen).difference(one.value for one in offered)
        return [
            self.choice(record)._replace(count=0)
            for word, record in self._found.items()
            if word in missing
        ] + offered


class WordsFilter(ListFilter):
    """Words, all of which must occur in a row (`having_all` of its query set says where)."""

    layout = "search"

    @cached_property
    def field(self) -> forms.Field:
        return _Words(self, label=self.label, required=False)

    def refusals(self, values: list[str]) -> list[ValidationError]:
        if all(len(value) <= MAX_LENGTH for value in values):
            return []
        text = ngettext(
            "Those are too many words to look for: at most %(number)s character.",
            "Those are too many words to look for: at most %(number)s characters.",
            MAX_LENGTH,
        )
        return [ValidationError(text % {"number": MAX_LENGTH})]

    def known(self, values: list[str]) -> dict[str, str]:
        return {value: _("“%(words)s”") % {"words": value} for value in values}

    def condition(self, values: list[str]) -> Q:
        return self.parent.queryset.having_all(values[0])


class _Words(_Values):
    """The words of an address; a repeated parameter adds words."""

    def clean(self, typed: Iterable[str] | None) -> list[str]:
        return super().clean([" ".join(" ".join(typed or ()).split())])


class DayFilter(ListFilter):
    """A day: `rule(rows, day)` gives the rows."""

    layout = "day"

    def __init__(self, rule: Callable[[QuerySet, date], QuerySet], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule

    def refusals(self, values: list[str]) -> list[ValidationError]:
        if len(values) > 1:
            return [ValidationError(_("“%(filter)s” is one day.") % {"filter": self.label})]
        return [self._not_a_date(value) for value in values if not _is_date(value)]

    def _not_a_date(self, value: str) -> ValidationError:
        text = _("“%(value)s” is not a date. Write the day like this: 2003-02-20.")
        return ValidationError(text % {"value": _short(value)})

    def known(self, values: list[str]) -> dict[str, str]:
        return {value: value for value in values if _is_date(value)}

    def condition(self, values: list[str]) -> Q:
        rows = self.rule(self.parent.queryset.order_by(), date.fromisoformat(values[0]))
        return Q(pk__in=rows.values("pk"))


def _is_date(value: str) -> bool:
    try:
        # The other forms of ISO 8601 would give one day several addresses.
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


# --- all filters of a list --------------------------------------------------------------------


class ListFilters(django_filters.FilterSet):
    """The filters of one list, in the order in which the form and the address have them."""

    def is_valid(self) -> bool:
        return super().is_valid() and not self._unknown_parameters

    @property
    def _unknown_parameters(self) -> list[str]:
        return [name for name in self.data if name not in self.filters and name not in BESIDE]

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

    def remembered(self, name: str, find: Callable[[], Any]) -> Any:
        """What was found of this list, whatever its filters: on a page before, for anybody; or
        once on this one, for staff."""
        if getattr(self.request, "reading", None) is None:
            if name not in self._found:
                self._found[name] = find()
            return self._found[name]
        return remembered(self.request, (self.request.path, self.request.as_of, name), find)

    @cached_property
    def _found(self) -> dict[str, Any]:
        return {}

    @cached_property
    def counted(self) -> int:
        """How many rows the list has without any filter; MOST_ROWS + 1 where there are more."""
        return self.remembered("rows", lambda: count_up_to(self.queryset, MOST_ROWS))

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
        text = _("There is no filter “%(name)s” here.") % {"name": _short(name)}
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

    @cached_property
    def controls(self) -> list[Control]:
        return [self._control(name, one) for name, one in self.filters.items()]

    def _control(self, name: str, one: ListFilter) -> Control:
        given = {one.tidy(value) for value in self.data.getlist(name)}
        choices = self._choices(name, one)
        too_many = one.layout == "menu" and len(choices) > MENU
        return Control(
            name=name,
            label=one.label,
            help_text=one.help_text,
            layout="typed" if too_many else one.layout,
            choices=choices,
            chosen=[choice for choice in choices if choice.value in given],
            typed=clean_text(" ".join(self.data.getlist(name)))[:MAX_LENGTH],
            problems=[problem for problem in self.problems if problem.name == name],
        )

    def _choices(self, name: str, one: ListFilter) -> list[Choice]:
        if self.problems or self._is_long:
            given = one.known(self.chosen.get(name, []))
            offered = self.remembered(f"choices of {name}", one.everything)
            missing = given.keys() - {choice.value for choice in offered}
            return [Choice(value, given[value]) for value in sorted(missing)] + offered
        return one.counted(self._rows_but(name), self.chosen.get(name, []))

    def _rows_but(self, left_out: str) -> Set[int]:
        """The keys of the rows that meet all filters that are on, one left out."""
        return self.keys.intersection(
            *(self._met[name] for name in self.chosen if name != left_out)
        )

    @property
    def keys(self) -> frozenset[int]:
        """Of all rows of the list."""
        return self.remembered("keys", lambda: self._rows_meeting(Q()))

    @cached_property
    def _met(self) -> dict[str, Set[int]]:
        """The keys of the rows that meet each filter that is on, by itself."""
        return {name: self._rows_meeting(self._condition(name)) for name in self.chosen}

    def _rows_meeting(self, condition: Q) -> frozenset[int]:
        rows = self.queryset.order_by().filter(condition)
        return frozenset(rows.values_list("pk", flat=True))

    def _condition(self, name: str) -> Q:
        return self.filters[name].condition(self.chosen[name])
