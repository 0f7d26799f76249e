"""Turn watched time into presence, through the one door: signings that attendance settles into hours."""

from app.attendance import queries as attendance_queries
from app.attendance import service as attendance
from app.attendance.rules import Moment, Way, arrival_for
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import pack_of_class, training_class
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.tasks import tasks
from app.lessons import queries
from app.lessons.rules import hours_of
from app.policies import queries as policies

MINUTES_AN_HOUR = "course.minutes_an_hour"


def minutes_an_hour(class_: TrainingClass) -> int:
    """Minutes of a standard hour; raises `Refused` where the policy leaves them blank."""
    pack = pack_of_class(class_)
    minutes = pack.count(MINUTES_AN_HOUR)
    if minutes is None:
        raise Refused(policies.text(pack.blank(MINUTES_AN_HOUR)))
    return minutes


def credit(seat: Seat, session: ClassSession, *, by: Actor) -> int:
    """Credit what a seat's holder watched of a half-day once all its lessons are done; the hours, 0 for not yet."""
    lessons = queries.lessons_by_session(session.class_id).get(session.id, [])
    done = [queries.watching_of(seat.id, lesson.id) for lesson in lessons]
    if not all(row is not None and row.finished_at is not None for row in done):
        return 0
    return put_down(seat.id, session, by=by)


def put_down(seat_id: int, session: ClassSession, *, by: Actor) -> int:
    """Write the signings of the hours that were watched so far; settled when the half-day is over."""
    class_ = training_class(session.class_id)
    seconds = queries.reached_in(session.id).get(seat_id, 0)
    hours = hours_of(seconds, minutes_an_hour(class_), session.hours)
    if hours and attendance.write(session, _signings(seat_id, session, hours, seconds), by=by):
        tasks.defer("lessons.settle", at=max(clock.now(), session.ends_at), session_id=session.id)
        if clock.now() >= session.ends_at:
            settle(session.id)
    return hours


def _signings(seat_id: int, session: ClassSession, hours: int, seconds: int) -> list[attendance.NewSigning]:
    note = f"{seconds // 60} min"
    arrival = arrival_for(attendance_queries.lesson_of(session), hours)
    return [
        attendance.NewSigning(seat_id, moment, Way.ONLINE, at, together=True, note=note)
        for moment, at in ((Moment.IN, arrival), (Moment.OUT, session.ends_at))
    ]


@tasks.task("lessons.settle")
def settle(session_id: int) -> None:
    """Settle a half-day once it is over; a session that is gone needs nothing."""
    session = db.session.get(ClassSession, session_id)
    if session is not None and clock.now() >= session.ends_at:
        attendance.settle(session, by=SYSTEM)
