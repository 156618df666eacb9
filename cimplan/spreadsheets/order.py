"""In which order the rows of a table are written: those that others name before these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cimplan.forms import is_of_number
from cimplan.spreadsheets.lines import Line, Lines


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that names others of the file. place: which of the sheet's rows it is."""

    place: int
    row: int
    is_new: bool
    names: tuple[str, ...]


class Order:
    """What is to be written, and after what; of each row no more than that."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        #: Whether each has a position of its own.
        self.are_numbered = any(
            is_of_number(one, "position") for one in lines.resource.model._meta.constraints
        )
        #: The database's keys of paragraphs that move.
        self.moved: set[Any] = set()
        self.free: list[int] = []
        self.waiting: dict[str, Waiting] = {}
        #: By attribute and own name: the row, and what it stands under.
        self.above: dict[str, dict[str, tuple[int, str]]] = {
            name: {} for name in lines.resource.under
        }

    def note_above(self, line: Line) -> None:
        for name, above in self.above.items():
            value = line.values.get(name)
            if value in self.lines.named:
                above[line.key[0]] = line.row, value

    def add(self, line: Line) -> None:
        """A row that is to be written."""
        if self.are_numbered and not line.is_new and "position" in line.fields:
            self.moved.add(line.record.pk)
        names = self.lines.own_named(line)
        if names:
            waiting = Waiting(line.place, line.row, line.is_new, tuple(names))
            self.waiting[line.key[0]] = waiting
        else:
            self.free.append(line.place)

    def __len__(self) -> int:
        return len(self.free) + len(self.waiting)

    def circles(self) -> Iterator[tuple[int, str]]:
        """The rows that stand under themselves, and by which attribute."""
        for name, above in self.above.items():
            for key, (row, value) in above.items():
                seen, here = {key}, value
                while here in above and here not in seen:
                    seen.add(here)
                    here = above[here][1]
                if here == key:
                    yield row, name

    def waves(self) -> Iterator[list[int]]:
        """The places of the rows; none names a row of its own wave or of a later one. What new
        records name one another in a circle is in no wave."""
        yield self.free
        waiting = dict(self.waiting)
        while waiting:
            ready = [key for key, one in waiting.items() if waiting.keys().isdisjoint(one.names)]
            if not ready:
                # What is there already can be named before it is changed.
                new = {key for key, one in waiting.items() if one.is_new}
                ready = [key for key, one in waiting.items() if new.isdisjoint(one.names)]
            if not ready:
                return
            yield [waiting.pop(key).place for key in ready]

    def in_no_wave(self) -> Iterator[int]:
        """The rows of new records that name one another in a circle, or one that does."""
        placed = {place for wave in self.waves() for place in wave}
        for one in self.waiting.values():
            if one.is_new and one.place not in placed:
                yield one.row
