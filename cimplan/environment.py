"""What the environment may say, read once and refused loudly where it is wrong."""

import difflib
import os
import re
import secrets
import warnings
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from environs import Env, EnvError, EnvValidationError

BASE_DIR = Path(__file__).resolve().parent.parent

#: Where the site is on one's own machine, unless it is told another.
LOCAL_PORT = 8000

KNOWN = {
    "CIMPLAN_SECRET_KEY",
    "CIMPLAN_LOCAL",
    "CIMPLAN_DEBUG",
    "CIMPLAN_ALLOWED_HOSTS",
    "CIMPLAN_TODAY",
    "CIMPLAN_DATA_DIR",
    "CIMPLAN_FROM_EMAIL",
    # Read by the tests and the benchmarks alone.
    "CIMPLAN_UN_DATA",
}

_ENCODED = "Signs such as @ : / # % in a password are percent-encoded: %40 for @."
#: How what cannot be read is to be written.
HINTS = {
    "CIMPLAN_TODAY": "Write it as in 2003-02-20.",
    "DATABASE_URL": "Write postgres://user:password@host:5432/name or "
    f"sqlite:////full/path.sqlite3. {_ENCODED}",
    "EMAIL_URL": "Write submission://user:password@host:587, smtps://user:password@host:465 or "
    f"smtp://host:25. {_ENCODED}",
    "WEB_CONCURRENCY": "Write how many workers there are to be, or take the line away.",
}

#: A host's name, or its address; that of IPv6 in brackets. Links in mails begin with the first, so
#: it is no pattern.
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")

#: Those of them that lead to this machine alone.
OWN = re.compile(r"([a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\]", re.IGNORECASE)


def refuse_unknown(names: list[str]) -> None:
    """A misspelt setting that is silently ignored is found too late: name it now."""
    for name in sorted(names):
        if name.startswith("CIMPLAN_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(KNOWN))}."
            raise ImproperlyConfigured(f"The environment sets {name}, which means nothing. {hint}")


def local_secret_key(data_dir: Path) -> str:
    """The key of a local installation: made at the first start and kept beside its database."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


class Environment:
    """The settings of one installation, from environment variables (docs/operations.md)."""

    def __init__(self) -> None:
        refuse_unknown(list(os.environ))
        env = Env()
        try:
            self.local: bool = env.bool("CIMPLAN_LOCAL", False)
            self.debug: bool = env.bool("CIMPLAN_DEBUG", False)
            # `make run CIMPLAN_TODAY=` takes the day from the clock.
            is_set = env.str("CIMPLAN_TODAY", "")
            self.today: date | None = env.date("CIMPLAN_TODAY") if is_set else None
            self.data_dir: Path = env.path("CIMPLAN_DATA_DIR", BASE_DIR / "var")
            self.secret_key = self._secret_key(env)
            self.allowed_hosts = self._allowed_hosts(env)
            self.database = self._database(env)
            self.email = self._email(env)
            self.from_email: str = env.str("CIMPLAN_FROM_EMAIL", f"cimplan@{self.allowed_hosts[0]}")
            env.int("WEB_CONCURRENCY", 1)  # gunicorn's, which says no more than a trace
            self._refuse_dangers()
        except OSError as error:
            raise ImproperlyConfigured(
                f"The folder of CIMPLAN_DATA_DIR, {self.data_dir}, cannot be used: "
                f"{error.strerror}. Name one that this user may write to."
            ) from error
        except (EnvError, EnvValidationError) as error:
            hints = (hint for name, hint in HINTS.items() if f'"{name}"' in str(error))
            raise ImproperlyConfigured(
                " ".join(["The environment is not right:", str(error), *hints])
            ) from error

    def _database(self, env: Env) -> dict[str, Any]:
        default = f"sqlite:///{self.data_dir / 'cimplan.sqlite3'}"
        if not self.local and not env.str("DATABASE_URL", ""):
            # A name misspelt would serve an empty registry, and take in what then is lost.
            raise ImproperlyConfigured(
                "DATABASE_URL is not set. Write postgres://user:password@host:5432/name or "
                "sqlite:////full/path.sqlite3; or set CIMPLAN_LOCAL=1 on your own machine."
            )
        database: dict[str, Any] = env.dj_db_url("DATABASE_URL", default)
        if database["ENGINE"] == "django.db.backends.sqlite3":
            self.data_dir.mkdir(parents=True, exist_ok=True)
            # Measured with eight writers: anything less loses writes to "database is locked".
            database["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            }
        elif database["ENGINE"] == "django.db.backends.postgresql":
            # To compile a page's short questions (jit) takes longer than to answer them. So does it
            # to plan them, where they are asked again: once will do, whatever is looked for.
            # The cursor is loaded here, since SQLite does without psycopg2.
            options = {
                "connect_timeout": 2,
                "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
                "cursor_factory": import_string("cimplan.prepared.Cursor"),
            }
            database["OPTIONS"] = {**options, **database.get("OPTIONS", {})}
        else:
            raise ImproperlyConfigured(
                "DATABASE_URL names neither SQLite nor PostgreSQL. Write "
                "postgres://user:password@host:5432/name or sqlite:////full/path.sqlite3."
            )
        if not self.local:
            # A worker has one connection, and sees before each request that it still stands. To
            # connect takes PostgreSQL as long as two plain questions; SQLite reads the statements
            # of all tables and triggers first, which takes as long as a page that is kept; and what
            # ANALYZE found out, so that after a large import it goes wrong ways for no longer.
            database["CONN_MAX_AGE"] = 60  # seconds
            database["CONN_HEALTH_CHECKS"] = True
        return database

    def _secret_key(self, env: Env) -> str:
        key: str = env.str("CIMPLAN_SECRET_KEY", "")
        if key:
            return key
        if self.local:
            return local_secret_key(self.data_dir)
        raise ImproperlyConfigured(
            "CIMPLAN_SECRET_KEY is not set. Give it 50 or more random characters, "
            "the same on every web worker; or set CIMPLAN_LOCAL=1 on your own machine."
        )

    def _allowed_hosts(self, env: Env) -> list[str]:
        default = ["127.0.0.1", "localhost", "[::1]"] if self.local else []
        hosts: list[str] = env.list("CIMPLAN_ALLOWED_HOSTS", default)
        if not hosts:
            raise ImproperlyConfigured(
                "CIMPLAN_ALLOWED_HOSTS is not set. Name the hosts this site answers to, "
                "separated by commas, such as plan.example.org."
            )
        for host in hosts:
            if not HOST.fullmatch(host):
                raise ImproperlyConfigured(
                    f"CIMPLAN_ALLOWED_HOSTS names “{host}”, which is no bare host name. Write it "
                    "as in plan.example.org: no https://, no port, no path, no * or dot before it."
                )
        return hosts

    def _email(self, env: Env) -> dict[str, Any]:
        # On one's own machine a mail is printed where the server runs.
        with warnings.catch_warnings(action="ignore"):  # of smtps, for which see below
            email: dict[str, Any] = env.dj_email_url(
                "EMAIL_URL", "console://" if self.local else "dummy://"
            )
        if "EMAIL_BACKEND" not in email:
            raise ImproperlyConfigured(
                f"EMAIL_URL names no way to send mail. {HINTS['EMAIL_URL']} Where no mail is to be "
                "sent, take the line away."
            )
        if env.str("EMAIL_URL", "").startswith("smtps:"):
            # TLS from the first byte, as everywhere but in dj-email-url, which begins without.
            email |= {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}
        return email

    def _refuse_dangers(self) -> None:
        """What is well on one's own machine, and an open door where others reach the site."""
        if self.local:
            others = [host for host in self.allowed_hosts if not OWN.fullmatch(host)]
            if others:
                raise ImproperlyConfigured(
                    "CIMPLAN_LOCAL=1 is for one's own machine, and CIMPLAN_ALLOWED_HOSTS names "
                    f"“{others[0]}”: there would be no HTTPS and no second step. Take one of the "
                    "two away; this machine is localhost, 127.0.0.1, [::1] or a name in .localhost."
                )
            return
        if self.debug:
            raise ImproperlyConfigured(
                "CIMPLAN_DEBUG shows settings and traces to everybody. Take it away; or set "
                "CIMPLAN_LOCAL=1 on your own machine."
            )
        if len(self.secret_key) < 50 or len(set(self.secret_key)) < 5:
            raise ImproperlyConfigured(
                "CIMPLAN_SECRET_KEY can be guessed: it has fewer than 50 characters, or always the "
                "same ones. Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
            )
