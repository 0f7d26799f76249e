"""Find the words and seals that hold for a place and a school, and what came before them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from app.designs.models import PrintText, Seal
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.papers.designs import Design
from app.papers.pictures import reference
from app.papers.printing import printer
from app.regions.queries import above, county_of, region
from app.schools.models import School
from app.schools.queries import school_for

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose words or seal: a region's or a school's."""

    name: str
    region_code: str | None = None
    school_id: int | None = None

    @property
    def side(self) -> str:
        """As the designs say who sets a fact."""
        return "region" if self.school_id is None else "school"

    def of(self, table: type[PrintText | Seal]) -> ColumnElement[bool]:
        """The condition that a row is this owner's."""
        if self.school_id is not None:
            return table.school_id == self.school_id
        return table.region_code == self.region_code


def owners_for(by: Actor) -> list[Owner]:
    """For whom somebody may set words and a seal: their own school, else the regions of their area."""
    if by.organization_id is not None:
        school = db.session.get(School, by.organization_id)
        return [Owner(school.organization.name, school_id=school.id)] if school else []
    found = [region(code) for code in by.area]
    return [Owner(one.name, region_code=one.code) for one in found if one is not None]


def owner_for(by: Actor, region_code: str = "") -> Owner:
    """The one of them that is asked for, else the first; raises `NotFound`."""
    for owner in owners_for(by):
        if not region_code or owner.region_code == region_code:
            return owner
    raise NotFound


def texts_of(owner: Owner, design: str) -> Sequence[PrintText]:
    """What this owner has said about a design, newest first."""
    query = select(PrintText).where(owner.of(PrintText), PrintText.design == design)
    return db.session.scalars(query.order_by(PrintText.revision.desc())).all()


def seals_of(owner: Owner) -> Sequence[Seal]:
    """The seals this owner has used, newest first; the first holds."""
    return db.session.scalars(select(Seal).where(owner.of(Seal)).order_by(Seal.revision.desc())).all()


def seal_of(owner: Owner) -> Seal | None:
    """The seal in use."""
    newest = next(iter(seals_of(owner)), None)
    return newest if newest is not None and newest.upload_id is not None else None


def settable(design: Design, side: str) -> dict[str, dict[str, Any]]:
    """The facts of a design that a region (or a school) may set: words, and whether a part is printed."""
    kinds = {"text", "flag"}
    return {key: spec for key, spec in design.schema.items() if spec["kind"] in kinds and spec.get("set_by") == side}


def is_flag(spec: Mapping[str, object]) -> bool:
    """Whether a fact that may be set is a yes or no; kept as a word, or not at all."""
    return bool(spec["kind"] == "flag")


def seal_facts(design: Design) -> dict[str, str]:
    """The facts of a design that are seals, and whose: {"seal": "school"}."""
    return {key: spec["seal_of"] for key, spec in design.schema.items() if spec.get("seal_of")}


def _chain(region_code: str, school_id: int | None) -> list[Owner]:
    """Who has a say, the nearest last: province, city, county, …, then the school."""
    owners = [Owner(one.name, region_code=one.code) for one in above(region_code)]
    return [*owners, *([Owner("", school_id=school_id)] if school_id is not None else [])]


def words_for(name: str, region_code: str, school_id: int | None = None) -> Facts:
    """The facts of a design that are set as data for this place and school: words, and seals by reference.

    The nearest region's word holds over those above it; a part that one above wants printed is printed. A seal is
    named by the hash of its picture, so that facts which were frozen keep the seal of their day.
    """
    design = printer().design(name)
    found: Facts = {}
    for owner in _chain(region_code, school_id):
        known = settable(design, owner.side)
        said = next(iter(texts_of(owner, name)), None) if known else None
        texts = said.texts if said else {}
        found |= {key: is_flag(known[key]) or value for key, value in texts.items() if key in known}
    for key, side in seal_facts(design).items():
        seal = _seal(side, region_code, school_id)
        if seal is not None and seal.upload is not None:
            found[key] = reference(seal.upload.store_key)
    return found


def _seal(side: str, region_code: str, school_id: int | None) -> Seal | None:
    if side == "region":
        return seal_of(Owner("", region_code=county_of(region_code)))
    return seal_of(Owner("", school_id=school_id)) if school_id is not None else None


def lacking_seals(name: str, region_code: str, school_id: int | None = None) -> list[str]:
    """Whose seals the regions above demand on papers of a design, and are not there: "school", "region"."""
    facts = seal_facts(printer().design(name))
    said = [one for owner in _chain(region_code, None) for one in texts_of(owner, name)[:1]]
    wanted = {key for one in said for key in one.demanded if key in facts}
    return [facts[key] for key in sorted(wanted) if _seal(facts[key], region_code, school_id) is None]


def school_of(owner: Owner) -> School:
    """The school that a school's owner is."""
    return db.session.get_one(School, owner.school_id)


def seal_row(by: Actor, seal_id: int) -> Seal:
    """A seal of one's own school or area, or of a school in it, in use or past; raises `NotFound`."""
    row = db.session.get(Seal, seal_id)
    if row is None or row.upload_id is None:
        raise NotFound
    if row.school_id is not None:
        school_for(by, row.school_id)
    elif row.region_code not in {owner.region_code for owner in owners_for(by)}:
        raise NotFound
    return row
