"""Merged cells over several rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.people.imports.rules.kinds import Cell


@dataclass(slots=True)
class Carry:
    """Place columns of merged cells: the upper cell's value holds for every row that the cell covers."""

    spans: Mapping[int, Sequence[tuple[int, int]]]
    """By column (from 0), the rows (from 1) from the first to the last of each merged cell."""
    _held: dict[int, tuple[int, Cell]] = field(default_factory=dict)

    def fill(self, row: int, cells: list[Cell]) -> list[Cell]:
        """The row with what merged cells say of it."""
        for column, spans in self.spans.items():
            last = next((end for start, end in spans if start == row), None)
            if last is not None and column < len(cells):
                self._held[column] = (last, cells[column])
            until, value = self._held.get(column, (0, None))
            if row <= until and column < len(cells) and cells[column] in (None, ""):
                cells[column] = value
        return cells
