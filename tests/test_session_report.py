"""The report to a session: computed from the records, laid out as HTML, read by whom it is for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calendar_app.models import MeetingAct, MeetingState, Session
from cimplan.groups import EDITOR, EXECUTIVE_COMMITTEE
from documents import apart
from documents.html import html_of
from documents.models.reports import ReportPart
from documents.paper import Heading
from documents.pdf import pdf_of
from documents.report_paper import corrections, paper_of_report
from documents.reporting import compute_report, draft_of, session_before
from documents.session_report import Report, differences
from mandates.models import Mandate
from mandates.status import Standing, Status
from tests import factories as make
from tests.pages import main_text_of
from tests.papers import poppler

pytestmark = pytest.mark.django_db

LAST, DAY = date(2003, 2, 21), date(2003, 7, 15)
LATER = datetime(2003, 6, 1, 12, tzinfo=UTC)


def on(day: date) -> dict[str, Any]:
    return {"start": day, "end": day}


@pytest.fixture
def session() -> Session:
    """The second session of its term; the first ended on February 21, 2003."""
    first = make.MeetingFactory(kind="session", start=date(2003, 2, 20), end=LAST)
    term = make.TermFactory(start_year=2002)
    make.SessionFactory(term=term, ordinal=1, meeting=first)
    second = make.MeetingFactory(kind="session", city="Washington, D.C.", **on(date(2003, 7, 31)))
    return make.SessionFactory(term=term, ordinal=2, meeting=second, slug="2003-2")


def report_to(session: Session, as_of: date = DAY) -> Report:
    return compute_report(draft_of(session), as_of=as_of)


def part(report: Report, kind: str) -> Any:
    return next(part for part in report.parts if part.kind == kind)


def words_of(report: Report) -> str:
    """What one reads of the report laid out as HTML, white space made one."""
    page = f"<main>{html_of(paper_of_report(report))}</main>"
    return main_text_of(type("Page", (), {"content": page.encode()}))


def client_of(*groups: str) -> Client:
    client = Client()
    client.force_login(make.UserFactory(groups=groups))
    return client


def surround(session: Session) -> None:
    """Once more of everything a report shows."""
    chapeau = make.MandateFactory(reported_on=False)
    mandate = make.MandateFactory(resolution=chapeau.resolution, parent=chapeau)
    actor, area = make.ActorFactory(), make.ProgramAreaFactory()
    make.AddresseeFactory(mandate=mandate, actor=actor)
    mandate.responsible.add(actor)
    activity = make.ActivityFactory(contingent_on="Funding permitting")
    activity.mandates.add(mandate)
    activity.responsible.add(actor)
    area.activities.add(activity)
    meeting = make.MeetingFactory(**on(date(2003, 3, 3)))
    make.MeetingFactory(**on(date(2003, 7, 20)))
    make.DeadlineFactory(mandate=mandate, meeting=meeting)
    make.DeadlineFactory(mandate=None, activity=activity, meeting=meeting)
    make.ProgressReportFactory(mandate=mandate, as_of=DAY, recorded_at=LATER)
    make.ProgressReportFactory(mandate=None, activity=activity, recorded_at=LATER)
    make.MeetingChangeFactory(meeting=meeting, recorded_at=LATER)
    make.AgendaItemFactory(session=session)
    make.MandateFactory()
    make.EditorialNoteFactory()
    make.MandateNoteFactory(mandate=mandate, report=draft_of(session))


def test_it_costs_the_same_with_one_row_and_with_three(session):
    make.SessionReportFactory(session=session)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            report_to(session)
        return len(captured)

    surround(session)
    once = queries()
    surround(session)
    surround(session)
    assert queries() == once
    assert once <= 30


class TestProgress:
    def test_each_mandate_that_is_reported_on_has_one_row(self, session):
        chapeau = make.MandateFactory(reported_on=False, text="To urge member states to:")
        child = make.MandateFactory(resolution=chapeau.resolution, parent=chapeau)
        make.MandateFactory(reported_on=False, text="An opening line of nothing")
        superseded = make.MandateFactory(standing=Standing.SUPERSEDED, standing_target=child)
        progress = part(report_to(session), "progress")
        assert [row.reference for row in progress.rows] == [child.reference, superseded.reference]
        lines = progress.resolutions[0].lines
        assert [line.kind for line in lines] == ["opening", "mandate"]
        assert progress.rows[1].stands_for == child.reference
        assert "An opening line of nothing" not in words_of(report_to(session))

    def test_a_row_says_what_was_reported_last_and_on_what_evidence(self, session):
        mandate = make.MandateFactory(contingent_on="Funding permitting")
        make.ProgressReportFactory(
            mandate=mandate,
            status=Status.SUSPENDED,
            done="The proposal awaits a donor.",
            evidence_words="No funds were found",
            evidence_document="CIM/doc.5/03",
        )
        # A state's own answer settles nothing.
        make.ProgressReportFactory(
            mandate=mandate, about=make.StateFactory(), status=Status.COMPLETED, as_of=DAY
        )
        words = words_of(report_to(session))
        for said in (
            "The proposal awaits a donor. “No funds were found” CIM/doc.5/03, as of February 20",
            "Contingent: “Funding permitting”",
            "Suspended contingent",
        ):
            assert said in words, said

    def test_a_mandate_that_had_not_begun_is_not_in_it(self, session):
        mandate = make.MandateFactory(begins_on=date(2003, 8, 1))
        assert mandate.reference not in words_of(report_to(session))

    def test_a_deadline_that_is_past_says_so_and_one_without_date_names_its_meeting(self, session):
        undated = make.MeetingFactory(
            title="The XXXII Assembly", start=None, end=None, precision=""
        )
        make.DeadlineFactory(meeting=undated)
        make.DeadlineFactory(meeting=make.MeetingFactory(**on(date(2003, 3, 3))))
        words = words_of(report_to(session))
        assert "March 3, 2003 Overdue" in words
        assert "date not set The XXXII Assembly" in words

    def test_a_row_says_by_when_what_is_proposed_for_it_is_due(self, session):
        chapeau = make.MandateFactory(reported_on=False)
        child = make.MandateFactory(resolution=chapeau.resolution, parent=chapeau)
        at = make.MeetingFactory(**on(date(2003, 9, 9)), tentative=True)
        for published in (True, True, False):
            activity = make.ActivityFactory(published=published)
            activity.mandates.add(chapeau)
            # Two are due at one meeting: its date stands once.
            make.DeadlineFactory(mandate=None, activity=activity, meeting=at)
            if not published:
                never = make.MeetingFactory(**on(date(2003, 8, 8)))
                make.DeadlineFactory(mandate=None, activity=activity, meeting=never)
        row = part(report_to(session), "progress").rows[0]
        assert row.reference == child.reference
        assert [due.dates for due in row.due_of_activities] == ["September 9, 2003*"]
        words = words_of(report_to(session))
        assert "Of its activities: September 9, 2003*" in words
        assert words.index("Of its activities:") < words.index("* Tentative date")

    def test_a_date_by_which_anything_proposed_is_overdue_says_so(self, session):
        mandate, past = make.MandateFactory(), make.MeetingFactory(**on(date(2003, 3, 3)))
        for status in (Status.COMPLETED, Status.PLANNED, Status.COMPLETED):
            activity = make.ActivityFactory()
            activity.mandates.add(mandate)
            make.DeadlineFactory(mandate=None, activity=activity, meeting=past)
            make.ProgressReportFactory(mandate=None, activity=activity, status=status)
        dues = part(report_to(session), "progress").rows[0].due_of_activities
        assert [(due.dates, due.is_overdue) for due in dues] == [("March 3, 2003", True)]

    def test_notes_of_the_secretariat_stand_in_the_row(self, session):
        draft = make.SessionReportFactory(session=session)
        note = make.MandateNoteFactory(report=draft, text="Two donors were approached.")
        assert part(report_to(session), "progress").rows[0].reference == note.mandate.reference
        assert "Note by the Secretariat: Two donors were approached." in words_of(
            report_to(session)
        )


class TestAnswers:
    """What a state says of itself settles no status, and is in the paper all the same."""

    @pytest.fixture
    def mandate(self, session) -> Mandate:
        mandate = make.MandateFactory()
        peru, chile = make.StateFactory(name="Peru"), make.StateFactory(name="Chile")
        for state, status, day, recorded in (
            (peru, Status.PLANNED, date(2003, 2, 1), datetime(2003, 2, 1, tzinfo=UTC)),
            (peru, Status.COMPLETED, date(2003, 6, 1), LATER),
            (chile, Status.COMPLETED, date(2003, 2, 1), datetime(2003, 2, 1, tzinfo=UTC)),
        ):
            make.ProgressReportFactory(
                mandate=mandate, about=state, status=status, as_of=day, recorded_at=recorded,
                done=f"A law of {state}.",
            )  # fmt: skip
        return mandate

    def test_they_stand_in_the_mandates_row_the_last_of_each(self, session, mandate):
        row = part(report_to(session), "progress").rows[0]
        assert row.status == Status.NO_REPORT
        assert [(one.status, one.actors) for one in row.answers] == [
            (Status.COMPLETED, ("Chile", "Peru"))
        ]
        assert "Answered “Completed” of themselves: Chile, Peru" in words_of(report_to(session))

    def test_those_of_late_are_among_the_changes(self, session, mandate):
        answers = part(report_to(session), "changes").answers
        assert [(one.name, one.before, one.after, one.said) for one in answers] == [
            (f"{mandate.reference}, Peru", Status.PLANNED, Status.COMPLETED, "A law of Peru.")
        ]
        assert f"{mandate.reference}, Peru Planned Completed" in words_of(report_to(session))

    def test_what_was_answered_is_not_said_to_have_no_report(self, session, mandate):
        other = make.MandateFactory()
        left = part(report_to(session), "unreported").mandates
        assert [one.reference for one in left] == [other.reference]

    def test_those_of_drafts_are_left_out(self, session, mandate):
        hidden = make.StateFactory(name="Canary", published=False)
        make.ProgressReportFactory(mandate=mandate, about=hidden, recorded_at=LATER)
        assert "Canary" not in words_of(report_to(session))

    def test_a_paper_from_before_they_were_told_differs_in_them_alone(self, session, mandate):
        make.MandateFactory(text="To do it")
        after = report_to(session).as_data()
        before = report_to(session).as_data()
        for table in next(one for one in before["parts"] if one["kind"] == "progress")[
            "resolutions"
        ]:
            for line in table["lines"]:
                del line["answers"], line["due_of_activities"]
        changed = differences(before, after)
        assert [(one.name, one.respect, one.before) for one in changed] == [
            (mandate.reference, "answers", "")
        ]
        assert corrections(changed) == (f"{mandate.reference}: answers of those who are asked.",)


class TestTheChairsPage:
    def test_it_names_what_is_overdue_and_what_is_due_by_the_end_of_the_session(self, session):
        at = make.DeadlineFactory(meeting=session.meeting).mandate
        past = make.MeetingFactory(**on(date(2003, 3, 3)))
        overdue = make.ActivityFactory(title="A study")
        make.DeadlineFactory(mandate=None, activity=overdue, meeting=past)
        later = make.MeetingFactory(**on(date(2003, 9, 9)))
        make.DeadlineFactory(meeting=later)
        done = make.DeadlineFactory(meeting=session.meeting).mandate
        make.ProgressReportFactory(mandate=done, status=Status.COMPLETED, as_of=DAY)
        chair = part(report_to(session), "chair")
        assert [one.name for one in chair.due] == ["A study", at.reference]
        words = words_of(report_to(session))
        assert f"A study: March 3, 2003 Overdue {at.reference}: July 31, 2003" in words

    def test_of_many_it_names_the_first(self, session):
        for _each in range(11):
            make.DeadlineFactory(meeting=session.meeting)
        assert "3 more, in the tables" in words_of(report_to(session))

    def test_a_little_more_than_a_page_is_set_smaller(self, session, tmp_path):
        def pages_before_the_changes() -> int:
            content = pdf_of(paper_of_report(report_to(session)), "letter")
            printed = poppler("pdftotext", content, tmp_path)
            return next(n for n, text in enumerate(printed.split("\f")) if "Changes since" in text)

        resolution = make.ResolutionFactory()
        for _each in range(22):
            make.MandateFactory(resolution=resolution, contingent_on="Funding permitting")
        assert pages_before_the_changes() == 1
        for _each in range(30):
            make.MandateFactory(resolution=resolution, contingent_on="Funding permitting")
        assert pages_before_the_changes() > 1

    def test_the_figures_add_up_to_the_rows(self, session):
        for status in (Status.COMPLETED, Status.COMPLETED, Status.PLANNED):
            make.ProgressReportFactory(status=status)
        make.MandateFactory()
        report = report_to(session)
        chair, rows = part(report, "chair"), part(report, "progress").rows
        assert chair.total == len(rows) == 4
        assert sum(bar.total for bar in chair.bars) == 4
        assert [count.status for count in chair.counts] == list(Status.values)
        for count in chair.counts:
            assert count.mandates == sum(row.status == count.status for row in rows)

    def test_overdue_mandates_and_overdue_activities_are_counted_apart(self, session):
        past = make.MeetingFactory(**on(date(2003, 3, 3)))
        make.DeadlineFactory(meeting=past)
        for _each in range(2):
            make.DeadlineFactory(mandate=None, activity=make.ActivityFactory(), meeting=past)
        chair = part(report_to(session), "chair")
        assert (chair.overdue, chair.overdue_activities) == (1, 2)
        words = words_of(report_to(session))
        assert "Mandates No indication Completed Overdue Activities overdue 1 1 0 1 2" in words

    def test_it_tells_what_is_asked_and_what_was_decided(self, session):
        before = session.term.sessions.get(ordinal=1)
        make.AgendaItemFactory(
            session=session, number="2.", title="Report", decision_asked="To take note of it."
        )
        make.AgendaItemFactory(session=session, number="3", title="Other business")
        make.AgendaItemFactory(session=before, title="Plan", decision_taken="It was adopted.")
        make.AgendaItemFactory(session=before, number="4", title="Dates")
        words = words_of(report_to(session))
        assert "Item 2, Report: To take note of it." in words
        # What is asked of it may be for the Committee to know: nothing is missing.
        assert "Item 3, Other business Decided" in words
        assert f"Decided at the {before}" in words
        assert "Plan: It was adopted." in words
        assert "Item 4, Dates: no decision is recorded." in words

    def test_it_tells_what_is_suspended_or_contingent_until_that_is_settled(self, session):
        waiting = make.MandateFactory(contingent_on="Funding permitting")
        done = make.MandateFactory(contingent_on="Funding permitting")
        make.ProgressReportFactory(mandate=done, status=Status.COMPLETED)
        activity = make.ActivityFactory()
        make.ProgressReportFactory(mandate=None, activity=activity, status=Status.SUSPENDED)
        names = [one.name for one in part(report_to(session), "chair").waiting]
        assert names == [waiting.reference, activity.title]

    def test_long_names_end_with_a_whole_word(self, session):
        resolution = make.ResolutionFactory(title="Follow-up of the Convention of Belém do Pará")
        make.MandateFactory(resolution=resolution)
        make.ActivityFactory(
            title="Take part in developing recommendations for ministers",
            contingent_on="In the event that a Summit of the Americas is convened in 2004",
        )
        words = words_of(report_to(session))
        assert "Follow-up of the Convention of Belém… 1" in words
        # A condition that is cut is another one.
        assert "recommendations for ministers: “In the event that a Summit" in words
        assert "is convened in 2004”" in words

    def test_what_is_suspended_is_said_with_its_reason(self, session):
        mandate = make.MandateFactory(contingent_on="Funding permitting")
        assert waiting_in(report_to(session)) == [(mandate.reference, "Funding permitting")]
        suspended = {"mandate": mandate, "status": Status.SUSPENDED, "as_of": LAST}
        make.ProgressReportFactory(**suspended, done="The office was closed.")
        assert waiting_in(report_to(session)) == [(mandate.reference, "The office was closed.")]


def waiting_in(report: Report) -> list[tuple[str, str]]:
    return [(one.name, one.words) for one in part(report, "chair").waiting]


class TestChanges:
    def test_only_what_was_recorded_after_the_last_session(self, session):
        mandate = make.MandateFactory()
        make.ProgressReportFactory(mandate=mandate, status=Status.PLANNED)
        make.ProgressReportFactory(
            mandate=mandate,
            status=Status.COMPLETED,
            as_of=date(2003, 6, 1),
            recorded_at=LATER,
            done="It was done.",
        )
        make.ProgressReportFactory(as_of=date(2003, 2, 20))
        changes = part(report_to(session), "changes")
        (one,) = changes.reported
        assert (one.name, one.before, one.after) == (mandate.reference, "planned", "completed")
        assert changes.completed == [one]
        assert part(report_to(session, date(2003, 5, 31)), "changes").reported == ()

    def test_what_was_recorded_late_was_not_known_at_the_session(self, session):
        make.ProgressReportFactory(status=Status.COMPLETED, recorded_at=LATER)
        (one,) = part(report_to(session), "changes").reported
        assert (one.before, one.after) == ("no_report", "completed")

    def test_what_was_recorded_after_the_last_report_was_issued_is_in_the_next(self, session):
        """Reports go out before their session: what comes in between would be in neither."""
        before = session_before(session)
        issued = datetime(2003, 2, 10, 15, tzinfo=UTC)
        paper = {"session": before, "slug": "report-2003-1", "as_of": date(2003, 2, 10)}
        make.ProgressReportFactory(recorded_at=issued - timedelta(hours=1), as_of=date(2003, 2, 9))
        for hours in (1, 48):
            make.ProgressReportFactory(
                recorded_at=issued + timedelta(hours=hours), as_of=date(2003, 2, 9)
            )
        assert part(report_to(session), "changes").reported == ()
        make.IssuedDocumentFactory(**paper, issued_at=issued)
        changes = part(report_to(session), "changes")
        assert len(changes.reported) == 2
        assert changes.since == date(2003, 2, 10)
        words = "What was recorded after the report to that session, as of February 10, 2003."
        assert words in words_of(report_to(session))

    def test_what_was_overdue_then_is_not_newly_overdue(self, session):
        make.DeadlineFactory(meeting=make.MeetingFactory(**on(date(2003, 1, 3))))
        new = make.DeadlineFactory(meeting=make.MeetingFactory(**on(date(2003, 3, 3))))
        (missed,) = part(report_to(session), "changes").overdue
        assert missed.name == new.mandate.reference

    def test_dates_confirmed_moved_and_cancelled_with_the_reason(self, session):
        for act in (MeetingAct.CANCELLED, MeetingAct.MOVED, MeetingAct.CONFIRMED):
            make.MeetingChangeFactory(act=act, recorded_at=LATER, reason="No funds.")
        make.MeetingChangeFactory(reason="Before the session.")
        meetings = part(report_to(session), "changes").meetings
        assert [one.act for one in meetings] == ["confirmed", "moved", "cancelled"]
        assert (meetings[0].before, meetings[0].after) == ("May 15, 2003*", "May 15, 2003")
        assert "* Tentative date" in words_of(report_to(session))

    def test_without_an_earlier_session_there_is_nothing_to_compare_with(self):
        first = make.SessionFactory(ordinal=1)
        words = words_of(report_to(first))
        assert "No earlier session with a date is on record to compare with." in words
        assert "No earlier session is on record." in words

    def test_the_last_session_of_the_term_before_counts(self):
        early = make.SessionFactory(term__start_year=2000, meeting__start=date(2002, 3, 1))
        make.SessionFactory(term__start_year=2010)
        changes = part(report_to(make.SessionFactory(term__start_year=2002)), "changes")
        assert changes.since == early.meeting.end


class TestOtherParts:
    def test_activities_stand_under_their_areas_and_the_rest_at_the_end(self, session):
        area, empty = make.ProgramAreaFactory(), make.ProgramAreaFactory()
        area.activities.add(make.ActivityFactory(title="A letter"))
        make.ActivityFactory(title="Of no area")
        areas = part(report_to(session), "activities").areas
        assert [one.name for one in areas] == [area.full_name, ""]
        assert empty.full_name not in words_of(report_to(session))
        assert "Of no program area" in words_of(report_to(session))

    def test_the_calendar_ends_with_the_next_session(self, session):
        third = make.MeetingFactory(kind="session", title="III Session", **on(date(2003, 11, 20)))
        make.SessionFactory(term=session.term, ordinal=3, meeting=third)
        make.MeetingFactory(title="Past", **on(date(2003, 7, 14)))
        make.MeetingFactory(title="Later", **on(date(2003, 11, 21)))
        off = {"title": "Called off", "state": MeetingState.CANCELLED}
        make.MeetingFactory(**off, **on(date(2003, 9, 1)))
        calendar = part(report_to(session), "calendar")
        titles = [meeting.title for meeting in calendar.meetings]
        assert titles == [session.meeting.title, "Called off", "III Session"]
        assert calendar.meetings[1].state == "cancelled"

    def test_where_the_next_session_may_move_its_last_day_has_an_asterisk(self, session):
        third = make.MeetingFactory(tentative=True, **on(date(2003, 11, 20)))
        make.SessionFactory(term=session.term, ordinal=3, meeting=third)
        assert "III Session (2002-2004), November 20, 2003*." in words_of(report_to(session))

    def test_where_the_next_session_has_no_dates_all_that_comes_is_there(self, session):
        undated = make.MeetingFactory(kind="session", start=None, end=None, precision="")
        make.SessionFactory(term=session.term, ordinal=3, meeting=undated)
        make.MeetingFactory(title="Far ahead", **on(date(2005, 1, 1)))
        words = words_of(report_to(session))
        assert "has no dates yet: this is all that is to come." in words
        assert "Far ahead" in words

    def test_a_meeting_has_the_dates_it_had(self, session):
        moved = make.MeetingFactory(**on(date(2003, 9, 9)))
        make.MeetingChangeFactory(
            meeting=moved,
            act=MeetingAct.MOVED,
            start_before=date(2003, 8, 8),
            end_before=date(2003, 8, 8),
            recorded_at=LATER,
        )
        then = part(report_to(session, date(2003, 5, 1)), "calendar").meetings
        assert "August 8, 2003*" in [meeting.dates for meeting in then]
        now = part(report_to(session), "calendar").meetings
        assert "September 9, 2003" in [meeting.dates for meeting in now]

    def test_what_nobody_has_taken_up_is_said_plainly(self, session):
        bare, proposed, reported = make.MandateFactory.create_batch(3)
        make.ActivityFactory().mandates.add(proposed)
        make.ProgressReportFactory(mandate=reported)
        make.ActivityFactory(published=False).mandates.add(bare)
        mandates = part(report_to(session), "unreported").mandates
        assert [mandate.reference for mandate in mandates] == [bare.reference]
        assert "For 1 mandate no activity is proposed" in words_of(report_to(session))

    def test_open_contradictions_are_told(self, session):
        make.EditorialNoteFactory(text="April here, June there.")
        make.EditorialNoteFactory(text="Settled.", open=False)
        assert part(report_to(session), "contradictions").notes == ("April here, June there.",)


class TestTheWhole:
    def test_an_empty_registry_gives_a_paper_that_says_so(self):
        undated = make.MeetingFactory(kind="session", start=None, end=None, precision="")
        words = words_of(report_to(make.SessionFactory(meeting=undated)))
        assert "The dates of this session are not set." in words
        for said in (
            "No mandate has been recorded yet.",
            "No activity has been recorded yet.",
            "No agenda has been recorded for this session.",
            "Nothing is suspended, and nothing is contingent.",
            "No meeting is on the calendar for this time.",
            "There is none: every mandate has an activity or a report.",
            "No contradiction is open.",
        ):
            assert said in words, said

    def test_the_secretariat_chooses_parts_order_and_words(self, session):
        item = make.AgendaItemFactory(session=session, number="2.")
        make.SessionReportFactory(
            session=session,
            parts=["calendar", "chair"],
            introduction="First words.\n\nSecond words.",
            classification="OEA/Ser.L/II.5.26",
            symbol="CIM/CD/doc.12/03",
            agenda_item=item,
        )
        report = report_to(session)
        assert [one.kind for one in report.parts] == ["calendar", "chair"]
        headings = [
            block.text[0].text
            for block in paper_of_report(report).blocks
            if isinstance(block, Heading) and block.level == 1
        ]
        assert headings == [
            "Introduction",
            "Calendar until the next session",
            "One page for the chair",
        ]
        words = words_of(report)
        for said in (
            "OEA/Ser.L/II.5.26 CIM/CD/doc.12/03 Original: English",
            "Organization of American States Inter-American Commission of Women",
            "2002-2004 Executive Committee II Session July 31, 2003, Washington, D.C.",
            "As of July 15, 2003",
            "(Item 2 on the Agenda)",
            "First words. Second words.",
        ):
            assert said in words, said

    def test_the_chairs_page_keeps_the_first_page_to_itself(self, session):
        make.SessionReportFactory(session=session, introduction="First words.")
        kinds = [block.kind for block in paper_of_report(report_to(session)).blocks]
        headings = [
            block.text[0].text
            for block in paper_of_report(report_to(session)).blocks
            if isinstance(block, Heading) and block.level == 1
        ]
        assert headings[:2] == ["One page for the chair", "Introduction"]
        assert kinds.count("page_break") == 1

    def test_no_draft_record_is_in_it(self, session):
        hidden = {"published": False}
        mandate = make.MandateFactory(text="CANARY", **hidden)
        make.ProgressReportFactory(mandate=mandate, as_of=DAY, recorded_at=LATER, done="CANARY")
        make.ActivityFactory(title="CANARY", **hidden)
        make.MeetingFactory(title="CANARY", **hidden, **on(date(2003, 7, 20)))
        make.EditorialNoteFactory(text="CANARY", **hidden)
        make.AddresseeFactory(actor=make.ActorFactory(name="CANARY", **hidden))
        make.MeetingChangeFactory(meeting__title="CANARY", meeting__published=False)
        assert "CANARY" not in words_of(report_to(session))

    def test_nothing_typed_becomes_markup(self, session):
        make.SessionReportFactory(session=session, introduction="<script>alert(1)</script>")
        make.MandateFactory(text='"><img src=x onerror=alert(1)>', resolution__title="<b>bold")
        page = html_of(paper_of_report(report_to(session)))
        for tag in ("<script", "<img", "<b>"):
            assert tag not in page


class TestItsPage:
    def test_what_cannot_be_laid_out_ends_in_a_message(self, session, monkeypatch):
        client = client_of(EDITOR)
        page = f"/sessions/{session.slug}/report"
        monkeypatch.setattr(apart, "WAIT_SECONDS", 0.01)
        for known_as in ("pdf", "docx"):
            response = client.get(f"{page}.{known_as}")
            assert response.status_code == 400
            assert "This paper is too long to be laid out." in main_text_of(response)
        with pytest.raises(CommandError, match="too long to be laid out"):
            call_command("print_report", session.slug, format="pdf")

    def test_it_is_for_staff_and_the_executive_committee(self, session, client):
        for ending in ("/report/", "/report.pdf", "/report.docx"):
            address = f"/sessions/{session.slug}{ending}"
            assert client.get(address).status_code == 404
            assert client_of().get(address).status_code == 404
            for group in (EDITOR, EXECUTIVE_COMMITTEE):
                response = client_of(group).get(address)
                assert response.status_code == 200, (group, ending)
                assert "no-store" in response["Cache-Control"]

    def test_it_says_that_it_is_a_draft(self, session):
        response = client_of(EXECUTIVE_COMMITTEE).get(f"/sessions/{session.slug}/report/")
        assert "This is a draft." in main_text_of(response)
        assert '<p class="paper-mark">DRAFT</p>' in response.content.decode()
        assert response.content.decode().count("<h1") == 1

    def test_a_session_that_is_missing_or_a_draft_has_none(self, session):
        assert client_of(EDITOR).get("/sessions/1999-1/report/").status_code == 404
        make.SessionFactory(slug="2001-1", term__published=False)
        response = client_of(EDITOR).get("/sessions/2001-1/report/")
        assert response.status_code == 400
        assert "Publish first: term “" in main_text_of(response)
        assert client_of(EXECUTIVE_COMMITTEE).get("/sessions/2001-1/report/").status_code == 404

    def test_a_size_that_no_paper_has_is_refused(self, session):
        address = f"/sessions/{session.slug}/report.pdf"
        assert client_of(EDITOR).get(address, {"size": "a0"}).status_code == 400
        assert client_of(EDITOR).get(address, {"size": "a4"}).content.startswith(b"%PDF")


class TestTheCommand:
    def test_it_writes_each_format(self, session, tmp_path):
        for known_as, begins in (("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF"), ("docx", b"PK")):
            file = tmp_path / known_as
            call_command("print_report", session.slug, format=known_as, output=file)
            assert file.read_bytes().startswith(begins), known_as

    def test_it_says_what_it_cannot_print(self, session, tmp_path):
        with pytest.raises(CommandError, match=r"There is no session 1999-1\. There are: .*2003-2"):
            call_command("print_report", "1999-1")
        with pytest.raises(CommandError, match="yet to come"):
            call_command("print_report", session.slug, as_of=date(2003, 2, 21))
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("print_report", session.slug, output=tmp_path / "no" / "folder")


class TestDifferences:
    def test_a_report_does_not_differ_from_itself(self, session):
        make.MandateFactory()
        make.ActivityFactory()
        data = report_to(session).as_data()
        assert differences(data, data) == []

    def test_what_changed_is_named(self, session):
        mandate = make.MandateFactory()
        before = report_to(session).as_data()
        make.ProgressReportFactory(mandate=mandate, status=Status.COMPLETED)
        make.SessionReportFactory(session=session, parts=[*ReportPart.values[:-1]])
        after = report_to(session).as_data()
        found = {
            (one.name, one.respect): (one.before, one.after) for one in differences(before, after)
        }
        assert found[mandate.reference, "status"] == ("no_report", "completed")
        assert found["contradictions", "part"] == ("contradictions", None)


class TestThePlanOf2003:
    pytestmark = pytest.mark.usefixtures("plan_2003")

    def test_each_of_its_43_mandates_has_one_row(self):
        session = Session.objects.get(slug="2003-1")
        report = report_to(session, date(2003, 2, 20))
        rows = [row.reference for row in part(report, "progress").rows]
        assert len(rows) == len(set(rows)) == 43
        assert set(rows) == set(Mandate.objects.reported_on().values_list("reference", flat=True))
        assert part(report, "chair").total == 43
        words = words_of(report)
        assert all(words.count(f"{reference} ") >= 1 for reference in rows)
        assert "February 20-21, 2003, Washington, D.C." in words

    def test_nine_have_neither_activity_nor_report(self):
        report = report_to(Session.objects.get(slug="2003-2"), date(2003, 2, 20))
        assert len(part(report, "unreported").mandates) == 9
        assert part(report, "changes").reported == ()
