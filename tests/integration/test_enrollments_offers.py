"""A free place is offered to the waiting list; whoever is asked has until the end of the next working day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import User
from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import variations_of
from app.classes.rules import VariationStatus
from app.enrollments import queries, service
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus, goes_first, held_until
from app.enrollments.tasks import lapse_offers, tend_waiting_lists
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from app.messages.models import Message
from app.people import service as people
from app.people.models import COUNTING, Group, Person, SubsidyUse
from tests.makers import OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import approve_class, clerk_of, make_class, make_course, make_person, make_school_set, officer
from tests.making.enrollments import enroll, enroll_people, laborer

pytestmark = pytest.mark.usefixtures("session")
FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
AFTERNOON = clock.moment_of(FRIDAY, 15)
S = EnrollmentStatus
SignIn = Callable[[Any], FlaskClient]


def uses(person: Person) -> int:
    query = select(SubsidyUse).where(SubsidyUse.person_id == person.id, SubsidyUse.status.in_(COUNTING))
    return len(list(db.session.scalars(query)))


def told(person: Person) -> str:
    query = select(Message).where(Message.recipient == f"person:{person.id}").order_by(Message.id)
    return str(list(db.session.scalars(query))[-1].text)


def leave(one: Enrollment) -> Enrollment | None:
    with transaction():
        return service.withdraw(one, by=laborer(one.person))


def statuses(made: list[Enrollment]) -> list[EnrollmentStatus]:
    db.session.expire_all()
    return [one.status for one in made]


def queue(seats: int = 1, waiting: int = 2, **more: Any) -> tuple[TrainingClass, list[Enrollment]]:
    row = make_class(capacity=seats, **({"start_on": date(2026, 4, 13)} | more))
    return row, enroll_people(row, seats + waiting)


def locked(seats: int = 2, waiting: int = 2) -> tuple[TrainingClass, list[Enrollment]]:
    row, made = queue(seats, waiting)
    by = clerk_of(row)
    classes.propose_posts(row, by=by)
    classes.file(row, by=by)
    approve_class(row)
    db.session.commit()
    return row, made


def test_an_offer_holds_the_seat_and_the_use_until_the_end_of_the_next_working_day() -> None:
    with clock.at(AFTERNOON):
        row, made = queue()
        offered = leave(made[0])
        assert offered is made[1]
        assert statuses(made) == [S.WITHDRAWN, S.OFFERED, S.WAITING]
        assert made[1].offer_until == clock.moment_of(MONDAY + timedelta(days=1), 0)
        assert (uses(made[1].person), db.session.get_one(TrainingClass, row.id).seats_taken) == (1, 1)
        assert "2026-03-09 晚上 12 点" in told(made[1].person)
        late = enroll(row, make_person())
    assert (late.status, late.waiting_no) == (S.WAITING, 3)


def test_the_person_takes_the_place_and_has_it_for_good() -> None:
    with clock.at(AFTERNOON):
        _row, made = queue()
        leave(made[0])
    with clock.at(clock.moment_of(MONDAY, 23, 59)), transaction():
        service.accept(made[1], by=laborer(made[1].person))
    assert statuses(made) == [S.WITHDRAWN, S.ENROLLED, S.WAITING]
    assert (made[1].offer_until, uses(made[1].person)) == (None, 1)
    assert [event.action for event in events_of(made[1])] == ["created", "offer", "accept"]
    assert "您已报上" in told(made[1].person)


def test_giving_the_place_up_offers_it_to_the_next_at_once() -> None:
    with clock.at(AFTERNOON):
        _row, made = queue()
        leave(made[0])
        with transaction():
            following = service.decline(made[1], by=laborer(made[1].person), note="去外地了")
    assert following is made[2]
    assert statuses(made) == [S.WITHDRAWN, S.WITHDRAWN, S.OFFERED]
    assert [uses(one.person) for one in made] == [0, 0, 1]
    assert [event.action for event in events_of(made[1])] == ["created", "offer", "decline"]


def test_withdrawing_is_a_no_to_the_offer() -> None:
    with clock.at(AFTERNOON):
        _row, made = queue()
        leave(made[0])
        assert leave(made[1]) is made[2]
    assert statuses(made) == [S.WITHDRAWN, S.WITHDRAWN, S.OFFERED]


def test_an_offer_nobody_answered_lapses_after_midnight_and_not_before() -> None:
    with clock.at(AFTERNOON):
        _row, made = queue()
        leave(made[0])
    with clock.at(clock.moment_of(MONDAY, 23, 59)):
        lapse_offers()
    assert statuses(made) == [S.WITHDRAWN, S.OFFERED, S.WAITING]
    with clock.at(clock.moment_of(MONDAY + timedelta(days=1), 0)):
        with pytest.raises(Refused, match="时间已经过了"), transaction():
            service.accept(made[1], by=laborer(made[1].person))
        lapse_offers()
        lapse_offers()
    assert statuses(made) == [S.WITHDRAWN, S.LAPSED, S.OFFERED]
    assert [uses(one.person) for one in made] == [0, 0, 1]
    assert made[2].offer_until == clock.moment_of(MONDAY + timedelta(days=3), 0)
    assert "没有答复" in told(made[1].person)
    assert [event.actor_key for event in events_of(made[1])][-1] == SYSTEM.key


def test_somebody_whose_offer_lapsed_may_sign_up_again_at_the_end() -> None:
    with clock.at(AFTERNOON):
        row, made = queue()
        leave(made[0])
    with clock.at(clock.moment_of(MONDAY + timedelta(days=1), 8)):
        lapse_offers()
        again = enroll(row, made[1].person)
    assert (again.status, again.waiting_no) == (S.WAITING, 3)


def test_near_the_first_lesson_the_time_is_shortened_and_the_reason_told() -> None:
    with clock.at(AFTERNOON):
        at = make_school_set()
        course = make_course(at, "taster", title="插花体验", theory_hours=0, practice_hours=1)
        row = make_class(at, course, capacity=1, start_on=MONDAY)
        made = enroll_people(row, 2)
        leave(made[0])
        first = row.sessions[0].starts_at
        assert made[1].offer_until == first
        assert "只能留这么久" in told(made[1].person)
    with clock.at(first - timedelta(minutes=1)), transaction():
        service.accept(made[1], by=laborer(made[1].person))
    assert statuses(made)[1] == S.ENROLLED


def test_after_the_first_lesson_nobody_is_asked_any_more() -> None:
    with clock.at(AFTERNOON):
        row, made = queue(start_on=MONDAY)
    with clock.at(clock.moment_of(MONDAY, 20)), transaction():
        assert service.withdraw(made[0], by=laborer(made[0].person)) is None
    assert statuses(made) == [S.WITHDRAWN, S.WAITING, S.WAITING]
    assert row.seats_left == 1


def test_priority_groups_are_asked_first_and_the_public_number_stays() -> None:
    with clock.at(AFTERNOON):
        row, made = queue(waiting=1)
        person = make_person()
        first = people.NewGroup(Group.LIFTED_OUT_OF_POVERTY, "帮扶手册", valid_from=date(2025, 1, 1))
        people.add_group(person, first, by=SYSTEM)
        first_again = enroll(row, person)
        assert (first_again.priority, first_again.waiting_no) == (True, 2)
        assert (queries.ahead_of(first_again), queries.ahead_of(made[1])) == (0, 1)
        assert leave(made[0]) is first_again
    assert made[1].waiting_no == 1
    assert statuses([made[1]]) == [S.WAITING]


def test_a_policy_without_priority_groups_knows_only_the_number() -> None:
    assert not goes_first(("lifted_out_of_poverty",), ())
    assert goes_first(("rural_transfer", "hard_to_employ"), ("hard_to_employ",))


def test_a_place_is_held_no_longer_than_it_is_useful() -> None:
    end, lesson = datetime(2026, 3, 10), datetime(2026, 3, 9, 8)  # noqa: DTZ001  # compared with each other only
    assert held_until(end, lesson) == lesson
    assert held_until(lesson, end) == lesson


def test_a_class_is_not_filed_while_somebody_on_it_has_not_answered() -> None:
    with clock.at(AFTERNOON):
        row, made = queue(seats=2, waiting=1)
        leave(made[0])
        by = clerk_of(row)
        classes.propose_posts(row, by=by)
        with pytest.raises(Refused, match="还没有答复"):
            classes.file(row, by=by)
        with transaction():
            service.accept(made[2], by=laborer(made[2].person))
        classes.file(row, by=by)


def test_a_yes_in_a_locked_class_waits_for_the_bureau_and_does_not_lapse() -> None:
    with clock.at(AFTERNOON):
        row, made = locked()
        leave(made[0])
        assert (made[2].status, made[2].offer_place, made[2].seat_id) == (S.OFFERED, 1, None)
        with transaction():
            service.accept(made[2], by=laborer(made[2].person))
    with clock.at(clock.moment_of(MONDAY + timedelta(days=3), 9)):
        lapse_offers()
        asked = next(one for one in variations_of(row.id) if one.status == VariationStatus.ASKED)
        with transaction():
            classes.decide_variation(asked, approve=True, by=officer())
    assert statuses(made) == [S.WITHDRAWN, S.ENROLLED, S.ENROLLED, S.WAITING]
    assert (made[2].seat.place_no if made[2].seat else None, uses(made[2].person)) == (1, 1)
    assert [event.action for event in events_of(made[2])] == ["created", "offer", "said yes", "accept"]


def test_who_steps_back_after_saying_yes_leaves_no_refill_behind() -> None:
    with clock.at(AFTERNOON):
        row, made = locked()
        leave(made[0])
        with transaction():
            service.accept(made[2], by=laborer(made[2].person))
        leave(made[2])
        decided = [(one.after["person_id"], one.status) for one in variations_of(row.id) if one.kind == "refill"]
    assert decided == [(made[2].person_id, VariationStatus.REFUSED)]
    assert statuses(made) == [S.WITHDRAWN, S.ENROLLED, S.WITHDRAWN, S.OFFERED]
    assert made[3].offer_place == 1


def test_a_place_offered_to_one_is_not_refilled_with_another() -> None:
    with clock.at(AFTERNOON):
        row, made = locked()
        leave(made[0])
        with transaction():
            classes.refill(row, made[3].person_id, 1, by=clerk_of(row))
        asked = next(one for one in variations_of(row.id) if one.status == VariationStatus.ASKED)
        with pytest.raises(Refused, match="候补名单"), transaction():
            classes.decide_variation(asked, approve=True, by=officer())


def test_in_a_locked_class_the_time_ends_with_the_refill_day() -> None:
    with clock.at(AFTERNOON):
        row, made = locked()
    assert row.refill_until_on is not None
    with clock.at(clock.moment_of(row.refill_until_on, 9)):
        leave(made[0])
        until = made[2].offer_until
    assert until == clock.moment_of(row.refill_until_on + timedelta(days=1), 0)
    with clock.at(clock.moment_of(row.refill_until_on + timedelta(days=1), 1)):
        lapse_offers()
        tend_waiting_lists()
    assert statuses(made) == [S.WITHDRAWN, S.ENROLLED, S.LAPSED, S.WITHDRAWN]


def test_a_cancelled_class_ends_its_offers() -> None:
    with clock.at(AFTERNOON):
        row, made = queue()
        leave(made[0])
        with transaction():
            classes.cancel(row, reason="师资不够", by=clerk_of(row))
    assert statuses(made) == [S.WITHDRAWN, S.CANCELLED, S.CANCELLED]
    assert uses(made[1].person) == 0


def make_offer() -> Enrollment:
    """An offer made now, so that the pages' own clock finds it open."""
    row = make_class(capacity=1)
    made = enroll_people(row, 2)
    leave(made[0])
    return made[1]


def village_officer(area: str = VILLAGE) -> User:
    user = make_user(Role.VILLAGE_OFFICER, area=(area,))
    db.session.commit()
    return user


def test_the_officer_sees_whom_to_call_with_the_phone_masked(client: FlaskClient, sign_in: SignIn) -> None:
    one = make_offer()
    sign_in(village_officer())
    page = client.get("/enrollments/offers").text
    assert one.person.name in page
    assert str(one.person.phone) not in page
    asked = client.get(f"/enrollments/{one.id}/answer").text
    assert str(one.person.phone) not in asked
    shown = client.post(f"/enrollments/{one.id}/answer/phone").text
    assert str(one.person.phone) in shown
    assert [event.action for event in events_of(one.person)][-1] == "unmask"


def test_another_villages_officer_sees_no_offer(client: FlaskClient, sign_in: SignIn) -> None:
    one = make_offer()
    sign_in(village_officer(OTHER_COUNTY))
    assert one.person.name not in client.get("/enrollments/offers").text
    assert client.post(f"/enrollments/{one.id}/answer", data={"answer": "yes", "way": "phone"}).status_code == 404


def test_the_officer_writes_down_a_yes_on_the_telephone(client: FlaskClient, sign_in: SignIn) -> None:
    one, by = make_offer(), village_officer()
    sign_in(by)
    assert client.post(f"/enrollments/{one.id}/answer", data={"answer": "yes"}).status_code == 422
    answer = client.post(f"/enrollments/{one.id}/answer", data={"answer": "yes", "way": "phone", "words": "明天来"})
    assert answer.status_code == 303
    assert statuses([one]) == [S.ENROLLED]
    last = events_of(one)[-1]
    assert (last.actor_key, last.note) == (by.as_actor().key, "电话里说的。明天来")
    again = client.post(f"/enrollments/{one.id}/answer", data={"answer": "no", "way": "visit"})
    assert (again.status_code, "没有等您答复的名额" in again.text) == (409, True)
