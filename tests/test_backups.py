"""manage.py backup and restore (cimplan/backups.py), on whichever database the tests run."""

import inspect
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from cimplan import backups
from mandates.models import Actor
from tests.factories import ActorFactory, IssuedFileFactory, MandateFactory, ProgressReportFactory

pytestmark = pytest.mark.django_db(transaction=True)
IS_SQLITE = connection.vendor == "sqlite"


@pytest.fixture(autouse=True)
def _databases_beside(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup opens databases beside the one in use, which Django's tests forbid by a guard
    around this method (`TestCase.ensure_connection_patch_method`)."""
    guard = inspect.getclosurevars(BaseDatabaseWrapper.ensure_connection)
    unguarded = guard.nonlocals["real_ensure_connection"]
    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", unguarded)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of some records and an issued paper."""
    ActorFactory(name="Comisión Interamericana de Mujeres")
    ProgressReportFactory(mandate=MandateFactory())
    IssuedFileFactory()
    file = tmp_path / "backup"
    call_command("backup", str(file))
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the same kind."""
    if IS_SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    name, settings = f"test_empty_{secrets.token_hex(4)}", connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        user = f"{settings['USER']}:{settings['PASSWORD']}"
        yield f"postgres://{user}@{settings['HOST']}:{settings['PORT']}/{name}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(address: str, *words: str) -> Any:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env={**os.environ, "DATABASE_URL": address, "CIMPLAN_LOCAL": "1"},
        capture_output=True, text=True, timeout=120, cwd=Path(__file__).parent.parent,
    )  # fmt: skip


def test_a_backup_comes_back_whole_into_an_empty_place(backup: Path, empty: str) -> None:
    done = manage(empty, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "as they were backed up" in done.stdout
    names = manage(
        empty, "shell", "-c",
        "from mandates.models import Actor; print(list(Actor.objects.values_list('name')))",
    )  # fmt: skip
    assert "Comisión Interamericana de Mujeres" in names.stdout
    again = manage(empty, "restore", str(backup))
    assert again.returncode != 0
    assert "The database has tables" in again.stderr


def test_a_restored_place_is_migrated_and_searchable(backup: Path, empty: str) -> None:
    manage(empty, "restore", str(backup))
    assert manage(empty, "migrate", "--check").returncode == 0
    found = manage(
        empty, "shell", "-c",
        "from mandates.models import Actor; print(Actor.objects.matching('comision').count())",
    )  # fmt: skip
    assert found.stdout.strip().endswith("1"), found.stderr


def test_one_of_an_older_release_is_restored_and_then_migrated(tmp_path: Path, empty: str) -> None:
    """Its tables lack columns (documents/migrations/0004); its papers are looked at as well."""
    paper = IssuedFileFactory()
    file = tmp_path / "backup"
    try:
        call_command("migrate", "documents", "0003", verbosity=0)
        call_command("backup", str(file))
    finally:
        call_command("migrate", verbosity=0)
    held = json.loads(backups.manifest_of(file).read_text())
    assert "classification" not in held["columns"]["documents_sessionreport"]
    done = manage(empty, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert manage(empty, "migrate").returncode == 0
    shown = manage(
        empty, "shell", "-c",
        "from documents.models import IssuedFile; print(IssuedFile.objects.get().sha256)",
    )  # fmt: skip
    assert shown.stdout.strip().endswith(paper.sha256), shown.stderr


@pytest.mark.parametrize(("counted", "code"), [(1, 0), (2, 1)])
def test_one_that_does_not_name_its_columns_is_counted(
    backup: Path, empty: str, counted: int, code: int
) -> None:
    beside = backups.manifest_of(backup)
    held = json.loads(beside.read_text())
    del held["columns"]
    held["rows"]["mandates_progressreport"] = counted
    beside.write_text(json.dumps({**held, "sha256": "of another order"}))
    assert manage(empty, "restore", str(backup)).returncode == code


def test_ten_of_ten_are_proved_while_people_write(tmp_path: Path) -> None:
    for number in range(10):
        ActorFactory(slug=f"actor-{number}")
        call_command("backup", str(tmp_path / f"backup-{number}"))
        held = json.loads((tmp_path / f"backup-{number}.json").read_text())
        assert held["rows"]["mandates_actor"] == number + 1


def test_what_was_written_wrong_is_not_kept(tmp_path: Path, monkeypatch: Any) -> None:
    ActorFactory()
    real = backups.contents_of

    def another(alias: str, *columns: Any) -> backups.Contents:
        held = real(alias, *columns)
        return replace(held, sha256="another") if alias == backups.PROOF else held

    monkeypatch.setattr(backups, "contents_of", another)
    with pytest.raises(CommandError, match="not what was there"):
        call_command("backup", str(tmp_path / "backup"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_never_written_over_another(backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(backup))
    assert backup.read_bytes() == before


def test_of_two_made_at_once_the_one_that_is_kept_is_whole(
    tmp_path: Path, empty: str, monkeypatch: Any
) -> None:
    """The nightly one, and an operator's of the same name."""
    MandateFactory()
    file, link = tmp_path / "backup", os.link

    def late(part: Path, wanted: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        call_command("backup", str(file))  # the other one is quicker
        link(part, wanted)

    monkeypatch.setattr(os, "link", late)
    with pytest.raises(CommandError, match="could not be written"):
        call_command("backup", str(file))
    assert {one.name for one in tmp_path.iterdir()} >= {"backup", "backup.json"}
    assert not list(tmp_path.glob(".backup*"))
    assert manage(empty, "restore", str(file)).returncode == 0


@pytest.mark.parametrize("ended", [signal.SIGTERM, signal.SIGHUP])
def test_a_backup_that_is_stopped_leaves_nothing(
    tmp_path: Path, monkeypatch: Any, ended: signal.Signals
) -> None:
    """As by `systemctl stop` or a line that drops, while it is compared: file and database beside
    are there then."""
    MandateFactory()
    contents_of = backups.contents_of

    def stopped(alias: str, *columns: Any) -> backups.Contents:
        if alias == backups.PROOF:
            assert list(tmp_path.iterdir())
            try:
                os.kill(os.getpid(), ended)
            finally:
                os.kill(os.getpid(), ended)
        return contents_of(alias, *columns)

    monkeypatch.setattr(backups, "contents_of", stopped)
    before = {one: signal.signal(one, signal.SIG_DFL) for one in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with pytest.raises(SystemExit) as stopped_by:
            call_command("backup", str(tmp_path / "backup"))
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert stopped_by.value.code == 128 + ended
    assert list(tmp_path.iterdir()) == []
    if not IS_SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'cimplan_proof%'")
            assert cursor.fetchall() == []


def test_a_backup_is_for_who_made_it_alone(backup: Path) -> None:
    files = (backup, backups.manifest_of(backup))
    assert {oct(one.stat().st_mode & 0o777) for one in files} == {"0o600"}


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"absent|pg_dump"):
        call_command("backup", str(tmp_path / "absent" / "backup"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
def test_a_folder_one_may_not_enter_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o000)
    with pytest.raises(CommandError, match=r"closed.backup: Permission denied\. Name a file in"):
        call_command("backup", str(folder / "backup"))


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=r"file.backup: Not a directory\. Name a file in"):
        call_command("backup", str(tmp_path / "file" / "backup"))


def test_a_database_without_tables_is_said(tmp_path: Path, empty: str) -> None:
    done = manage(empty, "backup", str(tmp_path / "backup"))
    assert done.returncode == 1
    assert "has no tables. See that DATABASE_URL names" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*backup*"))


def test_a_database_that_cannot_be_read_is_said_to_be_the_reason(tmp_path: Path) -> None:
    away = f"sqlite:///{tmp_path}" if IS_SQLITE else "postgres://ana:geheim@127.0.0.1:1/plans"
    done = manage(away, "backup", str(tmp_path / "backup"))
    assert done.returncode == 1
    assert "could not be read: " in done.stderr
    assert str(tmp_path if IS_SQLITE else "“plans”") in done.stderr
    assert "geheim" not in done.stderr
    assert "could not be written" not in done.stderr


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, monkeypatch: Any) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(tmp_path / "backup"))
    assert list(tmp_path.iterdir()) == []


def test_a_backup_with_a_byte_altered_is_refused(backup: Path, empty: str) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(bytes(content))
    done = manage(empty, "restore", str(backup))
    assert done.returncode != 0
    assert "its SHA-256 is another" in done.stderr


def test_a_backup_without_its_list_is_refused(backup: Path, empty: str) -> None:
    backups.manifest_of(backup).unlink()
    done = manage(empty, "restore", str(backup))
    assert done.returncode != 0
    assert "the .json beside it are needed" in done.stderr


def test_an_issued_paper_that_was_altered_is_found(tmp_path: Path) -> None:
    file = IssuedFileFactory.build(document=IssuedFileFactory().document, format="docx")
    file.sha256 = "0" * 64
    file.save()
    with pytest.raises(CommandError, match="is not what was issued"):
        call_command("backup", str(tmp_path / "backup"))


def test_a_restore_over_data_changes_nothing(backup: Path) -> None:
    with pytest.raises(CommandError, match="The database has tables"):
        call_command("restore", str(backup))
    assert Actor.objects.filter(name__startswith="Comisión").exists()
