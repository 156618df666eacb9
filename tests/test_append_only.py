"""Logs and issued papers are only added to: the database refuses all else, on both engines."""

from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from calendar_app.models import MeetingChange
from cimplan.groups import NEVER_EDITED
from mandates.append_only import may_be_changed
from mandates.models import ProgressReport
from tests.factories import (
    FACTORIES,
    EvidenceFileFactory,
    IssuedDocumentFactory,
    IssuedFileFactory,
    MandateFactory,
    MeetingChangeFactory,
    ProgressReportFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LOGS = {
    ProgressReportFactory: "The progress log is only added to",
    EvidenceFileFactory: "Files of evidence are only added to",
    MeetingChangeFactory: "The log of a meeting is only added to",
    IssuedDocumentFactory: "Issued papers are only added to",
    IssuedFileFactory: "Files of issued papers are only added to",
}
every_log = pytest.mark.parametrize(
    ("made_by", "words"), LOGS.items(), ids=lambda one: getattr(one, "__name__", "")
)


def test_every_log_is_here() -> None:
    assert {made_by._meta.model._meta.model_name for made_by in LOGS} == NEVER_EDITED
    assert set(LOGS) <= set(FACTORIES.values())


def refused(statement: str, table: str, words: str) -> None:
    with (
        pytest.raises(IntegrityError, match=words),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(connection.ops.quote_name(table)))


@every_log
def test_an_entry_is_added_and_then_stays(made_by: Any, words: str) -> None:
    entry = made_by()
    table = entry._meta.db_table
    refused("UPDATE {} SET id = id", table, words)
    refused("UPDATE {} SET id = id + 1000", table, words)
    refused("DELETE FROM {} WHERE id > 0", table, words)
    refused("DELETE FROM {}", table, words)
    assert type(entry).objects.filter(pk=entry.pk).exists()


@every_log
def test_no_door_of_django_leads_round_it(made_by: Any, words: str) -> None:
    entry = made_by()
    rows = type(entry).objects.filter(pk=entry.pk)
    name = next(field.name for field in entry._meta.fields if not field.primary_key)
    doors = {
        "save": entry.save,
        "update": lambda: rows.update(**{name: getattr(entry, name)}),
        "bulk_update": lambda: type(entry).objects.bulk_update([entry], [name]),
        "raw delete": lambda: rows._raw_delete("default"),
    }
    for door, enter in doors.items():
        with pytest.raises(IntegrityError, match=words), transaction.atomic():
            enter()
        assert rows.exists(), door


def test_what_a_report_hangs_on_is_not_deleted_under_it() -> None:
    report = ProgressReportFactory(
        reported_by=UserFactory(), evidence_file=EvidenceFileFactory(), about=None
    )
    for record in (report.mandate, report.reported_by, report.evidence_file):
        with pytest.raises(ProtectedError):
            record.delete()
    MandateFactory().delete()  # nothing hangs on this one


def test_a_dump_is_loaded_again() -> None:
    """An entry comes back where it is missing; one that is there is not written over."""
    entry = ProgressReportFactory.build(pk=4711, mandate=MandateFactory())
    dump = serializers.serialize("json", [entry])
    for loaded in serializers.deserialize("json", dump):
        loaded.save()
    assert ProgressReport.objects.get().pk == 4711
    for loaded in serializers.deserialize("json", dump):
        with pytest.raises(IntegrityError, match="only added to"), transaction.atomic():
            loaded.save()


@pytest.mark.django_db(transaction=True)
def test_a_migration_may_take_the_refusal_away_and_bring_it_back() -> None:
    entry = MeetingChangeFactory()
    rows = MeetingChange.objects.filter(pk=entry.pk)
    words = "The log of a meeting is only added to: change the meeting once more."
    operation = may_be_changed(entry._meta.db_table, words)
    with connection.schema_editor() as editor:
        operation.code(apps, editor)
    assert rows.update(reason="Altered by a migration") == 1
    with connection.schema_editor() as editor:
        operation.reverse_code(apps, editor)
    refused("UPDATE {} SET id = id", entry._meta.db_table, words)
    refused("DELETE FROM {}", entry._meta.db_table, words)


@pytest.mark.django_db(transaction=True)
def test_tables_can_be_emptied_between_tests() -> None:
    ProgressReportFactory()
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    assert not ProgressReport.objects.exists()
    file = EvidenceFileFactory()
    refused("DELETE FROM {}", file._meta.db_table, "Files of evidence")
