"""The words somebody searches for, marked in the texts that were found by them.

Where a page may have no `q`, write `{% with q=request.GET.q|default:"" %}` around: Django refuses
an argument that is not there.
"""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mandates.words import found_in, words_sought

register = template.Library()

EXCERPT = 260
"""Characters of a long text that are shown around what was found in it."""
LEAD = 90
"""Of these, about how many stand before it."""


@register.filter
def marked(text: str, sought: str) -> SafeString:
    """The text, escaped, with every word marked that answers one of those sought."""
    return _with_marks(text, tuple(words_sought(sought)))


@register.filter
def excerpt(text: str, sought: str) -> SafeString:
    """The same of a part around the first word that was found, or of the beginning where none
    was: whole words, in one line. A short text is shown whole."""
    text, words = " ".join(text.split()), tuple(words_sought(sought))
    if len(text) <= EXCERPT:
        return _with_marks(text, words)
    found = found_in(text, words)
    start, end = _around(text, found[0].start if found else 0)
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, _with_marks(text[start:end], words), after)


def _around(text: str, place: int) -> tuple[int, int]:
    """Where an excerpt starts and ends so that the word at a place is in it and none is cut."""
    start = 0
    if place > LEAD:
        start = text.find(" ", place - LEAD, place) + 1 or place
    if len(text) - start <= EXCERPT:
        return start, len(text)
    space = text.rfind(" ", place, start + EXCERPT)
    # One word without end is the only one that is cut.
    return start, space if space > place else start + EXCERPT


# Kept, since many lines have the same title, and stand under the same words.
@lru_cache(1_000)
def _with_marks(text: str, sought: tuple[str, ...]) -> SafeString:
    pieces, end = [], 0
    for word in found_in(text, sought):
        pieces.append((text[end : word.start], text[word.start : word.end]))
        end = word.end
    return format_html("{}{}", format_html_join("", "{}<mark>{}</mark>", pieces), text[end:])
