"""The real plan with what was read by people: the questions its users ask of it."""

from datetime import date

import pytest
from django.utils.html import escape

from calendar_app.models import Deadline, Meeting, Session
from mandates.models import Activity, Actor, Mandate, ProgressReport, Resolution
from mandates.status import Status
from workplan.models import EditorialNote, MandateRow, ProgramArea, Quotation, Section

FIRST_DAY = date(2003, 2, 20)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]


def references(mandates):
    return [mandate.reference for mandate in mandates]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("CIM/RES. 224/02 (XXXI-O/02)", "224"),
        ("cim/res 224", "224"),
        ("CIM/RES.191/96 (XXVIII-0/96)", "191"),
        ("AG/RES 1741", "ag-res-1741"),
        ("AG/RES. 1741", "ag-res-1741"),
    ],
)
def test_a_resolution_is_found_whichever_way_its_symbol_is_typed(typed, slug):
    assert Resolution.objects.with_symbol(typed).get().slug == slug


def test_what_was_asked_of_member_states_on_trafficking():
    asked = Mandate.objects.filter(resolution__slug="225").addressed_to(
        Actor.objects.get(slug="member-states"), Actor.objects.all()
    )
    assert references(asked.reported_on()) == [*(f"225-1-{letter}" for letter in "abcdef"), "225-6"]


def test_a_state_is_asked_whatever_member_states_are():
    actors = Actor.objects.all()
    of_all = Mandate.objects.addressed_to(actors.get(slug="member-states"), actors)
    of_mexico = Mandate.objects.addressed_to(actors.get(name="Mexico"), actors)
    assert set(references(of_all)) <= set(references(of_mexico))
    assert of_all.count() > 10


def test_a_child_carries_its_parents_verb_addressees_and_qualifier():
    child = Mandate.objects.get(reference="224-3-b")
    assert child.verb == "recommend"
    (addressee,) = child.addressees.all()
    assert addressee.actor.slug == "member-states"
    assert addressee.qualifier == "that have not yet done so"


def test_no_addressee_is_invented_where_none_is_named():
    assert not Mandate.objects.get(reference="219-5").addressees.exists()


def test_there_are_34_member_states_each_with_a_delegate():
    states = Actor.objects.get(slug="member-states").members.all()
    assert states.count() == 34
    assert Actor.objects.get(slug="delegates").members.count() == 34
    assert all(state.delegates.count() == 1 for state in states)


def test_iom_is_found_by_both_its_names():
    assert Actor.objects.named("OIM").get() == Actor.objects.named("iom").get()


def test_statuses_on_the_first_day_of_the_first_session():
    reported = Mandate.objects.reported_on().with_status(FIRST_DAY)
    nothing_proposed = reported.without_activities()
    assert {one.status for one in nothing_proposed} == {Status.NO_REPORT}
    assert nothing_proposed.count() >= 8
    assert not reported.exclude(pk__in=nothing_proposed).filter(status=Status.NO_REPORT).exists()


def test_a_status_is_not_known_before_it_was_reported():
    before = Mandate.objects.with_status(date(2002, 12, 31))
    assert {one.status for one in before} == {Status.NO_REPORT}


def test_a_letter_was_sent_on_21_january():
    sent = ProgressReport.objects.filter(evidence_words__contains="On January 21, 2003, a letter")
    assert {report.as_of for report in sent} == {date(2003, 1, 21)}
    assert {report.status for report in sent if report.activity} == {Status.COMPLETED}


def test_every_report_quotes_the_document_and_was_recorded_with_it():
    for report in ProgressReport.objects.all():
        assert report.evidence_words
        assert report.recorded_at.date() == FIRST_DAY
        assert report.as_of <= FIRST_DAY


def test_each_row_that_proposes_something_quotes_it():
    for row in MandateRow.objects.exclude(activities_cell=""):
        assert row.quotations.exists(), row


def test_see_above_is_no_activity_but_points_at_some():
    above = Quotation.objects.filter(words__istartswith="see above").exclude(row=None)
    assert {one.row.mandate.reference for one in above} == {"227-3", "224-2", "224-3"}
    assert not Activity.objects.filter(title__icontains="see above").exists()


def test_quotations_stand_in_the_order_of_their_words():
    for place in (*MandateRow.objects.all(), *Section.objects.all()):
        text = " ".join(getattr(place, "activities_cell", getattr(place, "body", "")).split())
        at = [text.index(" ".join(one.words.split())) for one in place.quotations.all()]
        assert at == sorted(at)
        assert [one.position for one in place.quotations.all()] == list(range(1, len(at) + 1))


def test_an_activity_of_section_and_row_is_one_record():
    in_section = Activity.objects.filter(quotations__section__slug="i-a")
    in_both = in_section.filter(quotations__row__mandate__reference="219-3").distinct()
    assert in_both.count() == 2  # the technical seminar and the best practices


def test_sepia_iii_is_an_activity_and_a_meeting():
    meeting = Meeting.objects.get(title__startswith="SEPIA III")
    assert meeting.activities.filter(quotations__words__contains="Carry out SEPIA III").exists()


def test_deadlines_hang_on_meetings_and_move_with_them():
    at_sessions = Deadline.objects.filter(meeting__session__isnull=False)
    assert {one.meeting.session.slug for one in at_sessions} >= {"2003-1", "2003-2", "2004-4"}
    second = Session.objects.get(slug="2003-2").meeting
    due = Deadline.objects.with_last_day().filter(meeting=second)
    assert {one.last_day for one in due} == {date(2003, 8, 2)}
    Meeting.objects.filter(pk=second.pk).update(end=date(2003, 9, 5))
    assert {one.last_day for one in due.all()} == {date(2003, 9, 5)}


def test_the_fourth_session_has_no_date_so_nothing_due_at_it_is_overdue():
    fourth = Session.objects.get(slug="2004-4")
    assert fourth.meeting.span is None
    assert fourth.meeting.deadlines.exists()
    late = Deadline.objects.overdue(date(2030, 1, 1))
    assert not late.filter(meeting=fourth.meeting).exists()
    assert late.filter(meeting__session__slug="2003-2").exists()


def test_resolution_220_rescinds_191():
    assert [one.slug for one in Resolution.objects.get(slug="220").rescinds.all()] == ["191"]


def test_the_contradictions_are_noted_and_open():
    notes = EditorialNote.objects.filter(kind="contradiction", open=True)
    tourism = notes.filter(text__icontains="tourism").distinct()
    assert tourism.exists()
    assert all(note.targets.exists() for note in notes)
    assert notes.count() >= 5


def test_areas_outlive_the_plan_and_hold_what_is_theirs():
    trafficking = ProgramArea.objects.get(slug="trafficking")
    assert trafficking.mandates.filter(reference="225-2").exists()
    assert trafficking.sections.filter(plan__year=2003, slug="iii-a").exists()
    assert ProgramArea.objects.get(slug="sepia-iv").proposed


def test_a_meeting_of_a_series():
    series = Session.objects.get(slug="2003-2").meeting.series
    assert series
    titles = (
        Meeting.objects.filter(series=series).in_calendar_order().values_list("title", flat=True)
    )
    assert [title.split()[0] for title in titles] == ["I", "II", "III", "IV"]


def test_what_see_above_is_taken_to_mean_is_noted_where_its_mandate_is_shown(client):
    page = client.get("/mandates/224-2/").content.decode()
    (note,) = EditorialNote.objects.on(MandateRow.objects.get(mandate__reference="224-2"))
    assert escape(note.text)[:60] in page


def test_a_page_beyond_the_end_of_a_list_says_so_and_leads_back(client):
    answer = client.get("/mandates/?page=99")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "The list has no page “99”" in page
    assert '<a href="/mandates/">Go to its first page</a>' in page
    filtered = client.get("/mandates/?verb=urge&page=99").content.decode()
    assert '<a href="/mandates/?verb=urge">Go to its first page</a>' in filtered
