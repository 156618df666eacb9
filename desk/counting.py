"""Many counts in one query, and the words that go with a count."""

from collections.abc import Iterable

from django.db.models import Count, Model, QuerySet, Value
from django.utils.functional import Promise


def counts_of(each: Iterable[QuerySet], what: str = "pk") -> list[int]:
    """How many different values of a field each of the query sets has, in their order; one query
    however many there are."""
    numbered = [
        rows.order_by()
        .annotate(which=Value(number))
        .values("which")
        .annotate(how_many=Count(what, distinct=True))
        .values_list("which", "how_many")
        for number, rows in enumerate(each)
    ]
    if not numbered:
        return []
    first, *rest = numbered
    found = dict(first.union(*rest, all=True))
    # What can be seen to be empty without asking is not asked.
    return [found.get(number, 0) for number in range(len(numbered))]


def name_for(count: int, model: type[Model]) -> str | Promise:
    """What so many records of a kind are called."""
    return model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
