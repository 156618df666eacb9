"""Words, as a search takes them: runs of letters and digits, in lower case and without accents.

Plain Python. The index of the database cuts and folds texts in the same way
(mandates/search_index.py), so that what is found is also what is marked on the page.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_LENGTH = 300
"""Characters one may search for: a sentence can be pasted, a document cannot."""

# Accents may stand apart from their letters, as some PDF files have them. The underscore is no
# letter, so that WORD and the index agree.
_WORD = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Latin letters with their accents, and signs: folded, each of them stands where it stood.
_LATIN = re.compile("[\0-\u024f\u2000-\u206f]*")


class Word(NamedTuple):
    """A word of a text, folded, and where it stands there."""

    folded: str
    start: int
    end: int


def folded(text: str) -> str:
    """Lower case, accents taken off Latin letters: "Belém" and "BELEM" are one."""
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).lower()


def words_of(text: str) -> Iterator[Word]:
    """The words of a text in their order."""
    for found in _WORD.finditer(text):
        yield Word(folded(found.group()), found.start(), found.end())


def words_sought(text: str) -> list[str]:
    """The words somebody searches for, each once; none where only signs were typed."""
    return list(dict.fromkeys(word.folded for word in words_of(text)))


def found_in(text: str, sought: Collection[str]) -> list[Word]:
    """The words of a text that answer one of the words sought: they begin so. A single letter or
    digit stands for itself, or "SEPIA I" would find every word with an i at its head."""
    if not _LATIN.fullmatch(text):
        return [word for word in words_of(text) if _answers(word.folded, sought)]
    whole = folded(text)
    if not any(one in whole for one in sought):
        return []
    return [
        Word(found.group(), *found.span()) for found in _answering(tuple(sought)).finditer(whole)
    ]


def _answers(word: str, sought: Collection[str]) -> bool:
    return any(word.startswith(one) if len(one) > 1 else word == one for one in sought)


@lru_cache(500)
def _answering(sought: tuple[str, ...]) -> re.Pattern[str]:
    """Finds them in a folded text of Latin letters."""
    beginning, itself = r"[^\W_]*", r"(?![^\W_])"
    words = (re.escape(one) + (beginning if len(one) > 1 else itself) for one in sought)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})")
