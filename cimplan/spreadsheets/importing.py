"""A table that comes in: what it would change, and the change, all of it or nothing.

The preview saves everything and takes it back, so that the database itself has looked at it; the
confirming step does the same and keeps it, if it comes to the very changes that were shown.

The file is gone through three times in the one transaction: for what its rows are known by, for
what they change, and to write that. The last two take a thousand rows at a time, from the texts
to the records, and keep none of them, so that a table of any length needs little memory.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cimplan.spreadsheets.files import Sheet
from cimplan.spreadsheets.headings import VERSION_HEADING, places
from cimplan.spreadsheets.lines import Line, Lines
from cimplan.spreadsheets.order import Order
from cimplan.spreadsheets.outcome import MOST_PROBLEMS, Outcome, Problem
from cimplan.spreadsheets.resource import VERSION, Key, Resource
from cimplan.spreadsheets.saving import Saving
from mandates.models.history import history_dated

#: Rows compared, or written, at a time.
PIECE = 1_000

Progress = Callable[[int], None]


class Import:
    """One table coming in. by: who does it, None for the command line; at: the moment."""

    def __init__(self, resource: Resource, sheet: Sheet, *, by: Any, at: datetime) -> None:
        self.resource, self.sheet = resource, sheet
        resource.by, resource.at = by, at
        self.outcome = Outcome()
        #: The rows in which something is wrong, by their numbers.
        self.wrong: set[int] = set()
        self.places: dict[str, int] = {}
        self.lines = Lines(resource, self._refuse)
        self.order = Order(self.lines)
        #: Written, but for links to records that were not there yet.
        self.held: list[Line] = []
        self.in_words = True
        self.progress: Progress = lambda _rows: None

    def run(
        self,
        *,
        save: bool,
        expected: str | None = None,
        in_words: bool = True,
        progress: Progress | None = None,
    ) -> Outcome:
        """Compare, and where `save` is set and nothing is wrong, keep the changes.

        expected: the digest of the outcome that was shown; where this one differs, nothing is
        kept. in_words: whether the outcome tells each change, not only how many there are.
        progress: called with rows done, and each row is done twice: compared, and written or left
        as it is. Raises SheetError where the columns do not fit.
        """
        self.in_words = in_words
        if progress:
            self.progress = progress
        with transaction.atomic(), history_dated(self.resource.at):
            self._compare()
            if not self.outcome.problems:
                self._write()
            outcome = self.outcome
            outcome.problems.sort(key=lambda problem: problem.row)
            outcome.changes.sort(key=lambda change: change.row)
            outcome.is_other = expected is not None and expected != outcome.digest
            outcome.saved = save and not outcome.problems and not outcome.is_other
            if not outcome.saved:
                transaction.set_rollback(True)
        return outcome

    def _refuse(self, row: int, attribute: str, sentence: str) -> None:
        column = self.lines.columns.get(attribute)
        heading = str(column.heading) if column else ""
        if attribute == VERSION:
            heading = str(VERSION_HEADING)
        self.wrong.add(row)
        if len(self.outcome.problems) < MOST_PROBLEMS:
            self.outcome.problems.append(Problem(row, heading, str(sentence)))

    def _right(self, lines: Iterable[Line]) -> list[Line]:
        return [line for line in lines if line.row not in self.wrong]

    # --- what the file says ------------------------------------------------------------------

    def _compare(self) -> None:
        self.places = places(self.resource, self.sheet, self.outcome.notes)
        self.resource.look_over(self.sheet, self.places)
        self.outcome.notes += self.resource.notes()
        self._find_keys()
        for piece in _pieces(range(len(self.sheet.rows))):
            self._compare_piece(piece)
        for row, name in self.order.circles():
            self._refuse(row, name, _("It stands under itself this way."))
        self.outcome.unchanged = len(self.sheet.rows) - len(self.order)
        self.progress(self.outcome.unchanged)

    def _line(self, place: int) -> Line:
        row = self.sheet.rows[place]
        return Line(place, row.number, self.resource.texts(row, self.places))

    def _find_keys(self) -> None:
        first: dict[Key, int] = {}
        for place in range(len(self.sheet.rows)):
            line = self._line(place)
            self.lines.read_key(line)
            if line.row in self.wrong:
                continue  # what cannot be read is like nothing else
            if any(line.key) and line.key in first:
                sentence = _("Row %(row)s is about the same record. Keep one of the two.")
                sentence %= {"row": first[line.key]}
                self._refuse(line.row, self.resource.key[0], sentence)
            first.setdefault(line.key, line.row)
        self.lines.named = {key[0] for key in first}

    def _settled(self, piece: Sequence[int]) -> list[Line]:
        """The lines of a piece in which nothing is wrong, with their records."""
        lines = [self._line(place) for place in piece]
        rest = [name for name in self.lines.columns if name not in self.resource.key]
        for line in lines:
            if line.row not in self.wrong:  # else what is wrong with its key is said already
                self.lines.read_key(line)
            self.lines.read(line, rest)
        lines = self._right(lines)
        self.lines.settle(lines)
        return self._right(lines)

    def _compare_piece(self, piece: Sequence[int]) -> None:
        for line in self._settled(piece):
            self.order.note_above(line)
            if line.is_changed:
                self.order.add(line)
        self.progress(len(piece))

    # --- into the database -------------------------------------------------------------------

    def _write(self) -> None:
        self.lines.aside = self.order.moved
        try:
            with transaction.atomic():
                self._save(in_bulk=True)
        except IntegrityError:
            self._begin_anew()
            with transaction.atomic():
                self._save(in_bulk=False)  # one by one, to say which row it was
                transaction.set_rollback(True)
            if not self.outcome.problems:
                raise

    def _begin_anew(self) -> None:
        outcome = self.outcome
        outcome.added = outcome.changed = 0
        for kept in (outcome.changes, outcome.problems, self.wrong, self.held):
            kept.clear()
        self.lines.unwritten.clear()

    def _save(self, *, in_bulk: bool) -> None:
        saving = Saving(self.lines, in_bulk=in_bulk)
        saving.step_aside()
        for wave in self.order.waves():
            for piece in _pieces(wave):
                self._save_piece(saving, piece)
                if len(self.outcome.problems) >= MOST_PROBLEMS:
                    return
        for row in self.order.in_no_wave():
            sentence = _("These name one another in a circle.")
            self._refuse(row, self.lines.own_one[0], sentence)
        if self.held and not self.outcome.problems:
            self.lines.find_others(self.held)
            self._finish(saving, self.held)

    def _save_piece(self, saving: Saving, piece: Sequence[int]) -> None:
        """Write the rows in which nothing is wrong, even where all will be taken back for others:
        so what else is wrong is said as well."""
        lines = [line for line in self._settled(piece) if line.is_changed]
        self.lines.set_links_to_one(lines)
        saving.check(lines)
        saving.write(self._writable(lines))
        self.progress(len(lines))
        if self.outcome.problems:
            return
        ready = []
        for line in lines:
            is_held = any(name in line.linked for name in self.lines.own_several)
            (self.held if is_held else ready).append(line)
        self._finish(saving, ready)

    def _writable(self, lines: list[Line]) -> list[Line]:
        """Those in which nothing is wrong, nor in what they name; the others are set aside."""
        found = []
        for line in lines:
            named = self.lines.own_named(line)
            if line.row in self.wrong or not self.lines.unwritten.keys().isdisjoint(named):
                self.lines.unwritten[line.key[0]] = line.record
            else:
                found.append(line)
        return found

    def _finish(self, saving: Saving, lines: list[Line]) -> None:
        saving.write_beside(lines)
        for line in lines:
            self.outcome.added += line.is_new
            self.outcome.changed += not line.is_new
            if self.in_words:
                self.outcome.changes.append(self.lines.change(line))


def _pieces(all_of_them: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(all_of_them), PIECE):
        yield all_of_them[start : start + PIECE]
