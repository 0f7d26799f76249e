"""Settle a half-day: work out each person's hours from the signings, and keep them as entries."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import exists, select

from app.attendance import queries
from app.attendance.models import AttendanceEntry, Signing
from app.attendance.rules import CORRECTABLE, Ground, Supported, Way, refuse_unfinished
from app.attendance.service.writing import entry, held, on_leave, refuse_others, ways_of
from app.audit import service as audit
from app.classes.models import ClassSession, TrainingClass
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.marking import N_

LATE_PROOF = N_("后来同步到的签到记录")


def settle(session: ClassSession, *, by: Actor) -> list[AttendanceEntry]:
    """Settle everyone who signed in a half-day that is over and has no entry yet.

    Those on leave are put down so; others without signings stay open. Raises `Refused` before the half-day is over,
    and where the policy leaves blank what a missed check costs.
    """
    class_ = held(session)
    if by is not SYSTEM:
        refuse_others(class_, by)
    refuse_unfinished(session.ends_at, clock.now())
    return settle_held(session, class_, by=by)


def settle_held(session: ClassSession, class_: TrainingClass, *, by: Actor) -> list[AttendanceEntry]:
    """The same for a class that is held already."""
    if class_.status not in CORRECTABLE:
        return []
    before = queries.entries_of(session.id)
    supported = queries.supported_by_seat(session, class_)
    measures, ways = queries.measures_of(class_), ways_of(session.id)
    most = queries.lacking(session)
    made = _away(session, {*before, *supported}, by=by) if before or supported else []
    made += [
        entry(session, seat_id, _within(found, most, seat_id), ways.get(seat_id, Way.ROLL_CALL), measures, by=by)
        for seat_id, found in supported.items()
        if seat_id not in before
    ]
    db.session.add_all(made)
    db.session.flush()
    if made:
        facts = {"session_id": session.id, "people": len(made), "hours": sum(one.hours for one in made)}
        audit.record(class_, "attendance_settled", by=by, facts=facts)
    return made


def _away(session: ClassSession, settled: Collection[int], *, by: Actor) -> list[AttendanceEntry]:
    """Once a roll was taken, or anybody signed: who is on leave and did not come is on leave, not absent."""
    leaves, signed = queries.leaves_of_session(session), {one.seat_id for one in queries.signings_of(session.id)}
    seats = [seat.id for seat in queries.seats_of_session(session)]
    away = [number for number in seats if number in leaves and number not in settled and number not in signed]
    return [on_leave(session, seat_id, leaves[seat_id], Way.ROLL_CALL, by=by) for seat_id in away]


def _within(found: Supported, most: dict[int, int] | None, seat_id: int) -> Supported:
    """A make-up session credits at most what was missed."""
    if most is None or found.hours <= most.get(seat_id, 0):
        return found
    left = most.get(seat_id, 0)
    ground = Ground(N_("补课最多补回缺的 %(n)s 学时。"), {"n": left})
    return replace(found, hours=left, grounds=(*found.grounds, ground))


def settle_again(session: ClassSession, class_: TrainingClass, seat_id: int, *, by: Actor) -> AttendanceEntry | None:
    """A proof that a device had recorded came in after the entry: the entry follows it, the old one stays to be seen.

    What two people corrected is left as it is. None where nothing changes.
    """
    old = queries.entries_of(session.id).get(seat_id)
    found = queries.supported_by_seat(session, class_).get(seat_id)
    if found is not None:
        found = _within(found, queries.lacking(session), seat_id)
    if old is None or old.correction_id is not None or found is None or _same(old, found):
        return None
    new = entry(session, seat_id, found, ways_of(session.id)[seat_id], queries.measures_of(class_), by=by)
    new.corrects_id, new.reason = old.id, LATE_PROOF
    db.session.add(new)
    db.session.flush()
    return new


def _same(old: AttendanceEntry, found: Supported) -> bool:
    return (old.presence, old.hours) == (found.presence, found.hours)


def unsettled(class_id: int | None = None) -> list[int]:
    """The half-days that are over and have signed people without an entry, of one class or of all in progress."""
    settled = exists().where(
        AttendanceEntry.session_id == Signing.session_id, AttendanceEntry.seat_id == Signing.seat_id
    )
    query = (
        select(ClassSession.id)
        .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(
            ClassSession.ends_at <= clock.now(),
            TrainingClass.status.in_(CORRECTABLE),
            exists().where(Signing.session_id == ClassSession.id, ~Signing.waits, ~settled),
        )
        .order_by(ClassSession.id)
    )
    if class_id is not None:
        query = query.where(ClassSession.class_id == class_id)
    return list(db.session.scalars(query))
