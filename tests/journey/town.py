"""The town in which journeys happen: who lives there, what day it is, who sits at which browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

from flask import Flask
from sqlalchemy import select

from app.classes.models import ClassSession
from app.demo.story.arriving import offices, organizations
from app.demo.story.cast import CITY, PASSWORD, VILLAGES
from app.demo.story.founding import budgets, furnishing
from app.demo.story.invented import bank_account, id_number, names, phone
from app.demo.story.telling import Tale, tell
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.kernel.workdays import add_working_days
from app.ledger.models import Budget
from app.ledger.service import appropriate
from app.people import service as people
from app.people.models import Group
from app.policies.queries import pack_for
from tests.journey.browsing import Person
from tests.journey.kinds import KINDS
from tests.making.schools import list_for

_numbers = count(1)
UNDIVIDED = 0
"""The level of an occupation that has none."""
FOUNDED = date(2026, 3, 2)
"""The town's first day for its people; its offices are older."""


def found_town() -> None:
    """Tell the opening of the demo story: accounts, schools and budgets."""
    tale = Tale(now=clock.moment_of(FOUNDED, 8))
    with transaction():
        tell(tale, [chapter(tale) for chapter in (offices, organizations, furnishing, budgets)])
        with clock.at(tale.now):
            for code in sorted({kind.occupation for kind in KINDS.values()}):
                list_for(tale.schools["school"], code, [UNDIVIDED])
            for budget in db.session.scalars(select(Budget).where(Budget.year == FOUNDED.year)):
                appropriate(budget, 1_000_000_000, by=SYSTEM)


@dataclass(frozen=True)
class Newcomer:
    """A laborer as a journey knows them."""

    id: int
    name: str
    phone: str


@dataclass
class Town:
    """The app with the people at their browsers; each stays signed in."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)

    def at(self, login: str) -> Person:
        """Somebody of the cast, signed in by the form."""
        if login not in self.people:
            person = Person(self.app.test_client(), login)
            person.go("/sign-in")
            person.press("登录", {"login_name": login, "password": PASSWORD})
            self.people[login] = person
        return self.people[login]

    def anyone(self) -> Person:
        """A passer-by with a fresh browser."""
        return Person(self.app.test_client(), "anyone")

    def laborer(self, number: str) -> Person:
        """A laborer who signs in by phone, with the code that the outbox shows."""
        person = Person(self.app.test_client(), number)
        person.go("/me/sign-in")
        self.prove(person, number)
        return person

    def prove(self, person: Person, number: str, *, button: str = "登录") -> None:
        """Ask for a code and type what the outbox shows."""
        person.press("发验证码", {"手机号": number})
        person.press(button, {"验证码": self.code_for(number)})

    def code_for(self, number: str) -> str:
        """The newest code sent to a phone, read off the outbox page."""
        reader = self.anyone()
        reader.go("/outbox")
        rows = reader.page.root.xpath("//tr")
        texts = [" ".join(str(row.text_content()).split()) for row in rows]
        fitting = [text for text in texts if number[-4:] in text and "验证码" in text]
        assert fitting, f"no code for {number} in the outbox: {texts[:5]}"
        return str(re.findall(r"\b\d{6}\b", fitting[0].replace(number, ""))[0])

    @contextmanager
    def moment(self, at: datetime) -> Iterator[None]:
        """Within the block it is this moment."""
        with clock.at(at):
            yield

    def night(self, day: date) -> None:
        """What the worker does in the night to a day, and what it prints."""
        with clock.at(clock.moment_of(day, 2)), self.app.app_context():
            for task in list(tasks.declared.values()):
                if task.cron is not None:
                    task.run()
            tasks.run_pending()

    def work(self) -> None:
        """What the worker does at once: print."""
        with self.app.app_context():
            tasks.run_pending()

    def workday(self, day: date, number: int) -> date:
        """The working day so many after another."""
        with self.app.app_context():
            return add_working_days(day, number, pack_for(CITY, FOUNDED).workdays)

    def register(self, township: str, how_many: int, *, group: Group = Group.RURAL_TRANSFER) -> list[Newcomer]:
        """Laborers of a township's first village, registered by the service that officers use."""
        made = []
        with self.app.app_context(), transaction(), clock.at(clock.moment_of(FOUNDED, 7)):
            tale = Tale(now=clock.now())
            for _place in range(how_many):
                number = next(_numbers)
                tale.chance.seed(number)
                facts = people.NewPerson(
                    name=next(names(tale.chance)),
                    id_number=id_number(tale.chance, 25 + number % 20, FOUNDED, set()),
                    region_code=VILLAGES[township][0],
                    phone=phone(number),
                    payee_account=bank_account(8000 + number),
                    payee_bank="示例银行",
                    groups=(people.NewGroup(group, "户口簿", valid_from=date(2024, 1, 1)),),
                )
                person = people.find_or_register(facts, by=SYSTEM)
                made.append(Newcomer(person.id, person.name, phone(number)))
        return made

    def sessions(self, class_id: int) -> list[tuple[int, datetime, datetime]]:
        """The half-days of a class: id, begin, end."""
        with self.app.app_context():
            query = select(ClassSession).where(ClassSession.class_id == class_id).order_by(ClassSession.starts_at)
            return [(one.id, one.starts_at, one.ends_at) for one in db.session.scalars(query)]
