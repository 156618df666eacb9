"""What a line of a list shows of a mandate or an activity. In Python, since a list has fifty lines
and Django's templates take ten times as long."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.defaultfilters import linebreaksbr, truncatewords
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cimplan.templatetags.pages import day, status, to
from mandates.models import Activity, Mandate
from mandates.templatetags.words import marked

register = template.Library()


@register.simple_tag
def status_of(record: Mandate | Activity, *, dated: bool = False) -> SafeString:
    """The status of what is annotated with it. Contingency stands beside it, and where `dated`,
    the day."""
    pieces = [status(record.status)]
    if dated and record.status_as_of:
        as_of = _("as of %(day)s") % {"day": day(record.status_as_of)}
        pieces.append(format_html('<span class="asof">{}</span>', as_of))
    if record.contingent_on:
        on = truncatewords(record.contingent_on, 14)
        words = _("contingent:")
        pieces.append(format_html('<span class="contingent">{} <q>{}</q></span>', words, on))
    return mark_safe(" ".join(pieces))  # noqa: S308 - of pieces that are safe


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
    return mark_safe("\n".join(lines) or _nobody())  # noqa: S308 - of lines that are safe


def _nobody() -> SafeString:
    return format_html('<span class="none">{}</span>', _("nobody named"))


@register.simple_tag
def words_of(mandate: Mandate, *, sought: str = "", alone: Any = False) -> SafeString:
    """The words of a mandate, after those it stands under, unless these stand above it on the page
    (`alone`); words that were `sought` are marked."""
    above = () if alone else mandate.standing_under
    return format_html(
        '<div class="words" lang="{}">{}<p>{}</p></div>',
        mandate.resolution.language,
        format_html_join("", '<p class="above">{}</p>', ((_text(one, sought),) for one in above)),
        _text(mandate, sought),
    )


def _text(mandate: Mandate, sought: str) -> SafeString:
    return linebreaksbr(marked(mandate.text, sought) if sought else mandate.text)
