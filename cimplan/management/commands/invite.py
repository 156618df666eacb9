"""Makes an account and invites its owner: the way the first administrator comes in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cimplan.accounts.links import invite, link_to_set_password
from cimplan.environment import LOCAL_PORT
from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE

ROLES = {
    "administrator": ADMINISTRATOR,
    "editor": EDITOR,
    "executive-committee": EXECUTIVE_COMMITTEE,
}


class Command(BaseCommand):
    help = "Make an account and send its owner a link to set a password; again: a new link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument(
            "--as", dest="role", choices=[*ROLES, "superuser"], help="editor, if not said"
        )
        parser.add_argument(
            "--print", action="store_true", dest="printed", help="print the link, send nothing"
        )

    def handle(
        self, *args: Any, username: str, email: str, role: str | None, printed: bool, **options: Any
    ) -> None:
        with transaction.atomic():
            user = User.objects.filter(username=username).first() or self._made(
                username, email, role or "editor"
            )
            if user.email != email:
                raise CommandError(f"{username} is here, with another e-mail address. Not invited.")
            if role and not _is(user, role):
                raise CommandError(
                    f"{username} is here, and not as {role}; an account keeps its rights. Not "
                    "invited. Leave out --as for a new link; rights are given in the admin "
                    "(Users), or to an account of another name."
                )
            try:
                link = link_to_set_password(user) if printed else invite(user)
            except OSError as error:
                raise CommandError(
                    f"The mail could not be sent: {error}. Nothing was made. Mend EMAIL_URL "
                    "(manage.py sendtestemail tries it), or use --print and hand the link over."
                ) from error
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        if link:
            self.stdout.write(f"Hand this link to {username}; it is good once, for {hours} hours:")
            self.stdout.write(link)
            if settings.LOCAL:
                self.stdout.write(f"(Served on another port than {LOCAL_PORT}? Put that in.)")
        else:
            self.stdout.write(f"Sent to {email}: a link that is good once, for {hours} hours.")

    def _made(self, username: str, email: str, role: str) -> User:
        user = User(username=username, email=email, is_staff=True)
        user.is_superuser = role == "superuser"
        user.set_unusable_password()
        try:
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.save()
        if role in ROLES:
            user.groups.add(Group.objects.get(name=ROLES[role]))
        return user


def _is(user: User, role: str) -> bool:
    if role == "superuser":
        return user.is_superuser
    return user.groups.filter(name=ROLES[role]).exists()
