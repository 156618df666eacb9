"""Django's command that tests the e-mail, with its failures in words."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import sendtestemail


class Command(sendtestemail.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMAIL_IS_SET_UP:
            raise CommandError(
                "EMAIL_URL is not set, so no mail is sent. Write it as "
                "submission://user:password@mail.example.org:587 (docs/operations.md)."
            )
        try:
            super().handle(*args, **options)
        except OSError as error:
            where = f"{settings.EMAIL_HOST}, port {settings.EMAIL_PORT}"
            raise CommandError(f"The mail server ({where}) did not take it: {error}") from error
        self.stdout.write("The mail server took it. See that it arrives.")
