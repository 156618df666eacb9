"""Mandates: the operative paragraphs of resolutions, whom they ask, and what they cite."""

from collections import Counter
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from mandates.addresses import address_of
from mandates.models.actors import Actor, ActorQuerySet
from mandates.models.history import History
from mandates.models.progress_status import (
    annotate_status,
    latest_reports,
    reports_that_settle,
)
from mandates.models.records import (
    Record,
    Versioned,
    exactly_one_set,
    may_see_drafts,
    one_of,
    ways_to_be_hidden,
)
from mandates.models.resolutions import Resolution
from mandates.models.search import SearchedQuerySet
from mandates.status import OPEN_STATUSES, SETTLED_STATUSES, Priority, Standing, Status
from mandates.texts import PlainCharField, PlainTextField

STANDING_IN_FAVOUR_OF_ANOTHER = (Standing.SUPERSEDED, Standing.DUPLICATE)


def being_served_by(activities: models.QuerySet) -> Q:
    """What mandates meet for which one of the activities is proposed, or for a paragraph they stand
    under: the others are without activities, as far as these go."""
    served = activities.filter(mandates__isnull=False).order_by().values("mandates")
    # Within a NOT, a parent that is NULL would leave the row out.
    under = Q(parent__isnull=False, parent__in=served)
    deeper = Q(parent__parent__isnull=False, parent__parent__in=served)
    return Q(pk__in=served) | under | deeper


def being_asked_of(actor: Actor, actors: ActorQuerySet) -> Q:
    """What mandates meet that ask something of the actor, or of a collective it belongs to.

    actors: those that may be named.
    """
    asked = Addressee.objects.filter(actor__in=actors.speaking_for(actor))
    return Q(pk__in=asked.values("mandate"))


class MandateQuerySet(SearchedQuerySet):
    # Found by what one reads with them as well (mandates/search_reach.py).
    words_apart = True

    def reported_on(self) -> "MandateQuerySet":
        """Those whose progress is reported; an opening line (chapeau) asks nothing on its own."""
        return self.filter(reported_on=True)

    def not_listed(self, user: object) -> "MandateQuerySet":
        """All but those that are reported on and that this user may see."""
        ways = [Q(reported_on__in=[False])]
        if not may_see_drafts(user):
            ways += ways_to_be_hidden(self.model)
        # Apart from one another: of conditions with OR between them PostgreSQL asks every row.
        some, *others = [self.model.objects.filter(way).order_by().values("pk") for way in ways]
        return self.filter(pk__in=some.union(*others) if others else some)

    def begun(self, on: date) -> "MandateQuerySet":
        """Those that have begun by that day; where only a year is known, from its first day."""
        return self.filter(
            Q(begins_on__lte=on)
            | Q(begins_on=None, resolution__adopted_on__lte=on)
            | Q(
                begins_on=None,
                resolution__adopted_on=None,
                resolution__assembly__year__lte=on.year,
            )
            | Q(begins_on=None, resolution__adopted_on=None, resolution__assembly=None)
        )

    def in_force(self, on: date) -> "MandateQuerySet":
        """Those that have begun and are neither ended nor out of standing on that day."""
        standing = Q(standing__in=(Standing.CURRENT, Standing.PROCEDURAL)) | Q(standing_date__gt=on)
        return self.begun(on).filter(standing, Q(ends_on=None) | Q(ends_on__gte=on))

    def addressed_to(self, actor: Actor, actors: ActorQuerySet) -> "MandateQuerySet":
        """Those that ask something of the actor, by name or as a member of a collective, of the
        actors that may be named."""
        return self.filter(being_asked_of(actor, actors))

    def addressed_to_delegates_of(self, state: Actor, actors: ActorQuerySet) -> "MandateQuerySet":
        """Those that ask something of a state through its delegate.

        actors: those that may be named, the delegate among them.
        """
        # By their keys, asked at once: few mandates ask a delegate, and most states have none to be
        # asked, which PostgreSQL does not foresee.
        delegates = list(actors.speaking_for_delegates_of(state).values_list("pk", flat=True))
        return self.filter(pk__in=Addressee.objects.filter(actor__in=delegates).values("mandate"))

    def with_status(self, as_of: date) -> "MandateQuerySet":
        """Annotate `status` and `status_as_of`: the latest report that holds on that day."""
        return annotate_status(self, "mandate", as_of)

    def unsettled(self, as_of: date) -> "MandateQuerySet":
        """Those of which more is to come: neither done with nor given up on that day."""
        return self.with_status(as_of).exclude(status__in=SETTLED_STATUSES)

    def not_reported_since(self, day: date) -> "MandateQuerySet":
        """Those that had begun by that day, and on which nobody has reported from it on."""
        since = reports_that_settle(mandate=OuterRef("pk")).filter(as_of__gte=day)
        return self.begun(day).filter(~Exists(since))

    def without_activities(self) -> "MandateQuerySet":
        """Those for which nothing is proposed, neither for themselves nor for the paragraph
        they stand under: a child takes part in what its parent's cell proposes."""
        return self.filter(activities=None).filter(
            Q(parent=None) | Q(parent__activities=None), parent__parent__activities=None
        )

    def with_settled_activities(self, as_of: date) -> "MandateQuerySet":
        """Those whose own status is open although all that is proposed for them is settled; what
        is proposed for the paragraph they stand under is proposed for them too."""
        proposed = self.model._meta.get_field("activities").related_model.objects.filter(
            Q(mandates=OuterRef("pk"))
            | Q(mandates=OuterRef("parent"))
            | Q(mandates=OuterRef("parent__parent"))
        )
        unsettled = proposed.unsettled(as_of)
        still_open = self.with_status(as_of).filter(status__in=OPEN_STATUSES)
        return still_open.filter(Exists(proposed), ~Exists(unsettled))

    def in_order(self) -> "MandateQuerySet":
        """As they stand in their resolutions: a paragraph, then what is under it."""
        return self.order_by("resolution", "position")

    def count_by_status(self, user: object, as_of: date) -> dict[Status, int]:
        """How many mandates of the lists for this user have each status that day: what the log
        says of all mandates, less the few that are not listed. Asked of all mandates alone."""
        counts = _count_by_status(latest_reports("mandate", as_of))
        counts[Status.NO_REPORT] += self.count() - counts.total()
        counts.subtract(_count_by_status(self.not_listed(user).with_status(as_of)))
        return {status: counts[status] for status in Status}

    def count_by_resolution(self, as_of: date) -> dict[int, dict[Status, int]]:
        """How many mandates of each resolution, by its primary key, have each status that day."""
        rows = self.with_status(as_of).order_by().values("resolution", "status")
        counts: dict[int, dict[Status, int]] = {}
        for row in rows.annotate(rows=Count("pk")):
            counts.setdefault(row["resolution"], {})[Status(row["status"])] = row["rows"]
        return counts

    def for_list(self, user: object, as_of: date) -> "MandateQuerySet":
        """With what one line of a list shows: `with_words`, and its status."""
        return self.with_status(as_of).with_words(user)

    def with_words(self, user: object) -> "MandateQuerySet":
        """With the words each stands under, and whom it asks (`addressees_shown`)."""
        # As a plain list: a query set for each line costs as much as the addressees.
        addressees = Addressee.objects.visible_to(user).select_related("actor")
        addressees = addressees.order_by("position", "pk")
        return self.select_related("resolution", "parent__parent").prefetch_related(
            Prefetch("addressees", addressees, to_attr="addressees_shown")
        )


def _count_by_status(rows: models.QuerySet) -> Counter[Status]:
    counted = rows.order_by().values_list("status").annotate(rows=Count("pk"))
    return Counter({Status(status): number for status, number in counted})


class Mandate(Record):
    """One operative paragraph, or sub-paragraph, of a resolution."""

    reference = models.SlugField(
        _("reference"),
        max_length=120,
        unique=True,
        help_text=_("Ours, such as 219-3 or 225-1-a; never changed."),
    )
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, verbose_name=_("resolution"), related_name="mandates"
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("stands under"),
        null=True,
        blank=True,
        related_name="children",
        help_text=_("For a sub-paragraph: the paragraph that opens its list."),
    )
    position = models.PositiveIntegerField(
        _("position"),
        help_text=_("Among all paragraphs of the resolution, in the order one reads them."),
    )
    label = PlainCharField(
        _("printed label"), max_length=20, blank=True, help_text=_("Such as 5. or (b).")
    )
    text = PlainTextField(_("text"), help_text=_("To the letter, as the resolution has it."))
    verb = PlainCharField(
        _("action verb"),
        max_length=60,
        blank=True,
        db_index=True,
        help_text=_("urge, request, instruct …; blank where none is printed."),
    )
    responsible = models.ManyToManyField(
        Actor,
        verbose_name=_("responsible"),
        blank=True,
        related_name="mandates_responsible",
        help_text=_("Who carries it out, where the paragraph or the plan says so."),
    )
    partners = models.ManyToManyField(
        Actor,
        verbose_name=_("partners"),
        blank=True,
        related_name="mandates_partnered",
        help_text=_("With whom, in the paragraph's own words."),
    )
    contingent_on = PlainTextField(
        _("contingent on"), blank=True, help_text=_("The words that say so.")
    )
    begins_on = models.DateField(
        _("begins on"),
        null=True,
        blank=True,
        help_text=_("Blank: the day of its resolution, else the year of its assembly."),
    )
    ends_on = models.DateField(
        _("ends on"), null=True, blank=True, help_text=_("The last day it holds; blank: no end.")
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        choices=Priority,
        null=True,
        blank=True,
        help_text=_("Blank where nobody has classified it."),
    )
    standing = models.CharField(
        _("standing"),
        max_length=20,
        choices=Standing,
        default=Standing.CURRENT,
        help_text=_("Whether it is in force; how far it has come is reported, not set here."),
    )
    standing_date = models.DateField(
        _("standing since"),
        null=True,
        blank=True,
        help_text=_("The day from which it was no longer current."),
    )
    standing_target = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("superseded by, or duplicate of"),
        null=True,
        blank=True,
        related_name="stands_for",
        help_text=_("The mandate that took its place, or says the same."),
    )
    reported_on = models.BooleanField(
        _("reported on"),
        default=True,
        help_text=_("Untick for a line that only opens a list: its sub-paragraphs are reported."),
    )

    objects = MandateQuerySet.as_manager()
    history = History(m2m_fields=[responsible, partners])
    shown_with = ("resolution", "parent")
    searched = ("reference", "label", "text", "contingent_on")

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ("resolution", "position")
        indexes = (
            # All that tells whether a mandate is listed, and where: 80,000 are counted in 9 ms
            # from it, in 31 ms from the table (docs/performance.md).
            models.Index(
                fields=["resolution", "position", "parent", "published", "reported_on"],
                name="mandate_listed",
            ),
            # The few that only open a list are left out where the others are counted.
            models.Index(fields=["reported_on"], name="mandate_reported_on"),
            # Most mandates have none, by which SQLite takes the indexes of these foreign keys to
            # be of no use among thousands.
            models.Index(
                fields=["parent"], name="mandate_under", condition=Q(parent__isnull=False)
            ),
            models.Index(
                fields=["standing_target"],
                name="mandate_stands_for",
                condition=Q(standing_target__isnull=False),
            ),
        )
        permissions = (("see_drafts", _("Can see what is not published")),)
        constraints = (
            models.UniqueConstraint(
                fields=["resolution", "position"],
                name="mandate_position_unique",
                violation_error_message=_("Another paragraph has this position."),
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="mandate_position_from_one",
                violation_error_message=_("Positions count from 1."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="mandate_not_its_own_parent",
                violation_error_message=_("A paragraph cannot stand under itself."),
            ),
            models.CheckConstraint(
                condition=one_of("standing", Standing),
                name="mandate_standing_known",
                violation_error_message=_("Choose the standing."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(standing__in=STANDING_IN_FAVOUR_OF_ANOTHER, standing_target__isnull=False)
                    | ~Q(standing__in=STANDING_IN_FAVOUR_OF_ANOTHER) & Q(standing_target=None)
                ),
                name="mandate_standing_target",
                violation_error_message=_(
                    "Name the other mandate exactly where this one is superseded or a duplicate."
                ),
            ),
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__in=Priority.values),
                name="mandate_priority_known",
                violation_error_message=_("Choose the priority, or leave it blank."),
            ),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="mandate_ends_after_beginning",
                violation_error_message=_("A mandate cannot end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return address_of("mandate", self.reference)

    @property
    def in_full(self) -> str:
        return f"{self.reference} · {Truncator(self.text).words(12)}"

    def carry(self) -> list["Addressee"]:
        """What a new sub-paragraph carries of the paragraph it stands under: whom that asks, where
        it names nobody itself. Returns these, saved as its own."""
        if self.parent is None or self.addressees.exists():
            return []
        carried = [
            Addressee(mandate=self, actor=one.actor, qualifier=one.qualifier, position=one.position)
            for one in self.parent.addressees.select_related("actor").order_by("position")
        ]
        for addressee in carried:
            addressee.save()
        return carried

    @property
    def beginning(self) -> date | int | None:
        """The day it began; only the year where no more is known."""
        resolution = self.resolution
        return (
            self.begins_on
            or resolution.adopted_on
            or (resolution.assembly.year if resolution.assembly else None)
        )

    @property
    def standing_under(self) -> list["Mandate"]:
        """The paragraphs whose words come before its own, the outermost first."""
        above, found = self.parent, []
        while above is not None:
            found.insert(0, above)
            above = above.parent
        return found

    @property
    def takes_part_with(self) -> "Mandate | None":
        """Where nothing is suggested for itself, the nearest paragraph above it for which
        something is: a child takes part in what its parent's cell proposes."""
        if self.activities.all():
            return None
        above = reversed(self.standing_under)
        return next((mandate for mandate in above if mandate.activities.all()), None)

    def clean(self) -> None:
        """Refuse what no constraint can say: a parent elsewhere, a cycle, a child shown without
        the words it stands under."""
        if self.parent_id is None:
            return
        if self.parent.resolution_id != self.resolution_id:
            raise ValidationError({"parent": _("Choose a paragraph of the same resolution.")})
        if self.position is not None and self.parent.position >= self.position:
            raise ValidationError({"position": _("A paragraph comes after the one it is under.")})
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("It stands under itself this way.")})
            above = above.parent
        if self.published and not self.parent.published:
            raise ValidationError({"published": _("Publish the paragraph it stands under first.")})


class Addressee(Versioned):
    """Whom a mandate asks, with the words that narrow it down."""

    mandate = models.ForeignKey(
        Mandate, models.CASCADE, verbose_name=_("mandate"), related_name="addressees"
    )
    actor = models.ForeignKey(
        Actor, models.PROTECT, verbose_name=_("actor"), related_name="addressed_in"
    )
    qualifier = PlainCharField(
        _("qualifier"),
        max_length=300,
        blank=True,
        help_text=_("Such as: that have not yet done so."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    history = History()
    shown_with = ("mandate", "actor")

    class Meta:
        verbose_name = _("addressee")
        verbose_name_plural = _("addressees")
        ordering = ("mandate", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["mandate", "actor"],
                name="addressee_named_once",
                violation_error_message=_("The mandate addresses this actor already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor.name} {self.qualifier}".strip()


class Citation(Versioned):
    """A resolution or an instrument that a mandate cites, with the words that do."""

    mandate = models.ForeignKey(
        Mandate, models.CASCADE, verbose_name=_("mandate"), related_name="citations"
    )
    resolution = models.ForeignKey(
        Resolution,
        models.PROTECT,
        verbose_name=_("resolution"),
        null=True,
        blank=True,
        related_name="cited_in",
    )
    instrument = PlainCharField(
        _("instrument"),
        max_length=300,
        null=True,
        blank=True,
        help_text=_("A convention, protocol or the like, by its full name."),
    )
    words = PlainCharField(_("words"), max_length=500, help_text=_("As the text has them."))
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    history = History()
    shown_with = ("mandate", "resolution")

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ("mandate", "position")
        constraints = (
            models.CheckConstraint(
                condition=exactly_one_set("resolution", "instrument"),
                name="citation_of_one_thing",
                violation_error_message=_("Name either a resolution or an instrument."),
            ),
        )

    def __str__(self) -> str:
        return self.instrument or str(self.resolution)
