"""What a line of a list shows of a mandate or an activity. In Python, since a list has fifty lines
and Django's templates take ten times as long; and kept by what it shows, since most of what is
written leaves most lines what they were."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr, truncatewords
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cimplan.templatetags.pages import address_for, day, draft, status
from mandates.in_lines import ActivityInLine, ActorNamed, MandateInLine, Printed
from mandates.models import Activity, Mandate
from mandates.templatetags.words import excerpt, marked

register = template.Library()


@register.simple_tag
def status_of(record: Mandate | Activity, *, dated: bool = False) -> SafeString:
    """The status of what is annotated with it. Contingency stands beside it, and where `dated`,
    the day."""
    pieces = [status(record.status)]
    if dated and record.status_as_of:
        as_of = _("as of %(day)s") % {"day": day(record.status_as_of)}
        pieces.append(format_html('<span class="asof">{}</span>', as_of))
    return _joined(*pieces, contingency(record))


def contingency(record: Any) -> SafeString:
    """What it is contingent on, to stand beside its status."""
    if not record.contingent_on:
        return SafeString()
    on = truncatewords(record.contingent_on, 14)
    words = _("contingent:")
    return format_html(' <span class="contingent">{} <q>{}</q></span>', words, on)


def _joined(*pieces: SafeString, between: str = "") -> SafeString:
    return mark_safe(between.join(pieces))  # noqa: S308 - of pieces that are safe


class Line(NamedTuple):
    """A line of a list, in two pieces: what stands before its status, and after it."""

    before: SafeString
    after: SafeString

    def around(self, status: SafeString) -> SafeString:
        """The whole line, with its status as pages show it."""
        return _joined(self.before, status, self.after)


class Asked(NamedTuple):
    """What was asked of the list that a line stands in, of all that a line shows."""

    #: The day one looks back at, if at any.
    day: date | None
    language: str
    #: Words to be marked.
    sought: str = ""

    @classmethod
    def by(cls, request: HttpRequest, sought: str = "") -> "Asked":
        day = request.as_of if request.looking_back else None
        return cls(day, get_language(), sought)


# --- mandates --------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def line_of_mandate(context: Context, mandate: Mandate, *, alone: Any = False) -> SafeString:
    """The line of a mandate from `for_list()`. alone: whether what it stands under stands above it
    on the page."""
    shown = MandateInLine.of(mandate)
    if alone:
        shown = shown._replace(above=())
    made = mandate_line(Asked.by(context["request"]), shown)
    return made.around(status(mandate.status)) if mandate.reported_on else _joined(*made)


@lru_cache(2_000)
def mandate_line(
    asked: Asked,
    mandate: MandateInLine,
    *,
    activities: tuple[ActivityInLine, ...] = (),
    printed: tuple[Printed, ...] = (),
    among: str = "",
) -> Line:
    """The line of a mandate. activities: those in which words were found that were sought.
    printed: what plans print beside it that alone has one of them. among: whose name says that it
    is asked as one of those addressed."""
    before = format_html(
        '<tr><th scope="row"><a href="{}">{}</a>{}</th><td>{}{}</td>'
        '<td data-label="{}">{}{}</td><td data-label="{}">',
        address_for(asked.day, "mandate", mandate.reference),
        mandate.reference,
        draft(mandate),
        _words_of(mandate, asked.sought),
        _joined(*_found_elsewhere(asked, mandate, activities, printed)) if asked.sought else "",
        _("Addressed to"),
        _addressees(asked, mandate.addressees),
        _among_them(among),
        _("Status"),
    )
    if mandate.reported_on:
        return Line(before, format_html("{}</td></tr>\n", contingency(mandate)))
    return Line(before, format_html("{}</td></tr>\n", _none(_("opens a list"))))


def _found_elsewhere(
    asked: Asked,
    mandate: MandateInLine,
    activities: tuple[ActivityInLine, ...],
    printed: tuple[Printed, ...],
) -> Iterator[SafeString]:
    """Where else than in its text the words are: the title of its resolution, its activities, what
    plans print beside it."""
    title = marked(mandate.title, asked.sought)
    if "<mark>" in title:
        yield format_html(
            '<p class="aside"><span class="symbol">{}</span> <span lang="{}">{}</span></p>',
            mandate.symbol,
            mandate.language,
            title,
        )
    for activity in activities:
        yield format_html(
            '<p class="aside">{} <a href="{}">{}</a> {}</p>',
            _("Suggested activity:"),
            address_for(asked.day, "activity", activity.slug),
            marked(activity.title, asked.sought),
            _found_beside_title(activity, asked.sought),
        )
    for one in printed:
        yield format_html(
            '<p class="aside"><a href="{}#row-{}">{}</a> {}</p>',
            address_for(asked.day, "plan", one.year),
            one.position,
            _("Printed beside it in the plan of %(year)s:") % {"year": one.year},
            excerpt(one.words, asked.sought),
        )


def _among_them(actor: str) -> SafeString:
    if not actor:
        return SafeString()
    words = _("%(actor)s belongs to them") % {"actor": actor}
    return format_html('<span class="aside">{}</span>', words)


# --- activities ------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def line_of_activity(context: Context, activity: Activity) -> SafeString:
    """The line of an activity from `for_list()`."""
    shown = ActivityInLine.of(activity)
    return activity_line(Asked.by(context["request"]), shown).around(status(activity.status))


@lru_cache(2_000)
def activity_line(asked: Asked, activity: ActivityInLine) -> Line:
    """The line of an activity."""
    mandates = [
        format_html(
            '<a class="reference" href="{}">{}</a>',
            address_for(asked.day, "mandate", reference),
            reference,
        )
        for reference in activity.mandates
    ]
    actors = [
        format_html(
            '<a class="actor" href="{}">{}</a>', address_for(asked.day, "actor", one.slug), one.name
        )
        for one in activity.responsible
    ]
    before = format_html(
        '<tr><th scope="row"><a href="{}">{}</a>{}{}</th><td data-label="{}">{}</td>'
        '<td data-label="{}">{}</td><td data-label="{}">',
        address_for(asked.day, "activity", activity.slug),
        marked(activity.title, asked.sought) if asked.sought else activity.title,
        draft(activity),
        _aside(_found_beside_title(activity, asked.sought)) if asked.sought else "",
        _("Suggested for"),
        _joined(*mandates, between="\n") if mandates else _none(_("no mandate")),
        _("Responsible"),
        _joined(*actors, between="\n") if actors else _none(_("nobody named")),
        _("Status"),
    )
    return Line(before, format_html("{}</td></tr>\n", contingency(activity)))


def _found_beside_title(activity: ActivityInLine, sought: str) -> SafeString:
    """The first of an activity's other texts in which the words are, where they are in any."""
    texts = (activity.description, activity.deliverable, activity.funding)
    found = (excerpt(text, sought) for text in texts)
    return next((text for text in found if "<mark>" in text), SafeString())


def _aside(text: SafeString) -> SafeString:
    return format_html(' <span class="aside">{}</span>', text) if text else text


def _none(words: str) -> SafeString:
    return format_html('<span class="none">{}</span>', words)


# --- parts of them ---------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def addressees_of(context: Context, mandate: Mandate) -> SafeString:
    """Whom a mandate from `with_words()` asks, each with the words that narrow it down."""
    return _addressees(Asked.by(context["request"]), MandateInLine.of(mandate).addressees)


def _addressees(asked: Asked, addressees: tuple[ActorNamed, ...]) -> SafeString:
    lines = [
        format_html(
            '<span class="addressee"><a href="{}">{}</a>{}</span>',
            address_for(asked.day, "actor", one.slug),
            one.name,
            one.qualifier and format_html(' <span class="qualifier">{}</span>', one.qualifier),
        )
        for one in addressees
    ]
    return _joined(*lines, between="\n") if lines else _none(_("nobody named"))


def _words_of(mandate: MandateInLine, sought: str) -> SafeString:
    """After the words it stands under; those that were `sought` are marked."""
    return format_html(
        '<div class="words" lang="{}">{}<p>{}</p></div>',
        mandate.language,
        format_html_join(
            "", '<p class="above">{}</p>', ((_text(one, sought),) for one in mandate.above)
        ),
        _text(mandate.text, sought),
    )


def _text(text: str, sought: str) -> SafeString:
    return linebreaksbr(marked(text, sought) if sought else text)
