"""What a table that comes in would change, or what is wrong with it."""

import hashlib
import json
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

#: Problems named; who mends these may find others.
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Problem:
    """What is wrong, in which row and column of the file; a column of "" is the row itself."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        if not self.column:
            return _("row %(row)s: %(sentence)s") % {"row": self.row, "sentence": self.sentence}
        return _("row %(row)s, column %(column)s: %(sentence)s") % {
            "row": self.row,
            "column": self.column,
            "sentence": self.sentence,
        }


@dataclass(frozen=True)
class Cell:
    """A cell that changes."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """A row that adds a record or changes one."""

    row: int
    name: str
    is_new: bool
    cells: list[Cell]


@dataclass
class Outcome:
    """What a table comes to. changes: each of them, where they were asked for and not only how
    many are added and changed. saved: whether it is in the database now."""

    changes: list[Change] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    saved: bool = False
    #: The confirming step found other changes than the preview had shown.
    is_other: bool = False

    @property
    def digest(self) -> str:
        """Tells whether two outcomes are the same changes."""
        said = [
            [
                change.row,
                change.name,
                change.is_new,
                [[c.column, c.old, c.new] for c in change.cells],
            ]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()
