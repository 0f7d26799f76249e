"""Find the people of a pasted list: an officer's in their area, a school's by full number and name together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from app.enrollments.prechecks.rules import Typed
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.sealing import blind_index
from app.kernel.throttles import count_try
from app.people.models import Person
from app.people.queries import person_by_number, within

A_DAY, LINES_A_DAY = timedelta(days=1), 1000
"""A school may ask about so many people a day: enough for its classes, too few to comb the register."""


class Answer(StrEnum):
    """What became of one line."""

    FOUND = "found"
    UNKNOWN = "unknown"
    SEVERAL = "several"
    NAME_DIFFERS = "name_differs"
    NOTHING = "nothing"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list with whom it means."""

    typed: Typed
    answer: Answer
    people: Sequence[Person] = field(default=())
    """The one found, or the several that it may mean."""

    @property
    def person(self) -> Person | None:
        """The one person, where there is one."""
        return self.people[0] if self.answer is Answer.FOUND else None

    @property
    def phone_differs(self) -> bool:
        """Whether a phone was typed that is not the one we know."""
        return bool(self.typed.phone) and self.person is not None and self.person.phone != self.typed.phone


def find_in_area(by: Actor, lines: Sequence[Typed]) -> list[Line]:
    """The people of the officer's area whom the lines mean; others are unknown, wherever they live."""
    numbers = {line.number: person_by_number(line.number) for line in lines if line.number}
    ids = {person.id for person in numbers.values() if person is not None}
    mine = {row.id for row in db.session.scalars(select(Person).where(Person.id.in_(ids), within(by))).unique()}
    named, phoned = _by_name(by, lines), _by_phone(by, lines)
    found = []
    for line in lines:
        if line.number:
            person = numbers[line.number]
            found.append(_numbered(line, person if person is not None and person.id in mine else None))
        else:
            found.append(_described(line, named, phoned))
    return _once(found)


def find_named(lines: Sequence[Typed], *, asked_by: str) -> list[Line]:
    """For a school: people whose whole number and name it has; anything else is unknown. Counted for each `asked_by`.

    Raises `TooMany` past what a school may ask in a day.
    """
    found = []
    for line in lines:
        count_try("precheck", asked_by, limit=LINES_A_DAY, window=A_DAY)
        person = person_by_number(line.number) if line.number else None
        known = person is not None and person.name in line.names
        found.append(Line(line, Answer.FOUND, (person,)) if person and known else Line(line, Answer.UNKNOWN))
    return _once(found)


def _numbered(line: Typed, person: Person | None) -> Line:
    if person is None:
        return Line(line, Answer.UNKNOWN)
    if line.names and person.name not in line.names:
        return Line(line, Answer.NAME_DIFFERS, (person,))
    return Line(line, Answer.FOUND, (person,))


def _described(line: Typed, named: dict[str, list[Person]], phoned: dict[bytes, list[Person]]) -> Line:
    """By name and phone together where both fit somebody, else by whichever was given."""
    if line.is_empty:
        return Line(line, Answer.NOTHING)
    by_name = [person for name in line.names for person in named[name]]
    by_phone = phoned[blind_index(line.phone, "phone")] if line.phone else []
    both = [person for person in by_name if person.id in {other.id for other in by_phone}]
    people = both or by_name or by_phone
    if line.phone and line.names and by_phone and not by_name:
        return Line(line, Answer.NAME_DIFFERS, by_phone)
    if not people:
        return Line(line, Answer.UNKNOWN)
    return Line(line, Answer.FOUND if len(people) == 1 else Answer.SEVERAL, people)


def _by_name(by: Actor, lines: Sequence[Typed]) -> dict[str, list[Person]]:
    names = {name for line in lines if not line.number for name in line.names}
    query = select(Person).where(Person.name.in_(names), Person.merged_into_id.is_(None), within(by))
    found: dict[str, list[Person]] = defaultdict(list)
    for person in db.session.scalars(query.order_by(Person.pinyin, Person.id)).unique() if names else ():
        found[person.name].append(person)
    return found


def _by_phone(by: Actor, lines: Sequence[Typed]) -> dict[bytes, list[Person]]:
    phones = {blind_index(line.phone, "phone") for line in lines if line.phone and not line.number}
    query = select(Person).where(Person.phone_index.in_(phones), Person.merged_into_id.is_(None), within(by))
    found: dict[bytes, list[Person]] = defaultdict(list)
    for person in db.session.scalars(query.order_by(Person.birth_on, Person.id)).unique() if phones else ():
        if person.phone_index is not None:
            found[bytes(person.phone_index)].append(person)
    return found


def _once(lines: Sequence[Line]) -> list[Line]:
    """A person named on two lines is found once; the later lines say so."""
    seen: set[int] = set()
    found = []
    for line in lines:
        person = line.person
        if person is not None and person.id in seen:
            found.append(Line(line.typed, Answer.TWICE, (person,)))
            continue
        if person is not None:
            seen.add(person.id)
        found.append(line)
    return found
