"""The calendar and the pages of meetings: what is next, a year, a month, one meeting."""

import csv
import io
import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from calendar_app.models import Meeting
from calendar_app.months import Month, by_every_month
from cimplan.groups import EDITOR
from tests import factories as make
from tests.pages import main_text_of, text_of
from workplan.models import CalendarEntry

pytestmark = pytest.mark.django_db


def days(month, first, last=None):
    return {"start": date(2003, month, first), "end": date(2003, month, last or first)}


MAY = {"start": date(2003, 5, 1), "end": date(2003, 5, 31), "precision": "month"}
YEAR = {"start": date(2003, 1, 1), "end": date(2003, 12, 31), "precision": "year"}
NO_DATES = {"start": None, "end": None, "precision": ""}


def text(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, address
    return main_text_of(response)


def links(client, address):
    return re.findall(r'<a [^>]*?href="([^"]+)"', text_of(client.get(address)))


# --- a month's days, without a page -----------------------------------------------------------


class TestGrid:
    def month(self, *meetings):
        month = Month(2003, 7)
        for meeting in meetings:
            assert month.take(meeting)
        return month

    def meeting(self, start, end, title="A meeting"):
        return Meeting(title=title, start=start, end=end, precision="day")

    def runs(self, month):
        return [
            [[(run.first, run.days, run.meeting and run.meeting.title) for run in lane]
             for lane in week.lanes]
            for week in month.weeks
        ]  # fmt: skip

    def test_weeks_are_whole_and_begin_on_sunday(self):
        weeks = Month(2003, 7).weeks
        assert [week.days[0].isoformat() for week in weeks] == [
            "2003-06-29", "2003-07-06", "2003-07-13", "2003-07-20", "2003-07-27",
        ]  # fmt: skip
        assert all(len(week.days) == 7 for week in weeks)

    def test_a_range_runs_over_its_days_week_by_week(self):
        month = self.month(self.meeting(date(2003, 6, 30), date(2003, 7, 18), "Long"))
        assert self.runs(month) == [
            [[(0, 2, None), (0, 5, "Long")]],  # from the 1st, a Tuesday, for the month's own days
            [[(0, 7, "Long")]],
            [[(0, 6, "Long"), (6, 1, None)]],
            [],
            [],
        ]
        runs = [run for week in month.weeks for lane in week.lanes for run in lane if run.meeting]
        assert [(run.began_before, run.goes_on) for run in runs] == [
            (True, True), (True, True), (True, False),
        ]  # fmt: skip

    def test_two_on_one_day_stand_in_two_lanes_and_one_after_the_other_in_one(self):
        month = self.month(
            self.meeting(date(2003, 7, 7), date(2003, 7, 9), "a"),
            self.meeting(date(2003, 7, 9), date(2003, 7, 9), "b"),
            self.meeting(date(2003, 7, 10), date(2003, 7, 12), "c"),
        )
        assert self.runs(month)[1] == [
            [(0, 1, None), (1, 3, "a"), (4, 3, "c")],
            [(0, 3, None), (3, 1, "b"), (4, 3, None)],
        ]

    def test_a_week_always_has_seven_days(self):
        month = self.month(
            *(
                self.meeting(date(2003, 7, day), date(2003, 7, min(day + length, 31)))
                for day in range(1, 31)
                for length in (0, 3, 9)
            )
        )
        lanes = [lane for week in month.weeks for lane in week.lanes]
        assert len(lanes) > 20
        assert all(sum(run.days for run in lane) == 7 for lane in lanes)

    def test_what_has_no_day_is_on_none(self):
        month = Month(2003, 5)
        month.take(Meeting(title="Some day", **MAY))
        assert [week.lanes for week in month.weeks] == [[]] * 5
        assert len(month.undated) == 1
        assert not month.take(Meeting(title="Some month", **YEAR))

    def test_at_a_glance_one_stands_in_every_month_it_touches(self):
        long = self.meeting(date(2003, 6, 30), date(2003, 7, 18))
        over = self.meeting(date(2002, 12, 30), date(2003, 1, 2))
        year = by_every_month(2003, [over, long])
        assert [month.number for month in year.months if month.dated] == [1, 6, 7]


# --- what is next ----------------------------------------------------------------------------


class TestWhatIsNext:
    def test_it_stands_month_by_month_with_what_is_due(self, client):
        meeting = make.MeetingFactory(title="In May", city="Lima", **days(5, 15))
        make.MeetingFactory(title="Over", **days(1, 15))
        at_it = make.DeadlineFactory(meeting=meeting, mandate__reference="219-3")
        alone = make.DeadlineFactory(meeting=None, precision="day", words="by June", **days(6, 3))
        said = text(client, "/calendar/")
        assert "Over" not in said
        order = ["May 2003", "In May", "Lima", "Due at it: 219-3", "June 2003", "By June 3".lower()]
        assert [said.casefold().index(one.casefold()) for one in order] == sorted(
            said.casefold().index(one.casefold()) for one in order
        )
        assert at_it.mandate.text in said
        assert alone.mandate.reference in said
        make.ProgressReportFactory(mandate=alone.mandate, status="completed")
        assert alone.mandate.reference not in text(client, "/calendar/")

    def test_what_is_known_to_the_year_stands_under_no_month(self, client):
        make.MeetingFactory(title="Some day in 2004", **{
            "start": date(2004, 1, 1), "end": date(2004, 12, 31), "precision": "year",
        })  # fmt: skip
        said = text(client, "/calendar/")
        assert "2004, the month to be confirmed" in said
        assert "January 2004" not in said

    def test_a_long_one_has_pages_and_each_deadline_stands_once(self, client):
        for number in range(60):
            day = date.fromordinal(date(2003, 3, 1).toordinal() + number)
            make.MeetingFactory(start=day, end=day)
            make.DeadlineFactory(
                meeting=None, start=day, end=day, precision="day", words=f"deadline {number}."
            )
        first, second = text(client, "/calendar/"), text(client, "/calendar/", page=2)
        for number in range(60):
            assert (f"deadline {number}." in first) != (f"deadline {number}." in second), number
        assert "deadline 49." in first
        assert "deadline 50." in second

    def test_what_is_called_off_is_not_next(self, client):
        make.MeetingFactory(title="Called off", state="cancelled", **days(5, 15))
        assert "Called off" not in text(client, "/calendar/")

    def test_filters_narrow_it(self, client):
        make.MeetingFactory(title="A session", kind="session", **days(5, 15))
        make.MeetingFactory(title="A meeting", kind="meeting", **days(5, 16))
        said = text(client, "/calendar/", kind="session")
        assert "A session" in said
        assert "A meeting" not in said
        assert "1 of 2 meetings" in said
        assert "Kind: Session" in said


# --- a year ----------------------------------------------------------------------------------


class TestYear:
    def test_each_stands_once_in_its_month_dated_ones_first(self, client):
        make.MeetingFactory(title="Some day in May", tentative=True, **MAY)
        make.MeetingFactory(title="Late in May", **days(5, 30))
        make.MeetingFactory(title="June to July", start=date(2003, 6, 30), end=date(2003, 7, 18))
        page = text_of(client.get("/calendar/2003/"))
        table = main_text_of(client.get("/calendar/2003/")).split("Month by month")[1]
        titles = ["Late in May", "Some day in May", "June to July"]
        assert [table.index(title) for title in titles] == sorted(map(table.index, titles))
        assert table.count("June to July") == 1
        assert page.count("<title>June to July</title>") == 2, "drawn in June and in July"
        assert "1 on its day 1, day to be confirmed" in main_text_of(client.get("/calendar/2003/"))

    def test_cancelled_and_postponed_ones_are_shown_as_such(self, client):
        make.MeetingFactory(title="Off", state="cancelled", **days(5, 15))
        meeting = make.MeetingFactory(title="Put off", state="postponed", **NO_DATES)
        change = {"act": "postponed", "tentative_before": True, "state_after": "postponed"}
        change |= {"start_after": None, "end_after": None, "precision_after": ""}
        make.MeetingChangeFactory(meeting=meeting, **change)
        for address in ("/calendar/2003/", "/calendar/2003/05/"):
            said = text(client, address)
            assert "Off Cancelled" in said
            assert "May 15, 2003* Put off Postponed No new date is set." in said, address
        assert "Put off" not in text(client, "/calendar/2003/04/")
        assert "Put off" in text(client, "/calendar/")

    def test_years_far_from_any_meeting_are_not_there(self, client):
        make.MeetingFactory(start=date(2000, 5, 1), end=date(2000, 5, 1))
        make.MeetingFactory(start=date(2004, 12, 30), end=date(2005, 1, 2))
        for year in (2000, 2001, 2003, 2005):
            assert client.get(f"/calendar/{year}/").status_code == 200, year
        for address in ("/calendar/1999/", "/calendar/2006/", "/calendar/1999/05/"):
            response = client.get(address)
            assert response.status_code == 404, address
            assert "These years have meetings" in main_text_of(response)
            assert 'href="/calendar/2004/"' in text_of(response)
            assert 'href="/calendar/2005/"' in text_of(response)

    def test_a_draft_makes_no_year(self, client):
        make.MeetingFactory(start=date(1999, 5, 1), end=date(1999, 5, 1), published=False)
        assert client.get("/calendar/1999/").status_code == 404
        client.force_login(make.UserFactory(groups=[EDITOR]))
        assert client.get("/calendar/1999/").status_code == 200

    def test_todays_year_is_always_there(self, client):
        assert "No meeting of 2003 is recorded." in text(client, "/calendar/2003/")
        assert client.get("/calendar/2002/").status_code == 404


# --- a month ---------------------------------------------------------------------------------


class TestMonth:
    def test_the_grid_is_a_table_with_weekdays_and_a_name(self, client):
        make.MeetingFactory(title="A conference", **days(5, 14, 16))
        page = text_of(client.get("/calendar/2003/05/"))
        grid = page[page.index('<table class="month">') : page.index("</table>")]
        assert "May 2003, week by week" in grid
        assert re.findall(r'<th scope="col">(\w+)</th>', grid)[0] == "Sunday"
        assert '<td colspan="3" class="run">' in grid
        for week in re.findall(r"<tbody>(.*?)</tbody>", grid, re.DOTALL):
            for row in re.findall(r"<tr.*?</tr>", week, re.DOTALL):
                cells = re.findall(r'<td(?: colspan="(\d)")?', row)
                assert sum(int(colspan or 1) for colspan in cells) == 7

    def test_what_has_no_day_stands_beside_the_days(self, client):
        make.MeetingFactory(title="On a day", **days(5, 2))
        make.MeetingFactory(title="Some day", tentative=True, **MAY)
        page = text_of(client.get("/calendar/2003/05/"))
        grid = page[page.index('<table class="month">') : page.index("</table>")]
        assert "On a day" in grid
        assert "Some day" not in grid
        assert "In May 2003, day to be confirmed: Some day May 2003*" in text(
            client, "/calendar/2003/05/"
        )

    def test_today_is_marked(self, client):
        make.MeetingFactory(**days(2, 21))
        assert '<td class="today" aria-current="date">20</td>' in text_of(
            client.get("/calendar/2003/02/")
        )

    def test_what_was_due_in_it_stands_in_its_agenda(self, client):
        make.DeadlineFactory(meeting=None, precision="day", words="by then", **days(1, 10))
        make.MeetingFactory(**days(1, 11))
        said = text(client, "/calendar/2003/01/")
        assert "by January 10, 2003" in said
        assert "overdue" in said

    def test_one_without_meetings_says_so_and_leads_on(self, client):
        make.MeetingFactory(**days(5, 15))
        assert "Nothing is recorded for June 2003." in text(client, "/calendar/2003/06/")
        found = links(client, "/calendar/2003/06/")
        assert "/calendar/2003/05/" in found
        assert "/calendar/2003/07/" in found
        ends = links(client, "/calendar/2003/12/")
        assert "/calendar/2003/11/" in ends
        assert "/calendar/2004/01/" not in ends, "nothing is there"


# --- on paper, in files, in other calendars ----------------------------------------------------


class TestOtherForms:
    @pytest.fixture(autouse=True)
    def meetings(self, db):
        make.MeetingFactory(title="A session", kind="session", city="Lima", **days(5, 15))
        make.MeetingFactory(title="Some day", kind="meeting", tentative=True, **MAY)
        make.MeetingFactory(title="Off", kind="meeting", state="cancelled", **days(5, 20))

    def test_printed_as_a_plan_prints_it(self, client):
        said = text(client, "/calendar/2003/", format="print")
        lines = "May 15, 2003 A session Lima May 20, 2003 Off Cancelled May 2003* Some day"
        assert f"Dates Meeting and place {lines} * Tentative date" in said
        assert "Calendar of activities 2003" in said
        filtered = text(client, "/calendar/2003/05/", kind="session", format="print")
        assert "Kind: Session" in filtered
        assert "Some day" not in filtered
        assert "Tentative date" not in filtered

    def test_the_same_rows_as_a_file(self, client):
        response = client.get("/calendar/2003/05/?kind=meeting&format=csv")
        assert (
            'filename="calendar-2003-05-2003-02-20-kind-meeting.csv"'
            in (response["Content-Disposition"])
        )
        rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
        assert [row["Meeting"] for row in rows] == ["Off", "Some day"]
        assert client.get("/calendar/?format=xlsx").status_code == 200
        assert client.get("/calendar/?format=docx").status_code == 400

    @pytest.mark.parametrize(
        ("address", "asked"),
        [
            ("/calendar/", {}),
            ("/calendar/?kind=meeting&kind=session", {"kind": ["meeting", "session"]}),
            ("/calendar/2003/", {"since": ["2003-01-01"], "until": ["2003-12-31"]}),
            (
                "/calendar/2003/?since=2003-05-16&kind=meeting",
                {"since": ["2003-05-16"], "until": ["2003-12-31"], "kind": ["meeting"]},
            ),
            (
                "/calendar/2003/05/?q=some",
                {"q": ["some"], "since": ["2003-05-01"], "until": ["2003-05-31"]},
            ),
        ],
    )
    def test_both_links_to_a_feed_keep_the_filters(self, client, address, asked):
        response = client.get(address, follow=True)
        feeds = [
            urlsplit(link.replace("&amp;", "&"))
            for link in re.findall(r'href="([^"]*feed\.ics[^"]*)"', text_of(response))
        ]
        subscribe, download = feeds
        assert (subscribe.scheme, subscribe.netloc) == ("webcal", "testserver")
        assert (download.scheme, download.netloc) == ("", "")
        for feed in feeds:
            assert feed.path == "/calendar/feed.ics"
            read = parse_qs(feed.query)
            assert {name: sorted(values) for name, values in read.items()} == asked
        fetched = client.get(f"{download.path}?{download.query}")
        shown = [meeting.title for meeting in response.context["page"]]
        assert shown
        for title in shown:
            assert title in fetched.content.decode()

    def test_neither_is_offered_where_there_is_no_meeting(self, client):
        empty = make.ProgramAreaFactory(slug="empty")
        undated = make.MeetingFactory(**NO_DATES)
        make.ProgramAreaFactory(slug="undated").meetings.add(undated)
        pages = ["/calendar/2003/06/", empty.get_absolute_url(), "/areas/undated/"]
        pages.append(undated.get_absolute_url())
        for address in pages:
            assert "feed.ics" not in text_of(client.get(address)), address
        area = make.ProgramAreaFactory(slug="some")
        area.meetings.add(Meeting.objects.get(title="A session"))
        page = text_of(client.get("/areas/some/"))
        assert 'href="webcal://testserver/areas/some/feed.ics"' in page
        assert 'href="/areas/some/feed.ics" download' in page

    def test_neither_is_offered_for_the_past(self, client):
        assert "feed.ics" not in text_of(client.get("/calendar/2003/?as_of=2003-01-10"))

    @pytest.mark.parametrize("address", ["/calendar/", "/calendar/2003/", "/calendar/2003/05/"])
    def test_a_filter_not_understood_is_said(self, client, address):
        response = client.get(address, {"kind": "sesion"})
        assert response.status_code == 400
        said = main_text_of(response)
        assert "“sesion” is not among the choices of “Kind”." in said
        assert "Did you mean Session ?" in said or "Did you mean Session?" in said


# --- a meeting -------------------------------------------------------------------------------


class TestMeeting:
    def test_its_series_with_the_one_before_and_the_one_after(self, client):
        first, second, third = (
            make.MeetingFactory(title=f"{roman} Session", series="Sessions", **days(month, 3))
            for roman, month in (("I", 2), ("II", 7), ("III", 11))
        )
        make.MeetingFactory(title="IV Session", series="Sessions", published=False)
        page = client.get(second.get_absolute_url())
        assert f'<a rel="prev" href="{first.get_absolute_url()}">← I Session</a>' in text_of(page)
        assert f'<a rel="next" href="{third.get_absolute_url()}">III Session →</a>' in text_of(page)
        assert '<span aria-current="true">II Session</span>' in text_of(page)
        assert "IV Session" not in text_of(page)
        assert "rel=" not in text_of(client.get(make.MeetingFactory().get_absolute_url())).replace(
            'rel="stylesheet"', ""
        ).replace('rel="icon"', "")

    def test_its_dates_as_printed_and_as_they_stand(self, client):
        meeting = make.MeetingFactory(**days(5, 22))
        make.CalendarEntryFactory(meeting=meeting, dates="May 2003*", plan__year=2003)
        said = text(client, meeting.get_absolute_url())
        assert "Printed in Work Plan 2003 May 2003*" in said
        assert "It now stands at: May 22, 2003" in said
        CalendarEntry.objects.update(dates="May 22, 2003")
        assert "It now stands at" not in text(client, meeting.get_absolute_url())

    def test_what_became_of_its_dates_and_who_said_so(self, client):
        meeting = make.MeetingFactory(**days(5, 22))
        user = make.UserFactory(username="maria")
        make.MeetingChangeFactory(
            meeting=meeting,
            act="moved",
            start_after=date(2003, 5, 22),
            end_after=date(2003, 5, 22),
            recorded_at=datetime(2003, 2, 10, 12, tzinfo=UTC),
            recorded_by=user,
            reason="The hall was taken.",
        )
        said = text(client, meeting.get_absolute_url())
        assert "Moved May 15, 2003* → May 22, 2003" in said
        assert "The hall was taken. Recorded on February 10, 2003" in said
        assert "maria" not in said
        client.force_login(make.UserFactory(groups=[EDITOR], is_staff=True))
        assert "Recorded on February 10, 2003, by maria" in text(client, meeting.get_absolute_url())

    def test_the_agenda_of_a_session(self, client):
        session = make.SessionFactory()
        make.AgendaItemFactory(session=session, number="2", title="PROPOSED WORK PLAN")
        said = text(client, session.meeting.get_absolute_url())
        assert "Agenda 2 PROPOSED WORK PLAN" in said

    def test_a_note_on_the_line_a_plan_prints_of_it(self, client):
        entry = make.CalendarEntryFactory()
        make.NoteTargetFactory(record=entry, note__text="Printed in another place as June.")
        assert "Printed in another place as June." in text(client, entry.meeting.get_absolute_url())

    def test_it_can_be_subscribed_to_alone(self, client):
        meeting = make.MeetingFactory(slug="this-one")
        page = text_of(client.get(meeting.get_absolute_url()))
        assert 'href="webcal://testserver/meetings/this-one/feed.ics"' in page
        assert 'href="/meetings/this-one/feed.ics" download' in page


# --- the real plan ---------------------------------------------------------------------------


@pytest.mark.usefixtures("plan_2003")
class TestThePlan:
    def test_all_that_it_lists_stands_on_the_calendar(self, client):
        pages = {
            year: main_text_of(client.get(f"/calendar/{year}/")) for year in (2002, 2003, 2004)
        }
        entries = CalendarEntry.objects.select_related("meeting", "plan")
        assert len(entries) == 34
        for entry in entries:
            span = entry.meeting.span
            line = span.printed(entry.meeting.tentative)
            table = pages[span.start.year].split("Month by month")[1]
            title = " ".join(entry.meeting.title.split())
            assert f"{line} {title}" in table, entry
        everything = " ".join(pages.values()) + main_text_of(client.get("/calendar/"))
        for meeting in Meeting.objects.all():
            assert " ".join(meeting.title.split()) in everything, meeting
        assert Meeting.objects.count() == 40

    def test_every_month_of_it_has_each_of_its_meetings(self, client):
        for number in range(1, 13):
            month = Month(2003, number)
            said = main_text_of(client.get(f"/calendar/2003/{number:02d}/"))
            for meeting in Meeting.objects.in_period(month.first, month.last):
                assert " ".join(meeting.title.split()) in said, (number, meeting)

    def test_on_paper_it_is_in_order_with_its_footnote(self, client):
        said = text(client, "/calendar/2003/", format="print")
        dates = [
            "January 13-31, 2003", "March 3-14, 2003", "March 8, 2003", "May 2003*",
            "June 26-28, 2003", "June 30-July 18, 2003", "June 2003*", "July 31-August 2, 2003*",
            "August 2003", "September 23, 2003", "September 2003*", "November 25, 2003",
        ]  # fmt: skip
        found = [said.index(f" {one} ") for one in dates]
        assert found == sorted(found)
        assert said.count("* Tentative date") == 1
