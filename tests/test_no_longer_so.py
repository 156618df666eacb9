"""What pages say of dates that may move, meetings called off, and papers revised since."""

from datetime import date

import pytest

from tests import factories as make
from tests.pages import main_text_of

pytestmark = pytest.mark.django_db


def test_what_is_due_at_a_meeting_that_was_called_off_says_so(client):
    deadline = make.DeadlineFactory(meeting=make.MeetingFactory(title="A congress"))
    address = deadline.mandate.get_absolute_url()
    assert "A congress Cancelled" not in main_text_of(client.get(address))
    deadline.meeting.state = "cancelled"
    deadline.meeting.save()
    assert "A congress Cancelled" in main_text_of(client.get(address))


def test_the_year_at_a_glance_counts_the_dates_that_may_move(client):
    day = {"start": date(2003, 5, 5), "end": date(2003, 5, 5)}
    make.MeetingFactory(**day)
    assert "tentative" not in main_text_of(client.get("/calendar/2003/")).partition("on these")[0]
    make.MeetingFactory(**day, tentative=True)
    assert "2 on their days, 1 tentative" in main_text_of(client.get("/calendar/2003/"))


def test_a_paper_that_was_revised_leads_to_the_latest(client):
    first = make.IssuedDocumentFactory(slug="report-2003-1")
    revised = {"session": first.session, "title": first.title, "symbol": first.symbol}
    last = make.IssuedDocumentFactory(slug="report-2003-1-rev-1", revision=1, **revised)
    said = "This paper was revised since: rev. 1"
    assert said in main_text_of(client.get(first.get_absolute_url()))
    assert "revised since" not in main_text_of(client.get(last.get_absolute_url()))
