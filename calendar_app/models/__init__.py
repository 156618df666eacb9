from calendar_app.models.deadlines import Deadline
from calendar_app.models.meetings import (
    Meeting,
    MeetingAct,
    MeetingChange,
    MeetingKind,
    MeetingState,
)
from calendar_app.models.sessions import AgendaItem, Session, Term

__all__ = [
    "AgendaItem",
    "Deadline",
    "Meeting",
    "MeetingAct",
    "MeetingChange",
    "MeetingKind",
    "MeetingState",
    "Session",
    "Term",
]
