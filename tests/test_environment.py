"""A wrong environment is refused at start in words one can act on: no trace, no silence. And
the local server: its port, and the staff's log-in."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model

from cimplan.management.commands.serve_local import STAFF, make_staff

MANAGE = [sys.executable, str(Path(__file__).parent.parent / "manage.py")]
SECRET = "geheim-geheim"
PRODUCTION = {
    "CIMPLAN_SECRET_KEY": "known-to-all" * 5,
    "CIMPLAN_ALLOWED_HOSTS": "plan.example.org",
    "DATABASE_URL": "postgres://cimplan@db.example.org/cimplan",
}
LOCAL = {"CIMPLAN_LOCAL": "1"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment that says nothing but where to find programs and keep data."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "CIMPLAN_DATA_DIR": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}


def manage(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *words], env=environment, capture_output=True, text=True, timeout=120
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What was said in refusing: not well ended, no trace, and no password given away."""
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**LOCAL, "CIMPLAN_TODDAY": "2003-02-20"}, "Did you mean CIMPLAN_TODAY?"),
        (
            {**LOCAL, "CIMPLAN_QQQQQQQQQQQQQQQQ": "1"},
            "CIMPLAN_QQQQQQQQQQQQQQQQ, which means nothing. Known are:",
        ),
        ({"CIMPLAN_LOCAL": "perhaps"}, '"CIMPLAN_LOCAL" invalid: Not a valid boolean'),
        ({**LOCAL, "CIMPLAN_DEBUG": "si"}, '"CIMPLAN_DEBUG" invalid: Not a valid boolean'),
        ({**LOCAL, "CIMPLAN_TODAY": "20/2/2003"}, '"CIMPLAN_TODAY" invalid: Not a valid date'),
        ({**LOCAL, "CIMPLAN_TODAY": "2003-02-30"}, "Not a valid date. Write it as in 2003-02-20."),
        ({**LOCAL, "WEB_CONCURRENCY": "three"}, "Not a valid integer. Write how many workers"),
        ({**PRODUCTION, "CIMPLAN_DEBUG": "1"}, "CIMPLAN_DEBUG shows settings and traces"),
        (
            {**LOCAL, "CIMPLAN_DEBUG": "1", "CIMPLAN_ALLOWED_HOSTS": "localhost,plan.example.org"},
            "CIMPLAN_ALLOWED_HOSTS names “plan.example.org”: there would be no HTTPS",
        ),
        ({**LOCAL, "CIMPLAN_ALLOWED_HOSTS": "localhost.example.org"}, "is for one's own machine"),
        ({**PRODUCTION, "CIMPLAN_SECRET_KEY": "short"}, "CIMPLAN_SECRET_KEY can be guessed"),
        ({**PRODUCTION, "CIMPLAN_SECRET_KEY": "k" * 60}, "CIMPLAN_SECRET_KEY can be guessed"),
        *(
            ({**PRODUCTION, "CIMPLAN_ALLOWED_HOSTS": f"a.example,{host}"}, f"names “{host}”, which")
            for host in ("*", ".example.org", "https://b.example", "b.example:8000", "b.example/")
        ),
        ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL is not set. Write postgres://"),
        ({**LOCAL, "DATABASE_URL": ""}, '"DATABASE_URL" invalid'),
        ({**LOCAL, "EMAIL_URL": "mail.example.org"}, "EMAIL_URL names no way to send mail"),
        ({**LOCAL, "EMAIL_URL": ""}, "Where no mail is to be sent, take the line away."),
        (
            {**LOCAL, "DATABASE_URL": f"postgres://u:{SECRET}#1@h:5432/n"},
            "Write postgres://user:password@host:5432/name or sqlite:////full/path.sqlite3. Signs "
            "such as @ : / # % in a password are percent-encoded",
        ),
        ({**LOCAL, "DATABASE_URL": "the usual one"}, '"DATABASE_URL" invalid'),
        ({**LOCAL, "DATABASE_URL": f"postgres://u:{SECRET}@h:port/n"}, '"DATABASE_URL" invalid'),
        ({**LOCAL, "DATABASE_URL": f"mysql://u:{SECRET}@h/n"}, "neither SQLite nor PostgreSQL"),
        ({**PRODUCTION, "CIMPLAN_SECRET_KEY": ""}, "CIMPLAN_SECRET_KEY is not set. Give it"),
        ({**PRODUCTION, "CIMPLAN_ALLOWED_HOSTS": ""}, "CIMPLAN_ALLOWED_HOSTS"),
        ({}, "CIMPLAN_SECRET_KEY is not set. Give it"),
    ],
)
def test_a_wrong_setting_is_named(environment, given: dict[str, str], said: str) -> None:
    stderr = refusal(manage({**environment, **given}, "check"))
    assert said in stderr
    assert "cimplan cannot start." in stderr


@pytest.mark.parametrize(
    "given",
    [
        LOCAL,
        {**LOCAL, "CIMPLAN_ALLOWED_HOSTS": "plan.localhost,localhost,127.0.0.1,[::1]"},
        PRODUCTION,
        {**PRODUCTION, "CIMPLAN_ALLOWED_HOSTS": "plan,10.0.0.7,[fd00::7]"},
    ],
)
def test_a_right_environment_is_taken(environment, given: dict[str, str]) -> None:
    done = manage({**environment, **given}, "check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "cimplan cannot start. CIMPLAN_SECRET_KEY is not set."),
        (PRODUCTION, "cimplan cannot start. Its static files are not there: manage.py collect"),
    ],
)
def test_a_web_server_is_told_so_at_its_start(environment, given: dict[str, str], said) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import cimplan.wsgi"], cwd=Path(MANAGE[1]).parent,
        env={**environment, **given}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert said in refusal(done)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("smtps://ana:word@mail.example.org:465", "465 True False"),
        ("submission://ana:word@mail.example.org:587", "587 False True"),
        ("smtp://mail.example.org:25", "25 False False"),
    ],
)
def test_mail_is_ciphered_as_its_address_says(environment, url: str, said: str) -> None:
    """smtps from the first byte, submission by STARTTLS."""
    asked = (
        "from django.conf import settings as s; "
        "print(s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS)"
    )
    given = {**environment, **PRODUCTION, "EMAIL_URL": url}
    done = manage(given, "shell", "--no-imports", "-c", asked)
    assert done.stdout.strip() == said
    assert done.stderr == ""


# --- The database ---------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("url", [PRODUCTION["DATABASE_URL"], "sqlite:///{}/plan.sqlite3"])
@pytest.mark.parametrize(("given", "kept"), [(PRODUCTION, "60 True"), (LOCAL, "0 False")])
def test_a_worker_keeps_its_connection_and_sees_that_it_stands(
    environment, tmp_path, given, kept, url
) -> None:
    asked = (
        "from django.db import connection; d = connection.settings_dict; "
        "print(d['CONN_MAX_AGE'], d['CONN_HEALTH_CHECKS'])"
    )
    done = manage(
        {**environment, **given, "DATABASE_URL": url.format(tmp_path)},
        "shell", "--no-imports", "-c", asked,
    )  # fmt: skip
    assert done.stdout.strip() == kept


def test_a_postgresql_that_is_not_there_is_named_without_its_password(environment) -> None:
    port = free_port()
    url = f"postgres://cimplan:{SECRET}@127.0.0.1:{port}/plans"
    stderr = refusal(manage({**environment, **LOCAL, "DATABASE_URL": url}, "migrate"))
    assert f"cimplan cannot use its database, “plans” on 127.0.0.1, port {port}: " in stderr
    assert "refused" in stderr
    assert "DATABASE_URL" in stderr


def test_a_sqlite_file_that_cannot_be_opened_is_named(environment, tmp_path: Path) -> None:
    file = tmp_path / "no" / "such" / "folder" / "cimplan.sqlite3"
    given = {**environment, **LOCAL, "DATABASE_URL": f"sqlite:///{file}"}
    stderr = refusal(manage(given, "migrate"))
    assert f"cimplan cannot use its database, the file {file}: unable to open" in stderr


def test_a_database_without_tables_asks_for_migrate(environment) -> None:
    stderr = refusal(manage({**environment, **LOCAL}, "changepassword", STAFF))
    assert "no such table: auth_user" in stderr
    assert "run “manage.py migrate”" in stderr


def test_with_debug_the_trace_is_shown(environment) -> None:
    done = manage({**environment, **LOCAL, "CIMPLAN_DEBUG": "1"}, "changepassword", STAFF)
    assert done.returncode != 0
    assert "Traceback" in done.stderr


# --- The local server -----------------------------------------------------------------------------


@contextmanager
def serving(environment: dict[str, str], port: int) -> Iterator[list[str]]:
    """The local server while it runs, and the lines it said at its start."""
    process = subprocess.Popen(
        [*MANAGE, "serve_local", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    lines: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        yield lines
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[0]
    assert process.returncode == 0, "".join(lines) + rest
    assert "Stopped." in rest
    assert "Traceback" not in rest


def answer(url: str) -> int:
    for _ in range(50):
        try:
            with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310
                return response.status
        except ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")


def test_it_serves_and_a_second_start_keeps_the_staff_log_in(environment) -> None:
    given = {**environment, **LOCAL, "CIMPLAN_TODAY": "2003-02-20"}
    assert manage(given, "migrate", "--verbosity", "0").returncode == 0
    port = free_port()
    with serving(given, port) as lines:
        said = "".join(lines)
        assert f"http://127.0.0.1:{port}/" in said
        assert re.search(rf"name {STAFF}, password \S{{12,}}", said)
        assert "20 February 2003" in said
        assert answer(f"http://127.0.0.1:{port}/admin/login/") == 200
    with serving(given, port) as lines:
        said = "".join(lines)
        assert ", password" not in said
        assert f"manage.py changepassword {STAFF}" in said
        assert answer(f"http://127.0.0.1:{port}/admin/login/") == 200


def test_an_empty_day_is_the_days_own(environment) -> None:
    given = {**environment, **LOCAL, "CIMPLAN_TODAY": ""}
    asked = "from cimplan import clock; print('day:', clock.today())"
    done = manage(given, "shell", "--no-imports", "-c", asked)
    assert done.returncode == 0, done.stderr
    day = re.search(r"day: (\d{4})", done.stdout)
    assert day
    assert int(day[1]) >= 2026


def test_a_port_in_use_is_named_with_a_remedy_and_no_password_is_made(environment) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = manage({**environment, **LOCAL}, "serve_local", "--port", str(port))
    stderr = refusal(done)
    assert f"Port {port} is in use" in stderr
    assert "make run PORT=8001" in stderr
    assert "password" not in done.stdout


def test_a_port_that_is_none_is_refused(environment) -> None:
    done = manage({**environment, **LOCAL}, "serve_local", "--port", "99999")
    assert "Port 99999 cannot be used" in refusal(done)


def test_it_is_refused_where_the_installation_is_not_local(environment) -> None:
    stderr = refusal(manage({**environment, **PRODUCTION}, "serve_local"))
    assert "CIMPLAN_LOCAL=1" in stderr


@pytest.mark.django_db
def test_the_staff_log_in_is_made_once(rf) -> None:
    password = make_staff()
    user = authenticate(rf.post("/"), username=STAFF, password=password)
    assert user is not None
    assert user.is_superuser
    assert make_staff() is None
    assert authenticate(rf.post("/"), username=STAFF, password=password) == user


@pytest.mark.django_db
def test_no_log_in_is_made_where_there_is_any_user() -> None:
    get_user_model().objects.create_user("ana")
    assert make_staff() is None
    assert get_user_model().objects.count() == 1
