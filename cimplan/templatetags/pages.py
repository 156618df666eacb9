"""Words and links that every page has."""

from datetime import date
from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mandates.addresses import address_of
from mandates.status import Standing, Status
from mandates.texts import clean_text, day_in_full

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: Context, target: Model | str, *args: Any, **query: str) -> str:
    """The address of a record, or of a page by its name, with a query string if one is given. A
    reader who looks back at a day goes on looking back at it."""
    is_record = isinstance(target, Model)
    address = target.get_absolute_url() if is_record else address_of(target, *args)
    request = context.get("request")
    if getattr(request, "looking_back", False):
        query["as_of"] = request.as_of.isoformat()
    if not query:
        return address
    path, mark, anchor = address.partition("#")
    return f"{path}?{urlencode(query)}{mark}{anchor}"


def address_for(day: date | None, page: str, *args: Any, **query: str) -> str:
    """The address of a page by its name, for a reader who looks back at the day, if at any."""
    address = address_of(page, *args)
    if day:
        query["as_of"] = day.isoformat()
    return f"{address}?{urlencode(query)}" if query else address


@register.simple_tag(takes_context=True)
def parameters_kept(context: Context) -> SafeString:
    """What the address asks besides its day and its page, in a form that asks for another day."""
    asked = context["request"].GET.lists()
    kept = (
        (clean_text(name), clean_text(value))
        for name, values in asked
        if name not in ("as_of", "page")
        for value in values
    )
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


@register.filter
def status_words(value: str) -> str:
    """The label of a status: the same word on the page, in print and in a file."""
    return str(Status(value).label)


@register.simple_tag
def status(value: str) -> SafeString:
    """A status as pages show it: its words, and a colour."""
    return format_html('<span class="status status-{}">{}</span>', value, status_words(value))


@register.simple_tag
def draft(record: Model) -> SafeString:
    """The mark of what only staff see."""
    # Some records are shown with another, and are no draft of their own.
    if getattr(record, "published", True):
        return SafeString()
    return format_html(' <span class="draft">{}</span>', _("Draft, seen by staff only"))


@register.filter
def standing_meaning(value: str) -> str:
    """What a standing says of a mandate, in a few words."""
    return Standing(value).meaning


@register.filter(expects_localtime=True)
def day(value: date) -> str:
    """A day in full, as the Commission's papers write it; of a moment, the day it is where the
    Secretariat is."""
    return day_in_full(value)
