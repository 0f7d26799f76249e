"""The demo story: everything it promises is there, and every role finds its pages filled."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import create_app
from app.accounts.models import Organization, User
from app.accounts.queries import user_by_login_name
from app.audit.models import Event
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.demo.story.cast import ACCOUNTS, COMPANIES, LABORERS, PASSWORD
from app.demo.story.table import entries
from app.demo.story.whole import tell_whole_story
from app.funding.models import (
    CardCheck,
    Claim,
    ClaimLine,
    GuardianAccount,
    NoticePhoto,
    QuarantinedRow,
    Recovery,
    Repayment,
    SampledLine,
    TrainingFee,
    Voucher,
)
from app.funding.queries.replaying import replay, submitted_claims
from app.funding.rules import ClaimStatus, LineStatus
from app.funding.rules.guardians import GuardianStatus
from app.funding.rules.paying import CardStatus, Finding, RecoveryStatus, RowStatus
from app.kernel.access import Role
from app.kernel.database import db
from app.ledger.queries import differences
from app.orders.models import Order
from app.orders.rules import OrderKind, OrderStatus
from app.people.models import Household, Person
from app.people.sessions import PersonSession
from config import Config
from tests.databases import a_copy, let_go, name_of
from tests.journey.browsing import Person as Visitor

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
        found = set(db.session.scalars(select(TrainingClass.status).distinct()))
        assert found == set(ClassStatus)
        modes = set(db.session.scalars(select(TrainingClass.mode).distinct()))
        assert modes >= {"order_training", "piecework", "joint_production", "public_welfare", "project", "farm_skills"}
        assert {"taster"} <= modes
        claims = set(db.session.scalars(select(Claim.status).distinct()))
        assert claims == set(ClaimStatus)
        assert set(db.session.scalars(select(Order.kind).distinct())) == set(OrderKind)
        assert set(db.session.scalars(select(Order.status).distinct())) >= set(OrderStatus) - {OrderStatus.CLOSED}
        standing = Person.merged_into_id.is_(None)
        assert db.session.scalar(select(func.count(Person.id)).where(standing)) == 304
        assert len(set(db.session.scalars(select(Person.region_code)))) == 12
        assert db.session.scalar(select(func.count(Household.id)))
        assert {company.name for company in COMPANIES} <= set(db.session.scalars(select(Organization.name)))


def test_the_story_holds_what_goes_astray(demo: Flask) -> None:
    with demo.app_context():
        used = select(ClaimLine.id).where(ClaimLine.voucher_id.is_not(None), ClaimLine.status == LineStatus.PAID)
        assert db.session.scalars(used).all()
        for model, many in ((Voucher, 2), (TrainingFee, 1), (NoticePhoto, 1)):
            assert db.session.scalar(select(func.count()).select_from(model)) == many
        assert set(db.session.scalars(select(GuardianAccount.status))) == {GuardianStatus.STATED}
        assert set(db.session.scalars(select(CardCheck.status))) == {CardStatus.CONFIRMED}
        assert set(db.session.scalars(select(QuarantinedRow.status))) == {RowStatus.OPEN}
        assert set(db.session.scalars(select(Recovery.status))) == {RecoveryStatus.OPEN}
        assert db.session.scalars(select(Repayment.amount_fen)).all()
        assert {Finding.TRUE, Finding.UNREACHED, None} == set(db.session.scalars(select(SampledLine.finding)))


def test_the_story_breaks_no_law(demo: Flask) -> None:
    with demo.app_context():
        assert differences() == []
        assert [str(one) for one in replay(submitted_claims()).differences] == []
        tables = db.session.scalars(select(Event.subject_type).where(Event.status_after.is_not(None)).distinct()).all()
        assert len(tables) > 10
        for table in tables:
            last = text(
                f"SELECT r.id, r.status, e.status_after FROM {table} r LEFT JOIN LATERAL (SELECT status_after"  # noqa: S608
                " FROM audit_events WHERE subject_type = :name AND subject_id = r.id AND status_after IS NOT NULL"
                " ORDER BY id DESC LIMIT 1) e ON true WHERE r.status IS DISTINCT FROM e.status_after"
            )
            assert db.session.execute(last, {"name": table}).all() == [], table
        broken = text(
            "SELECT * FROM (SELECT subject_type, subject_id, status_before, lag(status_after)"
            " OVER (PARTITION BY subject_type, subject_id ORDER BY id) AS held FROM audit_events"
            " WHERE status_after IS NOT NULL) steps WHERE status_before IS DISTINCT FROM held"
        )
        assert db.session.execute(broken).all() == []


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
