"""What a line of a list shows of a mandate or an activity. In Python, since a list has fifty lines
and Django's templates take ten times as long."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr, truncatewords
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cimplan.templatetags.pages import day, draft, status, to
from mandates.models import Activity, Actor, Mandate
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


def contingency(record: Mandate | Activity) -> SafeString:
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


# --- mandates --------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def line_of_mandate(context: Context, mandate: Mandate, *, alone: Any = False) -> SafeString:
    """The line of a mandate from `for_list()`. alone: whether what it stands under stands above it
    on the page."""
    made = mandate_line(context["request"], mandate, alone=alone)
    return made.around(status(mandate.status)) if mandate.reported_on else _joined(*made)


def mandate_line(
    request: HttpRequest,
    mandate: Mandate,
    *,
    sought: str = "",
    alone: bool = False,
    actor: Actor | None = None,
) -> Line:
    """The line of a mandate from `with_words()`. Where words were `sought`, with
    `activities_found` as well; where all of them ask an `actor`, `with_naming()` of it."""
    context = Context({"request": request})
    before = format_html(
        '<tr><th scope="row"><a href="{}">{}</a>{}</th><td>{}{}</td>'
        '<td data-label="{}">{}{}</td><td data-label="{}">',
        to(context, mandate),
        mandate.reference,
        draft(mandate),
        _words_of(mandate, sought, alone),
        _joined(*_found_elsewhere(context, mandate, sought)) if sought else "",
        _("Addressed to"),
        addressees_of(context, mandate),
        _among_them(mandate, actor),
        _("Status"),
    )
    if mandate.reported_on:
        return Line(before, format_html("{}</td></tr>\n", contingency(mandate)))
    return Line(before, format_html("{}</td></tr>\n", _none(_("opens a list"))))


def _found_elsewhere(context: Context, mandate: Mandate, sought: str) -> Iterator[SafeString]:
    """Where else than in its text the words are: the title of its resolution, its activities."""
    resolution = mandate.resolution
    title = marked(resolution.title, sought)
    if "<mark>" in title:
        yield format_html(
            '<p class="aside"><span class="symbol">{}</span> <span lang="{}">{}</span></p>',
            resolution.symbol,
            resolution.language,
            title,
        )
    for activity in mandate.activities_found:
        found = excerpt(activity.description, sought)
        yield format_html(
            '<p class="aside">{} <a href="{}">{}</a> {}</p>',
            _("Suggested activity:"),
            to(context, activity),
            marked(activity.title, sought),
            found if "<mark>" in found else "",
        )


def _among_them(mandate: Mandate, actor: Actor | None) -> SafeString:
    if actor is None or mandate.names_it:
        return SafeString()
    words = _("%(actor)s belongs to them") % {"actor": actor.short_name}
    return format_html('<span class="aside">{}</span>', words)


# --- activities ------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def line_of_activity(context: Context, activity: Activity) -> SafeString:
    """The line of an activity from `for_list()`."""
    return activity_line(context["request"], activity).around(status(activity.status))


def activity_line(request: HttpRequest, activity: Activity, *, sought: str = "") -> Line:
    """The line of an activity from `with_links()`, with the words marked that were `sought`."""
    context = Context({"request": request})
    mandates = [
        format_html('<a class="reference" href="{}">{}</a>', to(context, one), one.reference)
        for one in activity.mandates.all()
    ]
    actors = [
        format_html('<a class="actor" href="{}">{}</a>', to(context, one), one.name)
        for one in activity.responsible.all()
    ]
    before = format_html(
        '<tr><th scope="row"><a href="{}">{}</a>{}{}</th><td data-label="{}">{}</td>'
        '<td data-label="{}">{}</td><td data-label="{}">',
        to(context, activity),
        marked(activity.title, sought) if sought else activity.title,
        draft(activity),
        _found_in_description(activity, sought) if sought else "",
        _("Suggested for"),
        _joined(*mandates, between="\n") if mandates else _none(_("no mandate")),
        _("Responsible"),
        _joined(*actors, between="\n") if actors else _none(_("nobody named")),
        _("Status"),
    )
    return Line(before, format_html("{}</td></tr>\n", contingency(activity)))


def _found_in_description(activity: Activity, sought: str) -> SafeString:
    found = excerpt(activity.description, sought)
    if "<mark>" not in found:
        return SafeString()
    return format_html(' <span class="aside">{}</span>', found)


def _none(words: str) -> SafeString:
    return format_html('<span class="none">{}</span>', words)


# --- parts of them ---------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def addressees_of(context: Context, mandate: Mandate) -> SafeString:
    """Whom a mandate asks, each with the words that narrow it down."""
    lines = [
        format_html(
            '<span class="addressee"><a href="{}">{}</a>{}</span>',
            to(context, addressee.actor),
            addressee.actor.name,
            addressee.qualifier
            and format_html(' <span class="qualifier">{}</span>', addressee.qualifier),
        )
        for addressee in mandate.addressees_shown
    ]
    return _joined(*lines, between="\n") if lines else _none(_("nobody named"))


def _words_of(mandate: Mandate, sought: str, alone: bool) -> SafeString:
    """After the words it stands under, unless these stand above it on the page (`alone`); those
    that were `sought` are marked."""
    above = () if alone else mandate.standing_under
    return format_html(
        '<div class="words" lang="{}">{}<p>{}</p></div>',
        mandate.resolution.language,
        format_html_join("", '<p class="above">{}</p>', ((_text(one, sought),) for one in above)),
        _text(mandate, sought),
    )


def _text(mandate: Mandate, sought: str) -> SafeString:
    return linebreaksbr(marked(mandate.text, sought) if sought else mandate.text)
