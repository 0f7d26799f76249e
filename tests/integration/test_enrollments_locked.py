from datetime import timedelta

import pytest
from sqlalchemy import select

from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import variations_of
from app.classes.rules import VariationKind, VariationStatus
from app.enrollments import queries, service
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.enrollments.signals import hours_asked
from app.enrollments.tasks import tend_waiting_lists
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from app.people.models import COUNTING, Person, SubsidyUse
from tests.making.classes import approve_class, begin_class, clerk_of, make_class, make_person, officer
from tests.making.enrollments import enroll, enroll_people, laborer

pytestmark = pytest.mark.usefixtures("session")


def uses(person: Person) -> int:
    query = select(SubsidyUse).where(SubsidyUse.person_id == person.id, SubsidyUse.status.in_(COUNTING))
    return len(list(db.session.scalars(query)))


def locked(seats: int = 3, waiting: int = 2) -> tuple[TrainingClass, list[Enrollment]]:
    row = make_class(capacity=seats)
    made = enroll_people(row, seats + waiting)
    classes.propose_posts(row, by=clerk_of(row))
    classes.file(row, by=clerk_of(row))
    approve_class(row)
    db.session.commit()
    return row, made


def refills(row: TrainingClass) -> list[tuple[int, VariationStatus]]:
    return [
        (variation.after["person_id"], variation.status)
        for variation in reversed(variations_of(row.id))
        if variation.kind == VariationKind.REFILL
    ]


def decide(row: TrainingClass, *, approve: bool) -> None:
    asked = next(variation for variation in variations_of(row.id) if variation.status == VariationStatus.ASKED)
    with transaction():
        classes.decide_variation(asked, approve=approve, note="情况不符", by=officer())


def say_yes(one: Enrollment) -> None:
    with transaction():
        service.accept(one, by=laborer(one.person))


def test_leaving_a_locked_class_offers_the_place_and_a_yes_asks_the_bureau_which_seats_on_approval() -> None:
    row, made = locked()
    with transaction():
        service.withdraw(made[1], by=laborer(made[1].person), reason="找到工作了")
    db.session.expire_all()
    assert made[1].status == EnrollmentStatus.WITHDRAWN
    assert uses(made[1].person) == 0
    assert (made[3].status, made[3].offer_place) == (EnrollmentStatus.OFFERED, 2)
    assert uses(made[3].person) == 1
    assert refills(row) == []
    say_yes(made[3])
    assert refills(row) == [(made[3].person_id, VariationStatus.ASKED)]
    decide(row, approve=True)
    db.session.expire_all()
    assert made[3].status == EnrollmentStatus.ENROLLED
    assert uses(made[3].person) == 1
    assert made[3].seat is not None
    assert made[3].seat.place_no == 2


def test_a_refused_refill_goes_on_to_the_next_number() -> None:
    row, made = locked()
    with transaction():
        service.withdraw(made[0], by=SYSTEM, reason="")
    say_yes(made[3])
    decide(row, approve=False)
    assert refills(row) == [(made[3].person_id, VariationStatus.REFUSED)]
    assert [one.status for one in made[3:]] == [EnrollmentStatus.WAITING, EnrollmentStatus.OFFERED]
    assert [uses(one.person) for one in made[3:]] == [0, 1]
    assert made[3].waiting_no == 1


def test_after_the_refill_day_nobody_comes_in_and_the_list_is_closed() -> None:
    row, made = locked()
    assert row.refill_until_on is not None
    with clock.at(clock.moment_of(row.refill_until_on + timedelta(days=1), 9)):
        with transaction():
            service.withdraw(made[0], by=SYSTEM, reason="")
        assert refills(row) == []
        tend_waiting_lists()
    db.session.expire_all()
    assert [one.status for one in made[3:]] == [EnrollmentStatus.WITHDRAWN] * 2


def test_someone_who_signs_up_late_is_offered_a_dropped_place_at_once() -> None:
    row, made = locked(waiting=0)
    with transaction():
        service.withdraw(made[0], by=SYSTEM, reason="")
    late = enroll(row, make_person())
    assert (late.status, late.waiting_no, late.offer_place) == (EnrollmentStatus.OFFERED, 1, 1)
    say_yes(late)
    assert refills(row) == [(late.person_id, VariationStatus.ASKED)]


def test_leaving_in_mid_course_keeps_the_hours_and_gives_the_use_back() -> None:
    row, made = locked(waiting=0)
    begin_class(row)

    def eight(_seat: object) -> int:
        return 8

    hours_asked.connect(eight)
    try:
        with transaction():
            service.withdraw(made[0], by=SYSTEM, reason="住院")
    finally:
        hours_asked.disconnect(eight)
    db.session.expire_all()
    assert made[0].status == EnrollmentStatus.LEFT
    assert uses(made[0].person) == 0
    assert made[0].seat is not None
    assert made[0].seat.hours_kept == 8


@pytest.mark.parametrize("approved", [False, True])
def test_a_cancelled_class_lets_everybody_go(*, approved: bool) -> None:
    if approved:
        row, made = locked()
    else:
        row = make_class(capacity=3)
        made = enroll_people(row, 5)
    with transaction():
        classes.cancel(row, reason="师资不够", by=clerk_of(row))
    db.session.expire_all()
    assert {one.status for one in made} == {EnrollmentStatus.CANCELLED}
    assert [uses(one.person) for one in made] == [0] * 5
    assert db.session.get_one(TrainingClass, row.id).seats_taken == 0


def test_a_filed_class_keeps_a_dropped_seat_until_it_is_decided() -> None:
    row = make_class(capacity=2)
    made = enroll_people(row, 3)
    classes.propose_posts(row, by=clerk_of(row))
    classes.file(row, by=clerk_of(row))
    db.session.commit()
    with transaction():
        assert service.withdraw(made[0], by=SYSTEM) is None
    assert made[2].status == EnrollmentStatus.WAITING
    with transaction():
        classes.return_filing(row, note="少了一个人", by=officer())
    tend_waiting_lists()
    db.session.expire_all()
    assert made[2].status == EnrollmentStatus.OFFERED


def test_the_roster_is_judged_again_at_filing() -> None:
    row = make_class(capacity=2)
    made = enroll_people(row, 2)
    for held in made[0].person.groups:
        held.evidence = ""
    classes.propose_posts(row, by=clerk_of(row))
    db.session.commit()
    with pytest.raises(Refused, match="证明"):
        classes.file(row, by=clerk_of(row))


def test_only_people_on_the_list_may_refill() -> None:
    row, made = locked(waiting=0)
    with transaction():
        service.withdraw(made[0], by=SYSTEM, reason="")
        assert made[0].seat is not None
        classes.refill(row, make_person().id, made[0].seat.place_no, by=clerk_of(row))
    with pytest.raises(Refused, match="候补名单"):
        decide(row, approve=True)
    assert queries.waiting_in(row.id) == []
