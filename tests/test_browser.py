"""The public pages in a browser: access, policy, narrow screens, the keyboard."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

#: One page of each kind, those with the most on them.
PAGES = (
    "/",
    "/plan/",
    "/plan/2003/",
    "/plan/2003/?view=now",
    "/areas/",
    "/areas/iap/",
    "/resolutions/",
    "/resolutions/225/",
    "/mandates/",
    "/mandates/219-3/?as_of=2003-02-01",
    "/mandates/225-1-a/",
    "/activities/",
    "/activities/sepia-iii/",
    "/actors/",
    "/actors/member-states/",
    "/calendar/",
    "/calendar/2003/",
    "/calendar/2003/06/",
    "/meetings/",
    "/meetings/sepia-iii-gender-and-education-2003/",
    "/sessions/",
    "/sessions/2003-1/",
    "/no/such/page/",
)


def visits(browser: Browser, site: str, **screen: Any) -> Iterator[tuple[str, Page, list[str]]]:
    """Each page, opened, with what the browser complained about and where else it asked."""
    context = browser.new_context(**screen)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if outside(request) else None)

    def outside(request: Any) -> bool:
        return not request.url.startswith(site)

    for address in PAGES:
        complaints.clear()
        page.goto(site + address)
        # That a page is not there is what the browser is told of the one that is not there.
        missing = "404 (Not Found)" if address == "/no/such/page/" else "\0"
        yield address, page, [text for text in complaints if missing not in text]
    context.close()


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]


def test_every_kind_of_page(site: str, browser: Browser) -> None:
    """Nothing serious for axe, no complaint of the browser, no other host, in light and in dark;
    and at a width of 320 pixels nothing to scroll sideways."""
    found: dict[str, list[str]] = {}
    swept = 0
    for scheme, width in (("light", 1280), ("dark", 320)):
        screen = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
        for address, page, complaints in visits(browser, site, **screen):
            problems = [*complaints, *serious(page)]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                problems.append(f"{wide} pixels wide on a screen of {width}")
            if problems:
                found[f"{address} {scheme}"] = problems
            swept += 1
    assert found == {}
    assert swept == 2 * len(PAGES)


def test_the_keyboard_alone_is_enough(site: str, page: Page) -> None:
    page.goto(site + "/mandates/225-1-a/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "225-1-b →":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/mandates/225-1-b/")
    assert page.locator("h1").inner_text() == "Mandate 225-1-b"
