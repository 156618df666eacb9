"""Issuing the report to a session: frozen for ever, once, by those who may, with what it says."""

import hashlib
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from calendar_app.models import Session
from cimplan.groups import ADMINISTRATOR, EDITOR
from documents.issuing import digest_of, files_of, issue, prepare
from documents.models import IssuedDocument, IssuedFile, SessionReport
from documents.models.issued import FileFormat
from documents.reporting import draft_of
from documents.session_report import Report
from mandates.status import Status
from tests import factories as make
from tests.factories import DAY, MOMENT
from tests.pages import main_text_of, sent_back

pytestmark = pytest.mark.django_db

#: Laying files out is tested by itself; here they only have to be kept.
FILES = {FileFormat.HTML: b"<p>report</p>", FileFormat.PDF: b"%PDF-1.4 report"}


@pytest.fixture
def draft() -> SessionReport:
    session = make.SessionFactory(slug="2003-1")
    return make.SessionReportFactory(session=session, symbol="CIM/CD/doc.3/03")


def prepared(draft: SessionReport) -> Report:
    return prepare(draft, as_of=DAY, on=DAY)


def issued(draft: SessionReport, by: User | None = None) -> IssuedDocument:
    return issue(report=prepared(draft), files=FILES, by=by, at=MOMENT)


class TestThePaper:
    def test_it_keeps_what_it_says_its_files_and_who_issued_it(self, draft):
        by = make.UserFactory()
        report = prepared(draft)
        document = issue(report=report, files=FILES, by=by, at=MOMENT)
        assert document.slug == "report-2003-1"
        assert str(document) == "CIM/CD/doc.3/03"
        assert (document.issued_by, document.issued_at, document.as_of) == (by, MOMENT, DAY)
        document.refresh_from_db()
        assert document.content == report.as_data()
        assert document.content["masthead"]["issued_on"] == "2003-02-20"
        for file in document.files.all():
            assert bytes(file.content) == FILES[FileFormat(file.format)]
            assert file.sha256 == hashlib.sha256(file.content).hexdigest()
            assert file.size == len(file.content)
        assert document.files.count() == len(FILES)

    def test_later_edits_change_nothing_in_it(self, draft):
        mandate = make.MandateFactory(text="As it was.")
        document = issued(draft)
        mandate.text = "As it is."
        mandate.save()
        document.refresh_from_db()
        assert "As it was." in str(document.content)
        assert "As it is." not in str(document.content)

    def test_the_database_lets_nobody_change_it(self, draft):
        document = issued(draft)
        for change in (
            lambda: IssuedDocument.objects.filter(pk=document.pk).update(title="Another"),
            lambda: IssuedFile.objects.filter(document=document).update(content=b"other"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_its_files_are_a_report_and_no_draft(self, draft):
        files = files_of(prepared(draft))
        assert files[FileFormat.PDF].startswith(b"%PDF")
        assert files[FileFormat.DOCX].startswith(b"PK")
        page = files[FileFormat.HTML].decode()
        assert "CIM/CD/doc.3/03" in page
        assert "February 20, 2003" in page
        assert "DRAFT" not in page
        for elsewhere in ("<script", "<link", "src=", "href="):
            assert elsewhere not in page, elsewhere

    def test_the_same_report_gives_the_same_bytes(self, draft):
        assert files_of(prepared(draft)) == files_of(prepared(draft))


class TestRevisions:
    def test_a_correction_is_a_revision_that_says_what_changed(self, draft):
        mandate = make.MandateFactory()
        issued(draft)
        make.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        second = issued(draft)
        assert second.slug == "report-2003-1-rev-1"
        assert str(second) == "CIM/CD/doc.3/03 rev. 1"
        assert second.changes.startswith(
            f"{mandate.reference}: status “Completed” instead of “No indication”"
        )
        assert second.content["corrections"] == second.changes.splitlines()

    def test_where_nothing_changed_there_is_none(self, draft):
        issued(draft)
        with pytest.raises(ValidationError, match="Nothing has changed since CIM/CD/doc"):
            prepared(draft)

    def test_a_part_left_out_and_words_changed_are_said(self, draft):
        issued(draft)
        draft.parts = [part for part in draft.parts if part != "contradictions"]
        draft.introduction = "New words."
        draft.save()
        second = issued(draft)
        assert "Left out: “Open contradictions”." in second.changes
        assert "Changed: the introduction." in second.changes


class TestRefusals:
    def test_what_was_issued_in_the_meantime(self, draft):
        report = prepared(draft)
        issue(report=report, files=FILES, by=None, at=MOMENT)
        with pytest.raises(ValidationError, match="has been issued in the meantime"):
            issue(report=report, files=FILES, by=None, at=MOMENT)
        assert IssuedDocument.objects.count() == 1

    def test_a_symbol_that_another_sessions_paper_bears(self, draft):
        other = make.IssuedDocumentFactory(symbol=draft.symbol)
        with pytest.raises(ValidationError) as refused:
            issued(draft)
        assert str(other.session) in refused.value.message_dict["symbol"][0]
        with pytest.raises(ValidationError) as refused:
            draft.full_clean()
        assert "symbol" in refused.value.message_dict

    def test_a_session_that_is_a_draft(self):
        session = make.SessionFactory(published=False)
        with pytest.raises(ValidationError, match=re.escape(f"first: session “{session}”")):
            prepare(draft_of(session), as_of=DAY, on=DAY)
        session = make.SessionFactory(term__published=False, meeting__published=False)
        with pytest.raises(ValidationError, match=f"first: term “{session.term}”; meeting “"):
            prepare(draft_of(session), as_of=DAY, on=DAY)

    def test_parts_that_no_report_has_and_another_sessions_item(self, draft):
        draft.agenda_item = make.AgendaItemFactory()
        with pytest.raises(ValidationError, match="item of this session"):
            draft.full_clean()
        draft.agenda_item, draft.parts = None, ["gossip"]
        with pytest.raises(ValidationError, match="Choose from"):
            draft.full_clean()


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_at_once_give_one_paper():
    draft = make.SessionReportFactory()
    report = prepared(draft)
    for _ in range(5):
        together = threading.Barrier(2)

        def race(together: threading.Barrier = together) -> str:
            together.wait()
            try:
                return issue(report=report, files=FILES, by=None, at=MOMENT).slug
            except ValidationError as refused:
                return refused.messages[0]
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as two:
            done = sorted(future.result() for future in [two.submit(race) for _ in range(2)])
        assert any("in the meantime" in said for said in done)
        assert IssuedDocument.objects.count() == 1
        assert IssuedFile.objects.count() == len(FILES)


# --- the public pages ------------------------------------------------------------------------


class TestPages:
    def test_it_is_listed_and_its_hashes_are_shown(self, draft, client):
        document = issued(draft)
        assert str(document) in main_text_of(client.get("/papers/"))
        words = main_text_of(client.get(document.get_absolute_url()))
        for file in document.files.all():
            assert file.sha256 in words

    def test_its_files_come_as_they_were_stored(self, draft, client):
        document = issued(draft)
        for file in document.files.all():
            response = client.get(f"/papers/{document.slug}.{file.format}")
            assert response.content == FILES[FileFormat(file.format)]
            assert response["ETag"] == f'"{file.sha256}"'

    def test_the_file_that_stands_alone_may_use_its_own_style_and_nothing_else(self, draft, client):
        report = prepared(draft)
        issue(report=report, files=files_of(report), by=None, at=MOMENT)
        response = client.get("/papers/report-2003-1.html")
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "style-src 'sha256-" in policy

    def test_what_is_not_there_is_not_found(self, draft, client):
        issued(draft)
        hidden = make.IssuedDocumentFactory(session__published=False)
        make.IssuedFileFactory(document=hidden)
        for address in (
            "/papers/nothing/",
            "/papers/nothing.pdf",
            "/papers/report-2003-1.exe",
            "/papers/report-2003-1.docx",
            hidden.get_absolute_url(),
            f"/papers/{hidden.slug}.pdf",
        ):
            assert client.get(address).status_code == 404, address
        assert str(hidden) not in main_text_of(client.get("/papers/"))


# --- the desk --------------------------------------------------------------------------------


class TestTheDesk:
    @staticmethod
    def logged_in(group: str) -> Client:
        client = Client()
        client.force_login(make.UserFactory(groups=[group]))
        return client

    @staticmethod
    def address(draft: SessionReport) -> str:
        return f"/admin/documents/sessionreport/{draft.pk}/issue/"

    def test_an_administrator_issues_what_she_has_read(self, draft):
        client = self.logged_in(ADMINISTRATOR)
        page = client.get(self.address(draft))
        assert "CIM/CD/doc.3/03" in page.content.decode()
        response = client.post(self.address(draft), sent_back(page, "issue-form"), follow=True)
        document = IssuedDocument.objects.get()
        assert response.redirect_chain[-1][0] == document.get_absolute_url()
        assert document.issued_by.groups.get().name == ADMINISTRATOR
        assert document.files.count() == 3

    def test_an_editor_may_not(self, draft):
        client = self.logged_in(EDITOR)
        assert client.get(self.address(draft)).status_code == 403
        assert client.post(self.address(draft)).status_code == 403
        page = client.get(f"/admin/documents/sessionreport/{draft.pk}/change/").content.decode()
        assert "Read the draft" in page
        assert "/issue/" not in page

    def test_what_changed_since_it_was_read_is_not_issued(self, draft):
        client = self.logged_in(ADMINISTRATOR)
        form = sent_back(client.get(self.address(draft)), "issue-form")
        make.ProgressReportFactory()
        response = client.post(self.address(draft), form)
        assert "have changed since you opened this page" in response.content.decode()
        assert not IssuedDocument.objects.exists()
        assert sent_back(response, "issue-form")["digest"] != form["digest"]

    def test_pressed_twice_it_is_issued_once(self, draft):
        client = self.logged_in(ADMINISTRATOR)
        form = sent_back(client.get(self.address(draft)), "issue-form")
        client.post(self.address(draft), form)
        response = client.post(self.address(draft), form)
        assert "Nothing has changed since" in response.content.decode()
        assert IssuedDocument.objects.count() == 1

    def test_the_draft_is_made_in_a_form(self):
        session = make.SessionFactory()
        client = self.logged_in(EDITOR)
        typed: dict[str, Any] = {
            "session": session.pk,
            "classification": "OEA/Ser.L/II.5.26",
            "symbol": "CIM/CD/doc.9/03",
            "parts": "calendar\r\nchair",
            "introduction": "Words.",
            "notes-TOTAL_FORMS": 0,
            "notes-INITIAL_FORMS": 0,
        }
        wrong = {**typed, "parts": "chair\r\ngossip"}
        page = client.post("/admin/documents/sessionreport/add/", wrong).content.decode()
        assert "Choose from" in page
        client.post("/admin/documents/sessionreport/add/", typed)
        assert SessionReport.objects.get().parts == ["calendar", "chair"]


def test_the_digest_tells_reports_apart(draft):
    first = digest_of(prepared(draft))
    assert first == digest_of(prepared(draft))
    assert first != digest_of(prepare(draft, as_of=date(2003, 2, 19), on=DAY))
    assert Session.objects.count() == 1
