"""Every address, as the resolver knows them, by everybody, in every format: nobody who may not see
drafts finds a word of one. An address whose audience is not declared here fails."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse

from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE
from documents.models import SessionReport
from tests import factories as make
from tests import world
from tests.papers import poppler

pytestmark = pytest.mark.django_db

#: Read by anybody; drafts are not in them.
EVERYBODY = {
    "home", "search", "plans", "plan", "areas", "area", "area_feed", "feed", "resolutions",
    "resolution", "resolution_feed", "mandates", "mandate", "activities", "activity", "actors",
    "actor", "evidence", "calendar", "calendar_year", "calendar_month", "calendar_feed",
    "area_calendar", "meetings", "meeting", "meeting_calendar", "sessions", "session", "plan_pdf",
    "plan_docx", "mandates_pdf", "calendar_pdf", "resolution_pdf", "area_pdf", "papers", "paper",
    "paper_file",
}  # fmt: skip
#: Anybody, once it is issued; before, the Committee and staff. Drafts of records are not in them.
COMMITTEE = {"report", "report_pdf", "report_docx"}
MACHINES = {"healthz", "readyz", "robots"}
#: By these one comes in.
DOORS = {
    "admin_password_reset", "password_reset_done", "password_reset_confirm",
    "password_reset_complete", "admin:login", "admin:logout", "admin:second_factor",
}  # fmt: skip
#: Staff, each as the groups allow.
STAFF = {
    "admin:index", "admin:changes", "admin:report_progress", "admin:autocomplete", "admin:jsi18n",
    "admin:app_list", "admin:view_on_site", "admin:password_change", "admin:password_change_done",
    "admin:documents_sessionreport_issue", "admin:calendar_app_meeting_act",
}  # fmt: skip
STAFF_PAGES = (
    "changelist", "add", "history", "delete", "change", "import", "export", "password_change",
)  # fmt: skip
#: Django's own redirects: of an old form of address, and of what is none.
REDIRECTS = {"admin:None"}


@dataclass(frozen=True)
class Address:
    name: str
    route: str
    arguments: tuple[str, ...]


def addresses(resolver: Any = None, before: str = "", space: str = "") -> Iterator[Address]:
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, route, inner)
        else:
            arguments = tuple(pattern.pattern.regex.groupindex)
            arguments = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route)) or arguments
            yield Address(f"{space}{pattern.name}", route, arguments)


def audience_of(name: str) -> str | None:
    declared = {
        "everybody": EVERYBODY,
        "committee": COMMITTEE,
        "machines": MACHINES,
        "doors": DOORS,
        "staff": STAFF | REDIRECTS,
    }
    for audience, names in declared.items():
        if name in names:
            return audience
    is_model_page = re.fullmatch(rf"admin:[a-z_]+_({'|'.join(STAFF_PAGES)})", name)
    return "staff" if is_model_page else None


def everything_in(response: Any, folder: Path) -> str:
    """Every word of an answer, unpacked where it is packed."""
    content = response.getvalue()
    kind = response.get("Content-Type", "").partition(";")[0]
    if content.startswith(b"%PDF-1.4 "):  # our evidence files, which hold nothing but words
        return content.decode()
    if kind == "application/pdf":
        return poppler("pdftotext", content, folder)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return " ".join(
                packed.read(name).decode(errors="replace") for name in packed.namelist()
            )
    return content.decode()


def client_of(*groups: str) -> Client:
    client = Client()
    client.force_login(make.UserFactory(groups=groups))
    return client


@pytest.fixture
def built(tmp_path: Path) -> world.World:
    """The world of the pages, a draft of every kind, and what hangs on drafts by no page."""
    built = world.build(1)
    built.drafts = world.hide_drafts_in(built)
    built.draft_file = make.EvidenceFileFactory(name="CANARY file.pdf")
    make.ProgressReportFactory(
        mandate=None, activity=built.drafts["activity"], evidence_file=built.draft_file
    )
    make.SessionReportFactory(session=built.drafts["session"])
    if not SessionReport.objects.filter(session=built.hubs.session).exists():
        make.SessionReportFactory(session=built.hubs.session)
    make.SessionReportFactory()  # of a session that has no papers yet, to be issued
    return built


HUB_OF = {
    "areas": "area", "plan": "plan", "resolutions": "resolution", "mandates": "mandate",
    "activities": "activity", "actors": "actor", "meetings": "meeting", "sessions": "session",
}  # fmt: skip


def written(address: Address, given: dict[str, Any]) -> str:
    return reverse(address.name, kwargs={key: given[key] for key in address.arguments})


def public_addresses(built: world.World, of: str) -> Iterator[tuple[str, str]]:
    """Every address that delegates and the Committee read, of the "hubs" or of their "drafts"."""
    for address in addresses():
        if audience_of(address.name) not in ("everybody", "committee"):
            continue
        if not address.arguments:
            if of == "hubs":
                yield address.name, reverse(address.name)
            continue
        first = address.route.partition("/")[0]
        if first in HUB_OF:
            kind = HUB_OF[first]
            record = getattr(built.hubs, kind) if of == "hubs" else built.drafts[kind]
            key = address.arguments[0]
            value = getattr(record, key)
        elif first == "evidence":
            if of == "hubs":
                continue
            key, value = "sha256", built.draft_file.sha256
        elif first == "calendar":
            if of == "drafts":
                continue
            given = {"year": 2003, "month": 5}
            yield (
                address.name,
                reverse(address.name, kwargs={k: given[k] for k in address.arguments}),
            )
            continue
        else:
            session = built.hubs.session if of == "hubs" else built.drafts["session"]
            paper = session.papers.first()
            given = {"slug": paper.slug, "known_as": "pdf"}
            yield (
                address.name,
                reverse(address.name, kwargs={k: given[k] for k in address.arguments}),
            )
            continue
        yield address.name, reverse(address.name, kwargs={key: value})


def staff_addresses(built: world.World) -> Iterator[tuple[str, str]]:
    """Every address of the admin, of a draft where there is one of that kind."""
    pages = {
        f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry
    }
    for address in addresses():
        name = address.name
        if audience_of(name) != "staff" or name in REDIRECTS:
            continue
        if not address.arguments:
            yield name, reverse(name)
            continue
        prefix = next((p for p in pages if name.startswith(f"admin:{p}_")), None)
        record = drafts_first(pages[prefix], built) if prefix else built.drafts["mandate"]
        if record is None:
            continue
        given: dict[str, Any] = {"object_id": record.pk, "id": record.pk, "pk": record.pk}
        if name == "admin:view_on_site":
            from django.contrib.contenttypes.models import ContentType

            kind = ContentType.objects.get_for_model(record)
            given = {"content_type_id": kind.pk, "object_id": record.pk}
        given |= {"form": "csv", "name": "confirm", "app_label": "mandates"}
        missing = set(address.arguments) - set(given)
        assert not missing, f"{name} is asked for with {missing}: say here with which"
        yield name, written(address, given)
    for kind, field in (("mandate", "resolution"), ("mandate", "parent"), ("activity", "mandates")):
        query = f"app_label=mandates&model_name={kind}&field_name={field}&term=CANARY"
        yield "admin:autocomplete", f"{reverse('admin:autocomplete')}?{query}"


def drafts_first(model: type[models.Model], built: world.World) -> models.Model | None:
    of_kind = [draft for draft in built.drafts.values() if isinstance(draft, model)]
    return of_kind[0] if of_kind else model._default_manager.order_by("-pk").first()


FORMATS = ("", "?format=csv", "?format=xlsx")


def test_every_address_has_an_audience() -> None:
    undeclared = {address.name for address in addresses() if audience_of(address.name) is None}
    assert undeclared == set()


def test_every_address_that_is_declared_is_there() -> None:
    there = {address.name for address in addresses()}
    assert there | {"admin:app_list"} >= EVERYBODY | COMMITTEE | MACHINES | DOORS | STAFF


@pytest.mark.parametrize("group", [None, EXECUTIVE_COMMITTEE])
def test_readers_find_no_word_of_a_draft(built, tmp_path, group) -> None:
    client = client_of(group) if group else Client()
    swept = set()
    for name, address in public_addresses(built, "hubs"):
        for query in FORMATS if not address.endswith((".pdf", ".docx", ".atom", ".ics")) else ("",):
            response = client.get(address + query, follow=True)
            said = everything_in(response, tmp_path)
            assert response.status_code in (200, 400, 404), address + query
            assert "canary" not in said.casefold(), f"{group}: {address}{query}"
            swept.add((name, response.status_code))
    assert {name for name, status in swept if status == 200} >= EVERYBODY - {"evidence"}


@pytest.mark.parametrize("group", [None, EXECUTIVE_COMMITTEE])
def test_a_draft_and_what_is_not_there_answer_alike(built, group) -> None:
    client = client_of(group) if group else Client()
    swept = 0
    for name, address in public_addresses(built, "drafts"):
        draft = client.get(address)
        key = re.match(r"/[a-z]+/([^/.]+)", address)[1]
        other = "1991" if key.isdigit() else "0" * 64 if len(key) == 64 else "absent-record"
        missing = client.get(address.replace(key, other))
        assert draft.status_code == missing.status_code == 404, address
        told = [html.unescape(r.content.decode()).replace(k, "…") for r, k in
                ((draft, key), (missing, other))]  # fmt: skip
        assert told[0] == told[1], address
        same = ("Content-Type", "Cache-Control", "ETag", "Last-Modified", "Vary")
        assert [draft.get(h) for h in same] == [missing.get(h) for h in same], name
        swept += 1
    assert swept >= 20


def test_who_is_not_staff_finds_only_the_door(built) -> None:
    for user in (None, make.UserFactory(is_staff=False, groups=[EXECUTIVE_COMMITTEE])):
        client = Client()
        if user:
            client.force_login(user)
        for name, address in staff_addresses(built):
            response = client.get(address)
            assert response.status_code == 302, name
            assert response.url.startswith("/admin/login/"), name


def test_the_committee_finds_no_draft_in_the_admin(built, tmp_path) -> None:
    client = client_of(EXECUTIVE_COMMITTEE)
    opened = set()
    for name, address in staff_addresses(built):
        response = client.get(address)
        # The page for what is not allowed says what was asked for.
        said = everything_in(response, tmp_path).replace("term=CANARY", "")
        assert "canary" not in said.casefold(), address
        if response.status_code == 200:
            opened.add(name)
        else:
            assert response.status_code in (302, 403, 404), address
    assert "admin:index" in opened


@pytest.mark.parametrize("group", [EDITOR, ADMINISTRATOR])
def test_staff_find_them(built, tmp_path, group) -> None:
    """Else the tests above would pass where nothing is hidden."""
    client = client_of(group)
    found = set()
    for of in ("hubs", "drafts"):
        for name, address in public_addresses(built, of):
            for query in FORMATS if not address.endswith((".pdf", ".docx")) else ("",):
                response = client.get(address + query, follow=True)
                if "canary" in everything_in(response, tmp_path).casefold():
                    found.add(name)
    for name, address in staff_addresses(built):
        response = client.get(address)
        assert response.status_code in (200, 302, 403, 404, 405), address
        if "canary" in everything_in(response, tmp_path).casefold():
            found.add(name)
    assert found >= {"mandate", "mandates", "plan_pdf", "plan_docx", "mandates_pdf", "evidence"}
    assert found >= {"admin:mandates_mandate_changelist", "admin:mandates_mandate_export"}
    assert found >= {"admin:autocomplete", "admin:mandates_mandate_history"}
    assert len(found) > 60
