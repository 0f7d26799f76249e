"""Results: entered by the class's assessor, decided by the rules, and then for ever."""

from dataclasses import replace

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from app.assessments import queries
from app.assessments import service as assessments
from app.assessments.models import Mark, Outcome
from app.attendance.queries import attended_hours
from app.classes.queries import active_seats
from app.classes.rules import ClassStatus
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, Refused
from app.people.models import SubsidyUse, UseStatus
from tests.makers import make_organization, make_user
from tests.making.classes import clerk_of, officer
from tests.making.results import (
    GOOD,
    after_all,
    announce,
    assess,
    assessor_of,
    end_class,
    give_up_resits,
    make_assessed_class,
    make_running_class,
    mark_all,
    points,
    seat_at,
    teacher_of,
)

pytestmark = pytest.mark.usefixtures("session")


def enrollment_of(seat_id: int) -> Enrollment:
    return db.session.query(Enrollment).filter_by(seat_id=seat_id).one()


def use_of(person_id: int) -> SubsidyUse:
    return db.session.query(SubsidyUse).filter_by(person_id=person_id).one()


def test_who_passes_follows_from_hours_and_marks() -> None:
    class_ = make_assessed_class(4, absent={2: 8}, marks={3: (59, 90), 4: (60, 60)})
    outcomes = queries.outcomes_of(class_.id)
    by_place = [outcomes[seat.id] for seat in active_seats(class_.id)]
    assert [outcome.passed for outcome in by_place] == [True, False, False, True]
    assert [outcome.present_enough for outcome in by_place] == [True, False, True, True]
    assert [[point.met for point in queries.points_of(outcome)] for outcome in by_place] == [
        [True, True, True], [False, True, True], [True, False, True], [True, True, True],
    ]  # fmt: skip
    assert class_.status is ClassStatus.ASSESSED


def test_those_who_reached_complete_and_the_others_get_their_use_back() -> None:
    class_ = make_assessed_class(2, marks={2: (10, 10)})
    first, second = active_seats(class_.id)
    assert enrollment_of(first.id).status is EnrollmentStatus.COMPLETED
    assert enrollment_of(second.id).status is EnrollmentStatus.NOT_REACHED
    assert use_of(first.person_id).status is UseStatus.RESERVED
    assert use_of(second.person_id).status is UseStatus.GIVEN_BACK


def test_somebody_absent_from_the_assessment_does_not_pass_and_the_reason_says_so() -> None:
    class_ = make_running_class(1)
    mark_all(class_)
    announce(end_class(class_))
    by, seat = assessor_of(class_), seat_at(class_, 1)
    with after_all(class_):
        assessments.mark(class_, {}, by=by, absent=[seat.id])
        give_up_resits(class_, by)
        outcome = assessments.confirm(class_, by=by)[0]
    assert not outcome.passed
    assert [point.message for point in queries.points_of(outcome) if not point.met] == ["没有参加考核。"]


def test_only_the_assessor_of_the_class_enters_and_confirms() -> None:
    class_ = end_class(make_running_class(1))
    elsewhere = make_user(Role.ASSESSOR, organization=make_organization()).as_actor()
    for by in (clerk_of(class_), teacher_of(class_), officer(), elsewhere):
        with pytest.raises(Forbidden):
            assessments.mark(class_, {seat_at(class_, 1).id: points(*GOOD)}, by=by)
        with pytest.raises(Forbidden):
            assessments.confirm(class_, by=by)


def test_whoever_taught_the_class_may_not_assess_it_either() -> None:
    class_ = make_running_class(1)
    announce(class_)
    taught = replace(assessor_of(class_), key=teacher_of(class_).key, stands_for=assessor_of(class_).key)
    with after_all(class_), pytest.raises(Forbidden, match="考培分离"):
        assessments.mark(class_, {seat_at(class_, 1).id: points(*GOOD)}, by=taught)


def test_results_wait_for_the_last_lesson_and_for_everyones_marks() -> None:
    class_ = make_running_class(2)
    mark_all(class_)
    announce(class_)
    by = assessor_of(class_)
    with after_all(class_):
        half = {seat_at(class_, 1).id: points(*GOOD), seat_at(class_, 2).id: points(80)}
        assessments.mark(class_, half, by=by)
        with pytest.raises(Refused):
            assessments.confirm(class_, by=by)
        end_class(class_)
        with pytest.raises(Refused, match=seat_at(class_, 2).person.name):
            assessments.confirm(class_, by=by)
    assess(class_)
    with pytest.raises(Refused):
        assessments.confirm(class_, by=by)


@pytest.mark.parametrize("marks", [(-1, 50), (50, 101)])
def test_points_are_within_the_full_marks_of_the_item(marks: tuple[int, int]) -> None:
    class_ = make_running_class(1)
    announce(class_)
    with after_all(class_), pytest.raises(DomainError, match="0 到 100"):
        assessments.mark(class_, {seat_at(class_, 1).id: points(*marks)}, by=assessor_of(class_))


def test_a_confirmed_result_never_changes_again() -> None:
    class_ = make_assessed_class(1)
    with pytest.raises(Refused):
        assessments.mark(class_, {seat_at(class_, 1).id: points(99, 99)}, by=assessor_of(class_))
    for statement, words in (
        ("UPDATE outcomes SET theory = 99", r"never changed|permission denied"),
        ("DELETE FROM outcomes", r"never changed|permission denied"),
        ("UPDATE marks SET theory = 99", "is confirmed"),
        ("DELETE FROM marks", "is confirmed"),
        ("UPDATE item_marks SET points = 99", "is confirmed"),
    ):
        with pytest.raises(DBAPIError, match=words), db.session.begin_nested():
            db.session.execute(text(statement))


def test_the_database_takes_no_outcome_that_presence_and_marks_do_not_say() -> None:
    like = queries.outcome_of_seat(seat_at(make_assessed_class(1), 1).id)
    assert like is not None
    class_ = make_running_class(1)
    mark_all(class_, {1: 10})
    seat = seat_at(class_, 1)
    hours = attended_hours(class_.id)[seat.id]
    announce(class_)
    with after_all(class_):
        assessments.mark(class_, {seat.id: points(50, 50)}, by=assessor_of(class_))
    row = {column.key: getattr(like, column.key) for column in Outcome.__table__.columns}
    row |= {"seat_id": seat.id, "class_id": class_.id, "attended_hours": hours, "theory": 50, "practice": 50}
    for changes in ({"attended_hours": 105}, {"theory": 90, "practice": 90}, {"planned_hours": 1}):
        with pytest.raises(DBAPIError, match="not what was recorded"), db.session.begin_nested():
            db.session.execute(insert(Outcome), {**row, **changes})
    with pytest.raises(DBAPIError, match="passed_only_if_present"), db.session.begin_nested():
        db.session.execute(insert(Outcome), {**row, "present_enough": False, "passed": True})


def test_an_absent_persons_marks_are_refused_by_the_database_in_plain_words() -> None:
    class_ = make_running_class(1)
    announce(class_)
    with after_all(class_):
        assessments.mark(class_, {}, by=assessor_of(class_), absent=[seat_at(class_, 1).id])
    with pytest.raises(Refused, match="不填分数"), transaction():
        db.session.query(Mark).filter_by(class_id=class_.id).one().theory = 80
