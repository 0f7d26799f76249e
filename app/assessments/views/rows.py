"""The rows of the entry page: what stands, what was typed, and where two people differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.assessments import queries
from app.assessments.forms import Answers, written
from app.assessments.models import Mark, Sitting
from app.assessments.queries import Item, Line
from app.attendance.queries import names_of
from app.kernel import clock
from app.kernel.i18n import _


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure to type."""

    item: Item
    value: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the sitting that is being marked."""

    line: Line
    cells: tuple[Cell, ...]
    absent: bool
    seen: int
    was: str
    theirs: str = ""
    """What somebody else entered meanwhile, in words."""

    @property
    def wrong(self) -> bool:
        """Whether some figure can't be taken."""
        return any(cell.error for cell in self.cells)


def asked_of(line: Line, sitting: Sitting, items: Sequence[Item]) -> list[Item]:
    """The items of a person in a sitting: all, or for a resit those of the parts that were failed before."""
    if not sitting.is_resit:
        return list(items)
    before = {mark.sitting: mark for mark in line.marks}.get(sitting.number - 1)
    if before is None or before.absent:
        return list(items)
    given = {number for mark in line.marks if mark.sitting == sitting.number for number in line.points[mark.sitting]}
    return [item for item in items if item.part in line.failed or item.number in given]


def rows_of(
    lines: Sequence[Line], sitting: Sitting, items: Sequence[Item], answers: Answers | None, moved: frozenset[int]
) -> list[Row]:
    """Everybody on the sitting's list, with what was typed where something was wrong."""
    listed = queries.listed_in(sitting.class_id, sitting.number)
    marks = {line.seat.id: _mark(line, sitting) for line in lines}
    names = names_of(mark.by_key for seat, mark in marks.items() if mark is not None and seat in moved)
    return [
        _row(line, marks[line.seat.id], sitting, asked_of(line, sitting, items), answers, moved, names)
        for line in lines
        if line.seat.id in listed
    ]


def _mark(line: Line, sitting: Sitting) -> Mark | None:
    return next((one for one in line.marks if one.sitting == sitting.number), None)


def _row(
    line: Line,
    mark: Mark | None,
    sitting: Sitting,
    items: Sequence[Item],
    answers: Answers | None,
    moved: frozenset[int],
    names: Mapping[str, str],
) -> Row:
    seat_id = line.seat.id
    stored = line.points.get(sitting.number, {})
    away = mark is not None and mark.absent
    typed = answers.typed.get(seat_id) if answers else None
    wrong = answers.wrong if answers else {}
    cells = tuple(
        Cell(
            item,
            str(typed[item.number] if typed else stored.get(item.number, "")),
            wrong.get((seat_id, item.number), ""),
        )
        for item in items
    )
    return Row(
        line,
        cells,
        seat_id in answers.ticked if answers else away,
        mark.version if mark else 0,
        written(stored, items, absent=away),
        _told(mark, stored, items, names) if mark is not None and seat_id in moved else "",
    )


def _told(mark: Mark, stored: Mapping[int, int], items: Sequence[Item], names: Mapping[str, str]) -> str:
    said = "、".join(f"{item.name} {stored.get(item.number, '—')}" for item in items)
    words = {
        "who": names.get(mark.by_key, ""),
        "when": clock.local(mark.at).strftime("%H:%M"),
        "what": _("缺考") if mark.absent else said,
    }
    return _("%(who)s %(when)s 存的是：%(what)s", **words)
