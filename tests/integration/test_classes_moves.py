"""From one locked class to another: seat, money and the use of the record go together, both classes get a version."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.classes import queries
from app.classes import service as classes
from app.classes.queries.openings import spare_places
from app.classes.rules import ClassStatus, PlaceStatus, SeatStatus, VariationKind, VariationStatus
from app.enrollments import service as enrollments
from app.enrollments.queries import active_in, of_seat, reference
from app.enrollments.rules import EnrollmentStatus
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.ledger.models import Pot
from app.ledger.queries import balances
from app.messages.models import Message
from tests.making.classes import begin_class, clerk_of, enter, make_class, make_person, officer
from tests.making.locked import change, first_seat, two_locked, uses_of_seat

pytestmark = pytest.mark.usefixtures("session")
K = VariationKind


def told(person_id: int) -> list[str]:
    """What somebody was told, the newest last."""
    query = select(Message).where(Message.recipient == f"person:{person_id}").order_by(Message.id)
    return [str(message.text) for message in db.session.scalars(query)]


def test_seat_money_and_record_move_to_another_class_together() -> None:
    pair = two_locked()
    seat, before = first_seat(pair.one), pair.money
    old = of_seat(seat.id)
    variation = change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    new = next(one for one in queries.active_seats(pair.two.id) if one.person_id == seat.person_id)
    assert (seat.status, new.status, new.moved_from_id) == (SeatStatus.MOVED, SeatStatus.FIXED, seat.id)
    assert (new.place_no, new.livelihood, new.variation_id) == (2, seat.livelihood, variation.id)
    assert pair.money == before
    places = {place.number: place for place in queries.places_of(pair.one.id)}
    assert places[seat.place_no].status == PlaceStatus.RELEASED
    assert [place.status for place in queries.places_of(pair.two.id)] == [PlaceStatus.RESERVED] * 2
    assert (old.status, of_seat(new.id).status) == (EnrollmentStatus.TRANSFERRED, EnrollmentStatus.ENROLLED)
    assert of_seat(new.id).consent == old.consent
    assert [use.reference for use in uses_of_seat(new)] == [reference(of_seat(new.id).id)]
    for row, people in ((pair.one, 1), (pair.two, 2)):
        fix = queries.fixes_of(row.id)[-1]
        assert (fix.version, fix.variation_id, len(fix.facts["people"])) == (2, variation.id, people)
        assert (row.fix_version, row.seats_taken) == (2, people)
    assert pair.two.name in told(seat.person_id)[-1]
    assert variation in queries.variations_of(pair.two.id)


def test_a_dropped_place_is_taken_with_its_own_money_and_the_one_left_may_be_refilled() -> None:
    pair = two_locked(2, 2, capacity=2)
    dropped = first_seat(pair.two)
    classes.withdraw_seat(dropped, reason="外出务工", by=SYSTEM)
    seat, before = first_seat(pair.one), pair.money
    change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    assert pair.money == before
    assert queries.active_seats(pair.two.id)[0].place_no == dropped.place_no
    assert classes.dropped_places(pair.one) == [seat.place_no]


def test_nobody_moves_to_a_full_class_or_into_a_place_that_is_promised() -> None:
    pair = two_locked(2, 2, capacity=2)
    seat = first_seat(pair.one)
    with pytest.raises(DomainError, match="没有空位"):
        change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    waiting = enter(pair.two)
    classes.withdraw_seat(first_seat(pair.two), reason="外出务工", by=SYSTEM)
    assert waiting.status == EnrollmentStatus.OFFERED
    assert spare_places(pair.two) == []
    with pytest.raises(DomainError, match="没有空位"):
        change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    enrollments.accept(waiting, by=SYSTEM)
    with pytest.raises(DomainError, match="没有空位"):
        change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)


def test_the_other_class_is_of_the_same_course_and_locked() -> None:
    pair = two_locked()
    seat, open_one = first_seat(pair.one), make_class(pair.at, pair.one.course, start_on=pair.two.end_on + timedelta(9))
    for class_id in (open_one.id, two_locked().one.id, pair.one.id, 0):
        with pytest.raises(DomainError):
            change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=class_id)


def test_whoever_waited_for_the_other_class_waits_no_more() -> None:
    pair = two_locked(1, 1, capacity=1)
    person, left = make_person(), first_seat(pair.one)
    waits = enter(pair.two, person)
    sits = enter(pair.one, person)
    classes.withdraw_seat(left, reason="外出务工", by=SYSTEM)
    enrollments.accept(sits, by=SYSTEM)
    (refill,) = [one for one in queries.variations_of(pair.one.id) if one.status == VariationStatus.ASKED]
    classes.decide_variation(refill, approve=True, by=officer())
    classes.withdraw_seat(first_seat(pair.two), reason="外出务工", by=SYSTEM)
    assert waits.status == EnrollmentStatus.WAITING
    change(pair.one, K.TRANSFER, seat_id=first_seat(pair.one).id, class_id=pair.two.id)
    assert (waits.status, pair.two.seats_taken) == (EnrollmentStatus.WITHDRAWN, 1)


def test_between_two_years_the_money_moves_from_one_budget_to_the_other() -> None:
    pair = two_locked(over_new_year=True)
    assert pair.one.budget_id != pair.two.budget_id
    budgets = [pair.one.budget_id or 0, pair.two.budget_id or 0]
    each = queries.places_of(pair.one.id)[0].reserved_fen
    change(pair.one, K.TRANSFER, seat_id=first_seat(pair.one).id, class_id=pair.two.id)
    assert [balances(number)[Pot.RESERVED] for number in budgets] == [each, 2 * each]
    (use,) = uses_of_seat(queries.active_seats(pair.two.id)[1])
    assert use.year == pair.two.start_on.year


def test_the_place_left_behind_is_offered_to_the_waiting_list() -> None:
    pair = two_locked(2, 2, capacity=2)
    waiting = enter(pair.one)
    classes.withdraw_seat(first_seat(pair.two), reason="外出务工", by=SYSTEM)
    change(pair.one, K.TRANSFER, seat_id=first_seat(pair.one).id, class_id=pair.two.id)
    assert (waiting.status, waiting.offer_place) == (EnrollmentStatus.OFFERED, 1)


def test_hours_so_far_stay_with_the_seat_that_was_left() -> None:
    pair = two_locked()
    begin_class(pair.one)
    with clock.at(clock.moment_of(pair.one.start_on, 18)):
        seat = first_seat(pair.one)
        variation = change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
        assert (seat.left_on, seat.hours_kept) == (pair.one.start_on, 0)
        assert variation.before["hours_kept"] == 0


def test_the_post_goes_along_or_is_one_of_the_other_order() -> None:
    pair = two_locked(2, 1, ordered=True)
    seat = first_seat(pair.one)
    change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    new = next(one for one in queries.active_seats(pair.two.id) if one.person_id == seat.person_id)
    assert (new.order_id, new.post_number) == (pair.two.order_id, 2)


def test_two_classes_are_merged_and_the_empty_one_is_cancelled_by_the_same_variation() -> None:
    pair = two_locked(2, 1)
    before = pair.money
    people = {seat.person_id for row in (pair.one, pair.two) for seat in queries.active_seats(row.id)}
    variation = change(pair.two, K.MERGE, class_id=pair.one.id)
    assert {seat.person_id for seat in queries.active_seats(pair.one.id)} == people
    assert (pair.two.status, pair.two.seats_taken, pair.one.seats_taken) == (ClassStatus.CANCELLED, 0, 3)
    assert pair.money == before
    assert {place.status for place in queries.places_of(pair.two.id)} == {PlaceStatus.RELEASED}
    fixes = [queries.fixes_of(row.id)[-1] for row in (pair.one, pair.two)]
    assert [(fix.version, fix.variation_id) for fix in fixes] == [(2, variation.id)] * 2
    assert fixes[1].facts["people"] == []
    assert {row.status for row in active_in(pair.one.id)} == {EnrollmentStatus.ENROLLED}
    assert [len(uses_of_seat(seat)) for seat in queries.active_seats(pair.one.id)] == [1, 1, 1]


def test_a_dropped_place_gives_its_money_back_when_its_class_is_merged_away() -> None:
    pair = two_locked(1, 2)
    each = queries.places_of(pair.one.id)[0].reserved_fen
    classes.withdraw_seat(first_seat(pair.two), reason="外出务工", by=SYSTEM)
    change(pair.two, K.MERGE, class_id=pair.one.id)
    assert pair.money[Pot.RESERVED] == 2 * each


def test_more_than_fit_are_not_merged() -> None:
    pair = two_locked(2, 2)
    with pytest.raises(DomainError, match="只能再坐 1 人"):
        change(pair.two, K.MERGE, class_id=pair.one.id)


def test_a_class_that_began_is_not_merged() -> None:
    pair = two_locked(2, 1)
    begin_class(pair.one)
    with pytest.raises(DomainError, match="已经开课"):
        change(pair.one, K.MERGE, class_id=pair.two.id)


def test_a_class_cancelled_meanwhile_takes_nobody() -> None:
    pair = two_locked()
    seat, by = first_seat(pair.one), clerk_of(pair.one)
    variation = classes.ask_variation(
        pair.one, K.TRANSFER, {"seat_id": seat.id, "class_id": pair.two.id}, "换个时间", by=by
    )
    classes.cancel(pair.two, reason="人太少", by=officer())
    with pytest.raises(DomainError, match="取消"):
        classes.decide_variation(variation, approve=True, by=officer())


def test_the_school_reports_who_left_and_the_bureau_decides() -> None:
    row = begin_class(two_locked(2, 1).one)
    seat = first_seat(row)
    with clock.at(clock.moment_of(row.start_on, 18)):
        variation = classes.ask_variation(row, K.WITHDRAW, {"seat_id": seat.id}, "三天没来", by=clerk_of(row))
        assert (variation.status, seat.status) == (VariationStatus.ASKED, SeatStatus.FIXED)
        classes.decide_variation(variation, approve=True, by=officer())
        assert (seat.status, seat.left_on, seat.hours_kept) == (SeatStatus.WITHDRAWN, row.start_on, 0)
    assert of_seat(seat.id).status == EnrollmentStatus.LEFT
    with pytest.raises(Refused):
        classes.decide_variation(variation, approve=True, by=officer())
