"""Fixtures for all tests."""

import os
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.sqlite3.base import DatabaseOperations

# Playwright runs an event loop in the tests' own thread, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


#: Files of three quarters of a minute and more on two cores, as `--durations` tells them.
LONGEST = (
    "test_tasks_browser", "test_audience", "test_filters_plan_2003", "test_browser",
    "test_admin_browser", "test_paper", "test_races", "test_admin", "test_reporting_browser",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first: one that is left to the end keeps one core, and none else."""
    items.sort(key=lambda item: LONGEST.index(name) if (name := item.path.stem) in LONGEST else 99)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts the machine's own Chromium. Use it through its `page`, with
    `live_server` for the site; where there is no Chromium the test is skipped and says so."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


#: All rows of the plan, table by table, once a process has loaded it.
_rows_of_the_plan: list[list[Any]] = []


def load_the_plan() -> None:
    """The real plan with its fixtures. To load it takes seconds, so after the first time its rows
    are put back as they were."""
    from django.apps import apps

    from cimplan.groups import OUR_APPS

    models = [
        model
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    if _rows_of_the_plan:
        put_back(models)
    else:
        load_from_the_source()
        keep_rows(models)
    if connection.vendor == "postgresql":
        # It may have counted the tables when they were empty, and plan by that.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def keep_rows(models: list[Any]) -> None:
    from django.contrib.contenttypes.models import ContentType

    _rows_of_the_plan.extend(list(model._base_manager.order_by("pk")) for model in models)
    kinds = {kind.pk: kind.natural_key() for kind in ContentType.objects.all()}
    for row in chain(*_rows_of_the_plan):
        if hasattr(row, "content_type_id"):
            row.kind_as_named = kinds[row.content_type_id]


def put_back(models: list[Any]) -> None:
    from django.contrib.contenttypes.models import ContentType

    with transaction.atomic(), connection.cursor() as cursor:
        for model, rows in zip(models, _rows_of_the_plan, strict=True):
            for row in rows:
                if hasattr(row, "kind_as_named"):
                    # Kinds of records are numbered anew when the tables have been emptied.
                    row.content_type = ContentType.objects.get_by_natural_key(*row.kind_as_named)
            model._base_manager.bulk_create(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def load_from_the_source() -> None:
    from documents.fixtures import load_fixtures
    from documents.loading import load_plan
    from documents.reading import read_plan

    folder = Path(__file__).parent.parent / "fixtures"
    loaded = load_plan(read_plan((folder / "work-plan-2003.txt").read_bytes()).document)
    load_fixtures(folder, loaded)


@pytest.fixture(scope="module")
def plan_2003(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The real plan, loaded once for the tests of a module.

    For tests marked `django_db`; not for transactional ones, which empty the tables.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        load_the_plan()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(live_server: Any, transactional_db: None) -> str:
    """The address of a server with the real plan."""
    load_the_plan()
    return str(live_server.url)


@pytest.fixture(scope="session", autouse=True)
def _logs_can_be_emptied() -> Iterator[None]:
    """Transactional tests empty the tables when they end. SQLite has no TRUNCATE and deletes row
    by row, which the logs refuse (mandates/append_only.py): meanwhile they do not.
    """

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE '%is_not_deleted'"
            )
            refusals = dict(cursor.fetchall())
        forget = [f"DROP TRIGGER {name}" for name in refusals]
        return [*forget, *emptying(self, *args, **kwargs), *refusals.values()]

    emptying = DatabaseOperations.sql_flush
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_known_of_the_log() -> None:
    """Tests are given the same keys for other reports."""
    from mandates.models import progress_status

    progress_status._known.clear()
