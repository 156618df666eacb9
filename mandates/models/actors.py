"""Whoever is addressed, is responsible, or takes part."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from mandates.addresses import address_of
from mandates.models.history import History
from mandates.models.records import Record, one_of
from mandates.models.search import SearchedQuerySet
from mandates.texts import PlainCharField, PlainTextField


class ActorKind(models.TextChoices):
    CIM_ORGAN = "cim_organ", _("Organ of the CIM")
    OAS_ORGAN = "oas_organ", _("Organ of the OAS")
    UN_BODY = "un_body", _("United Nations body")
    INTERGOVERNMENTAL = "intergovernmental", _("Other intergovernmental body")
    STATE = "state", _("State")
    GOVERNMENT = "government", _("Government body")
    DELEGATE = "delegate", _("Delegate")
    DEVELOPMENT_BANK = "development_bank", _("Development bank")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    PRIVATE_SECTOR = "private_sector", _("Private sector")
    EXPERTS = "experts", _("Experts")


class ActorQuerySet(SearchedQuerySet):
    def named(self, text: str) -> "ActorQuerySet":
        """Actors that go by this name, acronym or other name, in any case."""
        text = text.strip()
        by_name = Q(name__iexact=text) | Q(acronym__iexact=text)
        candidates = self.filter(by_name | Q(other_names__icontains=text))
        return self.filter(
            pk__in=[actor.pk for actor in candidates if text.casefold() in actor.all_names()]
        )

    def speaking_for(self, actor: "Actor") -> "ActorQuerySet":
        """The actor and the collectives it is a member of: what is asked of one of these is
        asked of it. A state is addressed whenever Member States are."""
        return self.filter(Q(pk=actor.pk) | Q(members=actor)).distinct()

    def speaking_for_delegates_of(self, state: "Actor") -> "ActorQuerySet":
        """The delegates of a state and the collectives they are members of: what is asked of one
        of these is asked of the state through its delegate. All of them are among these rows: of
        a delegate who is a draft, her collectives do not tell either."""
        delegates = self.filter(state=state).order_by().values("pk")
        return self.filter(Q(pk__in=delegates) | Q(members__in=delegates)).distinct()

    def for_list(self, user: object) -> "ActorQuerySet":
        """With what one line of a list shows: how many mandates, reported on, name the actor."""
        not_listed = apps.get_model("mandates", "Mandate").objects.not_listed(user)
        addressees = apps.get_model("mandates", "Addressee").objects.filter(actor=OuterRef("pk"))
        asked = addressees.exclude(mandate__in=not_listed.order_by().values("pk"))
        counted = asked.order_by().values("actor").annotate(rows=Count("pk"))
        return self.annotate(asked_count=Coalesce(Subquery(counted.values("rows")), 0))


class Actor(Record):
    """A body, government, state, delegate or group; collectives list their members."""

    slug = models.SlugField(
        _("address"), max_length=100, unique=True, help_text=_("Never changed.")
    )
    name = PlainCharField(_("name"), max_length=200)
    acronym = PlainCharField(_("acronym"), max_length=40, blank=True)
    other_names = PlainTextField(
        _("other names"), blank=True, help_text=_("One a line: IOM is also printed as OIM.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=ActorKind,
        help_text=_("A collective has the kind of its members."),
    )
    country = CountryField(_("country"), blank=True, help_text=_("For a state."))
    state = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("state"),
        null=True,
        blank=True,
        related_name="delegates",
        limit_choices_to={"kind": ActorKind.STATE},
        help_text=_("For a delegate: the state she represents."),
    )
    members = models.ManyToManyField(
        "self",
        verbose_name=_("members"),
        symmetrical=False,
        blank=True,
        related_name="collectives",
        help_text=_("For a collective, such as Member States: those who belong to it."),
    )

    objects = ActorQuerySet.as_manager()
    history = History(m2m_fields=[members])
    searched = ("name", "acronym", "other_names")

    class Meta:
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=one_of("kind", ActorKind),
                name="actor_kind_known",
                violation_error_message=_("Choose the kind of actor."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=ActorKind.DELEGATE) | Q(state__isnull=False),
                name="actor_delegate_has_state",
                violation_error_message=_("A delegate represents a state: choose it."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ActorKind.DELEGATE) | Q(state__isnull=True),
                name="actor_only_delegate_has_state",
                violation_error_message=_("Only a delegate represents a state."),
            ),
            models.CheckConstraint(
                condition=Q(kind=ActorKind.STATE) | Q(country=""),
                name="actor_only_state_has_country",
                violation_error_message=_("Only a state has a country code."),
            ),
            models.UniqueConstraint(
                fields=["country"],
                condition=~Q(country=""),
                name="actor_country_unique",
                violation_error_message=_("There is a state with this country already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    def get_absolute_url(self) -> str:
        return address_of("actor", self.slug)

    @property
    def short_name(self) -> str:
        """The acronym where there is one."""
        return self.acronym or self.name

    def all_names(self) -> set[str]:
        """Every name the actor goes by, case folded."""
        names = [self.name, self.acronym, *self.other_names.splitlines()]
        return {name.strip().casefold() for name in names if name.strip()}

    def clean(self) -> None:
        if self.state_id and self.state.kind != ActorKind.STATE:
            raise ValidationError({"state": _("Choose a state.")})
