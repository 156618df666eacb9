"""The Executive Committee's sessions: what was put to each, what was due, what came since."""

from datetime import UTC, date, datetime

import pytest

from cimplan.groups import EDITOR
from tests import factories as make
from tests.pages import main_text_of, text_of

pytestmark = pytest.mark.django_db


def session(ordinal, *, month, term=None, **values):
    """A session on the 10th and 11th of a month of 2003."""
    dates = {"start": date(2003, month, 10), "end": date(2003, month, 11)}
    meeting = make.MeetingFactory(kind="session", **{**dates, **values})
    return make.SessionFactory(
        slug=f"2003-{ordinal}", ordinal=ordinal, meeting=meeting, **({"term": term} if term else {})
    )


def text(client, record, **query):
    return main_text_of(client.get(record.get_absolute_url(), query))


def at(month, day):
    return datetime(2003, month, day, 12, tzinfo=UTC)


def test_an_item_has_its_papers_its_mandates_and_its_activities(client):
    one = session(1, month=2)
    item = make.AgendaItemFactory(
        session=one,
        number="2",
        title="PROPOSED WORK PLAN",
        decision_asked="To adopt it.",
        decision_taken="It was adopted.",
    )
    make.WorkPlanFactory(year=2003, agenda_item=item)
    mandate, activity = make.MandateFactory(reference="219-3"), make.ActivityFactory(title="Letter")
    item.mandates.add(mandate)
    item.activities.add(activity)
    said = text(client, one)
    assert "2 PROPOSED WORK PLAN Paper: Work Plan 2003" in said
    for words in ("To adopt it.", "It was adopted.", "219-3", "Letter"):
        assert words in said, words


def test_what_is_due_at_it_and_where_it_is_subscribed_to(client):
    one = session(1, month=5)
    make.DeadlineFactory(meeting=one.meeting, words="to be adopted at the first session")
    assert "to be adopted at the first session" in text(client, one)
    page = text_of(client.get(one.get_absolute_url()))
    assert f'href="webcal://testserver/meetings/{one.meeting.slug}/feed.ics"' in page


def test_one_without_dates_offers_no_feed(client):
    meeting = make.MeetingFactory(start=None, end=None, precision="")
    one = make.SessionFactory(meeting=meeting)
    assert "feed.ics" not in text_of(client.get(one.get_absolute_url()))
    assert "feed.ics" not in text_of(client.get("/sessions/"))


def test_a_term_can_be_subscribed_to(client):
    term = make.TermFactory(start_year=2002, end_year=2004)
    session(1, month=5, term=term)
    page = text_of(client.get("/sessions/"))
    assert 'href="webcal://testserver/calendar/feed.ics?term=2002-2004"' in page
    assert 'href="/calendar/feed.ics?term=2002-2004" download' in page


def test_one_leads_to_those_before_and_after_it_over_terms_as_well(client):
    former = make.TermFactory(start_year=2000, end_year=2002)
    term = make.TermFactory(start_year=2002, end_year=2004)
    last = make.SessionFactory(term=former, ordinal=4, slug="2002-4")
    one, two = session(1, month=2, term=term), session(2, month=7, term=term)
    page = text_of(client.get(one.get_absolute_url()))
    assert f'<a rel="prev" href="{last.get_absolute_url()}">' in page
    assert f'<a rel="next" href="{two.get_absolute_url()}">' in page
    assert f'<a rel="next" href="{one.get_absolute_url()}">' in text_of(
        client.get(last.get_absolute_url())
    )


class TestSinceTheOneBefore:
    @pytest.fixture
    def sessions(self, settings):
        settings.TODAY = date(2003, 6, 30)
        term = make.TermFactory()
        return session(1, month=2, term=term), session(2, month=7, term=term)

    def test_what_was_reported_and_moved(self, client, sessions):
        reported = {"status": "in_progress", "as_of": date(2003, 3, 1)}
        make.ProgressReportFactory(mandate__reference="219-3", recorded_at=at(3, 2), **reported)
        make.ProgressReportFactory(mandate__reference="219-4", recorded_at=at(2, 11))
        moved = make.MeetingFactory(title="A congress")
        change = {"act": "moved", "start_after": date(2003, 9, 1), "end_after": date(2003, 9, 1)}
        make.MeetingChangeFactory(meeting=moved, recorded_at=at(4, 1), **change)
        said = text(client, sessions[1])
        assert "Since the I Session" in said
        assert "which ended on February 11, 2003" in said
        assert "1 report of progress was recorded. 219-3 In progress as of March 1, 2003" in said
        assert "219-4" not in said
        assert "A congress Moved May 15, 2003* → September 1, 2003" in said
        then = text(client, sessions[1], as_of="2003-03-15")
        assert "219-3" in then
        assert "A congress" not in then
        assert "219-3" not in text(client, sessions[1], as_of="2003-03-01")

    def test_what_came_after_it_is_not_of_it(self, client, sessions, settings):
        settings.TODAY = date(2003, 12, 1)
        make.ProgressReportFactory(
            mandate__reference="219-3", as_of=date(2003, 7, 20), recorded_at=at(7, 20)
        )
        assert "No progress has been reported since." in text(client, sessions[1])

    def test_while_the_one_before_is_not_over_there_is_nothing_to_say(self, client, sessions):
        assert "Since the" not in text(client, sessions[1], as_of="2003-02-11")
        assert "Since the" not in text(client, sessions[0])

    def test_drafts_are_not_counted(self, client, sessions):
        make.ProgressReportFactory(
            mandate__reference="219-3", mandate__published=False, recorded_at=at(3, 2)
        )
        hidden = make.MeetingFactory(title="A secret", published=False)
        make.MeetingChangeFactory(meeting=hidden, recorded_at=at(4, 1))
        said = text(client, sessions[1])
        assert "219-3" not in said
        assert "A secret" not in said
        assert "No progress has been reported since." in said


def test_papers_issued_lead_to_the_paper_and_the_draft_is_for_those_who_prepare_it(client):
    one = session(1, month=5)
    paper = make.IssuedDocumentFactory(session=one)
    other = make.IssuedDocumentFactory()
    page = text_of(client.get(one.get_absolute_url()))
    assert f'href="{paper.get_absolute_url()}"' in page
    assert str(other) not in page
    assert "/report/" not in page
    client.force_login(make.UserFactory(groups=[EDITOR]))
    assert f'href="{one.get_absolute_url()}report/"' in text_of(client.get(one.get_absolute_url()))


@pytest.mark.usefixtures("plan_2003")
def test_the_first_session_of_the_plan(client):
    response = client.get("/sessions/2003-1/")
    said = main_text_of(response)
    for words in (
        "Executive Committee 2002-2004",
        "I Session",
        "February 20-21, 2003 · Washington, D.C.".replace("· ", ""),
        "2 PROPOSED WORK PLAN 2003 Paper: Work Plan 2003 (Proposed)",
        "to be considered by Executive Committee at first session (Feb/03)",
        "II Session (2002-2004) →",
    ):
        assert words in said, words
