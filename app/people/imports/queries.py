"""Find imports; gather what judging a roster needs to know."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.imports.models import ImportFinding, ImportProgress, ImportStatus, RosterImport
from app.people.imports.rules.kinds import Outcome
from app.people.imports.rules.places import Places, Village
from app.people.rules import IdNumber
from app.policies.queries import pack_of, packs_in_force
from app.policies.rules.tables import AgeRow
from app.regions.models import Level, Region
from app.regions.queries import in_area, lies_in

LEAST_AGE = 16
"""Where no policy is in force: nobody younger may be employed."""
KEPT_IN_SIGHT = 50
"""Imports on the list."""


def import_for(by: Actor, import_id: int) -> RosterImport:
    """The import with this id, where the actor made it or answers for the whole area it was made for.

    Raises `NotFound`.
    """
    row = db.session.get(RosterImport, import_id)
    if row is None or not (_is_theirs(row, by) or _covers(by, row.area)):
        raise NotFound
    return row


def _is_theirs(row: RosterImport, by: Actor) -> bool:
    return row.created_by in by.keys or row.stands_for in by.keys


def _covers(by: Actor, area: Sequence[str]) -> bool:
    return bool(area) and all(lies_in(code, by.area) for code in area)


def imports_for(by: Actor) -> Sequence[RosterImport]:
    """The actor's imports, newest first, without those given up."""
    query = select(RosterImport).where(
        or_(RosterImport.created_by.in_(by.keys), RosterImport.stands_for.in_(by.keys)),
        RosterImport.status != ImportStatus.DISCARDED,
    )
    return db.session.scalars(query.order_by(RosterImport.id.desc()).limit(KEPT_IN_SIGHT)).all()


def same_file(row: RosterImport) -> RosterImport | None:
    """An earlier import of the same file by the same person that came to its end."""
    query = select(RosterImport).where(
        RosterImport.created_by == row.created_by,
        RosterImport.sha256 == row.sha256,
        RosterImport.id < row.id,
        RosterImport.status == ImportStatus.DONE,
    )
    return db.session.scalars(query.order_by(RosterImport.id.desc())).first()


def progress_of(import_id: int) -> ImportProgress | None:
    """How far the worker is, read afresh."""
    return db.session.get(ImportProgress, import_id, populate_existing=True)


def findings_of(import_id: int, kind: str) -> Select[ImportFinding]:
    """The rows of an import with one outcome, in the order of the sheet; `repaired` are good rows with repairs."""
    query = select(ImportFinding).where(ImportFinding.import_id == import_id)
    if kind == "repaired":
        query = query.where(ImportFinding.outcome == Outcome.OK, func.jsonb_array_length(ImportFinding.mends) > 0)
    else:
        query = query.where(ImportFinding.outcome == Outcome(kind))
    return query.order_by(ImportFinding.row)


def places_of(by: Actor) -> Places:
    """All villages by name; a system's import may name any, an officer's only those of their area."""
    town, county = aliased(Region), aliased(Region)
    query = (
        select(Region.code, Region.name, town.name, town.level, county.name)
        .join(town, town.code == Region.parent_code)
        .join(county, county.code == town.parent_code, isouter=True)
        .where(Region.level == Level.VILLAGE)
    )
    villages = [
        Village(code, name, town_name, county_name or "") for code, name, town_name, _level, county_name in
        db.session.execute(query)
    ]  # fmt: skip
    high = db.session.scalars(select(Region.name).where(Region.level < Level.COUNTY)).all()
    short = [name.removesuffix("省").removesuffix("市") for name in high]
    own = None if by.key == SYSTEM.key else frozenset(village_codes(by))
    return Places(villages, above=tuple(dict.fromkeys((*high, *short))), own=own)


def village_codes(by: Actor) -> Sequence[str]:
    """The codes of all villages in the actor's area."""
    return db.session.scalars(
        select(Region.code).where(Region.level == Level.VILLAGE, in_area(Region.code, by.area))
    ).all()


def villages_to_choose(by: Actor) -> Sequence[tuple[str, str]]:
    """Villages of the actor's area with their township in front, for choosing one for everybody."""
    town = aliased(Region)
    query = select(Region.code, town.name, Region.name).join(town, town.code == Region.parent_code)
    query = query.where(Region.level == Level.VILLAGE, in_area(Region.code, by.area)).order_by(Region.path)
    return [(code, f"{above} {name}") for code, above, name in db.session.execute(query)]


def least_ages(today: date) -> Callable[[str, IdNumber], int]:
    """The least age (R01) by village and person, under the policies in force today."""
    packs = {region.code: pack_of(row).ages for row, region in packs_in_force(today)}
    query = select(Region.code, Region.path).where(Region.level >= Level.TOWNSHIP)
    paths = {code: path for code, path in db.session.execute(query)}  # noqa: C416  # a result is no mapping
    highest = next(iter(packs.values()), ())
    tables: dict[str, Sequence[AgeRow]] = {}
    known: dict[tuple[int, str, int, int], int] = {}

    def table_for(village: str) -> Sequence[AgeRow]:
        codes = reversed(paths.get(village, "").strip("/").split("/"))
        return next((packs[code] for code in codes if code in packs), highest)

    def least(village: str, number: IdNumber) -> int:
        if village not in tables:
            tables[village] = table_for(village)
        rows = tables[village]
        key = (id(rows), number.sex, number.birth_on.year, number.birth_on.month)
        if key not in known:
            fits = (row.min_years for row in rows if row.covers(number.sex, number.birth_on))
            known[key] = next(fits, LEAST_AGE)
        return known[key]

    return least
