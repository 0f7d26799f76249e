"""The demo story: everything it promises is there, and every role finds its pages filled."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.accounts.models import User
from app.accounts.queries import user_by_login_name
from app.audit.models import Event
from app.demo.story.cast import ACCOUNTS, LABORERS, PASSWORD
from app.demo.story.table import entries
from app.demo.story.whole import tell_whole_story
from app.kernel.access import Role
from app.kernel.database import db
from app.people.models import Person
from app.people.sessions import PersonSession
from config import Config
from tests.databases import a_copy, let_go, name_of
from tests.journey.browsing import Person as Visitor
from tests.making.story import every_state_is_there, money_goes_astray, no_law_is_broken

OK = 200
PAGES = 40
"""How many pages each role opens at most."""
FEWEST = 6
ROWS = 4
"""How many links of a page's own part are followed."""


pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def demo(server: str, told: Config) -> Iterator[Flask]:
    """The app on a copy of the database in which the story was told."""
    with a_copy(server, name_of(told), "read", told.VAR) as found:
        app = create_app(found)
        app.config.update(TESTING=True)
        yield app
        with app.app_context():
            let_go()


@pytest.mark.timeout(900)
def test_the_story_holds_what_it_promises(demo: Flask) -> None:
    with demo.app_context():
        every_state_is_there()


def test_the_story_holds_what_goes_astray(demo: Flask) -> None:
    with demo.app_context():
        money_goes_astray()


def test_the_story_breaks_no_law(demo: Flask) -> None:
    with demo.app_context():
        no_law_is_broken()


def test_telling_it_again_changes_nothing(demo: Flask) -> None:
    with demo.app_context():
        before = db.session.scalar(select(func.max(Event.id)))
        assert tell_whole_story() is None
        assert db.session.scalar(select(func.max(Event.id))) == before


def test_the_table_names_every_role_and_its_password_is_right(demo: Flask) -> None:
    with demo.app_context():
        table = entries()
        assert {entry.login for entry in table} >= {account.login for account in ACCOUNTS}
        assert {item.role for user in db.session.scalars(select(User)) for item in user.roles} == set(Role) - {
            Role.LABORER
        }
        assert {entry.login for entry in table} >= {known.phone for known in LABORERS}
    visitor = Visitor(demo.test_client(), "training")
    visitor.go("/sign-in")
    form, _button = visitor.page.form("登录")
    name, password = [name for name in form.names if name not in ("csrf_token", "next", "lang")][:2]
    visitor.press("登录", {name: "training", password: PASSWORD})
    visitor.sees("谢敏")


@pytest.mark.timeout(900)
def test_no_page_is_empty_or_broken_for_any_role(demo: Flask) -> None:
    dead = [trouble for role in Role for trouble in _walk(demo, role)]
    assert dead == []


def _somebody(role: Role) -> str:
    if role is Role.LABORER:
        person = db.session.scalars(select(Person).where(Person.name == LABORERS[1].name)).one()
        return PersonSession(person).get_id()
    logins = ["employer", "school", *(account.login for account in ACCOUNTS)]
    users = [user for login in logins if (user := user_by_login_name(login)) is not None]
    return next(user for user in users if role in {item.role for item in user.roles}).get_id()


def _walk(demo: Flask, role: Role) -> list[str]:
    """Open the home, every door, and the first rows behind each; what failed, and where its link stood."""
    visitor = Visitor(demo.test_client(), str(role))
    with demo.app_context():
        who = _somebody(role)
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = who, True
    home = visitor.go("/me" if role is Role.LABORER else "/home")
    waiting = [(str(link), home.url) for link in home.root.xpath("//a/@href")]
    seen: set[str] = set()
    dead = []
    while waiting and len(seen) < PAGES:
        link, source = waiting.pop(0)
        link = link.partition("#")[0]
        if link in seen or not link.startswith("/") or link.startswith(("//", "/static")):
            continue
        seen.add(link)
        page = visitor.look(link)
        if page.status != OK:
            dead.append(f"{role}: {link} on {source} answers {page.status}")
        rows = [str(found) for found in page.root.xpath("//main//a/@href")]
        waiting += [(row, link) for row in rows[:ROWS]]
    return [*dead, *([] if len(seen) > FEWEST else [f"{role} finds only {seen}"])]
