"""The home page: where things stand, every number a link to exactly those rows."""

from datetime import UTC, date, datetime

import pytest

from cimplan.home import segments
from mandates.status import Status
from tests import factories as make
from tests.pages import main_text_of

pytestmark = pytest.mark.django_db


def test_a_bar_has_its_statuses_side_by_side_in_their_order():
    counts = {Status.COMPLETED: 2, Status.NO_REPORT: 3, Status.PLANNED: 1}
    drawn = [(one.status, one.before, one.count) for one in segments(counts)]
    assert drawn == [(Status.NO_REPORT, 0, 3), (Status.PLANNED, 3, 1), (Status.COMPLETED, 4, 2)]


def test_what_was_reported_last_stands_first(client):
    mandate = make.MandateFactory()
    for day, done in ((1, "First this."), (2, "Then that.")):
        recorded = datetime(2003, 2, day, tzinfo=UTC)
        make.ProgressReportFactory(mandate=mandate, done=done, recorded_at=recorded)
    text = main_text_of(client.get("/"))
    assert text.index("Then that.") < text.index("First this.")
    # Looking back, what was recorded of a later day is not known yet.
    make.ProgressReportFactory(mandate=mandate, done="Much later.", as_of=date(2003, 2, 20))
    assert "Much later." in main_text_of(client.get("/"))
    assert "Much later." not in main_text_of(client.get("/?as_of=2003-02-19"))


def test_drafts_are_neither_counted_nor_drawn(client):
    shown = make.MandateFactory()
    make.MandateFactory(resolution=shown.resolution, published=False)
    make.MandateFactory(resolution=make.ResolutionFactory(published=False, symbol="CIM/RES.canary"))
    page = client.get("/")
    assert page.context["total"] == 1
    assert [row["total"] for row in page.context["resolutions"]] == [1]
    assert "canary" not in page.content.decode()


def test_nothing_recorded_is_said(client):
    text = main_text_of(client.get("/"))
    assert "No mandate has been recorded yet." in text
    assert "No meeting is ahead." in text
    assert "Nothing has been reported yet." in text
