"""Filing with a named roster, approval that locks and reserves, and what follows."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.service import declare_interest
from app.classes import queries, signals
from app.classes import service as classes
from app.classes.queries.filing import checklist, filer_of
from app.classes.rules import ClassStatus, PlaceStatus, SeatStatus
from app.classes.service.locking import digest, fixed_facts
from app.desk.homes import home_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.ledger.models import Pot
from app.ledger.queries import balances
from app.messages.models import Message
from app.orders import service as orders
from app.policies.rules.said import Reason
from app.schools import service as schools
from tests.makers import COUNTY, make_user
from tests.making.classes import (
    approve_class,
    begin_class,
    clerk_of,
    file_class,
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_person,
    make_school_set,
    occupation_id,
    officer,
    seat_people,
)
from tests.making.ledger import make_budget

pytestmark = pytest.mark.usefixtures("session")


def test_a_class_with_something_open_is_not_filed_and_says_what() -> None:
    at, order = make_school_set(), make_order()
    row = make_class(at, make_course(at), order=order)
    with pytest.raises(Refused, match="名单还是空的"):
        classes.file(row, by=at.by)
    seat_people(row, 2)
    with pytest.raises(Refused, match="还没有对应到订单里的岗位"):
        classes.file(row, by=at.by)
    assert classes.propose_posts(row, by=at.by) == 2
    classes.file(row, by=at.by)
    assert row.status == ClassStatus.FILED
    assert row.filed_on == clock.today()
    assert row.policy_pack_id is not None
    assert filer_of(row) == at.by.key


def test_the_checklist_names_lead_time_assessor_and_clashing_teachers() -> None:
    at = make_school_set()
    first = make_class(at)
    seat_people(first, 1)
    second = make_class(at, first.course, start_on=clock.today() + timedelta(days=30), assessor_id=None)
    text = "".join(point.note for point in checklist(second))
    assert "同一时间还在上" in text
    assert "考评员" in text
    soon = make_class(at, first.course, start_on=clock.today())
    assert "工作日" in "".join(point.note for point in checklist(soon))


def test_later_steps_may_speak_against_the_roster() -> None:
    row = make_class()
    seat_people(row, 1)

    def lacking(_row: object, **_more: object) -> list[Reason]:
        return [Reason("R06", "张某还没有证明。")]

    with signals.roster_checked.connected_to(lacking), pytest.raises(Refused, match="张某还没有证明"):
        classes.file(row, by=clerk_of(row))


def test_a_post_is_named_for_one_person_only() -> None:
    at, order = make_school_set(), make_order(headcount=3)
    row = make_class(at, make_course(at), order=order)
    one, two = seat_people(row, 2)
    with pytest.raises(DomainError, match="两个人"):
        classes.name_posts(row, {one.id: classes.Aim(1), two.id: classes.Aim(1)}, by=at.by)
    classes.name_posts(row, {one.id: classes.Aim(1), two.id: classes.Aim(3)}, by=at.by)
    classes.name_posts(row, {one.id: classes.Aim(3), two.id: classes.Aim(1)}, by=at.by)
    assert (one.post_number, two.post_number) == (3, 1)
    assert queries.free_posts(row) == [2]
    other = make_class(at, row.course, order=order, start_on=clock.today() + timedelta(days=90))
    (third,) = seat_people(other, 1)
    with pytest.raises(DomainError, match="已经定给别人"):
        classes.name_posts(other, {third.id: classes.Aim(1)}, by=at.by)


def test_approval_locks_the_four_fixes_and_reserves_for_every_named_place() -> None:
    row = file_class(make_class(), 3)
    each = queries.most_a_place_can_reach(row).amount_fen
    budget = make_budget(10 * each, year=row.start_on.year)
    fix = classes.approve(row, budget_id=budget.id, by=officer())
    assert row.status == ClassStatus.APPROVED
    assert (row.fix_version, row.locked_version) == (1, 1)
    assert row.refill_until_on == row.start_on + timedelta(days=2)
    assert [seat.status for seat in queries.active_seats(row.id)] == [SeatStatus.FIXED] * 3
    assert [place.reserved_fen for place in queries.places_of(row.id)] == [each] * 3
    assert balances(budget.id)[Pot.RESERVED] == 3 * each
    assert fix.sha256 == digest(fixed_facts(row)) == digest(fix.facts)
    assert "学员" not in str(fix.facts)


def test_too_little_budget_refuses_and_says_by_how_much() -> None:
    row = file_class(make_class(), 3)
    each = queries.most_a_place_can_reach(row).amount_fen
    budget = make_budget(3 * each - 100, year=row.start_on.year)
    with pytest.raises(Refused, match=r"还差 1\.00 元"):
        classes.approve(row, budget_id=budget.id, by=officer())


def test_a_budget_of_another_year_or_place_is_not_taken() -> None:
    row = file_class(make_class(), 1)
    for budget in (make_budget(year=row.start_on.year + 1), make_budget(region="430626", year=row.start_on.year)):
        with pytest.raises(DomainError) as refused:
            classes.approve(row, budget_id=budget.id, by=officer())
        assert refused.value.field == "budget_id"


def test_nobody_approves_what_they_filed_or_are_tied_to() -> None:
    row = file_class(make_class(), 1)
    tied = make_user(Role.TRAINING_OFFICER, area=(COUNTY,))
    declare_interest(row.school_id, user_id=tied.id, nature="亲属在该校任教", by=clerk_of(row))
    with pytest.raises(Forbidden, match="回避"):
        classes.approve(row, by=tied.as_actor())
    filer = db.session.merge(row)
    own = clerk_of(row)
    classes.return_filing(filer, note="再核一次名单", by=officer())
    classes.file(row, by=own)
    with pytest.raises(Forbidden):
        classes.approve(row, by=own)


def test_a_returned_filing_takes_sign_ups_again_and_is_filed_on_a_new_day() -> None:
    row = file_class(make_class(), 1)
    with pytest.raises(DomainError, match="原因"):
        classes.return_filing(row, note=" ", by=officer())
    classes.return_filing(row, note="名单要再核", by=officer())
    assert (row.status, row.filed_on, row.policy_pack_id) == (ClassStatus.RETURNED, None, None)
    seat_people(row, 1)
    classes.propose_posts(row, by=clerk_of(row))
    with clock.at(clock.now() + timedelta(days=1)):
        classes.file(row, by=clerk_of(row))
        assert row.filed_on == clock.today()


def test_newcomers_of_a_filed_class_only_get_a_number() -> None:
    row = file_class(make_class(), 1)
    assert classes.claim_seat(row.id, make_person().id, by=SYSTEM) == 1
    approve_class(row)
    assert classes.claim_seat(row.id, make_person().id, by=SYSTEM) == 2
    assert row.refill_until_on is not None
    with clock.at(clock.moment_of(row.refill_until_on + timedelta(days=1), 9)), pytest.raises(Refused):
        classes.claim_seat(row.id, make_person().id, by=SYSTEM)


def test_a_class_begins_on_its_day_and_ends_when_the_lessons_are_over() -> None:
    row = make_approved_class()
    by = clerk_of(row)
    with pytest.raises(Refused, match="还没有到"):
        classes.begin(row, by=by)
    begin_class(row)
    assert row.status == ClassStatus.RUNNING
    with clock.at(clock.moment_of(row.end_on, 9)), pytest.raises(Refused, match="没有上完"):
        classes.end(row, by=by)
    with clock.at(clock.moment_of(row.end_on, 22)):
        classes.end(row, by=by)
    classes.class_assessed(row, by=SYSTEM)
    classes.archive(row, by=SYSTEM)
    assert row.status == ClassStatus.ARCHIVED


def test_a_class_cancelled_before_its_approval_gives_back_its_seats() -> None:
    row = make_class()
    seats = seat_people(row, 2)
    heard = []

    def hear(_row: object, **more: object) -> None:
        heard.append(more["seats"])

    with signals.class_cancelled.connected_to(hear):
        given = classes.cancel(row, reason="报名人太少", by=clerk_of(row))
    assert (given.seats, given.places, row.status) == (2, 0, ClassStatus.CANCELLED)
    assert heard == [seats]
    assert {seat.status for seat in seats} == {SeatStatus.RELEASED}


@pytest.mark.parametrize("begun", [False, True])
def test_a_class_cancelled_after_its_approval_gives_back_seats_posts_and_money(begun: bool) -> None:  # noqa: FBT001  # pytest's
    row = make_approved_class(2)
    seats = list(queries.active_seats(row.id))
    if begun:
        begin_class(row)
    assert row.budget_id is not None
    reserved = balances(row.budget_id)[Pot.RESERVED]
    given = classes.cancel(row, reason="场地被水淹", by=officer())
    assert given.amount_fen == reserved > 0
    assert balances(row.budget_id)[Pot.RESERVED] == 0
    assert {seat.status for seat in seats} == {SeatStatus.WITHDRAWN}
    assert {place.status for place in queries.places_of(row.id)} == {PlaceStatus.RELEASED}
    again = make_class(start_on=row.start_on)
    classes.claim_seat(again.id, seats[0].person_id, by=SYSTEM)


def test_a_taster_needs_no_filing_no_budget_and_no_fixes() -> None:
    at = make_school_set()
    course = make_course(
        at, "taster", title="插花体验", level=0, theory_hours=0, practice_hours=1, occupation_id=occupation_id()
    )
    row = make_class(at, course)
    assert not row.paid
    seat_people(row, 2)
    assert queries.open_fixes_of(row) == ()
    with pytest.raises(Refused, match="不用申报"):
        classes.file(row, by=at.by)
    begin_class(row)
    with clock.at(clock.moment_of(row.end_on, 22)):
        classes.end(row, by=at.by)
    classes.close_taster(row, by=at.by)
    assert (row.status, row.budget_id, row.fix_version) == (ClassStatus.ARCHIVED, None, 0)


def test_a_suspended_school_stops_its_running_class_and_gets_its_filing_back(app: Flask) -> None:
    at = make_school_set()
    running = begin_class(make_approved_class(at=at))
    filed = file_class(make_class(at, running.course, start_on=clock.today() + timedelta(days=90)), 1)
    schools.suspend(at.school, by=officer(), note="消防不合格")
    assert (running.status, filed.status) == (ClassStatus.SUSPENDED, ClassStatus.RETURNED)
    with pytest.raises(Refused, match="学校还没有恢复"):
        classes.resume(running, by=officer())
    schools.resume(at.school, by=officer())
    told = [one.text for one in db.session.query(Message).filter_by(recipient=f"organization:{at.school.id}")]
    assert any("学校恢复了" in text and running.name in text for text in told)
    assert running.status == ClassStatus.SUSPENDED, "lessons were missed: the officer lets it go on"
    with app.test_request_context("/home"):
        assert [item.url for item in home_of(officer()).now if item.label == "暂停的班"] == [f"/classes/{running.id}"]
    classes.resume(running, by=officer())
    assert running.status == ClassStatus.RUNNING


def test_an_order_taken_back_leaves_planned_classes_without_it_and_flags_approved_ones() -> None:
    at, order = make_school_set(), make_order(headcount=20)
    course = make_course(at)
    filed = file_class(make_class(at, course, order=order), 2)
    approved = make_approved_class(at=at, course=course, order=order, start_on=clock.today() + timedelta(days=90))
    employer = make_user(Role.EMPLOYER, organization=order.organization).as_actor()
    orders.withdraw(order, reason="订单取消", by=employer)
    assert (filed.status, filed.order_id) == (ClassStatus.RETURNED, None)
    assert {seat.post_number for seat in queries.active_seats(filed.id)} == {None}
    assert (approved.status, approved.order_id) == (ClassStatus.APPROVED, order.id)
