"""The ladder of the apps, mandates <- calendar_app <- workplan <- documents <- desk, in the
database: no relation points up. (`make contracts` holds the same of imports; a relation may be
named by a string, which no linter sees.)"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

LADDER = ("mandates", "calendar_app", "workplan", "documents", "desk")


def relations() -> Iterator[tuple[models.Field, type[models.Model]]]:
    """Every foreign key, one-to-one and many-to-many of our models, with its target; the tables
    between two models and those of history are models too."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in LADDER:
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.is_relation:
                yield field, field.related_model


def test_no_relation_points_up_the_ladder() -> None:
    swept, crossing = 0, set()
    for field, target in relations():
        swept += 1
        if target._meta.app_label not in LADDER:
            continue
        here = LADDER.index(field.model._meta.app_label)
        there = LADDER.index(target._meta.app_label)
        assert there <= here, f"{field} points up, to {target._meta.label}"
        if there < here:
            crossing.add((here, there))
    # The sweep has seen the models, their history, and steps down of every width.
    assert swept >= 150
    assert crossing >= {(1, 0), (2, 0), (2, 1), (3, 0), (3, 1)}


def test_the_project_owns_no_tables() -> None:
    assert list(apps.get_app_config("cimplan").get_models(include_auto_created=True)) == []
