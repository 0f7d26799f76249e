"""Say no, write down a no that was said aloud, decide who is right; nobody decides on their own sign-ups."""

from datetime import date

from app.audit import service as audit
from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class, places_of, training_class
from app.classes.rules import PlaceStatus, SeatStatus
from app.enrollments.denials import queries
from app.enrollments.denials.links import answers_at
from app.enrollments.denials.models import ASKED, DENIED, MARKED, AskedAloud, Denial
from app.enrollments.denials.rules import DENIAL_FLOW, GONE, DenialStatus, DenialStep, DenialWay
from app.enrollments.models import Enrollment
from app.enrollments.rules import ACTIVE, ENROLLMENT_FLOW, EnrollmentStep
from app.enrollments.service.claiming import class_words, give_back, lock_class
from app.enrollments.service.leaving import OVER, withdraw
from app.enrollments.signals import denial_decided, denial_opened
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.workdays import add_working_days
from app.messages import service as messages
from app.messages.models import MessageKind

LONGEST = 400


def deny(row: Enrollment, *, way: DenialWay, by: Actor, words: str = "") -> Denial:
    """Open the case of a person who says that they never agreed; said twice, it is the one that is open.

    The seat stays taken and nobody moves the sign-up until it is decided. Raises `Refused` where the sign-up is over
    by itself, `DomainError` on words that are too long.
    """
    if len(words.strip()) > LONGEST:
        raise DomainError(N_("最多写 400 个字。"), "words")
    lock_class(row.class_id)
    row = audit.hold(row)
    if row.status in GONE:
        raise Refused(N_("这次报名已经退掉了，不占您的名额和次数，不用再说。"))
    known = queries.open_denial(row.id)
    if known is not None:
        return known
    denial = Denial(
        status=DenialStatus.OPEN,
        enrollment_id=row.id,
        school_id=row.school_id,
        region_code=row.region_code,
        signed_up_by=row.made_by,
        way=way,
        words=words.strip(),
        recorded_by=by.key,
        opened_at=clock.now(),
        due_on=_due(row.training_class),
    )
    denial.enrollment = row
    audit.born(denial, by=by, facts={"enrollment_id": row.id, "way": way.value, "signed_up_by": row.made_by})
    audit.record(row, DENIED, by=by, facts={"denial_id": denial.id, "way": way.value})
    denial_opened.send(row, denial=denial, by=by)
    _tell(row, _("您说没有报%(what)s，已经记下，工作人员会核查，结果再告诉您。", what=class_words(row.training_class)))
    db.session.flush()
    return denial


def _due(class_: TrainingClass) -> date | None:
    pack = pack_of_class(class_)
    days = pack.count("notice.objection_workdays")
    return None if days is None else add_working_days(clock.today(), days, pack.workdays)


def deny_by_link(token: str) -> Denial:
    """One tap on the link: the person says no. Raises `NotFound`, or `Refused` for a link that is out of date."""
    link = queries.link(token)
    row = link.enrollment
    if link.expires_at < clock.now():
        raise Refused(N_("这个链接已经过期。还想说的话，请打人社部门电话，或者告诉村里。"))
    denial = deny(row, way=DenialWay.LINK, by=Actor(f"person:{row.person_id}", row.person.name))
    link.used_at = link.used_at or clock.now()
    return denial


def asked_aloud(row: Enrollment, *, agreed: bool, by: Actor, note: str = "") -> Denial | None:
    """Write down what a person answered who was asked face to face; a no opens the case, which is returned.

    Raises `Refused` where somebody asked before, or the sign-up is over.
    """
    row = audit.hold(row)
    if row.status not in ACTIVE:
        raise Refused(N_("这次报名已经结束，不用再问。"))
    if queries.asked_of(row.id) is not None:
        raise Refused(N_("已经当面问过本人了。"))
    if len(note.strip()) > 200:
        raise DomainError(N_("最多写 200 个字。"), "note")
    db.session.add(AskedAloud(enrollment_id=row.id, agreed=agreed, note=note.strip(), by_key=by.key, at=clock.now()))
    answer = _("本人说同意") if agreed else _("本人说没有同意")
    audit.record(row, ASKED, by=by, note=answer, facts={"agreed": agreed})
    db.session.flush()
    return None if agreed else deny(row, way=DenialWay.ASKED_ALOUD, by=by, words=note)


def record_denial(row: Enrollment, *, way: DenialWay, words: str, by: Actor) -> Denial:
    """Write down a denial that came in by the hotline or at an inspection."""
    if not by.may(Can.DENIAL_RECORD):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not words.strip():
        raise DomainError(N_("请写下本人是怎么说的。"), "words")
    return deny(row, way=way, by=by, words=words)


def decide(denial: Denial, *, uphold: bool, reason: str, by: Actor) -> None:
    """Decide a denial: found true, the sign-up is undone with seat, use and money; found wrong, it stands.

    Raises `Forbidden` for whoever signed the person up, also as a deputy or for one, `DomainError` without a reason.
    """
    if not by.may(Can.DENIAL_DECIDE):
        raise Forbidden(N_("这一步由别的岗位来办。"))
    if not 0 < len(reason.strip()) <= LONGEST:
        raise DomainError(N_("请写明怎样查清的，最多 400 个字。"), "reason")
    lock_class(denial.enrollment.class_id)
    case = audit.hold(denial)
    if _signers(case).intersection(by.keys):
        raise Forbidden(N_("替人报名的人不能自己核查，要由另一个人来办。"))
    row = audit.hold(case.enrollment)
    facts = {"enrollment_id": row.id, "signed_up_by": case.signed_up_by}
    step = DenialStep.UPHOLD if uphold else DenialStep.REJECT
    audit.take(case, DENIAL_FLOW, step, by=by, note=reason.strip(), facts=facts)
    case.decided_by, case.decided_at, case.reason = by.key, clock.now(), reason.strip()
    db.session.flush()
    denial_decided.send(row, denial=case, by=by)
    if uphold:
        audit.record(row, MARKED, by=by, note=case.reason, facts={"denial_id": case.id, "officer": case.signed_up_by})
        _undo(row, case, by=by)
    what = class_words(row.training_class)
    if uphold:
        _tell(row, _("核查清楚了：%(what)s不是您的意思，报名已经作废，享受补贴的次数不受影响。", what=what))
    else:
        _tell(row, _("核查清楚了：您报的%(what)s仍然有效。原因：%(why)s", what=what, why=case.reason))


def _signers(case: Denial) -> set[str]:
    """Who signed the person up, and for whom, where it was done by a deputy."""
    born = [event for event in events_of(case.enrollment) if event.status_before is None and event.stands_for]
    return {case.signed_up_by, *(str(event.stands_for) for event in born if event.action == "created")}


def _undo(row: Enrollment, case: Denial, *, by: Actor) -> None:
    """Take the sign-up back: the ordinary way while the class can lose people, else by annulling it afterwards."""
    class_ = training_class(row.class_id)
    if row.status in ACTIVE and class_.status not in OVER:
        withdraw(row, by=by, reason=_("查实不是本人的意思"))
        return
    if row.status not in GONE:
        row.ended_at = row.ended_at or clock.now()
        facts = {"person_id": row.person_id, "denial_id": case.id}
        audit.take(row, ENROLLMENT_FLOW, EnrollmentStep.ANNUL, by=by, note=case.reason, facts=facts)
    give_back(row, by=by)
    seat = row.seat
    if seat is None or seat.status != SeatStatus.FIXED:
        return
    places = {place.number: place for place in places_of(class_.id)}
    place = places.get(seat.place_no)
    if place is not None and place.status == PlaceStatus.RESERVED:
        classes.release_place(class_.id, seat.place_no, by=by)


def _tell(row: Enrollment, text: str) -> None:
    phone = answers_at(row.person)
    messages.tell(MessageKind.ENROLLMENT, recipient=f"person:{row.person_id}", phone=phone, text=text)
