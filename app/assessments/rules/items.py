"""What is assessed, item by item, and what the items make of each part and of two sittings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.assessments.rules.judging import MOST, Marks
from app.kernel.errors import DomainError
from app.kernel.marking import N_


class Part(StrEnum):
    """What an item's points count towards (R23)."""

    THEORY = "theory"
    PRACTICE = "practice"


class Counting(StrEnum):
    """Which of two sittings counts for a part, as the policy says."""

    BEST = "best"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing that is assessed, with the most points it can bring."""

    part: Part
    name: str
    full_marks: int


DEFAULT = (NewItem(Part.THEORY, "理论", MOST), NewItem(Part.PRACTICE, "实操", MOST))
"""What a class without a plan of its own assesses: one item a part."""
MOST_ITEMS = 12
LONGEST_NAME = 40
MOST_POINTS = 1000


def checked(items: Sequence[NewItem]) -> list[NewItem]:
    """The items in order, theory first; raises `DomainError` for a part without any, or points that make no sense."""
    if len(items) > MOST_ITEMS:
        raise DomainError(N_("考核项目太多了，最多 12 项。"), "items")
    if any(not item.name.strip() or len(item.name.strip()) > LONGEST_NAME for item in items):
        raise DomainError(N_("每个考核项目都要有名称，最多 40 个字。"), "items")
    if any(not 1 <= item.full_marks <= MOST_POINTS for item in items):
        raise DomainError(N_("满分要在 1 到 1000 之间。"), "items")
    if {item.part for item in items} != set(Part):
        raise DomainError(N_("理论和实操都至少要有一个考核项目。"), "items")
    in_order = sorted(items, key=lambda item: item.part is Part.PRACTICE)
    return [NewItem(item.part, item.name.strip(), item.full_marks) for item in in_order]


def scaled(points: Iterable[tuple[int, int]]) -> int | None:
    """Points of a part out of 100, by pairs of points and full marks, rounded down: nobody passes by rounding.

    None where the part has no points at all.
    """
    pairs = list(points)
    full = sum(most for _got, most in pairs)
    return sum(got for got, _most in pairs) * MOST // full if full else None


def of_items(items: Mapping[int, tuple[Part, int]], points: Mapping[int, int]) -> Marks:
    """Theory and practice out of 100; `items` are (part, full marks) and `points` those given, by item.

    A part of which an item has no points yet has no mark.
    """

    def part_of(part: Part) -> int | None:
        wanted = {key: full for key, (of, full) in items.items() if of is part}
        if not wanted or not set(wanted) <= set(points):
            return None
        return scaled((points[key], full) for key, full in wanted.items())

    return Marks(part_of(Part.THEORY), part_of(Part.PRACTICE))


def counted(sittings: Sequence[Marks], counting: Counting) -> Marks:
    """What counts of the sittings in order: for each part the best, or the last that has a mark."""

    def one(marks: Iterable[int | None]) -> int | None:
        given = [mark for mark in marks if mark is not None]
        if not given:
            return None
        return max(given) if counting is Counting.BEST else given[-1]

    return Marks(one(marks.theory for marks in sittings), one(marks.practice for marks in sittings))
