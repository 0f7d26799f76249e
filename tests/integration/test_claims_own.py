"""Employers claim for their staff, people for what they paid (R30); training vouchers are used up once."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.classes.models import Seat
from app.funding import queries, service
from app.funding.models import Claim, PaymentBatch, Voucher
from app.funding.queries.replaying import replay
from app.funding.rules import Claimant, ClaimStatus, LineStatus, Payee, VoucherKind
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.ledger import queries as ledger
from app.occupations.models import Occupation
from app.people.models import Person
from app.policies import queries as policies
from app.policies.rules.modes import ClaimKind
from app.policies.rules.pack import Pack
from tests.makers import make_user
from tests.making import funding as made


def at_once(session: Session, statement: Any, **params: Any) -> None:
    """A statement whose laws are judged at once."""
    session.execute(statement, params)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def self_of(person: Person) -> Actor:
    """The person as they act themselves."""
    return Actor(f"person:{person.id}", person.name, frozenset({Role.LABORER}))


def pay(story: made.Story, seat: Seat, number: str = "收据 1") -> None:
    """The trainee paid the school."""
    service.record_fee(seat, amount_fen=50_000, receipt_number=number, paid_on=made.BEGINS, by=story.at.by)


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("session")
def test_who_paid_claims_and_the_school_claims_for_the_rest() -> None:
    story = made.make_class_story(people_count=3, absent=0)
    seat = story.seats[0]
    pay(story, seat)
    person = self_of(seat.person)
    with clock.at(made.day(story.claimed)):
        mine = service.compile_own(story.row, by=person)
        with pytest.raises(Conflict, match=mine.number):
            service.compile_own(story.row, by=person)
        service.submit(mine, by=person)
        school = service.compile_claim(story.row, by=story.at.by)
    assert (mine.claimant, mine.person_id, mine.organization_id) == (Claimant.PERSON, seat.person_id, None)
    assert [(line.seat_id, line.payee) for line in mine.lines] == [(seat.id, Payee.TRAINEE)]
    refused = next(line for line in school.lines if line.seat_id == seat.id)
    assert (refused.status, "学员本人申领" in refused.reason) == (LineStatus.NOT_QUALIFIED, True)
    assert school.people == 2
    assert queries.claim_of_class(story.row.id) is school


@pytest.mark.usefixtures("session")
def test_nobody_claims_for_another_or_without_a_receipt() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    pay(story, story.seats[0])
    with clock.at(made.day(story.claimed)):
        with pytest.raises(NotFound):
            service.compile_own(story.row, by=self_of(story.seats[1].person))
        mine = service.compile_own(story.row, by=self_of(story.seats[0].person))
        for stranger in (self_of(story.seats[1].person), story.at.by):
            with pytest.raises(Forbidden):
                service.submit(mine, by=stranger)
        with pytest.raises(NotFound):
            queries.claim_for(self_of(story.seats[1].person), mine.id)
    with pytest.raises(Forbidden):
        pay(made.make_class_story(people_count=1, absent=0), story.seats[1])


@pytest.mark.usefixtures("session")
def test_a_receipt_comes_before_the_claim_and_is_recorded_once() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    pay(story, story.seats[0])
    with pytest.raises(DBAPIError, match="pk_training_fees"), db.session.begin_nested():
        pay(story, story.seats[0], "收据 2")
    with pytest.raises(DBAPIError, match="uq_training_fees_receipt"), db.session.begin_nested():
        pay(story, story.seats[1])
    made.submitted(story)
    with pytest.raises(Refused, match="已经在申领里"):
        pay(story, story.seats[1], "收据 3")


def test_the_pages_of_one_who_paid(session: Session, sign_in: Any) -> None:
    with transaction():
        story = made.make_class_story(people_count=2, absent=0)
    session.expire_all()
    school, where = sign_in(story.at.clerk), f"/classes/{story.row.id}/fees"
    assert where in school.get(f"/classes/{story.row.id}").text
    data = {"seat": story.seats[0].id, "amount": "500.00", "receipt_number": "No.1", "paid_on": "2026-03-16"}
    assert school.post(where, data=data | {"amount": ""}).status_code == 422
    assert school.post(where, data=data).status_code == 303
    assert "No.1" in school.get(where).text
    stranger = sign_in(make_user(Role.TRAINING_OFFICER))
    assert stranger.get(where).status_code in (403, 404)


# --- employers ------------------------------------------------------------------------------------------------------


def by_employer(monkeypatch: pytest.MonkeyPatch, story: made.Story) -> Pack:
    """A policy that has this mode claimed by the employer for its own staff."""
    pack = policies.pack_by_id(story.row.policy_pack_id or 0)
    modes = {key: replace(mode, claim=ClaimKind.BY_EMPLOYER) for key, mode in pack.modes.items()}
    bent = replace(pack, modes=modes)
    monkeypatch.setattr(policies, "pack_by_id", lambda _id: bent)
    return bent


@pytest.mark.usefixtures("session")
def test_an_employer_claims_for_its_own_staff_and_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=2, absent=0, order=True)
    by_employer(monkeypatch, story)
    assert story.row.order is not None
    firm = story.row.order.organization
    employer = make_user(Role.EMPLOYER, organization=firm).as_actor()
    assert [class_.id for class_ in queries.claimable_classes(employer)] == [story.row.id]
    assert list(queries.claimable_classes(story.at.by)) == []
    with clock.at(made.day(story.claimed)):
        with pytest.raises(Forbidden, match="下订单的用人单位"):
            service.compile_claim(story.row, by=story.at.by)
        claim = service.compile_claim(story.row, by=employer)
        service.submit(claim, by=employer)
    assert (claim.claimant, claim.organization_id, claim.claimant_name) == (Claimant.EMPLOYER, firm.id, firm.name)
    assert queries.claim_for(employer, claim.id) is claim
    with pytest.raises(NotFound):
        queries.claim_for(story.at.by, claim.id)
    batch = made.requested(story, made.approved(story, claim))
    assert {transfer.organization_id for transfer in batch.transfers if transfer.payee is Payee.SCHOOL} == {firm.id}
    paid_out(story, claim, batch)


def paid_out(story: made.Story, claim: Claim, batch: PaymentBatch) -> None:
    """The treasury pays every transfer; the claim is paid, and every amount comes out again."""
    with clock.at(made.day(made.paying_day(story), 15)):
        for transfer in batch.transfers:
            service.confirm_transfer(
                transfer,
                receipt_number=f"HD{transfer.id}",
                amount_fen=transfer.amount_fen,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )
    made.laws_hold()
    assert (claim.status, claim.paid_fen) == (ClaimStatus.PAID, claim.amount_fen)
    assert replay([claim.id]).differences == []
    assert ledger.differences() == []


@pytest.mark.usefixtures("session")
def test_who_paid_is_paid_to_their_own_account() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    seat = story.seats[0]
    pay(story, seat)
    me = self_of(seat.person)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_own(story.row, by=me)
        service.submit(claim, by=me)
    batch = made.requested(story, made.approved(story, claim))
    (transfer,) = batch.transfers
    assert (transfer.payee, transfer.person_id) == (Payee.TRAINEE, seat.person_id)
    assert transfer.account == seat.person.payee_account
    paid_out(story, claim, batch)


# --- vouchers -------------------------------------------------------------------------------------------------------


def voucher(person: Person, number: str, **more: Any) -> Voucher:
    """A voucher of the person, general unless told otherwise."""
    told = {
        "number": number,
        "kind": VoucherKind.GENERAL,
        "value_fen": 100_000,
        "from_on": date(2026, 1, 1),
        "until_on": date(2026, 12, 31),
        "issued_by": "示例县人社局",
    }
    return service.record_voucher(person, service.NewVoucher(**{**told, **more}), by=SYSTEM)


@pytest.mark.usefixtures("session")
def test_a_claim_uses_up_the_voucher_that_fits_directed_before_general() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    person, trade = story.seats[0].person, db.session.get_one(Occupation, story.row.course.occupation_id)
    voucher(person, "T1")
    fits = voucher(person, "D1", kind=VoucherKind.DIRECTED, occupation=trade)
    late = voucher(story.seats[1].person, "T2", from_on=story.ended + timedelta(days=1))
    claim = made.submitted(story)
    used = {line.seat_id: line.voucher_id for line in claim.lines}
    assert used == {story.seats[0].id: fits.id, story.seats[1].id: None}
    assert late.id not in used.values()


@pytest.mark.usefixtures("session")
def test_a_voucher_is_of_one_kind_and_its_number_is_taken_once() -> None:
    person = made.make_class_story(people_count=1, absent=0).seats[0].person
    with pytest.raises(DomainError, match="定向券"):
        voucher(person, "D2", kind=VoucherKind.DIRECTED)
    voucher(person, "T3")
    with pytest.raises(DBAPIError, match="uq_vouchers_number"), db.session.begin_nested():
        voucher(person, "T3")


def test_the_database_refuses_a_voucher_used_twice_or_of_somebody_else(session: Session) -> None:
    one = made.make_class_story(people_count=2, absent=0)
    mine = voucher(one.seats[0].person, "T4")
    claim = made.submitted(one)
    first = next(line for line in claim.lines if line.voucher_id == mine.id)
    other = next(line for line in claim.lines if line.voucher_id is None)
    again = text("UPDATE claim_lines SET voucher_id = :v WHERE id = :l")
    with pytest.raises(DBAPIError, match="uq_claim_lines_voucher_active"), session.begin_nested():
        session.execute(again, {"v": mine.id, "l": other.id})
    theirs = voucher(one.seats[0].person, "T5")
    session.flush()
    with pytest.raises(DBAPIError, match="does not fit"), session.begin_nested():
        at_once(session, again, v=theirs.id, l=other.id)
    with pytest.raises(DBAPIError, match="stands in a claim"), session.begin_nested():
        session.execute(text("UPDATE vouchers SET value_fen = 1 WHERE id = :v"), {"v": mine.id})
    service.reject_line(first, reason="没有来", clause="第五条", by=one.first.as_actor())
    with pytest.raises(DBAPIError, match="does not fit"), session.begin_nested():
        at_once(session, again, v=mine.id, l=other.id)


def test_the_page_of_vouchers(session: Session, sign_in: Any) -> None:
    with transaction():
        story = made.make_class_story(people_count=1, absent=0)
        officer = make_user(Role.TRAINING_OFFICER)
    session.expire_all()
    client, where = sign_in(officer), f"/people/{story.seats[0].person_id}/vouchers"
    assert where in client.get(f"/people/{story.seats[0].person_id}").text
    assert "没有培训券" in client.get(where).text
    data = {
        "number": "T9", "kind": "general", "occupation": "0", "value": "800.00",
        "from_on": "2026-01-01", "until_on": "2026-12-31", "issued_by": "示例县人社局",
    }  # fmt: skip
    assert client.post(where, data=data | {"kind": "directed"}).status_code == 422
    assert client.post(where, data=data).status_code == 303
    assert "T9" in client.get(where).text
