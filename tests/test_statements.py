"""A statement that was put together once answers from what is there when it is asked."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import FieldDoesNotExist

from calendar_app.models import Meeting
from documents.models import SessionReport
from mandates.models import Actor, Mandate, ProgressReport, progress_status
from mandates.models.progress_status import (
    all_latest_statuses,
    known_latest_statuses,
    latest_statuses,
)
from mandates.statements import Records, Statement
from tests.factories import (
    ActivityFactory,
    ActorFactory,
    MandateFactory,
    MeetingFactory,
    ProgressReportFactory,
    SessionReportFactory,
)
from tests.pages import statements_asked

pytestmark = pytest.mark.django_db


def test_it_answers_from_what_is_there_in_the_order_of_the_rows():
    last, first = ActorFactory(name="Z"), ActorFactory(name="A")
    statement = Statement.for_keys(Actor.objects.exclude(name="M").order_by("name"))
    assert (list(statement.keys()), statement.count()) == ([first.pk, last.pk], 2)
    Actor.objects.filter(pk=last.pk).update(name="M")
    assert (list(statement.keys()), statement.count()) == ([first.pk], 1)


def test_no_more_than_were_asked_for():
    ActorFactory.create_batch(3)
    statement = Statement.for_keys(Actor.objects.order_by("pk")[:2])
    assert (len(statement.keys()), statement.count()) == (2, 2)


def test_what_nothing_can_answer_is_not_asked(django_assert_num_queries):
    ActorFactory()
    with django_assert_num_queries(0):
        statement = Statement.for_keys(Actor.objects.filter(pk__in=[]))
        assert (list(statement.keys()), statement.count()) == ([], 0)


def test_it_is_asked_of_other_keys_each_time():
    one, other = ActorFactory(name="A"), ActorFactory(name="B")
    statement = Statement.among(Actor.objects.order_by("-name"), "pk", "name")
    assert statement.rows([one.pk, other.pk]) == [(other.pk, "B"), (one.pk, "A")]
    assert statement.rows([one.pk]) == [(one.pk, "A")]
    Actor.objects.filter(pk=one.pk).update(name="C")
    assert statement.rows([one.pk]) == [(one.pk, "C")]
    assert statement.rows([]) == []


def test_of_what_a_record_is_linked_to_only_what_was_asked_of_answers():
    asked, beside = ActivityFactory(), ActivityFactory()
    both = MandateFactory(reference="both")
    both.activities.set([asked, beside])
    statement = Statement.among(Mandate.objects.order_by("pk"), "activities", "reference")
    assert statement.rows([asked.pk]) == [(asked.pk, "both")]
    assert sorted(statement.rows([asked.pk, beside.pk])) == sorted(
        [(asked.pk, "both"), (beside.pk, "both")]
    )


# --- records ---------------------------------------------------------------------------------


def same(records: Records, rows: list, names: tuple[str, ...]) -> None:
    """What was read is what Django reads, and of the same types."""
    found = records.read([row.pk for row in rows])
    assert list(found) == [row.pk for row in rows]
    for row in rows:
        for name in names:
            value, djangos = getattr(found[row.pk], name), getattr(row, name)
            assert (value, type(value)) == (djangos, type(djangos)), name


def test_they_are_as_django_makes_them(django_assert_num_queries):
    MeetingFactory(start=date(2003, 5, 1), end=date(2003, 5, 2), country="PE", tentative=True)
    MeetingFactory(start=None, end=None, precision="")
    ProgressReportFactory()
    SessionReportFactory()
    day = date(2003, 2, 1)
    meetings = Meeting.objects.as_they_stood(day).for_list(day).with_log(day).order_by("-pk")
    fields = ("start", "country", "tentative", "title")
    stood = ("stood_start", "stood_tentative", "unconfirmed", "saved_at")
    for rows, names, annotated in (
        (meetings, fields, stood),
        (ProgressReport.objects.order_by("pk"), ("recorded_at", "mandate_id"), ()),
        (SessionReport.objects.order_by("pk"), ("parts",), ()),
    ):
        records, djangos = Records.among(rows, *names), list(rows)
        with django_assert_num_queries(1):
            same(records, djangos, (*names, *annotated))


def test_what_was_not_read_is_asked_for(django_assert_num_queries):
    actor = ActorFactory(acronym="OAS")
    read = Records.among(Actor.objects.all(), "name").read([actor.pk])[actor.pk]
    with django_assert_num_queries(0):
        assert read.name == actor.name
    with django_assert_num_queries(1):
        assert read.acronym == "OAS"


def test_a_field_that_is_none_is_refused():
    with pytest.raises(FieldDoesNotExist):
        Records.among(Actor.objects.all(), "nmae")


# --- statuses --------------------------------------------------------------------------------


def test_the_latest_report_counts_by_its_day_then_by_its_moment_then_by_its_key():
    mandate, at = MandateFactory(), datetime(2003, 2, 10, tzinfo=UTC)

    def report(status: str, day: int, moment: datetime = at) -> None:
        ProgressReportFactory(
            mandate=mandate, status=status, as_of=date(2003, 2, day), recorded_at=moment
        )

    def status(day: int = 20) -> str | None:
        on = date(2003, 2, day)
        found = latest_statuses("mandate", [mandate.pk], on)
        assert found == all_latest_statuses("mandate", on) == known_latest_statuses("mandate", on)
        return found.get(mandate.pk)

    report("planned", 5)
    report("in_progress", 5)
    assert status() == "in_progress"
    report("completed", 5, at.replace(day=9))
    assert status() == "in_progress"
    report("completed", 4, at.replace(day=19))
    assert status() == "in_progress"
    report("completed", 12)
    assert [status(day) for day in (20, 11, 4, 3)] == [
        "completed",
        "in_progress",
        "completed",
        None,
    ]


class TestWhatIsKnownOfTheLog:
    """A worker reads what was added since it read last."""

    on = date(2003, 2, 20)

    def known(self) -> dict[int, str]:
        return known_latest_statuses("activity", self.on)

    def report(self, status: str, day: int = 5, **kwargs: object) -> ProgressReport:
        return ProgressReportFactory(
            mandate=None, status=status, as_of=date(2003, 2, day), **kwargs
        )

    def test_no_more_than_that_is_read(self):
        activity, other = ActivityFactory(pk=710_001), ActivityFactory(pk=710_002)
        self.report("planned", activity=activity)
        self.report("ongoing", activity=other)
        assert self.known() == {activity.pk: "planned", other.pk: "ongoing"}
        last = ProgressReport.objects.order_by("pk").last().pk
        self.report("completed", activity=activity, day=6)
        with statements_asked() as asked:
            assert self.known() == {activity.pk: "completed", other.pk: "ongoing"}
        size, added, latest = (str(parameters) for _sql, parameters in asked)
        assert (f"({last},)", f"({last},)") == (size, added)
        assert "710001" in latest
        assert "710002" not in latest

    def test_an_earlier_day_and_a_later_one_settle_nothing(self):
        activity = ActivityFactory()
        self.report("planned", activity=activity)
        assert self.known() == {activity.pk: "planned"}
        self.report("completed", activity=activity, day=4)
        self.report("suspended", activity=activity, day=21)
        assert self.known() == {activity.pk: "planned"}

    def test_one_whose_key_was_given_before_is_not_missed(self):
        """On PostgreSQL what is written first may be committed last."""
        activity, other = ActivityFactory.create_batch(2)
        self.report("planned", activity=activity, pk=1_000_001)
        assert self.known() == {activity.pk: "planned"}
        self.report("ongoing", activity=other, pk=1_000_000)
        assert self.known() == {activity.pk: "planned", other.pk: "ongoing"}

    @pytest.mark.parametrize("read", ["_size_of_log", "_records_after"])
    def test_one_that_comes_while_it_is_read_is_not_missed(self, read, monkeypatch):
        """Whichever question was asked before it came."""
        activity, other = ActivityFactory.create_batch(2)
        self.report("planned", activity=activity)
        assert self.known() == {activity.pk: "planned"}
        asked, coming = getattr(progress_status, read), [other, activity]

        def come_first(*args: object) -> Statement:
            if coming:
                self.report("completed", activity=coming.pop(), day=6)
            return asked(*args)

        monkeypatch.setattr(progress_status, read, come_first)
        self.report("ongoing", activity=other)
        while coming:
            self.known()
        assert self.known() == {activity.pk: "completed", other.pk: "completed"}
