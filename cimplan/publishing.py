"""What becomes of others when a record is published, or is a draft again."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model, Q, QuerySet

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
    """How many published records of each kind, and how many issued papers, readers do not see while
    these are drafts, for they are shown with one of them."""
    by_model: dict[type[Model], list[int]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record.pk)
    hidden: dict[type[Model], int] = {}
    papers = apps.get_model("documents", "IssuedDocument")
    for model in apps.get_models():
        if not (issubclass(model, Record) or model is papers):
            continue
        among = Q()
        for path, shown_with in _shown_with(model):
            if shown_with in by_model:
                among |= Q(**{f"{path}__in": by_model[shown_with]})
        if among:
            published = {} if model is papers else {"published": True}
            hidden[model] = model._default_manager.filter(among, **published).count()
    return {model: count for model, count in hidden.items() if count}


def _shown_with(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """What a model's records are shown with, and what these are shown with, by the lookups."""
    for name in getattr(model, "shown_with", ()):
        related = model._meta.get_field(name).related_model
        yield name, related
        if related is not model:
            for further, beyond in _shown_with(related):
                yield f"{name}__{further}", beyond
