"""Activities: pieces of the Secretariat's work."""

from datetime import date

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from mandates.addresses import address_of
from mandates.models.actors import Actor
from mandates.models.history import History
from mandates.models.mandates import Mandate
from mandates.models.progress_status import annotate_status
from mandates.models.records import Record
from mandates.models.search import SearchedQuerySet
from mandates.status import SETTLED_STATUSES
from mandates.texts import PlainCharField, PlainTextField


class ActivityQuerySet(SearchedQuerySet):
    def with_status(self, as_of: date) -> "ActivityQuerySet":
        """Annotate `status` and `status_as_of`: the latest report that holds on that day."""
        return annotate_status(self, "activity", as_of)

    def unsettled(self, as_of: date) -> "ActivityQuerySet":
        """Those of which more is to come: neither done with nor given up on that day."""
        return self.with_status(as_of).exclude(status__in=SETTLED_STATUSES)

    def for_list(self, user: object, as_of: date) -> "ActivityQuerySet":
        """With what one line of a list shows: `with_links`, and its status."""
        return self.with_status(as_of).with_links(user)

    def with_links(self, user: object) -> "ActivityQuerySet":
        """With who does each, and what it is for."""
        return self.prefetch_related(
            Prefetch("responsible", Actor.objects.visible_to(user)),
            Prefetch("mandates", Mandate.objects.visible_to(user).in_order()),
        )


class Activity(Record):
    """One piece of work, whether a section of the plan speaks of it, a mandate's row, or both."""

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, help_text=_("Never changed.")
    )
    title = PlainCharField(_("title"), max_length=300)
    description = PlainTextField(_("description"), blank=True)
    mandates = models.ManyToManyField(
        Mandate,
        verbose_name=_("suggested for"),
        blank=True,
        related_name="activities",
        help_text=_("The mandates it is proposed for."),
    )
    responsible = models.ManyToManyField(
        Actor, verbose_name=_("responsible"), blank=True, related_name="activities_responsible"
    )
    partners = models.ManyToManyField(
        Actor, verbose_name=_("partners"), blank=True, related_name="activities_partnered"
    )
    deliverable = PlainTextField(
        _("deliverable"), blank=True, help_text=_("What there will be when it is done.")
    )
    funding = PlainTextField(
        _("funding"),
        blank=True,
        help_text=_("Who pays, in the words of the source; blank while that is undetermined."),
    )
    contingent_on = PlainTextField(
        _("contingent on"), blank=True, help_text=_("The words that say so.")
    )

    objects = ActivityQuerySet.as_manager()
    history = History(m2m_fields=[mandates, responsible, partners])
    searched = ("title", "description", "deliverable", "funding", "contingent_on")

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("title", "slug")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("activity", self.slug)
