"""Find regions; narrow a query to an area."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from app.kernel.database import db
from app.regions.models import Level, Region

ENDINGS = ("村", "社区", "居委会", "村委会", "居民委员会", "村民委员会", "镇", "乡", "街道")
"""What people leave out of the name of a place."""


def in_area(column: ColumnElement[str] | object, area: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a region-code column lies in one of the area's subtrees; an empty area holds nothing."""
    if not area:
        return false()
    return column.in_(select(Region.code).where(_below(area)))  # type: ignore[union-attr]  # an instrumented column has in_


def lies_in(code: str, area: Sequence[str]) -> bool:
    """Whether a region is one of the area's or lies below one."""
    return db.session.scalar(select(Region.code).where(Region.code == code, in_area(Region.code, area))) is not None


@dataclass(frozen=True, slots=True)
class Villages:
    """The villages of an area; `everywhere` says that there are no others."""

    codes: tuple[str, ...]
    everywhere: bool = False


def villages_of(area: Sequence[str] | None, chosen: Sequence[str] | None = None) -> Villages:
    """The villages of an area's subtrees (None: of all), narrowed to those of the chosen regions where some are."""
    inside = [_below(codes) for codes in (area, chosen) if codes is not None]
    codes = func.array_agg(Region.code).filter(and_(true(), *inside))
    found, number = db.session.execute(select(codes, func.count()).where(Region.level >= Level.VILLAGE)).one()
    return Villages(tuple(found or ()), everywhere=len(found or ()) == number)


def named_places(name: str, villages: Villages) -> Villages | None:
    """Those of the villages that are called so, or lie in a township called so; None where none is."""
    names = [name, *(name + ending for ending in ENDINGS)]
    named = select(Region.code).where(Region.name.in_(names), Region.level >= Level.TOWNSHIP)
    codes = db.session.scalars(named).all()
    if not codes:
        return None
    held = set(villages.codes)
    found = tuple(code for code in villages_of(codes).codes if code in held)
    return Villages(found) if found else None


def _below(area: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *[Region.path.contains(f"{code}/", autoescape=True) for code in area])


def region(code: str) -> Region | None:
    """The region with this code."""
    return db.session.get(Region, code)


def children(code: str | None) -> Sequence[Region]:
    """The regions right below, by code."""
    return db.session.scalars(select(Region).where(Region.parent_code == code).order_by(Region.code)).all()


def below(code: str, level: int) -> Sequence[Region]:
    """All regions of a level in a subtree, by code."""
    query = select(Region).where(Region.path.contains(f"{code}/", autoescape=True), Region.level == level)
    return db.session.scalars(query.order_by(Region.code)).all()


def above(code: str) -> Sequence[Region]:
    """A region with everything above it, from the top down."""
    here = region(code)
    if here is None:
        return []
    codes = here.path.strip("/").split("/")
    return db.session.scalars(select(Region).where(Region.code.in_(codes)).order_by(Region.level)).all()


def full_name(code: str, *, from_level: int = 3) -> str:
    """A region in words, from the county down: 汨罗市弼时镇湄江村."""
    return "".join(found.name for found in above(code) if found.level >= from_level or found.code == code)


def county_of(code: str) -> str:
    """The county-level code above a region (its first six digits are no guide for development zones)."""
    chain = above(code)
    county = next((found for found in chain if found.level == 3), None)
    if county is not None:
        return county.code
    city = next((found for found in chain if found.level == 2), None)
    return city.code if city else code


def towns(area: Sequence[str] | None = None) -> list[tuple[str, Region]]:
    """Counties and townships with the name to list them under, for picking a place; `area` narrows them."""
    query = select(Region).where(Region.level.in_((Level.COUNTY, Level.TOWNSHIP))).order_by(Region.path)
    if area is not None:
        query = query.where(in_area(Region.code, area))
    rows = db.session.scalars(query).all()
    wanted = {row.parent_code for row in rows if row.parent_code}
    names = {row.code: row.name for row in db.session.scalars(select(Region).where(Region.code.in_(wanted)))}
    return [(row.name if row.level == Level.COUNTY else names.get(row.parent_code or "", ""), row) for row in rows]
