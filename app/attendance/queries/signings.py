"""Read signings: what proves whom, what waits for the teacher, what the hours rest on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select

from app.attendance.models import Signing, SigningRefusal
from app.attendance.rules import Lesson, Measures, Moment, Proofs, Supported, hours_supported
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import pack_of_class, visible_to
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.papers.models import Upload

GRACE, MISSED = "attendance.grace_minutes", "attendance.missed_check_percent"
PLACE_ASKED, CHECK_SHARE = "attendance.place_asked", "attendance.check_percent"


def measures_of(class_: TrainingClass) -> Measures:
    """The policy's figures by which signings become hours; no grace where the policy is silent."""
    pack = pack_of_class(class_)
    return Measures(pack.count(GRACE) or 0, pack.count(MISSED))


def lesson_of(session: ClassSession) -> Lesson:
    """A half-day as the rule wants it."""
    return Lesson(session.starts_at, session.ends_at, session.hours)


def signings_of(session_id: int, seat_id: int | None = None) -> Sequence[Signing]:
    """Every signing of a half-day, or of one person in it, in order of time."""
    query = select(Signing).where(Signing.session_id == session_id)
    if seat_id is not None:
        query = query.where(Signing.seat_id == seat_id)
    return db.session.scalars(query.order_by(Signing.signed_at, Signing.id)).all()


def proofs_by_seat(rows: Iterable[Signing]) -> dict[int, Proofs]:
    """What a half-day's signings prove of each seat that has any that count."""
    moments: dict[int, dict[Moment, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if not row.waits:
            moments[row.seat_id][row.moment].append(row.signed_at)
    checks = [at for of_seat in moments.values() for at in of_seat.get(Moment.MID, ())]
    check_at = min(checks) if checks else None
    return {seat_id: _proofs(of_seat, check_at) for seat_id, of_seat in moments.items()}


def _proofs(moments: Mapping[Moment, Sequence[datetime]], check_at: datetime | None) -> Proofs:
    """Of several proofs of one moment the one that shows most counts."""
    came, seen, went = (moments.get(moment, ()) for moment in (Moment.IN, Moment.MID, Moment.OUT))
    return Proofs(min(came, default=None), min(seen, default=None), max(went, default=None), check_at)


def supported_by_seat(session: ClassSession, class_: TrainingClass) -> dict[int, Supported]:
    """What the signings of a half-day support, for each seat that has any; raises `Refused` for a blank figure."""
    lesson, measures = lesson_of(session), measures_of(class_)
    proofs = proofs_by_seat(signings_of(session.id))
    return {seat_id: hours_supported(lesson, proof, measures) for seat_id, proof in proofs.items()}


def unanswered() -> ColumnElement[bool]:
    """Signings that wait and that nobody has confirmed or refused."""
    answer = Signing.__table__.alias("answer")
    confirmed = exists().where(answer.c.confirms_id == Signing.id)
    refused = exists().where(SigningRefusal.signing_id == Signing.id)
    return Signing.waits & ~confirmed & ~refused


def waiting_of(session_id: int) -> Sequence[Signing]:
    """The signings of a half-day that wait for whoever keeps the roll, oldest first."""
    query = select(Signing).where(Signing.session_id == session_id, unanswered())
    return db.session.scalars(query.order_by(Signing.at, Signing.id)).all()


def waiting_counts(session_ids: Sequence[int]) -> dict[int, int]:
    """How many signings wait in each half-day."""
    query = select(Signing.session_id, func.count()).where(Signing.session_id.in_(session_ids), unanswered())
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Signing.session_id))}


def signed_moments(session_id: int) -> dict[int, dict[Moment, Signing]]:
    """By seat the signing that counts of each moment."""
    found: dict[int, dict[Moment, Signing]] = defaultdict(dict)
    for row in signings_of(session_id):
        if not row.waits:
            found[row.seat_id].setdefault(row.moment, row)
    return found


def signed_counts(session_ids: Sequence[int]) -> dict[int, int]:
    """How many people have signed in to each half-day."""
    query = select(Signing.session_id, func.count(Signing.seat_id.distinct())).where(
        Signing.session_id.in_(session_ids), ~Signing.waits
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Signing.session_id))}


def is_used(session_id: int) -> bool:
    """Whether anybody ever signed in a half-day: then it is not moved or dropped any more."""
    return db.session.scalar(select(exists().where(Signing.session_id == session_id))) is True


def refusals_of(signings: Iterable[Signing]) -> dict[int, SigningRefusal]:
    """The refusals of these signings, by signing."""
    ids = [row.id for row in signings if row.waits]
    query = select(SigningRefusal).where(SigningRefusal.signing_id.in_(ids))
    return {row.signing_id: row for row in db.session.scalars(query)} if ids else {}


def paper_of(by: Actor, signing_id: int) -> Upload:
    """The photographed sheet behind a signing of a class that the person may see; raises `NotFound`."""
    query = (
        select(Upload)
        .join(Signing, Signing.paper_id == Upload.id)
        .join(TrainingClass, TrainingClass.id == Signing.class_id)
        .where(Signing.id == signing_id, visible_to(by))
    )
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found
