"""What was paid is computed again from the policy, the facts and the evidence of that day (issue of the money part)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.certificates import service as certificates
from app.certificates.queries import certificates_of
from app.funding import service
from app.funding.models import ClaimLine
from app.funding.queries.replaying import replay, submitted_claims
from app.funding.queries.retold import facts_of_line, pack_of_line
from app.funding.rules import LineStatus
from app.funding.rules.replay import Replayed
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from app.policies import queries as policies
from app.policies.rules.amounts import line_amount
from tests.makers import make_user
from tests.making import funding as made
from tests.making.classes import officer


def pay_all(story: made.Story) -> ClaimLine:
    """The story paid to the end; the first line of its claim."""
    batch = made.requested(story)
    with clock.at(made.day(made.paying_day(story) + timedelta(days=1))):
        for transfer in batch.transfers:
            service.confirm_transfer(
                transfer,
                receipt_number=f"R-{transfer.id}",
                amount_fen=transfer.amount_fen,
                paid_on=clock.today(),
                by=story.treasury.as_actor(),
            )
    db.session.flush()
    return next(line for line in batch.transfers[0].claim.lines if line.paid_fen)


@pytest.fixture(scope="module")
def paid(raced: Flask) -> tuple[Flask, int, int]:
    """A paid claim, committed: the app, its class and a paid line."""
    with raced.app_context():
        story = made.make_class_story(people_count=3, absent=1, order=True)
        made.confirm_placements(story)
        line = pay_all(story)
        db.session.commit()
        found = (story.row.id, line.id)
    return (raced, *found)


def again(class_id: int | None = None) -> Replayed:
    db.session.flush()
    db.session.expire_all()
    return replay(submitted_claims(class_id))


TABLES = (
    "claim_lines",
    "claims",
    "payment_parts",
    "policy_packs",
    "attendance_entries",
    "outcomes",
    "certificates",
    "placements",
)


def lawless() -> None:
    """Until the transaction ends no trigger of these tables is asked: what only the owner of the database can do."""
    db.session.execute(text("SET LOCAL ROLE NONE"))
    for table in TABLES:
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def lawful() -> None:
    """Put the triggers back."""
    for table in TABLES:
        db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def tampered(statement: str, **values: Any) -> list[str]:
    """What the replay says after somebody went around every law of the database; undone at the end."""
    try:
        lawless()
        db.session.execute(text(statement).bindparams(**values))
        return [one.what for one in again().differences]
    finally:
        db.session.rollback()


def test_a_snapshot_and_its_hash_are_read_by_one_statement(paid: tuple[Flask, int, int]) -> None:
    app, class_id, _line = paid
    read: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        read.extend([statement] if re.search(r"\bclaims\.snapshot\b", statement) else [])

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert replay(submitted_claims(class_id)).claims == len(read) == 1
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert "snapshot_sha256" in read[0]


def test_an_honest_claim_replays_clean(paid: tuple[Flask, int, int]) -> None:
    app, class_id, _line = paid
    with app.app_context():
        done = again(class_id)
        assert done.differences == []
        assert done.superseded == []
        assert done.claims == 1
        assert done.lines >= 2
        assert done.paid_fen > 0


TAMPERED = {
    "UPDATE claim_lines SET quote = jsonb_set(quote, '{facts,line,passed}', 'false') WHERE id = :line": "formula",
    "UPDATE claim_lines SET quote = jsonb_set(quote, '{facts,groups}', '[]') WHERE id = :line": "quote",
    "UPDATE claim_lines SET asked_fen = asked_fen + 100 WHERE id = :line": "asked, fen",
    "UPDATE claim_lines SET asked_fen = asked_fen + 100, paid_fen = paid_fen + 100 WHERE id = :line": "paid, fen",
    "UPDATE claim_lines SET person_id = (SELECT max(id) FROM people) WHERE id = :line": "person of the snapshot",
    "UPDATE claim_lines SET quote = jsonb_set(quote, '{steps,0,amount_fen}', '999') WHERE id = :line": "formula",
    "UPDATE claim_lines SET quote = jsonb_set(quote, '{facts,proofs,entries}', '[]') WHERE id = :line": "attendance",
    "UPDATE claims SET snapshot = jsonb_set(snapshot, '{number}', '\"X\"')": "snapshot",
    "UPDATE policy_packs SET content = jsonb_set(content, '{toml,pack,key}', '\"x\"')": "policy demo-yueyang",
    "UPDATE attendance_entries SET hours = hours + 1 WHERE hours > 0": "attendance",
    "DELETE FROM attendance_entries": "attendance",
    "UPDATE outcomes SET theory = theory + 1": "results",
    "UPDATE outcomes SET attended_hours = attended_hours - 1 WHERE passed": "hours attended",
    "UPDATE certificates SET facts = jsonb_set(facts, '{name}', '\"旁人\"')": "certificate",
    "UPDATE placements SET pay_fen = 1 WHERE status = 'confirmed'": "post",
    "UPDATE payment_parts SET paid_fen = paid_fen - 1 WHERE line_id = :line": "paid, fen",
}


@pytest.mark.parametrize(("statement", "said"), TAMPERED.items())
def test_what_was_tampered_with_is_found(paid: tuple[Flask, int, int], statement: str, said: str) -> None:
    app, _class, line_id = paid
    with app.app_context():
        values = {"line": line_id} if ":line" in statement else {}
        assert said in tampered(statement, **values)


def test_the_command_ends_with_one_on_a_difference_and_with_nothing_on_none(paid: tuple[Flask, int, int]) -> None:
    app, class_id, line_id = paid
    runner = app.test_cli_runner()
    clean = runner.invoke(args=["claims", "replay", "--class", str(class_id)])
    assert clean.exit_code == 0, clean.output
    assert "0 differences" in clean.output
    with app.app_context():
        _commit_tampered("UPDATE claim_lines SET asked_fen = asked_fen + 7 WHERE id = :line", line_id)
    try:
        found = runner.invoke(args=["claims", "replay", "--all"])
        assert found.exit_code == 1, found.output
        assert f"line {line_id}: asked, fen" in found.output
    finally:
        with app.app_context():
            _commit_tampered("UPDATE claim_lines SET asked_fen = asked_fen - 7 WHERE id = :line", line_id)
    assert runner.invoke(args=["claims", "replay"]).exit_code == 2
    assert runner.invoke(args=["claims", "replay", "--all", "--class", "1"]).exit_code == 2


def _commit_tampered(statement: str, line_id: int) -> None:
    lawless()
    db.session.execute(text(statement).bindparams(line=line_id))
    lawful()
    db.session.commit()


def test_a_cut_and_a_returned_line_replay_clean(session: Session) -> None:
    story = made.make_class_story(people_count=3, absent=0)
    claim = made.submitted(story)
    by = story.first.as_actor()
    cut, back, *_rest = [line for line in claim.lines if line.status == LineStatus.OPEN]
    with clock.at(made.day(story.claimed + timedelta(days=1))):
        service.cut_line(cut, amount_fen=100, reason="少一课", clause="第五条", by=by)
        service.return_line(back, reason="照片不清", clause="第五条", by=by)
        service.pass_clean(claim, by=by)
        service.finish_first_review(claim, by=by)
    with clock.at(made.day(story.claimed + timedelta(days=2))):
        service.submit(claim, by=story.at.by)
    session.flush()
    done = again(story.row.id)
    assert done.differences == []


@pytest.mark.usefixtures("session")
def test_a_certificate_that_fell_since_is_told_and_is_no_difference() -> None:
    story = made.make_class_story(people_count=2, absent=0)
    pay_all(story)
    one = next(iter(certificates_of(story.row.id)))
    with clock.at(made.day(made.paying_day(story) + timedelta(days=30))):
        certificates.revoke(one, reason="冒名", by=officer())
    done = again(story.row.id)
    assert done.differences == []
    assert any(one.number in told for told in done.superseded)


@pytest.mark.usefixtures("session")
def test_a_draft_is_nothing_to_replay() -> None:
    story = made.make_class_story(people_count=1, absent=0)
    with clock.at(made.day(story.claimed)):
        service.compile_claim(story.row, by=story.at.by)
    assert again(story.row.id).claims == 0
    assert make_user(Role.AUDITOR).id


@pytest.mark.usefixtures("session")
def test_a_line_from_before_whole_facts_were_kept_is_put_together_from_its_parts() -> None:
    story = made.make_class_story(people_count=1, absent=0, order=True)
    made.confirm_placements(story)
    claim = made.submitted(story)
    pack = policies.pack_by_id(claim.policy_pack_id)
    line = claim.lines[0]
    now = line_amount(pack, facts_of_line(line))
    kept = {key: value for key, value in line.quote["facts"].items() if key not in {"line", "policy_pack_id"}}
    with db.session.no_autoflush:
        line.quote = {**line.quote, "facts": kept}
        assert line_amount(pack, facts_of_line(line)) == now
        assert pack_of_line(line) == claim.policy_pack_id
        db.session.expire(line)
    assert now.amount_fen > 0
