"""The form of a list's filters. In Python what there are up to two hundred of, for Django's
templates take several times as long."""

from itertools import groupby

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cimplan.filtering import Control, ListFilters
from cimplan.filters import Choice

register = template.Library()


@register.simple_tag
def parts_of(filters: ListFilters) -> SafeString:
    """The filters, each with its label and its choices."""
    return format_html_join("\n", "{}", ((filters.part(name, _made),) for name in filters.filters))


def _made(control: Control) -> SafeString:
    kind = "typed" if control.layout in ("search", "day") else "choices"
    return render_to_string(f"partials/filters_{kind}.html", {"control": control})


@register.simple_tag
def boxes_of(control: Control) -> SafeString:
    """The choices that are boxes to tick, each with the number of its rows."""
    return format_html_join("\n", "{}", ((_box(control, choice),) for choice in control.boxes))


def _box(control: Control, choice: Choice) -> SafeString:
    return format_html(
        '<label{}><input type="checkbox" name="{}" value="{}"{}> {}{}</label>',
        mark_safe(' class="zero"') if choice.count == 0 else "",
        control.name,
        choice.value,
        " checked" if choice in control.chosen else "",
        choice.label,
        "" if choice.count is None else format_html(' <span class="many">{}</span>', choice.count),
    )


@register.simple_tag
def options_of(control: Control) -> SafeString:
    """The choices of a menu, in their groups, each with the number of its rows."""
    groups = groupby(control.others, key=lambda choice: choice.group)
    return format_html_join("\n", "{}", ((_group(name, list(some)),) for name, some in groups))


def _group(name: str, choices: list[Choice]) -> SafeString:
    options = format_html_join(
        "\n",
        '<option value="{}">{}{}</option>',
        ((one.value, one.label, "" if one.count is None else f" ({one.count})") for one in choices),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, options) if name else options
