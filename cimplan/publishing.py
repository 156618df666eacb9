"""What becomes of others when a record is published, or is a draft again."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model, QuerySet

from mandates.models import Actor, Addressee
from mandates.models.records import Record


def draft_actors_of(records: Iterable[Record]) -> list[Actor]:
    """The actors that published records name, and that readers do not see: to these it says that
    nobody is named."""
    found: set[Actor] = set()
    for record in records:
        if record.published:
            found.update(*(actors.filter(published=False) for actors in _actors_of(record)))
    return sorted(found, key=str)


def _actors_of(record: Record) -> Iterator[QuerySet]:
    for field in record._meta.many_to_many:
        if field.related_model is Actor:
            yield getattr(record, field.name).all()
    if hasattr(record, "addressees"):
        yield Actor.objects.filter(pk__in=Addressee.objects.filter(mandate=record).values("actor"))


def hidden_with(records: Iterable[Record]) -> dict[type[Model], int]:
    """How many published records of each kind readers do not see while these are drafts, for they
    are shown with one of them."""
    hidden: dict[type[Model], int] = {}
    by_model: dict[type[Model], list[int]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record.pk)
    for model in apps.get_models():
        for name in model.shown_with if issubclass(model, Record) else ():
            keys = by_model.get(model._meta.get_field(name).related_model, ())
            if keys:
                count = model.objects.filter(published=True, **{f"{name}__in": keys}).count()
                hidden[model] = hidden.get(model, 0) + count
    return {model: count for model, count in hidden.items() if count}
