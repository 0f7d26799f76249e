"""What a bank's answer leaves open, cards confirmed again, recoveries and samples, through the services."""

from datetime import timedelta
from typing import Any

from app.funding import service
from app.funding.models import Notice, PaymentBatch
from app.funding.queries import notices_of
from app.funding.rules.paying import CardWay, Cause
from app.kernel import clock
from app.kernel.access import Actor, Role
from tests.makers import make_user
from tests.making import funding as made
from tests.making.people import fresh_id_number


def of_payments(story: made.Story, batch: PaymentBatch, upload_id: int) -> dict[str, Any]:
    """Rows of what follows a paid batch, by the name that a URL gives them."""
    treasury, officer = story.treasury.as_actor(), make_user(Role.TRAINING_OFFICER).as_actor()
    line = next(one for one in batch.transfers[-1].parts).line
    (notice,) = notices_of(line.claim_id)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=2))):
        day = clock.today()
        content = "坏的一行\n".encode()
        done = service.apply_answer(batch, content, serial="PC77", paid_on=day, by=treasury)
        back = batch.transfers[1]
        service.return_transfer(
            back, number="TH1", amount_fen=back.paid_fen, returned_on=day, reason="账号已销户", by=treasury
        )
        service.state_card(back, account="6230000000888888888", bank="示例银行", way=CardWay.BY_PHONE, by=officer)
        recovery = service.open_recovery(
            line, cause=Cause.INSPECTION, amount_fen=2, reason="督查发现少上了课", by=officer
        )
        service.repay(recovery, number="TK1", amount_fen=1, repaid_on=day, by=treasury, upload_id=upload_id)
        sample = service.commit_sample(made.COUNTY, made.FILED, day, 5, by=officer)
        sampled = service.draw_sample(sample, by=officer)
        guardian = service.state_guardian(line.person, told_of_guardian(), by=officer)
    photo = hung(story, notice, upload_id, by=story.second.as_actor())
    return {
        "row_id": done.not_applied[0].id,
        "guardian_id": guardian.id,
        "recovery_id": recovery.id,
        "repayment_id": recovery.repayments[0].id,
        "sample_id": sample.id,
        "sampled_id": sampled[0].id,
        "notice.photo_id": photo,
    }


def told_of_guardian(**other: str) -> service.NewGuardian:
    """What an officer writes down of a mother's card."""
    facts = {
        "name": "王示例",
        "relation": "母亲",
        "id_number": fresh_id_number(),
        "account": "6230000000666666666",
        "bank": "示例银行弼时支行",
        "reason": "未满十六周岁，银行不给开户",
        "proof": "户口簿",
    }
    return service.NewGuardian(**{**facts, **other})


def hung(story: made.Story, notice: Notice, upload_id: int, *, by: Actor) -> int:
    """A photo of the notice on the board."""
    with clock.at(made.day(made.paying_day(story))):
        return service.hang_notice(notice, upload_id, place="湄江村公开栏", hung_on=notice.from_on, by=by).id
