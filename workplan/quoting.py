"""Where in a printed text the words are that speak of an activity."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from mandates.models import Activity
from workplan.models import Quotation


@dataclass
class Passage:
    """Words of a printed text, and the activities they speak of, none for most."""

    words: str
    activities: list[Activity] = field(default_factory=list)

    @property
    def refers_elsewhere(self) -> bool:
        """Whether the words only point at another place, such as "See above"."""
        return re.match(r"\s*see\b", self.words, re.IGNORECASE) is not None


def passages(text: str, quotations: Iterable[Quotation]) -> list[list[Passage]]:
    """A printed text as paragraphs of passages, word for word and in its order.

    Where words are quoted for several activities, their passage speaks of them all; words quoted
    within other quoted words speak of what is quoted there too. What a quotation holds beyond the
    text (a mended word) is found nowhere and marks nothing.
    """
    found = _found(text, quotations)
    edges = sorted({0, len(text)}.union(*(place[:2] for place in found)))
    paragraphs: list[list[Passage]] = [[]]
    for start, end in pairwise(edges):
        about = [activity for first, last, activity in found if first <= start and end <= last]
        for number, words in enumerate(re.split(r"\n{2,}", text[start:end])):
            if number:
                paragraphs.append([])
            if words:
                paragraphs[-1].append(Passage(words, about))
    return [paragraph for paragraph in paragraphs if paragraph]


def _found(text: str, quotations: Iterable[Quotation]) -> list[tuple[int, int, Activity]]:
    return [
        (*place, quotation.activity)
        for quotation in quotations
        for place in _places(text, quotation.words)
    ]


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """The first place of the words in the text; white space may differ, as papers are typeset."""
    parts = [re.escape(part) for part in words.split()]
    if parts and (match := re.search(r"\s+".join(parts), text)):
        yield match.span()
