"""Runs a command with DATABASE_URL naming a PostgreSQL: the one it names already, or else a
private one, made in a temporary folder and gone when the command ends.

    python tests/with_postgres.py python -m pytest
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Nothing of this database outlives the tests, so it need not survive a power cut.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def postgres_programs() -> Path:
    """The folder of initdb and pg_ctl: the newest of Debian's, else the one on the PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    found = debian[-1] if debian else shutil.which("initdb")
    if not found:
        sys.exit(
            "No PostgreSQL is installed here. On Debian or Ubuntu, as root: apt-get install "
            "postgresql. Or set DATABASE_URL to a server whose user may create databases."
        )
    return Path(found).resolve().parent


def run_as() -> dict[str, str]:
    """PostgreSQL refuses to run as root: then it runs as Debian's user for it."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        sys.exit("PostgreSQL does not run as root, and there is no user “postgres” to run it as.")
    return {"user": "postgres", "group": "postgres"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_postgres() -> Iterator[str]:
    """The address of a PostgreSQL of one's own; it and its folder are gone afterwards."""
    programs, user, password = postgres_programs(), run_as(), secrets.token_hex(16)
    folder = Path(tempfile.mkdtemp(prefix="cimplan-postgres-"))
    cluster, port = folder / "data", free_port()
    (folder / "password").write_text(password)
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user["user"], user["group"])

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / program, "-D", cluster, *arguments],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, **user,
        )  # fmt: skip
        if done.returncode:
            log = folder / "log"
            sys.exit(f"{program} failed.\n{done.stdout}{log.read_text() if log.exists() else ''}")

    try:
        call(
            "initdb", "--username=cimplan", f"--pwfile={folder / 'password'}", "--no-sync",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        where = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"{FAST} {where}", "start")
        yield f"postgres://cimplan:{password}@127.0.0.1:{port}/postgres"
    finally:
        if (cluster / "postmaster.pid").exists():
            call("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def main() -> int:
    command = sys.argv[1:]
    if not command:
        sys.exit(__doc__)
    url = os.environ.get("DATABASE_URL")
    if url:
        if not url.startswith(("postgres://", "postgresql://")):
            sys.exit("DATABASE_URL is set, and names no PostgreSQL. Unset it, or name one.")
        return subprocess.run(command).returncode
    # A request to stop must still take the server down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with private_postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
