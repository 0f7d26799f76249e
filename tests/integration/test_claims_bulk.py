"""Lines of a claim are drawn, passed and approved together: so many statements, however many lines."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, text

from app.audit import service as audit
from app.audit.models import Event
from app.funding import service
from app.funding.models import Claim, ClaimLine, Notice, PaymentBatch, Transfer
from app.funding.rules import LINE_FLOW, LineStatus, LineStep
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.kernel.errors import Conflict
from app.people.models import Group
from tests.making import funding as made


def statements(act: Callable[[], Any]) -> int:
    """How many statements something sends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(sent)


def _sent_to_review(people: int) -> tuple[int, int]:
    story = made.make_class_story(people_count=people, absent=0)
    first = story.first.as_actor()
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        submitted = statements(lambda: service.submit(claim, by=story.at.by))
    with clock.at(made.day(story.claimed + timedelta(days=1))):
        return submitted, statements(lambda: service.pass_clean(claim, by=first))


@pytest.mark.usefixtures("session")
def test_more_lines_ask_no_more_of_the_database() -> None:
    few, more = _sent_to_review(2), _sent_to_review(6)
    assert more[0] <= few[0] + 4
    assert more[1] <= few[1] + 4


def _paid_out(people: int) -> list[int]:
    """Statements of each step from the first review to the check of the money asked for, each in a fresh session."""
    story = made.make_class_story(people_count=people, absent=0, group=Group.DISABLED)
    made.confirm_placements(story)
    by = {
        name: getattr(story, name).as_actor()
        for name in ("first", "second", "signer", "finance", "checker", "treasury")
    }
    number, sent = made.submitted(story).id, []

    def step(who: str, days: int, act: Callable[..., Any], kind: type[Any] = Claim, of: int = number) -> Any:
        db.session.flush()
        db.session.expunge_all()
        row, came = db.session.get_one(kind, of), []
        with clock.at(made.day(story.claimed + timedelta(days=days))):
            sent.append(statements(lambda: came.append(act(row, by=by[who]))))
        return came[0]

    assert step("first", 1, service.pass_clean)
    step("first", 1, service.finish_first_review)
    assert step("second", 1, service.pass_clean)
    step("second", 1, service.finish_second_review)
    step("signer", 2, service.sign)
    notice = step("second", 3, service.publish_notice)
    step("second", 20, service.close_notice, Notice, notice.id)
    batch = step("finance", 20, lambda claim, by: service.request_funds([claim], by=by))
    assert len(batch.transfers) == people + 1
    step("checker", 20, service.check_batch, PaymentBatch, batch.id)
    school = next(one for one in batch.transfers if one.person_id is None)
    told = {"receipt_number": f"HD{school.id}", "amount_fen": school.amount_fen}
    whole = partial(service.confirm_transfer, **told, paid_on=story.claimed + timedelta(days=21))
    step("treasury", 21, whole, Transfer, school.id)
    return sent


@pytest.mark.usefixtures("session")
def test_nobody_is_read_one_by_one_on_the_way_to_the_money() -> None:
    few, more = _paid_out(2), _paid_out(8)
    *steps, confirmed = [late - early for early, late in zip(few, more, strict=True)]
    assert steps == pytest.approx([0] * len(steps), abs=3)
    assert confirmed <= 6 + 3  # each line is written with its version; nothing else is asked one by one


@pytest.mark.usefixtures("session")
def test_lines_that_take_a_step_together_have_an_event_each_and_refuse_one_changed_meanwhile() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    with clock.at(made.day(story.claimed)):
        claim = service.compile_claim(story.row, by=story.at.by)
        lines = list(claim.lines)
        audit.take_many([(line, {"n": line.id}) for line in lines], LINE_FLOW, LineStep.APPROVE, by=SYSTEM)
        assert {line.status for line in lines} == {LineStatus.APPROVED}
        told = db.session.execute(
            select(Event.subject_id, Event.status_before, Event.status_after, Event.facts).where(
                Event.subject_type == "claim_lines", Event.action == LineStep.APPROVE
            )
        )
        wanted = [(line.id, "open", "approved", {"n": line.id}) for line in lines]
        assert sorted(tuple(row) for row in told) == sorted(wanted)
        db.session.execute(text("SET CONSTRAINTS law_status_has_event IMMEDIATE"))
        db.session.execute(text("UPDATE claim_lines SET version = version + 1 WHERE id = :id"), {"id": lines[0].id})
        with pytest.raises(Conflict):
            audit.change_many(lines, reason="x")
        assert db.session.get_one(ClaimLine, lines[1].id).reason == ""
