"""A trainee signs with the code on the teacher's screen, or with the own code read by the teacher.

Nobody is refused for a phone that others use or for an old code: such a signing waits for whoever keeps the roll.
"""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import LargeBinary, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from app.attendance import queries
from app.attendance.models import Signing, SigningRefusal
from app.attendance.queries import PLACE_ASKED
from app.attendance.queries.planned import unplanned, ways_in
from app.attendance.rules import (
    Moment,
    Place,
    Way,
    Worry,
    distance_m,
    is_far,
    refuse_signing,
)
from app.attendance.rules.codes import Shown
from app.attendance.service.checks import refuse_undrawn
from app.attendance.service.writing import MOVED, NewSigning, held, refuse_others, write
from app.audit import service as audit
from app.classes.models import ClassSession, MakeupSeat, Seat, TrainingClass
from app.classes.models.teaching import EvidencePlan
from app.classes.queries import ACTIVE
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import Conflict, Refused
from app.kernel.marking import N_
from app.people.models import Person
from app.policies.models import PolicyPack
from app.policies.queries import Stamp, pack_for, pack_of
from app.policies.rules.pack import Pack
from app.schools.models import Site

UNKNOWN = N_("请先说明您是谁：填身份证后四位和签到码，或者用手机号登录。")
FARTHEST_M = 500
"""How far around counts as here where the site does not say."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What came with a press of the button: is the code fresh, the device's mark, the place, the form's key."""

    fresh: bool
    device: bytes | None
    place: Place | None
    client_key: uuid.UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of it: new or known already; `worries` where it waits."""

    new: bool
    worries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whose:
    """Who signs: by the seat, or by the person who is signed in."""

    seat_id: int = 0
    person_id: int = 0
    version: int = 0
    """Of the person's session, which ends when it changes."""


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half-day by its numbers."""

    id: int
    class_id: int


def sign(shown: Shown, whose: Whose, presented: Presented, *, by: Actor) -> Signed:
    """Sign a trainee in, or out, by the code on the teacher's screen; sent twice it is done once.

    Raises `Refused` outside the half-day, for a class that stands still, for somebody who is not in it, and where the
    person signs in elsewhere at the same time.
    """
    now = clock.now()
    found = standing(shown.session_id, whose, presented.device)
    refuse_signing(found.status, found.starts_at, found.ends_at, now)
    _refuse_unplanned(Way.ROTATING_CODE, found)
    worries, distance = _looked_at(found, presented)
    signing = NewSigning(
        found.seat_id,
        shown.moment,
        Way.ROTATING_CODE,
        now,
        worries,
        presented.device,
        presented.place,
        distance,
        client_key=presented.client_key,
    )
    room = HalfDay(shown.session_id, found.class_id)
    if write(room, [signing], by=by):
        return Signed(new=True, worries=worries)
    return _known(room, signing, by=by)


_USED = aliased(Signing, name="used")
_DEVICE = bindparam("device", type_=LargeBinary)
_STANDING = (
    select(
        TrainingClass.status,
        TrainingClass.id.label("class_id"),
        TrainingClass.region_code,
        ClassSession.starts_at,
        ClassSession.ends_at,
        Seat.id.label("seat_id"),
        Site.latitude,
        Site.longitude,
        Site.radius_m,
        PolicyPack.id.label("pack_id"),
        PolicyPack.key,
        PolicyPack.sha256,
        EvidencePlan.ways,
        EvidencePlan.place_asked,
        exists()
        .where(_USED.session_id == ClassSession.id, _USED.device == _DEVICE, _USED.seat_id != Seat.id)
        .label("device_used"),
    )
    .select_from(ClassSession)
    .join(TrainingClass, TrainingClass.id == ClassSession.class_id)
    .join(Site, Site.id == TrainingClass.site_id)
    .join(Seat, Seat.class_id == ClassSession.class_id)
    .outerjoin(PolicyPack, PolicyPack.id == TrainingClass.policy_pack_id)
    .outerjoin(EvidencePlan, EvidencePlan.class_id == TrainingClass.id)
    .where(ClassSession.id == bindparam("session"), Seat.status.in_(ACTIVE))
    .where(
        or_(
            ClassSession.makes_up_id.is_(None),
            exists().where(MakeupSeat.session_id == ClassSession.id, MakeupSeat.seat_id == Seat.id),
        )
    )
    .where(
        or_(
            Seat.id == bindparam("seat"),
            and_(
                Seat.person_id == bindparam("person"),
                exists().where(Person.id == bindparam("person"), Person.session_version == bindparam("version")),
            ),
        )
    )
    .with_for_update(read=True, of=TrainingClass)
)
"""All that a signing asks, in one statement, which also keeps the class from moving while it is written down."""


def standing(session_id: int, whose: Whose, device: bytes | None = None) -> Any:
    """The half-day and the seat of whoever signs; raises `Refused` for a half-day moved away and for strangers."""
    params = {"session": session_id, "seat": whose.seat_id, "person": whose.person_id, "device": device}
    params["version"] = whose.version
    row = db.session.execute(_STANDING, params).first()
    if row is not None:
        return row
    there = db.session.scalar(select(exists().where(ClassSession.id == session_id)))
    raise Refused(N_("您不在这个班的名单里，请找教师。") if there else MOVED)


def _refuse_unplanned(way: Way, found: Any) -> None:
    if way not in ways_in(found.ways or ()):
        raise Refused(unplanned(way))


def _looked_at(found: Any, presented: Presented) -> tuple[tuple[str, ...], int | None]:
    """What the teacher has to look at, and how far from the site the device was."""
    worries: list[str] = []
    if not presented.fresh:
        worries.append(Worry.OLD_CODE)
    if presented.device is None:
        worries.append(Worry.NO_DEVICE)
    elif found.device_used:
        worries.append(Worry.OTHER_DEVICE)
    distance = None
    if presented.place is None:
        if found.place_asked or _pack(found).yes(PLACE_ASKED):
            worries.append(Worry.NO_PLACE)
    elif found.latitude is not None:
        distance = distance_m(presented.place, float(found.latitude), float(found.longitude))
        if is_far(distance, presented.place.accuracy_m, found.radius_m or FARTHEST_M):
            worries.append(Worry.FAR)
    return tuple(str(worry) for worry in worries), distance


def _pack(found: Any) -> Pack:
    if found.pack_id is None:
        return pack_for(found.region_code, clock.today())
    return pack_of(Stamp(found.pack_id, found.key, found.sha256))


def _known(room: HalfDay, signing: NewSigning, *, by: Actor) -> Signed:
    """Why nothing was written: signed already, the device was used a moment ago, or signed in elsewhere."""
    mine = [row for row in queries.signings_of(room.id, signing.seat_id) if row.moment is signing.moment]
    standing_ones = [row for row in mine if not row.waits] or mine
    if standing_ones:
        row = standing_ones[0]
        return Signed(new=False, worries=tuple(row.worries))
    if signing.worries or not _device_taken(room, signing):
        raise Conflict(N_("您同一时间在另一个班签过到，不能同时在两个地方。"))
    late = replace(signing, worries=(str(Worry.OTHER_DEVICE),))
    write(room, [late], by=by)
    return Signed(new=True, worries=late.worries)


def _device_taken(room: HalfDay, signing: NewSigning) -> bool:
    """Whether somebody signed with the same device in the very same instant."""
    other = exists().where(Signing.session_id == room.id, Signing.device == signing.device)
    return signing.device is not None and db.session.scalar(select(other)) is True


def take_own_code(session: ClassSession, seat_id: int, moment: Moment, key: uuid.UUID, *, by: Actor) -> bool:
    """Whoever keeps the roll has read a trainee's own code; False where the trainee was taken down already."""
    class_ = held(session)
    refuse_others(class_, by)
    now = clock.now()
    refuse_signing(class_.status, session.starts_at, session.ends_at, now)
    if moment is Moment.MID:
        refuse_undrawn(session, class_, now)
    found = standing(session.id, Whose(seat_id=seat_id))
    _refuse_unplanned(Way.OWN_CODE, found)
    signing = NewSigning(found.seat_id, moment, Way.OWN_CODE, now, client_key=key)
    room = HalfDay(session.id, class_.id)
    return bool(write(room, [signing], by=by)) or _known(room, signing, by=by).new


def confirm(signing: Signing, *, by: Actor) -> None:
    """Whoever keeps the roll has looked: the person is here. The signing then counts from when it was made.

    Raises `Refused` for one that does not wait (any more), by the person themselves, and once the half-day's record
    is settled: then it takes a correction.
    """
    session = _answerable(signing, by)
    if signing.seat_id in queries.entries_of(session.id):
        raise Refused(N_("这个人这节课已经记了学时。要改，请用“更正”。"))
    new = NewSigning(
        signing.seat_id,
        signing.moment,
        signing.way,
        signing.signed_at,
        device=signing.device,
        note=signing.note,
        confirms_id=signing.id,
        confirmed_by=by.key,
    )
    if not write(session, [new], by=replace(by, key=signing.by_key)):
        raise Conflict(N_("这个人已经另外签过了，这一条不用再确认。"))
    facts = {"session_id": session.id, "seat_id": signing.seat_id, "worries": list(signing.worries)}
    audit.record(db.session.get_one(TrainingClass, session.class_id), "signing_confirmed", by=by, facts=facts)


def refuse(signing: Signing, *, reason: str, by: Actor) -> None:
    """Whoever keeps the roll has looked: the person is not here."""
    session = _answerable(signing, by)
    db.session.add(SigningRefusal(signing_id=signing.id, reason=reason.strip(), at=clock.now(), by_key=by.key))
    db.session.flush()
    facts = {"session_id": session.id, "seat_id": signing.seat_id, "worries": list(signing.worries)}
    audit.record(db.session.get_one(TrainingClass, session.class_id), "signing_refused", by=by, facts=facts)


def _answerable(signing: Signing, by: Actor) -> ClassSession:
    session = db.session.get(ClassSession, signing.session_id)
    if session is None:
        raise Refused(MOVED)
    class_ = held(session)
    refuse_others(class_, by)
    if signing.by_key in by.keys:
        raise Refused(N_("自己的签到不能自己确认。"))
    if signing.id not in {row.id for row in queries.waiting_of(session.id)}:
        raise Conflict(N_("这一条别人刚刚处理过了。"))
    return session
