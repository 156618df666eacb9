"""Serves the site on one's own machine."""

import errno
import secrets
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.core.servers import basehttp
from django.core.wsgi import get_wsgi_application

from cimplan.environment import LOCAL_PORT

HOST = "127.0.0.1"
STAFF = "secretariat"


class Command(BaseCommand):
    help = "Serve the site to this machine alone; make the staff log-in where there is no user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=LOCAL_PORT)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError(
                "serve_local is for one's own machine. Set CIMPLAN_LOCAL=1 there; elsewhere "
                "serve cimplan.wsgi with a web server (docs/operations.md)."
            )
        # Nothing is collected into it here, but the server of static files looks for it.
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        # Being asked to stop ends it as Ctrl-C does.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            basehttp.run(HOST, port, get_wsgi_application(), threading=True, on_bind=self.announce)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except (OSError, OverflowError) as error:
            raise CommandError(_why_not(error, port)) from error

    def announce(self, port: int) -> None:
        """Say where the site is and how staff sign in. Runs once the port is ours, so that no
        password is made for a server that then cannot start."""
        say = self.stdout.write
        password = make_staff()
        say(f"\nThe site:   http://{HOST}:{port}/")
        say(f"For staff:  http://{HOST}:{port}/admin/")
        if password:
            say(f"            name {STAFF}, password {password}")
            say("            Keep the password: it is shown this once and stored nowhere.")
        else:
            say(f"            For a new password: manage.py changepassword {STAFF}")
            say("            (in this folder: make password).")
        if settings.TODAY:
            say(f"Today is taken to be {settings.TODAY:%-d %B %Y} (CIMPLAN_TODAY).")
        say("Ctrl-C stops the server; what you entered stays.\n")


def make_staff() -> str | None:
    """Make the log-in of the staff and return its password; None where somebody has one."""
    users = get_user_model().objects
    if users.exists():
        return None
    password = secrets.token_urlsafe(12)
    users.create_superuser(STAFF, password=password)
    return password


def _why_not(error: Exception, port: int) -> str:
    reasons = {
        errno.EADDRINUSE: f"Port {port} is in use, perhaps by a server you started before.",
        errno.EACCES: f"Port {port} is not for ordinary users.",
    }
    reason = reasons.get(getattr(error, "errno", None), f"Port {port} cannot be used: {error}.")
    return f"{reason} Choose another one: make run PORT=8001"
