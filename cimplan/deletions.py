"""What the admin says of a record before it is deleted."""

from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _


def without_links(lines: list[Any], counts: dict[Any, int]) -> tuple[list[Any], dict[Any, int]]:
    """What goes, as the admin lists and counts it, with the rows that link records to one another
    only counted, as that: they have names of ours, which mean nothing to anybody.

    lines: texts, and lists of them for what goes with the text before.
    """
    links = [
        one._meta for one in apps.get_models(include_auto_created=True) if one._meta.auto_created
    ]
    plurals = {link.verbose_name_plural for link in links}
    others = {name: count for name, count in counts.items() if name not in plurals}
    number = sum(counts.values()) - sum(others.values())
    if number:
        others[_("links to other records")] = number
    return _without(tuple(f"{capfirst(link.verbose_name)}: " for link in links), lines), others


def _without(beginnings: tuple[str, ...], lines: list[Any]) -> list[Any]:
    left: list[Any] = []
    for line in lines:
        kept = _without(beginnings, line) if isinstance(line, list) else line
        if kept and not (isinstance(kept, str) and kept.startswith(beginnings)):
            left.append(kept)
    return left
