"""Draw a claim's lines from what is recorded: first as a draft, then anew, then those that came back."""

from collections.abc import Mapping

from sqlalchemy.orm.attributes import set_committed_value

from app.audit import service as audit
from app.funding.models import Claim, ClaimLine
from app.funding.queries.drawing import Drawn, draw_claim
from app.funding.queries.evidence import Evidence
from app.funding.rules import LINE_FLOW, LineStatus, LineStep
from app.funding.rules.long_steps import WorkPart
from app.funding.service.holding import lines_in
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.copying import insert_rows
from app.kernel.counting import counted
from app.kernel.database import db


def draw_draft(claim: Claim, *, by: Actor) -> None:
    """Draw the lines of a new claim."""
    _add_lines(claim, _draw(claim), by=by)


def _add_lines(claim: Claim, drawn: list[Drawn], *, by: Actor) -> None:
    made = []
    for one in counted(drawn, WorkPart.WRITE):
        line = ClaimLine(
            claim_id=claim.id,
            status=LineStatus.OPEN if one.qualifies else LineStatus.NOT_QUALIFIED,
            class_id=one.evidence.seat.class_id,
            seat_id=one.evidence.seat.id,
            person_id=one.evidence.seat.person_id,
            payee=one.payee,
        )
        _write(line, one)
        made.append((line, {"asked_fen": line.asked_fen, "claim": claim.number}))
    before, lines = list(claim.lines), [line for line, _facts in made]
    insert_rows(lines)
    for line in lines:
        set_committed_value(line, "claim", claim)
    set_committed_value(claim, "lines", [*before, *lines])
    audit.born_many(made, by=by)


def _draw(claim: Claim, evidence: Mapping[int, Evidence] | None = None) -> list[Drawn]:
    return draw_claim(claim, claimed_on=clock.today(), evidence=evidence)


def _write(line: ClaimLine, drawn: Drawn) -> None:
    certificate = drawn.evidence.valid_certificate
    line.asked_fen, line.quote, line.reason = drawn.asked_fen, drawn.quote, drawn.reason or drawn.held
    line.certificate_id = certificate.id if certificate else None
    line.voucher_id = drawn.voucher_id


def redraw_draft(claim: Claim, *, by: Actor, evidence: Mapping[int, Evidence] | None = None) -> None:
    """Draw a draft's lines anew; one whose standing changed is replaced, since it never went anywhere."""
    drawn = {(one.evidence.seat.id, one.payee): one for one in _draw(claim, evidence)}
    _free_vouchers(claim)
    for line in counted(list(claim.lines), WorkPart.WRITE):
        now = drawn.get((line.seat_id, line.payee))
        if now is not None and now.qualifies == (line.status == LineStatus.OPEN):
            _write(line, now)
            del drawn[line.seat_id, line.payee]
        else:
            audit.record(line, "dropped", by=by)
            claim.lines.remove(line)
            db.session.delete(line)
    db.session.flush()
    _add_lines(claim, list(drawn.values()), by=by)


def _free_vouchers(claim: Claim) -> None:
    """Take the vouchers out of a draft's lines before they are written anew: two lines may change places."""
    if any(line.voucher_id is not None for line in claim.lines):
        for line in claim.lines:
            line.voucher_id = None
        db.session.flush()


def correct_returned(claim: Claim, *, by: Actor, evidence: Mapping[int, Evidence]) -> list[ClaimLine]:
    """Draw the returned lines anew and open them; one that still does not qualify is taken out and says why."""
    drawn = {(one.evidence.seat.id, one.payee): one for one in _draw(claim, evidence)}
    taken_out = []
    for line in lines_in(claim, LineStatus.RETURNED):
        now = drawn.get((line.seat_id, line.payee))
        if now is not None and now.qualifies:
            _write(line, now)
            line.cut_fen, line.cut_reason, line.cut_answer = 0, "", None
            line.cut_clause, line.cut_contest, line.cut_final = "", "", False
            line.clause = ""
            audit.take(line, LINE_FLOW, LineStep.REOPEN, by=by, facts={"asked_fen": line.asked_fen})
        else:
            line.reason = now.reason if now is not None else line.reason
            audit.take(line, LINE_FLOW, LineStep.WITHDRAW, by=by, note=line.reason)
            taken_out.append(line)
    return taken_out
