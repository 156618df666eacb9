"""What every record of the registry has: a version that guards against lost edits, and
whether it is published."""

from functools import cache, reduce
from operator import or_
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StaleRecord(Exception):
    """Somebody else has saved the record since it was read."""


def may_see_drafts(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user is of the Secretariat's staff, who see what is not published yet."""
    return user.is_active and user.has_perm("mandates.see_drafts")


@cache
def published_condition(model: type[models.Model], prefix: str = "") -> Q:
    """What makes a row of the model public: it is published, and so is all it stands in."""
    condition = Q(**{f"{prefix}published": True}) if issubclass(model, Record) else Q()
    for name in model.shown_with:
        field = model._meta.get_field(name)
        # A parent of the same model is asked for its own flag alone, or this would not end.
        if field.related_model is model:
            above = Q(**{f"{prefix}{name}__published": True})
        else:
            above = published_condition(field.related_model, f"{prefix}{name}__")
        if field.null:
            above |= Q(**{f"{prefix}{name}__isnull": True})
        condition &= above
    return condition


def ways_to_be_hidden(model: type[models.Model]) -> list[Q]:
    """The contrary of `published_condition`, by the keys of what hides a row; one condition for
    each way, and each with an index. Drafts are few among thousands of rows: whoever counts these
    is quicker to leave the drafts out than to look up, for each row, all that it stands in."""
    # "IN (false)", for which SQLite takes an index, as it does not for "NOT published".
    draft = Q(published__in=[False])
    ways = [draft] if issubclass(model, Record) else []
    for name in model.shown_with:
        related = model._meta.get_field(name).related_model
        above = [draft] if related is model else ways_to_be_hidden(related)
        hidden = related._base_manager.filter(reduce(or_, above))
        ways.append(Q(**{f"{name}__in": hidden.values("pk")}))
    return ways


class RecordQuerySet(models.QuerySet):
    """Every list, feed, count and export of records goes through `visible_to`."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "RecordQuerySet":
        """The rows this user may see: all for staff, else what is published."""
        return self if may_see_drafts(user) else self.filter(published_condition(self.model))


class Versioned(models.Model):
    """An editable record. Saving names the version that was read, in the UPDATE itself, so the
    second of two people who edit the same record cannot silently overwrite the first."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = RecordQuerySet.as_manager()

    #: Foreign keys to the records this one is shown with; hidden where one of them is.
    shown_with: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @property
    def in_full(self) -> str:
        """Its name, with enough to choose it by among others."""
        return str(self)

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *rest: Any) -> bool:
        """Update the row of the version that was read, and count the version on.

        Raises StaleRecord where the row has another version by now.
        """
        field = self._meta.get_field("version")
        counted = [value for value in values if value[0] is not field]
        counted.append((field, None, self.version + 1))
        current = base_qs.filter(version=self.version)
        if super()._do_update(current, using, pk_val, counted, *rest):
            self.version += 1
            return True
        if base_qs.filter(pk=pk_val).exists():
            raise StaleRecord(f"{self._meta.label} {pk_val}: version {self.version} is not current")
        return False


class Record(Versioned):
    """An editable record that stays hidden from everybody but staff until it is published."""

    published = models.BooleanField(
        _("published"),
        default=False,
        db_index=True,
        help_text=_("Tick to make it public. Unticked, it is a draft that staff alone see."),
    )

    class Meta(Versioned.Meta):
        abstract = True


def one_of(field: str, choices: type[models.Choices], *, blank: bool = False) -> models.Q:
    """The condition that a field holds one of its choices, for a check constraint."""
    return Q(**{f"{field}__in": [*choices.values, *([""] if blank else [])]})


def exactly_one_set(*fields: str) -> Q:
    """The condition that exactly one of the nullable fields is set, for a check constraint."""
    condition = Q()
    for chosen in fields:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    return condition
