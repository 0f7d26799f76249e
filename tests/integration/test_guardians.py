"""A trainee's money goes to the guardian's card only for a reason that two officers saw, and the bank is told whose."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.funding import queries, service
from app.funding.models import Claim, ClaimLine, GuardianAccount
from app.funding.rules import LineStatus, Payee
from app.funding.rules.guardians import GuardianStatus
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.people.models import Group, Person
from tests.makers import COUNTY, make_user
from tests.making import funding as made
from tests.making.paying import told_of_guardian
from tests.making.people import fresh_id_number

CARD, NUMBER = "6230000000666666666", fresh_id_number()
pytestmark = pytest.mark.usefixtures("session")


def officer(role: Role = Role.TRAINING_OFFICER) -> Actor:
    return make_user(role, area=(COUNTY,)).as_actor()


def guarded(person: Person) -> GuardianAccount:
    row = service.state_guardian(person, told_of_guardian(id_number=NUMBER), by=officer())
    service.confirm_guardian(row, account=CARD, by=officer())
    return row


def of_trainee(claim: Claim) -> ClaimLine:
    return next(line for line in claim.lines if line.payee is Payee.TRAINEE and line.status != LineStatus.NOT_QUALIFIED)


def test_the_card_needs_a_reason_a_proof_and_a_second_officer() -> None:
    person, one = made.make_trainee(1), officer()
    for field in ("reason", "proof", "name", "relation"):
        with pytest.raises(DomainError) as refused:
            service.state_guardian(person, told_of_guardian(**{field: " "}), by=one)
        assert refused.value.field == field
    row = service.state_guardian(person, told_of_guardian(id_number=NUMBER), by=one)
    with pytest.raises(Forbidden, match="另一个人"):
        service.confirm_guardian(row, account=CARD, by=one)
    with pytest.raises(DomainError, match="和登记的卡号不一样"):
        service.confirm_guardian(row, account=CARD[:-1] + "7", by=officer())
    assert queries.guardians_of([person.id]) == {}, "before the second check nothing changes"
    with pytest.raises(Refused, match="已经有代领账户"):
        service.state_guardian(person, told_of_guardian(id_number=NUMBER), by=officer())
    service.confirm_guardian(row, account=CARD, by=officer())
    assert queries.guardians_of([person.id]) == {person.id: row}
    service.end_guardian(row, note="满十八岁，自己开了户", by=officer())
    assert queries.guardians_of([person.id]) == {}
    made.laws_hold()


def test_the_persons_own_number_is_no_guardians() -> None:
    person = made.make_trainee(1)
    with pytest.raises(DomainError, match="学员本人的身份证号"):
        service.state_guardian(person, told_of_guardian(id_number=person.id_number or ""), by=officer())


def test_the_request_the_snapshot_and_the_bank_file_name_the_guardian() -> None:
    story = made.make_class_story(group=Group.LIFTED_OUT_OF_POVERTY, without_account=4)
    person = story.seats[0].person
    with clock.at(made.day(story.claimed)):
        row = guarded(person)
    claim = made.approved(story)
    line = next(one for one in claim.lines if one.person_id == person.id and one.payee is Payee.TRAINEE)
    kept = {one["line_id"]: one for one in (claim.snapshot or {})["lines"]}
    assert kept[line.id]["guardian_id"] == row.id
    assert [one for one in kept.values() if "guardian_id" in one] == [kept[line.id]]
    batch = made.requested(story, claim)
    (transfer,) = [one for one in batch.transfers if one.payee is Payee.TRAINEE]
    assert (transfer.guardian_id, transfer.account, transfer.person_id) == (row.id, CARD, person.id)
    left = {one["line_id"] for one in batch.left_out}
    assert line.id not in left, "the others have no account"
    assert len(left) == sum(one.payee is Payee.TRAINEE and one.id != line.id for one in claim.asking)
    with clock.at(made.day(made.paying_day(story), 11)):
        text = service.export_bank_file(batch, by=story.finance.as_actor())
    assert text.splitlines()[-1].split("|")[1:] == ["王示例", CARD, f"{line.amount_fen / 100:.2f}", NUMBER]
    made.laws_hold()


def test_a_guardians_card_that_changed_after_the_check_is_not_paid() -> None:
    story = made.make_class_story(group=Group.LIFTED_OUT_OF_POVERTY, without_account=4)
    with clock.at(made.day(story.claimed)):
        row = guarded(story.seats[0].person)
    batch = made.requested(story)
    with clock.at(made.day(made.paying_day(story), 11)):
        service.end_guardian(row, note="监护人变更", by=officer())
        with pytest.raises(Refused, match="没有登记收款账户"):
            service.export_bank_file(batch, by=story.finance.as_actor())


def test_a_guardians_card_that_failed_is_confirmed_again_and_paid() -> None:
    story = made.make_class_story(group=Group.LIFTED_OUT_OF_POVERTY, without_account=4)
    with clock.at(made.day(story.claimed)):
        old = guarded(story.seats[0].person)
    batch = made.requested(story)
    transfer = next(one for one in batch.transfers if one.payee is Payee.TRAINEE)
    with clock.at(made.day(made.paying_day(story), 15)):
        service.fail_transfer(transfer, reason="户名和账号不符", by=story.treasury.as_actor())
    made.card_confirmed(story, transfer)
    new = queries.guardians_of([transfer.person_id or 0])[transfer.person_id or 0]
    assert (old.status, new.status) == (GuardianStatus.ENDED, GuardianStatus.CONFIRMED)
    assert (new.holder_name, new.holder_number, new.account) == ("王示例", NUMBER, "6230000000888888888")
    assert transfer.person is not None
    assert not transfer.person.payee_account, "the person's own account stays as it was"
    made.laws_hold()


def test_what_was_stated_can_not_be_rewritten() -> None:
    row = guarded(made.make_trainee(1))
    row.reason = "别的原因"
    with pytest.raises(Exception, match="stays as it was stated"), db.session.begin_nested():
        db.session.flush()


def test_officers_do_it_on_the_persons_page_and_the_reviewer_reads_why(sign_in: Callable[[Any], FlaskClient]) -> None:
    story = made.make_class_story(group=Group.LIFTED_OUT_OF_POVERTY)
    person = story.seats[0].person
    claim = made.submitted(story)
    one = sign_in(make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    url = f"/people/{person.id}/guardian-account"
    assert url in one.get(f"/people/{person.id}").text
    form = {
        "name": "王示例",
        "relation": "母亲",
        "id_number": NUMBER,
        "account": CARD,
        "bank": "示例银行",
        "reason": "",
        "proof": "户口簿",
    }
    assert "为什么不能付到本人账户" in one.post(url, data=form).text
    assert one.post(url, data={**form, "reason": "银行不给开户"}).status_code == 303
    (row,) = queries.guardian_history(person.id)
    assert "要由另一个人核对" in one.get(url).text
    cashier = sign_in(make_user(Role.BUREAU_FINANCE, area=(COUNTY,)))
    assert f"{person.name} 的代领账户" in cashier.get("/payments").text
    assert cashier.post(f"/guardian-accounts/{row.id}/confirm", data={"account": CARD}).status_code == 303
    page = sign_in(story.first).get(f"/claims/{claim.id}/review").text
    assert "付到监护人账户" in page
    assert "银行不给开户" in page
    assert CARD not in page


def test_a_card_that_waits_stands_on_the_second_officers_desk_alone(sign_in: Callable[[Any], FlaskClient]) -> None:
    person, one, other = made.make_trainee(1), *(make_user(Role.TRAINING_OFFICER, area=(COUNTY,)) for _ in range(2))
    service.state_guardian(person, told_of_guardian(id_number=NUMBER), by=one.as_actor())
    assert "代领账户要核对" not in sign_in(one).get("/home").text
    for role in (other, make_user(Role.BUREAU_FINANCE, area=(COUNTY,))):
        page = sign_in(role).get("/home").text
        assert "代领账户要核对" in page
        assert f"/people/{person.id}/guardian-account" in page
