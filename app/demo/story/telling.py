"""How the story is told: chapters run side by side, each waiting for its moments, in the order of the calendar.

A chapter is a generator: what it yields is the moment of its next step, at which the clock then stands. A moment that
still lies ahead ends the chapter: so a class that began last week is, without more words, in its second week today.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from heapq import heappop, heappush

from sqlalchemy import select, text

from app.accounts.models import Organization, User
from app.accounts.passwords import hash_password
from app.accounts.queries import user_by_login_name
from app.classes.models import TrainingClass
from app.courses.models import Course
from app.demo.story.cast import CITY, PASSWORD
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.workdays import add_working_days
from app.ledger.models import Budget
from app.occupations.models import Occupation
from app.orders.models import Order
from app.people.models import Person
from app.people.sessions import PersonSession
from app.policies import queries as policies
from app.rosters.models import Plan
from app.schools.models import Instructor, School, Site

Chapter = Iterator[datetime]
SEED = 4306
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass
class Tale:
    """Where the story stands: the day it is told on, and everything that chapters refer to by a key."""

    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311  # a story, no secret
    users: dict[str, User] = field(default_factory=dict)
    """The accounts asked for so far, by login name."""
    organizations: dict[str, Organization] = field(default_factory=dict)
    schools: dict[str, School] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    instructors: dict[str, Instructor] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    budgets: dict[tuple[str, int], Budget] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    classes: dict[str, TrainingClass] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    """The laborers whom the cast names."""
    laborers: dict[str, list[Person]] = field(default_factory=dict)
    """All others, by township, in the order in which classes take them."""
    named: dict[str, list[Person]] = field(default_factory=dict)
    """Those whom a plan names, by the key of plan and class."""

    @cached_property
    def password_hash(self) -> str:
        """The hash of the one password that all accounts of the cast have."""
        return hash_password(PASSWORD)

    @property
    def today(self) -> date:
        """The local day on which the story is told."""
        return clock.local(self.now).date()

    def workday(self, number: int) -> date:
        """The working day so many before (negative) or after today."""
        return add_working_days(self.today, number, self.days_off)

    def at(self, number: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment on the working day so many before or after today."""
        return clock.moment_of(self.workday(number), hour, minute)

    def after(self, day: date, number: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment on the working day so many after (or before) another day."""
        return clock.moment_of(add_working_days(day, number, self.days_off), hour, minute)

    @cached_property
    def days_off(self) -> dict[date, bool]:
        """What the policy says of single days."""
        return dict(policies.pack_for(CITY, self.today).workdays)

    def who(self, login: str) -> Actor:
        """The account with a login name, as services know it."""
        user = self.users.get(login) or user_by_login_name(login)
        if user is None:
            raise LookupError(f"nobody in the cast signs in as {login}")
        self.users[login] = user
        return user.as_actor()

    def laborer(self, person: Person) -> Actor:
        """A laborer acting for themselves."""
        return PersonSession(person).as_actor()

    def line(self, township: str) -> Iterator[Person]:
        """The laborers of a township, once round; who was asked comes again only after everybody else."""
        line = self.laborers[township]
        for _turn in range(len(line)):
            line.append(line.pop(0))
            yield line[-1]

    def occupation(self, code: str) -> int:
        """The id of an occupation of the reference list."""
        return db.session.scalars(select(Occupation.id).where(Occupation.code == code)).one()


def tell(tale: Tale, chapters: Iterable[Chapter]) -> int:
    """Run the chapters in the order of the calendar, up to now; how many steps were told. Does not commit.

    After each step what the database checks at a commit is checked, as if somebody had pressed a button.
    """
    waiting: list[tuple[datetime, int, Chapter]] = []
    for number, chapter in enumerate(chapters):
        _await(waiting, tale, number, chapter, EARLIEST)
    steps = 0
    while waiting:
        moment, number, chapter = heappop(waiting)
        with clock.at(moment):
            _await(waiting, tale, number, chapter, moment)
            db.session.flush()
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        steps += 1
    return steps


def _await(
    waiting: list[tuple[datetime, int, Chapter]], tale: Tale, number: int, chapter: Chapter, since: datetime
) -> None:
    """Let a chapter go on to its next moment, and put it in line there where that is not in the future."""
    moment = next(chapter, None)
    if moment is not None and moment <= tale.now:
        heappush(waiting, (max(moment, since), number, chapter))
