"""Filing 开班申报 by the school; approval or return by the training officer."""

from datetime import date

from sqlalchemy import func, select

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes import signals
from app.classes.models import ClassFix, Term, TrainingClass
from app.classes.queries import active_seats, mode_of_class, most_a_place_can_reach, pack_of_class
from app.classes.queries.filing import budget_choices, filer_of, need_of, stands_against
from app.classes.rules import CLASS_FLOW, SEAT_FLOW, ClassStatus, ClassStep, SeatStep
from app.classes.service.locking import write_version
from app.classes.service.places import reserve_places
from app.classes.service.planning import own
from app.classes.service.seats import hold
from app.classes.service.telling import tell_school
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.policies import queries as policies
from app.policies.rules.courses import refill_until
from app.schools.queries import is_listed

MOST_SAID = 3
TO_FILE = (ClassStatus.OPEN, ClassStatus.RETURNED)
CLASHES_LOCK = 4_000_025
"""The number of the advisory lock under which clashes are looked for."""


def file(class_: TrainingClass, *, by: Actor, note: str = "", seen: int | None = None) -> None:
    """File the class with its named roster; today's policy is fixed (R15). Raises `Refused` with what is still open."""
    row = hold(class_, seen=seen)
    own(row, by)
    if not row.paid:
        raise Refused(N_("技能体验不用申报开班，到时间直接开始就行。"))
    CLASS_FLOW.after(row.status, ClassStep.FILE)
    one_at_a_time()
    today = clock.today()
    still_open = stands_against(row, today)
    if still_open:
        said = "".join(still_open[:MOST_SAID])
        raise Refused(_("还有 %(n)s 处没有办好，不能申报：%(what)s", n=len(still_open), what=said))
    _filed(row, today, note, by)


def _filed(row: TrainingClass, today: date, note: str, by: Actor) -> None:
    row.filed_on = today
    row.policy_pack_id = policies.pack_row_for(row.region_code, today).id
    facts = {"seats": row.seats_taken, "policy_pack_id": row.policy_pack_id, "order_id": row.order_id}
    audit.take(row, CLASS_FLOW, ClassStep.FILE, by=by, note=note, facts=facts)
    db.session.flush()
    signals.class_filed.send(row, by=by)


def return_filing(class_: TrainingClass, *, note: str, by: Actor, seen: int | None = None) -> None:
    """Send the filing back with a reason; the school mends it and files again, on a new day."""
    row = hold(class_, seen=seen)
    refuse_partial(row, by)
    if not note.strip():
        raise DomainError(N_("请写明退回的原因，学校会看到。"), "note")
    give_back_filing(row, note=note, by=by)


def give_back_filing(row: TrainingClass, *, note: str, by: Actor) -> None:
    """Return a held, filed class to its school."""
    audit.take(row, CLASS_FLOW, ClassStep.RETURN, by=by, note=note.strip())
    row.filed_on = row.policy_pack_id = None
    db.session.flush()
    tell_school(row, _("“%(name)s”的开班申报被退回：%(why)s", name=row.name, why=note.strip()))


def approve(
    class_: TrainingClass, *, by: Actor, budget_id: int | None = None, note: str = "", seen: int | None = None
) -> ClassFix:
    """Approve the filing: lock the four fixes as version 1, and reserve for each named place the most it can reach.

    `budget_id` None takes the nearest budget. Raises `Forbidden` for whoever filed it or has a tie, `Refused` for what
    is open meanwhile and for too little budget, saying by how much.
    """
    row = hold(class_, seen=seen)
    refuse_partial(row, by)
    CLASS_FLOW.after(row.status, ClassStep.APPROVE)
    one_at_a_time()
    _still_right(row)
    seats = active_seats(row.id)
    need = need_of(row)
    row.budget_id = _budget(row, budget_id)
    reserve_places(row, [seat.place_no for seat in seats], need, row.budget_id, by=by)
    for seat in seats:
        audit.take(seat, SEAT_FLOW, SeatStep.FIX, by=by, facts={"class_id": row.id, "place_no": seat.place_no})
    db.session.flush()
    row.fix_version = row.locked_version = 1
    row.refill_until_on = refill_until(pack_of_class(row), row.start_on)
    facts = {"budget_id": row.budget_id, "places": need.places, "reserved_fen": need.total_fen}
    audit.take(row, CLASS_FLOW, ClassStep.APPROVE, by=by, note=note, facts=facts)
    fix = write_version(row, by=by)
    signals.class_approved.send(row, by=by)
    tell_school(row, _("“%(name)s”已批准开班，%(day)s 开始上课。", name=row.name, day=row.start_on.isoformat()))
    return fix


def one_at_a_time() -> None:
    """Filings and approvals wait for each other to the end of the transaction: each sees what the other took.

    What is approved holds its rooms, places, teachers and machines by a constraint of the database besides.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(CLASHES_LOCK)))


def refuse_partial(row: TrainingClass, by: Actor) -> None:
    """Refuse an officer with a declared tie to school or orderer, and whoever filed the class."""
    refuse_interested(row.school_id, by=by)
    if row.order is not None:
        refuse_interested(row.order.organization_id, by=by)
    if filer_of(row) in by.keys or row.created_by in by.keys:
        raise Forbidden(N_("这个班是您申报的，要由别的同事审批。"))


def file_term(term: Term, *, by: Actor, note: str = "") -> list[TrainingClass]:
    """File all classes of a term that are not filed yet in one go: all of them, or none and the faults of each by name.

    Raises `Refused` with what is open, class by class, and where there is nothing to file.
    """
    if by.organization_id != term.school_id:
        raise Forbidden(N_("这一步由开班的学校来做。"))
    query = select(TrainingClass.id).where(TrainingClass.term_id == term.id, TrainingClass.paid)
    ids = db.session.scalars(query.where(TrainingClass.status.in_(TO_FILE)).order_by(TrainingClass.id)).all()
    rows = [hold(db.session.get_one(TrainingClass, class_id)) for class_id in ids]
    if not rows:
        raise Refused(N_("这一期没有可以申报的班。"))
    one_at_a_time()
    today = clock.today()
    faults = {row.name: stands_against(row, today) for row in rows}
    said = [
        _("“%(name)s”还有 %(n)s 处：%(what)s", name=name, n=len(found), what="".join(found[:MOST_SAID]))
        for name, found in faults.items()
        if found
    ]
    if said:
        raise Refused(_("这一期还不能一起申报。") + "".join(said))
    for row in rows:
        _filed(row, today, note, by)
    return rows


def _still_right(row: TrainingClass) -> None:
    """What may have changed since the filing."""
    if not is_listed(row.school_id):
        raise Refused(N_("学校现在不在培训机构目录内，不能批准。请退回。"))
    if row.filed_on is None:
        raise Refused(N_("这个班还没有申报。"))
    still_open = stands_against(row, row.filed_on)
    if still_open:
        said = "".join(still_open[:MOST_SAID])
        raise Refused(_("申报以后情况有变，还不能批准：%(what)s 请退回学校改正。", what=said))
    if mode_of_class(row).has_claim:
        reasons = most_a_place_can_reach(row).not_payable_reasons
        if reasons:
            raise Refused(policies.text(reasons[0]))


def _budget(row: TrainingClass, budget_id: int | None) -> int:
    choices = [standing.budget.id for standing in budget_choices(row)]
    if budget_id is not None and budget_id not in choices:
        raise DomainError(N_("请选管到这个地方、而且是开班当年的预算。"), "budget_id")
    if not choices:
        raise Refused(_("%(year)s 年还没有可用的培训补贴预算，请先由财务下达。", year=row.start_on.year))
    return budget_id or choices[0]
