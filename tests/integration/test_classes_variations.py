"""A locked class changes only in the open: asked for, decided, a new version each time."""

from datetime import timedelta
from typing import Any

import pytest

from app.classes import queries, signals
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.queries.changes import between, side_by_side
from app.classes.rules import Half, PlaceStatus, SeatStatus, VariationKind, VariationStatus
from app.classes.tasks import release_empty_places
from app.enrollments import service as enrollments
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.ledger.models import Pot
from app.ledger.queries import balances
from app.schools import service as schools
from tests.makers import VILLAGE
from tests.making.classes import (
    begin_class,
    clerk_of,
    enter,
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_person,
    make_school_set,
    officer,
)
from tests.making.schools import teacher_number

pytestmark = pytest.mark.usefixtures("session")
K = VariationKind


def change(row: TrainingClass, kind: VariationKind, **after: Any) -> Variation:
    variation = classes.ask_variation(row, kind, after, "天气原因", by=clerk_of(row))
    classes.decide_variation(variation, approve=True, by=officer())
    return variation


def first_seat(row: TrainingClass) -> Seat:
    return queries.active_seats(row.id)[0]


def test_a_person_leaves_by_right_and_the_hours_are_kept() -> None:
    row = begin_class(make_approved_class(2))
    seat, heard = first_seat(row), []

    def hear(_row: object, **more: Any) -> None:
        heard.append((more["seat"].id, more["hours_kept"]))

    with clock.at(clock.moment_of(row.start_on, 18)), signals.seat_withdrawn.connected_to(hear):
        variation = classes.withdraw_seat(seat, hours_kept=7, reason="家里有事", by=clerk_of(row))
        assert seat.left_on == row.start_on
    assert (seat.status, seat.hours_kept, variation.status) == (SeatStatus.WITHDRAWN, 7, VariationStatus.APPROVED)
    assert heard == [(seat.id, 7)]
    assert [fix.version for fix in queries.fixes_of(row.id)] == [1, 2]
    assert len(queries.fixes_of(row.id)[1].facts["people"]) == 1
    assert [place.status for place in queries.places_of(row.id)] == [PlaceStatus.RESERVED] * 2


def open_refill(row: TrainingClass) -> Variation:
    return next(
        item for item in queries.variations_of(row.id) if (item.kind, item.status) == (K.REFILL, VariationStatus.ASKED)
    )


def test_the_next_in_line_takes_the_dropped_place_and_its_post() -> None:
    at = make_school_set()
    row = make_approved_class(2, at=at, course=make_course(at), order=make_order(headcount=2))
    seat, newcomer = first_seat(row), make_person()
    place, post = seat.place_no, seat.post_number
    with pytest.raises(DomainError, match="没有空出来"):
        classes.refill(row, newcomer.id, place, by=SYSTEM)
    waiting = enter(row, newcomer)
    classes.withdraw_seat(seat, reason="找到工作了", by=SYSTEM)
    enrollments.accept(waiting, by=SYSTEM)
    variation = open_refill(row)
    with pytest.raises(Refused, match="已经在等审批"):
        classes.refill(row, make_person().id, place, by=SYSTEM)
    classes.decide_variation(variation, approve=True, by=officer())
    new = next(item for item in queries.active_seats(row.id) if item.person_id == newcomer.id)
    assert (new.status, new.place_no, new.post_number, new.variation_id) == (
        SeatStatus.FIXED, place, post, variation.id,
    )  # fmt: skip


def test_after_the_refill_day_empty_places_give_their_money_back_once() -> None:
    row = begin_class(make_approved_class(3))
    assert row.budget_id is not None
    assert row.refill_until_on is not None
    each = queries.places_of(row.id)[0].reserved_fen
    seat = first_seat(row)
    with clock.at(clock.moment_of(row.start_on, 18)):
        waiting = enter(row)
        classes.withdraw_seat(seat, reason="家里有事", by=SYSTEM)
        enrollments.accept(waiting, by=SYSTEM)
        late = open_refill(row)
        with pytest.raises(Refused, match="还没有过"):
            classes.release_empty_places(row, by=officer())
        assert release_empty_places() == 0
    with clock.at(clock.moment_of(row.refill_until_on + timedelta(days=1), 2)):
        assert release_empty_places() == 1
        assert release_empty_places() == 0
        assert balances(row.budget_id)[Pot.RESERVED] == 2 * each
        assert late.status == VariationStatus.REFUSED
        with pytest.raises(Refused, match="期限已过"):
            classes.refill(row, make_person().id, seat.place_no, by=SYSTEM)
        gone = classes.withdraw_seat(first_seat(row), reason="生病", by=SYSTEM)
        assert gone.status == VariationStatus.APPROVED
        assert balances(row.budget_id)[Pot.RESERVED] == each


def test_a_claim_turns_a_places_reserve_into_what_is_owed() -> None:
    row = make_approved_class(2)
    assert row.budget_id is not None
    each = queries.places_of(row.id)[0].reserved_fen
    owed = [classes.Owed(1, each - 100, "claim-line:1:owe")]
    classes.settle_places(row.id, owed, by=SYSTEM, reference="claim-line:1")
    standing = balances(row.budget_id)
    assert (standing[Pot.RESERVED], standing[Pot.OWED]) == (each, each - 100)
    with pytest.raises(Refused, match="已经申领"):
        classes.settle_places(row.id, owed, by=SYSTEM, reference="claim-line:2")


def test_nobody_decides_what_they_asked_for() -> None:
    row = make_approved_class(1)
    by = clerk_of(row)
    variation = classes.ask_variation(row, K.POSTPONE, {"days": 7}, "下雨", by=by)
    with pytest.raises(Forbidden):
        classes.decide_variation(variation, approve=True, by=by)
    with pytest.raises(DomainError, match="原因"):
        classes.decide_variation(variation, approve=False, by=officer())
    classes.decide_variation(variation, approve=False, note="不影响上课", by=officer())
    assert (variation.status, row.fix_version) == (VariationStatus.REFUSED, 1)
    with pytest.raises(Refused):
        classes.decide_variation(variation, approve=True, by=officer())


def test_a_postponed_class_moves_its_lessons_its_seats_and_its_refill_day() -> None:
    row = make_approved_class(1)
    before, refill = row.start_on, row.refill_until_on
    change(row, K.POSTPONE, days=1)
    assert row.start_on == before + timedelta(days=1)
    assert row.refill_until_on == (refill or before) + timedelta(days=1)
    db.session.expire_all()
    assert clock.local(first_seat(row).sessions[0].lower).date() == row.start_on


def test_a_lesson_moves_and_another_teacher_takes_it() -> None:
    at = make_school_set()
    row = make_approved_class(1, at=at)
    other = schools.add_instructor(at.school, schools.NewInstructor("李老师", "技师", teacher_number()), by=at.by)
    lesson = queries.sessions_of(row.id)[0]
    day = row.end_on + timedelta(days=1)
    change(row, K.MOVE_SESSION, session_id=lesson.id, on=day.isoformat(), half=Half.EVENING.value)
    assert (lesson.on, lesson.half, row.end_on) == (day, Half.EVENING, day)
    change(row, K.CHANGE_TEACHER, teacher_id=other.id, session_id=lesson.id)
    assert lesson.teacher_id == other.id
    with pytest.raises(DomainError, match="授课教师"):
        change(row, K.CHANGE_TEACHER, teacher_id=at.assessor.id)
    assert row.fix_version == 3


def test_a_lesson_is_not_moved_onto_another_one() -> None:
    row = make_approved_class(1)
    one, two = queries.sessions_of(row.id)[:2]
    with pytest.raises(DomainError, match="已经排了课"):
        change(row, K.MOVE_SESSION, session_id=one.id, on=two.on.isoformat(), half=two.half.value)


def test_the_site_changes_within_the_county() -> None:
    at = make_school_set()
    row = make_approved_class(2, at=at)
    small = schools.add_site(at.school, schools.NewSite("小教室", VILLAGE, "弼时镇", 1), by=at.by)
    big = schools.add_site(at.school, schools.NewSite("大教室", VILLAGE, "弼时镇", 30), by=at.by)
    with pytest.raises(DomainError, match="只坐得下 1 人"):
        change(row, K.CHANGE_SITE, site_id=small.id)
    variation = change(row, K.CHANGE_SITE, site_id=big.id)
    assert row.site_id == big.id
    assert (variation.before["site"], variation.after["site"]) == ("实训场", "大教室")
    assert queries.fixes_of(row.id)[-1].facts["place"]["site"] == "大教室"


def test_another_assessor_is_decided_by_the_bureau_and_is_never_one_of_the_teachers() -> None:
    at = make_school_set()
    row = make_approved_class(1, at=at)
    old, teacher = row.assessor, queries.sessions_of(row.id)[0].teacher
    assert old is not None
    new = schools.add_instructor(
        at.school,
        schools.NewInstructor("林考评", "高级考评员", teacher_number(), teaches=False, assesses=True),
        by=at.by,
    )
    stale = schools.add_instructor(
        at.school,
        schools.NewInstructor("过期者", "考评员", teacher_number(), assesses=True, valid_until_on=row.start_on),
        by=at.by,
    )
    for wrong in (old.id, teacher.id, stale.id, 0):
        with pytest.raises(DomainError, match="考评员"):
            change(row, K.CHANGE_ASSESSOR, assessor_id=wrong)
    asked = classes.ask_variation(row, K.CHANGE_ASSESSOR, {"assessor_id": new.id}, "原考评员住院", by=clerk_of(row))
    assert row.assessor_id == old.id, "until the bureau decides nothing changes"
    classes.decide_variation(asked, approve=True, by=officer())
    assert (row.assessor_id, row.fix_version) == (new.id, 2)
    assert ("考评员", old.name, new.name) in side_by_side(asked)
    assert ("考评员", old.name, new.name) in between(*queries.fixes_of(row.id))


def test_a_class_whose_order_was_lost_turns_to_another_employer() -> None:
    at = make_school_set()
    row = make_approved_class(2, at=at, course=make_course(at), order=make_order())
    small = make_order(headcount=1)
    with pytest.raises(Refused, match="岗位不够"):
        change(row, K.CHANGE_DIRECTION, order_id=small.id)


def test_direction_and_posts_follow_the_new_order() -> None:
    at = make_school_set()
    row = make_approved_class(2, at=at, course=make_course(at), order=make_order())
    new = make_order(headcount=5)
    change(row, K.CHANGE_DIRECTION, order_id=new.id)
    assert (row.order_id, row.direction_id) == (new.id, new.organization_id)
    assert [(seat.order_id, seat.post_number) for seat in queries.active_seats(row.id)] == [(new.id, 1), (new.id, 2)]
    change(row, K.CHANGE_POST, seat_id=first_seat(row).id, post_number=4)
    assert first_seat(row).post_number == 4


def test_a_livelihood_changes_in_words() -> None:
    row = make_approved_class(1)
    change(row, K.CHANGE_POST, seat_id=first_seat(row).id, livelihood="岳父家鱼塘")
    assert first_seat(row).livelihood == "岳父家鱼塘"


def test_a_class_that_is_not_locked_is_not_varied() -> None:
    row = make_class()
    with pytest.raises(Refused, match="还没有批准"):
        classes.ask_variation(row, K.POSTPONE, {"days": 3}, "下雨", by=clerk_of(row))
