"""What the demo story promises, asked of the database in which it was told."""

from sqlalchemy import func, select, text

from app.accounts.models import Organization
from app.audit.models import Event
from app.classes.models import TrainingClass
from app.classes.rules import ClassStatus
from app.demo.story.cast import COMPANIES
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
from app.kernel.database import db
from app.ledger.queries import differences
from app.orders.models import Order
from app.orders.rules import OrderKind, OrderStatus
from app.people.models import Household, Person


def every_state_is_there() -> None:
    """Classes, claims and orders in every state, all modes, all the people."""
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


def money_goes_astray() -> None:
    """Vouchers, a receipt, a guardian, a returned card, an odd answer, a recovery and a sample are there."""
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


def no_law_is_broken() -> None:
    """The ledger balances, claims replay, and every status is the one that its last event left."""
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


def the_story_holds() -> None:
    """All of it."""
    every_state_is_there()
    money_goes_astray()
    no_law_is_broken()
