"""Calendar feeds, read back by the library that wrote them and by another."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar

from calendar_app.models import Meeting
from calendar_app.scheduling import reschedule
from cimplan.groups import EDITOR
from tests import factories as make
from tests.pages import main_text_of

pytestmark = pytest.mark.django_db

FEED = "/calendar/feed.ics"
WASHINGTON = ZoneInfo("America/New_York")
FEBRUARY_20 = datetime(2003, 2, 20, 12, tzinfo=WASHINGTON)


def day(month, day):
    return {"start": date(2003, month, day), "end": date(2003, month, day)}


def fetch(client, address=FEED, status=200, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == status, address
    return response


def by_vobject(content):
    """The events as the second library reads them, by the slug in their UID."""
    read = vobject.readOne(content.decode())
    assert read.name == "VCALENDAR"
    return {event.uid.value.partition("@")[0]: event for event in read.contents.get("vevent", [])}


def events(client, address=FEED):
    return by_vobject(fetch(client, address).content)


def the_event(client, address=FEED):
    (event,) = events(client, address).values()
    return event


def changed(meeting, *, at=FEBRUARY_20, reason="A reason.", span=None, **values):
    """What the desk does to a meeting, with an entry in its log."""
    for name, value in {**values, **(span or {})}.items():
        setattr(meeting, name, value)
    reschedule(meeting=meeting, by=None, at=at, reason=reason)


NO_DATES = {"start": None, "end": None, "precision": ""}
MAY = {"start": date(2003, 5, 1), "end": date(2003, 5, 31), "precision": "month"}


# --- what an event says ----------------------------------------------------------------------


class TestFields:
    def test_all_of_them(self, client):
        meeting = make.MeetingFactory(
            slug="ii-session",
            title="II Session; of the Committee, and others",
            subtitle="75th anniversary",
            kind="session",
            start=date(2003, 7, 31),
            end=date(2003, 8, 2),
            tentative=True,
            city="Washington, D.C.",
        )
        meeting.organizers.add(make.ActorFactory(name="Permanent Secretariat"))
        area = make.ProgramAreaFactory(short_name="Forum, the; wider")
        area.meetings.add(meeting)
        event = the_event(client)
        assert event.uid.value == "ii-session@cimplan"
        assert event.summary.value == "II Session; of the Committee, and others"
        assert event.dtstart.value == date(2003, 7, 31)
        assert event.dtend.value == date(2003, 8, 3), "the day after the last"
        assert event.status.value == "TENTATIVE"
        assert event.location.value == "Washington, D.C."
        assert event.url.value == "http://testserver/meetings/ii-session/"
        assert event.categories.value == ["Session", "Forum, the; wider"]
        assert event.sequence.value == "0"
        assert event.transp.value == "OPAQUE"
        assert event.description.value == (
            "75th anniversary\nJuly 31-August 2, 2003*\n* Tentative date\n"
            "Organized by: Permanent Secretariat"
        )
        saved = meeting.history.first().history_date.replace(microsecond=0)
        assert event.dtstamp.value == event.last_modified.value == saved

    def test_the_first_library_reads_the_same(self, client):
        make.MeetingFactory(slug="one", title="One, and only", tentative=True, **MAY)
        read = Calendar.from_ical(fetch(client).content)
        assert read["METHOD"] == "PUBLISH"
        assert read["REFRESH-INTERVAL"].dt.total_seconds() == 12 * 60 * 60
        assert str(read["X-WR-CALNAME"]) == str(read["NAME"]) == "CIM calendar"
        (event,) = read.walk("VEVENT")
        assert event["UID"] == "one@cimplan"
        assert event.errors == []
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2003, 5, 1), date(2003, 6, 1))

    @pytest.mark.parametrize(
        ("values", "status", "transparency"),
        [
            ({}, "CONFIRMED", "OPAQUE"),
            ({"tentative": True}, "TENTATIVE", "OPAQUE"),
            ({"state": "held"}, "CONFIRMED", "OPAQUE"),
            ({"state": "cancelled"}, "CANCELLED", "TRANSPARENT"),
            ({"state": "postponed", "tentative": True}, "CANCELLED", "TRANSPARENT"),
            ({"kind": "observance"}, "CONFIRMED", "TRANSPARENT"),
            ({"precision": "month", **MAY}, "CONFIRMED", "TRANSPARENT"),
        ],
    )
    def test_status_and_whether_one_is_taken_up(self, client, values, status, transparency):
        make.MeetingFactory(**{**day(3, 1), **values})
        event = the_event(client)
        assert (event.status.value, event.transp.value) == (status, transparency)

    def test_a_day_that_is_not_known_says_so(self, client):
        make.MeetingFactory(slug="month", title="Some day", tentative=True, **MAY)
        year = {"start": date(2004, 1, 1), "end": date(2004, 12, 31), "precision": "year"}
        make.MeetingFactory(slug="year", title="Some month", **year)
        make.MeetingFactory(slug="exact", title="A day", **day(5, 6))
        read = events(client)
        assert read["month"].summary.value == "Some day (day to be confirmed)"
        assert read["year"].summary.value == "Some month (month to be confirmed)"
        assert read["exact"].summary.value == "A day"
        assert set(events(client, f"{FEED}?exact=1")) == {"exact"}


# --- what becomes of one ---------------------------------------------------------------------


class TestWhatBecomesOfIt:
    def test_one_that_moves_keeps_its_name_and_raises_its_sequence(self, client):
        meeting = make.MeetingFactory(**day(5, 15), tentative=True)
        before = the_event(client)
        changed(meeting, span=day(5, 22))
        changed(meeting, tentative=False, at=FEBRUARY_20.replace(hour=13))
        after = the_event(client)
        assert after.uid.value == before.uid.value
        assert (before.sequence.value, after.sequence.value) == ("0", "2")
        assert after.dtstart.value == date(2003, 5, 22)
        assert after.status.value == "CONFIRMED"

    def test_a_change_of_its_words_is_told_by_its_stamp(self, client):
        meeting = make.MeetingFactory(**day(5, 15))
        first = fetch(client)
        meeting.history.update(history_date=datetime(2003, 1, 1, 5, 6, 7, 89, tzinfo=UTC))
        event = the_event(client)
        assert event.last_modified.value == datetime(2003, 1, 1, 5, 6, 7, tzinfo=UTC)
        assert fetch(client)["ETag"] != first["ETag"]
        assert fetch(client)["Last-Modified"] == "Wed, 01 Jan 2003 05:06:07 GMT"

    def test_one_put_off_without_a_new_date_is_called_off_where_it_was(self, client):
        meeting = make.MeetingFactory(**day(5, 15), tentative=True)
        changed(meeting, state="postponed", tentative=False, span=NO_DATES)
        event = the_event(client)
        assert event.status.value == "CANCELLED"
        assert event.dtstart.value == date(2003, 5, 15)
        assert "These dates were given up; new ones are not set." in event.description.value
        assert "Postponed" in event.description.value

    def test_one_that_never_had_dates_is_left_out(self, client):
        make.MeetingFactory(**NO_DATES)
        make.MeetingFactory(**NO_DATES, state="postponed")
        assert events(client) == {}

    @pytest.mark.parametrize(
        ("held", "told", "shown"),
        [
            (date(2002, 3, 1), datetime(2002, 1, 1, tzinfo=UTC), True),
            (date(2002, 2, 1), datetime(2002, 1, 1, tzinfo=UTC), False),
            (date(2002, 2, 1), datetime(2002, 2, 25, tzinfo=UTC), True),
        ],
    )
    def test_one_called_off_says_so_for_a_year(self, client, held, told, shown):
        meeting = make.MeetingFactory(start=held, end=held)
        changed(meeting, state="cancelled", at=told)
        assert bool(events(client)) is shown

    def test_one_that_was_held_stays(self, client):
        make.MeetingFactory(start=date(1998, 5, 1), end=date(1998, 5, 1), state="held")
        assert len(events(client)) == 1

    def test_looking_back_it_has_the_dates_it_had(self, client):
        meeting = make.MeetingFactory(**day(5, 15))
        meeting.history.update(history_date=datetime(2003, 1, 1, tzinfo=UTC))
        changed(meeting, span=day(5, 22), at=datetime(2003, 2, 10, tzinfo=UTC))
        then = the_event(client, f"{FEED}?as_of=2003-02-01")
        assert then.dtstart.value == date(2003, 5, 15)
        assert then.sequence.value == "0"


# --- which -----------------------------------------------------------------------------------


class TestWhich:
    def test_those_of_the_filters(self, client):
        make.MeetingFactory(slug="a-session", kind="session", city="Lima", **day(3, 1))
        make.MeetingFactory(slug="a-meeting", kind="meeting", city="Lima", **day(3, 2))
        make.MeetingFactory(slug="elsewhere", kind="session", city="Quito", **day(3, 3))
        assert set(events(client, f"{FEED}?kind=session&place=lima")) == {"a-session"}
        assert set(events(client, f"{FEED}?since=2003-03-02&until=2003-03-02")) == {"a-meeting"}
        name = vobject.readOne(fetch(client, f"{FEED}?kind=session").content.decode())
        assert name.x_wr_calname.value == "CIM calendar, Kind: Session"

    def test_those_of_an_area(self, client):
        area = make.ProgramAreaFactory(slug="trafficking", short_name="Trafficking")
        area.meetings.add(make.MeetingFactory(slug="of-it", **day(3, 1)))
        make.MeetingFactory(slug="not-of-it", **day(3, 2))
        for address in ("/areas/trafficking/feed.ics", f"{FEED}?area=trafficking"):
            assert set(events(client, address)) == {"of-it"}

    def test_those_of_a_term(self, client):
        term = make.TermFactory(start_year=2002, end_year=2004)
        session = make.SessionFactory(term=term, meeting__slug="of-it")
        make.SessionFactory(term=term, published=False, meeting__slug="of-a-draft")
        make.MeetingFactory(slug="no-session", **day(3, 2))
        assert set(events(client, f"{FEED}?term=2002-2004")) == {session.meeting.slug}
        assert fetch(client, f"{FEED}?term=1990-1992", 400)

    def test_one_alone(self, client):
        make.MeetingFactory(slug="other")
        make.MeetingFactory(slug="this", title="This one")
        assert set(events(client, "/meetings/this/feed.ics")) == {"this"}
        fetch(client, "/meetings/nothing/feed.ics", 404)

    def test_drafts_are_for_staff(self, client):
        area = make.ProgramAreaFactory(slug="an-area", short_name="CANARY area", published=False)
        seen = make.MeetingFactory(slug="seen", **day(3, 1))
        unseen = make.MeetingFactory(slug="unseen", published=False, **day(3, 1))
        area.meetings.add(seen, unseen)
        seen.organizers.add(make.ActorFactory(name="CANARY actor", published=False))
        content = fetch(client).content.decode()
        assert "CANARY" not in content
        assert set(by_vobject(content.encode())) == {"seen"}
        fetch(client, "/meetings/unseen/feed.ics", 404)
        fetch(client, "/areas/an-area/feed.ics", 404)
        client.force_login(make.UserFactory(groups=[EDITOR]))
        assert set(events(client)) == {"seen", "unseen"}

    @pytest.mark.parametrize("address", ["/areas/nothing/feed.ics", f"{FEED}?area=nothing"])
    def test_of_an_area_that_is_not_there_it_says_which_are(self, client, address):
        make.ProgramAreaFactory(slug="sepia-i", full_name="SEPIA I: labor")
        make.ProgramAreaFactory(slug="hidden", published=False)
        text = main_text_of(fetch(client, address, 404))
        assert "SEPIA I: labor" in text
        assert "/areas/sepia-i/feed.ics" in text
        assert "hidden" not in text

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("kind=congress", "“congress” is not among the choices of “Kind”."),
            ("exact=2", "“2” is not among the choices of “Dates”."),
            ("knd=session", "There is no filter “knd” here."),
            ("since=tomorrow", "“tomorrow” is not a date."),
        ],
    )
    def test_a_filter_that_is_not_understood_is_refused_in_words(self, client, query, said):
        make.MeetingFactory()
        assert said in main_text_of(fetch(client, f"{FEED}?{query}", 400))


# --- as a file on the web --------------------------------------------------------------------


class TestOnTheWeb:
    def test_two_fetches_are_the_same_bytes(self, client):
        make.MeetingFactory.create_batch(3)
        first, second = fetch(client), fetch(client)
        assert first.content == second.content
        assert first["ETag"] == second["ETag"]
        assert first["Content-Type"] == "text/calendar; charset=utf-8"
        assert first["Content-Disposition"] == 'attachment; filename="cim-calendar-2003-02-20.ics"'

    def test_what_one_has_already_is_not_sent_again(self, client):
        meeting = make.MeetingFactory(**day(5, 1))
        etag = fetch(client)["ETag"]
        again = fetch(client, status=304, if_none_match=etag)
        assert again.content == b""
        assert again["ETag"] == etag
        changed(meeting, span=day(5, 2))
        assert fetch(client, if_none_match=etag)["ETag"] != etag

    def test_by_date_alone_nothing_is_held_back(self, client):
        """A meeting may leave the feed without a change of those that stay."""
        make.MeetingFactory(**day(5, 1))
        fetch(client, if_modified_since="Fri, 01 Jan 2038 00:00:00 GMT")

    @pytest.mark.parametrize(
        ("address", "queries"),
        [(FEED, 4), ("/meetings/one/feed.ics", 5), ("/areas/one/feed.ics", 5)],
    )
    def test_it_is_for_reading_only_and_costs_the_same_with_more(
        self, client, address, queries, django_assert_num_queries
    ):
        area = make.ProgramAreaFactory(slug="one")
        area.meetings.add(make.MeetingFactory(slug="one"))
        with django_assert_num_queries(queries):
            fetch(client, address)
        for _ in range(3):
            meeting = make.MeetingFactory()
            meeting.organizers.add(make.ActorFactory())
            area.meetings.add(meeting)
            make.MeetingChangeFactory(meeting=meeting)
        with django_assert_num_queries(queries):
            fetch(client, address)
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


# --- nothing typed becomes a line ------------------------------------------------------------

FIELDS = {"uid", "sequence", "dtstamp", "last-modified", "dtstart", "dtend", "status", "transp"}
FIELDS |= {"summary", "description", "location", "categories", "url"}
HOSTILE = [
    "Meeting\nEND:VEVENT",
    "Meeting\r\nBEGIN:VEVENT\r\nUID:evil",
    "Meeting\rATTENDEE:mailto:evil@example.org",
    "Meeting\x0bURL:http://evil.example",
    "Meeting\u2028DTSTART:19700101",
    "Meeting\u0085STATUS:CANCELLED",
    "Meeting\x00\x01\x02\x1f",
    "commas, semicolons; colons: all",
    "back\\slash, and \\n that is no line end",
    "ends in a backslash\\",
    "\"quoted\", 'quoted'; “quoted”",
    "^n caret ^' escapes ^^",
    "=1+1",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% now %}",
    "%0d%0aBEGIN:VALARM",
    "\ufeffbyte order mark",
    "\u202eright to left",
    "é" * 40,
    "日本語の会議" * 8,
    "👩‍⚖️" * 12,
    "a" * 300,
    "a\tb\t;c",
    "X-ALT-DESC;FMTTYPE=text/html:<b>",
    " leading and trailing ",
    "TZID=Evil/Zone:20030101",
]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_typed_becomes_a_line_of_its_own(client, title):
    """In any of an event's texts, and in the name of the calendar."""
    meeting = make.MeetingFactory(
        slug="it", title=title, subtitle=title[:300], city=title[:200], **day(5, 15)
    )
    meeting.organizers.add(make.ActorFactory(name=title[:200]))
    make.ProgramAreaFactory(short_name=title[:100]).meetings.add(meeting)
    meeting.refresh_from_db()
    content = fetch(client, "/meetings/it/feed.ics").content
    plain = fetch(client.__class__(), "/meetings/it/feed.ics").content
    assert content == plain
    (event,) = by_vobject(content).values()
    assert set(event.contents) == FIELDS
    assert event.uid.value == "it@cimplan"
    # The mark of byte order is dropped where it is read, as the standard of Unicode has it.
    assert event.summary.value == meeting.title.removeprefix("\ufeff")
    assert event.dtstart.value == date(2003, 5, 15)
    read = Calendar.from_ical(content)
    (again,) = read.walk("VEVENT")
    assert str(again["SUMMARY"]) == meeting.title.removeprefix("\ufeff")
    assert str(again["LOCATION"]) == meeting.city.removeprefix("\ufeff")
    assert len(read.walk()) == 2, "the calendar and its one event"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


# --- the real plan ---------------------------------------------------------------------------


@pytest.mark.usefixtures("plan_2003")
def test_the_plan_is_in_the_feed_and_read_back(client):
    read = events(client)
    dated = Meeting.objects.exclude(start=None)
    assert len(read) == dated.count() == 36
    assert Meeting.objects.count() == 40
    for meeting in dated:
        event = read[meeting.slug]
        assert event.dtstart.value == meeting.start
        assert (event.dtend.value - meeting.end).days == 1
        assert event.status.value == ("TENTATIVE" if meeting.tentative else "CONFIRMED")
        assert event.summary.value.startswith(meeting.title)
        assert ("to be confirmed" in event.summary.value) == (meeting.precision != "day")
    assert len(events(client, f"{FEED}?exact=1")) == 27
