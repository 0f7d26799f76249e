"""Search the register."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.sealing import blind_index
from app.people.models import Group, GroupMembership, Household, HouseholdKind, Person, WorkStatus
from app.people.queries.people import within
from app.people.rules import ID_LENGTH, normalize_id_number
from app.regions.queries import in_area

LAST_FOUR = 4
PHONE_LENGTH = 11


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
