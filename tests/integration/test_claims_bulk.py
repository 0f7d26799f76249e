"""Lines of a claim are drawn, passed and approved together: so many statements, however many lines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, text

from app.audit import service as audit
from app.audit.models import Event
from app.funding import service
from app.funding.models import ClaimLine
from app.funding.rules import LINE_FLOW, LineStatus, LineStep
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.kernel.errors import Conflict
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
