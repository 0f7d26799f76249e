"""Chapter eight: classes of these days: running, suspended, ended, just assessed; and the flower tasters."""

from datetime import timedelta

from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.certificates import service as certificates
from app.classes import service as classes
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import Half
from app.demo.story.cast import BISHI, CHANGLE, JIAYI
from app.demo.story.living import (
    Course,
    Crowd,
    approved,
    assessed,
    ended,
    filed,
    opened,
    signed_up,
    taught,
)
from app.demo.story.past_classes import EARTHWORK, GROVE, POND
from app.demo.story.telling import Chapter, Tale
from app.demo.story.watching import failed_visit
from app.enrollments import service as enrollments
from app.enrollments.queries import of_seat
from app.kernel import clock


def running_care(tale: Tale) -> Chapter:
    """Infant care, second class, in its second week; the trainee of the cast sits in it."""
    run = Course("care-2", "infant-care", "school-qiaoshou", "studio", "gan", -6, 12, order="care", term="秋季第二期")
    yield tale.at(run.starts - 16)
    people = Crowd(BISHI, 7, (tale.people["trainee"],))
    yield from _until_taught(tale, run, people)


def running_crayfish(tale: Tale) -> Chapter:
    """Rice and crayfish, second class: one left in mid-course and keeps the hours."""
    run = Course("crayfish-2", "rice-crayfish", "school", "pond", "qian", -5, 12, livelihood=POND, term="秋季第二期")
    yield tale.at(run.starts - 16)
    yield from _until_taught(tale, run, Crowd(CHANGLE, 8))


def leaving(tale: Tale) -> Chapter:
    """The one who leaves that class: found work in the city."""
    yield tale.at(-2, 18)
    seat = active_seats(tale.classes["crayfish-2"].id)[4]
    enrollments.withdraw(of_seat(seat.id), by=tale.laborer(seat.person), reason="城里来了活，家里让去。")


def suspended_project(tale: Tale) -> Chapter:
    """The bureau's project, second class: suspended by an inspection that failed."""
    run = Course(
        "project-2", "excavator-project", "school", "yard", "zuo", -9, 10, order="project", livelihood=EARTHWORK
    )
    yield tale.at(run.starts - 16)
    yield from _until_taught(tale, run, Crowd(BISHI, 8), stop_after=8)
    row = tale.classes[run.key]
    yield from failed_visit(tale, row, sessions_of(row.id)[8])


def ended_home(tale: Tale) -> Chapter:
    """Housekeeping, second class: over since yesterday or so, the assessor is next."""
    run = Course("home-2", "housekeeping", "school-qiaoshou", "studio", "mo", -13, 10, order="home")
    yield tale.at(run.starts - 16)
    yield from _until_taught(tale, run, Crowd(CHANGLE, 7))
    yield from ended(tale, run)


def assessed_forest(tale: Tale) -> Chapter:
    """Under-forest growing, second class: one sat again and passed; confirmed, not certified yet."""
    run = Course("forest-2", "under-forest", "school-pingjiang", "grove", "shan", -21, 10, livelihood=GROVE)
    yield tale.at(run.starts - 16)
    yield from _until_taught(tale, run, Crowd(JIAYI, 7), often_absent=1)
    yield from ended(tale, run)
    yield from assessed(tale, run, failing=1, resit=True)


def _until_taught(tale: Tale, run: Course, crowd: Crowd, *, often_absent: int = 0, stop_after: int = 1000) -> Chapter:
    yield from opened(tale, run)
    yield from signed_up(tale, run, crowd)
    yield from filed(tale, run)
    yield from approved(tale, run)
    yield from taught(tale, run, often_absent=often_absent, stop_after=stop_after)


def taster_done(tale: Tale) -> Chapter:
    """Half an hour of flowers in Meijiang: those who came have their note, nothing is claimed."""
    run = Course("flowers-1", "flowers", "school-qiaoshou", "meijiang-room", "hua", -8, 20, halves=(Half.AFTERNOON,))
    yield from opened(tale, run, before=6)
    yield from signed_up(tale, run, Crowd(BISHI, 10), before=5, on_phone=5)
    row = tale.classes[run.key]
    yield clock.moment_of(row.start_on, 13, 50)
    by = tale.who(run.school)
    classes.begin(row, by=by)
    session = sessions_of(row.id)[0]
    yield session.ends_at + timedelta(minutes=5)
    came = {
        seat.id: Presence.ABSENT if place % 6 == 5 else Presence.PRESENT
        for place, seat in enumerate(active_seats(row.id))
    }
    attendance.mark(session, came, by=by, method=Method.ROLL_CALL)
    yield clock.moment_of(row.start_on, 16)
    classes.end(row, by=by)
    certificates.note_of_attendance(row, by=by)


PRESENT = (running_care, running_crayfish, leaving, suspended_project, ended_home, assessed_forest, taster_done)
