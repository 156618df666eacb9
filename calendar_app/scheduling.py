"""Moving, confirming, postponing, calling off and holding meetings, with an entry in their log."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from calendar_app.dates import VAGUENESS
from calendar_app.models import Meeting, MeetingAct, MeetingChange, MeetingState
from calendar_app.models.meetings import LOGGED
from mandates.log_order import moment_in

ACT_OF_STATE = {
    MeetingState.CANCELLED: MeetingAct.CANCELLED,
    MeetingState.POSTPONED: MeetingAct.POSTPONED,
    MeetingState.HELD: MeetingAct.HELD,
    MeetingState.SCHEDULED: MeetingAct.RESTORED,
}


@transaction.atomic
def reschedule(
    *, meeting: Meeting, by: AbstractBaseUser | None, at: datetime, reason: str = ""
) -> MeetingChange | None:
    """Save the meeting as it now stands and, where its dates, its asterisk or its state are not
    those that were stored, write what became of them into its log.

    Returns the entry, or None where none of these changed. Raises StaleRecord where somebody has
    saved the meeting since it was read, and ValidationError where it is called off without a
    reason; then nothing is saved.
    """
    # Locked, so that the log's "before" is what our own save replaces.
    before = Meeting.objects.select_for_update().get(pk=meeting.pk)
    act = act_between(before, meeting)
    if act == MeetingAct.CANCELLED and not reason.strip():
        raise ValidationError({"reason": _("Say why the meeting is cancelled.")})
    meeting.save()
    if act is None:
        return None
    entry = log_entry(before, meeting, act=act, by=by, at=at, reason=reason)
    entry.save()
    return entry


def log_entry(
    before: Meeting,
    after: Meeting,
    *,
    act: MeetingAct,
    by: AbstractBaseUser | None,
    at: datetime,
    reason: str,
) -> MeetingChange:
    """The entry of a meeting's log for what was done between two of its states, not saved yet."""
    logged = {f"{name}_before": getattr(before, name) for name in LOGGED}
    logged |= {f"{name}_after": getattr(after, name) for name in LOGGED}
    at = moment_in(MeetingChange.objects.filter(meeting=after), at)
    return MeetingChange(
        meeting=after, act=act, recorded_at=at, recorded_by=by, reason=reason, **logged
    )


def act_between(before: Meeting, after: Meeting) -> MeetingAct | None:
    """What was done to a meeting between two of its states; None where neither its dates, nor its
    asterisk, nor its state changed. A change of state says more than one of dates."""
    if after.state != before.state:
        return ACT_OF_STATE[MeetingState(after.state)]
    if (after.span, after.tentative) == (before.span, before.tentative):
        return None
    if after.span == before.span and after.tentative:
        return MeetingAct.MARKED_TENTATIVE
    return MeetingAct.CONFIRMED if _is_settled(before, after) else MeetingAct.MOVED


def _is_settled(before: Meeting, after: Meeting) -> bool:
    """Whether a date that might have moved, or was only roughly known, now stands: it lies within
    what had been announced."""
    if after.tentative or after.span is None or before.span is None:
        return False
    was_rough = VAGUENESS[before.span.precision] > VAGUENESS[after.span.precision]
    within = before.span.start <= after.span.start and after.span.end <= before.span.end
    return within and (before.tentative or was_rough)
