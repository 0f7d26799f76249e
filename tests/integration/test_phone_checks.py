"""Phone checks: who is called is drawn, numbers are shown one at a time, what people say has effect."""

from datetime import timedelta

import pytest

from app.audit.queries import events_of
from app.classes.models import Seat
from app.classes.queries import active_seats, sessions_of
from app.enrollments.denials.models import Denial
from app.enrollments.queries import of_seat
from app.inspections import queries, service
from app.inspections.rules import CallResult, order
from app.inspections.service import Said
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.policies.rules.pack import Pack
from tests.makers import OTHER_COUNTY, make_user
from tests.making.classes import clerk_of, make_class, officer
from tests.making.results import make_running_class, mark_all

pytestmark = pytest.mark.usefixtures("session")
REACHED = Said(CallResult.REACHED, in_class=True, agreed=True)


def inspector() -> Actor:
    """An inspector of the county."""
    return make_user(Role.INSPECTOR).as_actor()


def seat_of(number: int) -> Seat:
    """A seat by its id."""
    return db.session.get_one(Seat, number)


def test_at_least_a_tenth_is_called_in_an_order_anybody_can_draw_again() -> None:
    class_ = make_running_class(3)
    check = service.start_check(class_, by=inspector())
    assert (check.percent, check.due, len(check.seats)) == (10, 1, 3)
    assert check.seats == order(check.seed, [seat.id for seat in active_seats(class_.id)])
    assert queries.to_call(check) == check.seats[:1]


@pytest.mark.parametrize(("percent", "due"), [(10, 1), (34, 2), (67, 3), (100, 3)])
def test_the_share_is_rounded_up(monkeypatch: pytest.MonkeyPatch, percent: int, due: int) -> None:
    class_ = make_running_class(3)
    monkeypatch.setattr(Pack, "count", lambda _pack, _key: percent)
    assert service.start_check(class_, by=inspector()).due == due


def test_without_the_figure_nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = make_running_class(1)
    monkeypatch.setattr(Pack, "count", lambda _pack, _key: None)
    with pytest.raises(Refused, match="每班至少电话抽查的比例"):
        service.start_check(class_, by=inspector())


def test_a_class_without_an_approved_roster_is_not_called_and_only_inspectors_call() -> None:
    with pytest.raises(Refused, match="还没有批准"):
        service.start_check(make_class(), by=inspector())
    class_ = make_running_class(1)
    for by in (officer(), clerk_of(class_), make_user(Role.AUDITOR).as_actor()):
        with pytest.raises(Forbidden):
            service.start_check(class_, by=by)


def test_a_number_is_shown_to_the_caller_alone_and_that_is_written_down() -> None:
    class_, by = make_running_class(3), inspector()
    check = service.start_check(class_, by=by)
    first, second = (seat_of(number) for number in check.seats[:2])
    assert service.show_number(check, first, by=by) == first.person.phone
    (event,) = [one for one in events_of(first.person) if one.action == "unmask"]
    assert event.actor_key == by.key
    assert event.facts == {"field": "phone", "phone_check": check.id}
    with pytest.raises(NotFound):
        service.show_number(check, second, by=by)
    with pytest.raises(Forbidden):
        service.show_number(check, first, by=officer())
    service.record_call(check, first, REACHED, by=by)
    with pytest.raises(Refused, match="已经打过"):
        service.show_number(check, first, by=by)


def test_for_each_person_not_reached_one_more_is_called() -> None:
    class_, by = make_running_class(3), inspector()
    check = service.start_check(class_, by=by)
    service.record_call(check, seat_of(check.seats[0]), Said(CallResult.NO_ANSWER), by=by)
    assert queries.to_call(check) == check.seats[:2]
    service.record_call(check, seat_of(check.seats[1]), Said(CallResult.WRONG_NUMBER), by=by)
    service.record_call(check, seat_of(check.seats[2]), REACHED, by=by)
    assert queries.to_call(check) == check.seats
    with pytest.raises(Conflict):
        service.record_call(check, seat_of(check.seats[2]), REACHED, by=by)


def test_who_says_no_on_the_phone_has_a_denial_and_what_does_not_fit_is_marked() -> None:
    class_, by = make_running_class(1), inspector()
    check = service.start_check(class_, by=by)
    (seat_id,) = check.seats
    said = Said(CallResult.REACHED, in_class=False, agreed=False, days=9, teacher="不认识")
    service.record_call(check, seat_of(seat_id), said, by=by)
    (denial,) = db.session.query(Denial).all()
    assert denial.enrollment_id == of_seat(seat_id).id
    assert queries.odd_calls(check) == {seat_id: ["in_class", "agreed", "days"]}
    assert queries.doubt_counts(class_.id) == 1


def test_a_day_more_or_less_is_how_people_remember() -> None:
    class_, by = make_running_class(1), inspector()
    mark_all(class_)
    check = service.start_check(class_, by=by)
    days = len({session.on for session in sessions_of(class_.id)})
    with clock.at(sessions_of(class_.id)[-1].ends_at + timedelta(days=1)):
        said = Said(CallResult.REACHED, in_class=True, agreed=True, days=days - 1)
        service.record_call(check, seat_of(check.seats[0]), said, by=by)
    assert queries.odd_calls(check) == {}


def test_who_was_reached_must_have_been_asked() -> None:
    class_, by = make_running_class(1), inspector()
    check = service.start_check(class_, by=by)
    with pytest.raises(DomainError, match="打通了就要问"):
        service.record_call(check, seat_of(check.seats[0]), Said(CallResult.REACHED, in_class=True), by=by)


def test_a_school_and_another_county_do_not_see_whom_we_call() -> None:
    class_ = make_running_class(1)
    check = service.start_check(class_, by=inspector())
    assert queries.check_for(officer(), check.id) is check
    for by in (clerk_of(class_), make_user(Role.INSPECTOR, area=(OTHER_COUNTY,)).as_actor()):
        with pytest.raises(NotFound):
            queries.check_for(by, check.id)
