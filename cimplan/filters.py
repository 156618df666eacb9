"""One filter of a list: what it takes from the address, which rows meet it, and its choices.

An address is words and slugs, never a database's number. What cannot be understood is said.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from copy import copy
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Choices, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cimplan.occurring import values_occurring
from mandates.texts import clean_text
from mandates.words import MAX_LENGTH

#: The choice of having none: no addressee, no area, no deadline.
NONE = "none"
#: Above so many choices one types which: a menu of thousands would be most of the page.
MENU = 200


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


def short(text: str) -> str:
    """What was typed, as a sentence about it can repeat it."""
    return Truncator(clean_text(text)).chars(50)


def close_to(typed: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that may have been meant, by its word in the address or by its label."""
    by_name: dict[str, Choice] = {}
    for choice in choices:
        by_name.setdefault(choice.value.casefold(), choice)
        by_name.setdefault(str(choice.label).casefold(), choice)
    found = get_close_matches(typed.casefold()[:MAX_LENGTH], by_name, n=1)
    return by_name[found[0]] if found else None


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
    `tallied`. `parent` is the list's set of filters. What a filter reads of the database it keeps
    by `parent.remembered` alone: kept on itself, it would be read by the first that asks, and what
    is kept of the others would not be known to depend on it.
    """

    #: How the form shows it: "ticks" (boxes), "menu" ("typed" where it has too many choices),
    #: "search" or "day".
    layout = "menu"
    #: Whether reports of progress change what meets it, and nothing else of the list. Such a
    #: filter has `settled` as well.
    by_log = False

    def __init__(self, *args: Any, layout: str = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout or self.layout
        self.help_text = help_text

    def __deepcopy__(self, memo: dict) -> "ListFilter":
        """A filter for one page: what it was declared with is that of all others."""
        return copy(self)

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
            "value": short(value),
            "filter": self.label,
        }
        meant = close_to(value, self.everything())
        return ValidationError(text, params={"value": value, "meant": meant})

    def condition(self, values: list[str]) -> Q:
        """What a row must meet: any of the values."""
        raise NotImplementedError

    def settled(self, values: list[str]) -> tuple[Set[int], bool]:
        """By the log: the keys of records that meet it, and True; or of those that do not, and
        False."""
        raise NotImplementedError

    def _values(self) -> list[tuple[Any, int]]:
        """What each row of the whole list has in the field, with its key."""
        rows = self.parent.queryset.order_by()
        return self.parent.values(self.field_name, lambda: rows.values_list(self.field_name, "pk"))

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
        tallied = self.parent.remembered(("rows of", self.field_name), self.tallied)
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
        by_term = rows_by(self._values())
        return [Tally(one, by_term[one.value.replace("-", "_")]) for one in self.everything()]


class FilledFilter(_TermsFilter):
    """Whether a text is there. terms: for where it is, and for where it is blank."""

    def __init__(self, field_name: str, terms: type[Choices], **kwargs: Any) -> None:
        super().__init__(field_name, **kwargs)
        self.terms = terms

    @property
    def _blank(self) -> Q:
        return Q(**{self.field_name: ""})

    def condition(self, values: list[str]) -> Q:
        filled, blank = self.terms.values
        either = {(filled,): ~self._blank, (blank,): self._blank}
        return either.get(tuple(values), Q())

    def tallied(self) -> list[Tally]:
        filled, blank = self.everything()
        without = self.parent.rows_meeting((self.field_name, blank.value), lambda: self._blank)
        return [Tally(filled, self.parent.keys - without), Tally(blank, without)]


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

    def condition(self, values: list[str]) -> Q:
        any_of = Q()
        for value in values:
            any_of |= self._meets(value)
        return any_of

    def _meets(self, value: str) -> Q:
        return self.rule(self.parent.queryset.order_by(), value, self.request)

    def tallied(self) -> list[Tally]:
        return [Tally(one, self._rows_of(one.value)) for one in self.everything()]

    def _rows_of(self, value: str) -> frozenset[int]:
        # Each by itself: a write seldom makes a difference to all.
        asked = (self.field_name, value)
        return self.parent.remembered(
            ("rows that meet", asked),
            lambda: self.parent.rows_meeting(asked, lambda: self._meets(value)),
        )


class ValueFilter(ListFilter):
    """A field's values as they occur, slugified in an address; a blank one is "none"."""

    def __init__(
        self, field_name: str, *, nothing: Any = "", name_of: Callable = str, **kwargs: Any
    ) -> None:
        super().__init__(field_name, **kwargs)
        self.nothing, self.name_of = nothing, name_of

    @property
    def _occurring(self) -> dict[str, list[Any]]:
        """The field's values by their words in an address; several may have the same."""
        return self.parent.remembered(("occurring", self.field_name), self._find_occurring)

    def _find_occurring(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        asked = self.parent.remembered(
            ("values occurring", self.field_name),
            lambda: values_occurring(self.parent.queryset, self.field_name),
        )
        for (value,) in asked.rows():
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
        by_value = rows_by(self._values())
        for value, keys in by_value.items():
            rows[self._word(value)] |= keys
            occurring[self._word(value)].append(value)
        return [Tally(one, rows[one.value]) for one in self._choices(occurring)]


class WordsFilter(ListFilter):
    """Words, all of which must occur in a row (`condition_of` of its query set says where)."""

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
        return self.parent.queryset.condition_of(values[0])


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
        return ValidationError(text % {"value": short(value)})

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
