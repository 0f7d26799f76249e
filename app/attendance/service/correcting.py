"""Corrections (更正): one person asks with a reason, another confirms; nothing is overwritten.

Whatever comes after the results is kept as a doubt (疑点) about the claim line, and changes no hours.
"""

from app.attendance import queries, signals
from app.attendance.models import AttendanceEntry, Correction
from app.attendance.queries import lesson_of
from app.attendance.rules import (
    CAME,
    CORRECTABLE,
    CORRECTION_FLOW,
    CorrectionStatus,
    CorrectionStep,
    Ground,
    Moment,
    Presence,
    Supported,
    Way,
    arrival_for,
    hours_of,
)
from app.attendance.service.writing import NewSigning, entry, held, refuse_others, write
from app.audit import service as audit
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.rules import VARIABLE
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_


def correct(
    entry: AttendanceEntry,
    presence: Presence,
    *,
    hours: int | None,
    reason: str,
    by: Actor,
    paper_id: int | None = None,
) -> Correction:
    """Ask that an entry be corrected; it counts once a second person confirms it.

    `hours` None means the session's. After the results are confirmed it is a doubt at once. Raises `Conflict` where
    the entry is not the present one any more or somebody asked already.
    """
    session = db.session.get_one(ClassSession, entry.session_id)
    class_ = held(session)
    refuse_others(class_, by)
    if not reason.strip():
        raise DomainError(N_("请写明更正的原因。"), "reason")
    now = queries.entries_of(session.id).get(entry.seat_id)
    if now is None or now.id != entry.id:
        raise Conflict(N_("这条记录刚刚被别人更正过，请看现在的记录。"))
    most = queries.most_hours(session, entry.seat_id)
    credited = hours_of(presence, min(session.hours, most) if hours is None else session.hours, hours)
    _refuse_too_much(credited, most, now)
    if (presence, credited) == (entry.presence, entry.hours):
        raise DomainError(N_("和原来的记录一样，不用更正。"), "presence")
    row = Correction(
        status=CorrectionStatus.ASKED,
        entry_id=entry.id,
        class_id=class_.id,
        school_id=class_.school_id,
        region_code=class_.region_code,
        presence=presence,
        hours=credited,
        reason=reason.strip(),
        paper_id=paper_id,
        asked_by=by.key,
        asked_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.born(row, by=by, facts={"session_id": session.id, "seat_id": entry.seat_id, "entry": entry.id})
    if _is_confirmed(class_, entry.seat_id):
        _doubt(row, by=by)
    return row


def _refuse_too_much(hours: int, most: int, now: AttendanceEntry) -> None:
    """A half-day and its make-up sessions together give no more than the half-day had."""
    if hours > max(most, now.hours):
        raise DomainError(_("连补课算在一起，这节课最多记 %(n)s 学时。", n=most), "hours")


def _is_confirmed(class_: TrainingClass, seat_id: int) -> bool:
    """Whether results rest on a seat's hours: of its class, or of the class to which the person was moved."""
    present = queries.later_seats(seat_id)[-1]
    if present != seat_id:
        here = db.session.get_one(Seat, present).class_id
        class_ = db.session.get_one(TrainingClass, here, with_for_update={"read": True, "of": TrainingClass})
    return class_.status not in CORRECTABLE | VARIABLE


def _doubt(row: Correction, *, by: Actor) -> None:
    """The results stand: whatever is said now is a doubt about the claim line."""
    audit.take(row, CORRECTION_FLOW, CorrectionStep.DOUBT, by=by)
    db.session.flush()
    signals.doubt_raised.send(row, seat_id=queries.later_seats(row.entry.seat_id)[-1], by=by)


def confirm_correction(row: Correction, *, by: Actor, note: str = "") -> AttendanceEntry | None:
    """The second person agrees: a new entry corrects the old one, with signings that say why.

    Nobody confirms their own. Where the results were confirmed meanwhile it becomes a doubt, and None comes back.
    """
    class_, session = _decidable(row, by)
    if _is_confirmed(class_, row.entry.seat_id):
        _doubt(row, by=by)
        return None
    old = queries.entries_of(session.id).get(row.entry.seat_id)
    if old is None or old.id != row.entry_id:
        raise Conflict(N_("这条记录刚刚被别人更正过，请看现在的记录。"))
    _refuse_too_much(row.hours, queries.most_hours(session, old.seat_id), old)
    _answered(row, CorrectionStep.CONFIRM, note, by)
    _prove(row, session, by=by)
    ground = Ground(N_("更正：%(why)s"), {"why": row.reason})
    settled = Supported(row.hours, row.presence, (ground,))
    way = old.method if row.presence not in CAME else Way.CORRECTION
    new = entry(session, old.seat_id, settled, way, queries.measures_of(class_), by=by)
    new.corrects_id, new.correction_id, new.reason = old.id, row.id, row.reason
    db.session.add(new)
    db.session.flush()
    facts = {"session_id": session.id, "seat_id": old.seat_id, "corrects": old.id, "entry": new.id}
    audit.record(class_, "attendance_corrected", by=by, note=row.reason, facts=facts)
    return new


def _prove(row: Correction, session: ClassSession, *, by: Actor) -> None:
    """What two people vouch for is a proof of its own: from so late that it supports the hours, to the end."""
    if row.presence not in CAME:
        return
    arrival = arrival_for(lesson_of(session), row.hours)
    moments = {Moment.IN: arrival, Moment.OUT: session.ends_at}
    check = queries.proofs_by_seat(queries.signings_of(session.id)).get(row.entry.seat_id)
    if check is not None and check.mid_at is None and check.check_at is not None and check.check_at > arrival:
        moments[Moment.MID] = check.check_at
    proofs = [
        NewSigning(
            row.entry.seat_id,
            moment,
            Way.CORRECTION,
            at,
            together=True,
            note=row.reason,
            paper_id=row.paper_id,
            correction_id=row.id,
            confirmed_by=by.key,
        )
        for moment, at in moments.items()
    ]
    write(session, proofs, by=Actor(key=row.asked_by, name=""))


def refuse_correction(row: Correction, *, by: Actor, note: str) -> None:
    """The second person does not agree; the entry stays as it is."""
    _decidable(row, by)
    if not note.strip():
        raise DomainError(N_("请写明不同意的原因。"), "note")
    _answered(row, CorrectionStep.REFUSE, note, by)


def settle_doubt(row: Correction, *, upheld: bool, by: Actor, note: str) -> None:
    """The bureau has looked into a doubt: true, or explained. Raises `Forbidden` for the school."""
    if not by.may(Can.ATTENDANCE_JUDGE):
        raise Forbidden(N_("疑点由培训管理员来核查。"))
    _refuse_own(row, by)
    if not note.strip():
        raise DomainError(N_("请写明核查的情况。"), "note")
    _answered(row, CorrectionStep.UPHOLD if upheld else CorrectionStep.CLEAR, note, by)
    seat_id = queries.later_seats(row.entry.seat_id)[-1]
    signals.doubt_settled.send(row, seat_id=seat_id, upheld=upheld, by=by)


def _decidable(row: Correction, by: Actor) -> tuple[TrainingClass, ClassSession]:
    """Another account of the school, or an officer of the area, and never who asked."""
    session = db.session.get_one(ClassSession, row.entry.session_id)
    class_ = held(session)
    if not by.may(Can.ATTENDANCE_JUDGE):
        refuse_others(class_, by)
    _refuse_own(row, by)
    return class_, session


def _refuse_own(row: Correction, by: Actor) -> None:
    if row.asked_by in by.keys:
        raise Refused(N_("更正是您自己提的，要由另一个人来确认。"))


def _answered(row: Correction, step: CorrectionStep, note: str, by: Actor) -> None:
    locked = db.session.get_one(Correction, row.id, with_for_update={"of": Correction}, populate_existing=True)
    CORRECTION_FLOW.after(locked.status, step)
    locked.decided_by, locked.decided_at, locked.note = by.key, clock.now(), note.strip()
    audit.take(locked, CORRECTION_FLOW, step, by=by, note=note.strip())
    db.session.flush()
