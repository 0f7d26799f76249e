"""The teacher's roll call: at the start, in the middle, at the end, or of the whole half-day at once after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.attendance import queries
from app.attendance.models import AttendanceEntry
from app.attendance.queries.planned import unplanned, ways_of
from app.attendance.rules import (
    CAME,
    Moment,
    Presence,
    Way,
    arrival_for,
    hours_of,
    refuse_marking,
    refuse_unfinished,
)
from app.attendance.service.checks import refuse_undrawn
from app.attendance.service.settling import settle_held
from app.attendance.service.writing import NewSigning, absent, held, on_leave, refuse_others, write
from app.audit import service as audit
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_


@dataclass(frozen=True, slots=True)
class How:
    """How the roll was taken: the way, the witness of thumbprints, the photographed sheet."""

    way: Way
    witness: str = ""
    paper_id: int | None = None


def mark(
    session: ClassSession,
    presences: Mapping[int, Presence],
    *,
    by: Actor,
    method: Way,
    hours: Mapping[int, int] | None = None,
    witness: str = "",
    paper_id: int | None = None,
) -> list[AttendanceEntry]:
    """Call the roll of a half-day that is over: arrival and departure together, by seat id; the hours follow.

    `hours` (standard hours) says how much somebody who came late was there. Whoever signed in by themselves keeps what
    they signed. Raises `Forbidden` for anyone but a teacher of the class or a clerk of its school, `Refused` where the
    session can't be marked now, and `Conflict` naming whom somebody else has marked meanwhile.
    """
    class_ = held(session)
    refuse_others(class_, by)
    refuse_marking(class_.status, session.starts_at, clock.now(), method)
    refuse_unfinished(session.ends_at, clock.now())
    _refuse_unplanned(class_, method)
    if not presences:
        raise DomainError(N_("还没有给任何人选出勤情况。"))
    how = _witnessed(How(method, witness.strip(), paper_id), by)
    seats = _refuse_marked(session, presences)
    told = hours or {}
    credited = {seat_id: hours_of(said, session.hours, told.get(seat_id)) for seat_id, said in presences.items()}
    came = [seat_id for seat_id, said in presences.items() if said in CAME]
    _refuse_signed(session, seats, [seat_id for seat_id in presences if seat_id not in came])
    write(session, [one for seat_id in came for one in _both(session, seat_id, credited[seat_id], how)], by=by)
    _refuse_elsewhere(session, seats, came)
    db.session.add_all(_stayed_away(session, presences, method, by))
    db.session.flush()
    settle_held(session, class_, by=by)
    entries = queries.entries_of(session.id)
    _refuse_taken(seats, [seat_id for seat_id in came if entries[seat_id].presence not in CAME])
    tally = {str(kind): sum(entries[seat_id].presence is kind for seat_id in presences) for kind in Presence}
    audit.record(class_, "attendance_marked", by=by, facts={"session_id": session.id, "method": str(method), **tally})
    return [entries[seat_id] for seat_id in presences]


def _refuse_unplanned(class_: TrainingClass, way: Way) -> None:
    """Only the ways of the filing; after the last lesson a photographed sheet is all that is left, whatever it says."""
    if class_.status is not ClassStatus.ENDED and way not in ways_of(class_.id):
        raise Refused(unplanned(way))


def _stayed_away(
    session: ClassSession, presences: Mapping[int, Presence], way: Way, by: Actor
) -> list[AttendanceEntry]:
    """Entries of those who did not come; who had asked for leave is on leave, whatever was ticked."""
    leaves = queries.leaves_of_session(session)
    return [
        on_leave(session, seat_id, leaves[seat_id], way, by=by)
        if seat_id in leaves
        else absent(session, seat_id, said, way, by=by)
        for seat_id, said in presences.items()
        if said not in CAME
    ]


def call(session: ClassSession, seat_ids: Iterable[int], moment: Moment, how: How, *, by: Actor) -> int:
    """Take down that these people are here now, at one moment of the half-day; how many were not taken down before.

    Two teachers may call the same people: the first counts. Raises as `mark` does, and `Conflict` where everybody
    was taken down already or signs in elsewhere at the same time.
    """
    class_ = held(session)
    refuse_others(class_, by)
    now = clock.now()
    refuse_marking(class_.status, session.starts_at, now, how.way)
    _refuse_unplanned(class_, how.way)
    if moment is Moment.MID:
        refuse_undrawn(session, class_, now)
    how = _witnessed(how, by)
    seats = {seat.id: seat for seat in queries.seats_of_session(session)}
    wanted = list(dict.fromkeys(seat_ids))
    _refuse_strangers(wanted, seats)
    if not wanted:
        raise DomainError(N_("还没有勾选任何人。"))
    at = min(now, session.ends_at) if moment is Moment.OUT else now
    made = write(session, [_one(seat_id, moment, how, at) for seat_id in wanted], by=by)
    _refuse_elsewhere(session, seats, wanted, moment)
    if not made:
        names = "、".join(seats[seat_id].person.name for seat_id in wanted)
        raise Conflict(_("别人刚刚点过名：%(names)s。下面是现在的记录。", names=names))
    return len(made)


def _one(seat_id: int, moment: Moment, how: How, at: datetime) -> NewSigning:
    return NewSigning(seat_id, moment, how.way, at, witness=how.witness, paper_id=how.paper_id)


def _both(session: ClassSession, seat_id: int, hours: int, how: How) -> list[NewSigning]:
    """Arrival and departure, taken down together afterwards."""
    arrival = arrival_for(queries.lesson_of(session), hours)
    return [
        NewSigning(seat_id, moment, how.way, at, together=True, witness=how.witness, paper_id=how.paper_id)
        for moment, at in ((Moment.IN, arrival), (Moment.OUT, session.ends_at))
    ]


def _witnessed(how: How, by: Actor) -> How:
    """A thumbprint needs a second person who saw it."""
    if how.way is not Way.WITNESSED:
        return How(how.way, "", how.paper_id)
    if not how.witness or how.witness == by.name:
        raise DomainError(N_("按手印要有另一个人见证，请写见证人的姓名。"), "witness")
    return how


def _refuse_strangers(wanted: Iterable[int], seats: Mapping[int, Seat]) -> None:
    if not set(wanted) <= set(seats):
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))


def _refuse_marked(session: ClassSession, presences: Mapping[int, Presence]) -> dict[int, Seat]:
    seats = {seat.id: seat for seat in queries.seats_of_session(session)}
    _refuse_strangers(presences, seats)
    before = queries.entries_of(session.id)
    _refuse_taken(seats, [seat_id for seat_id in presences if seat_id in before])
    return seats


def _refuse_taken(seats: Mapping[int, Seat], taken: list[int]) -> None:
    """Somebody else called the roll first; asked again at the end, for who was marked absent meanwhile."""
    if taken:
        names = "、".join(seats[seat_id].person.name for seat_id in taken)
        raise Conflict(_("别人刚刚点过名：%(names)s。下面是现在的记录，要改请用“更正”。", names=names))


def _refuse_signed(session: ClassSession, seats: Mapping[int, Seat], away: list[int]) -> None:
    """Nobody who signed in is marked as absent: that would take a correction."""
    signed = queries.signed_moments(session.id)
    names = [seats[seat_id].person.name for seat_id in away if signed.get(seat_id)]
    if names:
        raise Conflict(
            _("%(names)s已经签过到，不能记请假或缺勤。签到不实的，请记学时后用“更正”。", names="、".join(names))
        )


def _refuse_elsewhere(
    session: ClassSession, seats: Mapping[int, Seat], wanted: Iterable[int], moment: Moment = Moment.IN
) -> None:
    """Who could not be signed in is in another room at the same time; say who."""
    signed = queries.signed_moments(session.id)
    names = [seats[seat_id].person.name for seat_id in wanted if moment not in signed.get(seat_id, {})]
    if names:
        raise Conflict(_("%(names)s同一时间在另一个班签过到，不能同时在两个地方。", names="、".join(names)))
