"""Find recordings and doubts within what a person may see, pictures that look alike, and what is odd about one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, BIT

from app.attendance.models import AttendanceEntry
from app.attendance.queries import keeps_roll
from app.attendance.rules import Way
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import class_for, pack_of_class, visible_to
from app.classes.queries.teaching import evidence_plan_of
from app.classes.rules import ClassStatus
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.recordings.models import IncomingFile, Recording, RecordingDoubt
from app.recordings.rules import BITS, NEAR, DoubtStatus, Kind, Noted, Origin, Planned, Spot, Told, probes, remarks

TAKING = (ClassStatus.RUNNING, ClassStatus.SUSPENDED, ClassStatus.ENDED)
"""Until the results are confirmed."""
MOST_ALIKE = 20


def session_for(by: Actor, session_id: int) -> tuple[ClassSession, TrainingClass]:
    """A half-day with its class, within this person's reach; raises `NotFound`."""
    session = db.session.get(ClassSession, session_id)
    if session is None:
        raise NotFound
    return session, class_for(by, session.class_id)


def origin_for(by: Actor, class_: TrainingClass) -> Origin | None:
    """As what this person takes pictures of a class's lessons; None for who may not."""
    if by.may(Can.RECORDING_MAKE) and keeps_roll(by, class_):
        return Origin.LESSON
    return Origin.INSPECTION if by.may(Can.INSPECTION_RUN) and bool(by.area) else None


def is_officer(by: Actor) -> bool:
    """Whether this person answers for an area: sees where a picture was taken, and may have the original."""
    return bool(by.area) and by.may(Can.RECORDING_READ)


def incoming_for(by: Actor, incoming_id: int) -> IncomingFile:
    """A file this person is sending; anybody else's is not found."""
    row = db.session.get(IncomingFile, incoming_id)
    if row is None or row.created_by not in by.keys:
        raise NotFound
    return row


def recording_for(by: Actor, recording_id: int) -> Recording:
    """One recording of a class that this person may see; raises `NotFound`."""
    query = select(Recording).join(TrainingClass, TrainingClass.id == Recording.class_id)
    row = db.session.scalars(query.where(Recording.id == recording_id, visible_to(by))).first()
    if row is None:
        raise NotFound
    return row


def of_sessions(session_ids: Collection[int]) -> dict[int, list[Recording]]:
    """The recordings of half-days, in the order they came in."""
    query = select(Recording).where(Recording.session_id.in_(session_ids)).order_by(Recording.id)
    found: dict[int, list[Recording]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.session_id, []).append(row)
    return found


def of_session(session_id: int) -> list[Recording]:
    """The recordings of one half-day, in the order they came in."""
    return of_sessions([session_id]).get(session_id, [])


def photos_wanted(class_: TrainingClass) -> int:
    """How many photos a half-day needs: what the filing promised, and no fewer than policy wants (F03)."""
    plan = evidence_plan_of(class_.id)
    return max(plan.photos_a_session if plan else 0, pack_of_class(class_).count("evidence.photos_a_session") or 0)


def photos_missing(class_: TrainingClass) -> list[tuple[ClassSession, int]]:
    """Half-days that are over with fewer photos than they need, and how many are missing; none where learned online."""
    wanted = photos_wanted(class_) if class_.paid else 0
    if not wanted:
        return []
    photos = (
        select(func.count(Recording.id))
        .where(Recording.session_id == ClassSession.id, Recording.kind == Kind.PHOTO)
        .scalar_subquery()
    )
    elsewhere = select(AttendanceEntry.session_id).where(AttendanceEntry.method.in_((Way.ONLINE, Way.GROUP)))
    query = select(ClassSession, wanted - photos).where(
        ClassSession.class_id == class_.id,
        ClassSession.ends_at <= clock.now(),
        photos < wanted,
        ClassSession.id.not_in(elsewhere.where(AttendanceEntry.class_id == class_.id)),
    )
    return [(session, missing) for session, missing in db.session.execute(query.order_by(ClassSession.starts_at))]


@dataclass(frozen=True, slots=True)
class Alike:
    """A recording of another half-day that is too much like this one."""

    id: int
    class_id: int
    distance: int
    same: bool


def alike(session_id: int, sha256: str, print64: int | None) -> list[Alike]:
    """Recordings of other half-days, of all classes everywhere, that are the same file or nearly the same picture.

    Nearest first; purged ones count too, by what was kept of them.
    """
    away: ColumnElement[int] = literal(BITS)
    near: ColumnElement[bool] = Recording.sha256 == sha256
    if print64 is not None:
        turned = Recording.print64.bitwise_xor(print64)
        away = func.coalesce(func.bit_count(cast(turned, BIT(BITS))), BITS)
        banded = Recording.bands.overlap(cast(probes(print64), ARRAY(Integer)))
        near = or_(near, and_(banded, away <= NEAR))
    same = (Recording.sha256 == sha256).label("same")
    query = select(Recording.id, Recording.class_id, away.label("away"), same)
    query = query.where(near, Recording.session_id != session_id)
    rows = db.session.execute(query.order_by(same.desc(), "away", Recording.id).limit(MOST_ALIKE))
    return [Alike(row.id, row.class_id, 0 if row.same else int(row.away), bool(row.same)) for row in rows]


def _of_seen_classes(by: Actor) -> ColumnElement[bool]:
    seen = select(TrainingClass.id).where(visible_to(by))
    return or_(RecordingDoubt.first_class_id.in_(seen), RecordingDoubt.second_class_id.in_(seen))


def doubts_query(by: Actor, status: DoubtStatus | None = None) -> Select[RecordingDoubt]:
    """The doubts about classes this person may see, those to decide first, then the newest."""
    query = select(RecordingDoubt).where(_of_seen_classes(by))
    if status is not None:
        query = query.where(RecordingDoubt.status == status)
    return query.order_by(RecordingDoubt.status != DoubtStatus.OPEN, RecordingDoubt.id.desc())


def doubt_for(by: Actor, doubt_id: int) -> RecordingDoubt:
    """One doubt, if this person may see one of its classes; raises `NotFound`."""
    query = select(RecordingDoubt).where(RecordingDoubt.id == doubt_id, _of_seen_classes(by))
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound
    return row


def doubts_of(recording_ids: Collection[int]) -> dict[int, list[RecordingDoubt]]:
    """The doubts about recordings, whichever came first, by recording."""
    ids = set(recording_ids)
    either = or_(RecordingDoubt.first_id.in_(ids), RecordingDoubt.second_id.in_(ids))
    found: dict[int, list[RecordingDoubt]] = {}
    for doubt in db.session.scalars(select(RecordingDoubt).where(either).order_by(RecordingDoubt.id)):
        for number in ids & {doubt.first_id, doubt.second_id}:
            found.setdefault(number, []).append(doubt)
    return found


def standing_doubts(class_ids: Collection[int]) -> dict[int, int]:
    """How many doubts not cleared stand against each class."""
    counted: dict[int, int] = {}
    for column in (RecordingDoubt.first_class_id, RecordingDoubt.second_class_id):
        query = select(column, func.count()).where(column.in_(class_ids), RecordingDoubt.status != DoubtStatus.CLEARED)
        if column is RecordingDoubt.second_class_id:
            query = query.where(RecordingDoubt.first_class_id != RecordingDoubt.second_class_id)
        for class_id, count in db.session.execute(query.group_by(column)):
            counted[class_id] = counted.get(class_id, 0) + count
    return counted


def site_spot(class_: TrainingClass) -> Spot | None:
    """Where the class's site is, where its school has said."""
    latitude, longitude = getattr(class_.site, "latitude", None), getattr(class_.site, "longitude", None)
    return None if latitude is None or longitude is None else Spot(float(latitude), float(longitude))


def remarks_on(rows: Iterable[Recording], class_: TrainingClass) -> dict[int, list[Noted]]:
    """What is odd about recordings of one class: their time and place against the half-day and the site."""
    pack, spot = pack_of_class(class_), site_spot(class_)
    minutes = pack.count("recording.minutes_around")
    meters = getattr(class_.site, "radius_m", None) or pack.count("recording.meters_around")
    return {
        row.id: remarks(
            Told(row.taken_at, row.spot, row.edited, row.created_at),
            Planned(row.session.starts_at, row.session.ends_at, spot, minutes, meters),
        )
        for row in rows
    }


def counts(class_ids: Sequence[int]) -> dict[int, int]:
    """How many recordings each class has."""
    query = select(Recording.class_id, func.count()).where(Recording.class_id.in_(class_ids))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Recording.class_id))}
