from workplan.models.areas import ProgramArea
from workplan.models.notes import EditorialNote, NoteKind, NoteTarget
from workplan.models.plans import (
    CalendarEntry,
    MandateRow,
    PlanState,
    Quotation,
    Section,
    SectionKind,
    WorkPlan,
)

__all__ = [
    "CalendarEntry",
    "EditorialNote",
    "MandateRow",
    "NoteKind",
    "NoteTarget",
    "PlanState",
    "ProgramArea",
    "Quotation",
    "Section",
    "SectionKind",
    "WorkPlan",
]
