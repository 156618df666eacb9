"""The words for how far a mandate or an activity has come, and for whether it is in force."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Implementation status, in the terms of the UN and OAS reviews."""

    NO_REPORT = "no_report", _("No indication")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    ONGOING = "ongoing", _("Ongoing")
    COMPLETED = "completed", _("Completed")
    SUSPENDED = "suspended", _("Suspended")
    DISCONTINUED = "discontinued", _("Discontinued")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")

    @property
    def slug(self) -> str:
        """The word as an address has it."""
        return str(self.value).replace("_", "-")


#: Statuses with which a deadline can be missed. "Ongoing" has no end, so it never can.
OPEN_STATUSES = (Status.NO_REPORT, Status.PLANNED, Status.IN_PROGRESS, Status.SUSPENDED)


#: Statuses after which nothing more is to come.
SETTLED_STATUSES = (Status.COMPLETED, Status.DISCONTINUED, Status.NOT_APPLICABLE)


class Standing(models.TextChoices):
    """Whether a mandate is in force, which is another question than how far it has come."""

    CURRENT = "current", _("Current")
    FULFILLED = "fulfilled", _("Fulfilled")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")
    DUPLICATE = "duplicate", _("Duplicate")
    PROCEDURAL = "procedural", _("Procedural")

    @property
    def meaning(self) -> str:
        """What the word says of a mandate, in a few more."""
        return str(_MEANINGS[self])


_MEANINGS = {
    Standing.CURRENT: _("in force"),
    Standing.FULFILLED: _("done what it asked; no longer in force"),
    Standing.EXPIRED: _("its time is over; no longer in force"),
    Standing.SUPERSEDED: _("another took its place; no longer in force"),
    Standing.DUPLICATE: _("another says the same and is reported on instead"),
    Standing.PROCEDURAL: _("done by being adopted, as a vote of thanks is"),
}


class Priority(models.IntegerChoices):
    """The classification by priority that the OAS General Standards (art. 88b) ask for."""

    HIGH = 1, _("High")
    MEDIUM = 2, _("Medium")
    LOW = 3, _("Low")
