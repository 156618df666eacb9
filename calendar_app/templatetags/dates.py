"""Dates as printed, and the footnote that goes with an asterisk."""

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from calendar_app.dates import Span
from calendar_app.models import Deadline, Meeting

register = template.Library()


@register.simple_tag(takes_context=True)
def when(context: Context, meeting: Meeting) -> str:
    """The dates of a meeting as printed; says so where none is set."""
    return _printed(context, meeting.stood, meeting.stood_as_tentative)


@register.simple_tag(takes_context=True)
def due(context: Context, deadline: Deadline) -> str:
    """By when something is due; a deadline at a meeting is as tentative as the meeting."""
    at = deadline.meeting
    return _printed(context, deadline.due, at.stood_as_tentative if at else False)


@register.simple_tag(takes_context=True)
def tentative_footnote(context: Context) -> str:
    """The footnote, where an asterisk stands above it on this page and no footnote in between."""
    request = context.get("request")
    if not getattr(request, "owes_tentative_footnote", False):
        return ""
    request.owes_tentative_footnote = False
    return format_html('<p class="footnote">{}</p>', _("* Tentative date"))


def _printed(context: Context, span: Span | None, tentative: bool) -> str | SafeString:
    if span is None:
        return format_html('<span class="unset">{}</span>', _("date not set"))
    if tentative:
        # On the request, since what a template sets in its context is lost at its end.
        context["request"].owes_tentative_footnote = True
    return span.printed(tentative)


@register.simple_tag(takes_context=True)
def quoted_dates(context: Context, words: str) -> str:
    """Dates in the words a plan printed, whose asterisk asks for the footnote as well."""
    if words.endswith("*"):
        context["request"].owes_tentative_footnote = True
    return words
