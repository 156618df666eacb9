"""Backups that have been proved: what was made is restored beside, and compared with what was
there, table by table, before it counts as a backup.

SQLite is copied by its own backup interface, since a copied live file is often torn; PostgreSQL by
pg_dump. Counts and contents are read in the very snapshot that is copied, so that people may go on
working meanwhile.
"""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections, models, transaction
from django.utils.translation import gettext as _

from documents.models import IssuedFile

SOURCE, PROOF = "backup_source", "backup_proof"
SQLITE = "django.db.backends.sqlite3"
#: What SQLite keeps beside a file that it is writing.
SQLITE_BESIDE = ("journal", "wal", "shm")
#: Rows of which the contents are read at a time.
CHUNK = 1_000
Settings = dict[str, Any]
#: By table; the key is the first.
Columns = dict[str, list[str]]


class BackupError(Exception):
    """A backup that was not made, or a restore that was not done; a sentence for the operator."""


@dataclass(frozen=True)
class Contents:
    """What a database holds: rows by table, and a digest of all of them in these columns, by which
    they are known to a program that has others by then."""

    rows: dict[str, int]
    columns: Columns
    sha256: str


# --- what a database holds -------------------------------------------------------------------


def contents_of(alias: str, columns: Columns | None = None) -> Contents:
    """Every row of these columns; else of all that are ours."""
    database = connections[alias]
    quote = database.ops.quote_name
    columns = _columns(alias) if columns is None else columns
    rows, digest = {}, hashlib.sha256()
    for table, names in columns.items():
        count, quoted = 0, [quote(name) for name in names]
        digest.update(table.encode())
        with database.chunked_cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(quoted)} FROM {quote(table)} ORDER BY {quoted[0]}"  # noqa: S608
            )
            for row in chain.from_iterable(iter(partial(cursor.fetchmany, CHUNK), [])):
                plain = [bytes(one) if isinstance(one, memoryview) else one for one in row]
                digest.update(repr(plain).encode())
                count += 1
        rows[table] = count
    return Contents(rows, columns, digest.hexdigest())


def _columns(alias: str) -> Columns:
    """Those of every table of ours, and of what Django keeps beside them, that this database has:
    its tables may be older than the program."""
    columns, database = {}, connections[alias]
    with database.cursor() as cursor:
        tables = database.introspection.table_names(cursor)
        for model in sorted(apps.get_models(include_auto_created=True), key=_table):
            meta = model._meta
            if meta.managed and not meta.proxy and meta.db_table in tables:
                cursor.execute(f"SELECT * FROM {database.ops.quote_name(meta.db_table)} LIMIT 0")  # noqa: S608
                there = {one[0] for one in cursor.description}
                ours = {field.column for field in meta.local_concrete_fields} - {meta.pk.column}
                columns[meta.db_table] = [meta.pk.column, *sorted(ours & there)]
    return columns


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def refuse_altered_papers(alias: str) -> int:
    """How many files of issued papers there are. Raises BackupError where the bytes of one are not
    those whose SHA-256 was recorded when it was issued."""
    count = 0
    files = IssuedFile.objects.using(alias).order_by("pk").values_list("pk", "content", "sha256")
    for number, content, sha256 in files.iterator(chunk_size=20):
        if hashlib.sha256(bytes(content)).hexdigest() != sha256:
            raise BackupError(
                _("The issued file %(number)s is not what was issued: its SHA-256 is another.")
                % {"number": number}
            )
        count += 1
    return count


# --- databases beside the one in use ---------------------------------------------------------


@contextmanager
def database(alias: str, settings: Settings) -> Iterator[Any]:
    """A connection under this alias, for as long as the block lasts."""
    connections.databases[alias] = settings
    try:
        yield connections[alias]
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.databases[alias]


def _settings(**changes: Any) -> Settings:
    return {**deepcopy(connections["default"].settings_dict), **changes}


def _is_sqlite() -> bool:
    return bool(connections["default"].settings_dict["ENGINE"] == SQLITE)


def _name() -> str:
    return _("The database “%(name)s”") % {"name": connections["default"].settings_dict["NAME"]}


# --- making ----------------------------------------------------------------------------------


def make(file: Path) -> Contents:
    """Write a backup to `file`, with what it holds beside it (`file` + ".json"), proved.

    Raises BackupError; then neither file is there.
    """
    beside = manifest_of(file)
    # Unlike those of Path, these say no where one may not look.
    if os.path.exists(file) or os.path.exists(beside):
        raise BackupError(
            _("%(file)s is there already; a backup is never written over another.") % {"file": file}
        )
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    part_beside = manifest_of(part)
    # Whoever can read a backup has everything.
    umask = os.umask(0o077)
    try:
        part.touch()  # whether one may write there is known at once
        held = _copy_sqlite(part) if _is_sqlite() else _dump_postgres(part)
        if not held.rows:
            raise BackupError(
                _("%(database)s has no tables. See that DATABASE_URL names the one you mean.")
                % {"database": _name()}
            )
        with _proof_sqlite(part) if _is_sqlite() else _proof_postgres(part):
            if contents_of(PROOF, held.columns) != held:
                raise BackupError(_("What was written is not what was there. Nothing is kept."))
            refuse_altered_papers(PROOF)
        manifest = {"sha256_of_file": _sha256(part), **asdict(held)}
        part_beside.write_text(json.dumps(manifest, indent=1))
        # A link, unlike a rename, is never made over another file: of two at once, one goes on.
        os.link(part_beside, beside)
        try:
            os.link(part, file)
        except BaseException:
            beside.unlink()
            raise
    except DatabaseError as error:
        raise BackupError(
            _(
                "%(database)s could not be read: %(reason)s. See that it is up and that "
                "DATABASE_URL names the one you mean."
            )
            % {"database": _name(), "reason": str(error).strip().partition("\n")[0]}
        ) from error
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            _(
                "The backup could not be written to %(file)s: %(reason)s. Name a file in a folder "
                "that this user may write to."
            )
            % {"file": file, "reason": getattr(error, "strerror", None) or error}
        ) from error
    finally:
        os.umask(umask)
        for left in (part, part_beside, *(Path(f"{part}-{kind}") for kind in SQLITE_BESIDE)):
            if os.path.lexists(left):
                left.unlink()
    return held


def manifest_of(file: Path) -> Path:
    """Where it is written what a backup holds."""
    return file.with_name(f"{file.name}.json")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy_sqlite(part: Path) -> Contents:
    options = {**connections["default"].settings_dict["OPTIONS"], "transaction_mode": "DEFERRED"}
    name = connections["default"].settings_dict["NAME"]
    settings = _settings(NAME=name, OPTIONS=options)
    with database(SOURCE, settings) as source, transaction.atomic(using=SOURCE):
        held = contents_of(SOURCE)
        with sqlite3.connect(part) as target:
            source.connection.backup(target)
        target.close()
    with sqlite3.connect(part) as target:
        # One file, with no other beside it: not the journal of a database in use.
        target.execute("PRAGMA journal_mode=DELETE")
    target.close()
    return held


@contextmanager
def _proof_sqlite(part: Path) -> Iterator[None]:
    with database(PROOF, _settings(NAME=str(part), OPTIONS={})) as proof:
        with proof.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            found = cursor.fetchone()[0]
        if found != "ok":
            raise BackupError(_("The copy is damaged: %(reason)s.") % {"reason": found})
        yield


def _dump_postgres(part: Path) -> Contents:
    with database(SOURCE, _settings()) as source, transaction.atomic(using=SOURCE):
        with source.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        held = contents_of(SOURCE)
        _run(
            "pg_dump", ["--format=custom", "--no-owner", "--no-privileges",
                        f"--snapshot={snapshot}", f"--file={part}"], source.settings_dict
        )  # fmt: skip
    return held


@contextmanager
def _proof_postgres(part: Path) -> Iterator[None]:
    name = f"cimplan_proof_{secrets.token_hex(4)}"
    quoted = connections["default"].ops.quote_name(name)
    with database(SOURCE, _settings()) as source:
        try:
            with source.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
        except DatabaseError as error:
            raise BackupError(
                _(
                    "The backup cannot be proved, since the database's user may not create the "
                    "database to restore it into (ALTER USER … CREATEDB): %(reason)s"
                )
                % {"reason": error}
            ) from error
        try:
            settings = _settings(NAME=name)
            _run("pg_restore", _restoring(part, name), settings)
            with database(PROOF, settings):
                yield
        finally:
            with source.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {quoted} WITH (FORCE)")


def _restoring(file: Path, name: str) -> list[str]:
    return ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            f"--dbname={name}", str(file)]  # fmt: skip


def _run(program: str, arguments: list[str], settings: Settings) -> None:
    """Run a program of PostgreSQL's on the database; the password goes by the environment."""
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            _("%(program)s is not installed (Debian: apt-get install postgresql-client).")
            % {"program": program}
        )
    where = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    done = subprocess.run(  # noqa: S603, the words are ours
        [found, *arguments],
        env={"PATH": os.environ["PATH"], **{k: str(v) for k, v in where.items() if v}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[:3]
        raise BackupError(
            _("%(program)s failed: %(reason)s")
            % {"program": program, "reason": " ".join(reason)[:500]}
        )


# --- restoring -------------------------------------------------------------------------------


def restore(file: Path) -> Contents:
    """Bring the backup into the database in use, which must be empty, and compare.

    Raises BackupError; a database that has tables is not touched.
    """
    held = _expected(file)
    tables = connections["default"].introspection.table_names()
    if tables:
        raise BackupError(
            _(
                "The database has tables (%(count)s). A backup is restored into an empty one: name "
                "a new one in DATABASE_URL."
            )
            % {"count": len(tables)}
        )
    if _is_sqlite():
        _restore_sqlite(file)
    else:
        settings = connections["default"].settings_dict
        _run("pg_restore", _restoring(file, settings["NAME"]), settings)
    found = contents_of("default", held.columns or None)
    # A backup from before the columns were written down is compared by its counts.
    if found != held if held.columns else not found.rows.items() <= held.rows.items():
        raise BackupError(_("What was restored is not what was backed up. Do not use it."))
    refuse_altered_papers("default")
    return held


def _expected(file: Path) -> Contents:
    try:
        manifest = json.loads(manifest_of(file).read_text())
        held = Contents(manifest["rows"], manifest.get("columns", {}), manifest["sha256"])
        is_whole = _sha256(file) == manifest["sha256_of_file"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            _("%(file)s and the .json beside it are needed, as they were made: %(reason)s.")
            % {"file": file, "reason": error}
        ) from error
    if not is_whole:
        raise BackupError(
            _("%(file)s is not as it was made: its SHA-256 is another.") % {"file": file}
        )
    is_postgres = file.open("rb").read(5) == b"PGDMP"
    if is_postgres == _is_sqlite():
        raise BackupError(
            _("The backup is of the other kind of database; restore it into one of its own kind.")
        )
    return held


def _restore_sqlite(file: Path) -> None:
    default = connections["default"]
    default.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(file, folder)  # opening a database writes beside it
        with sqlite3.connect(copy) as source:
            source.backup(default.connection)
        source.close()
    default.close()
