"""Two schools at one pool, one person asking twice at the same moment: one of them is first, the other is told."""

from functools import partial
from typing import Any

from flask import Flask

from app.classes.models import TrainingClass
from app.courses.models import Course
from app.kernel.database import db
from app.kernel.errors import Refused
from app.outreach.models import VillageRequest
from app.outreach.rules.requests import RequestStatus
from app.people.models import Person
from tests.making.classes import make_person, make_school_set
from tests.making.requests import NEXT_VILLAGE, ask, make_farm_course, propose
from tests.racing import committed, race


def test_a_pool_that_two_clerks_answer_at_once_becomes_one_class(raced: Flask) -> None:
    def scene() -> tuple[Any, list[int]]:
        at = make_school_set()
        course = make_farm_course(at)
        rows = [*ask(course, others=6), *ask(course, NEXT_VILLAGE, others=5)]
        return at, [row.id for row in rows]

    at, ids = committed(raced, scene)

    def answer(number: int) -> int:
        return propose(db.session.get_one(VillageRequest, number), at).id

    told = race(raced, [partial(answer, number) for number in ids])
    assert len([one for one in told if isinstance(one, Refused)]) == 1
    with raced.app_context():
        rows = [db.session.get_one(VillageRequest, number) for number in ids]
        assert {row.status for row in rows} == {RequestStatus.PROPOSED}
        (class_id,) = {row.class_id for row in rows}
        row = db.session.get_one(TrainingClass, class_id)
        assert [one.id for one in db.session.query(TrainingClass).filter_by(course_id=row.course_id)] == [class_id]


def test_a_person_asked_for_at_two_doors_at_once_asks_once(raced: Flask) -> None:
    def scene() -> tuple[int, int]:
        return make_farm_course(make_school_set()).id, make_person().id

    course_id, person_id = committed(raced, scene)

    def once() -> int:
        course, person = db.session.get_one(Course, course_id), db.session.get_one(Person, person_id)
        return ask(course, people=(person,))[0].id

    told = race(raced, [once, once, once])
    assert len([one for one in told if isinstance(one, int)]) == 1
    assert all("已经点过" in str(one) for one in told if isinstance(one, Refused))
