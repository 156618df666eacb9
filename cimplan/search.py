"""One box over everything that has words."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import Model, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from calendar_app.models import Meeting
from calendar_app.views.shown import meetings_shown
from cimplan.paging import lines_with
from cimplan.table_versions import remembered
from cimplan.templatetags.pages import to
from mandates.models import Activity, Actor, Mandate, Resolution
from mandates.models.search import BEST, SearchedQuerySet
from mandates.spelling import near, nearest
from mandates.symbols import SymbolError, parse_reference, slug_from
from mandates.texts import clean_text
from mandates.words import MAX_LENGTH, found_in, words_of, words_sought
from workplan.models import Section

SHOWN = 10
"""Records of a kind on the page; a link leads to all of them."""

MOST_COUNTED = 1000
"""Records of a kind that are counted; of more it is said that there are more."""

WORDS_PUT_RIGHT = 6
"""A search of more words is not put right: finding nothing must be quick as well."""

TEXTS_READ = 30
"""Texts of a kind that are read for other spellings of a word."""


#: What is searched, by the name of its list: its title, and the link to all of it that was found.
KINDS = {
    "mandates": (
        _("Mandates"),
        ngettext_lazy("All %(number)s mandate", "All %(number)s mandates", "number"),
    ),
    "resolutions": (
        _("Resolutions"),
        ngettext_lazy("All %(number)s resolution", "All %(number)s resolutions", "number"),
    ),
    "activities": (
        _("Activities"),
        ngettext_lazy("All %(number)s activity", "All %(number)s activities", "number"),
    ),
    # They have no list but the plans themselves.
    "sections": (_("Sections of work plans"), None),
    "meetings": (
        _("Meetings"),
        ngettext_lazy("All %(number)s meeting", "All %(number)s meetings", "number"),
    ),
    "actors": (
        _("Actors"),
        ngettext_lazy("All %(number)s actor", "All %(number)s actors", "number"),
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The records of one kind: the best of them, and how many there are, MOST_COUNTED + 1 where
    there are more."""

    kind: str
    rows: list[Model]
    total: int

    @property
    def title(self) -> str:
        return str(KINDS[self.kind][0])

    @property
    def count(self) -> str:
        """How many there are, in words where they were not counted."""
        if self.total > MOST_COUNTED:
            return gettext("more than %(number)s") % {"number": MOST_COUNTED}
        return str(self.total)

    @property
    def has_more(self) -> bool:
        return self.total > len(self.rows)

    @property
    def link_to_all(self) -> str | None:
        """The words of the link to all of them; none where there is no list of the kind."""
        text = KINDS[self.kind][1]
        if text and self.total > MOST_COUNTED:
            return gettext("All of them")
        return text % {"number": self.total} if text else None

    @property
    def template(self) -> str:
        """What one of them looks like."""
        return f"search/_{self.kind}.html"


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    typed = " ".join(clean_text(request.GET.get("q", "")).split())
    if len(typed) > MAX_LENGTH:
        raise BadRequest(_too_long())
    record = cited(request, typed)
    if record is not None:
        return redirect(to({"request": request}, record))
    groups = found(request, typed) if words_sought(typed) else []
    total = sum(group.total for group in groups)
    context = {
        "q": typed,
        "has_words": bool(words_sought(typed)),
        "groups": [group for group in groups if group.total],
        "total": total,
        "meant": None if total else meant(request, typed),
    }
    return render(request, "search.html", context)


def _too_long() -> str:
    text = ngettext(
        "Search for at most %(number)s character: a few words, or a symbol.",
        "Search for at most %(number)s characters: a few words, or a symbol.",
        MAX_LENGTH,
    )
    return text % {"number": MAX_LENGTH}


# --- symbols ---------------------------------------------------------------------------------


def cited(request: HttpRequest, typed: str) -> Model | None:
    """The one mandate or resolution whose reference or symbol this is, in any of its forms."""
    references, slugs = set(), set()
    # "Res. 219" is the CIM's, as 219 alone is.
    for form in (typed, f"CIM/{typed}"):
        with suppress(SymbolError):
            references.add(str(parse_reference(form)))
        with suppress(SymbolError):
            slugs.add(slug_from(form))
    records: list[Model] = []
    if references:
        records += Mandate.objects.visible_to(request.user).filter(reference__in=references)
    if slugs:
        records += Resolution.objects.visible_to(request.user).filter(slug__in=slugs)
    return records[0] if len(records) == 1 else None


# --- words -----------------------------------------------------------------------------------


def searched(request: HttpRequest) -> dict[str, SearchedQuerySet]:
    """What is searched: the records this user may see, by the name of their list."""
    user = request.user
    return {
        "mandates": Mandate.objects.visible_to(user).reported_on(),
        "resolutions": Resolution.objects.visible_to(user),
        "activities": Activity.objects.visible_to(user),
        "sections": Section.objects.visible_to(user),
        "meetings": Meeting.objects.visible_to(user),
        "actors": Actor.objects.visible_to(user),
    }


def found(request: HttpRequest, typed: str) -> list[Found]:
    """What each kind has for these words, the best first."""
    activities = Activity.objects.visible_to(request.user)
    shown = {
        "mandates": lambda rows: rows.for_list(request.user, request.as_of).prefetch_related(
            Prefetch("activities", activities, to_attr="suggested")
        ),
        "activities": lambda rows: rows.with_status(request.as_of),
        "sections": lambda rows: rows.select_related("plan", "parent"),
        "meetings": lambda rows: meetings_shown(request),
    }
    groups = []
    for kind, rows in searched(request).items():
        # Kept while nothing but reports is written, which change none of them.
        name = ("found", kind, request.as_of, *words_sought(typed))
        total, keys = remembered(request, name, lambda rows=rows: _answering(rows, typed))
        lines = shown.get(kind, lambda rows: rows)(rows)
        groups.append(Found(kind, lines_with(keys, lines) if keys else [], total))
    for mandate in groups[0].rows:
        mandate.found_by = _found_by(mandate, words_sought(typed))
    return groups


def _answering(rows: SearchedQuerySet, typed: str) -> tuple[int, list[int]]:
    """How many of the rows answer, up to one more than MOST_COUNTED; and the keys of the best."""
    answering = rows.matching(typed)
    keys = list(answering.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if len(keys) <= BEST:
        few = rows.model.objects.filter(pk__in=keys)
        return len(keys), _first(few, typed) if len(keys) > 1 else keys
    best = _first(rows.among_best(typed), typed)
    # Else most of the best are such as this user may not see.
    return len(keys), best if len(best) == SHOWN else _first(answering, typed)


def _first(rows: SearchedQuerySet, typed: str) -> list[int]:
    return list(rows.best_first(typed).values_list("pk", flat=True)[:SHOWN])


def _found_by(mandate: Mandate, sought: list[str]) -> list[Activity]:
    """The activities suggested for a mandate that have a word which it has not itself."""
    lines = [mandate.reference, mandate.text, mandate.contingent_on]
    lines += [mandate.resolution.symbol, mandate.resolution.title]
    lines += [above.text for above in mandate.standing_under]
    elsewhere = [word for word in sought if not found_in("\n".join(lines), [word])]
    return [one for one in mandate.suggested if found_in(_text_of(one), elsewhere)]


def _text_of(record: Model) -> str:
    return "\n".join(getattr(record, name) for name in record.searched)


# --- slips -----------------------------------------------------------------------------------


def meant(request: HttpRequest, typed: str) -> str | None:
    """What was typed with its unknown words put right, where that finds something; read from the
    texts this user may see, and from no others."""
    everywhere = [rows.order_by("pk") for rows in searched(request).values()]
    words = list(words_of(typed))
    if not words or len(words) > WORDS_PUT_RIGHT:
        return None
    corrected, end = "", 0
    for word in words:
        right = typed[word.start : word.end]
        if not _finds_something(everywhere, word.folded):
            right = nearest(word.folded, _known(everywhere, near(word.folded)))
        if right is None:
            return None
        corrected += typed[end : word.start] + right
        end = word.end
    corrected += typed[end:]
    changed = corrected != typed and _finds_something(everywhere, corrected)
    return corrected if changed else None


def _finds_something(everywhere: Iterable[SearchedQuerySet], typed: str) -> bool:
    return any(rows.matching(typed).exists() for rows in everywhere)


def _known(everywhere: Iterable[SearchedQuerySet], spellings: list[str]) -> Iterable[str]:
    """Those of the spellings that occur, as often as in some of the texts that have any."""
    wanted = set(spellings)
    for rows in everywhere:
        for texts in rows.having_any(spellings, whole=True).values_list(*rows.model.searched)[
            :TEXTS_READ
        ]:
            yield from (word.folded for word in words_of("\n".join(texts)) if word.folded in wanted)
