"""What becomes of a meeting is saved and logged as one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from calendar_app.dates import parse_span
from calendar_app.models import Meeting, MeetingAct, MeetingChange
from calendar_app.scheduling import act_between, reschedule
from mandates.models import StaleRecord
from tests.factories import MOMENT, MeetingFactory, UserFactory

pytestmark = pytest.mark.django_db


def dated(words: str, **kwargs: Any) -> Meeting:
    """A meeting, not saved, with the dates and the asterisk that the words say."""
    meeting = Meeting(slug="a-meeting", title="A meeting", **kwargs)
    if words:
        written = parse_span(words)
        meeting.span, meeting.tentative = written.span, written.tentative
    return meeting


@pytest.mark.parametrize(
    ("before", "after", "act"),
    [
        ("May 15, 2003", "May 15, 2003", None),
        ("", "", None),
        ("May 15, 2003*", "May 15, 2003", MeetingAct.CONFIRMED),
        ("May 2003*", "May 15-16, 2003", MeetingAct.CONFIRMED),
        ("May 2003", "May 15-16, 2003", MeetingAct.CONFIRMED),
        ("2003", "May 2003", MeetingAct.CONFIRMED),
        ("May 2003*", "May 15-16, 2003*", MeetingAct.MOVED),
        ("May 2003*", "June 5, 2003", MeetingAct.MOVED),
        ("May 15-17, 2003", "May 15-16, 2003", MeetingAct.MOVED),
        ("May 15, 2003", "May 15, 2003*", MeetingAct.MARKED_TENTATIVE),
        ("May 15, 2003", "May 16, 2003*", MeetingAct.MOVED),
        ("May 15, 2003", "May 2003", MeetingAct.MOVED),
        ("", "May 15, 2003", MeetingAct.MOVED),
        ("May 15, 2003", "", MeetingAct.MOVED),
    ],
)
def test_the_act_follows_from_the_dates(before: str, after: str, act: MeetingAct | None) -> None:
    assert act_between(dated(before), dated(after)) is act


@pytest.mark.parametrize(
    ("before", "after", "act"),
    [
        ("scheduled", "held", MeetingAct.HELD),
        ("scheduled", "postponed", MeetingAct.POSTPONED),
        ("held", "cancelled", MeetingAct.CANCELLED),
        ("cancelled", "scheduled", MeetingAct.RESTORED),
        ("postponed", "scheduled", MeetingAct.RESTORED),
    ],
)
def test_a_state_says_more_than_dates(before: str, after: str, act: MeetingAct) -> None:
    moved = dated("June 5, 2003", state=after)
    assert act_between(dated("May 2003", state=before), moved) is act


def test_a_move_is_logged_from_what_to_what() -> None:
    meeting, user = MeetingFactory(start=date(2003, 5, 15)), UserFactory()
    meeting.span = parse_span("June 2003").span
    meeting.tentative = True
    entry = reschedule(meeting=meeting, by=user, at=MOMENT, reason="A strike")
    assert entry == MeetingChange.objects.get()
    assert (entry.act, entry.recorded_by, entry.recorded_at) == (MeetingAct.MOVED, user, MOMENT)
    assert (entry.start_before, entry.end_before) == (date(2003, 5, 15), date(2003, 5, 15))
    assert (entry.start_after, entry.end_after) == (date(2003, 6, 1), date(2003, 6, 30))
    assert (entry.precision_before, entry.precision_after) == ("day", "month")
    assert (entry.tentative_before, entry.tentative_after) == (False, True)
    assert (entry.state_before, entry.state_after) == ("scheduled", "scheduled")
    assert entry.reason == "A strike"
    assert Meeting.objects.get().precision == "month"


def test_what_is_done_later_is_logged_later_though_the_clock_was_set_back() -> None:
    meeting = MeetingFactory()
    for hours, tentative in ((9, True), (0, False), (1, True)):
        meeting.tentative = tentative
        reschedule(meeting=meeting, by=None, at=MOMENT + timedelta(hours=hours))
    entries = list(MeetingChange.objects.until(MOMENT.date()))
    assert [one.tentative_after for one in entries] == [True, False, True]
    assert entries == sorted(entries, key=lambda one: one.pk, reverse=True)


def test_what_is_postponed_has_no_dates() -> None:
    meeting = MeetingFactory(state="postponed")
    with pytest.raises(ValidationError, match="What is postponed has no dates"):
        meeting.full_clean()
    meeting.span = None
    meeting.full_clean()


def test_nothing_is_logged_where_only_words_changed() -> None:
    meeting = MeetingFactory()
    meeting.title = "Renamed"
    assert reschedule(meeting=meeting, by=None, at=MOMENT) is None
    assert Meeting.objects.get().title == "Renamed"
    assert not MeetingChange.objects.exists()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_called_off_without_a_reason(reason: str) -> None:
    meeting = MeetingFactory()
    meeting.state = "cancelled"
    with pytest.raises(ValidationError):
        reschedule(meeting=meeting, by=None, at=MOMENT, reason=reason)
    assert Meeting.objects.get().state == "scheduled"


def test_a_stale_meeting_is_neither_saved_nor_logged() -> None:
    meeting = MeetingFactory()
    Meeting.objects.get().save()
    meeting.state = "held"
    with pytest.raises(StaleRecord):
        reschedule(meeting=meeting, by=None, at=MOMENT)
    assert Meeting.objects.get().state == "scheduled"
    assert not MeetingChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_meeting_is_not_saved_where_the_log_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = MeetingFactory()
    meeting.state = "held"

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("the log is full")

    monkeypatch.setattr(MeetingChange, "save", refuse)
    with pytest.raises(IntegrityError):
        reschedule(meeting=meeting, by=None, at=MOMENT)
    assert Meeting.objects.get().state == "scheduled"
