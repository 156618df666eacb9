"""The three groups of people and exactly what each may do."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from cimplan.groups import (
    ADMINISTRATOR,
    EDITOR,
    EXECUTIVE_COMMITTEE,
    LINES,
    NEVER_EDITED,
    OUR_APPS,
    make_groups,
)

pytestmark = pytest.mark.django_db


def may(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def all_groups() -> dict[str, set[str]]:
    return {group.name: may(group.name) for group in Group.objects.all()}


def our_models() -> list[str]:
    return [
        model._meta.model_name
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models()
    ]


def test_migrating_makes_the_three_groups_and_no_other() -> None:
    assert set(all_groups()) == {EDITOR, ADMINISTRATOR, EXECUTIVE_COMMITTEE}


def test_an_editor_edits_records_and_takes_away_only_their_lines() -> None:
    editor = may(EDITOR)
    assert {"view_mandate", "add_mandate", "change_mandate"} <= editor
    assert "delete_mandate" not in editor
    assert {"change_addressee", "delete_addressee"} <= editor
    assert {"see_drafts", "see_draft_reports"} <= editor
    assert {name for name in editor if name.startswith("delete_")} == {
        f"delete_{model}" for model in LINES
    }


def test_an_administrator_may_all_that_an_editor_may_and_delete_and_keep_accounts() -> None:
    editor, administrator = may(EDITOR), may(ADMINISTRATOR)
    assert editor < administrator
    more = administrator - editor
    assert {"delete_mandate", "delete_meeting", "delete_workplan", "issue_document"} <= more
    assert {"view_user", "add_user", "change_user", "delete_user", "view_group"} <= more
    assert not administrator & {"change_group", "add_group", "change_permission"}


def test_the_executive_committee_reads_draft_reports_and_nothing_else() -> None:
    assert may(EXECUTIVE_COMMITTEE) == {
        "see_draft_reports",
        "view_sessionreport",
        "view_mandatenote",
    }


@pytest.mark.parametrize("group", [EDITOR, ADMINISTRATOR])
def test_nobody_edits_logs_issued_papers_or_history(group: str) -> None:
    granted = may(group)
    for model in NEVER_EDITED:
        assert {f"view_{model}", f"add_{model}"} <= granted
        assert not granted & {f"change_{model}", f"delete_{model}"}
    history = [model for model in our_models() if model.startswith("historical")]
    assert len(history) > 15
    for model in history:
        assert f"view_{model}" in granted
        assert not granted & {f"{act}_{model}" for act in ("add", "change", "delete")}


def test_every_model_can_be_seen_by_the_secretariat() -> None:
    models = our_models()
    assert len(models) > 50
    assert {f"view_{model}" for model in models} <= may(EDITOR)


def test_the_names_of_the_exceptions_are_names_of_models() -> None:
    assert set(our_models()) >= NEVER_EDITED | LINES


def test_making_them_again_changes_nothing() -> None:
    before = all_groups()
    ids = set(Group.objects.values_list("pk", flat=True))
    make_groups()
    assert all_groups() == before
    assert set(Group.objects.values_list("pk", flat=True)) == ids


def test_making_them_again_mends_what_was_changed_and_leaves_other_groups_alone() -> None:
    before = all_groups()
    editor = Group.objects.get(name=EDITOR)
    editor.permissions.remove(Permission.objects.get(codename="change_mandate"))
    editor.permissions.add(Permission.objects.get(codename="delete_mandate"))
    other = Group.objects.create(name="Interns")
    other.permissions.add(Permission.objects.get(codename="view_mandate"))
    make_groups()
    assert all_groups() == {**before, "Interns": {"view_mandate"}}
