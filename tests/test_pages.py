"""The public pages: each answers, shows what it should and to whom, at a fixed cost."""

import html
import re
from contextlib import closing
from datetime import UTC, date, datetime
from threading import Event

import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from cimplan import errors, health
from cimplan.groups import EDITOR
from cimplan.paging import ROWS_PER_PAGE
from mandates.status import Status
from tests import factories, world
from tests.pages import main_text_of, rows_of, text_of

pytestmark = pytest.mark.django_db

#: How many queries each page costs somebody who is not logged in, whatever is on it. A list's
#: choices are looked up one by one, which costs less than together, and then kept.
QUERIES = {
    "home": 18,
    "plans": 1,
    "areas": 1,
    "resolutions": 9,
    "mandates": 35,
    "activities": 26,
    "actors": 5,
    "calendar": 21,
    "calendar_year": 19,
    "calendar_month": 21,
    "meetings": 18,
    "sessions": 3,
    "resolution": 13,
    "area": 15,
    "actor": 33,
    "activity": 12,
    "meeting": 18,
    "session": 19,
    "plan": 17,
    "mandate": 28,
    "plan_now": 17,
    "search": 8,
    "papers": 3,
    "paper": 4,
}


#: Swept in tests of their own: test_feeds.py, test_evidence.py, test_ics.py, test_paper.py,
#: test_session_report.py, test_issuing.py.
FEEDS_AND_FILES = {
    "feed", "resolution_feed", "area_feed", "evidence",
    "calendar_feed", "area_calendar", "meeting_calendar",
    "plan_pdf", "plan_docx", "mandates_pdf", "calendar_pdf", "resolution_pdf", "area_pdf",
    "report", "report_pdf", "report_docx", "paper_file",
}  # fmt: skip


#: Swept in test_accounts.py.
ACCOUNTS = {
    "admin_password_reset", "password_reset_done", "password_reset_confirm",
    "password_reset_complete",
}  # fmt: skip


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


@pytest.fixture
def editor() -> Client:
    client = Client()
    client.force_login(factories.UserFactory(groups=[EDITOR]))
    return client


# --- all of them -----------------------------------------------------------------------------


def test_every_named_address_is_swept_here():
    ours = {
        pattern.name
        for resolver in get_resolver().url_patterns
        for pattern in getattr(resolver, "url_patterns", [resolver])
        if getattr(resolver, "app_name", None) is None
    }
    swept = (
        set(QUERIES) - {"plan_now"} | {"healthz", "readyz", "robots"} | FEEDS_AND_FILES | ACCOUNTS
    )
    assert ours == swept


@pytest.mark.parametrize("address", world.LISTS.values())
def test_a_list_of_nothing_says_so(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_every_page_costs_the_same_with_one_row_and_with_three(client):
    for dated in (factories.MeetingFactory, factories.TermFactory):
        dated.reset_sequence(0)  # on the same days each time: what a page asks hangs on them
    built = world.build(1)
    for address in built.pages().values():
        client.get(address)  # which kinds of record there are is asked once a process
    once = {name: queries_of(client, address) for name, address in built.pages().items()}
    for _ in range(2):
        world.surround(built)
    thrice = {name: queries_of(client, address) for name, address in built.pages().items()}
    assert once == thrice
    assert once == QUERIES


def test_every_page_is_built_alike(client):
    for name, address in world.build(1).pages().items():
        page = client.get(address).content.decode()
        assert page.count("<h1") == 1, name
        assert page.count("<main") == 1, name
        assert '<a class="skip" href="#main">' in page, name
        assert page.count("aria-current=") >= 1, name
        assert "This installation takes February 20, 2003 for today." in page, name
        assert f"http://testserver{address}" in html.unescape(page), name
        assert "style=" not in page, name
        assert "<script" not in page, name


def test_a_long_list_has_pages(client):
    resolution = factories.ResolutionFactory()
    factories.MandateFactory.create_batch(ROWS_PER_PAGE + 1, resolution=resolution)
    first, second = client.get("/mandates/"), client.get("/mandates/?page=2")
    assert len(rows_of(first)) == ROWS_PER_PAGE
    assert len(rows_of(second)) == 1
    assert not rows_of(second).keys() & rows_of(first).keys()
    assert 'rel="next"' in first.content.decode()
    assert 'rel="prev"' in second.content.decode()


@pytest.mark.parametrize("address", [*world.LISTS.values()])
def test_pages_are_for_reading_only(client, address):
    assert client.post(address).status_code == 405


# --- drafts ----------------------------------------------------------------------------------


class TestDrafts:
    @pytest.fixture
    def built(self):
        built = world.build(2)
        built.drafts = world.hide_drafts_in(built)
        return built

    def test_no_public_page_shows_one(self, client, built):
        swept = 0
        for name, address in built.pages().items():
            page = client.get(address).content.decode()
            assert "canary" not in page.casefold(), name
            assert "1990" not in page, name
            swept += 1
        assert swept == len(QUERIES)
        assert len(built.drafts) == 9

    def test_staff_see_each_of_them_marked(self, editor, built):
        pages = [editor.get(address).content.decode() for address in built.pages().values()]
        for kind in built.drafts:
            assert any(world.names_of(kind) in page for page in pages), kind
        assert any("Draft, seen by staff only" in page for page in pages)
        assert any(world.canary("note") in page for page in pages)

    def test_their_own_pages_answer_as_if_they_were_not(self, client, editor, built):
        swept = 0
        for kind, draft in built.drafts.items():
            if kind == "assembly":  # it has no page
                continue
            swept += 1
            assert client.get(draft.get_absolute_url()).status_code == 404, kind
            assert editor.get(draft.get_absolute_url()).status_code == 200, kind
        assert swept == 8

    def test_counts_leave_them_out(self, client):
        resolution = factories.ResolutionFactory()
        factories.MandateFactory(resolution=resolution)
        factories.MandateFactory(resolution=resolution, published=False)
        shown = client.get("/resolutions/").context["page"][0]
        assert shown.mandate_count == 1
        assert client.get("/").context["total"] == 1

    def test_the_edit_link_is_for_staff(self, client, editor):
        mandate = factories.MandateFactory()
        address = mandate.get_absolute_url()
        assert "/admin/" not in client.get(address).content.decode()
        change = f"/admin/mandates/mandate/{mandate.pk}/change/"
        assert change in editor.get(address).content.decode()


# --- what cannot be shown --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/plan/1999/",
        "/plan/20033/",
        "/areas/nothing/",
        "/resolutions/999/",
        "/mandates/999-9/",
        "/activities/nothing/",
        "/actors/nothing/",
        "/meetings/nothing/",
        "/sessions/1999-1/",
        "/calendar/1850/",
        "/calendar/2003/5/",
        "/calendar/2003/13/",
        "/mandates/?page=2",
        "/mandates/?page=0",
        "/mandates/?page=one",
        "/no/such/page/",
    ],
)
def test_what_is_not_there_is_answered_with_a_page_that_helps(client, address):
    response = client.get(address)
    assert response.status_code == 404
    text = main_text_of(response)
    assert "There is no such page" in text
    assert "/mandates/219-3/" in text
    assert "To cite this page" not in text_of(response)
    assert "To cite this page" in text_of(client.get("/mandates/"))


def test_a_view_that_a_plan_has_not_is_refused(client):
    plan = factories.WorkPlanFactory()
    response = client.get(plan.get_absolute_url(), {"view": "tomorrow<b>"})
    assert response.status_code == 400
    assert "A plan has no view “tomorrow<b>”." in main_text_of(response)


class TestErrorPages:
    def test_the_one_for_failures_stands_alone(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            page = render_to_string("500.html")
        assert "Something went wrong here, not with you" in page

    def test_what_django_finds_suspicious_is_not_repeated(self, rf, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = errors.bad_request(rf.get("/"), SuspiciousOperation("the secret detail"))
        assert response.status_code == 400
        assert "the secret detail" not in response.content.decode()

    def test_what_a_view_says_is(self, client, rf):
        request = client.get("/").wsgi_request
        response = errors.bad_request(request, BadRequest("That is no colour."))
        assert "That is no colour." in response.content.decode()

    def test_the_one_for_what_is_not_allowed(self, rf):
        assert "no permission" in render_to_string("403.html")


class TestHealth:
    def test_both_answer(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get("/healthz").content == b"ok\n"
        assert client.get("/readyz").content == b"ok\n"

    def test_without_a_database_only_the_process_is_well(self, client, monkeypatch):
        def refuse(*args, **kwargs):
            raise DatabaseError("no route to host")

        monkeypatch.setattr(BaseDatabaseWrapper, "connect", refuse)
        assert client.get("/healthz").status_code == 200
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.content.decode() == "The database does not answer.\n"

    def test_with_older_tables_it_is_not_ready_until_they_are_migrated(self, client, monkeypatch):
        real = MigrationRecorder.applied_migrations

        def older(recorder):
            found = real(recorder)
            return {key: found[key] for key in found if key != ("documents", "0004_papers_issued")}

        monkeypatch.setattr(health, "migrated", Event())
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(MigrationRecorder, "applied_migrations", older)
            response = client.get("/readyz")
            assert response.status_code == 503
            assert "run manage.py migrate" in response.content.decode()
        assert client.get("/readyz").status_code == 200
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", older)
        assert client.get("/readyz").status_code == 200  # not asked again

    def test_it_asks_by_a_connection_of_its_own_that_waits_for_seconds(self, client, monkeypatch):
        """One that is kept waits for as long as a PostgreSQL hangs (kill -STOP)."""

        def hang(*args, **kwargs):
            raise AssertionError("the connection that is kept was asked")

        monkeypatch.setattr(connection, "cursor", hang)
        assert client.get("/readyz").status_code == 200
        if connection.vendor == "postgresql":
            with closing(health._apart()) as apart, apart.cursor() as cursor:
                cursor.execute("SHOW statement_timeout")
                assert cursor.fetchone() == ("1s",)


# --- the day one looks at ---------------------------------------------------------------------


class TestAsOf:
    def test_a_status_is_the_one_of_that_day(self, client):
        mandate = factories.MandateFactory()
        factories.ProgressReportFactory(
            mandate=mandate, status=Status.PLANNED, as_of=date(2003, 1, 10)
        )
        factories.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        for address in ("/mandates/", mandate.get_absolute_url()):
            now = main_text_of(client.get(address))
            then = main_text_of(client.get(address, {"as_of": "2003-01-15"}))
            before = main_text_of(client.get(address, {"as_of": "2003-01-09"}))
            assert "Completed" in now
            assert "Planned" in then
            assert "Completed" not in then
            assert "No indication" in before

    def test_it_is_said_and_kept(self, client):
        mandate = factories.MandateFactory()
        page = client.get("/mandates/?as_of=2003-01-15").content.decode()
        assert "You are looking back at <strong>January 15, 2003</strong>" in page
        assert "Back to today" in page
        assert f'href="{mandate.get_absolute_url()}?as_of=2003-01-15"' in page
        assert 'href="/resolutions/?as_of=2003-01-15"' in page

    @pytest.mark.parametrize(
        ("asked", "remedy"),
        [
            ("yesterday", "Write the day like this: ?as_of=2003-02-20"),
            ("2003-02-30", "Write the day like this: ?as_of=2003-02-20"),
            ("2003-02-21", "The last one that can be asked for is 2003-02-20."),
            ("9999-01-01", "The last one that can be asked for is 2003-02-20."),
        ],
    )
    def test_a_day_that_is_none_or_is_yet_to_come_is_refused(self, client, asked, remedy):
        response = client.get("/mandates/", {"as_of": asked})
        assert response.status_code == 400
        assert remedy in main_text_of(response)

    def test_a_meeting_has_the_dates_it_had(self, client):
        meeting = factories.MeetingFactory(start=date(2003, 5, 15), end=date(2003, 5, 15))
        factories.MeetingChangeFactory(
            meeting=meeting,
            act="moved",
            start_before=date(2003, 4, 1),
            end_before=date(2003, 4, 30),
            precision_before="month",
            tentative_before=True,
            recorded_at=datetime(2003, 2, 10, 12, tzinfo=UTC),
        )
        deadline = factories.DeadlineFactory(meeting=meeting)
        for address in (
            "/",
            "/calendar/",
            "/meetings/",
            meeting.get_absolute_url(),
            deadline.mandate.get_absolute_url(),
        ):
            assert "May 15, 2003" in main_text_of(client.get(address)), address
            then = main_text_of(client.get(address, {"as_of": "2003-02-09"}))
            assert "April 2003*" in then, address
            assert "May 15, 2003" not in then, address
        assert meeting.title in main_text_of(client.get("/calendar/2003/05/"))
        assert meeting.title in main_text_of(client.get("/calendar/2003/04/?as_of=2003-02-09"))
        assert meeting.title not in main_text_of(client.get("/calendar/2003/05/?as_of=2003-02-09"))

    def test_the_log_ends_with_that_day(self, client):
        mandate = factories.MandateFactory()
        factories.ProgressReportFactory(mandate=mandate, done="What was done later.")
        then = client.get(mandate.get_absolute_url(), {"as_of": "2003-02-19"})
        assert "What was done later." not in main_text_of(then)


# --- dates -----------------------------------------------------------------------------------


class TestDates:
    FOOTNOTE = "* Tentative date"

    def test_the_footnote_stands_where_an_asterisk_does(self, client):
        meeting = factories.MeetingFactory(start=date(2003, 5, 15), end=date(2003, 5, 15))
        pages = ["/", "/calendar/", "/calendar/2003/", "/calendar/2003/05/", "/meetings/"]
        pages.append(meeting.get_absolute_url())
        for address in pages:
            assert self.FOOTNOTE not in main_text_of(client.get(address)), address
        meeting.tentative = True
        meeting.save()
        for address in pages:
            text = main_text_of(client.get(address))
            assert "May 15, 2003*" in text, address
            assert text.count(self.FOOTNOTE) == 1, address

    def test_what_is_recorded_in_the_evening_is_of_that_day_where_the_secretariat_is(self, client):
        evening = datetime(2003, 2, 20, 4, 51, tzinfo=UTC)  # near midnight, Washington time
        report = factories.ProgressReportFactory(recorded_at=evening, as_of=date(2003, 2, 19))
        text = main_text_of(client.get(report.mandate.get_absolute_url()))
        assert "Recorded on February 19, 2003" in text

    def test_what_is_known_to_the_year_stands_apart(self, client):
        year = {"start": date(2003, 1, 1), "end": date(2003, 12, 31), "precision": "year"}
        factories.MeetingFactory(title="Some day in 2003", **year)
        assert "Month to be confirmed" in main_text_of(client.get("/calendar/2003/"))
        assert "Perhaps in this month" in main_text_of(client.get("/calendar/2003/05/"))

    def test_a_meeting_without_dates_says_so(self, client):
        meeting = factories.MeetingFactory(start=None, end=None, precision="")
        for address in ("/calendar/", "/meetings/", meeting.get_absolute_url()):
            assert "date not set" in main_text_of(client.get(address)), address

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, True),
            ({"state": "held"}, False),
            ({"kind": "observance"}, False),
            ({"start": date(2003, 3, 1), "end": date(2003, 3, 1)}, False),
        ],
    )
    def test_a_past_meeting_nobody_confirmed_says_so(self, client, values, said):
        past = {"start": date(2003, 2, 3), "end": date(2003, 2, 3)}
        meeting = factories.MeetingFactory(**{**past, **values})
        for address in ("/meetings/", meeting.get_absolute_url()):
            text = main_text_of(client.get(address))
            assert ("scheduled, not confirmed as held" in text) == said, address

    def test_what_is_overdue_says_so(self, client):
        past = factories.MeetingFactory(start=date(2003, 2, 3), end=date(2003, 2, 3))
        deadline = factories.DeadlineFactory(meeting=past)
        address = deadline.mandate.get_absolute_url()
        assert "overdue" in main_text_of(client.get(address))
        assert "Overdue" in main_text_of(client.get("/"))
        factories.ProgressReportFactory(mandate=deadline.mandate, status=Status.ONGOING)
        assert "overdue" not in main_text_of(client.get(address))
        assert "Overdue" not in main_text_of(client.get("/"))


# --- mandates --------------------------------------------------------------------------------


class TestMandates:
    def test_a_child_stands_after_its_parents_words(self, client):
        parent = factories.MandateFactory(text="To urge member states to:", reported_on=False)
        child = factories.MandateFactory(
            resolution=parent.resolution, parent=parent, text="Consider signing."
        )
        area = factories.ProgramAreaFactory()
        area.mandates.add(child)
        for address in (child.get_absolute_url(), "/mandates/", area.get_absolute_url()):
            text = main_text_of(client.get(address))
            assert "To urge member states to: Consider signing." in text, address

    def test_an_opening_line_has_no_status(self, client):
        chapeau = factories.MandateFactory(reported_on=False)
        child = factories.MandateFactory(resolution=chapeau.resolution, parent=chapeau)
        text = main_text_of(client.get(chapeau.get_absolute_url()))
        assert "only opens a list" in text
        assert "reported on below" in main_text_of(
            client.get(chapeau.resolution.get_absolute_url())
        )
        assert list(rows_of(client.get("/mandates/"))) == [child.reference]

    def test_one_without_an_activity_says_so(self, client):
        mandate = factories.MandateFactory()
        assert "No activity is suggested for this mandate." in main_text_of(
            client.get(mandate.get_absolute_url())
        )
        assert "No activity is suggested." in main_text_of(
            client.get(mandate.resolution.get_absolute_url())
        )

    def test_a_child_takes_part_in_what_its_parent_has(self, client):
        parent = factories.MandateFactory(reported_on=False)
        child = factories.MandateFactory(resolution=parent.resolution, parent=parent)
        activity = factories.ActivityFactory(title="Letter to governments")
        activity.mandates.add(parent)
        text = main_text_of(client.get(child.get_absolute_url()))
        assert "It takes part in what is suggested for" in text
        assert "Letter to governments" in text

    def test_contingency_stands_beside_the_status(self, client):
        mandate = factories.MandateFactory(contingent_on="Funding permitting")
        for address in ("/mandates/", mandate.get_absolute_url()):
            assert "Funding permitting" in main_text_of(client.get(address)), address

    def test_what_is_asked_of_a_collective_is_asked_of_its_members(self, client):
        state, states = factories.StateFactory(name="Argentina"), factories.StateFactory()
        states.members.add(state)
        mandate = factories.MandateFactory()
        factories.AddresseeFactory(mandate=mandate, actor=states, qualifier="that so request")
        text = main_text_of(client.get(state.get_absolute_url()))
        assert mandate.text in text
        assert "that so request" in text
        assert "Argentina belongs to them" in text
        assert "belongs to them" not in main_text_of(client.get(states.get_absolute_url()))

    def test_evidence_is_quoted_with_its_source(self, client):
        report = factories.ProgressReportFactory(
            evidence_words="On January 21, 2003, a letter was sent",
            evidence_document="Proposed Work Plan 2003",
        )
        text = main_text_of(client.get(report.mandate.get_absolute_url()))
        assert "On January 21, 2003, a letter was sent" in text
        assert "Source: Proposed Work Plan 2003" in text
        assert "as of February 20, 2003" in text

    def test_a_text_in_another_language_says_so(self, client):
        mandate = factories.MandateFactory(resolution__language="es", text="Instar a los Estados")
        for address in ("/mandates/", mandate.get_absolute_url()):
            assert 'lang="es"' in client.get(address).content.decode(), address

    def test_nothing_typed_becomes_markup(self, client):
        mandate = factories.MandateFactory(
            text="<script>alert(1)</script>", contingent_on='"><img src=x onerror=alert(1)>'
        )
        for address in ("/mandates/", mandate.get_absolute_url()):
            page = client.get(address).content.decode()
            assert "<script" not in page, address
            assert "<img" not in page, address


def test_what_stands_above_every_page_goes_with_the_page_and_the_day(client, settings):
    def above(address: str) -> str:
        return text_of(client.get(address)).partition("</header>")[0]

    assert "?as_of=" not in above("/mandates/")
    for day in ("2003-01-15", "2003-01-16"):
        assert f'"/actors/?as_of={day}"' in above(f"/mandates/?as_of={day}")
    assert 'href="/actors/" aria-current="page"' in above("/actors/")
    assert 'href="/actors/" aria-current' not in above("/mandates/")
    settings.TODAY = date(2003, 2, 21)
    assert "?as_of=2003-02-20" in above("/mandates/?as_of=2003-02-20")
    assert "?as_of=" not in above("/mandates/")


def test_every_page_can_be_asked_for_as_it_stood_with_its_filters_kept(client):
    page = text_of(client.get("/activities/?status=planned&status=ongoing&page=1"))
    form = page[page.index('<form class="look-back"') :].partition("</form>")[0]
    asked = re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)
    assert asked == [("status", "planned"), ("status", "ongoing"), ("as_of", "2003-02-20")]
    for address in ("/", "/calendar/", "/search/?q=women", "/papers/"):
        assert 'class="look-back"' in text_of(client.get(address))


def test_an_entry_that_was_corrected_says_so(client):
    mandate = factories.MandateFactory()
    wrong = factories.ProgressReportFactory(mandate=mandate, done="It was sent.")
    factories.ProgressReportFactory(mandate=mandate, done="It was not.", corrects=wrong)
    said = main_text_of(client.get(mandate.get_absolute_url()))
    assert said.count("A later entry corrects this one.") == 1
    assert said.index("A later entry corrects this one.") < said.index("It was sent.")
    assert said.index("It was not.") < said.index("A later entry corrects this one.")
