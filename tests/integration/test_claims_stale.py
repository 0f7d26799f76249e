"""What a page read before the lock is not what is decided by: accounts, vouchers, people changed meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.classes.models import TrainingClass
from app.funding import queries, service
from app.funding.models import Claim, PaymentBatch
from app.funding.rules import VoucherKind
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from app.people.models import ChangeSource, Group, Person
from app.people.service import PersonChanges, change
from tests.making import funding as made
from tests.racing import committed, race, wait_until_somebody_waits

NEW = "6230000000777777777"


def _two_classes_of_one_person(patch: pytest.MonkeyPatch, **more: Any) -> tuple[made.Story, made.Story, Person]:
    """Two classes of one school, one after the other, with one and the same trainee."""
    one = made.make_class_story(people_count=1, absent=0, order=True, **more)
    made.confirm_placements(one)
    person: Person = one.seats[0].person
    with patch.context() as only:
        only.setattr(made, "make_trainee", lambda *_args, **_more: person)
        two = made.make_class_story(people_count=1, absent=0, beside=one, **more)
    made.confirm_placements(two)
    return one, two, person


def _meanwhile(app: Flask, act: Any) -> None:
    """Do something in another session, to its end."""

    def work() -> None:
        with app.app_context(), transaction():
            act()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def test_money_goes_to_the_account_that_stands_when_it_is_asked_for(
    raced: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> Any:
        one, two, person = _two_classes_of_one_person(monkeypatch, group=Group.DISABLED)
        claims = [made.approved(one).id, made.approved(two).id]
        return claims, person.id, one.budget.id, one.finance.as_actor(), two

    claims, person, budget, by, story = committed(raced, begin)

    def moved() -> None:
        changes = PersonChanges(payee_account=NEW, payee_bank="农商银行")
        change(db.session.get_one(Person, person), changes, by=SYSTEM, source=ChangeSource.OFFICER, reason="换了卡")

    with raced.app_context(), clock.at(made.day(made.paying_day(story))):
        page = next(one for one in queries.requestable(by) if one.budget.id == budget)
        assert {claim.id for claim in page.claims} == set(claims)
        assert all(line.person.payee_account != NEW for claim in page.claims for line in claim.lines)
        _meanwhile(raced, moved)
        with transaction():
            batch = service.request_funds([one for one in page.claims if one.id == claims[0]], by=by)
            assert {one.account for one in batch.transfers if one.person_id == person} == {NEW}


def test_the_banks_file_says_who_and_which_bank_as_they_stand_when_it_is_made(raced: Flask) -> None:
    def begin() -> Any:
        story = made.make_class_story(people_count=1, absent=0, group=Group.DISABLED)
        made.confirm_placements(story)
        batch = made.requested(story)
        return batch.id, story.seats[0].person_id, story.treasury.as_actor(), made.paying_day(story)

    batch_id, person, by, paying = committed(raced, begin)

    def renamed() -> None:
        changes = PersonChanges(name="欧阳新名", payee_bank="新名农商银行")
        change(db.session.get_one(Person, person), changes, by=SYSTEM, source=ChangeSource.OFFICER, reason="改了名")

    with raced.app_context(), clock.at(made.day(paying, 11)):
        batch = db.session.get_one(PaymentBatch, batch_id)
        assert any(one.person and one.person.name != "欧阳新名" for one in batch.transfers)
        _meanwhile(raced, renamed)
        with transaction():
            text = service.export_bank_file(batch, by=by)
    assert "欧阳新名" in text


def test_a_voucher_wanted_by_two_claims_at_once_is_refused_to_one_in_words(
    raced: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begin() -> Any:
        one, two, person = _two_classes_of_one_person(monkeypatch)
        day = max(one.claimed, two.claimed)
        with clock.at(made.day(day)):
            first = service.compile_claim(one.row, by=one.at.by)
        voucher = service.NewVoucher(
            number="R1",
            kind=VoucherKind.GENERAL,
            value_fen=100_000,
            from_on=date(day.year, 1, 1),
            until_on=date(day.year, 12, 31),
            issued_by="示例县人社局",
        )
        service.record_voucher(person, voucher, by=SYSTEM)
        return first.id, two.row.id, one.at.by, day

    claim_id, class_id, by, day = committed(raced, begin)
    held = Event()

    def again() -> list[int | None]:
        with clock.at(made.day(day)):
            claim = db.session.get_one(Claim, claim_id)
            service.recompile(claim, by=by)
            db.session.flush()
            held.set()
            wait_until_somebody_waits()
            return [line.voucher_id for line in claim.lines]

    def other() -> list[int | None]:
        held.wait(60)
        with clock.at(made.day(day)):
            return [
                line.voucher_id
                for line in service.compile_claim(db.session.get_one(TrainingClass, class_id), by=by).lines
            ]

    used, refused = race(raced, [again, other])
    assert isinstance(used, list)
    assert all(used)
    assert isinstance(refused, Refused)
    assert "培训券" in str(refused.message)


def _asked_by_refused_page(app: Flask, people: int) -> int:
    """Statements of the page that says why a claim was not submitted a second time."""

    def begin() -> Any:
        story = made.make_class_story(people_count=people, absent=0)
        return made.submitted(story).id, story.at.clerk.get_id()

    claim_id, clerk = committed(app, begin)
    client, sent = app.test_client(), []
    with client.session_transaction() as cookie:
        cookie["_user_id"] = clerk
    with app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = client.post(f"/claims/{claim_id}/submit", data={})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 422
    return len(sent)


def test_a_page_after_a_refusal_reads_nobody_one_by_one(raced: Flask) -> None:
    assert _asked_by_refused_page(raced, 8) <= _asked_by_refused_page(raced, 2) + 1
