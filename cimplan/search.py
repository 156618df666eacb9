"""One box over everything that has words."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from calendar_app.dates import SpanError, parse_span
from calendar_app.models import Meeting
from calendar_app.views.calendar import FIRST_YEAR, LAST_YEAR
from calendar_app.views.shown import meetings_dated
from cimplan.found import lines_found
from cimplan.table_versions import remembered
from cimplan.templatetags.pages import to
from mandates.models import Activity, Actor, Mandate, Resolution
from mandates.models.records import may_see_drafts
from mandates.models.search import BEST, Answers, SearchedQuerySet
from mandates.spelling import near, nearest
from mandates.symbols import SymbolError, parse_reference, slug_from
from mandates.texts import clean_text
from mandates.words import MAX_LENGTH, words_of, words_sought
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
    """Of one kind: the lines of the best records, and how many there are, MOST_COUNTED + 1 where
    there are more."""

    kind: str
    lines: list[SafeString]
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
        return self.total > len(self.lines)

    @property
    def link_to_all(self) -> str | None:
        """The words of the link to all of them; none where there is no list of the kind."""
        text = KINDS[self.kind][1]
        if text and self.total > MOST_COUNTED:
            return gettext("All of them")
        return text % {"number": self.total} if text else None


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    typed = " ".join(clean_text(request.GET.get("q", "")).split())
    if len(typed) > MAX_LENGTH:
        raise BadRequest(too_long())
    record = cited(request, typed)
    if record is not None:
        return redirect(to({"request": request}, record))
    groups = found(request, typed) if words_sought(typed) else []
    total = sum(group.total for group in groups)
    context = {
        "q": typed,
        "has_words": bool(words_sought(typed)),
        "groups": groups,
        "total": total,
        "meant": None if total else meant(request, typed),
        "dates": dates_in(request, typed),
    }
    return render(request, "search.html", context)


def too_long() -> str:
    """What is said of more words than are looked for."""
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


def searched(user: AbstractBaseUser | AnonymousUser) -> dict[str, SearchedQuerySet]:
    """What is searched: the records this user may see, by the name of their list."""
    return {
        "mandates": Mandate.objects.visible_to(user).reported_on(),
        "resolutions": Resolution.objects.visible_to(user),
        "activities": Activity.objects.visible_to(user),
        "sections": Section.objects.visible_to(user),
        "meetings": Meeting.objects.visible_to(user),
        "actors": Actor.objects.visible_to(user),
    }


def found(request: HttpRequest, typed: str) -> list[Found]:
    """What each kind that has any has for these words, the best first."""
    # Kept while nothing but reports is written, which change none of them.
    name = ("found", *words_sought(typed))
    answering = remembered(request, name, lambda: _answering(request, typed))
    return [
        Found(kind, lines_found(request, kind, keys, typed), total)
        for kind, (total, keys) in answering.items()
    ]


def _answering(request: HttpRequest, typed: str) -> dict[str, tuple[int, list[int]]]:
    """By kinds, how many of their records answer, up to one more than MOST_COUNTED; and the keys of
    the best."""
    answers = _answers_to(request.user)
    found: dict[str, tuple[int, list[int]]] = {}
    for kind, best in answers.best_for(typed).items():
        seen = [key for key, is_seen in best if is_seen]
        total = len(seen) if len(best) < BEST else answers.count(kind, typed)
        if len(seen) < min(SHOWN, total):
            # Most of the best are such as this user may not see.
            answering = searched(request.user)[kind].matching(typed)
            seen = list(answering.best_first(typed).values_list("pk", flat=True)[:SHOWN])
        found[kind] = total, seen[:SHOWN]
    return {kind: found[kind] for kind in KINDS if kind in found and found[kind][0]}


#: Put together once for those who see drafts, and once for all others.
_ANSWERS: dict[bool, Answers] = {}


def _answers_to(user: AbstractBaseUser | AnonymousUser) -> Answers:
    with_drafts = may_see_drafts(user)
    if with_drafts not in _ANSWERS:
        _ANSWERS[with_drafts] = Answers.of(searched(user), most_counted=MOST_COUNTED)
    return _ANSWERS[with_drafts]


# --- dates ---------------------------------------------------------------------------------


class Dates(NamedTuple):
    """Days that were typed, as a plan prints them, and the page of the calendar they are on."""

    printed: str
    address: str


def dates_in(request: HttpRequest, typed: str) -> Dates | None:
    """The dates that were typed, if that is what was typed, they are of one year, and any meeting
    is held on them."""
    try:
        span = parse_span(typed).span
    except SpanError:
        return None
    year, month = span.start.year, span.start.month
    if year != span.end.year or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if not meetings_dated(request).in_period(span.start, span.end).exists():
        return None
    page = ("calendar_month", year, month) if month == span.end.month else ("calendar_year", year)
    return Dates(span.printed(tentative=False), to({"request": request}, *page))


# --- slips -----------------------------------------------------------------------------------


def meant(request: HttpRequest, typed: str) -> str | None:
    """What was typed with its unknown words put right, where that finds something; read from the
    texts this user may see, and from no others."""
    everywhere = [rows.order_by("pk") for rows in searched(request.user).values()]
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
