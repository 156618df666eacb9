"""The desk in a browser: access, policy, narrow screens, the keyboard."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from cimplan import clock
from cimplan.groups import EDITOR
from tests import factories as make
from tests.test_desk import make_one_of_each

pytestmark = pytest.mark.usefixtures("transactional_db")


def at_the_desk(browser: Browser, live_server: Any, **screen: Any) -> BrowserContext:
    """An editor who is logged in."""
    client = Client()
    client.force_login(make.UserFactory(groups=[EDITOR]))
    context = browser.new_context(base_url=live_server.url, **screen)
    name = settings.SESSION_COOKIE_NAME
    session = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    context.add_cookies([session])
    return context


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
@pytest.mark.parametrize("full", [True, False])
def test_nothing_to_complain_of(
    browser: Browser, live_server: Any, scheme: str, width: int, full: bool
) -> None:
    """Nothing for axe, nothing blocked by the policy, nothing to scroll sideways."""
    if full:
        make_one_of_each()
        make.ProgressReportFactory(recorded_at=clock.now(), reported_by=make.UserFactory())
    screen = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with at_the_desk(browser, live_server, **screen) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/admin/")
        violations = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:200]) for one in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert [text for text in complaints if "favicon" not in text] == []


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the element is reached."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    pytest.fail(f"{what} is not reached by the keyboard")


def test_the_keyboard_alone_is_enough(browser: Browser, live_server: Any) -> None:
    one, other = make.MandateFactory.create_batch(2)
    with at_the_desk(browser, live_server) as context:
        page = context.new_page()
        page.goto("/admin/")
        tab_to(page, "#desk-mandate")
        page.keyboard.type(f"{one.reference}, {other.reference}")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report-progress/?mandate=*")
        chosen = page.locator("main").inner_text()
        assert one.reference in chosen
        assert other.reference in chosen
        page.goto("/admin/")
        tab_to(page, "a[href$='attention=not-reported']")
        page.keyboard.press("Enter")
        page.wait_for_url("**/mandates/mandate/?attention=not-reported")
        assert page.locator("#result_list tbody tr").count() == 2
