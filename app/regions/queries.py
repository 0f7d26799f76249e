"""Find regions; narrow a query to an area."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select

from app.kernel.database import db
from app.regions.models import Level, Region


def in_area(column: ColumnElement[str] | object, area: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a region-code column lies in one of the area's subtrees; an empty area holds nothing."""
    if not area:
        return false()
    below = or_(*[Region.path.contains(f"{code}/", autoescape=True) for code in area])
    return column.in_(select(Region.code).where(below))  # type: ignore[union-attr]  # an instrumented column has in_


def lies_in(code: str, area: Sequence[str]) -> bool:
    """Whether a region is one of the area's or lies below one."""
    return db.session.scalar(select(Region.code).where(Region.code == code, in_area(Region.code, area))) is not None


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
