"""Printed texts with the words that speak of an activity."""

from collections.abc import Iterable

from django import template

from workplan.models import Quotation
from workplan.quoting import Passage
from workplan.quoting import passages as find_passages

register = template.Library()


@register.simple_tag
def passages(text: str, quotations: Iterable[Quotation]) -> list[list[Passage]]:
    """`{% passages text quotations as paragraphs %}`: see workplan/quoting.py."""
    return find_passages(text, quotations)
