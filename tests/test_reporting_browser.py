"""Half a minute: from the desk to a recorded report, by mouse and by keyboard, in a browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from cimplan.groups import EDITOR, make_groups
from mandates.models import ProgressReport
from tests.factories import ActivityFactory, MandateFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def groups(transactional_db: None) -> None:
    make_groups()  # other transactional tests have emptied the tables


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of: the policy, a script, a file that is not there."""
    found: list[str] = []
    page.on("console", lambda message: found.append(f"{message.text} {message.location}"))
    page.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert found == []


@pytest.fixture
def desk(live_server: Any, page: Page, groups: None, complaints: list[str]) -> Page:
    """The desk of an editor, with five mandates and an activity to report on."""
    for number in range(1, 6):
        MandateFactory(reference=f"219-{number}", text=f"To urge what 219-{number} says.")
    ActivityFactory(slug="sepia-iii", title="SEPIA III")
    client, user = Client(), UserFactory(groups=[EDITOR])
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/admin/")
    return page


def loads_of(page: Page) -> list[str]:
    """The pages that are loaded from here on."""
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    return loads


def recorded() -> list[tuple[str, str, str]]:
    return [
        (str(report.on), report.status, report.done)
        for report in ProgressReport.objects.order_by("pk")
    ]


def test_from_the_desk_to_a_recorded_report_in_three_actions(desk: Page) -> None:
    # 1: click; 2: choose and type; 3: save.
    desk.locator("a[href*='report-progress/?mandate=219-3']").first.click()
    desk.get_by_label("Completed").check()
    desk.get_by_label("What was done").fill("The letter was sent.")
    loads = loads_of(desk)
    desk.locator(".submit-row").get_by_role("button", name="Save").click()
    expect(desk.get_by_text("Recorded: 219-3")).to_be_visible()
    desk.wait_for_load_state("load")
    assert len(loads) == 1
    assert recorded() == [("219-3", "completed", "The letter was sent.")]


def test_the_keyboard_alone_is_enough(desk: Page) -> None:
    link = desk.locator("a[href*='report-progress/?mandate=219-3']").first
    for _ in range(60):
        desk.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/report-progress/**")
    # One begins at the status: two words down, on to what was done, and Save at the end.
    expect(desk.locator("#id_status_0")).to_be_focused()
    for _ in range(2):
        desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Tab")
    desk.keyboard.type("A letter was written.")
    save = desk.locator(".submit-row input[type=submit]")
    for _ in range(20):
        desk.keyboard.press("Tab")
        if save.evaluate("button => button === document.activeElement"):
            break
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Recorded: 219-3")).to_be_visible()
    [(_, status, done)] = recorded()
    assert (status, done) == ("in_progress", "A letter was written.")


def test_enter_in_a_line_saves_and_does_not_show(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/admin/report-progress/?mandate=219-3")
    desk.get_by_label("Planned").check()
    desk.get_by_label("Document").fill("CIM/doc.1/03")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Recorded: 219-3")).to_be_visible()


def test_a_record_chosen_by_typing_shows_its_words_at_once(desk: Page, live_server: Any) -> None:
    desk.goto(f"{live_server.url}/admin/report-progress/?mandate=219-3")
    desk.get_by_label("What was done").fill("Typed before.")
    desk.get_by_text("Report on more, or on others").click()
    for field, typed, words in (
        ("mandates", "219-5", "To urge what 219-5 says."),
        ("activities", "SEPIA", "SEPIA III"),
    ):
        search = desk.locator(f".field-{field} .select2-search__field")
        search.click()
        search.fill(typed)
        desk.locator(".select2-results__option--highlighted", has_text=typed).wait_for()
        search.press("Enter")
        expect(desk.locator("#chosen")).to_contain_text(words)
    expect(desk.get_by_label("What was done")).to_have_value("Typed before.")
    assert recorded() == []
    desk.get_by_label("Ongoing").check()
    desk.locator(".submit-row input[type=submit]").click()
    expect(desk.get_by_text("Recorded: 219-3, 219-5, SEPIA III")).to_be_visible()
    assert len(recorded()) == 3


def test_without_script_what_was_chosen_stays_chosen(
    live_server: Any, browser: Any, desk: Page
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(desk.context.cookies())
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/report-progress/?mandate=219-3,219-4")
    page.get_by_text("Report on more, or on others").click()
    page.get_by_role("button", name="Show what is chosen").click()
    assert "To urge what 219-4 says." in page.locator("#chosen").inner_text()
    page.get_by_label("Planned").check()
    page.locator(".submit-row input[type=submit]").click()
    context.close()
    assert [on for on, _, _ in recorded()] == ["219-3", "219-4"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
def test_nothing_serious_for_axe_and_nothing_to_scroll_sideways(
    desk: Page, live_server: Any, complaints: list[str], scheme: Any, width: int
) -> None:
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(f"{live_server.url}/admin/report-progress/?mandate=219-3,219-4,219-99")
    check(desk, width, complaints)
    desk.locator("#id_as_of").fill("1900-01-01")
    desk.locator("#id_done").fill("x" * 20_001)
    desk.get_by_label("Planned").check()
    desk.locator(".submit-row input[type=submit]").click()
    expect(desk.locator(".errornote")).to_be_visible()
    check(desk, width, complaints)


def check(page: Page, width: int, complaints: list[str]) -> None:
    assert complaints == []
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    complaints.clear()  # axe writes styles of its own, which the policy does not let it
    assert serious == [], "\n".join(serious)
    assert page.evaluate("document.documentElement.scrollWidth") == width
