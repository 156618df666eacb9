"""When somebody was last at the desk, so that it can show what has happened since."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Case, F, When
from django.utils.translation import gettext_lazy as _

#: Who comes back after that long begins a new visit.
ABSENCE = timedelta(hours=1)


class VisitQuerySet(models.QuerySet):
    def arrive(self, user: AbstractBaseUser, at: datetime) -> datetime | None:
        """Note that the user is at the desk, and return when they last were before this visit;
        None on the first. It is one UPDATE, so that two windows opened at once are one visit."""
        visit = self.filter(user=user)
        new_visit = When(seen_at__lt=at - ABSENCE, then=F("seen_at"))
        if not visit.update(previous_at=Case(new_visit, default=F("previous_at")), seen_at=at):
            self.bulk_create([Visit(user=user, seen_at=at)], ignore_conflicts=True)
        return visit.values_list("previous_at", flat=True).get()


class Visit(models.Model):
    """One user's latest visit to the desk, and the end of the visit before it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="+"
    )
    seen_at = models.DateTimeField(_("last at the desk"))
    previous_at = models.DateTimeField(_("last there on the visit before"), null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return f"{self.user}: {self.seen_at}"
