"""Confirming, moving, postponing, cancelling and holding meetings in the admin: one step each,
for one or for several."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from calendar_app.models import Deadline, Meeting, MeetingAct, MeetingChange
from cimplan.groups import EDITOR, EXECUTIVE_COMMITTEE
from tests import factories as make
from tests.forms import address
from tests.pages import main_text_of, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/calendar_app/meeting/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.UserFactory(username="mary", groups=[EDITOR]))
    return client


def on(day: date, **values: Any) -> Meeting:
    return make.MeetingFactory(start=day, end=day, **values)


def page(name: str, *meetings: Meeting) -> str:
    slugs = ",".join(meeting.slug for meeting in meetings)
    return f"{reverse('admin:calendar_app_meeting_act', args=[name])}?meeting={slugs}"


def act(client: Client, name: str, *meetings: Meeting, **typed: str) -> Any:
    """Open the page, type, and press its button."""
    where = page(name, *meetings)
    return client.post(where, {**fields_of(client.get(where)), **typed})


def fields_of(response: Any) -> dict[str, Any]:
    form = response.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def from_list(client: Client, action: str, *meetings: Meeting) -> Any:
    data = {"action": action, "_selected_action": [meeting.pk for meeting in meetings]}
    return client.post(LIST, data)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def log_of(meeting: Meeting) -> list[tuple[str, str]]:
    meeting.refresh_from_db()
    return list(meeting.changes.order_by("pk").values_list("act", "reason"))


def test_several_are_marked_as_held_from_their_list_at_once(editor: Client) -> None:
    past = [on(date(2003, 1, day)) for day in (10, 20)]
    coming = on(date(2003, 5, 15))
    response = from_list(editor, "mark_as_held", *past, coming)
    assert response.status_code == 302
    failed, done = said(response)
    assert "It has not begun: May 15, 2003." in failed
    assert past[0].title in done
    assert past[1].title in done
    for meeting in past:
        assert log_of(meeting) == [(MeetingAct.HELD, "")]
        assert meeting.state == "held"
    assert log_of(coming) == []
    assert MeetingChange.objects.first().recorded_by.username == "mary"


def test_tentative_dates_are_confirmed_from_their_list_at_once(editor: Client) -> None:
    tentative = on(date(2003, 5, 15), tentative=True)
    settled = on(date(2003, 5, 16))
    response = from_list(editor, "confirm_dates", tentative, settled)
    assert "Its date is not tentative." in said(response)[0]
    assert log_of(tentative) == [(MeetingAct.CONFIRMED, "")]
    assert not tentative.tentative
    assert log_of(settled) == []


def test_several_are_moved_with_what_is_due_at_them(editor: Client) -> None:
    one, two = on(date(2003, 5, 15)), on(date(2003, 6, 10))
    deadline = make.DeadlineFactory(meeting=one)
    response = from_list(editor, "move", one, two)
    assert response["Location"].startswith(page("move", one, two).replace(",", "%2C"))
    typed = {f"dates-{one.pk}": "May 20-22, 2003", f"dates-{two.pk}": "July 2003*"}
    response = act(editor, "move", one, two, reason="The hall was taken.", **typed)
    assert response.status_code == 302
    for meeting in (one, two):
        assert log_of(meeting) == [(MeetingAct.MOVED, "The hall was taken.")]
    assert (one.start, one.end) == (date(2003, 5, 20), date(2003, 5, 22))
    assert str(two.span) == "July 2003"
    assert two.tentative
    assert str(Deadline.objects.get(pk=deadline.pk).due) == "May 20-22, 2003"
    for record in (deadline.mandate, one):
        shown = main_text_of(editor.get(record.get_absolute_url()))
        assert "moved with its meeting, from May 15, 2003" in shown


def test_one_is_postponed_and_scheduled_again(editor: Client) -> None:
    meeting = on(date(2003, 5, 15), tentative=True)
    assert act(editor, "postpone", meeting, reason="No quorum.").status_code == 302
    assert log_of(meeting) == [(MeetingAct.POSTPONED, "No quorum.")]
    assert (meeting.state, meeting.span) == ("postponed", None)
    assert act(editor, "move", meeting, **{f"dates-{meeting.pk}": "June 2003"}).status_code == 302
    assert log_of(meeting)[-1][0] == MeetingAct.RESTORED
    assert (meeting.state, str(meeting.span)) == ("scheduled", "June 2003")


def test_nothing_is_cancelled_without_a_reason(editor: Client) -> None:
    one, two = on(date(2003, 5, 15)), on(date(2003, 5, 16))
    response = act(editor, "cancel", one, two)
    assert response.status_code == 200
    assert "Say why the meeting is cancelled." in text_of(response)
    assert log_of(one) == log_of(two) == []
    assert act(editor, "cancel", one, two, reason="No funds.").status_code == 302
    for meeting in (one, two):
        assert log_of(meeting) == [(MeetingAct.CANCELLED, "No funds.")]
        assert meeting.state == "cancelled"
        assert meeting.start is not None


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("30 February 2003", "February"),
        ("May 22-20, 2003", "before"),
        ("some day", "some day"),
        ("", "Write the new dates; where none are known, postpone the meeting."),
        ("May 15, 2003", "These are its dates already."),
    ],
)
def test_dates_that_are_none_are_refused_and_stay_in_the_form(
    editor: Client, typed: str, error: str
) -> None:
    wrong, right = on(date(2003, 5, 15)), on(date(2003, 6, 10))
    dates = {f"dates-{wrong.pk}": typed, f"dates-{right.pk}": "June 11, 2003"}
    response = act(editor, "move", wrong, right, reason="Why not", **dates)
    assert response.status_code == 200
    assert error in str(response.context["form"].errors)
    shown = text_of(response)
    assert 'value="June 11, 2003"' in shown
    assert "Why not" in shown
    assert log_of(right) == []


def test_one_that_somebody_else_has_saved_is_shown_anew(editor: Client) -> None:
    meeting = on(date(2003, 5, 15))
    where = page("cancel", meeting)
    data = {**fields_of(editor.get(where)), "reason": "No funds."}
    theirs = Meeting.objects.get(pk=meeting.pk)
    theirs.start = theirs.end = date(2003, 5, 30)
    theirs.save()
    response = editor.post(where, data)
    assert "Somebody else has saved this since you opened it" in text_of(response)
    assert "May 30, 2003, Scheduled" in text_of(response)
    assert log_of(meeting) == []
    again = {**fields_of(response), "reason": "No funds."}
    assert editor.post(where, again).status_code == 302
    assert log_of(meeting) == [(MeetingAct.CANCELLED, "No funds.")]


def test_a_form_that_names_no_version_saves_nothing(editor: Client) -> None:
    meeting = on(date(2003, 5, 15))
    assert editor.post(page("cancel", meeting), {"reason": "No funds."}).status_code == 200
    assert log_of(meeting) == []


def test_the_page_of_a_meeting_leads_to_what_can_be_done_with_it(editor: Client) -> None:
    tentative = on(date(2003, 5, 15), tentative=True)
    cancelled = on(date(2003, 5, 16), state="cancelled")
    held = on(date(2003, 1, 16), state="held")

    def offered(meeting: Meeting) -> set[str]:
        shown = text_of(editor.get(address(Meeting, "change", meeting.pk)))
        names = ("held", "confirm", "move", "postpone", "cancel")
        return {name for name in names if f"/meeting/act/{name}/?meeting={meeting.slug}" in shown}

    assert offered(tentative) == {"held", "confirm", "move", "postpone", "cancel"}
    assert offered(cancelled) == {"move"}
    assert offered(held) == set()


def test_who_may_not_change_a_meeting_does_nothing_with_it(client: Client) -> None:
    meeting = on(date(2003, 5, 15))
    assert client.get(page("cancel", meeting)).status_code == 302
    client.force_login(make.UserFactory(groups=[EXECUTIVE_COMMITTEE]))
    assert client.post(page("cancel", meeting), {"reason": "x"}).status_code in (302, 403)
    assert log_of(meeting) == []


def test_an_act_or_a_meeting_that_is_none(editor: Client) -> None:
    assert editor.get(page("dance", on(date(2003, 5, 15)))).status_code == 404
    response = editor.get(f"{reverse('admin:calendar_app_meeting_act', args=['move'])}?meeting=no")
    assert "There is no meeting “no”." in text_of(response)
    assert "No meeting is chosen." in text_of(response)
