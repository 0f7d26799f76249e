"""Two people at a claim at the same moment: a class is claimed once, a claim is signed once, money is counted once."""

from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.classes.models import TrainingClass
from app.funding import service
from app.funding.models import Claim, ClaimDuty
from app.funding.rules import ClaimStatus, Duty
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import Refused
from tests.makers import make_user
from tests.making import funding as made
from tests.racing import committed, race


def test_a_class_compiled_by_two_clicks_at_once_has_one_claim(raced: Flask) -> None:
    story: made.Story = committed(raced, lambda: made.make_class_story(people_count=1, absent=0))
    number, by = story.row.id, story.at.by

    def compile_it() -> Any:
        with clock.at(made.day(story.claimed)):
            return service.compile_claim(db.session.get_one(TrainingClass, number), by=by).id

    told = race(raced, [compile_it, compile_it, compile_it])
    assert sorted(isinstance(one, Refused) for one in told) == [False, True, True]


def test_two_officers_at_once_sign_a_claim_once(raced: Flask) -> None:
    def begin() -> tuple[int, Any, Any]:
        story = made.make_class_story(people_count=1, absent=0)
        claim, second = made.first_reviewed(story), story.second.as_actor()
        service.pass_clean(claim, by=second)
        service.finish_second_review(claim, by=second)
        return claim.id, story.signer.as_actor(), make_user(Role.SIGNER).as_actor()

    number, one, two = committed(raced, begin)

    def sign(by: Any) -> None:
        service.sign(db.session.get_one(Claim, number), by=by)

    told = race(raced, [partial(sign, by) for by in (one, two, one)])
    assert sum(isinstance(answer, Refused) for answer in told) == 2
    with raced.app_context():
        assert db.session.get_one(Claim, number).status == ClaimStatus.SIGNED
        signed = select(ClaimDuty).where(ClaimDuty.claim_id == number, ClaimDuty.duty == Duty.SIGN)
        assert len(db.session.scalars(signed).all()) == 1


def test_a_line_passed_by_three_clicks_at_once_is_passed_once(raced: Flask) -> None:
    def begin() -> tuple[int, Any]:
        story = made.make_class_story(people_count=2, absent=0)
        return made.submitted(story).id, story.first.as_actor()

    number, first = committed(raced, begin)

    def pass_them() -> int:
        return service.pass_clean(db.session.get_one(Claim, number), by=first)

    told = race(raced, [pass_them] * 3)
    assert sorted(told) == [0, 0, 2]
