"""A class as the browser walks see it: planned beforehand, its clock set to any minute, its people on phones."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Geolocation, expect
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app import create_app
from app.accounts.queries import user_by_login_name
from app.attendance import service as attendance
from app.attendance.queries import entries_of, seats_of_session
from app.attendance.queries.codes import code_of
from app.attendance.rules import Method, Presence
from app.classes import service as classes
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import Half, Pattern
from app.demo.models import DemoClock
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.schools.models import Instructor, School, Site
from config import Config
from tests.browser.conftest import PHONE, check_width, take
from tests.browser.scene import Cast, Scene
from tests.databases import a_copy, let_go, name_of

SPOT: Geolocation = {"latitude": 28.5432, "longitude": 113.1974, "accuracy": 20}


class Handheld(Scene):
    """Somebody at a phone: every page they come to keeps inside the width of the screen."""

    def look(self, name: str = "") -> None:
        """Nothing sticks out, each time; the rest as at a desk."""
        check_width(self.page)
        super().look(name)

    def door(self, words: str) -> Self:
        """Walk through a door of the bar at the bottom, or of what its last button opens."""
        bar, named = self.page.locator("nav.bottom"), re.compile(rf"^\s*{words}\s*\d*\s*$")
        doors = bar.locator("a").filter(has_text=named)
        if not doors.first.is_visible():
            bar.locator("summary").click()
            check_width(self.page)
        return self._clicked(doors.locator("visible=true"))

    def keep(self, name: str) -> Self:
        """Keep the screen for whoever wants to see it."""
        check_width(self.page)
        take(self.page, f"class-{name}")
        return self


@dataclass
class Lessons:
    """One class on its way: who is at which screen, what half-days it has."""

    app: Flask
    cast: Cast
    class_id: int = 0
    name: str = ""
    first: str = ""
    """Who signs on a phone of their own."""
    keeper: str = "teacher"
    """Who keeps the roll."""
    officer: str = "village"
    """Who signs people up and speaks for them."""
    phones: dict[str, Handheld] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    """The kinds of pages that were looked at on a phone."""

    def phone(self, login: str) -> Handheld:
        """The phone of somebody of the staff, signed in."""
        if login not in self.phones:
            self.phones[login] = Handheld(self.cast.open_page(login, size=PHONE), self.kinds)
        return self.phones[login]

    def trainee(self) -> Handheld:
        """A trainee's phone, which knows where it is."""
        page = self.cast.open_page(size=PHONE)
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation(SPOT)
        return Handheld(page, self.kinds)

    def sessions(self) -> list[ClassSession]:
        """The half-days, in order."""
        return list(sessions_of(self.class_id))

    def stand_at(self, moment: datetime) -> None:
        """Set the demo's clock, in every thread; a new day begins with what the daily tasks do."""
        with self.app.app_context():
            before = clock.today()
            ahead = moment - datetime.now(UTC)
            with transaction():
                values = {"id": 1, "seconds_ahead": int(ahead.total_seconds())}
                made = insert(DemoClock).values(values)
                db.session.execute(made.on_conflict_do_update(index_elements=[DemoClock.id], set_=values))
            clock.run_ahead(ahead)
            if clock.today() != before:
                for task in tasks.declared.values():
                    if task.cron is not None:
                        task.run()
            db.session.remove()

    def into(self, number: int, minutes: int) -> None:
        """The clock stands so many minutes after the beginning of a half-day; negative, before it."""
        self.stand_at(self.times(number)[0] + timedelta(minutes=minutes))

    def after(self, number: int, minutes: int = 5) -> None:
        """The clock stands so many minutes after the end of a half-day; negative, before it."""
        self.stand_at(self.times(number)[1] + timedelta(minutes=minutes))

    def times(self, number: int) -> tuple[datetime, datetime]:
        """When a half-day begins and ends."""
        with self.app.app_context():
            one = self.sessions()[number]
            found = one.starts_at, one.ends_at
            db.session.remove()
        return found

    def count(self) -> int:
        """How many half-days there are."""
        with self.app.app_context():
            found = len(self.sessions())
            db.session.remove()
        return found

    def names(self) -> list[str]:
        """Who sits in the class, by place."""
        with self.app.app_context():
            found = [seat.person.name for seat in active_seats(self.class_id)]
            db.session.remove()
        return found

    def called(self, numbers: Iterable[int], by: str) -> None:
        """The roll of these half-days is called afterwards, as on any other day; who has an entry keeps it."""
        with self.app.app_context():
            for number in numbers:
                self.stand_at(self.sessions()[number].ends_at + timedelta(minutes=5))
                one = self.sessions()[number]
                done = entries_of(one.id)
                came = {seat.id: Presence.PRESENT for seat in seats_of_session(one) if seat.id not in done}
                with transaction():
                    attendance.mark(one, came, by=account(by), method=Method.ROLL_CALL)
            db.session.remove()


def account(login: str) -> Actor:
    """Somebody of the cast, as services know them."""
    user = user_by_login_name(login)
    assert user is not None, login
    return user.as_actor()


def timetable(row: TrainingClass, teacher_id: int, *, by: Actor) -> None:
    """Seven hours a day, a morning and an afternoon, from the first day on."""
    pattern = Pattern(
        start_on=row.start_on,
        halves=(Half.MORNING, Half.AFTERNOON),
        hours_a_half=4,
        theory_hours=row.course.theory_hours,
        practice_hours=row.course.practice_hours,
        theory_teacher_id=teacher_id,
        practice_teacher_id=teacher_id,
        theory_topic="安全和原理",
        practice_topic="上机实操",
        hours_a_day=7,
    )
    classes.generate(row, pattern, skip_holidays=True, by=by)


def code_on(scene: Scene) -> str:
    """What a phone reads off the code on somebody's screen: the path it leads to."""
    picture = Image.open(io.BytesIO(scene.page.locator("#shown-code").screenshot()))
    found = zxingcpp.read_barcodes(picture.convert("L"))
    assert found, "no phone can read the code"
    return re.sub(r"^https?://[^/]+", "", found[0].text)


def texted(cast: Cast, phone: str) -> str:
    """The code of the newest message to a phone, as the outbox shows it."""
    outbox = cast.anyone().start("/outbox")
    row = outbox.main.locator("tr").filter(has_text="验证码").filter(has_text=phone[-4:]).first
    return str(re.findall(r"\b\d{6}\b", row.inner_text())[0])


def tick(scene: Scene, names: Iterable[str]) -> None:
    """Tick people by name on a list of names."""
    for name in names:
        scene.main.locator("label").filter(has_text=name).locator("input[type=checkbox]").first.check()


def hears(scene: Scene, words: Any) -> None:
    """What the page tells in passing."""
    expect(scene.page.locator("body")).to_contain_text(words)


def day_of(scene: Scene) -> date:
    """What day the demo's ribbon says it is."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", scene.page.locator(".ribbon").inner_text())
    assert found
    return date.fromisoformat(found[0])


def teacher(name: str) -> int:
    """A teacher or an assessor of the demo, by name."""
    return db.session.scalars(select(Instructor.id).where(Instructor.name == name)).one()


@dataclass(frozen=True, slots=True)
class Trainee:
    """What somebody in the class has with them: name, the last four of the identity number, the own code."""

    seat_id: int
    name: str
    last_four: str
    code: str


def people(room: Lessons, first: str = "") -> list[Trainee]:
    """Who sits in the class, by place; whoever is named before all others."""
    with room.app.app_context():
        found = [
            Trainee(seat.id, seat.person.name, str(seat.person.id_number)[-4:], code_of(seat.id))
            for seat in active_seats(room.class_id)
        ]
        db.session.remove()
    return sorted(found, key=lambda one: one.name != first)


def site_of(name: str) -> tuple[School, Site]:
    """A site of the demo by name, and its school."""
    site = db.session.scalars(select(Site).where(Site.name == name)).one()
    return db.session.get_one(School, site.school_id), site


def own_demo(server: str, told: Config, word: str) -> Iterator[Flask]:
    """The demo on a copy of its own, for a walk that moves its clock for weeks."""
    with a_copy(server, name_of(told), word, told.VAR) as found:
        made = create_app(found)
        yield made
        clock.run_ahead(timedelta())
        with made.app_context():
            let_go()
