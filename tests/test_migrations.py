"""The way back to an older release and forward again, with the real plan in the tables."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.utils import DatabaseError

from cimplan.groups import OUR_APPS
from documents.composing import compose_plan
from mandates.models import Mandate, ProgressReport
from tests.conftest import load_the_plan
from workplan.models import WorkPlan


def counts() -> dict[str, int]:
    """Rows of every table of ours but the histories, some of which are made on the way."""
    return {
        model._meta.label: model._base_manager.count()
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models()
        if not model._meta.model_name.startswith("historical")
    }


def steps() -> list[tuple[str, str]]:
    """Every migration of ours but the first of each app, in the order they are applied."""
    loader = MigrationLoader(connection)
    ordered: list[tuple[str, str]] = []
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            if node[0] in OUR_APPS and node not in ordered:
                ordered.append(node)
    return [node for node in ordered if not node[1].startswith("0001")]


@pytest.mark.django_db(transaction=True)
def test_every_migration_goes_back_and_forward_with_data() -> None:
    load_the_plan()
    printed, rows = compose_plan(WorkPlan.objects.get()), counts()
    assert rows["mandates.Mandate"] == 46
    every = steps()
    assert len(every) >= 10
    try:
        for label in reversed(OUR_APPS):
            call_command("migrate", label, "0001", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert steps() == every
    assert compose_plan(WorkPlan.objects.get()) == printed
    assert counts() == rows
    # What the tables keep true by themselves is there again.
    assert Mandate.objects.matching("belem").exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        ProgressReport._base_manager.update(done="Something else.")
