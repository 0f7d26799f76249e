"""定岗: proposed by wish and place with the reason beside it, and named by hand where the school knows better."""

import pytest

from app.accounts.rules import OrganizationKind
from app.classes import queries
from app.classes import service as classes
from app.classes.queries.wishing import why_words
from app.classes.rules import VariationKind
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.orders.rules import OrderKind
from app.people import service as people
from app.people.models import Trade, WishKind
from tests.makers import TOWNSHIP, SignIn
from tests.making.classes import (
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_school_set,
    seat_people,
)
from tests.making.locked import change, first_seat

pytestmark = pytest.mark.usefixtures("session")


def test_few_posts_are_proposed_to_those_who_wish_for_them(sign_in: SignIn) -> None:
    at = make_school_set()
    row = make_class(at, make_course(at), order=make_order(headcount=1))
    first, second = seat_people(row, 2)
    people.tell_wish(second.person, people.NewWish(WishKind.TRADE, Trade.WELDING.value), by=SYSTEM)
    people.tell_wish(second.person, people.NewWish(WishKind.WAGE, "500000"), by=SYSTEM)
    assert classes.propose_posts(row, by=at.by) == 1
    assert (first.post_number, second.post_number) == (None, 1)
    assert why_words(second) == "想学这一行，同一个县市，工资合意"
    assert "提议" in sign_in(at.clerk).get(f"/classes/{row.id}/roster").text


def test_a_post_named_by_hand_has_no_proposed_reason() -> None:
    at = make_school_set()
    row = make_class(at, make_course(at), order=make_order(headcount=3))
    (seat,) = seat_people(row, 1)
    classes.propose_posts(row, by=at.by)
    assert why_words(seat) == "同一个县市"
    classes.name_posts(row, {seat.id: classes.Aim(post_number=1)}, by=at.by)
    assert why_words(seat) == "同一个县市"
    classes.name_posts(row, {seat.id: classes.Aim(post_number=2)}, by=at.by)
    assert (seat.post_number, seat.post_why) == (2, "")


def test_those_far_from_the_workshop_work_at_home_and_those_near_it_there() -> None:
    at = make_school_set()
    course = make_course(at, "piecework")
    row = make_class(at, course, order=make_order(OrderKind.PIECEWORK, organization_kind=OrganizationKind.WORKSHOP))
    (seat,) = seat_people(row, 1)
    classes.propose_posts(row, by=at.by)
    assert (seat.livelihood, seat.post_why) == ("在家做，材料到车间领", "home")
    assert row.order is not None
    row.order.region_code = TOWNSHIP
    db.session.flush()
    db.session.refresh(row.order)
    seat.livelihood = ""
    classes.propose_posts(row, by=at.by)
    assert (seat.livelihood, why_words(seat)) == ("到车间做", "离车间近，同一个乡镇")


def test_a_changed_post_is_of_somebodys_hand() -> None:
    row = make_approved_class(1)
    seat = first_seat(row)
    assert seat.post_why == "plot"
    change(row, VariationKind.CHANGE_POST, seat_id=seat.id, livelihood="岳父家鱼塘")
    assert (seat.livelihood, seat.post_why) == ("岳父家鱼塘", "")
    assert queries.fixes_of(row.id)[-1].facts["posts"][0]["livelihood"] == "岳父家鱼塘"
