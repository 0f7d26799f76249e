"""Real threads on real connections: last seats, both doors at once, one person at two doors."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier, Event
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select, text

from app.classes import service as classes
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries import variations_of
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.queries import reference
from app.enrollments.rules import Consent, EnrollmentStatus
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import by_one_statement, db, read_alone, transaction
from app.kernel.errors import DomainError
from app.people import service as people
from app.people.models import Person, SubsidyUse
from app.people.sessions import PersonSession
from tests.makers import VILLAGE, make_user
from tests.making.classes import (
    approve_class,
    clerk_of,
    enter,
    make_class,
    make_course,
    make_person,
    make_school_set,
    occupation_id,
    officer,
)
from tests.making.enrollments import laborer
from tests.racing import wait_until_somebody_waits
from tests.serving import serving


@pytest.fixture
def committed(raced: Flask) -> Iterator[Flask]:
    """Rows that are really there for other connections."""
    with raced.app_context():
        yield raced
        db.session.remove()


def at_once(app: Flask, works: list[Callable[[], object]]) -> list[str]:
    """Do all at the same moment, each in its own thread and connection; what each was told."""
    gate = Barrier(len(works))

    def one(work: Callable[[], object]) -> str:
        with app.app_context():
            try:
                gate.wait(20)
                with transaction():
                    work()
            except DomainError as refused:
                return str(refused)
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def join(class_id: int, person_id: int, by: Actor) -> Callable[[], Enrollment]:
    """Sign up by phone (own code) or by the village officer (a witness)."""
    own = by.person_id is not None
    consent = {"consent": Consent.OWN_CODE} if own else {"consent": Consent.WITNESSED, "consent_note": "村支书在场"}

    def work() -> Enrollment:
        person = db.session.get_one(Person, person_id)
        return service.enroll(class_id, person, by=by, **consent)

    return work


def standing(class_id: int) -> list[Enrollment]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Enrollment).where(Enrollment.class_id == class_id).order_by(Enrollment.id)))


def test_eighteen_people_by_two_doors_for_five_seats(committed: Flask) -> None:
    row = make_class(capacity=5)
    people = [make_person() for _number in range(18)]
    officer = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    db.session.commit()
    doors = [laborer(person) if number % 2 else officer for number, person in enumerate(people)]
    answers = at_once(committed, [join(row.id, person.id, door) for person, door in zip(people, doors, strict=True)])
    assert answers == ["done"] * 18
    made = standing(row.id)
    assert Counter(one.status for one in made) == {EnrollmentStatus.ENROLLED: 5, EnrollmentStatus.WAITING: 13}
    assert sorted(one.waiting_no for one in made if one.waiting_no) == list(range(1, 14))
    assert sorted(one.seat.place_no for one in made if one.seat) == [1, 2, 3, 4, 5]
    assert {one.person_id for one in made} == {person.id for person in people}
    assert db.session.get_one(TrainingClass, row.id).seats_taken == 5
    used = select(SubsidyUse).where(SubsidyUse.person_id.in_([person.id for person in people]))
    assert len(list(db.session.scalars(used))) == 5


def test_twelve_who_come_by_phone_to_a_full_class_are_numbered_by_one_statement_each(committed: Flask) -> None:
    row = make_class(capacity=1)
    enter(row)
    people = [make_person() for _number in range(12)]
    db.session.commit()
    gate = Barrier(12)

    def come(person: Person) -> int | None:
        with committed.app_context():
            me = db.session.get_one(Person, person.id)
            gate.wait(20)
            with by_one_statement():
                made = service.enroll_self(row.id, me, by=laborer(me), consent_note="")
                with committed.app_context():
                    assert db.session.get(Enrollment, made) is not None, "it is committed with the statement's end"
            return made

    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(come, people))
    waiting = [one for one in standing(row.id) if one.waiting_no]
    assert sorted(one.waiting_no or 0 for one in waiting) == list(range(1, 13))
    assert {one.id for one in waiting} == set(made)


def test_a_number_is_on_disk_before_it_is_told_and_keeps_no_lock_meanwhile(committed: Flask) -> None:
    row = make_class(capacity=1)
    enter(row)
    person = make_person()
    db.session.commit()
    with by_one_statement():
        service.enroll_self(row.id, person, by=laborer(person), consent_note="")
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on", "it was off for that statement alone"
        with committed.app_context():
            db.session.execute(text("SELECT 1 FROM classes WHERE id = :id FOR UPDATE NOWAIT"), {"id": row.id})
            numbered = db.session.scalar(text("SELECT pg_current_wal_insert_lsn()::text"))
    on_disk = text("SELECT CAST(:numbered AS pg_lsn) <= pg_current_wal_flush_lsn()")
    assert db.session.scalar(on_disk, {"numbered": numbered})


@pytest.mark.usefixtures("committed")
def test_where_a_seat_may_be_free_the_one_statement_leaves_it_to_the_lock() -> None:
    row, person = make_class(capacity=1), make_person()
    db.session.commit()
    with by_one_statement():
        assert service.enroll_self(row.id, person, by=laborer(person), consent_note="") is None
    assert standing(row.id) == []


def stands_alone() -> bool:
    """Whether each statement of this session is committed with its end."""
    driver: Any = db.session.connection().connection.driver_connection
    return bool(driver.autocommit)


@pytest.mark.usefixtures("committed")
def test_reading_alone_ends_where_a_transaction_begins() -> None:
    row = make_class(capacity=1)
    db.session.commit()
    name = row.name
    db.session.remove()
    read_alone()
    assert stands_alone()

    def renamed_for_a_moment() -> None:
        with transaction():
            assert not stands_alone()
            db.session.get_one(TrainingClass, row.id).name = "另一个名字"
            db.session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        renamed_for_a_moment()
    read_alone()
    assert db.session.get_one(TrainingClass, row.id).name == name


def test_one_person_eight_times_at_once_is_enrolled_once(committed: Flask) -> None:
    row, person = make_class(capacity=5), make_person()
    db.session.commit()
    answers = at_once(committed, [join(row.id, person.id, laborer(person)) for _number in range(8)])
    assert answers.count("done") == 1
    assert len(standing(row.id)) == 1


def test_one_person_into_two_overlapping_classes_gets_into_one(committed: Flask) -> None:
    at = make_school_set()
    farm = occupation_id("5-01-02-01")
    levels = [make_course(at, "farm_skills", occupation_id=farm, title=f"稻虾{level}", level=level) for level in (5, 4)]
    first, second = (make_class(at, course) for course in levels)
    person = make_person()
    db.session.commit()
    for _round in range(3):
        answers = at_once(committed, [join(row.id, person.id, laborer(person)) for row in (first, second) * 2])
        assert answers.count("done") <= 1
    assert len([*standing(first.id), *standing(second.id)]) == 1


def test_withdrawing_and_signing_up_at_once_loses_nobody(committed: Flask) -> None:
    row = make_class(capacity=4)
    people = [make_person() for _number in range(12)]
    db.session.commit()
    for person in people[:8]:
        with transaction():
            service.enroll(row.id, person, by=SYSTEM, consent=Consent.OWN_CODE)
    seated = [one.id for one in standing(row.id) if one.seat_id]

    def leave(enrollment_id: int) -> Callable[[], object]:
        return lambda: service.withdraw(db.session.get_one(Enrollment, enrollment_id), by=SYSTEM)

    leaving = [leave(enrollment_id) for enrollment_id in seated[:3]]
    coming = [join(row.id, person.id, laborer(person)) for person in people[8:]]
    assert at_once(committed, [*leaving, *coming]) == ["done"] * 7
    made = standing(row.id)
    enrolled = [one for one in made if one.status in {EnrollmentStatus.ENROLLED, EnrollmentStatus.OFFERED}]
    waiting = [one for one in made if one.status == EnrollmentStatus.WAITING]
    assert (len(enrolled), len(waiting)) == (4, 5)
    promoted = sorted(one.waiting_no for one in enrolled if one.waiting_no)
    assert promoted == [1, 2, 3]
    assert len({one.waiting_no for one in waiting}) == 5
    held = db.session.scalars(select(Seat).where(Seat.class_id == row.id, Seat.status == "held")).all()
    assert sorted(seat.place_no for seat in held) == [1, 2, 3, 4]
    assert {seat.id for seat in held} == {one.seat_id for one in enrolled}


def post(address: str, class_id: int, cookie: str, token: str) -> int:
    """Press the button on the confirm page; the status of the answer."""
    body = urlencode({"csrf_token": token, "agree": "y"})
    headers = {"Cookie": f"sidan={cookie}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = HTTPConnection(address.removeprefix("http://"), timeout=60)
    connection.request("POST", f"/classes/{class_id}/enroll", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def signed_in(app: Flask, person: Person) -> tuple[str, str]:
    """The cookie of a laborer with the confirm page open, and the form's token."""
    with app.test_request_context():
        g.pop("csrf_token", None)
        session.update({"_user_id": PersonSession(person).get_id(), "_fresh": True})
        token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own sessions
        return serializer.dumps(dict(session)), token


def test_sixty_people_for_five_seats_over_http_get_no_error_page(committed: Flask) -> None:
    with transaction():
        row = make_class(capacity=5)
        everybody = [make_person() for _number in range(60)]
    browsers = [signed_in(committed, person) for person in everybody]
    with serving(committed) as address, ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda browser: post(address, row.id, *browser), browsers))
    assert answers == [303] * 60
    made = standing(row.id)
    assert Counter(one.status for one in made) == {EnrollmentStatus.ENROLLED: 5, EnrollmentStatus.WAITING: 55}
    assert sorted(one.waiting_no for one in made if one.waiting_no) == list(range(1, 56))
    assert {one.person_id for one in made} == {person.id for person in everybody}


def test_a_refill_and_another_class_for_the_same_person_do_not_wait_for_each_other_for_ever(committed: Flask) -> None:
    """Approving a refill holds the person before the seat refers to them: else two doors would hold one row each."""
    with transaction():
        first, second = (make_class(capacity=2) for _school in range(2))
        made = [enter(first) for _number in range(3)]
        by = clerk_of(first)
        classes.propose_posts(first, by=by)
        classes.file(first, by=by)
        approve_class(first)
    with transaction():
        service.withdraw(made[0], by=SYSTEM)
    with transaction():
        service.accept(made[2], by=SYSTEM)
    person_id, variation_id = made[2].person_id, variations_of(first.id)[0].id
    with transaction():
        people.give_back_use(reference(made[2].id), by=SYSTEM)
    held, by = Event(), officer()
    db.session.rollback()

    def refill() -> None:
        held.wait(20)
        classes.decide_variation(db.session.get_one(Variation, variation_id), approve=True, by=by)

    def elsewhere() -> None:
        classes.hold(db.session.get_one(TrainingClass, second.id))
        people.hold_people([person_id])
        held.set()
        wait_until_somebody_waits()
        classes.claim_seat(second.id, person_id, by=SYSTEM)

    answers = at_once(committed, [refill, elsewhere])
    assert answers[1] == "done"
    assert "R14" in answers[0]
