"""Records for tests: minimal, valid, and published unless said otherwise."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import factory
from django.contrib.auth.models import Group, User
from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from calendar_app.models import (
    AgendaItem,
    Deadline,
    Meeting,
    MeetingAct,
    MeetingChange,
    MeetingState,
    Session,
    Term,
)
from documents.models import IssuedDocument, IssuedFile, MandateNote, SessionReport
from mandates.models import (
    Activity,
    Actor,
    ActorKind,
    Addressee,
    Assembly,
    Citation,
    EvidenceFile,
    Mandate,
    ProgressReport,
    Resolution,
)
from mandates.status import Status
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
from workplan.models.notes import NoteKind

#: The I Session's first day, on which the tests' clock stands (tests/settings.py).
DAY = date(2003, 2, 20)
MOMENT = datetime(2003, 2, 20, 12, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    """Somebody who may log in to the admin; `groups=["Secretariat editor"]` says as what."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"user-{n}")
    is_staff = True

    @factory.post_generation
    def groups(self, create: bool, names: Any, **kwargs: Any) -> None:
        self.groups.set(Group.objects.filter(name__in=names or ()))


# --- mandates ---------------------------------------------------------------------------------


class RecordFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    published = True


class ActorFactory(RecordFactory):
    class Meta:
        model = Actor

    slug = Sequence(lambda n: f"actor-{n}")
    name = Sequence(lambda n: f"Actor {n}")
    kind = ActorKind.OAS_ORGAN


class StateFactory(ActorFactory):
    name = Sequence(lambda n: f"State {n}")
    kind = ActorKind.STATE


class AssemblyFactory(RecordFactory):
    class Meta:
        model = Assembly

    ordinal = Sequence(lambda n: 31 + n)
    year = Sequence(lambda n: 2002 + 2 * n)


class ResolutionFactory(RecordFactory):
    class Meta:
        model = Resolution

    number = Sequence(lambda n: 900 + n)
    body = "CIM"
    slug = factory.LazyAttribute(lambda made: str(made.number))
    symbol = factory.LazyAttribute(lambda made: f"CIM/RES.{made.number} (XXXI-O/02)")
    title = factory.LazyAttribute(lambda made: f"Resolution {made.number}")


class MandateFactory(RecordFactory):
    class Meta:
        model = Mandate

    resolution = SubFactory(ResolutionFactory)
    position = Sequence(lambda n: n + 1)
    reference = factory.LazyAttribute(lambda made: f"{made.resolution.slug}-{made.position}")
    text = factory.LazyAttribute(lambda made: f"To urge what {made.reference} says.")
    verb = "urge"


class AddresseeFactory(DjangoModelFactory):
    class Meta:
        model = Addressee

    mandate = SubFactory(MandateFactory)
    actor = SubFactory(ActorFactory)


class CitationFactory(DjangoModelFactory):
    class Meta:
        model = Citation

    mandate = SubFactory(MandateFactory)
    resolution = SubFactory(ResolutionFactory)
    words = "resolution 901"


class ActivityFactory(RecordFactory):
    class Meta:
        model = Activity

    slug = Sequence(lambda n: f"activity-{n}")
    title = Sequence(lambda n: f"Activity {n}")


class EvidenceFileFactory(DjangoModelFactory):
    class Meta:
        model = EvidenceFile

    name = Sequence(lambda n: f"letter-{n}.pdf")
    content_type = "application/pdf"
    content = factory.LazyAttribute(lambda made: b"%PDF-1.4 " + made.name.encode())
    size = factory.LazyAttribute(lambda made: len(made.content))
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.content).hexdigest())


class ProgressReportFactory(DjangoModelFactory):
    """On a mandate; `mandate=None, activity=…` for one on an activity."""

    class Meta:
        model = ProgressReport

    mandate = SubFactory(MandateFactory)
    status = Status.IN_PROGRESS
    as_of = DAY
    recorded_at = MOMENT
    done = "A letter was sent."


# --- calendar ---------------------------------------------------------------------------------


class MeetingFactory(RecordFactory):
    """On one day, one after the other; `start=None, end=None, precision=""` for no date."""

    class Meta:
        model = Meeting

    slug = Sequence(lambda n: f"meeting-{n}")
    title = Sequence(lambda n: f"Meeting {n}")
    start = Sequence(lambda n: date(2003, 1 + n // 28 % 12, 1 + n % 28))
    end = factory.SelfAttribute("start")
    precision = "day"


class MeetingChangeFactory(DjangoModelFactory):
    class Meta:
        model = MeetingChange

    meeting = SubFactory(MeetingFactory)
    act = MeetingAct.CONFIRMED
    start_before = end_before = start_after = end_after = date(2003, 5, 15)
    precision_before = precision_after = "day"
    tentative_before = True
    tentative_after = False
    state_before = state_after = MeetingState.SCHEDULED
    recorded_at = MOMENT


class DeadlineFactory(DjangoModelFactory):
    """A mandate's, at a meeting."""

    class Meta:
        model = Deadline

    mandate = SubFactory(MandateFactory)
    meeting = SubFactory(MeetingFactory)
    words = "before the next session"


class TermFactory(RecordFactory):
    class Meta:
        model = Term

    start_year = Sequence(lambda n: 2002 + 2 * n)
    end_year = factory.LazyAttribute(lambda made: made.start_year + 2)


class SessionFactory(RecordFactory):
    class Meta:
        model = Session

    term = SubFactory(TermFactory)
    ordinal = Sequence(lambda n: n + 1)
    slug = factory.LazyAttribute(lambda made: f"{made.term.start_year}-{made.ordinal}")
    meeting = SubFactory(MeetingFactory, kind="session")


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    session = SubFactory(SessionFactory)
    position = Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda made: str(made.position))
    title = "Work plan"


# --- plans ------------------------------------------------------------------------------------


class ProgramAreaFactory(RecordFactory):
    class Meta:
        model = ProgramArea

    slug = Sequence(lambda n: f"area-{n}")
    short_name = Sequence(lambda n: f"Area {n}")
    full_name = Sequence(lambda n: f"Program area {n}")


class WorkPlanFactory(RecordFactory):
    class Meta:
        model = WorkPlan

    year = Sequence(lambda n: 2003 + n)


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    plan = SubFactory(WorkPlanFactory)
    position = Sequence(lambda n: n + 1)
    slug = factory.LazyAttribute(lambda made: f"section-{made.position}")
    number = "I. "
    heading = "Women’s human rights"
    body = "A letter was sent."


class CalendarEntryFactory(DjangoModelFactory):
    class Meta:
        model = CalendarEntry

    plan = SubFactory(WorkPlanFactory)
    meeting = SubFactory(MeetingFactory)
    position = Sequence(lambda n: n + 1)
    dates = "May 2003*"
    lines = "Meeting of experts\nWashington, D.C."


class MandateRowFactory(DjangoModelFactory):
    class Meta:
        model = MandateRow

    plan = SubFactory(WorkPlanFactory)
    mandate = SubFactory(MandateFactory)
    position = Sequence(lambda n: n + 1)
    mandate_cell = "To urge what was urged."
    activities_cell = "Send a letter."


class QuotationFactory(DjangoModelFactory):
    """From a row; `row=None, section=…` for words of a section."""

    class Meta:
        model = Quotation

    row = SubFactory(MandateRowFactory)
    activity = SubFactory(ActivityFactory)
    words = "Send a letter."
    position = Sequence(lambda n: n + 1)


class EditorialNoteFactory(RecordFactory):
    class Meta:
        model = EditorialNote

    slug = Sequence(lambda n: f"note-{n}")
    kind = NoteKind.CONTRADICTION
    text = "The calendar says April, the mandate says June."


class NoteTargetFactory(DjangoModelFactory):
    """On a row of a plan; `record=…` for another."""

    class Meta:
        model = NoteTarget

    note = SubFactory(EditorialNoteFactory)
    record = SubFactory(MandateRowFactory)


# --- papers -----------------------------------------------------------------------------------


class SessionReportFactory(DjangoModelFactory):
    class Meta:
        model = SessionReport

    session = SubFactory(SessionFactory)


class MandateNoteFactory(DjangoModelFactory):
    class Meta:
        model = MandateNote

    report = SubFactory(SessionReportFactory)
    mandate = SubFactory(MandateFactory)
    text = "For the attention of the Committee."


class IssuedDocumentFactory(DjangoModelFactory):
    class Meta:
        model = IssuedDocument

    slug = Sequence(lambda n: f"paper-{n}")
    session = SubFactory(SessionFactory)
    title = Sequence(lambda n: f"Report {n}")
    # Beyond the numbers that tests give themselves.
    symbol = Sequence(lambda n: f"CIM/CD/doc.{100 + n}/03")
    as_of = DAY
    content = factory.LazyFunction(lambda: {"parts": []})
    issued_at = MOMENT


class IssuedFileFactory(DjangoModelFactory):
    class Meta:
        model = IssuedFile

    document = SubFactory(IssuedDocumentFactory)
    format = "pdf"
    content = b"%PDF-1.4 report"
    size = 15
    sha256 = hashlib.sha256(b"%PDF-1.4 report").hexdigest()


#: One for each model, so that a sweep over all models makes its own rows.
FACTORIES: dict[Any, type[DjangoModelFactory]] = {
    made_by._meta.model: made_by
    for made_by in (
        ActivityFactory,
        ActorFactory,
        AddresseeFactory,
        AgendaItemFactory,
        AssemblyFactory,
        CalendarEntryFactory,
        CitationFactory,
        DeadlineFactory,
        EditorialNoteFactory,
        EvidenceFileFactory,
        IssuedDocumentFactory,
        IssuedFileFactory,
        MandateFactory,
        MandateNoteFactory,
        MandateRowFactory,
        MeetingChangeFactory,
        MeetingFactory,
        NoteTargetFactory,
        ProgramAreaFactory,
        ProgressReportFactory,
        QuotationFactory,
        ResolutionFactory,
        SectionFactory,
        SessionFactory,
        SessionReportFactory,
        TermFactory,
        WorkPlanFactory,
    )
}
