"""Receipts and vouchers limit what a line is paid; a part is paid for hours not reached, where the policy says so."""

from typing import Any

import pytest
from sqlalchemy import text

from app.classes.models import Seat
from app.funding import service
from app.funding.models import Claim, Voucher
from app.funding.queries.replaying import replay
from app.funding.rules import LineStatus, VoucherKind
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.kernel.errors import Refused
from app.policies import queries as policies
from app.policies.rules.parsing import parse_pack
from tests.making import funding as made

pytestmark = pytest.mark.usefixtures("session")
PART = {
    "key": "part", "kind": "part_pro_rata", "name_zh": "学时不足按比例", "of": ["base"], "cap_percent": 60,
    "source": "示例", "when": {"hours_reached": False},
}  # fmt: skip
FREED = {
    "certificate_required": {"value": False, "source": "示例"},
    "pass_required": {"value": False, "source": "示例"},
}


def self_of(seat: Seat) -> Actor:
    """The trainee as they act themselves."""
    return Actor(f"person:{seat.person_id}", seat.person.name, frozenset({Role.LABORER}))


def own_claim(story: made.Story, fee_fen: int) -> Claim:
    """The submitted claim of the first trainee, who paid the school so much."""
    seat = story.seats[0]
    service.record_fee(seat, amount_fen=fee_fen, receipt_number="No.7", paid_on=made.BEGINS, by=story.at.by)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_own(story.row, by=self_of(seat))
        service.submit(claim, by=self_of(seat))
    return claim


def voucher(seat: Seat, number: str, value_fen: int) -> Voucher:
    """A general voucher of a trainee."""
    days = (made.BEGINS.replace(month=1), made.BEGINS.replace(month=12))
    told = service.NewVoucher(number, VoucherKind.GENERAL, value_fen, *days, issued_by="示例县人社局")
    return service.record_voucher(seat.person, told, by=SYSTEM)


def standard(story: made.Story) -> int:
    """What a line is paid without any paper."""
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        asked = max(line.asked_fen for line in claim.lines)
        service.withdraw_claim(claim, by=story.at.by, reason="先看看")
    return asked


def test_who_paid_less_than_the_standard_gets_back_what_the_receipt_says_and_the_line_names_it() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    claim = own_claim(story, 12_300)
    (line,) = claim.lines
    last = line.quote["steps"][-1]
    assert (line.asked_fen, last["key"], last["source"], last["amount_fen"] < 0) == (
        12_300, "receipt_cap", "收据 No.7", True,
    )  # fmt: skip
    made.approved(story, claim)
    fee = "UPDATE training_fees SET amount_fen = 10000 WHERE seat_id = :seat"
    db.session.execute(text(fee), {"seat": story.seats[0].id})
    db.session.expire_all()
    with clock.at(made.day(made.paying_day(story))), pytest.raises(Refused, match="收据"):
        service.request_funds([claim], by=story.finance.as_actor())
    assert [one.what for one in replay([claim.id]).differences] == ["receipt"]


def test_a_voucher_pays_its_face_value_at_most_and_a_draft_chooses_anew() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    whole = standard(story)
    small = voucher(story.seats[0], "P1", whole - 5_000)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
    asked = {line.seat_id: (line.asked_fen, line.voucher_id) for line in claim.lines}
    assert asked == {story.seats[0].id: (whole - 5_000, small.id), story.seats[1].id: (whole, None)}
    big = voucher(story.seats[0], "P2", whole)
    with clock.at(made.day(story.claimed)):
        service.submit(claim, by=story.at.by)
    asked = {line.seat_id: (line.asked_fen, line.voucher_id) for line in claim.lines}
    assert asked == {story.seats[0].id: (whole, big.id), story.seats[1].id: (whole, None)}
    first = next(line for line in claim.lines if line.voucher_id)
    service.return_line(first, reason="照片不清", clause="R21", by=story.first.as_actor())
    assert replay([claim.id]).differences == []


def bend(monkeypatch: pytest.MonkeyPatch, story: made.Story, *steps: dict[str, Any], claim: dict[str, Any]) -> None:
    """The policy of the class with more steps, and other words on claims."""
    row = policies.pack_row_by_id(story.row.policy_pack_id or 0)
    toml = row.content["toml"]
    changed = {**toml, "formula": [*toml["formula"], *steps], "claim": {**toml.get("claim", {}), **claim}}
    bent = parse_pack({**row.content, "toml": changed})
    monkeypatch.setattr(policies, "pack_by_id", lambda _id: bent)


def test_too_few_hours_are_refused_unless_the_pack_pays_a_part_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=2, absent=1, came=3)
    bend(monkeypatch, story, claim=FREED)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        short = next(line for line in claim.lines if line.seat_id == story.seats[-1].id)
        assert (short.status, "出勤不够" in short.reason) == (LineStatus.NOT_QUALIFIED, True)
        service.withdraw_claim(claim, by=story.at.by, reason="等政策")


def test_the_part_for_hours_not_reached_is_claimed_reviewed_paid_and_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=2, absent=1, came=3)
    bend(monkeypatch, story, PART, claim=FREED)
    claim = made.submitted(story)
    whole, short = sorted((line for line in claim.lines if line.asked_fen), key=lambda line: -line.asked_fen)
    assert short.seat_id == story.seats[-1].id
    attended, planned = (short.quote["facts"][key] for key in ("attended_hours", "planned_hours"))
    assert 0 < attended < planned
    assert short.asked_fen == round(whole.asked_fen * attended / planned)
    assert [step["key"] for step in short.quote["steps"]] == ["base", "part"]
    batch = made.requested(story, made.approved(story, claim))
    with clock.at(made.day(made.paying_day(story), 15)):
        for one in batch.transfers:
            service.confirm_transfer(
                one, receipt_number=f"HD{one.id}", amount_fen=one.amount_fen, paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )  # fmt: skip
    assert (short.status, short.paid_fen) == (LineStatus.PAID, short.asked_fen)
    assert replay([claim.id]).differences == []
    made.laws_hold()


def test_a_part_needs_a_pack_that_pays_without_a_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    story = made.make_class_story(people_count=2, absent=1, came=3)
    bend(monkeypatch, story, PART, claim={})
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
    short = next(line for line in claim.lines if line.seat_id == story.seats[-1].id)
    assert short.status == LineStatus.NOT_QUALIFIED
