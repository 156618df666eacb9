"""Filters by the records that rows are linked to."""

from collections.abc import Callable, Iterable, Set
from functools import lru_cache
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from cimplan.filters import MENU, NONE, Choice, ListFilter, Tally, rows_by
from mandates.statements import Records


class RecordFilter(ListFilter):
    """Rows linked to any of some records, or to none that the reader may see.

    The records have a slug, which is what an address calls them, unless they are few
    (FewRecordsFilter). of: their model. to_rows: the lookup from such a record to the rows. shown:
    a tuple of those of its fields that its name and its option are made of, and its slug; the
    records come as such, since there may be two hundred. nothing: the words for being linked to
    none; "" where that cannot be. name_of: a record's name; option_of: the longer one by which it
    is chosen.
    """

    def __init__(
        self,
        of: type[Model],
        to_rows: str,
        *,
        shown: type[Any],
        nothing: Any = "",
        name_of: Callable[[Any], str] = str,
        option_of: Callable[[Any], str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.of, self.to_rows, self.shown, self.nothing = of, to_rows, shown, nothing
        self.name_of, self.option_of = name_of, option_of or name_of

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
        words = [value for value in values if value != NONE]
        labels = self.parent.remembered(
            ("known", self.field_name, *words), lambda: self._labels(words) if words else {}
        )
        return {**labels, **({NONE: self.nothing} if self.nothing else {})}

    def _labels(self, words: list[str]) -> dict[str, str]:
        return {self.word_of(record): str(self.name_of(record)) for record in self.called(words)}

    def everything(self) -> list[Choice]:
        return list(self._choices_of(self._linked()).values()) + self._none

    def _linked(self) -> tuple[Any, ...]:
        """The keys of the records that have rows, one more than a menu has at most."""
        linked = self.parent.statement(
            ("linked", self.field_name), lambda: self.linked()[: MENU + 1]
        )
        return tuple(linked.keys())

    def linked(self) -> QuerySet:
        """The records that have rows."""
        # Asked of each record by its key, so that the first few cost little among thousands.
        has_rows = self.of.objects.filter(pk=OuterRef("pk"), **{f"{self.to_rows}__isnull": False})
        return self.records().filter(Exists(has_rows.order_by()))

    def _choices_of(self, keys: tuple[Any, ...]) -> dict[Any, Choice]:
        """Records as choices, in their order. Kept apart from which of them have rows, since rows
        are written to more often than what they are linked to."""
        return self.parent.remembered(
            ("choices of records", self.field_name, keys),
            lambda: self._choices_among(keys),
        )

    def _choices_among(self, keys: tuple[Any, ...]) -> dict[Any, Choice]:
        found = self.parent.values_among(
            ("choices", self.field_name), self.records, keys, "pk", *self.shown._fields
        )
        return _choices_made(get_language(), self.shown, self.option_of, tuple(found))

    @property
    def _none(self) -> list[Choice]:
        return [Choice(NONE, self.nothing)] if self.nothing else []

    def condition(self, values: list[str]) -> Q:
        any_of = Q()
        words = [value for value in values if value != NONE]
        if words:
            any_of |= self.linked_to(list(self.called(words)))
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
        choices = self._choices_of(tuple(sorted(rows)))
        linked = [Tally(choice, rows[key]) for key, choice in choices.items()]
        others = self.parent.keys.difference(*(tally.rows for tally in linked))
        return linked + [Tally(none, others) for none in self._none]

    def links(self) -> Iterable[tuple[Any, int]]:
        """The keys of records with those of the rows that are linked to each."""
        return self.parent.values(("links", self.field_name), self.linking)

    def linking(self) -> QuerySet:
        """The same, as it is asked."""
        rows = self.parent.queryset.order_by().values("pk")
        linked = self.of.objects.filter(**{f"{self.to_rows}__in": rows})
        return linked.order_by().values_list("pk", self.to_rows)

    def counted(self, rows: Set[int], chosen: list[str]) -> list[Choice]:
        """Those of the records that would leave any row; and those chosen, in any case."""
        counted = super().counted(rows, chosen)
        offered = [one for one in counted if one.count or one.value in (NONE, *chosen)]
        missing = set(chosen).difference(one.value for one in offered)
        none_left = self.called(sorted(missing)) if missing else ()
        return [self.choice(record)._replace(count=0) for record in none_left] + offered


# Most of what is written leaves them what they were, and there may be two hundred.
@lru_cache(20)
def _choices_made(
    language: str | None,
    shown: type[Any],
    option_of: Callable[[Any], str],
    found: tuple[tuple[Any, ...], ...],
) -> dict[Any, Choice]:
    """Records as choices, from the key and what is shown of each."""
    records = ((key, shown(*values)) for key, *values in found)
    return {key: Choice(record.slug, option_of(record)) for key, record in records}


class FewRecordsFilter(RecordFilter):
    """Records that have no slug, of which there are few enough to look at all. fields: those that a
    record's word and its name are made of."""

    def __init__(
        self, of: type[Model], to_rows: str, *, fields: tuple[str, ...], **kwargs: Any
    ) -> None:
        super().__init__(of, to_rows, shown=of, **kwargs)
        self.fields = fields

    def called(self, words: list[str]) -> Iterable[Any]:
        return [record for record in self.records() if self.word_of(record) in words]

    def _choices_among(self, keys: tuple[Any, ...]) -> dict[Any, Choice]:
        asked = self.parent.remembered(
            ("records", self.field_name),
            lambda: Records.among(self.records(), *self.fields),
        )
        return {key: self.choice(record) for key, record in asked.read(keys).items()}
