"""The admin as a whole: every model is there, every page opens, costs little, and is safe."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cimplan.admin import LogAdmin
from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE, OUR_APPS
from desk.models import Visit
from documents.models import SessionReport
from mandates.models import Activity, Actor, Mandate, Resolution
from tests.factories import (
    DAY,
    FACTORIES,
    ActivityFactory,
    ActorFactory,
    AddresseeFactory,
    DeadlineFactory,
    EvidenceFileFactory,
    IssuedDocumentFactory,
    IssuedFileFactory,
    MandateFactory,
    MandateNoteFactory,
    MeetingChangeFactory,
    ProgressReportFactory,
    ResolutionFactory,
    SessionReportFactory,
    UserFactory,
)
from tests.pages import blocked_by_policy, text_of

pytestmark = pytest.mark.django_db

OURS = [
    model
    for label in OUR_APPS
    for model in apps.get_app_config(label).get_models()
    if not model._meta.model_name.startswith("historical")
]
MADE = {**FACTORIES, User: UserFactory}
LOGS = (
    EvidenceFileFactory,
    IssuedDocumentFactory,
    IssuedFileFactory,
    MeetingChangeFactory,
    ProgressReportFactory,
)


def named(model: Any) -> str:
    return model._meta.label


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def logged_in(client: Client, *groups: str, **kwargs: Any) -> Client:
    client.force_login(UserFactory(groups=groups, **kwargs))
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    return logged_in(client, ADMINISTRATOR)


@pytest.fixture
def editor(client: Client) -> Client:
    return logged_in(client, EDITOR)


def made(model: Any) -> Any:
    return Group.objects.first() if model is Group else MADE[model]()


# --- every model, every page ------------------------------------------------------------------


def test_every_model_of_ours_is_registered() -> None:
    assert len(OURS) == 27
    assert set(OURS) == set(FACTORIES)
    assert set(OURS) <= set(admin.site._registry)
    assert set(admin.site._registry) - set(OURS) == {User, Group}
    # A visit to the desk is nobody's record: the desk alone writes and reads it.
    assert list(apps.get_app_config("desk").get_models()) == [Visit]


@pytest.mark.parametrize("model", [*OURS, User, Group], ids=named)
def test_every_page_opens_for_an_administrator(administrator: Client, model: Any) -> None:
    record = made(model)
    for page, args in (("changelist", ()), ("change", (record.pk,)), ("history", (record.pk,))):
        response = administrator.get(address(model, page, *args))
        assert response.status_code == 200, page
        assert blocked_by_policy(response) == []
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "[object Object]" not in text_of(response)
    may_add = admin.site._registry[model].has_add_permission
    response = administrator.get(address(model, "add"), follow=True)
    assert response.status_code == (200 if may_add(response.wsgi_request) else 403)
    assert response.status_code == 403 or blocked_by_policy(response) == []


def test_what_only_an_act_writes_is_not_added_by_hand(administrator: Client) -> None:
    refused = [
        model._meta.model_name
        for model in OURS
        if administrator.get(address(model, "add")).status_code == 403
    ]
    assert sorted(refused) == ["evidencefile", "issueddocument", "issuedfile", "meetingchange"]


@pytest.mark.parametrize("model", OURS, ids=named)
def test_every_page_opens_for_who_may_only_look(client: Client, model: Any) -> None:
    user = UserFactory()
    look = Permission.objects.filter(content_type__app_label__in=OUR_APPS, codename__contains="_")
    user.user_permissions.set(look.filter(codename__startswith="view_"))
    user.user_permissions.add(Permission.objects.get(codename="see_drafts"))
    client.force_login(user)
    record = MADE[model]()
    response = client.get(address(model, "change", record.pk))
    assert response.status_code == 200
    assert 'name="_save"' not in text_of(response)
    assert "read_version" not in text_of(response)


def test_every_page_can_be_searched_and_every_key_completed() -> None:
    swept = 0
    for model in OURS:
        page = admin.site._registry[model]
        assert page.search_fields, model
        if isinstance(page, LogAdmin):
            continue  # nobody chooses anything there; tests/test_reporting.py has the form
        keys = {
            field.name
            for field in (*model._meta.fields, *model._meta.many_to_many)
            if field.related_model in OURS
        }
        # A session has few items, and none of another's can be chosen.
        few = {"agenda_item"} if model is SessionReport else set()
        assert keys <= set(page.autocomplete_fields) | few, model
        swept += len(keys)
    assert swept == 49


def test_the_index_follows_the_work(administrator: Client) -> None:
    response = administrator.get(reverse("admin:index"))
    labels = [app["app_label"] for app in response.context["app_list"]]
    assert labels == ["mandates", "calendar_app", "workplan", "documents", "auth"]
    assert "cimplan — Secretariat" in text_of(response)
    assert blocked_by_policy(response) == []


# --- what lists cost --------------------------------------------------------------------------


def queries_of(client: Client, url: str) -> int:
    from django.db import connection

    client.get(url)  # content types and permissions are remembered from here on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", [*OURS, User], ids=named)
def test_a_list_costs_the_same_with_one_row_and_with_three(
    administrator: Client, model: Any
) -> None:
    rows = rich_rows(model)
    next(rows)
    url = address(model, "changelist")
    with_one = queries_of(administrator, url)
    next(rows)
    next(rows)
    assert queries_of(administrator, url) == with_one
    assert with_one <= 12


def rich_rows(model: Any) -> Iterator[Any]:
    """Rows with everything that a list could follow."""
    while True:
        record = MADE[model]()
        if model is Mandate:
            AddresseeFactory(mandate=record)
            record.parent = MandateFactory(resolution=record.resolution)
        if model is Activity:
            record.mandates.add(MandateFactory())
            record.responsible.add(ActorFactory())
        yield record


# --- who may do what --------------------------------------------------------------------------


def test_nobody_enters_without_logging_in(client: Client) -> None:
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_an_editor_edits_but_deletes_no_record(editor: Client) -> None:
    mandate = MandateFactory()
    assert editor.get(address(Mandate, "add")).status_code == 200
    assert 'name="_save"' in text_of(editor.get(address(Mandate, "change", mandate.pk)))
    assert editor.get(address(Mandate, "delete", mandate.pk)).status_code == 403
    assert editor.get(address(User, "changelist")).status_code == 403


def test_an_administrator_deletes_and_sees_what_stands_in_the_way(administrator: Client) -> None:
    report = ProgressReportFactory()
    response = administrator.get(address(Mandate, "delete", report.mandate.pk))
    assert response.status_code == 200
    assert "would require deleting the following protected" in text_of(response)
    assert blocked_by_policy(response) == []
    actor = ActorFactory()
    administrator.post(address(Actor, "delete", actor.pk), {"post": "yes"})
    assert not Actor.objects.filter(pk=actor.pk).exists()


def test_links_that_go_with_a_record_are_counted_and_not_named(administrator: Client) -> None:
    activity = ActivityFactory()
    activity.mandates.set([MandateFactory(), MandateFactory()])
    activity.responsible.set([ActorFactory()])
    DeadlineFactory(mandate=None, activity=activity, words="by the first semester")
    page = text_of(administrator.get(address(Activity, "delete", activity.pk)))
    assert "Activity_" not in page
    assert "relationship" not in page
    assert "links to other records: 3" in page.lower()
    assert "by the first semester" in page
    administrator.post(address(Activity, "delete", activity.pk), {"post": "yes"})
    assert not Activity.objects.exists()


@pytest.mark.parametrize("key", ["none", "219", "9" * 40, "1,x"])
def test_a_form_begins_without_what_can_be_no_key(administrator: Client, key: str) -> None:
    for model, name in ((Mandate, "resolution"), (Activity, "mandates"), (Activity, "responsible")):
        response = administrator.get(address(model, "add"), {name: key, "text": "To urge"})
        assert response.status_code == 200
    assert "To urge" in text_of(administrator.get(address(Mandate, "add"), {"text": "To urge"}))


@pytest.mark.parametrize("key", ["none", "9" * 40, "9" * 18])
@pytest.mark.parametrize("model", [Mandate, Actor])
def test_an_address_with_what_is_no_key_is_told(
    administrator: Client, model: type, key: str
) -> None:
    for act in ("change", "delete", "history"):
        assert administrator.get(address(model, act, key)).status_code in (302, 404), act
    typed = {"version": "1", "text": "What was typed", "name": "What was typed"}
    response = administrator.post(address(model, "change", key), typed)
    assert response.status_code == 410
    assert "What was typed" in text_of(response)


def test_the_executive_committee_reads_draft_reports_and_nothing_else(client: Client) -> None:
    logged_in(client, EXECUTIVE_COMMITTEE)
    note = MandateNoteFactory()
    url = address(type(note.report), "change", note.report.pk)
    response = client.get(url)
    assert response.status_code == 200
    assert note.text in text_of(response)
    assert 'name="_save"' not in text_of(response)
    assert "historylink" not in text_of(response)
    assert client.post(url, {"introduction": "Mine"}).status_code == 403
    history = client.get(address(type(note.report), "history", note.report.pk))
    assert history.status_code == 403
    refused = [
        model for model in OURS if client.get(address(model, "changelist")).status_code == 403
    ]
    assert len(refused) == 25


def test_who_may_not_see_drafts_sees_none_by_any_door(client: Client) -> None:
    user = UserFactory()
    user.user_permissions.set(
        Permission.objects.filter(codename__in=("view_mandate", "change_addressee"))
    )
    client.force_login(user)
    draft = MandateFactory(published=False, text="Canary of the draft")
    shown = MandateFactory(resolution=draft.resolution)
    listed = text_of(client.get(address(Mandate, "changelist")))
    assert draft.reference not in listed
    assert f">{shown.reference}<" in listed
    for page in ("change", "history"):
        response = client.get(address(Mandate, page, draft.pk), follow=True)
        assert "Canary" not in text_of(response)
    completed = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "mandates", "model_name": "addressee", "field_name": "mandate", "term": ""},
    )
    assert [row["text"] for row in completed.json()["results"]] == [shown.in_full]


def test_an_administrator_cannot_become_more_than_that(administrator: Client) -> None:
    above = UserFactory(is_superuser=True)
    assert 'name="_save"' not in text_of(administrator.get(address(User, "change", above.pk)))
    password = reverse("admin:auth_user_password_change", args=[above.pk])
    assert administrator.get(password).status_code == 403
    assert administrator.get(address(User, "delete", above.pk)).status_code == 403
    other = UserFactory()
    response = administrator.get(address(User, "change", other.pk))
    assert 'name="groups"' in text_of(response)
    assert 'name="is_superuser"' not in text_of(response)
    assert 'name="user_permissions"' not in text_of(response)


# --- logs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("made_by", LOGS, ids=lambda made_by: made_by._meta.model.__name__)
@pytest.mark.parametrize("superuser", [False, True])
def test_a_log_is_neither_changed_nor_deleted(
    client: Client, made_by: Any, superuser: bool
) -> None:
    logged_in(client, ADMINISTRATOR, is_superuser=superuser)
    entry = made_by()
    model = type(entry)
    response = client.get(address(model, "change", entry.pk))
    assert 'name="_save"' not in text_of(response)
    assert "deletelink" not in text_of(response)
    assert client.post(address(model, "change", entry.pk), {"name": "other"}).status_code == 403
    assert client.post(address(model, "delete", entry.pk), {"post": "yes"}).status_code == 403
    client.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes", "index": 0},
    )
    assert model.objects.filter(pk=entry.pk).exists()


# --- publishing -------------------------------------------------------------------------------


def run_action(client: Client, name: str, *records: Any) -> str:
    data = {"action": name, "_selected_action": [record.pk for record in records], "index": 0}
    return text_of(client.post(address(type(records[0]), "changelist"), data, follow=True))


def test_publishing_goes_through_save(editor: Client) -> None:
    drafts = [ActivityFactory(published=False), ActivityFactory(published=False)]
    page = run_action(editor, "publish", *drafts, ActivityFactory())
    assert "2 records published." in page
    for draft in drafts:
        draft.refresh_from_db()
        assert draft.published
        assert draft.version == 2
        assert draft.history.count() == 2
        assert draft.history.latest("history_id").history_user is not None
    assert "1 record unpublished." in run_action(editor, "unpublish", drafts[0])
    drafts[0].refresh_from_db()
    assert not drafts[0].published


def test_whoever_publishes_is_told_of_drafts_that_it_names(editor: Client) -> None:
    mandate, draft = MandateFactory(published=False), ActorFactory(name="Nobody", published=False)
    mandate.responsible.add(draft, ActorFactory(name="Somebody"))
    AddresseeFactory(mandate=mandate, actor=ActorFactory(name="A draft", published=False))
    page = run_action(editor, "publish", mandate)
    assert "drafts that readers do not see: A draft; Nobody. Publish them too" in page
    assert "drafts that readers do not see" not in run_action(editor, "publish", draft)
    run_action(editor, "unpublish", mandate)
    assert "do not see: A draft. Publish" in run_action(editor, "publish", mandate)


@pytest.mark.parametrize("path", ["session", "session.term", "session.meeting"])
def test_whoever_unpublishes_a_session_is_told_of_its_papers(editor: Client, path: str) -> None:
    paper = IssuedDocumentFactory()
    page = run_action(editor, "unpublish", attrgetter(path)(paper))
    assert "No longer seen with it, though published: 1 of “issued documents”." in page


def test_whoever_unpublishes_is_told_what_goes_with_it(editor: Client) -> None:
    resolution = ResolutionFactory()
    MandateFactory.create_batch(2, resolution=resolution)
    MandateFactory(resolution=resolution, published=False)
    MandateFactory()
    page = run_action(editor, "unpublish", resolution)
    assert "No longer seen with it, though published: 2 of “mandates”." in page
    assert "No longer seen" not in run_action(editor, "publish", resolution)


def test_a_paragraph_is_not_published_before_the_one_it_stands_under(editor: Client) -> None:
    above = MandateFactory(published=False)
    below = MandateFactory(
        published=False, resolution=above.resolution, parent=above, position=above.position + 1
    )
    page = run_action(editor, "publish", below)
    assert "Publish the paragraph it stands under first." in page
    assert not Mandate.objects.get(pk=below.pk).published
    assert "2 records published." in run_action(editor, "publish", above, below)


def test_the_committee_publishes_nothing(client: Client) -> None:
    logged_in(client, EXECUTIVE_COMMITTEE)
    report = SessionReportFactory()
    page = text_of(client.get(address(type(report), "changelist")))
    assert 'name="action"' not in page


# --- history ----------------------------------------------------------------------------------


def test_history_says_who_changed_what_from_what_to_what(editor: Client) -> None:
    resolution = ResolutionFactory(title="Old <b>title</b>")
    resolution.title = "New <script>title</script>"
    resolution.save()
    page = text_of(editor.get(address(Resolution, "history", resolution.pk)))
    assert "<strong>Title:</strong> Old &lt;b&gt;title&lt;/b&gt; → New &lt;script&gt;" in page
    assert "Version:" not in page
    assert "revert" not in page.lower()


def test_history_is_in_words_and_never_in_codes(editor: Client) -> None:
    mandate, actor = MandateFactory(published=False), ActorFactory(name="The OAS")
    mandate.published, mandate.standing, mandate.priority = True, "expired", 1
    mandate.ends_on = DAY
    mandate.save()
    mandate.responsible.add(actor)
    page = text_of(editor.get(address(Mandate, "history", mandate.pk)))
    for field, change in {
        "Published": "no → yes",
        "Standing": "Current → Expired",
        "Priority": "– → High",
        "Ends on": "– → 2003-02-20",
        "Responsible": "– → The OAS",
    }.items():
        assert f"<strong>{field}:</strong> {change}" in page
