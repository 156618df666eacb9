"""The rules of the domain: query sets that take a date and a user, and need no clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from calendar_app.dates import Span
from calendar_app.models import Deadline, Meeting
from cimplan.groups import ADMINISTRATOR, EDITOR, EXECUTIVE_COMMITTEE
from documents.models import MandateNote, SessionReport
from mandates.models import Activity, Actor, Mandate, Resolution, StaleRecord
from mandates.status import Status
from mandates.texts import clean_text
from tests import factories
from workplan.models import Section

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = date(2003, 1, 15), date(2003, 2, 20), date(2003, 3, 10)


def report(mandate, status, as_of, **values):
    return factories.ProgressReportFactory(mandate=mandate, status=status, as_of=as_of, **values)


def status_of(mandate, day):
    return Mandate.objects.with_status(day).get(pk=mandate.pk).status


class TestStatus:
    def test_it_is_the_latest_that_holds_on_the_day(self):
        mandate = factories.MandateFactory()
        report(mandate, Status.PLANNED, JANUARY)
        report(mandate, Status.IN_PROGRESS, MARCH)
        assert status_of(mandate, JANUARY - timedelta(days=1)) == Status.NO_REPORT
        assert status_of(mandate, FEBRUARY) == Status.PLANNED
        assert status_of(mandate, MARCH) == Status.IN_PROGRESS

    def test_of_two_for_one_day_the_one_recorded_later_counts_though_entered_first(self):
        mandate = factories.MandateFactory()
        noon = datetime(2003, 2, 20, 12, tzinfo=UTC)
        report(mandate, Status.COMPLETED, FEBRUARY, recorded_at=noon + timedelta(hours=1))
        report(mandate, Status.PLANNED, FEBRUARY, recorded_at=noon)
        assert status_of(mandate, FEBRUARY) == Status.COMPLETED

    def test_an_older_state_of_things_recorded_late_does_not_win(self):
        mandate = factories.MandateFactory()
        late = datetime(2003, 6, 1, tzinfo=UTC)
        report(mandate, Status.COMPLETED, FEBRUARY)
        report(mandate, Status.PLANNED, JANUARY, recorded_at=late)
        assert status_of(mandate, MARCH) == Status.COMPLETED
        assert status_of(mandate, JANUARY) == Status.PLANNED

    def test_what_one_state_says_does_not_settle_it(self):
        mandate = factories.MandateFactory()
        report(mandate, Status.PLANNED, JANUARY)
        report(mandate, Status.COMPLETED, FEBRUARY, about=factories.StateFactory())
        assert status_of(mandate, MARCH) == Status.PLANNED


class TestInForce:
    def references(self, on):
        return set(Mandate.objects.in_force(on).values_list("reference", flat=True))

    def test_from_its_beginning_to_its_end(self):
        mandate = factories.MandateFactory(begins_on=JANUARY, ends_on=FEBRUARY)
        assert self.references(JANUARY) == self.references(FEBRUARY) == {mandate.reference}
        assert self.references(JANUARY - timedelta(days=1)) == set()
        assert self.references(FEBRUARY + timedelta(days=1)) == set()

    def test_it_begins_with_its_resolution_else_in_its_assemblys_year(self):
        assembly = factories.AssemblyFactory(year=2002)
        dated = factories.ResolutionFactory(assembly=assembly, adopted_on=date(2002, 10, 31))
        undated = factories.ResolutionFactory(assembly=assembly, adopted_on=None)
        of_dated = factories.MandateFactory(resolution=dated)
        of_undated = factories.MandateFactory(resolution=undated)
        assert of_dated.beginning == date(2002, 10, 31)
        assert of_undated.beginning == 2002
        assert self.references(date(2001, 12, 31)) == set()
        assert self.references(date(2002, 1, 1)) == {of_undated.reference}
        assert self.references(MARCH) == {of_undated.reference, of_dated.reference}

    def test_one_that_was_superseded_is_not_from_that_day_on(self):
        new = factories.MandateFactory()
        old = factories.MandateFactory(
            standing="superseded", standing_target=new, standing_date=FEBRUARY
        )
        assert old.reference in self.references(JANUARY)
        assert old.reference not in self.references(FEBRUARY)


class TestAddressees:
    def test_a_member_is_asked_what_its_collective_is(self):
        state, other = factories.StateFactory(), factories.StateFactory()
        states = factories.ActorFactory()
        states.members.add(state)
        of_all, of_one = factories.MandateFactory.create_batch(2)
        factories.AddresseeFactory(mandate=of_all, actor=states)
        factories.AddresseeFactory(mandate=of_one, actor=state)
        every = Actor.objects.all()
        assert set(Mandate.objects.addressed_to(state, every)) == {of_all, of_one}
        assert set(Mandate.objects.addressed_to(states, every)) == {of_all}
        assert set(Mandate.objects.addressed_to(other, every)) == set()


class TestActivities:
    def test_a_child_takes_part_in_what_its_parents_cell_proposes(self):
        parent = factories.MandateFactory()
        child = factories.MandateFactory(parent=parent, resolution=parent.resolution)
        alone = factories.MandateFactory()
        factories.ActivityFactory().mandates.add(parent)
        assert list(Mandate.objects.without_activities()) == [alone]
        assert child not in Mandate.objects.without_activities()


class TestDeadlines:
    def due(self, **values):
        mandate = factories.MandateFactory()
        deadline = factories.DeadlineFactory.build(mandate=mandate, meeting=None, **values)
        deadline.span = Span.month(2003, 2)
        deadline.save()
        return deadline

    def overdue(self, on):
        return list(Deadline.objects.overdue(on))

    def test_it_is_overdue_after_its_last_possible_day(self):
        deadline = self.due()
        assert self.overdue(date(2003, 2, 28)) == []
        assert self.overdue(date(2003, 3, 1)) == [deadline]

    @pytest.mark.parametrize("status", Status.values)
    def test_only_while_the_status_is_an_open_one(self, status):
        deadline = self.due()
        report(deadline.mandate, status, JANUARY)
        late = status in ("no_report", "planned", "in_progress", "suspended")
        assert self.overdue(MARCH) == ([deadline] if late else [])

    def test_at_a_meeting_it_moves_with_the_meeting(self):
        meeting = factories.MeetingFactory()
        meeting.span = Span.day(JANUARY)
        meeting.save()
        deadline = factories.DeadlineFactory(mandate=factories.MandateFactory(), meeting=meeting)
        assert self.overdue(FEBRUARY) == [deadline]
        meeting.span = Span.day(MARCH)
        meeting.save()
        assert self.overdue(FEBRUARY) == []
        meeting.span, meeting.tentative = None, False
        meeting.save()
        assert self.overdue(date(2030, 1, 1)) == []

    def test_an_activitys_too(self):
        activity = factories.ActivityFactory()
        deadline = factories.DeadlineFactory.build(mandate=None, activity=activity, meeting=None)
        deadline.span = Span.month(2003, 2)
        deadline.save()
        assert self.overdue(MARCH) == [deadline]
        factories.ProgressReportFactory(
            mandate=None, activity=activity, status=Status.COMPLETED, as_of=FEBRUARY
        )
        assert self.overdue(MARCH) == []


class TestCalendarOrder:
    def test_dated_entries_come_first_in_their_month_and_undated_ones_last(self):
        spans = {
            "year": Span.year_of(2003),
            "month": Span.month(2003, 1),
            "day": Span.day(JANUARY),
            "half": Span.half_year(2003, 1),
            "next": Span.day(FEBRUARY),
            "none": None,
        }
        for slug, span in spans.items():
            meeting = factories.MeetingFactory.build(slug=slug)
            meeting.span = span
            meeting.save()
        assert list(Meeting.objects.in_calendar_order().values_list("slug", flat=True)) == [
            "day",
            "month",
            "half",
            "year",
            "next",
            "none",
        ]


def user(*groups):
    return factories.UserFactory(groups=list(groups))


class TestVisibility:
    def test_a_draft_is_for_staff(self):
        shown, draft = factories.ActivityFactory(), factories.ActivityFactory(published=False)
        for reader in (AnonymousUser(), user(), user(EXECUTIVE_COMMITTEE)):
            assert list(Activity.objects.visible_to(reader)) == [shown]
        for staff in (user(EDITOR), user(ADMINISTRATOR)):
            assert set(Activity.objects.visible_to(staff)) == {shown, draft}

    def test_somebody_whose_account_is_closed_sees_no_drafts(self):
        factories.ActivityFactory(published=False)
        former = user(EDITOR)
        former.is_active = False
        former.save()
        assert not Activity.objects.visible_to(former).exists()

    def test_what_stands_in_a_draft_is_hidden_with_it(self):
        resolution = factories.ResolutionFactory(published=False)
        mandate = factories.MandateFactory(resolution=resolution)
        assert not Mandate.objects.visible_to(AnonymousUser()).exists()
        section = factories.SectionFactory(plan__published=False)
        assert not Section.objects.visible_to(AnonymousUser()).exists()
        assert mandate in Mandate.objects.visible_to(user(EDITOR))
        assert section in Section.objects.visible_to(user(EDITOR))

    def test_a_deadline_at_a_meeting_that_is_a_draft_is_hidden(self):
        draft = factories.MeetingFactory(published=False)
        factories.DeadlineFactory(mandate=factories.MandateFactory(), meeting=draft)
        shown = factories.DeadlineFactory(mandate=factories.MandateFactory())
        assert list(Deadline.objects.visible_to(AnonymousUser())) == [shown]

    def test_draft_reports_are_for_the_executive_committee_too(self):
        draft = factories.SessionReportFactory()
        for reader in (EDITOR, ADMINISTRATOR, EXECUTIVE_COMMITTEE):
            assert list(SessionReport.objects.visible_to(user(reader))) == [draft]
        assert not SessionReport.objects.visible_to(AnonymousUser()).exists()


class TestVersions:
    def test_the_second_of_two_saves_is_refused(self):
        first = factories.ActivityFactory(title="As it was")
        second = Activity.objects.get(pk=first.pk)
        first.title = "First"
        first.save()
        second.title = "Second"
        with pytest.raises(StaleRecord), transaction.atomic():
            second.save()
        assert Activity.objects.get().title == "First"

    def test_one_person_may_save_again_and_again(self):
        activity = factories.ActivityFactory()
        for title in ("One", "Two", "Three"):
            activity.title = title
            activity.save()
        assert Activity.objects.get().title == "Three"

    def test_a_record_that_was_deleted_meanwhile_is_not_brought_back_as_an_update(self):
        activity = factories.ActivityFactory()
        Activity.objects.filter(pk=activity.pk).delete()
        activity.title = "Back"
        with pytest.raises(DatabaseError), transaction.atomic():
            activity.save(force_update=True)
        assert not Activity.objects.exists()


class TestMandatesCheckThemselves:
    def test_a_parent_in_another_resolution(self):
        mandate = factories.MandateFactory(parent=factories.MandateFactory())
        with pytest.raises(ValidationError, match="same resolution"):
            mandate.clean()

    def test_a_cycle(self):
        first = factories.MandateFactory(position=1)
        second = factories.MandateFactory(parent=first, resolution=first.resolution, position=2)
        first.parent, first.position = second, 3
        with pytest.raises(ValidationError, match="under itself"):
            first.clean()

    def test_a_child_is_not_shown_without_its_parents_words(self):
        parent = factories.MandateFactory(published=False)
        child = factories.MandateFactory(parent=parent, resolution=parent.resolution, position=999)
        with pytest.raises(ValidationError, match="Publish the paragraph"):
            child.clean()
        assert not Mandate.objects.visible_to(AnonymousUser()).filter(pk=child.pk).exists()


class TestText:
    HOSTILE = "a\r\nb\x0bc\x00d\x85e\u2028f\ud800g\ufffeh\x1bi"

    def test_line_ends_are_alike_and_control_characters_gone(self):
        assert clean_text(self.HOSTILE) == "a\nb\ncd\ne\nfghi"

    def test_official_words_are_left_alone(self):
        text = "“rest fo Latin America”… Belém\u00a0do Pará\n\n\ttwo  blanks"
        assert clean_text(text) == text

    def test_on_every_way_into_the_database(self):
        hostile = self.HOSTILE
        Activity.objects.bulk_create([Activity(slug="bulk", title="t", description=hostile)])
        Activity.objects.create(slug="create", title="t", description=hostile)
        Activity.objects.create(slug="update", title="t")
        Activity.objects.filter(slug="update").update(description=hostile)
        stored = set(Activity.objects.values_list("description", flat=True))
        assert stored == {clean_text(hostile)}


def test_names_are_found_in_any_case_and_whole():
    iom = factories.ActorFactory(
        name="International Organization", acronym="IOM", other_names="OIM"
    )
    factories.ActorFactory(name="Roman", acronym="", other_names="OIMO")
    for text in ("OIM", "oim", " iom ", "international organization"):
        assert list(Actor.objects.named(text)) == [iom]
    assert not Actor.objects.named("OI").exists()


def test_a_symbol_that_is_none_finds_nothing():
    factories.ResolutionFactory()
    assert Resolution.objects.count() == 1
    assert not Resolution.objects.with_symbol("no symbol at all").exists()


def test_the_settings_of_sqlite_are_those_that_were_measured():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL needs none of them")
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert connection.settings_dict["OPTIONS"]["timeout"] == 20


def test_notes_of_a_draft_report_are_for_those_who_may_see_the_draft():
    note = factories.MandateNoteFactory()
    assert list(MandateNote.objects.visible_to(user(EXECUTIVE_COMMITTEE))) == [note]
    assert not MandateNote.objects.visible_to(AnonymousUser()).exists()


def test_words_that_do_not_stand_there_are_no_quotation():
    row = factories.MandateRowFactory(activities_cell="Letter to\nthe  Secretary General.")
    quotation = factories.QuotationFactory.build(row=row, section=None, words="Letter to the Sec")
    quotation.clean()
    quotation.words = "Letter from the Secretary"
    with pytest.raises(ValidationError, match="do not stand there"):
        quotation.clean()
