"""Two schools file, or two officers approve, at the same moment: never do both get the teacher or the room."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from app.classes import queries
from app.classes import service as classes
from app.classes.models import ClassBooking, TrainingClass
from app.classes.rules import ClassStatus
from app.classes.service import filing as filing_service
from app.kernel.database import db
from app.kernel.errors import Refused
from app.schools import service as schools
from tests.making.classes import (
    SchoolSet,
    clerk_of,
    file_class,
    make_class,
    make_school_set,
    officer,
    seat_people,
)
from tests.making.ledger import make_budget
from tests.making.schools import teacher_number
from tests.racing import committed, race


def two_schools() -> list[SchoolSet]:
    """Two schools at which the same person teaches."""
    number, found = teacher_number(), []
    for _school in range(2):
        at = make_school_set()
        teacher = schools.add_instructor(at.school, schools.NewInstructor("方师傅", "技师", number), by=at.by)
        found.append(replace(at, teacher=teacher))
    return found


def ready(at: SchoolSet) -> int:
    """A class with people and posts, all but filed."""
    row = make_class(at)
    seat_people(row, 1)
    classes.propose_posts(row, by=at.by)
    return row.id


def filing(class_id: int) -> Callable[[], object]:
    def act() -> None:
        row = queries.training_class(class_id)
        classes.file(row, by=clerk_of(row))

    return act


def approval(class_id: int, budget_id: int) -> Callable[[], object]:
    return lambda: classes.approve(queries.training_class(class_id), budget_id=budget_id, by=officer()).version


def budgets(year: int) -> list[int]:
    """Two budgets, so that no approval waits for the other's money."""
    return [make_budget(100_000_000, year=year).id for _budget in range(2)]


def statuses(app: Flask, ids: list[int]) -> list[ClassStatus]:
    with app.app_context():
        return sorted(db.session.get_one(TrainingClass, class_id).status for class_id in ids)


@pytest.mark.parametrize("number", range(3))
def test_of_two_classes_filed_at_once_for_one_teacher_one_is_filed(raced: Flask, number: int) -> None:
    """Without the lock each would look before the other is filed, and both would be."""
    ids = committed(raced, lambda: [ready(at) for at in two_schools()])
    answers = race(raced, [filing(class_id) for class_id in ids])
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert "同一时间还在上" in str(refused), number
    assert statuses(raced, ids) == [ClassStatus.FILED, ClassStatus.OPEN]


def filed_before_anybody_knew() -> tuple[list[int], list[int]]:
    """Two filed classes whose teachers turn out to be one person."""
    rows = [file_class(make_class(at), 1) for at in (make_school_set(), make_school_set())]
    one, other = (queries.sessions_of(row.id)[0].teacher for row in rows)
    other.id_number = one.id_number
    return [row.id for row in rows], budgets(rows[0].start_on.year)


def test_of_two_filings_approved_at_once_for_one_teacher_one_is_approved(raced: Flask) -> None:
    ids, money = committed(raced, filed_before_anybody_knew)
    answers = race(raced, [approval(*both) for both in zip(ids, money, strict=True)])
    assert sorted(isinstance(one, Refused) for one in answers) == [False, True]
    assert statuses(raced, ids) == [ClassStatus.APPROVED, ClassStatus.FILED]


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the lock nor the check: only the database."""
    monkeypatch.setattr(filing_service, "one_at_a_time", lambda: None)
    monkeypatch.setattr(filing_service, "stands_against", lambda _row, _on: [])


@pytest.mark.usefixtures("unchecked")
def test_even_without_any_check_the_database_books_a_teacher_once(raced: Flask) -> None:
    """The named exclusion constraint stands behind the lock and the check: both taken away, one of two still fails."""
    ids, money = committed(raced, filed_before_anybody_knew)
    answers = race(raced, [approval(*both) for both in zip(ids, money, strict=True)])
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert "这位老师已经在另一个批准的班上课" in str(refused)
    assert statuses(raced, ids) == [ClassStatus.APPROVED, ClassStatus.FILED]
    with raced.app_context():
        found = db.session.query(ClassBooking).filter(ClassBooking.class_id.in_(ids), ClassBooking.kind == "teacher")
        assert found.count() == 1


@pytest.mark.usefixtures("unchecked")
def test_the_database_books_one_room_once_too(raced: Flask) -> None:
    def make() -> tuple[list[int], list[int]]:
        at = make_school_set()
        room = schools.add_room(at.site, schools.NewRoom("东间", 40), by=at.by)
        facts = schools.NewInstructor("方师傅", "技师", teacher_number())
        beside = replace(at, teacher=schools.add_instructor(at.school, facts, by=at.by))
        first = make_class(at)
        rows = [file_class(row, 1) for row in (first, make_class(beside, first.course))]
        for row in rows:
            for session in queries.sessions_of(row.id):
                session.room_id = room.id
        return [row.id for row in rows], budgets(rows[0].start_on.year)

    ids, money = committed(raced, make)
    answers = race(raced, [approval(*both) for both in zip(ids, money, strict=True)])
    (refused,) = [one for one in answers if isinstance(one, Refused)]
    assert "这间教室已经批给了另一个班" in str(refused)
    assert statuses(raced, ids) == [ClassStatus.APPROVED, ClassStatus.FILED]
