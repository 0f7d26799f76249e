"""What is assessed, and when: the list of people is sent before (R24); a resit is announced alike, or given up."""

from collections.abc import Sequence
from datetime import date

from app.assessments import queries
from app.assessments.models import AssessmentItem, Listed, ResitWaiver, Sitting
from app.assessments.rules import NewItem, WaivedFor, checked, refuse_late_list, resits_allowed
from app.assessments.rules.resits import RESITS
from app.assessments.service.refusing import is_of_school, refuse_outsiders, refuse_taster
from app.audit import service as audit
from app.classes.models import Seat, TrainingClass
from app.classes.queries import pack_of_class
from app.classes.queries.teaching import assessment_plan_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.messages import service as messages
from app.messages.models import MessageKind
from app.policies import queries as policies

LONGEST_REASON = 200


def set_items(class_: TrainingClass, items: Sequence[NewItem], *, by: Actor) -> list[AssessmentItem]:
    """Write down what is assessed where no plan was filed, each item with its full marks; until marks are entered.

    Raises `Forbidden` for anyone but the school and the assessor, `Refused` once marks were entered, and where the
    plan was approved with the filing.
    """
    held = audit.hold(class_)
    refuse_outsiders(held, by)
    refuse_taster(held)
    if assessment_plan_of(held.id) is not None:
        raise Refused(N_("考核项目按开班批准的考核方案，不能另定。"))
    if queries.marks_of(held.id) or held.status not in queries.ANNOUNCED:
        raise Refused(N_("已经开始录成绩，考核项目不能再改。"))
    for row in db.session.query(AssessmentItem).filter_by(class_id=held.id):
        db.session.delete(row)
    db.session.flush()
    made = write_items(held.id, checked(items))
    audit.record(held, "assessment_items", by=by, facts={"items": len(made)})
    return made


def write_items(class_id: int, items: Sequence[NewItem]) -> list[AssessmentItem]:
    """Store items, numbered in order."""
    rows = [
        AssessmentItem(class_id=class_id, number=number, part=one.part, name=one.name, full_marks=one.full_marks)
        for number, one in enumerate(items, 1)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def announce(class_: TrainingClass, number: int, *, on: date, place: str, by: Actor) -> Sitting:
    """Send the list of who is assessed on a day, so many days before as the policy asks (R24); tells everybody on it.

    Number 1 is the assessment, 2 the resit for those who failed or were absent, on a later day. Announcing again
    moves the day and renews the list, until marks are entered. Raises `DomainError` on the day that is too near.
    """
    held = audit.hold(class_)
    if not is_of_school(held, by):
        raise Forbidden(N_("考核名单由开班的学校报送。"))
    refuse_taster(held)
    if closed := queries.list_closed(held, number):
        raise Refused(closed)
    if held.assessor_id is None:
        raise Refused(N_("这个班还没有考评员，先在班次里指定考评员再报考核名单。"))
    pack = pack_of_class(held)
    refuse_late_list(pack, on, clock.today())
    if number > 1:
        _refuse_resit(held, number, on)
    seats = queries.people_for(held, number)
    if not seats:
        raise Refused(N_("没有要考核的人。"))
    sitting, moved = _written(held, number, on, place.strip(), by)
    _list(sitting, seats)
    facts = {"sitting": number, "on": on.isoformat(), "people": len(seats)}
    audit.record(held, "assessment_moved" if moved else "assessment_listed", by=by, facts=facts)
    for seat in seats:
        tell_listed(held, sitting, seat)
    return sitting


def _refuse_resit(class_: TrainingClass, number: int, on: date) -> None:
    pack = pack_of_class(class_)
    allowed = resits_allowed(pack)
    if allowed is None:
        raise Refused(policies.text(pack.blank(RESITS)))
    if number - 1 > allowed:
        raise Refused(_("政策规定最多补考 %(n)s 次。", n=allowed))
    first = queries.sitting_of(class_.id, number - 1)
    if on <= first.on:
        raise DomainError(N_("补考要在第一次考核之后另择日期。"), "on")
    unmarked = [line.seat.person.name for line in queries.lines_of(class_) if not line.is_marked]
    if unmarked:
        raise Refused(_("第一次考核还有人没有成绩：%(names)s。", names="、".join(unmarked[:10])))


def _written(class_: TrainingClass, number: int, on: date, place: str, by: Actor) -> tuple[Sitting, bool]:
    known = [sitting for sitting in queries.sittings_of(class_.id) if sitting.number == number]
    sitting = known[0] if known else Sitting(class_id=class_.id, number=number)
    sitting.on, sitting.place = on, place or f"{class_.site.name}"
    sitting.listed_at, sitting.by_key = clock.now(), by.key
    db.session.add(sitting)
    db.session.flush()
    return sitting, bool(known)


def _list(sitting: Sitting, seats: Sequence[Seat]) -> None:
    wanted = {seat.id for seat in seats}
    for row in db.session.query(Listed).filter_by(class_id=sitting.class_id, sitting=sitting.number):
        if row.seat_id in wanted:
            wanted.remove(row.seat_id)
        else:
            db.session.delete(row)
    now = clock.now()
    db.session.add_all(
        Listed(class_id=sitting.class_id, sitting=sitting.number, seat_id=seat_id, at=now) for seat_id in wanted
    )
    db.session.flush()


def tell_listed(class_: TrainingClass, sitting: Sitting, seat: Seat) -> None:
    """Tell somebody on the list when and where they are assessed."""
    words = {"name": class_.name, "day": sitting.on.isoformat(), "place": sitting.place}
    text = (
        _("“%(name)s” %(day)s 在%(place)s补考，请带身份证按时到。不想补考的，请告诉学校。", **words)
        if sitting.is_resit
        else _("“%(name)s” %(day)s 在%(place)s考核，请带身份证按时到。", **words)
    )
    person = seat.person
    messages.tell(MessageKind.CLASS, recipient=f"person:{person.id}", phone=person.phone, text=text)


def waive_resit(class_: TrainingClass, seat_id: int, *, reason: str, by: Actor) -> ResitWaiver:
    """Record that somebody gives the resit up, in their words; the outcome may follow then.

    Raises `Refused` where there is no resit to give up, or marks of it are entered already.
    """
    held = audit.hold(class_)
    refuse_outsiders(held, by)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise DomainError(N_("请写明放弃补考的原因，最多 200 个字。"), "reason")
    line = next((one for one in queries.lines_of(held) if one.seat.id == seat_id), None)
    if line is None or not line.may_resit:
        raise Refused(N_("这个人现在没有补考机会可以放弃。"))
    row = waiver(held, seat_id, WaivedFor.GAVE_UP, reason.strip(), by)
    audit.record(held, "resit_waived", by=by, note=row.reason, facts={"seat_id": seat_id})
    return row


def waiver(class_: TrainingClass, seat_id: int, why: WaivedFor, reason: str, by: Actor) -> ResitWaiver:
    """Store why somebody is not assessed again; a list for a resit that they stand on lets go of them."""
    for listed in db.session.query(Listed).filter(Listed.seat_id == seat_id, Listed.sitting > 1):
        db.session.delete(listed)
    row = ResitWaiver(seat_id=seat_id, class_id=class_.id, waived_for=why, reason=reason, at=clock.now(), by_key=by.key)
    db.session.add(row)
    db.session.flush()
    return row
