"""The forms of the admin in a browser: access, policy, and a conflict settled by keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import models
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from calendar_app.models import Meeting
from cimplan.groups import ADMINISTRATOR, EDITOR
from mandates.models import Activity, Actor, Mandate
from tests import factories as make
from tests.forms import address, open_form, send

pytestmark = pytest.mark.usefixtures("transactional_db")

#: What axe finds in the admin's own pages, whichever records they show.
DJANGOS_OWN = {
    "empty-table-header",  # of the column where a line's name stands
    "heading-order",  # the filter's headings beside a list begin one level deep
    "list",  # Select2 draws what is chosen and its search box as one list
    "region",  # the toggle of the navigation stands outside of any landmark
}


def signed_in(group: str, **names: str) -> Client:
    client = Client()
    client.force_login(make.UserFactory(groups=[group], **names))
    return client


def in_browser(
    browser: Browser, live_server: Any, group: str = EDITOR, **screen: Any
) -> BrowserContext:
    client = signed_in(group, username="john")
    context = browser.new_context(base_url=live_server.url, **screen)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return context


def listened_to(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and what the browser complains of on it."""
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def serious(page: Page) -> list[tuple[str, str]]:
    return [
        (one["id"], one["nodes"][0]["html"][:160])
        for one in Axe().run(page).response["violations"]
        if one["id"] not in DJANGOS_OWN
    ]


def a_little_of_all() -> list[models.Model]:
    """Records whose forms show lines, choices and dates."""
    mandate = make.AddresseeFactory().mandate
    make.CitationFactory(mandate=mandate)
    make.DeadlineFactory(mandate=mandate)
    activity = make.QuotationFactory().activity
    activity.mandates.add(mandate)
    return [
        mandate,
        activity,
        mandate.resolution,
        make.MeetingChangeFactory().meeting,
        make.AgendaItemFactory().session,
        make.NoteTargetFactory().note,
    ]


def pages_of(records: list[models.Model]) -> Iterator[str]:
    for record in records:
        yield address(type(record), "change", record.pk)
    yield address(Mandate, "add")
    yield address(Mandate, "history", records[0].pk)
    yield address(Mandate, "delete", records[0].pk)
    yield address(Mandate, "changelist")
    yield "/admin/changes/"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_nothing_to_complain_of(
    browser: Browser, live_server: Any, scheme: str, width: int
) -> None:
    records = a_little_of_all()
    found: dict[str, Any] = {}
    screen = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    swept = 0
    with in_browser(browser, live_server, ADMINISTRATOR, **screen) as context:
        page, complaints = listened_to(context)
        for url in pages_of(records):
            complaints.clear()
            page.goto(url)
            problems = [*(text for text in complaints if "favicon" not in text), *serious(page)]
            if problems:
                found[url] = problems
            swept += 1
    assert not found, str(found)
    assert swept == 11


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element is reached."""
    for _ in range(120):
        if page.evaluate("what => document.activeElement.matches(what)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by the keyboard")


def test_a_conflict_is_seen_and_settled_by_keyboard_alone(
    browser: Browser, live_server: Any
) -> None:
    mandate = make.MandateFactory(text="To urge", verb="urge", contingent_on="")
    url = address(Mandate, "change", mandate.pk)
    with in_browser(browser, live_server) as context:
        page, complaints = listened_to(context)
        page.goto(url)
        reach(page, "#id_text")
        page.keyboard.press("Control+a")
        page.keyboard.type("To urge strongly")
        mary = signed_in(EDITOR, username="mary", first_name="Mary", last_name="Ray")
        hers = {**open_form(mary, mandate), "text": "To urge gently", "verb": "gently urge"}
        assert send(mary, mandate, hers).status_code == 302
        reach(page, "input[name=_continue]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".conflict")
        conflict = page.locator(".conflict").inner_text()
        assert "Saved by Mary Ray" in conflict
        assert "To urge strongly" in conflict
        assert "To urge gently" in conflict
        assert page.locator("#id_text").input_value() == "To urge strongly"
        assert page.locator("#id_verb").input_value() == "gently urge"
        assert [text for text in complaints if "favicon" not in text] == []
        assert serious(page) == []
        complaints.clear()  # axe writes styles of its own, which the policy stops
        reach(page, "#id_seen_version")
        page.keyboard.press("Space")
        reach(page, "input[name=_save]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mandates/mandate/")
        assert "was changed successfully" in page.locator(".messagelist").inner_text()
        assert [text for text in complaints if "favicon" not in text] == []
    mandate.refresh_from_db()
    assert (mandate.text, mandate.verb, mandate.version) == ("To urge strongly", "gently urge", 3)


def test_a_conflict_fits_a_narrow_screen(browser: Browser, live_server: Any) -> None:
    activity = make.ActivityFactory()
    with in_browser(browser, live_server, viewport={"width": 320, "height": 800}) as context:
        page, _complaints = listened_to(context)
        page.goto(address(Activity, "change", activity.pk))
        page.fill("#id_description", "His " + "long words " * 60)
        activity.description = "Hers " + "other words " * 60
        activity.save()
        page.click("input[name=_save]")
        page.wait_for_selector(".conflict")
        box = page.locator(".conflict").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        # Somebody else's save is no error to correct; a slip of one's own is.
        note = page.locator(".errornote")
        assert not note.is_visible()
        page.fill("#id_title", "")
        page.click("input[name=_save]")
        page.wait_for_selector(".field-title.errors")
        assert note.is_visible()


#: The lists and lines of a page that are wider than their room.
CUT_OFF = """[...document.querySelectorAll(".results, .tabular")]
    .filter(table => table.scrollWidth > table.clientWidth).map(table => table.innerText)"""


def test_on_a_wide_screen_no_column_is_cut_off_and_buttons_are_clear_of_the_title(
    browser: Browser, live_server: Any
) -> None:
    mandate = make.CitationFactory(mandate__text="To urge strongly " * 20).mandate
    make.AddresseeFactory(mandate=mandate, actor__name="Permanent Secretariat of the CIM")
    meeting = make.MeetingFactory(title="A meeting of a long name " * 5)
    pages = (
        address(Mandate, "changelist"),
        address(Mandate, "change", mandate.pk),
        address(Meeting, "change", meeting.pk),
    )
    with in_browser(browser, live_server, viewport={"width": 1280, "height": 900}) as context:
        page, _complaints = listened_to(context)
        for where in pages:
            page.goto(where)
            assert page.evaluate(CUT_OFF) == [], where
        title = page.locator("#content > h2").bounding_box()
        tools = page.locator(".object-tools").bounding_box()
        assert title
        assert tools
        assert title["y"] + title["height"] <= tools["y"]


def test_to_choose_a_name_again_does_not_take_it_out(browser: Browser, live_server: Any) -> None:
    states = make.ActorFactory(name="Member States")
    states.members.add(make.StateFactory(name="Paraguay"))
    with in_browser(browser, live_server) as context:
        page, _complaints = listened_to(context)
        page.goto(address(Actor, "change", states.pk))
        chosen = page.locator(".field-members .select2-selection__choice")
        search = page.locator(".field-members .select2-search__field")
        search.click()
        search.fill("paraguay")
        page.locator(".select2-results__option", has_text="Paraguay").click()
        page.keyboard.press("Escape")
        assert chosen.all_inner_texts() == ["×Paraguay"]
        # Its own × does take it out, and the one that would empty the box is not there.
        assert not page.locator(".field-members .select2-selection__clear").is_visible()
        page.locator(".field-members .select2-selection__choice__remove").click()
        assert chosen.count() == 0
