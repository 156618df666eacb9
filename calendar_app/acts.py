"""What is done with meetings: confirmed, moved, postponed, cancelled, held. Each act alters the
meeting it is given and saves nothing (`calendar_app.scheduling.reschedule` does); each raises
ValidationError, in words, where it makes no sense."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from calendar_app.dates import WrittenSpan
from calendar_app.models import Meeting, MeetingState


def confirm(meeting: Meeting) -> None:
    """Its date stands: the asterisk goes."""
    _refuse_unless_scheduled(meeting)
    if not meeting.tentative:
        raise ValidationError(_("Its date is not tentative."))
    meeting.tentative = False


def move(meeting: Meeting, to: WrittenSpan) -> None:
    """It is on other dates; one that was postponed or cancelled is scheduled again."""
    if meeting.state == MeetingState.HELD:
        raise ValidationError(_("It was held: correct its dates in its own page."))
    now = (MeetingState.SCHEDULED, to.span, to.tentative)
    if (meeting.state, meeting.span, meeting.tentative) == now:
        raise ValidationError(_("These are its dates already."))
    meeting.state, meeting.span, meeting.tentative = now


def postpone(meeting: Meeting) -> None:
    """It is put off, and no new date is known."""
    _refuse_unless_scheduled(meeting)
    meeting.state, meeting.span, meeting.tentative = MeetingState.POSTPONED, None, False


def cancel(meeting: Meeting) -> None:
    """It does not take place; the dates it was announced for stay with it."""
    if meeting.state == MeetingState.HELD:
        raise ValidationError(_("It was held."))
    if meeting.state == MeetingState.CANCELLED:
        raise ValidationError(_("It is cancelled already."))
    meeting.state = MeetingState.CANCELLED


def hold(meeting: Meeting, today: date) -> None:
    """It took place, or is taking place."""
    _refuse_unless_scheduled(meeting)
    if meeting.span is None:
        raise ValidationError(_("It has no date: move it to the days it was held on."))
    if meeting.span.start > today:
        raise ValidationError(_("It has not begun: %(dates)s.") % {"dates": meeting.span})
    meeting.state = MeetingState.HELD


def _refuse_unless_scheduled(meeting: Meeting) -> None:
    if meeting.state == MeetingState.HELD:
        raise ValidationError(_("It was held."))
    if meeting.state != MeetingState.SCHEDULED:
        state = MeetingState(meeting.state).label
        raise ValidationError(_("It is %(state)s: move it to a date first.") % {"state": state})
