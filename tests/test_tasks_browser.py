"""What a delegate comes for, done with the keyboard alone, on the real plan."""

import csv
import io
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from mandates.models import Mandate
from tests import factories as make

ATOM = "{http://www.w3.org/2005/Atom}"


def reach(page: Page, selector: str) -> None:
    """Press Tab until the first such element has the focus, and is seen to have it."""
    wanted = page.locator(selector).first
    assert wanted.count(), selector
    for _ in range(250):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    else:
        pytest.fail(f"{selector} is not reached by the keyboard")
    outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none", f"{selector}: the focus is not seen"


def follow(page: Page, selector: str) -> None:
    """Reach a link or a button, and press Enter."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def link(text: str) -> str:
    return f"main a:text-is('{text}')"


def references(page: Page) -> list[str]:
    return page.locator("main .mandate-list tbody th[scope=row] a").all_inner_texts()


def to_mandates(page: Page, site: str) -> None:
    page.goto(site)
    follow(page, "nav a:text-is('Mandates')")
    reach(page, "details.filters summary")
    page.keyboard.press("Enter")


def choose(page: Page, name: str, words: str) -> None:
    """Choose in a list of choices as one does by typing."""
    reach(page, f"select[name={name}]")
    page.keyboard.type(words)


def test_what_was_asked_of_member_states_on_trafficking(page: Page, site: str) -> None:
    to_mandates(page, site)
    reach(page, "details.filters input[name=q]")
    page.keyboard.type("traffick")
    choose(page, "addressee", "Member States")
    follow(page, "details.filters button[type=submit]")
    assert parse_qs(urlsplit(page.url).query) == {"q": ["traffick"], "addressee": ["member-states"]}
    found = references(page)
    assert found == [f"225-1-{letter}" for letter in "abcdef"] + ["225-6"]
    main = page.locator("main").inner_text()
    assert "7 of 43 mandates" in main
    # A paragraph is not shown without the words it stands under.
    assert main.count("To urge member states to:") == 6
    assert page.locator("main mark").first.inner_text().lower().startswith("traffick")


def test_what_is_overdue(page: Page, site: str) -> None:
    late = Mandate.objects.get(reference="224-5")
    day = date(2003, 1, 31)
    make.DeadlineFactory(mandate=late, start=day, end=day, precision="day", meeting=None)
    to_mandates(page, site)
    reach(page, "details.filters input[name=due][value=overdue]")
    page.keyboard.press("Space")
    follow(page, "details.filters button[type=submit]")
    assert references(page) == ["224-5"]
    follow(page, "main .mandate-list tbody th a")
    assert "January 31, 2003" in page.locator("main").inner_text()
    assert "overdue" in page.locator("main").inner_text().lower()


def test_the_status_of_a_mandate_on_a_past_date(page: Page, site: str) -> None:
    mandate = Mandate.objects.get(reference="224-5")
    make.ProgressReportFactory(mandate=mandate, status="suspended", as_of=date(2003, 1, 10))
    page.goto(site)
    reach(page, "form.search input[name=q]")
    page.keyboard.type("224-5")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path == "/mandates/224-5/"
    assert "Planned" in page.locator("main").inner_text()
    reach(page, "form.look-back input[name=as_of]")
    page.keyboard.type("01152003")
    follow(page, "form.look-back button")
    assert parse_qs(urlsplit(page.url).query) == {"as_of": ["2003-01-15"]}
    said = page.locator("body").inner_text()
    assert "Suspended" in page.locator("main").inner_text()
    assert "January 15, 2003" in said
    assert "back to today" in said.lower()


@pytest.mark.parametrize("known_as", ["csv", "xlsx"])
def test_the_table_as_a_file(page: Page, site: str, known_as: str) -> None:
    to_mandates(page, site)
    reach(page, "details.filters input[name=status][value=in-progress]")
    page.keyboard.press("Space")
    follow(page, "details.filters button[type=submit]")
    shown = references(page)
    assert len(shown) == 3
    reach(page, f"main a[href*='format={known_as}']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = ROWS[known_as](download.value.path().read_bytes())
    assert [row[0] for row in rows if row and row[0] in shown] == shown
    assert sum(1 for row in rows if row and str(row[0])[:3].isdigit()) == len(shown)


def rows_of_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def rows_of_xlsx(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


ROWS = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}


def test_a_feed_is_followed(page: Page, site: str) -> None:
    page.goto(site)
    follow(page, "nav a:text-is('Resolutions')")
    follow(page, "main a:has-text('CIM/RES.225')")
    reach(page, "main a[href*='feed.atom']")
    address = page.locator("main a[href*='feed.atom']").get_attribute("href") or ""
    feed = page.request.get(f"{site}{address}")
    entries = ElementTree.fromstring(feed.body()).findall(f"{ATOM}entry")  # noqa: S314 - our own
    assert len(entries) > 10
    follow(page, "nav a:text-is('Calendar')")
    reach(page, "details.filters summary")
    page.keyboard.press("Enter")
    reach(page, "details.filters input[name=tentative][value=yes]")
    page.keyboard.press("Space")
    follow(page, "details.filters button[type=submit]")
    reach(page, "main a[href^='webcal:']")
    subscribe = page.locator("main a[href^='webcal:']").get_attribute("href") or ""
    assert parse_qs(urlsplit(subscribe).query) == {"tentative": ["yes"]}
    reach(page, "main a:text-is('Download once')")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    feed = download.value.path().read_text()
    assert feed.count("BEGIN:VEVENT") == feed.count("STATUS:TENTATIVE") == 9
