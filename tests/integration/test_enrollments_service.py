from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.enrollments import queries, service
from app.enrollments.rules import Consent, EnrollmentStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from app.messages.models import Message
from app.people import service as people
from app.people.models import COUNTING, Person, SubsidyUse
from tests.makers import OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import make_class, make_course, make_person, make_school_set, occupation_id
from tests.making.enrollments import enroll, laborer

pytestmark = pytest.mark.usefixtures("session")


def uses(person: Person) -> list[SubsidyUse]:
    query = select(SubsidyUse).where(SubsidyUse.person_id == person.id, SubsidyUse.status.in_(COUNTING))
    return list(db.session.scalars(query))


def told(person: Person) -> list[str]:
    query = select(Message).where(Message.recipient == f"person:{person.id}").order_by(Message.id)
    return [str(message.text) for message in db.session.scalars(query)]


def test_signing_up_takes_a_seat_and_one_use_of_the_record_and_tells_the_person() -> None:
    row, person = make_class(capacity=2), make_person()
    made = enroll(row, person, laborer(person))
    assert made.status == EnrollmentStatus.ENROLLED
    assert made.seat is not None
    assert made.seat.place_no == 1
    assert [use.reference for use in uses(person)] == [f"enrollment:{made.id}"]
    assert "您已报上" in told(person)[-1]
    assert made.verdict["eligible"]
    assert made.verdict["pack"]
    assert db.session.get_one(TrainingClass, row.id).seats_taken == 1


def test_a_full_class_gives_numbers_in_order_and_takes_no_use() -> None:
    row, people_ = make_class(capacity=1), [make_person() for _ in range(3)]
    made = [enroll(row, person) for person in people_]
    assert [one.status for one in made] == ["enrolled", "waiting", "waiting"]
    assert [one.waiting_no for one in made] == [None, 1, 2]
    assert [len(uses(person)) for person in people_] == [1, 0, 0]
    assert "已排进候补" in told(people_[2])[-1]


def test_nobody_signs_up_twice_for_one_class() -> None:
    row, person = make_class(), make_person()
    enroll(row, person)
    with pytest.raises(Refused, match="已经报过"):
        enroll(row, person)


def test_two_classes_at_the_same_time_are_refused_with_the_reason() -> None:
    at = make_school_set()
    course = make_course(at, "farm_skills", occupation_id=occupation_id("5-01-02-01"), title="稻虾共作")
    other = make_course(at, "farm_skills", occupation_id=occupation_id("5-01-02-01"), title="稻田养殖", level=4)
    person = make_person()
    enroll(make_class(at, course), person)
    with pytest.raises(service.Ineligible, match="重叠"):
        enroll(make_class(at, other), person)


def test_somebody_in_no_group_is_refused_with_every_reason() -> None:
    row, person = make_class(), make_person()
    person.groups.clear()
    with pytest.raises(service.Ineligible) as refused:
        enroll(row, person)
    assert {reason.rule for reason in refused.value.verdict.reasons} == {"R03"}
    assert "补贴对象" in str(refused.value)


def test_a_taster_takes_no_use_and_asks_for_no_group() -> None:
    at = make_school_set()
    course = make_course(at, "taster", title="插花体验", theory_hours=0, practice_hours=1)
    person = make_person()
    person.groups.clear()
    made = enroll(make_class(at, course), person)
    assert made.status == EnrollmentStatus.ENROLLED
    assert uses(person) == []


def test_others_cannot_sign_a_person_up() -> None:
    row, person, stranger = make_class(), make_person(), make_person()
    with pytest.raises(NotFound):
        enroll(row, person, laborer(stranger))
    elsewhere = make_user(Role.VILLAGE_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    with pytest.raises(NotFound):
        enroll(row, person, elsewhere)
    near = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    assert enroll(row, person, near).made_by == near.key


@pytest.mark.parametrize("consent", [Consent.SIGNED_SLIP, Consent.WITNESSED])
def test_a_consent_needs_its_proof(consent: Consent) -> None:
    row, person = make_class(), make_person()
    with pytest.raises(DomainError) as refused:
        service.enroll(row.id, person, by=SYSTEM, consent=consent)
    assert refused.value.field in {"slip", "note"}


def test_withdrawing_offers_the_seat_to_the_next_one_and_gives_the_use_back() -> None:
    row, first, second, third = make_class(capacity=1), make_person(), make_person(), make_person()
    made = [enroll(row, person) for person in (first, second, third)]
    with transaction():
        promoted = service.withdraw(made[0], by=laborer(first), reason="家里有事")
    assert promoted is not None
    assert promoted.id == made[1].id
    db.session.expire_all()
    assert [one.status for one in made] == ["withdrawn", "offered", "waiting"]
    assert made[1].seat is not None
    assert made[1].seat.place_no == 1
    assert (uses(first), len(uses(second)), uses(third)) == ([], 1, [])
    assert "退还" in told(first)[-1]
    assert "轮到您了" in told(second)[-1]
    assert [event.action for event in events_of(made[1])] == ["created", "offer"]


def test_who_may_not_come_any_more_is_passed_over_once_and_keeps_the_number() -> None:
    row, first, second, third = make_class(capacity=1), make_person(), make_person(), make_person()
    made = [enroll(row, person) for person in (first, second, third)]
    second.groups.clear()
    db.session.flush()
    with transaction():
        assert service.withdraw(made[0], by=SYSTEM) is not None
    db.session.expire_all()
    assert [one.status for one in made] == ["withdrawn", "waiting", "offered"]
    assert made[1].waiting_no == 1
    assert service.offer_next(row.id, by=SYSTEM) is None
    assert [event.action for event in events_of(made[1])] == ["created", "passed over"]


def test_leaving_the_waiting_list_frees_no_seat() -> None:
    row, first, second = make_class(capacity=1), make_person(), make_person()
    enroll(row, first)
    waiting = enroll(row, second)
    with transaction():
        assert service.withdraw(waiting, by=laborer(second)) is None
    assert waiting.status == EnrollmentStatus.WITHDRAWN
    with pytest.raises(Refused):
        service.withdraw(waiting, by=laborer(second))


def test_who_waits_comes_before_a_newcomer_when_seats_are_added() -> None:
    row, first, second, third = make_class(capacity=1), make_person(), make_person(), make_person()
    enroll(row, first)
    waiting = enroll(row, second)
    row.capacity = 2
    db.session.flush()
    newcomer = enroll(row, third)
    db.session.expire_all()
    assert (waiting.status, newcomer.status) == (EnrollmentStatus.OFFERED, EnrollmentStatus.WAITING)


def test_someone_with_all_uses_taken_is_refused() -> None:
    person = make_person()
    for number, level in enumerate((5, 4, 3)):
        people.reserve_use(
            person.id,
            occupation_code=f"9-99-{number}",
            level=level,
            slots=3,
            year=2026,
            reference=f"import:{person.id}:{number}",
            by=SYSTEM,
        )
    with pytest.raises(service.Ineligible) as refused:
        enroll(make_class(), person)
    assert "R09" in {reason.rule for reason in refused.value.verdict.reasons}


def test_a_class_past_its_first_day_takes_nobody() -> None:
    row, person = make_class(), make_person()
    with clock.at(clock.moment_of(row.start_on + timedelta(days=1), 9)), pytest.raises(Refused, match="开班日期"):
        enroll(row, person)


def test_falling_short_gives_the_use_back_and_says_why() -> None:
    row, person = make_class(), make_person()
    made = enroll(row, person)
    assert made.seat_id is not None
    with transaction():
        service.fall_short(made.seat_id, by=SYSTEM, reason="实操没有达到 60 分。")
    assert made.status == EnrollmentStatus.NOT_REACHED
    assert uses(person) == []
    assert "60 分" in told(person)[-1]


def test_completing_keeps_the_use() -> None:
    row, person = make_class(), make_person()
    made = enroll(row, person)
    assert made.seat_id is not None
    with transaction():
        service.complete(made.seat_id, by=SYSTEM)
    assert made.status == EnrollmentStatus.COMPLETED
    assert len(uses(person)) == 1


def test_enrolling_several_is_all_or_none() -> None:
    row, good, bad = make_class(capacity=5), make_person(), make_person()
    bad.groups.clear()
    db.session.commit()
    with pytest.raises(service.Ineligible), transaction():
        service.enroll_all(row.id, [good, bad], by=SYSTEM, consent=Consent.OWN_CODE)
    assert queries.active_in(row.id) == []


def test_the_menu_class_is_not_touched_by_seats_alone() -> None:
    row, person = make_class(capacity=1), make_person()
    enroll(row, person)
    assert isinstance(classes.claim_seat(row.id, make_person().id, by=SYSTEM), int)
