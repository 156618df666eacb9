"""The three groups of people and what each may do."""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions

EDITOR = "Secretariat editor"
ADMINISTRATOR = "Secretariat administrator"
EXECUTIVE_COMMITTEE = "Executive Committee"

OUR_APPS = ("mandates", "calendar_app", "workplan", "documents")

#: Logs and issued papers: added to by the acts that make them, never edited, never deleted.
NEVER_EDITED = {"progressreport", "evidencefile", "meetingchange", "issueddocument", "issuedfile"}
#: Lines under a record which an editor takes away in editing it; whole records are not.
LINES = {
    "addressee",
    "citation",
    "deadline",
    "agendaitem",
    "quotation",
    "notetarget",
    "mandatenote",
}


def _codenames(model: str) -> tuple[set[str], set[str]]:
    """What an editor and an administrator may do with a model of ours."""
    if model.startswith("historical"):
        return {f"view_{model}"}, {f"view_{model}"}
    if model in NEVER_EDITED:
        may = {f"view_{model}", f"add_{model}"}
        return may, may
    editor = {f"{act}_{model}" for act in ("view", "add", "change")}
    administrator = editor | {f"delete_{model}"}
    return (administrator if model in LINES else editor), administrator


def make_groups(**kwargs: Any) -> None:
    """Make the groups and give each exactly its permissions. Running it again changes nothing."""
    from django.contrib.auth.models import Group, Permission

    editor, administrator = {"see_drafts", "see_draft_reports"}, {"issue_document"}
    # Django makes those of the accounts after the signal that calls us.
    create_permissions(apps.get_app_config("auth"), verbosity=0)
    for label in OUR_APPS:
        config = apps.get_app_config(label)
        create_permissions(config, verbosity=0)
        for model in config.get_models():
            may_edit, may_administer = _codenames(model._meta.model_name)
            editor |= may_edit
            administrator |= may_administer
    ours = Permission.objects.filter(content_type__app_label__in=OUR_APPS)
    users = Permission.objects.filter(
        content_type__app_label="auth", codename__in=("view_group", *_accounts())
    )
    granted = {
        EDITOR: ours.filter(codename__in=editor),
        ADMINISTRATOR: ours.filter(codename__in=editor | administrator) | users,
        EXECUTIVE_COMMITTEE: ours.filter(
            codename__in=("see_draft_reports", "view_sessionreport", "view_mandatenote")
        ),
    }
    for name, permissions in granted.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(permissions)


def _accounts() -> list[str]:
    return [f"{act}_user" for act in ("view", "add", "change", "delete")]
