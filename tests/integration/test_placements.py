"""Posts and livelihoods taken up: expected at issue, confirmed by the one who can know."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from app.audit.queries import events_of
from app.classes.models import ClassPlace, TrainingClass
from app.classes.queries import active_seats
from app.classes.rules import PlaceStatus
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.placements import queries
from app.placements import service as placements
from app.placements.models import Placement
from app.placements.rules import PlacementStatus
from app.placements.signals import placement_reopening
from tests.makers import OTHER_COUNTY, TOWNSHIP, VILLAGE, make_organization, make_user
from tests.making.classes import clerk_of, make_order, officer
from tests.making.results import issue, make_assessed_class

pytestmark = pytest.mark.usefixtures("session")


def hired(people: int = 1) -> tuple[TrainingClass, list[Placement], Actor]:
    """A certified class for an order, its placements, and the employer."""
    order = make_order()
    class_ = make_assessed_class(people, order=order)
    issue(class_)
    employer = make_user(Role.EMPLOYER, organization=order.organization).as_actor()
    return class_, list(queries.placements_of(class_.id)), employer


def own_livelihood() -> tuple[TrainingClass, Placement]:
    class_ = make_assessed_class(1)
    issue(class_)
    return class_, queries.placements_of(class_.id)[0]


def later(class_: TrainingClass) -> AbstractContextManager[None]:
    return clock.at(clock.moment_of(class_.end_on + timedelta(days=10), 9))


def confirm(placement: Placement, class_: TrainingClass, by: Actor) -> None:
    with later(class_):
        placements.confirm(
            placement, took_up_on=class_.end_on + timedelta(days=3), pay_fen=450_000, proof="已签劳动合同", by=by
        )


def test_everyone_certified_is_expected_at_the_post_of_the_seat() -> None:
    class_, expected, employer = hired(2)
    seats = {seat.id: seat for seat in active_seats(class_.id)}
    for placement in expected:
        seat = seats[placement.seat_id]
        assert placement.status is PlacementStatus.EXPECTED
        assert (placement.order_id, placement.post_number) == (class_.order_id, seat.post_number)
        assert placement.organization_id == employer.organization_id
    assert len(expected) == 2


def test_a_livelihood_is_expected_without_an_employer() -> None:
    _class, placement = own_livelihood()
    assert placement.organization_id is None
    assert placement.livelihood


def test_the_employer_confirms_who_since_when_and_at_what_pay() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)
    assert placement.status is PlacementStatus.CONFIRMED
    assert placement.took_up_on == class_.end_on + timedelta(days=3)
    assert (placement.pay_fen, placement.proof, placement.confirmed_by) == (450_000, "已签劳动合同", employer.key)


def test_an_employer_never_confirms_others_people_and_nobody_else_confirms_its_own() -> None:
    class_, (placement,), _employer = hired()
    other = make_user(Role.EMPLOYER, organization=make_organization()).as_actor()
    for by in (other, officer(), make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor(), clerk_of(class_)):
        with pytest.raises(Forbidden):
            confirm(placement, class_, by)
        with pytest.raises(Forbidden):
            placements.decline(placement, reason="没来", by=by)
    with pytest.raises(NotFound):
        queries.placement_for(other, placement.id)


def test_a_livelihood_is_confirmed_by_an_officer_of_the_area_and_by_no_employer() -> None:
    class_, placement = own_livelihood()
    outside = make_user(Role.TOWNSHIP_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    employer = make_user(Role.EMPLOYER, organization=make_organization()).as_actor()
    for by in (outside, employer):
        with pytest.raises(Forbidden):
            confirm(placement, class_, by)
    confirm(placement, class_, make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,)).as_actor())
    assert placement.status is PlacementStatus.CONFIRMED


@pytest.mark.parametrize(
    ("days", "pay", "proof", "field"),
    [
        (30, None, "合同", "took_up_on"),
        (-200, None, "合同", "took_up_on"),
        (1, 0, "合同", "pay_fen"),
        (1, None, " ", "proof"),
    ],
)
def test_what_is_wrong_with_a_confirmation_is_said_at_its_field(
    days: int, pay: int | None, proof: str, field: str
) -> None:
    class_, (placement,), employer = hired()
    with later(class_), pytest.raises(DomainError) as refused:
        placements.confirm(
            placement, took_up_on=class_.end_on + timedelta(days=days), pay_fen=pay, proof=proof, by=employer
        )
    assert refused.value.field == field
    assert placement.status is PlacementStatus.EXPECTED


def test_not_taken_up_has_a_reason_and_may_be_corrected_before_the_claim() -> None:
    class_, (placement,), employer = hired()
    with pytest.raises(DomainError):
        placements.decline(placement, reason="", by=employer)
    placements.decline(placement, reason="去了外省", by=employer)
    with pytest.raises(DomainError):
        placements.reopen(placement, reason=" ", by=employer)
    placements.reopen(placement, reason="其实来了", by=employer)
    confirm(placement, class_, employer)
    assert [event.note for event in events_of(placement) if event.action == "decline"] == ["去了外省"]
    assert placement.status is PlacementStatus.CONFIRMED


def test_once_claimed_nothing_is_corrected() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)
    place = db.session.get_one(ClassPlace, (class_.id, active_seats(class_.id)[0].place_no))
    place.status = PlaceStatus.CLAIMED
    db.session.flush()
    with pytest.raises(Refused, match="已经申领"):
        placements.reopen(placement, reason="写错了", by=employer)


def test_a_later_step_that_built_on_it_may_forbid_the_correction() -> None:
    class_, (placement,), employer = hired()
    confirm(placement, class_, employer)

    def forbid(_placement: Placement, **_more: object) -> None:
        raise Refused("已申领")

    with placement_reopening.connected_to(forbid), pytest.raises(Refused, match="已申领"):
        placements.reopen(placement, reason="写错了", by=employer)
    assert placement.status is PlacementStatus.CONFIRMED


def test_an_employer_sees_its_own_an_officer_the_area_a_school_its_classes() -> None:
    class_, (placement,), employer = hired()
    for by in (employer, officer(), clerk_of(class_), make_user(Role.AUDITOR).as_actor()):
        assert queries.placement_for(by, placement.id) is placement
    for by in (officer((OTHER_COUNTY,)), make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()):
        with pytest.raises(NotFound):
            queries.placement_for(by, placement.id)


def test_no_sql_places_somebody_without_a_certificate() -> None:
    class_, placement = own_livelihood()
    other = make_assessed_class(1)
    row = {column.key: getattr(placement, column.key) for column in Placement.__table__.columns if column.key != "id"}
    seat = active_seats(other.id)[0]
    with pytest.raises(DBAPIError, match="has no certificate"), db.session.begin_nested():
        db.session.execute(
            insert(Placement), row | {"seat_id": seat.id, "class_id": other.id, "person_id": seat.person_id}
        )
    assert class_.id != other.id
