"""Atom feeds of progress."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
EARLIER = datetime(2003, 2, 20, 12, tzinfo=UTC)
LATER = datetime(2003, 3, 1, 12, tzinfo=UTC)


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)  # noqa: S314 - our own


def titles(root):
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def test_the_last_recorded_stands_first_whatever_day_it_holds_as_of(client):
    mandate = make.MandateFactory(text="Urge member states to act.")
    report = {"mandate": mandate, "status": "planned", "done": ""}
    make.ProgressReportFactory(recorded_at=EARLIER, as_of=date(2003, 2, 20), **report)
    report |= {"status": "completed", "done": "A letter was sent."}
    make.ProgressReportFactory(recorded_at=LATER, as_of=date(2003, 1, 21), **report)
    root = feed(client, "/feed.atom")
    assert titles(root) == [
        f"{mandate.reference}: Completed as of January 21, 2003",
        f"{mandate.reference}: Planned as of February 20, 2003",
    ]
    assert root.findtext(f"{ATOM}updated") == "2003-03-01T12:00:00+00:00"
    summary = root.findtext(f"{ATOM}entry/{ATOM}summary")
    assert "Urge member states to act." in summary
    assert "A letter was sent." in summary


def test_an_entry_leads_to_its_place_on_the_page(client):
    report = make.ProgressReportFactory(mandate=make.MandateFactory())
    link = feed(client, "/feed.atom").find(f"{ATOM}entry/{ATOM}link").get("href")
    address, _mark, anchor = link.partition("#")
    assert address == f"http://testserver/mandates/{report.mandate.reference}/"
    assert f'id="{anchor}"' in client.get(address).content.decode()


def test_a_resolution_tells_of_its_mandates_and_of_what_is_suggested_for_them(client):
    mandate, other = make.MandateFactory(), make.MandateFactory()
    activity = make.ActivityFactory(title="Write a letter")
    activity.mandates.add(mandate)
    for about in ({"mandate": mandate}, {"mandate": None, "activity": activity}):
        make.ProgressReportFactory(**about)
    make.ProgressReportFactory(mandate=other)
    found = " ".join(titles(feed(client, f"/resolutions/{mandate.resolution.slug}/feed.atom")))
    assert mandate.reference in found
    assert "Write a letter" in found
    assert other.reference not in found


def test_an_area_tells_of_its_mandates_and_activities_each_once(client):
    mandate, other = make.MandateFactory(), make.MandateFactory()
    activity = make.ActivityFactory(title="Write a letter")
    areas = make.ProgramAreaFactory(), make.ProgramAreaFactory()
    for area in areas:
        area.mandates.add(mandate)
        area.activities.add(activity)
    make.ProgressReportFactory(mandate=mandate)
    make.ProgressReportFactory(mandate=None, activity=activity)
    make.ProgressReportFactory(mandate=other)
    found = titles(feed(client, f"/areas/{areas[0].slug}/feed.atom"))
    assert len(found) == 2
    assert not any(other.reference in title for title in found)


def test_drafts_are_not_told_of(client):
    draft = make.MandateFactory(published=False, text="canary")
    make.ProgressReportFactory(mandate=draft, done="canary")
    shown = make.ProgressReportFactory(mandate=make.MandateFactory(resolution=draft.resolution))
    page = client.get("/feed.atom").content.decode()
    assert shown.mandate.reference in page
    assert "canary" not in page
    assert draft.reference not in page
    area = make.ProgramAreaFactory(published=False)
    assert client.get(f"/areas/{area.slug}/feed.atom").status_code == 404
    assert client.get("/resolutions/no-such/feed.atom").status_code == 404


def test_an_empty_feed_is_the_same_each_time(client):
    first = client.get("/feed.atom").content
    assert first == client.get("/feed.atom").content
    assert b"<entry>" not in first


def test_markup_in_a_report_stays_text(client):
    make.ProgressReportFactory(mandate=make.MandateFactory(), done="<script>alert(1)</script>")
    summary = feed(client, "/feed.atom").findtext(f"{ATOM}entry/{ATOM}summary")
    assert "&lt;script&gt;" in summary
    assert "<script" not in summary


def test_the_cost_does_not_grow_with_the_entries(client):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            client.get("/feed.atom")
        return len(counted)

    make.ProgressReportFactory(mandate=make.MandateFactory())
    once = queries()
    for _ in range(2):
        make.ProgressReportFactory(mandate=make.MandateFactory())
    assert queries() == once == 1
