"""What somebody may have meant who mistyped a word. Plain Python."""

from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations
from string import ascii_lowercase

SHORTEST, LONGEST = 4, 25
"""Letters of a word that we try to put right: shorter ones are near to everything, and no word
of our languages is longer."""


def near(word: str) -> list[str]:
    """The spellings one slip away from a folded word: a letter too few, too many, mistaken for
    another, or two in the wrong order; and those in which two letters are doubled or not
    ("comitee"). None for a word with digits in it, or too short or too long to tell."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isalpha()):
        return []
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    spellings = {left + right[1:] for left, right in halves}
    spellings |= {left + right[1::-1] + right[2:] for left, right in halves}
    for letter in ascii_lowercase:
        spellings |= {left + letter + right for left, right in halves}
        spellings |= {left + letter + right[1:] for left, right in halves if right}
    spellings |= set(_with_two_doubled(word)) | set(_with_two_single(word))
    return sorted(spellings - {word})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Of the words of some texts, as often as they occur, the one most like a mistyped one."""
    counts = Counter(known)
    alike = {one: SequenceMatcher(None, word, one).ratio() for one in counts}
    return max(sorted(alike), key=lambda one: (alike[one], counts[one]), default=None)


def _with_two_doubled(word: str) -> Iterable[str]:
    for first, second in combinations(range(len(word)), 2):
        yield word[: first + 1] + word[first : second + 1] + word[second:]


def _with_two_single(word: str) -> Iterable[str]:
    doubled = [place for place in range(1, len(word)) if word[place] == word[place - 1]]
    for first, second in combinations(doubled, 2):
        yield word[:first] + word[first + 1 : second] + word[second + 1 :]
