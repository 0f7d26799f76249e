"""Find people, their households and their record of subsidies used."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.kernel.access import SYSTEM, Actor
from app.kernel.database import among, db
from app.kernel.errors import NotFound
from app.kernel.sealing import blind_index
from app.people.models import (
    FormerNumber,
    GroupMembership,
    Household,
    HouseholdKind,
    Person,
)
from app.people.rules import normalize_id_number
from app.policies.rules.facts import GroupHeld, PersonFacts, StatusHeld
from app.regions.queries import in_area, lies_in

LAST_FOUR = 4
PHONE_LENGTH = 11
ZERO_EMPLOYMENT = "zero_employment_household"
"""The policy's group of people from a household where nobody has work (R03)."""


def within(by: Actor) -> ColumnElement[bool]:
    """The condition that a person is in the actor's area, or is the actor."""
    if by.key == SYSTEM.key:
        return Person.id > 0
    if by.person_id is not None:
        return Person.id == by.person_id
    return in_area(Person.region_code, by.area)


def is_within(by: Actor, row: Person) -> bool:
    """Whether a person is in the actor's area."""
    return by.key == SYSTEM.key or lies_in(row.region_code, by.area)


def person_for(by: Actor, person_id: int) -> Person:
    """The person with this id where the actor answers for their village, or is that person; raises `NotFound`."""
    row = db.session.scalars(select(Person).where(Person.id == person_id, within(by))).first()
    if row is None:
        raise NotFound
    return row


def person(person_id: int) -> Person:
    """The person with this id, unscoped; raises `NotFound`."""
    row = db.session.get(Person, person_id)
    if row is None:
        raise NotFound
    return row


def person_by_number(number: str) -> Person | None:
    """The person who has this identity number, or had it before; unscoped: for registering, never for a page.

    Where two rows turned out to be one person, the one that stands for both.
    """
    index = blind_index(normalize_id_number(number), "id_number")
    row = db.session.scalars(select(Person).where(Person.id_number_index == index)).first()
    if row is None:
        former = select(FormerNumber.person_id).where(FormerNumber.id_number_index == index)
        row = db.session.scalars(select(Person).where(Person.id.in_(former))).first()
    return None if row is None else _standing(row)


def _standing(row: Person) -> Person:
    return row if row.merged_into_id is None else db.session.get_one(Person, row.merged_into_id)


def people_with_phone(phone: str) -> Sequence[Person]:
    """Everyone who gave this phone, eldest first: a family may share one; two rows of one person are one."""
    query = select(Person).where(Person.phone_index == blind_index(phone, "phone"))
    rows = db.session.scalars(query.order_by(Person.birth_on, Person.id)).unique()
    return list({standing.id: standing for standing in map(_standing, rows)}.values())


def membership_for(by: Actor, person_id: int, membership_id: int) -> GroupMembership:
    """One group of a person in the actor's area; raises `NotFound`."""
    held = next((held for held in person_for(by, person_id).groups if held.id == membership_id), None)
    if held is None:
        raise NotFound
    return held


def household_for(by: Actor, household_id: int) -> Household:
    """The household with this id in the actor's area; raises `NotFound`."""
    query = select(Household).where(Household.id == household_id)
    if by.key != SYSTEM.key:
        query = query.where(in_area(Household.region_code, by.area))
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound
    return row


def members_of(household_id: int) -> Sequence[Person]:
    """The people of a household, eldest first."""
    query = select(Person).where(Person.household_id == household_id, Person.merged_into_id.is_(None))
    query = query.order_by(Person.birth_on, Person.id)
    return db.session.scalars(query).unique().all()


def households_in(region_code: str) -> Sequence[Household]:
    """The households of a village."""
    query = select(Household).where(Household.region_code == region_code).options(selectinload(Household.head))
    return db.session.scalars(query.order_by(Household.id)).unique().all()


def sharing_phone(by: Actor, row: Person) -> Sequence[Person]:
    """Others in the actor's area who gave the same phone."""
    if row.phone_index is None:
        return []
    query = select(Person).where(Person.phone_index == row.phone_index, Person.id != row.id, within(by))
    query = query.where(Person.merged_into_id.is_(None))
    return db.session.scalars(query.order_by(Person.birth_on, Person.id)).unique().all()


def read_facts(people: Sequence[Person]) -> None:
    """Read at once what `facts_of` asks of several people, who are otherwise asked about one by one."""
    waiting = {row.id: row for row in people if {"groups", "household"} & inspect(row).unloaded}
    if len(waiting) < 2:
        return
    groups: dict[int, list[GroupMembership]] = {}
    query = select(GroupMembership).where(among(GroupMembership.person_id, waiting)).order_by(GroupMembership.id)
    for held in db.session.scalars(query):
        groups.setdefault(held.person_id, []).append(held)
    living = {row.household_id for row in waiting.values() if row.household_id is not None}
    lived_in = select(Household).where(among(Household.id, living))
    homes = {home.id: home for home in db.session.scalars(lived_in).unique()}
    for number, row in waiting.items():
        found = {"groups": groups.get(number, []), "household": homes.get(row.household_id or 0)}
        for name in found.keys() & inspect(row).unloaded:
            set_committed_value(row, name, found[name])


def facts_of(row: Person) -> PersonFacts:
    """What the policy's rules are told about a person."""
    groups = tuple(GroupHeld(held.group.value, held.evidence, held.valid_from, held.valid_to) for held in row.groups)
    if row.household is not None and row.household.kind == HouseholdKind.ZERO_EMPLOYMENT:
        groups = (*groups, GroupHeld(ZERO_EMPLOYMENT, "household"))
    statuses = (StatusHeld(row.exclusion.value),) if row.exclusion else ()
    return PersonFacts(row.sex, row.birth_on, groups, statuses)
