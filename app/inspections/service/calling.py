"""Call people by phone: who, is drawn; their numbers are shown to whoever calls, one at a time, and written down."""

import secrets
from dataclasses import dataclass
from math import ceil

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.classes.rules import LOCKED
from app.enrollments.denials.links import answers_at
from app.inspections import queries
from app.inspections.models import PhoneCall, PhoneCheck
from app.inspections.models.calls import CALLED, CHECK_DRAWN
from app.inspections.rules import CallResult, order
from app.inspections.service.visiting import said
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

PERCENT = "inspection.phone_percent"


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a call; the answers only where the person was reached."""

    result: CallResult
    in_class: bool | None = None
    agreed: bool | None = None
    days: int | None = None
    teacher: str = ""
    note: str = ""


def start_check(class_: TrainingClass, *, by: Actor) -> PhoneCheck:
    """Draw the order in which a class's people are called; as many as policy wants are due (R22).

    Raises `Refused` where the policy does not say how many.
    """
    if not by.may(Can.INSPECTION_RUN):
        raise Forbidden(N_("电话抽查由督查员来做。"))
    refuse_interested(class_.school_id, by=by)
    if class_.status not in LOCKED:
        raise Refused(N_("名单还没有批准，批准以后再抽查。"))
    percent = pack_of_class(class_).count(PERCENT)
    if percent is None:
        raise Refused(N_("政策里没有“每班至少电话抽查的比例”，定下来以后才能抽查。"))
    seats = [seat.id for seat in active_seats(class_.id)]
    if not seats:
        raise Refused(N_("名单是空的。"))
    seed = secrets.token_hex(32)
    row = PhoneCheck(
        class_id=class_.id,
        school_id=class_.school_id,
        region_code=class_.region_code,
        seed=seed,
        percent=percent,
        due=max(1, ceil(len(seats) * percent / 100)),
        seats=order(seed, seats),
        drawn_at=clock.now(),
        drawn_by=by.key,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, CHECK_DRAWN, by=by, facts={"class_id": class_.id, "seed": seed, "due": row.due})
    return row


def show_number(row: PhoneCheck, seat: Seat, *, by: Actor) -> str:
    """The number at which a drawn person answers, for the one who calls; that it was shown is written down."""
    if not by.may(Can.INSPECTION_RUN):
        raise Forbidden(N_("电话抽查由督查员来做。"))
    if seat.id not in queries.to_call(row):
        raise NotFound
    if seat.id in queries.calls_of(row.id):
        raise Refused(N_("这个人已经打过了。"))
    phone = answers_at(seat.person)
    if not phone:
        raise Refused(N_("没有登记电话，请记“号码不对”。"))
    audit.record(seat.person, "unmask", by=by, facts={"field": "phone", "phone_check": row.id})
    return phone


def record_call(row: PhoneCheck, seat: Seat, told: Said, *, by: Actor) -> PhoneCall:
    """Write down a call; a person who says that they never agreed has a denial opened in their name."""
    if not by.may(Can.INSPECTION_RUN):
        raise Forbidden(N_("电话抽查由督查员来做。"))
    db.session.get_one(PhoneCheck, row.id, with_for_update={"of": PhoneCheck})
    if seat.id not in queries.to_call(row):
        raise NotFound
    if seat.id in queries.calls_of(row.id):
        raise Conflict(N_("这个人刚刚有人打过了。"))
    reached = told.result is CallResult.REACHED
    if reached and (told.in_class is None or told.agreed is None):
        raise DomainError(N_("打通了就要问“在不在这个班上课”和“同不同意报名”。"), "in_class")
    call = PhoneCall(
        check_id=row.id,
        seat_id=seat.id,
        result=told.result,
        in_class=told.in_class if reached else None,
        agreed=told.agreed if reached else None,
        days=told.days if reached else None,
        teacher=told.teacher.strip() if reached else "",
        note=told.note.strip(),
        called_at=clock.now(),
        called_by=by.key,
    )
    db.session.add(call)
    db.session.flush()
    audit.record(row, CALLED, by=by, facts={"seat_id": seat.id, "result": str(told.result)})
    if reached:
        said(seat, agreed=bool(told.agreed), by=by, words=_("电话抽查时本人说没有同意报名"))
    return call
