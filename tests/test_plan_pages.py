"""The pages with the real plan on them: its words as printed, and what has become of it."""

import gzip
import html
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.paginator import Page
from django.http import HttpResponse
from django.test import Client

from documents.loading import load_plan
from documents.reading import read_plan
from tests import factories as make
from tests import world
from tests.pages import main_text_of
from tests.small_plan import SMALL_PLAN
from workplan.models import MandateRow, Section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]

STYLE = Path(__file__).parent.parent / "static" / "cimplan.css"


def printed_words(client: Client, address: str = "/plan/2003/") -> str:
    """The plan as printed, without the links that lead away from its words."""
    page = client.get(address).content.decode()
    page = re.sub(r'<a class="(mark|meant)".*?</a>', "", page, flags=re.DOTALL)
    page = page[page.index('<article class="plan') : page.index("</article>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_word_is_there_as_printed(client):
    words, swept = printed_words(client), 0
    for section in Section.objects.filter(plan__year=2003):
        for part in (section.heading, *section.body.split("\n\n")):
            assert " ".join(part.split()) in words, section
            swept += 1
    for row in MandateRow.objects.filter(plan__year=2003):
        for part in (row.symbol, row.title, row.mandate_cell, row.activities_cell):
            assert " ".join(part.split()) in words, row
            swept += 1
    assert swept > 200
    assert words.count("See above") + words.count("See Above") == 4
    assert words.count("* Tentative date") == 1
    assert "May 2003*" in words


def test_see_above_leads_to_what_it_means(client):
    page = client.get("/plan/2003/").content.decode()
    row = page[page.index("Share information on women’s NGOs") - 2500 :]
    row = row[: row.index("Share information on women’s NGOs")]
    assert "See Above" in row
    assert 'class="meant"' in row
    assert "CIM website" in row[row.index("See Above") :]


def test_as_it_stands_it_has_todays_statuses_and_dates(client):
    text = main_text_of(client.get("/plan/2003/?view=now"))
    assert "In progress" in text
    assert "scheduled, not confirmed as held" in text
    assert text.count("* Tentative date") == 1


def test_a_moved_meeting_shows_both_dates(client):
    row = Section.objects.get(plan__year=2003, kind="calendar").plan.entries.get(position=20)
    assert not row.has_moved
    row.meeting.start = row.meeting.end = date(2003, 5, 15)
    row.meeting.precision, row.meeting.tentative = "day", False
    row.meeting.save()
    assert "May 15, 2003 printed: May 2003*" in main_text_of(client.get("/plan/2003/?view=now"))
    assert "May 15, 2003" not in main_text_of(client.get("/plan/2003/"))


def test_another_years_plan_stands_beside_it(client):
    load_plan(read_plan(SMALL_PLAN.encode()).document)
    assert [plan.year for plan in client.get("/plan/").context["plans"]] == [2004, 2003]
    words = printed_words(client, "/plan/2004/")
    assert "SEPIA IV, Gender and Science (proposed):" in words
    assert "Meeting of Experts on Gender and Science" in words
    assert "SEPIA I, Gender and Labor" not in words
    assert "SEPIA IV, Gender and Science (proposed)" not in printed_words(client)
    assert client.get("/plan/2004/?view=now").status_code == 200


@pytest.mark.parametrize("address", [*world.LISTS.values(), "/plan/2003/", "/plan/2003/?view=now"])
def test_every_page_is_light(client, address):
    sent = len(gzip.compress(client.get(address).content)) + len(gzip.compress(STYLE.read_bytes()))
    assert sent <= 50_000


def test_no_two_entries_of_a_feed_are_one(client):
    for address in ("/feed.atom", "/resolutions/225/feed.atom", "/areas/trafficking/feed.atom"):
        root = ElementTree.fromstring(client.get(address).content)  # noqa: S314 - our own
        atom = "{http://www.w3.org/2005/Atom}"
        ids = [entry.text for entry in root.iterfind(f"{atom}entry/{atom}id")]
        assert len(ids) > 10, address
        assert len(set(ids)) == len(ids), address


def links(page: str) -> list[tuple[int, str]]:
    """The numbers of the main part that are links, with where they lead."""
    found = re.findall(r'<a href="([^"]+)">(?:the dates? of )?(\d+)\b', page[page.index("<main") :])
    # The title of a meeting may begin with a number as well: "47 Session of the UN Commission".
    lists = (one for one in found if not re.match("/meetings/.+/", one[0]))
    return [(int(number), html.unescape(address)) for address, number in lists]


def rows_of(response: HttpResponse) -> int:
    """How many rows the whole list has."""
    contexts = (context for part in response.context for context in part)
    pages = [one["page"] for one in contexts if isinstance(one.get("page"), Page)]
    assert pages, response.request["PATH_INFO"]
    return pages[0].paginator.count


def test_every_number_of_the_home_page_leads_to_as_many_rows(client):
    # Nothing of the plan is overdue on its own day.
    late = make.ActivityFactory()
    make.DeadlineFactory(
        mandate=None,
        activity=late,
        meeting=None,
        start=date(2003, 1, 1),
        end=date(2003, 1, 2),
        precision="day",
    )
    make.DeadlineFactory(
        mandate=make.MandateFactory(),
        start=date(2003, 1, 1),
        end=date(2003, 1, 2),
        precision="day",
        meeting=None,
    )
    page = client.get("/").content.decode()
    followed = 0
    for number, address in links(page):
        found = client.get(address)
        assert found.status_code == 200, address
        assert rows_of(found) == number, address
        followed += 1
    assert followed > 20
    assert "due=overdue" in page
    assert "due=before-next-session" in page
    assert "tentative=yes" in page
