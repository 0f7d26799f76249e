"""What happens in the life of a class, step by step: planned, filled, filed, taught, assessed, certified, taken up."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.assessments import service as assessments
from app.assessments.queries import lines_of
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.certificates import service as certificates
from app.certificates.models import CertificateBatch
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.queries.leaves import on_leave
from app.classes.rules import Half, Pattern
from app.demo.story.telling import Chapter, Tale
from app.enrollments import service as enrollments
from app.enrollments.models import Enrollment
from app.enrollments.rules import Consent
from app.kernel import clock
from app.people.models import Person
from app.placements import service as placements
from app.placements.queries import has_one_owner, placements_of
from app.placements.rules import ProofKind

Planned = Generator[datetime, None, TrainingClass]
LEAVE = Presence.LEAVE
LEAD = 6
"""Working days before its first day on which a class is filed; the policy asks for three."""
OFFICERS = {"school-pingjiang": "training-pingjiang"}
ASSESSORS = {
    "school": "assessor",
    "school-qiaoshou": "assessor-qiaoshou",
    "school-pingjiang": "assessor-pingjiang",
}
WITNESS = "村部张榜报名，村干部在场，本人按了手印。"


@dataclass(frozen=True, slots=True)
class Course:
    """How a course is run as a class: which school, where, by whom, aiming at what."""

    key: str
    course: str
    school: str
    site: str
    teacher: str
    starts: int
    """Working days after (or before) today."""
    capacity: int
    order: str = ""
    livelihood: str = ""
    name: str = ""
    term: str = ""
    halves: tuple[Half, ...] = (Half.MORNING, Half.AFTERNOON)

    @property
    def officer(self) -> str:
        """The login of the officer who decides on it."""
        return OFFICERS.get(self.school, "training")

    @property
    def assessor(self) -> str:
        """The login, and the key, of the assessor."""
        return ASSESSORS[self.school]


def planned(tale: Tale, run: Course, *, before: int = 16) -> Planned:
    """Plan the class so many working days before it starts, with its whole timetable."""
    yield tale.at(run.starts - before, 9, 30)
    by, start_on = tale.who(run.school), tale.workday(run.starts)
    facts = classes.NewClass(
        course_id=tale.courses[run.course].id,
        site_id=tale.sites[run.site].id,
        capacity=run.capacity,
        start_on=start_on,
        end_on=start_on,
        plan_id=tale.plans[run.key].id if run.key in tale.plans else None,
        order_id=tale.orders[run.order].id if run.order else None,
        direction_note=run.livelihood,
        term=run.term,
        assessor_id=tale.instructors[run.assessor].id if tale.courses[run.course].mode != "taster" else None,
        name=run.name,
    )
    row = classes.plan_class(facts, by=by)
    tale.classes[run.key] = row
    classes.generate(row, _pattern(tale, run, start_on), skip_holidays=True, by=by)
    return row


def _pattern(tale: Tale, run: Course, start_on: date) -> Pattern:
    course, teacher = tale.courses[run.course], tale.instructors[run.teacher]
    taster = course.mode == "taster"
    return Pattern(
        start_on=start_on,
        halves=run.halves,
        hours_a_half=4,
        theory_hours=0 if taster else course.theory_hours,
        practice_hours=0 if taster else course.practice_hours,
        theory_teacher_id=teacher.id,
        practice_teacher_id=teacher.id,
        theory_topic="理论课",
        practice_topic="插花体验" if taster else "实操",
        hours_a_day=7,
        minutes=30 if taster else 0,
    )


def opened(tale: Tale, run: Course, *, before: int = 16) -> Planned:
    """Plan the class and open it for sign-up."""
    row = yield from planned(tale, run, before=before)
    yield tale.at(run.starts - before, 15)
    classes.open_sign_up(row, by=tale.who(run.school))
    return row


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes into a class: so many of a township, those named before them."""

    township: str
    count: int
    first: tuple[Person, ...] = ()


def signed_up(tale: Tale, run: Course, crowd: Crowd, *, before: int = 12, on_phone: int = 3) -> Chapter:
    """People sign up over some days: the first few by themselves on a phone, the others by their officer."""
    row = tale.classes[run.key]
    for number, person in enumerate((*crowd.first, *(None,) * crowd.count)):
        yield tale.at(run.starts - before + number // 8, 9 + number % 8, 5 * (number % 8))
        if person is not None:
            sign_up(tale, row, person, by_self=bool(person.phone))
        else:
            _whoever_may(tale, row, crowd.township, on_phone=number < on_phone)


def _whoever_may(tale: Tale, row: TrainingClass, township: str, *, on_phone: bool) -> Enrollment | None:
    """The next of the township whom the policy lets in: not trained for the same before, free at that time."""
    for person in tale.line(township):
        try:
            return sign_up(tale, row, person, by_self=on_phone and bool(person.phone))
        except enrollments.Ineligible:
            continue
    return None


def sign_up(tale: Tale, row: TrainingClass, person: Person, *, by_self: bool = False) -> Enrollment:
    """One person signs up, by themselves or by the officer of their township or county."""
    if by_self:
        return enrollments.enroll(row.id, person, by=tale.laborer(person), consent=Consent.OWN_CODE)
    by = tale.who(officer_of(person.region_code))
    return enrollments.enroll(row.id, person, by=by, consent=Consent.WITNESSED, consent_note=WITNESS)


def officer_of(village: str) -> str:
    """The login of who looks after a village."""
    if village.startswith("430681"):
        return "township" if village.startswith("430681107") else "training"
    return "township-pingjiang"


def filed(tale: Tale, run: Course) -> Chapter:
    """The school names posts and files the class with its roster."""
    row = tale.classes[run.key]
    yield tale.at(run.starts - LEAD, 10)
    classes.propose_posts(row, by=tale.who(run.school))
    classes.file(row, by=tale.who(run.school), note="名单和课程表都核对过。")


def approved(tale: Tale, run: Course) -> Chapter:
    """The training officer approves two days later: the four fixes are locked, money is reserved."""
    yield tale.at(run.starts - LEAD + 2, 11)
    row = tale.classes[run.key]
    classes.approve(row, by=tale.who(run.officer), note="四定齐全，同意开班。")
    yield tale.at(run.starts - LEAD + 2, 15)
    on = clock.local(tale.after(row.end_on, 1)).date()
    assessments.announce(row, 1, on=on, place="", by=tale.who(run.school))


def taught(tale: Tale, run: Course, *, often_absent: int = 0, stop_after: int = 1000) -> Chapter:
    """The class begins and the roll is called every half-day; the last `often_absent` people come too rarely."""
    row = tale.classes[run.key]
    yield clock.moment_of(row.start_on, 8)
    classes.begin(row, by=tale.who(run.school))
    released = row.refill_until_on
    for number, session in enumerate(sessions_of(row.id)[:stop_after]):
        yield session.ends_at + timedelta(minutes=5)
        if released is not None and clock.today() > released:
            released = None
            classes.release_empty_places(row, by=tale.who(run.officer))
        seats = list(active_seats(row.id))
        missing = {seat.id for seat in seats[len(seats) - often_absent :]} if often_absent else set()
        told = on_leave(row.id, session.on)
        presences = {seat.id: LEAVE if seat.id in told else _presence(tale, seat, missing, number) for seat in seats}
        attendance.mark(session, presences, by=tale.who(_caller(tale, run)), method=Method.ROLL_CALL)


def _caller(tale: Tale, run: Course) -> str:
    """The teacher where the one of the class has an account, else the school's clerk."""
    user = tale.instructors[run.teacher].user
    return user.login_name if user is not None else run.school


def _presence(tale: Tale, seat: Seat, missing: set[int], number: int) -> Presence:
    if seat.id in missing and number % 3:
        return Presence.ABSENT
    chance = tale.chance.random()
    return Presence.LEAVE if chance < 0.02 else Presence.LATE if chance < 0.06 else Presence.PRESENT  # noqa: PLR2004  # now and then


def ended(tale: Tale, run: Course) -> Chapter:
    """After the last lesson the school ends the class."""
    row = tale.classes[run.key]
    yield max(session.ends_at for session in sessions_of(row.id)) + timedelta(minutes=15)
    classes.end(row, by=tale.who(run.school))


def assessed(tale: Tale, run: Course, *, failing: int = 0, resit: bool = False) -> Chapter:
    """The assessor enters marks the next working day and confirms; the first `failing` people stay below.

    With `resit` the first of them sits again a week later and passes; the others give it up.
    """
    row, by = tale.classes[run.key], run.assessor
    yield tale.after(row.end_on, 1, 10)
    marks = {}
    for place, seat in enumerate(active_seats(row.id)):
        low = place < failing
        marks[seat.id] = {
            1: tale.chance.randint(45, 58) if low else tale.chance.randint(66, 96),
            2: tale.chance.randint(68, 97),
        }
    assessments.mark(row, marks, by=tale.who(by))
    yield tale.after(row.end_on, 1, 15)
    again = [line.seat.id for line in lines_of(row) if line.may_resit]
    for seat_id in again[1:] if resit else again:
        assessments.waive_resit(row, seat_id, reason="本人外出务工，不再补考，已签字。", by=tale.who(run.school))
    if resit and again:
        yield from _sat_again(tale, run, again[0])
    assessments.confirm(row, by=tale.who(by))


def _sat_again(tale: Tale, run: Course, seat_id: int) -> Chapter:
    """The resit: announced a week before, and passed."""
    row = tale.classes[run.key]
    yield tale.after(row.end_on, 2, 9)
    on = clock.local(tale.after(row.end_on, 8)).date()
    assessments.announce(row, 2, on=on, place="", by=tale.who(run.school))
    yield tale.after(row.end_on, 8, 10)
    assessments.mark(row, {seat_id: {1: 71}}, by=tale.who(run.assessor), sitting=2)


def certified(tale: Tale, run: Course) -> Generator[datetime, None, CertificateBatch]:
    """The school issues certificates for all who passed; the worker prints them."""
    row = tale.classes[run.key]
    yield tale.after(row.end_on, 2, 10)
    return certificates.issue(row, by=tale.who(run.school))


def taken_up(tale: Tale, run: Course, *, days: int = 4, not_yet: int = 0) -> Chapter:
    """Who can know confirms who took up what; the last `not_yet` are still open."""
    row = tale.classes[run.key]
    yield tale.after(row.end_on, days, 16)
    found = list(placements_of(row.id))
    for number, placement in enumerate(found[: len(found) - not_yet]):
        login = _confirmer(tale, placement.organization_id) or officer_of(placement.region_code)
        pay = None if placement.organization_id is None else 300_000 + 10_000 * (number % 7)
        proof = "现场看过，已经在做。" if placement.organization_id is None else "已签协议，车间和工地有考勤。"
        if has_one_owner(placement):
            near, seen = tale.who(officer_of(placement.region_code)), "在车间见到本人在做工，看了计件本"
            placements.record_proof(placement, ProofKind.OFFICER_VISIT, seen_on=clock.today(), note=seen, by=near)
        placements.confirm(placement, took_up_on=clock.today(), pay_fen=pay, proof=proof, by=tale.who(login))


def _confirmer(tale: Tale, organization_id: int | None) -> str:
    return next((key for key, row in tale.organizations.items() if row.id == organization_id), "")


def whole(
    tale: Tale, run: Course, crowd: Crowd, *, often_absent: int = 0, failing: int = 0, not_yet: int = 0
) -> Chapter:
    """From plan to posts taken up, as far as the calendar allows."""
    yield from opened(tale, run)
    yield from signed_up(tale, run, crowd)
    yield from filed(tale, run)
    yield from approved(tale, run)
    yield from taught(tale, run, often_absent=often_absent)
    yield from ended(tale, run)
    yield from assessed(tale, run, failing=failing)
    yield from certified(tale, run)
    yield from taken_up(tale, run, not_yet=not_yet)
