"""The desk over the real plan: on the first day of the I Session, and half a year later."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cimplan.groups import EDITOR
from tests.factories import UserFactory
from tests.pages import main_text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]

#: How many rows the lists have that the desk leads to; those it leaves out have none.
ROWS = {
    date(2003, 2, 20): {
        "/admin/mandates/mandate/?attention=not-reported": 9,
        "/admin/mandates/mandate/?attention=no-activity": 9,
        "/admin/mandates/activity/?attention=due-before-next-session": 5,
        # The IV Session and the XXXII Assembly, which no calendar lists.
        "/admin/mandates/mandate/?attention=without-a-day": 1,
        "/admin/mandates/activity/?attention=without-a-day": 1,
        "/admin/mandates/activity/?attention=no-deliverable": 34,
        "/admin/mandates/activity/?attention=no-funding": 61,
        "/admin/calendar_app/meeting/?attention=held-unconfirmed": 8,
        "/admin/workplan/editorialnote/?attention=contradictions": 19,
    },
    date(2003, 9, 1): {
        "/admin/mandates/mandate/?attention=not-reported": 43,
        "/admin/mandates/mandate/?attention=awaiting-report": 43,
        "/admin/mandates/mandate/?attention=no-activity": 9,
        "/admin/mandates/activity/?attention=overdue": 6,
        # The IV Session and the XXXII Assembly, which no calendar lists.
        "/admin/mandates/mandate/?attention=without-a-day": 1,
        "/admin/mandates/activity/?attention=without-a-day": 1,
        "/admin/mandates/activity/?attention=no-deliverable": 34,
        "/admin/mandates/activity/?attention=no-funding": 61,
        "/admin/calendar_app/meeting/?attention=tentative-soon": 3,
        "/admin/calendar_app/meeting/?attention=held-unconfirmed": 25,
        "/admin/workplan/editorialnote/?attention=contradictions": 19,
    },
}
NEXT = {
    date(2003, 2, 20): "Under way: I Session (2002-2004) February 20-21, 2003 "
    "Next session: II Session (2002-2004) July 31-August 2, 2003* 161 days to go",
    date(2003, 9, 1): "Next session: III Session (2002-2004) November 20-21, 2003* 80 days to go",
}


@pytest.mark.parametrize("today", ROWS, ids=str)
def test_the_desk_counts_exactly_the_rows_of_its_lists(
    today: date, client: Client, settings: Any
) -> None:
    settings.TODAY = today
    client.force_login(UserFactory(groups=[EDITOR]))
    response = client.get("/admin/")
    assert NEXT[today] in main_text_of(response)
    lines: list[Any] = [
        line for group in response.context_data["groups"] for line in group.lines if line.url
    ]
    assert len(lines) == 16
    assert {line.url: line.count for line in lines if line.count} == ROWS[today]
    for line in lines:
        listed = client.get(line.url).context_data["cl"]
        assert listed.result_count == line.count, line.url
