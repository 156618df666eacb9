"""What lines of lists show of mandates and activities: read at once, as plain values.

A line is written again only where one of these differs, and for fifty lines Django takes longer to
make records of what it read than a database to find it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, QuerySet

from mandates.models.activities import Activity
from mandates.models.actors import Actor
from mandates.models.mandates import Addressee, Mandate
from mandates.models.records import may_see_drafts, published_condition
from mandates.statements import Statement
from mandates.words import found_in

User = AbstractBaseUser | AnonymousUser


class ActorNamed(NamedTuple):
    slug: str
    name: str
    acronym: str
    #: Of an addressee, the words that narrow it down.
    qualifier: str = ""

    @property
    def short_name(self) -> str:
        """The acronym where there is one."""
        return self.acronym or self.name


class MandateInLine(NamedTuple):
    reference: str
    published: bool
    reported_on: bool
    text: str
    contingent_on: str
    #: Of its resolution.
    symbol: str
    title: str
    language: str
    #: The words it stands under, the outermost first.
    above: tuple[str, ...]
    addressees: tuple[ActorNamed, ...]

    @property
    def words(self) -> str:
        """All of them by which it is found itself."""
        own = (self.reference, self.text, self.contingent_on, self.symbol, self.title, *self.above)
        return "\n".join(own)

    @classmethod
    def of(cls, mandate: Mandate) -> "MandateInLine":
        """Of a mandate from `with_words()`."""
        resolution = mandate.resolution
        return cls(
            mandate.reference,
            mandate.published,
            mandate.reported_on,
            mandate.text,
            mandate.contingent_on,
            resolution.symbol,
            resolution.title,
            resolution.language,
            tuple(one.text for one in mandate.standing_under),
            tuple(
                ActorNamed(one.actor.slug, one.actor.name, one.actor.acronym, one.qualifier)
                for one in mandate.addressees_shown
            ),
        )


class ActivityInLine(NamedTuple):
    slug: str
    published: bool
    title: str
    description: str
    deliverable: str
    funding: str
    contingent_on: str
    #: The references of those it is suggested for, in the order of their resolutions.
    mandates: tuple[str, ...] = ()
    responsible: tuple[ActorNamed, ...] = ()

    @property
    def words(self) -> str:
        """All of them by which it is found."""
        return "\n".join(getattr(self, name) for name in Activity.searched)

    @classmethod
    def of(cls, activity: Activity) -> "ActivityInLine":
        """Of an activity from `with_links()`."""
        own = (getattr(activity, name) for name in _ACTIVITY)
        actors = activity.responsible.all()
        return cls(
            *own,
            mandates=tuple(one.reference for one in activity.mandates.all()),
            responsible=tuple(ActorNamed(one.slug, one.name, one.acronym) for one in actors),
        )


class Printed(NamedTuple):
    """What a plan prints beside a mandate."""

    year: int
    position: int
    words: str


#: Its own fields.
_ACTIVITY = ActivityInLine._fields[:-2]


def mandates_in_lines(user: User, keys: Sequence[int]) -> dict[int, MandateInLine]:
    """Those of the mandates with these keys that the user may see, by their keys."""
    asked = _statements(may_see_drafts(user))
    mandates = asked.mandates.rows(keys)
    above = _words_above(asked.words, (parent for _key, parent, *_rest in mandates))
    addressees = _grouped(asked.addressees.rows(keys))
    return {
        key: MandateInLine(
            reference,
            bool(published),
            bool(reported_on),
            *words,
            _in_order(above, parent),
            tuple(ActorNamed(*one) for one in addressees[key]),
        )
        for key, parent, reference, published, reported_on, *words in mandates
    }


def _words_above(words: Statement, parents: Iterable[int | None]) -> dict[int, tuple[str, Any]]:
    """The text of each paragraph that one of them stands under, at any depth, and the key of the
    one above it."""
    found: dict[int, tuple[str, Any]] = {}
    missing = set(parents) - {None}
    while missing:
        rows = words.rows(sorted(missing))
        found |= {key: (text, parent) for key, text, parent in rows}
        missing = {parent for _key, _text, parent in rows} - {None, *found}
    return found


def _in_order(above: dict[int, tuple[str, Any]], key: int | None) -> tuple[str, ...]:
    texts: list[str] = []
    while key in above:
        text, key = above[key]
        texts.insert(0, text)
    return tuple(texts)


def activities_in_lines(user: User, keys: Sequence[int]) -> dict[int, ActivityInLine]:
    """Those of the activities with these keys that the user may see, by their keys."""
    asked = _statements(may_see_drafts(user))
    mandates = _grouped(asked.suggested_for.rows(keys))
    responsible = _grouped(asked.responsible.rows(keys))
    return {
        key: _activity(*own)._replace(
            mandates=tuple(reference for (reference,) in mandates[key]),
            responsible=tuple(ActorNamed(*one) for one in responsible[key]),
        )
        for key, *own in asked.activities.rows(keys)
    }


def _activity(slug: str, published: int, *words: str) -> ActivityInLine:
    return ActivityInLine(slug, bool(published), *words)


Suggested = dict[int, tuple[ActivityInLine, ...]]


def suggested_for(user: User, keys: Sequence[int]) -> Suggested:
    """The activities that are suggested for some mandates and that the user may see, by the keys
    of the mandates."""
    return _by_mandate(_statements(may_see_drafts(user)).suggested.rows(keys))


def suggested_with_words(keys: Sequence[int], words: list[str]) -> Suggested:
    """Those published activities that are suggested for some mandates in which any of the words
    are, which is how the mandates were found."""
    if not words:
        return {}
    found = Activity.objects.filter(published=True, mandates__in=keys).having_any(words)
    return _by_mandate(found.values_list("mandates", *_ACTIVITY))


def printed_for(user: User, keys: Sequence[int]) -> dict[int, tuple[Printed, ...]]:
    """What plans that the user may see print beside some mandates that they may see, by the keys of
    the mandates."""
    rows = _statements(may_see_drafts(user)).printed.rows(keys)
    return {key: tuple(Printed(*one) for one in some) for key, some in _grouped(rows).items()}


def printed_alone(
    mandate: MandateInLine,
    suggested: Iterable[ActivityInLine],
    printed: Iterable[Printed],
    words: list[str],
) -> list[Printed]:
    """What is printed beside a mandate in which there is a word that is nowhere else of what the
    mandate is found by."""
    elsewhere = "\n".join([mandate.words, *(one.words for one in suggested)])
    left = [word for word in words if not found_in(elsewhere, [word])]
    return [one for one in printed if left and found_in(one.words, left)]


def _by_mandate(rows: Iterable[tuple[Any, ...]]) -> Suggested:
    return {key: tuple(_activity(*one) for one in some) for key, some in _grouped(rows).items()}


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the key at their head."""
    grouped: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in rows:
        grouped[key].append(tuple(rest))
    return grouped


class _Statements(NamedTuple):
    """What is asked of the database, for the keys of mandates and of activities."""

    mandates: Statement
    words: Statement
    addressees: Statement
    suggested: Statement
    printed: Statement
    activities: Statement
    suggested_for: Statement
    responsible: Statement


@cache
def _statements(with_drafts: bool) -> _Statements:
    def visible(model: type[Model]) -> QuerySet:
        rows = model._default_manager.all()
        return rows if with_drafts else rows.filter(published_condition(model))

    def seen_by(model: type[Model], name: str) -> QuerySet:
        """Rows that stand in mandates which the user may see: then this record alone may hide them,
        and what hides the mandates need not be looked up again, most of PostgreSQL's work."""
        rows, other = model._default_manager.all(), model._meta.get_field(name).related_model
        return rows if with_drafts else rows.filter(published_condition(other, f"{name}__"))

    actor = ("slug", "name", "acronym")
    return _Statements(
        mandates=Statement.among(
            visible(Mandate).order_by(), "pk", "parent", "reference", "published", "reported_on",
            "text", "contingent_on", "resolution__symbol", "resolution__title",
            "resolution__language",
        ),
        # Whoever may see a paragraph may see what it stands under.
        words=Statement.among(Mandate.objects.order_by(), "pk", "text", "parent"),
        addressees=Statement.among(
            seen_by(Addressee, "actor").order_by("position", "pk"), "mandate",
            *(f"actor__{name}" for name in actor), "qualifier",
        ),
        suggested=Statement.among(visible(Activity), "mandates", *_ACTIVITY),
        printed=Statement.among(
            seen_by(apps.get_model("workplan", "MandateRow"), "plan")
            .order_by("-plan__year", "position"),
            "mandate", "plan__year", "position", "activities_cell",
        ),
        activities=Statement.among(visible(Activity).order_by(), "pk", *_ACTIVITY),
        suggested_for=Statement.among(visible(Mandate).in_order(), "activities", "reference"),
        responsible=Statement.among(visible(Actor), "activities_responsible", *actor),
    )  # fmt: skip
