"""Group viewing 集中学: the keeper of a village room calls who is there at begin and end, with photos."""

from collections.abc import Collection
from typing import IO

from app.attendance import service as attendance
from app.attendance.rules import Moment, Way
from app.audit import service as audit
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, pack_of_class
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.lessons import queries
from app.lessons.models import GroupViewing, ViewingPerson, ViewingPhoto
from app.lessons.rules import Turn
from app.papers.service import IMAGES, MEGABYTE, keep_upload
from app.policies import queries as policies

PHOTOS = "online.group_photos"
MOST_PHOTO = 15 * MEGABYTE


def begin_viewing(class_: TrainingClass, session: ClassSession, *, place: str, by: Actor) -> GroupViewing:
    """Turn the screen on: from now on the keeper's roll-calls count for this half-day.

    Raises `Refused` outside the half-day, and for one that is not learned online.
    """
    held = audit.hold(class_)
    if held.status is not ClassStatus.RUNNING:
        raise Refused(N_("这个班现在不上课。"))
    if session.id not in queries.lessons_by_session(held.id):
        raise Refused(N_("这节课不是线上课，请在教室里点名。"))
    if not session.starts_at <= clock.now() < session.ends_at:
        raise Refused(N_("集中学要在课程表上的时间里进行。"))
    if any(one.session_id == session.id and one.ended_at is None for one in queries.viewings_of(held.id)):
        raise Refused(N_("这节课已经有人在放了。"))
    row = GroupViewing(
        class_id=held.id,
        session_id=session.id,
        place=place.strip() or held.site.name,
        keeper_key=by.key,
        keeper_name=by.name,
        begun_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(held, "viewing_begun", by=by, facts={"viewing_id": row.id, "session_id": session.id})
    return row


def see_people(viewing: GroupViewing, turn: Turn, seat_ids: Collection[int], *, by: Actor) -> int:
    """Call who is in the room now; how many were not called before. Raises `Forbidden` for anyone but the keeper."""
    _refuse_closed(viewing, by)
    session = db.session.get_one(ClassSession, viewing.session_id)
    attendance.held(session)
    known = queries.seen_at(viewing.id)
    if not set(seat_ids) <= {seat.id for seat in active_seats(viewing.class_id)}:
        raise Refused(N_("名单刚刚有变化：有人已经不在这个班里了。请看现在的名单。"))
    new = [seat_id for seat_id in seat_ids if seat_id not in known[turn]]
    now = clock.now()
    db.session.add_all(ViewingPerson(viewing_id=viewing.id, seat_id=one, turn=turn, at=now) for one in new)
    db.session.flush()
    moment = Moment.IN if turn is Turn.IN else Moment.OUT
    at = min(now, session.ends_at)
    signings = [attendance.NewSigning(one, moment, Way.GROUP, at, place_note=viewing.place[:80]) for one in new]
    attendance.write(session, signings, by=by)
    return len(new)


def add_photo(viewing: GroupViewing, stream: IO[bytes], filename: str, *, by: Actor) -> None:
    """Keep a photo of the room; raises `DomainError` on `photo` for what is no picture."""
    _refuse_closed(viewing, by)
    upload = keep_upload(stream, filename, IMAGES, MOST_PHOTO, by=by, kind="group-viewing", field="photo")
    if upload.id not in {one.id for one in queries.photos_of(viewing.id)}:
        db.session.add(ViewingPhoto(viewing_id=viewing.id, upload_id=upload.id, at=clock.now()))
        db.session.flush()


def end_viewing(viewing: GroupViewing, *, by: Actor) -> None:
    """Turn the screen off: both roll-calls taken and as many photos as the policy asks for, else `Refused`."""
    _refuse_closed(viewing, by)
    class_ = db.session.get_one(TrainingClass, viewing.class_id)
    pack = pack_of_class(class_)
    least, photos = pack.count(PHOTOS), len(queries.photos_of(viewing.id))
    if least is None:
        raise Refused(policies.text(pack.blank(PHOTOS)))
    if photos < least:
        raise DomainError(_("还要 %(n)s 张现场照片。", n=least - photos), "photo")
    if not all(queries.seen_at(viewing.id).values()):
        raise Refused(N_("开始和结束都要点名，才能结束。"))
    viewing.ended_at = clock.now()
    db.session.flush()
    session = db.session.get_one(ClassSession, viewing.session_id)
    if clock.now() >= session.ends_at:
        attendance.settle(session, by=SYSTEM)
    audit.record(class_, "viewing_ended", by=by, facts={"viewing_id": viewing.id, "photos": photos})


def _refuse_closed(viewing: GroupViewing, by: Actor) -> None:
    if viewing.keeper_key not in by.keys:
        raise Refused(N_("由开始放映的人来点名和结束。"))
    if viewing.ended_at is not None:
        raise Refused(N_("这次集中学已经结束了。"))
