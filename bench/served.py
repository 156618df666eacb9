"""The site as it is deployed (gunicorn, production's settings), with the plan of 2003, on a
database of its own; and people who ask it."""

import http.client
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from tests.pages import sent_back
from tests.with_postgres import free_port

ROOT = Path(__file__).parent.parent
HOST = "plan.example.org"


@dataclass
class Site:
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def manage(self, *words: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment,
            capture_output=True, text=True, check=True, **kwargs,
        )  # fmt: skip

    def workers(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in path.read_text().split()]

    def memory(self) -> int:
        """Of the largest worker, in MB (its proportional set size: what is shared counts once)."""
        sizes = []
        for worker in self.workers():
            try:
                rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()
            except OSError:
                continue
            sizes.append(int(rollup.split("Pss:")[1].split()[0]))
        return max(sizes, default=0) // 1024

    def kill_workers(self) -> None:
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)


@contextmanager
def served(workers: int = 2) -> Iterator[Site]:
    """The site, on the database of DATABASE_URL, which is to be empty, or on an SQLite of its
    own. Sets this process's own Django up on the same database."""
    with tempfile.TemporaryDirectory(prefix="cimplan-bench-") as folder:
        port = free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/plan.sqlite3",
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "CIMPLAN_SECRET_KEY": secrets.token_urlsafe(50),
            "CIMPLAN_ALLOWED_HOSTS": HOST,
            "CIMPLAN_DATA_DIR": folder,
            "WEB_CONCURRENCY": str(workers),
            "BIND": f"127.0.0.1:{port}",
        }
        for name in ("CIMPLAN_LOCAL", "CIMPLAN_TODAY", "CIMPLAN_DEBUG"):
            environment.pop(name, None)
        site = Site(port, environment, None)
        site.manage("migrate", "--verbosity", "0")
        site.manage("import_plan", "fixtures/work-plan-2003.txt", "--fixtures", "fixtures")
        with _running(site, folder):
            os.environ.update(environment)
            import django

            django.setup()
            yield site


@contextmanager
def another(site: Site) -> Iterator[Site]:
    """The same site as on another machine: of what it keeps it shares the database alone."""
    with tempfile.TemporaryDirectory(prefix="cimplan-bench-") as folder:
        port = free_port()
        apart = {"CIMPLAN_DATA_DIR": folder, "BIND": f"127.0.0.1:{port}"}
        second = Site(port, {**site.environment, **apart}, None)
        with _running(second, folder):
            yield second


@contextmanager
def _running(site: Site, folder: str) -> Iterator[None]:
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    command = [Path(sys.executable).parent / "gunicorn", "-c", "deploy/gunicorn.conf.py"]
    with Path(folder, "log").open("wb") as log:
        site.process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stderr=log)
    try:
        wait_until(lambda: Person(site).get("/readyz").status == 200, seconds=30)
        yield
    finally:
        site.process.terminate()
        site.process.wait()


@dataclass
class Answer:
    status: int
    content: bytes
    headers: dict[str, str]


@dataclass
class Person:
    """Asks as a browser behind nginx does."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, etag: str = "") -> Answer:
        """etag: of what one has already."""
        return self._ask("GET", address, etag=etag)

    def post(self, address: str, form: dict[str, object]) -> Answer:
        return self._ask("POST", address, urlencode(form, doseq=True))

    def send(self, address: str, form: dict[str, object], file: BytesIO) -> Answer:
        """A form with the file that it asks for."""
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        body = encode_multipart(BOUNDARY, {**form, "file": file})
        return self._ask("POST", address, body, kind=MULTIPART_CONTENT)

    def _ask(
        self,
        method: str,
        address: str,
        body: str | bytes | None = None,
        etag: str = "",
        kind: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=120)
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Real-IP": "203.0.113.7",
            "Referer": f"https://{HOST}{address}",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if method == "POST":
            headers["Content-Type"] = kind
        else:
            del headers["Referer"]
        if etag:
            headers["If-None-Match"] = etag
        try:
            connection.request(method, address, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.headers.get("Content-Encoding") == "gzip":
            import gzip

            content = gzip.decompress(content)
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, content, dict(response.headers))

    def form(self, address: str, form_id: str) -> dict[str, object]:
        answer = self.get(address)
        if answer.status != 200:
            raise RuntimeError(f"{address} answers {answer.status}")
        return sent_back(SimpleNamespace(content=answer.content), form_id)


def editor(site: Site, name: str) -> Person:
    """Somebody who has logged in, second factor and all, and may do everything."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    user = User.objects.create_superuser(name, password=secrets.token_urlsafe(20))
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[-1]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session[DEVICE_ID_SESSION_KEY] = StaticDevice.objects.create(user=user).persistent_id
    session.save()
    return Person(site, {settings.SESSION_COOKIE_NAME: session.session_key})


def wait_until(holds: object, *, seconds: float) -> float:
    """How long it took, in seconds. Raises TimeoutError."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if holds():
                return time.monotonic() - began
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"not within {seconds} s")
