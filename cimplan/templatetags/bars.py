"""How the mandates of each resolution stand, drawn. In Python and kept by what it shows, since the
first page has twenty bars of several parts each, and most reports leave most of them what they
were."""

from datetime import date
from functools import lru_cache

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaultfilters import truncatewords
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cimplan.home import Bar
from cimplan.templatetags.pages import address_for, status

register = template.Library()


@register.simple_tag(takes_context=True)
def bar_of(context: Context, bar: Bar) -> SafeString:
    """A resolution and its bar. The numbers stand beside it in words, so that it need not be
    seen."""
    request: HttpRequest = context["request"]
    return _line(get_language(), request.as_of if request.looking_back else None, bar)


@lru_cache(200)
def _line(language: str | None, day: date | None, bar: Bar) -> SafeString:
    drawn = ((one.status.value, one.before, one.count) for one in bar.segments)
    counted = (
        (
            address_for(day, "mandates", status=one.status.slug, resolution=bar.slug),
            one.count,
            status(one.status),
        )
        for one in bar.segments
    )
    return format_html(
        '<tr><th scope="row"><a class="symbol" href="{}">{}</a>'
        ' <span class="words" lang="{}">{}</span></th>'
        '<td><svg class="bar" viewBox="0 0 {} 1" preserveAspectRatio="none" aria-hidden="true">'
        '{}</svg><ul class="run-on">{}</ul></td></tr>\n',
        address_for(day, "resolution", bar.slug),
        bar.symbol,
        bar.language,
        truncatewords(bar.title, 12),
        bar.longest,
        format_html_join("", '<rect class="fill-{}" x="{}" width="{}" height="1"></rect>', drawn),
        format_html_join("\n", '<li><a href="{}">{} {}</a></li>', counted),
    )
