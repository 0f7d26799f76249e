"""Search the register: what is typed and chosen, within the actor's area, as fast among a million as among thousands.

Names are matched where they begin and where the given name begins, pinyin by its initials or its letters, identity
numbers by their last four or all, phones whole; several words narrow one another, and one of them may be a place.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, any_, case, exists, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, selectinload

from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.paging import AT_MOST, PAGE_SIZE, Page, page_of, paginate
from app.kernel.sealing import blind_index
from app.people.models import FormerNumber, Group, GroupMembership, Household, HouseholdKind, Person, WorkStatus
from app.people.queries.people import within
from app.people.rules import ID_LENGTH, normalize_id_number
from app.regions.queries import Villages, in_area, named_places, villages_of

LAST_FOUR = 4
PHONE_LENGTH = 11
NARROW = 60
"""Up to so many villages are read whole; wider areas by the words, in the order of an index."""
CODES = ARRAY(String(12))
STANDING = Person.merged_into_id.is_(None)


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What narrows the register; empty values narrow nothing."""

    words: str = ""
    """A name or part of it, pinyin or its initials, the last four or all of an identity number, a phone, a village."""
    region_code: str = ""
    """A village, or any region above it with its whole subtree."""
    group: Group | None = None
    work_status: WorkStatus | None = None
    wish: str = ""
    household_kind: HouseholdKind | None = None


class Read(StrEnum):
    """What a typed word is taken for, the most telling first."""

    NUMBER = "number"
    PHONE = "phone"
    LAST_FOUR = "last_four"
    NAME = "name"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word and what it is taken for."""

    read: Read
    text: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find people by a word: the condition, in the order of the index that answers it."""

    condition: ColumnElement[bool]
    order: Any
    exact: ColumnElement[bool]


def people_for(by: Actor, filters: PeopleFilters | None = None) -> Select[Person]:
    """The query of the register within the actor's area, by name; page it, count it, or narrow it further."""
    filters = filters or PeopleFilters()
    query = select(Person).where(within(by), STANDING, *_chosen(filters))
    if filters.region_code:
        query = query.where(in_area(Person.region_code, (filters.region_code,)))
    for word in read_words(filters.words):
        query = query.where(or_(*(way.condition for way in _ways(word))))
    return query.order_by(Person.pinyin, Person.id)


def find_people(by: Actor, filters: PeopleFilters, number: int, size: int = PAGE_SIZE) -> Page[Person]:
    """One page of the register; of more than `AT_MOST` people that fit the words, those the words fit best."""
    words = read_words(filters.words)
    if by.person_id is not None:
        return paginate(select(Person).where(Person.id == by.person_id), number, size)
    villages = _villages(by, filters.region_code)
    names = [word for word in words if word.read == Read.NAME]
    places = named_places(names[-1].text, villages) if names else None
    if places is not None and len(words) > 1:
        words.remove(names[-1])
        return _page(words, places, filters, number, size)
    page = _page(words, villages, filters, number, size)
    if places is not None and not page.total:
        return _page([], places, filters, number, size)
    return page


def read_words(text: str) -> list[Word]:
    """What is typed, word by word; syllables and Latin words that follow one another are one."""
    words: list[Word] = []
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    for typed in "".join(char if char.isprintable() else " " for char in seen).split():
        word = _read(typed)
        if words and word.read == words[-1].read == Read.LETTERS:
            word = Word(Read.LETTERS, words.pop().text + word.text)
        words.append(word)
    return sorted(words, key=lambda word: list(Read).index(word.read))


def _read(typed: str) -> Word:
    plain = normalize_id_number(typed)
    if plain[:-1].isdecimal() and (plain[-1].isdecimal() or plain[-1] == "X"):
        kinds = {LAST_FOUR: Read.LAST_FOUR, ID_LENGTH: Read.NUMBER, PHONE_LENGTH: Read.PHONE}
        if len(plain) in kinds:
            return Word(kinds[len(plain)], plain)
    return Word(Read.LETTERS, typed.lower()) if typed.isascii() else Word(Read.NAME, typed)


def _villages(by: Actor, region_code: str) -> Villages:
    chosen = (region_code,) if region_code else None
    return villages_of(None if by.key == SYSTEM.key else by.area, chosen)


def _lives_in(villages: Villages) -> list[ColumnElement[bool]]:
    return [] if villages.everywhere else [Person.region_code == any_(literal(list(villages.codes), type_=CODES))]


def _page(words: Sequence[Word], villages: Villages, filters: PeopleFilters, number: int, size: int) -> Page[Person]:
    """One page of who is found, each once, the most exact first."""
    if not words:
        everybody = select(Person.id).where(STANDING, *_lives_in(villages), *_chosen(filters))
        listed = paginate(everybody.order_by(Person.pinyin, Person.id), number, size, at_most=AT_MOST)
        return page_of(_in_order(listed.items), listed.number, listed.total + listed.more, size, at_most=AT_MOST)
    first, *rest = words
    others = [or_(*(way.condition for way in _ways(word))) for word in rest]
    conditions = [STANDING, *_lives_in(villages), *_chosen(filters), *others]
    ways = _ways(first)
    if len(villages.codes) <= NARROW and not villages.everywhere:
        ways = [_whole(ways)]
    parts = [_part(way, conditions) for way in ways]
    found = union_all(*(select(part.subquery()) for part in parts)).subquery()
    best = func.min(found.c.rank)
    ids = select(found.c.id, func.count().over()).group_by(found.c.id, found.c.pinyin)
    rows = db.session.execute(
        ids.order_by(best, found.c.pinyin, found.c.id).limit(size).offset((max(1, number) - 1) * size)
    ).all()
    if not rows and number > 1:
        return _page(words, villages, filters, 1, size)
    return page_of(_in_order([row[0] for row in rows]), number, rows[0][1] if rows else 0, size, at_most=AT_MOST)


def _part(way: Way, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    rank = case((way.exact, 0), else_=1).label("rank")
    part = select(Person.id, Person.pinyin, rank).where(way.condition, *conditions)
    return part.order_by(way.order, Person.id).limit(AT_MOST + 1)


def _whole(ways: Sequence[Way]) -> Way:
    """All ways at once, for an area that is read whole."""
    return Way(or_(*(way.condition for way in ways)), Person.pinyin, or_(*(way.exact for way in ways)))


def _in_order(ids: Sequence[int]) -> list[Person]:
    query = select(Person).where(Person.id.in_(ids)).options(selectinload(Person.groups))
    found = {row.id: row for row in db.session.scalars(query).unique()}
    return [found[one] for one in ids]


def _ways(word: Word) -> list[Way]:
    """How the register is searched for a word."""
    if word.read in _BY_INDEX:
        return _by_index(word)
    if word.read == Read.NAME:
        given = [func.substr(Person.name, place) for place in (2, 3)]
        fourth = func.substr(Person.name, 4)
        keys = [Person.name, *given]
        ways = [Way(_starts(key, word.text), key, key == word.text) for key in keys]
        ways.append(Way(and_(func.length(Person.name) > 3, _starts(fourth, word.text)), fourth, fourth == word.text))
    else:
        letters = func.replace(Person.pinyin, " ", "")
        ways = [Way(_starts(key, word.text), key, key == word.text) for key in (Person.initials, letters)]
    inside = and_(func.length(Person.name) > 4, Person.name.icontains(word.text, autoescape=True))
    return [*ways, Way(inside, Person.id, Person.name == word.text)]


_BY_INDEX = {Read.NUMBER: "id_number", Read.PHONE: "phone", Read.LAST_FOUR: "last_four"}


def _by_index(word: Word) -> list[Way]:
    """By the blind index of a number; numbers that people had before, or on a row merged into theirs, find them too."""
    index = blind_index(word.text, _BY_INDEX[word.read])
    own = {
        Read.NUMBER: Person.id_number_index,
        Read.PHONE: Person.phone_index,
        Read.LAST_FOUR: Person.last_four_index,
    }[word.read]
    ways = [Way(own == index, Person.pinyin, own == index)]
    if word.read != Read.PHONE:
        held = FormerNumber.id_number_index if word.read == Read.NUMBER else FormerNumber.last_four_index
        former = Person.id.in_(select(FormerNumber.person_id).where(held == index))
        ways.append(Way(former, Person.pinyin, own == index))
    merged = aliased(Person)
    theirs = select(merged.merged_into_id).where(getattr(merged, own.key) == index, merged.merged_into_id.is_not(None))
    return [*ways, Way(Person.id.in_(theirs), Person.pinyin, own == index)]


def _starts(key: Any, text: str) -> ColumnElement[bool]:
    """That a text begins so, as a range that any plan finds in the index."""
    return and_(key >= text, key < text[:-1] + chr(ord(text[-1]) + 1))


def _chosen(filters: PeopleFilters) -> list[ColumnElement[bool]]:
    """What was chosen beside the words and the place."""
    conditions = []
    if filters.group is not None:
        conditions.append(_belongs(filters.group, clock.today()))
    if filters.work_status is not None:
        conditions.append(Person.work_status == filters.work_status)
    if filters.wish:
        conditions.append(Person.wish_trade == filters.wish)
    if filters.household_kind is not None:
        kinds = select(Household.id).where(Household.kind == filters.household_kind)
        conditions.append(Person.household_id.in_(kinds))
    return conditions


def _belongs(group: Group, day: date) -> ColumnElement[bool]:
    return exists().where(
        GroupMembership.person_id == Person.id,
        GroupMembership.group == group,
        GroupMembership.valid_from <= day,
        or_(GroupMembership.valid_to.is_(None), GroupMembership.valid_to >= day),
    )
