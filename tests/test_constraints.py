"""The database refuses nonsense: each named constraint is seen to refuse, on both engines."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from calendar_app.models import (
    AgendaItem,
    Deadline,
    Meeting,
    MeetingChange,
    MeetingState,
    Session,
    Term,
)
from documents.models import IssuedDocument, IssuedFile, MandateNote, SessionReport
from mandates.models import (
    Actor,
    Addressee,
    Assembly,
    Citation,
    Mandate,
    ProgressReport,
    Resolution,
)
from workplan.models import (
    CalendarEntry,
    EditorialNote,
    MandateRow,
    NoteTarget,
    ProgramArea,
    Quotation,
    Section,
    WorkPlan,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plan_2003")]

OUR_APPS = ("mandates", "calendar_app", "workplan", "documents")
DAY = date(2003, 6, 8)


def one(model: type[models.Model], **lookup: object) -> models.QuerySet:
    """One row of the plan, to be made into nonsense with `update()`."""
    return model.objects.filter(pk=model.objects.filter(**lookup).order_by("pk").first().pk)


def again(model: type[models.Model], **lookup: object) -> None:
    """Insert a row again that is there."""
    row = model.objects.filter(**lookup).order_by("pk").first()
    other = model.objects.get(pk=row.pk)
    other.pk, other._state.adding = None, True
    for field in other._meta.concrete_fields:
        if field.unique and not field.primary_key:
            setattr(other, field.attname, {"slug": "another", "reference": "another"}[field.name])
    other.save(force_insert=True)


def change(**values: object) -> None:
    meeting = Meeting.objects.first()
    defaults = {
        "meeting": meeting,
        "act": "moved",
        "tentative_before": True,
        "tentative_after": False,
        "state_before": MeetingState.SCHEDULED,
        "state_after": MeetingState.SCHEDULED,
        "recorded_at": timezone.now(),
    }
    MeetingChange.objects.create(**defaults | values)


def issue(**values: object) -> IssuedDocument:
    defaults = {"title": "Report", "as_of": DAY, "content": {}, "issued_at": timezone.now()}
    defaults |= {"session": Session.objects.first(), "slug": f"report-{uuid4()}"}
    return IssuedDocument.objects.create(**defaults | values)


def issue_file(document: IssuedDocument, format: str) -> None:
    IssuedFile.objects.create(document=document, format=format, content=b"", size=0, sha256="")


def twice(make: Callable[[], object]) -> None:
    make()
    make()


def note_on_a_mandate() -> None:
    report, _ = SessionReport.objects.get_or_create(session=Session.objects.first())
    MandateNote.objects.create(report=report, mandate=Mandate.objects.first(), text="A note")


def same_file_twice() -> None:
    document = issue()
    issue_file(document, "pdf")
    issue_file(document, "pdf")


def note_target() -> None:
    note, _ = EditorialNote.objects.get_or_create(slug="a-note", kind="comment", text="A note")
    of_actors = ContentType.objects.get_for_model(Actor)
    NoteTarget.objects.create(note=note, content_type=of_actors, object_id=1)


REFUSED: dict[str, Callable[[], object]] = {
    "actor_kind_known": lambda: one(Actor, slug="iom").update(kind="nonsense"),
    "actor_delegate_has_state": lambda: one(Actor, kind="delegate").update(state=None),
    "actor_only_delegate_has_state": lambda: one(Actor, slug="iom").update(
        state=Actor.objects.filter(kind="state").first()
    ),
    "actor_only_state_has_country": lambda: one(Actor, slug="iom").update(country="CH"),
    "actor_country_unique": lambda: one(Actor, country="MX").update(country="CA"),
    "assembly_ordinal_unique": lambda: again(Assembly),
    "assembly_after_founding": lambda: one(Assembly).update(year=1900),
    "resolution_kind_known": lambda: one(Resolution).update(kind="nonsense"),
    "mandate_position_unique": lambda: again(Mandate),
    "mandate_position_from_one": lambda: one(Mandate).update(position=0),
    "mandate_not_its_own_parent": lambda: one(Mandate).update(parent=models.F("pk")),
    "mandate_standing_known": lambda: one(Mandate).update(standing="nonsense"),
    "mandate_standing_target": lambda: one(Mandate).update(standing="superseded"),
    "mandate_priority_known": lambda: one(Mandate).update(priority=9),
    "mandate_ends_after_beginning": lambda: one(Mandate).update(
        begins_on=DAY, ends_on=date(2003, 6, 7)
    ),
    "addressee_named_once": lambda: again(Addressee),
    "citation_of_one_thing": lambda: one(Citation).update(resolution=None, instrument=None),
    "report_on_one_thing": lambda: ProgressReport.objects.create(
        status="planned", as_of=DAY, recorded_at=timezone.now()
    ),
    "report_status_known": lambda: ProgressReport.objects.create(
        mandate=Mandate.objects.first(), status="donne", as_of=DAY, recorded_at=timezone.now()
    ),
    "report_about_a_mandate": lambda: ProgressReport.objects.create(
        activity=ProgressReport.objects.exclude(activity=None).first().activity,
        about=Actor.objects.first(),
        status="planned",
        as_of=DAY,
        recorded_at=timezone.now(),
    ),
    "meeting_span_whole": lambda: one(Meeting, start__isnull=False).update(precision=""),
    "meeting_span_in_order": lambda: one(Meeting, end__lt=DAY).update(start=DAY),
    "meeting_kind_known": lambda: one(Meeting).update(kind="nonsense"),
    "meeting_state_known": lambda: one(Meeting).update(state="nonsense"),
    "meeting_observance_has_no_place": lambda: one(Meeting, kind="observance").update(city="Lima"),
    "meeting_tentative_has_dates": lambda: one(Meeting, start=None).update(tentative=True),
    "meeting_change_act_known": lambda: change(act="nonsense"),
    "meeting_change_cancelled_with_reason": lambda: change(act="cancelled", reason=""),
    "deadline_span_whole": lambda: one(Deadline, start__isnull=False).update(end=None),
    "deadline_span_in_order": lambda: one(Deadline, start__isnull=False).update(
        end=date(1999, 1, 1)
    ),
    "deadline_of_one_thing": lambda: one(Deadline).update(mandate=None, activity=None),
    "deadline_at_meeting_or_by_span": lambda: one(Deadline, meeting__isnull=False).update(
        meeting=None
    ),
    "term_ends_after_it_starts": lambda: one(Term).update(end_year=2001),
    "session_ordinal_unique": lambda: one(Session, ordinal=1).update(ordinal=2),
    "session_ordinal_from_one": lambda: one(Session, ordinal=1).update(ordinal=0),
    "agenda_number_unique": lambda: again(AgendaItem),
    "area_not_its_own_parent": lambda: one(ProgramArea).update(parent=models.F("pk")),
    "plan_state_known": lambda: one(WorkPlan).update(state="nonsense"),
    "section_position_unique": lambda: one(Section, position=1).update(position=2),
    "section_slug_unique": lambda: one(Section, slug="i").update(slug="ii"),
    "section_kind_known": lambda: one(Section).update(kind="nonsense"),
    "entry_position_unique": lambda: one(CalendarEntry, position=1).update(position=2),
    "row_position_unique": lambda: one(MandateRow, position=1).update(position=2),
    "row_mandate_once_a_plan": lambda: one(MandateRow, position=1).update(
        mandate=MandateRow.objects.get(position=2).mandate
    ),
    "quotation_of_one_place": lambda: one(Quotation).update(section=None, row=None),
    "quotation_position_in_section_unique": lambda: again(Quotation, row=None),
    "quotation_position_in_row_unique": lambda: again(Quotation, section=None),
    "note_kind_known": lambda: EditorialNote.objects.create(slug="n", kind="nonsense", text="A"),
    "note_target_named_once": lambda: twice(note_target),
    "mandate_note_once_a_report": lambda: twice(note_on_a_mandate),
    "issued_revision_unique": lambda: twice(issue),
    "issued_symbol_unique": lambda: (
        issue(slug="one", symbol="CIM/doc.1/03", session=Session.objects.all()[0]),
        issue(slug="two", symbol="CIM/doc.1/03", session=Session.objects.all()[1]),
    ),
    "issued_file_format_unique": same_file_twice,
    "issued_file_format_known": lambda: issue_file(issue(), "xls"),
}


def our_constraints() -> dict[str, models.BaseConstraint]:
    return {
        constraint.name: constraint
        for label in OUR_APPS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_its_nonsense():
    assert set(REFUSED) == set(our_constraints())
    assert len(REFUSED) > 50


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_database_refuses(name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        REFUSED[name]()
    said = str(refusal.value)
    # SQLite names the columns of a unique constraint, and the rest by their names.
    unnamed = connection.vendor == "sqlite" and said.startswith("UNIQUE constraint failed")
    assert name in said or (
        unnamed and isinstance(our_constraints()[name], models.UniqueConstraint)
    )


def test_every_constraint_says_why_in_words():
    default = models.CheckConstraint.default_violation_error_message
    for name, constraint in our_constraints().items():
        if isinstance(constraint, models.CheckConstraint):
            assert constraint.violation_error_message != default, name
