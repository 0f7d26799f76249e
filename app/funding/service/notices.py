"""The public notice 公示: published masked, objected to, answered, closed; then the money is owed."""

from datetime import date
from typing import Any

from app.attendance.queries import doubted_seats
from app.audit import service as audit
from app.funding.models import Claim, ClaimLine, Notice, Objection
from app.funding.queries.claimed import evidence_of_claim
from app.funding.queries.claims import read_people
from app.funding.queries.drawing import HELD_BY_DENIAL, held_for_hours, is_denied
from app.funding.queries.evidence import evidence_of
from app.funding.queries.notices import due_notices
from app.funding.rules import (
    CLAIM_FLOW,
    LINE_FLOW,
    MONEY,
    OBJECTION_FLOW,
    ClaimStatus,
    ClaimStep,
    LineStatus,
    LineStep,
    ObjectionStatus,
    ObjectionStep,
    Payee,
)
from app.funding.service.duties import bar_interest
from app.funding.service.holding import allow, hold, lines_in
from app.funding.service.papers import print_notice
from app.funding.service.settling import approve_lines, let_go, seats_without_money
from app.funding.service.stopping import close_if_done, stop_revoked
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Can
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.sealing import mask_id_number, mask_name
from app.kernel.workdays import add_working_days
from app.people.models import Group
from app.policies import queries as policies
from app.policies.rules.pack import Pack

SHOWN_GROUPS = frozenset(
    {Group.RURAL_TRANSFER, Group.REGISTERED_UNEMPLOYED, Group.SCHOOL_LEAVER, Group.GRADUATE, Group.ELIGIBLE_EMPLOYEE}
)
"""Groups that may be named in public; disability and poverty may not (handbook section 10)."""
PUBLIC_ACTOR = Actor(key="public", name="公众")
"""Anyone, with a name or without."""


def publish_notice(claim: Claim, *, by: Actor) -> Notice:
    """Put the signed lines on public notice for the policy's working days; names and numbers masked, frozen."""
    row = hold(claim)
    allow(by, Can.NOTICE_PUBLISH)
    bar_interest(row, by=by)
    CLAIM_FLOW.after(row.status, ClaimStep.PUBLISH)
    stop_revoked(row, by=by)
    pack, open_lines = policies.pack_by_id(row.policy_pack_id), lines_in(row, LineStatus.OPEN)
    read_people(open_lines, anew=True)
    today = clock.today()
    notice = Notice(
        claim_id=row.id,
        number=1,
        region_code=row.region_code,
        from_on=today,
        until_on=add_working_days(today, _days(pack, "notice.workdays"), pack.workdays),
        rows=[_shown(line) for line in open_lines],
        published_by=by.key,
        published_at=clock.now(),
    )
    notice.claim = row
    db.session.add(notice)
    db.session.flush()
    notice.paper_id = print_notice(notice, by=by).id
    facts = {"notice": notice.id, "until": notice.until_on.isoformat(), "lines": len(notice.rows)}
    audit.take(row, CLAIM_FLOW, ClaimStep.PUBLISH, by=by, facts=facts)
    hold_denied(row, by=by)
    row.review_due_on = notice.until_on
    db.session.flush()
    return notice


def hold_denied(claim: Claim, *, by: Actor) -> int:
    """Hold the lines on notice of people who deny their sign-up, or whose hours are in doubt; how many."""
    evidence = evidence_of_claim(claim)
    lines = lines_in(claim, LineStatus.OPEN)
    doubted = held_for_hours([line.seat_id for line in lines])
    held = 0
    for line in lines:
        found = evidence.get(line.seat_id)
        denied = found is not None and is_denied(found)
        if denied or line.seat_id in doubted:
            line.reason = HELD_BY_DENIAL if denied else doubted[line.seat_id]
            audit.take(line, LINE_FLOW, LineStep.HOLD, by=by, facts={"denial" if denied else "doubt": True})
            held += 1
    return held


def _days(pack: Pack, figure: str) -> int:
    days = pack.count(figure)
    if days is None:
        raise Refused(policies.text(pack.blank(figure)))
    return days


def _shown(line: ClaimLine) -> dict[str, Any]:
    """One row of the notice: masked only."""
    groups = line.quote.get("facts", {}).get("groups", [])
    known, claim = [label(Group(key)) for key in groups if key in SHOWN_GROUPS], line.claim
    return {
        "line_id": line.id,
        "name": mask_name(line.person.name),
        "identity": mask_id_number(line.person.id_number or ""),
        "group": "、".join(known) or _("符合条件的对象"),
        "item": _("培训补贴") if line.payee is Payee.SCHOOL or claim.person_id is not None else _("生活费补贴"),
        "payee": line.payee.value,
        "amount_fen": line.amount_fen,
    }


def object_to(notice: Notice, line_id: int, *, text: str, contact: str = "", by: Actor = PUBLIC_ACTOR) -> Objection:
    """Object to a line on notice, with a name or without; the trainee's lines are held until it is answered."""
    row = hold(notice.claim)
    today = clock.today()
    if row.status != ClaimStatus.ON_NOTICE or not notice.from_on <= today <= notice.until_on:
        raise Refused(N_("公示期已满，不能再提异议。可以直接向人社部门反映。"))
    line = next((one for one in row.lines if one.id == line_id), None)
    if line is None or all(shown["line_id"] != line_id for shown in notice.rows):
        raise NotFound
    if line.status not in (LineStatus.OPEN, LineStatus.HELD):
        raise Refused(N_("这一行已经有了结论，不再公示。"))
    if not text.strip():
        raise DomainError(N_("请写明异议的内容，例如哪里不属实。"), "text")
    pack = policies.pack_by_id(row.policy_pack_id)
    objection = Objection(
        status=ObjectionStatus.OPEN,
        notice_id=notice.id,
        line_id=line.id,
        region_code=row.region_code,
        text=text.strip(),
        contact=contact.strip() or None,
        due_on=add_working_days(today, _days(pack, "notice.objection_workdays"), pack.workdays),
        created_at=clock.now(),
    )
    audit.born(objection, by=by, facts={"line": line.id, "claim": row.number, "named": bool(contact.strip())})
    for one in _of_seat(row, line, LineStatus.OPEN):
        one.reason = _("公示期间有异议，核查中。")
        audit.take(one, LINE_FLOW, LineStep.HOLD, by=by, facts={"objection": objection.id})
    db.session.flush()
    return objection


def _of_seat(claim: Claim, line: ClaimLine, *statuses: LineStatus) -> list[ClaimLine]:
    """The lines of the same trainee: what speaks against the training speaks against each of them."""
    return [one for one in lines_in(claim, *statuses) if one.seat_id == line.seat_id]


def answer_objection(objection: Objection, *, uphold: bool, answer: str, by: Actor) -> None:
    """Answer an objection: upheld, the trainee's lines are not paid; dismissed, they go on.

    After the notice was closed, dismissed lines are approved at once and upheld ones give money and use back.
    """
    allow(by, Can.OBJECTION_ANSWER)
    claim = hold(objection.line.claim)
    bar_interest(claim, by=by)
    row = db.session.get_one(Objection, objection.id, populate_existing=True, with_for_update={"of": Objection})
    if not answer.strip():
        raise DomainError(N_("请写明核查的情况和结论。"), "answer")
    row.answer, row.answered_by, row.answered_at = answer.strip(), by.key, clock.now()
    step = ObjectionStep.UPHOLD if uphold else ObjectionStep.DISMISS
    audit.take(row, OBJECTION_FLOW, step, by=by, note=row.answer)
    db.session.flush()
    line = next(one for one in claim.lines if one.id == row.line_id)
    held = _of_seat(claim, line, LineStatus.HELD)
    if uphold:
        refuse_held(claim, held, row.answer, by=by, facts={"objection": row.id})
    elif not still_held(claim, line):
        go_on(claim, held, by=by)
    db.session.flush()


def still_held(claim: Claim, line: ClaimLine) -> bool:
    """Whether an objection against the trainee, or what they say against their own sign-up, waits for its answer."""
    seat = [one.id for one in claim.lines if one.seat_id == line.seat_id]
    query = db.select(Objection.id).where(Objection.line_id.in_(seat), Objection.status == ObjectionStatus.OPEN)
    if db.session.scalar(query.limit(1)) is not None:
        return True
    if doubted_seats([line.seat_id]):
        return True
    found = evidence_of(line.class_id).get(line.seat_id)
    return found is not None and is_denied(found)


def refuse_held(claim: Claim, held: list[ClaimLine], why: str, *, by: Actor, facts: dict[str, Any]) -> None:
    """Refuse lines after something was found against them; once money is owed, theirs and the use go back."""
    for one in held:
        one.reason = why[:400]
        audit.take(one, LINE_FLOW, LineStep.REJECT, by=by, note=one.reason, facts=facts)
    if claim.status not in MONEY:
        return
    gone = {one.seat_id for one in held} & seats_without_money(claim)
    released = let_go(claim, gone, by=by, note=why)
    audit.record(claim, "held line refused", by=by, facts={"released_fen": released})
    close_if_done(claim, by=by)


def go_on(claim: Claim, held: list[ClaimLine], *, by: Actor) -> None:
    """Let held lines go on; once money is owed, theirs is too."""
    for one in held:
        one.reason = ""
        audit.take(one, LINE_FLOW, LineStep.RELEASE_HOLD, by=by)
    db.session.flush()
    if claim.status in MONEY:
        approve_lines(claim, held, by=by)


def close_notice(notice: Notice, *, by: Actor) -> int:
    """Close a notice after its last day: lines without an open objection are approved and owed; fen owed.

    Held lines stay; places of trainees who are not paid are released and their uses given back.
    """
    claim = hold(notice.claim)
    db.session.refresh(notice)
    if claim.status != ClaimStatus.ON_NOTICE or notice.closed_at is not None:
        CLAIM_FLOW.after(claim.status, ClaimStep.APPROVE)
        raise Refused(N_("这份公示已经结束了。"))
    if clock.today() <= notice.until_on:
        raise Refused(_("公示到 %(day)s 为止，期满后才能结束。", day=notice.until_on.isoformat()))
    notice.closed_at = clock.now()
    stop_revoked(claim, by=by)
    owed = approve_lines(claim, lines_in(claim, LineStatus.OPEN), by=by)
    released = let_go(claim, seats_without_money(claim), by=by)
    held = lines_in(claim, LineStatus.HELD)
    facts = {"owed_fen": owed, "released_fen": released, "held": len(held)}
    step = ClaimStep.APPROVE if owed or held else ClaimStep.REJECT
    audit.take(claim, CLAIM_FLOW, step, by=by, facts=facts)
    claim.review_due_on = None
    db.session.flush()
    return owed


def close_due_notices(today: date | None = None) -> int:
    """Close every notice whose last day is over, each in a transaction of its own; how many."""
    due = due_notices(today or clock.today())
    for notice in due:
        with transaction():
            close_notice(notice, by=SYSTEM)
    return len(due)
