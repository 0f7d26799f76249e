"""The officer's day: what waits, counted by village in one statement, and the list behind each number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select, union_all

from app.enrollments.models import Enrollment
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.paging import PAGE_SIZE, Page
from app.outreach.queries.duties import SETS
from app.outreach.queries.pace import pace_of
from app.outreach.queries.places import village_codes_in
from app.outreach.rules import Duty, Pace, Work
from app.outreach.words import wish_words
from app.people.models import Person, Wish
from app.placements.models import Placement


@dataclass(frozen=True, slots=True)
class Board:
    """What waits under each duty, in one place or several added up."""

    works: tuple[Work, ...] = tuple(Work() for _ in SETS)  # frozen rows, shared by all

    def of(self, duty: Duty) -> Work:
        """What waits under one duty."""
        return self.works[tuple(SETS).index(duty)]

    @property
    def waiting(self) -> int:
        """Everything that waits."""
        return sum(work.waiting for work in self.works)

    @property
    def first_due(self) -> date | None:
        """The earliest day of all."""
        return min((work.first_due for work in self.works if work.first_due), default=None)

    def __add__(self, other: "Board") -> "Board":
        """Two places together."""
        return Board(tuple(mine + theirs for mine, theirs in zip(self.works, other.works, strict=True)))


def work_by_village(
    by: Actor, area: Sequence[str], *, today: date | None = None, pace: Pace | None = None
) -> dict[str, Board]:
    """What waits in each village of an area, under every duty, asked in one statement beside the villages'."""
    today, villages = today or clock.today(), village_codes_in(area)
    pace = pace or pace_of(area, today)
    parts = []
    for number, find in enumerate(SETS.values()):
        rows = find(by, villages, today, pace).subquery()
        late = func.count().filter(rows.c.due_on < today)
        counted = select(literal(number), rows.c.region_code, func.count(), late, func.min(rows.c.due_on))
        parts.append(counted.group_by(rows.c.region_code))
    found: dict[str, list[Work]] = {}
    for number, village, waiting, late_ones, first in db.session.execute(union_all(*parts)):
        works = found.setdefault(village, [Work() for _ in SETS])
        works[number] = Work(waiting, late_ones, first)
    return {village: Board(tuple(works)) for village, works in found.items()}


def work_of(by: Actor, *, today: date | None = None, pace: Pace | None = None) -> Board:
    """What waits in a person's whole area."""
    return sum(work_by_village(by, by.area, today=today, pace=pace).values(), Board())


@dataclass(frozen=True, slots=True)
class Due:
    """One line of a list: whom it is about, by when, and the row it is about."""

    person: Person
    due_on: date
    row_id: int


def due_page(
    by: Actor,
    duty: Duty,
    area: Sequence[str],
    number: int,
    *,
    today: date | None = None,
    pace: Pace | None = None,
    size: int = PAGE_SIZE,
) -> Page[Due]:
    """One page of the list behind a number, the most pressing first, then by village and name."""
    today = today or clock.today()
    rows = SETS[duty](by, village_codes_in(area), today, pace or pace_of(area, today)).subquery()
    total = db.session.scalar(select(func.count()).select_from(rows)) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    query = (
        select(Person, rows.c.due_on, rows.c.row_id)
        .join(rows, rows.c.person_id == Person.id)
        .order_by(rows.c.due_on, rows.c.region_code, Person.pinyin, rows.c.row_id)
    )
    found = db.session.execute(query.limit(size).offset((number - 1) * size)).unique()
    return Page([Due(row[0], row[1], row[2]) for row in found], number, total, size)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a village's service log: the most pressing thing due for a person."""

    person: Person
    duty: Duty
    due_on: date


ON_SHEET = (Duty.OFFER, Duty.WISH, Duty.SERVICE, Duty.FOLLOW_UP)
"""What a service log sheet is written for: duties that a service fulfils."""


def sheet_people(by: Actor, village: str, *, today: date | None = None, pace: Pace | None = None) -> list[SheetLine]:
    """The people of a village for whom a service is due, each once, by name."""
    day = today or clock.today()
    agreed = pace or pace_of((village,), day)
    parts = [SETS[duty](by, (village,), day, agreed).add_columns(literal(duty.value)) for duty in ON_SHEET]
    found: dict[int, tuple[date, Duty]] = {}
    for person_id, _village, due_on, _row, duty in db.session.execute(union_all(*parts)):
        found[person_id] = min(found.get(person_id, (date.max, Duty.OFFER)), (due_on, Duty(duty)))
    people = db.session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.pinyin, Person.id)).unique()
    return [SheetLine(person, found[person.id][1], found[person.id][0]) for person in people]


def age_of(person: Person, day: date) -> int:
    """How old a person is on a day, in full years."""
    return day.year - person.birth_on.year - ((day.month, day.day) < (person.birth_on.month, person.birth_on.day))


def said_of(duty: Duty, row_ids: Sequence[int]) -> dict[int, str]:
    """What each row of a list is about, in words: the class offered, the wish told, the post taken up."""
    if duty in {Duty.CONSENT, Duty.SEAT}:
        enrollments = db.session.scalars(select(Enrollment).where(Enrollment.id.in_(row_ids))).unique()
        return {row.id: row.training_class.name for row in enrollments}
    if duty is Duty.WISH:
        return {row.id: wish_words(row) for row in db.session.scalars(select(Wish).where(Wish.id.in_(row_ids)))}
    if duty is Duty.FOLLOW_UP:
        placements = db.session.scalars(select(Placement).where(Placement.id.in_(row_ids))).unique()
        return {row.id: row.post_words for row in placements}
    return {}
