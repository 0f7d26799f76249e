"""Figures by place: counted by village, shown by what lies right below the region one looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

from sqlalchemy import select

from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.regions.models import Level, Region
from app.regions.queries import in_area

S = TypeVar("S", bound="Summable")


class Summable(Protocol):
    """What can be added up over villages."""

    def __add__(self, other: Self, /) -> Self:
        """Two places together."""


@dataclass(frozen=True, slots=True)
class Places:
    """The part of the region tree that a person answers for, and where in it they look."""

    here: Region | None
    """The region looked at; None where the area is several regions side by side."""
    rows: tuple[Region, ...]
    """What stands in the table: the regions right below `here`, or the area's own."""
    up: tuple[Region, ...]
    """The regions above `here` within the area, from the top down."""
    _paths: Mapping[str, str]

    def roll_up(self, by_village: Mapping[str, S], nothing: S) -> list[tuple[Region, S]]:
        """Each row's region with the figures of its villages added up."""
        sums = dict.fromkeys((row.code for row in self.rows), nothing)
        for village, figure in by_village.items():
            for code in self._paths.get(village, "").strip("/").split("/"):
                if code in sums:
                    sums[code] = sums[code] + figure
        return [(row, sums[row.code]) for row in self.rows]

    def name_of(self, code: str) -> str:
        """The name of one of the rows, "" for others."""
        return next((row.name for row in self.rows if row.code == code), "")

    @property
    def area(self) -> tuple[str, ...]:
        """The regions whose figures are asked for."""
        return (self.here.code,) if self.here is not None else tuple(row.code for row in self.rows)


def places_for(by: Actor, code: str = "") -> Places:
    """Where a person looks: the region they name, else their area; raises `NotFound` outside of it."""
    looked_at = (code,) if code else by.area
    found = list(
        db.session.scalars(select(Region).where(in_area(Region.code, looked_at), in_area(Region.code, by.area)))
    )
    if not found:
        raise NotFound
    paths = {row.code: row.path for row in found}
    tops = [row for row in found if row.code in looked_at]
    here = tops[0] if len(tops) == 1 else None
    rows = [
        row for row in found if (here is None and row in tops) or (here is not None and row.parent_code == here.code)
    ]
    if here is not None and here.level == Level.VILLAGE:
        rows = [here]
    return Places(here, tuple(sorted(rows, key=lambda row: row.code)), _above(here, by), paths)


def _above(here: Region | None, by: Actor) -> tuple[Region, ...]:
    if here is None:
        return ()
    codes = here.path.strip("/").split("/")[:-1]
    query = select(Region).where(Region.code.in_(codes), in_area(Region.code, by.area)).order_by(Region.level)
    return tuple(db.session.scalars(query))


def villages_in(area: Sequence[str]) -> Sequence[Region]:
    """Every village of an area, by code."""
    query = select(Region).where(Region.level == Level.VILLAGE, in_area(Region.code, area))
    return db.session.scalars(query.order_by(Region.code)).all()


def village_codes_in(area: Sequence[str]) -> Sequence[str]:
    """The codes of every village of an area."""
    query = select(Region.code).where(Region.level == Level.VILLAGE, in_area(Region.code, area))
    return db.session.scalars(query.order_by(Region.code)).all()
