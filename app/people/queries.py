"""Find people, their households and their record of subsidies used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.sealing import blind_index
from app.people.models import (
    COUNTING,
    Group,
    GroupMembership,
    Household,
    HouseholdKind,
    Person,
    SubsidyUse,
    WorkStatus,
)
from app.people.rules import ID_LENGTH, normalize_id_number
from app.policies.queries import pack_for
from app.policies.rules.facts import GroupHeld, PersonFacts, RecordFacts, StatusHeld, Use
from app.regions.queries import in_area

LAST_FOUR = 4
PHONE_LENGTH = 11
ZERO_EMPLOYMENT = "zero_employment_household"
"""The policy's group of people from a household where nobody has work (R03)."""


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What narrows the register; empty values narrow nothing."""

    words: str = ""
    """A name or part of it, pinyin or its initials, the last four or all of an identity number, or a phone."""
    region_code: str = ""
    """A village, or any region above it with its whole subtree."""
    group: Group | None = None
    work_status: WorkStatus | None = None
    wish: str = ""
    household_kind: HouseholdKind | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How many subsidised trainings a person has taken and has left under the policy in force where they live.

    `cap` and `left` are None where the policy states no cap or none is in force; `until` is the day of the record.
    """

    taken: int
    cap: int | None
    left: int | None
    until: date


def within(by: Actor) -> ColumnElement[bool]:
    """The condition that a person is in the actor's area, or is the actor."""
    if by.key == SYSTEM.key:
        return Person.id > 0
    if by.person_id is not None:
        return Person.id == by.person_id
    return in_area(Person.region_code, by.area)


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
    """The person with this identity number, unscoped: for registering and importing, never for a page."""
    return db.session.scalars(
        select(Person).where(Person.id_number_index == blind_index(normalize_id_number(number), "id_number"))
    ).first()


def people_with_phone(phone: str) -> Sequence[Person]:
    """Everyone who gave this phone, eldest first: a family may share one."""
    query = select(Person).where(Person.phone_index == blind_index(phone, "phone"))
    return db.session.scalars(query.order_by(Person.birth_on, Person.id)).unique().all()


def people_for(by: Actor, filters: PeopleFilters | None = None) -> Select[Person]:
    """The query of the register within the actor's area, by name; page it, count it, or narrow it further."""
    filters = filters or PeopleFilters()
    query = select(Person).where(within(by))
    if filters.words.strip():
        query = query.where(_matches(filters.words.strip()))
    if filters.region_code:
        query = query.where(in_area(Person.region_code, (filters.region_code,)))
    if filters.group is not None:
        query = query.where(_belongs(filters.group, clock.today()))
    if filters.work_status is not None:
        query = query.where(Person.work_status == filters.work_status)
    if filters.wish:
        query = query.where(Person.wish_trade == filters.wish)
    if filters.household_kind is not None:
        kinds = select(Household.id).where(Household.kind == filters.household_kind)
        query = query.where(Person.household_id.in_(kinds))
    return query.order_by(Person.pinyin, Person.id)


def _matches(words: str) -> ColumnElement[bool]:
    """How the one search box reads what is typed."""
    plain = normalize_id_number(words)
    if plain[:-1].isdigit() and (plain[-1].isdigit() or plain[-1] == "X"):
        if len(plain) == LAST_FOUR:
            return Person.last_four_index == blind_index(plain, "last_four")
        if len(plain) == ID_LENGTH:
            return Person.id_number_index == blind_index(plain, "id_number")
        if len(plain) == PHONE_LENGTH:
            return Person.phone_index == blind_index(plain, "phone")
    if plain.isascii():
        letters = "".join(words.lower().split())
        return or_(
            Person.initials.startswith(letters, autoescape=True),
            func.replace(Person.pinyin, " ", "").startswith(letters, autoescape=True),
            Person.name.icontains(words, autoescape=True),
        )
    return Person.name.contains("".join(words.split()), autoescape=True)


def _belongs(group: Group, day: date) -> ColumnElement[bool]:
    return exists().where(
        GroupMembership.person_id == Person.id,
        GroupMembership.group == group,
        GroupMembership.valid_from <= day,
        or_(GroupMembership.valid_to.is_(None), GroupMembership.valid_to >= day),
    )


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
    query = select(Person).where(Person.household_id == household_id).order_by(Person.birth_on, Person.id)
    return db.session.scalars(query).unique().all()


def households_in(region_code: str) -> Sequence[Household]:
    """The households of a village."""
    query = select(Household).where(Household.region_code == region_code)
    return db.session.scalars(query.order_by(Household.id)).unique().all()


def sharing_phone(by: Actor, row: Person) -> Sequence[Person]:
    """Others in the actor's area who gave the same phone."""
    if row.phone_index is None:
        return []
    query = select(Person).where(Person.phone_index == row.phone_index, Person.id != row.id, within(by))
    return db.session.scalars(query.order_by(Person.birth_on, Person.id)).unique().all()


def facts_of(row: Person) -> PersonFacts:
    """What the policy's rules are told about a person."""
    groups = tuple(GroupHeld(held.group.value, held.evidence, held.valid_from, held.valid_to) for held in row.groups)
    if row.household is not None and row.household.kind == HouseholdKind.ZERO_EMPLOYMENT:
        groups = (*groups, GroupHeld(ZERO_EMPLOYMENT, "household"))
    statuses = (StatusHeld(row.exclusion.value),) if row.exclusion else ()
    return PersonFacts(row.sex, row.birth_on, groups, statuses)


def uses_of(person_id: int) -> Sequence[SubsidyUse]:
    """A person's whole record of subsidies used, newest first, with what was given back."""
    query = select(SubsidyUse).where(SubsidyUse.person_id == person_id)
    return db.session.scalars(query.order_by(SubsidyUse.year.desc(), SubsidyUse.id.desc())).all()


def record_of(person_id: int, *, without: str = "") -> RecordFacts:
    """The uses that count now as the policy's rules want them, without the one held by the reference `without`."""
    query = select(SubsidyUse).where(
        SubsidyUse.person_id == person_id, SubsidyUse.status.in_(COUNTING), SubsidyUse.reference != without
    )
    uses = db.session.scalars(query.order_by(SubsidyUse.year, SubsidyUse.id)).all()
    taken = tuple(Use(_taken_on(use), use.occupation_code, use.level or None) for use in uses)
    return RecordFacts(taken, known_until=clock.today())


def _taken_on(use: SubsidyUse) -> date:
    """The day a use counts on: the day it was claimed, or the first of the year it counts in where that is another."""
    claimed = clock.local(use.created_at).date()
    return claimed if claimed.year == use.year else date(use.year, 1, 1)


def standing_of(row: Person) -> Standing:
    """Uses taken and left today under the policy in force where the person lives (R09)."""
    today = clock.today()
    record = record_of(row.id)
    try:
        pack = pack_for(row.region_code, today)
    except NotFound:
        return Standing(len(record.uses), None, None, today)
    since, cap = pack.day("record.lifetime_since"), pack.count("record.lifetime_cap")
    taken = sum(since is None or use.taken_on >= since for use in record.uses)
    return Standing(taken, cap, None if cap is None else max(0, cap - taken), today)
