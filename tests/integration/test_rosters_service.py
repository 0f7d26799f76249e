"""Plans through their services: so many people for a budget, then by name."""

from datetime import date
from typing import Any

import pytest

from app.courses import service as courses
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, NotFound, Refused
from app.orders import service as orders
from app.orders.rules import OrderKind
from app.people.models import Group, Person
from app.people.queries import PeopleFilters
from app.people.service import NewGroup, reserve_use
from app.rosters import queries, service
from app.rosters.queries import PlanFilters
from app.rosters.rules import PlanStatus, Trained
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_user
from tests.making.courses import make_listed_course, make_offered_course
from tests.making.ledger import close_year, make_budget
from tests.making.orders import make_placed_order, make_verified_order
from tests.making.people import make_person
from tests.making.rosters import make_confirmed_plan, make_plan, plan_facts, planner

pytestmark = pytest.mark.usefixtures("session")
MODES = {
    "order_training": OrderKind.HIRING,
    "piecework": OrderKind.PIECEWORK,
    "joint_production": OrderKind.JOINT_PRODUCTION,
    "public_welfare": OrderKind.PUBLIC_WELFARE,
    "farm_skills": None,
    "online": None,
}


def refused_field(**facts: Any) -> str | None:
    with pytest.raises(DomainError) as caught:
        service.plan(plan_facts(**facts), by=planner())
    return caught.value.field


@pytest.mark.parametrize(("mode", "kind"), MODES.items())
def test_a_plan_of_each_mode_takes_the_order_that_the_mode_wants(mode: str, kind: OrderKind | None) -> None:
    course, order = make_listed_course(mode), make_verified_order(kind) if kind else None
    with transaction():
        row = service.plan(plan_facts(course, order), by=planner())
    assert row.status == PlanStatus.DRAFT
    assert row.title == f"{row.region.name} {course.title}"
    assert row.estimate_fen > 0
    assert row.estimate_fen % row.headcount == 0


def test_the_estimate_is_the_most_that_a_line_can_reach_times_the_headcount() -> None:
    row = make_plan()
    each = queries.estimate(row.course, row.region_code, 1)
    assert each >= 180_000
    assert row.estimate_fen == 3 * each
    service.revise(row, plan_facts(row.course, row.order, headcount=2), by=planner())
    assert row.estimate_fen == 2 * each


def test_a_plan_that_is_not_right_names_the_field() -> None:
    course, order = make_listed_course(), make_verified_order()
    assert refused_field(course=course) == "order_id"
    assert refused_field(course=course, order=make_placed_order()) == "order_id"
    assert refused_field(course=course, order=make_verified_order(OrderKind.PIECEWORK)) == "order_id"
    assert refused_field(course=make_listed_course("farm_skills"), order=order) == "order_id"
    assert refused_field(course=course, order=order, headcount=0) == "headcount"
    assert refused_field(course=course, order=order, headcount=4) == "headcount"
    assert refused_field(course=course, order=order, region_code=OTHER_COUNTY) == "region_code"
    assert refused_field(course=make_offered_course(), order=order) == "course_id"
    assert refused_field(course=make_listed_course("taster")) == "course_id"
    assert refused_field(course=course, order=order, budget=make_budget(region=OTHER_COUNTY)) == "budget_id"
    assert refused_field(course=course, order=order, budget=make_budget(region="430681101")) == "budget_id"


def test_a_figure_that_the_policy_leaves_blank_is_named() -> None:
    course = make_listed_course("farm_skills", level=2)
    with pytest.raises(DomainError) as caught:
        service.plan(plan_facts(course), by=planner())
    assert caught.value.field == "course_id"
    assert "没有公布" in str(caught.value)


def test_a_budget_closed_at_the_end_of_the_year_is_refused() -> None:
    budget = make_budget(year=2024)
    close_year(budget)
    assert refused_field(budget=budget) == "budget_id"


def test_plans_of_one_order_never_count_on_more_posts_than_it_has() -> None:
    course, order = make_listed_course(), make_verified_order(headcount=5)
    first = service.plan(plan_facts(course, order, headcount=3), by=planner())
    assert queries.posts_left(order) == 2
    assert refused_field(course=course, order=order, headcount=3) == "headcount"
    service.close(first, by=planner())
    db.session.flush()
    assert queries.posts_left(order) == 5


def test_people_are_named_once_in_one_go_and_never_more_than_planned() -> None:
    people = [make_person() for _ in range(4)]
    row, by = make_plan(), planner()
    with transaction():
        assert service.add_names(row, [person.id for person in people[:2]], by=by, why="全村") == 2
    assert service.add_names(row, [people[0].id, people[2].id], by=by) == 1
    with pytest.raises(DomainError) as caught:
        service.add_names(row, [people[3].id], by=by)
    assert caught.value.field == "people"
    assert [name.why for name in queries.names_of(row.id)].count("全村") == 2
    assert queries.count_named([row.id]) == {row.id: 3}


def test_only_people_of_the_plans_region_and_the_officers_area_are_named() -> None:
    elsewhere = make_person(region_code="430681101202")
    row = make_plan()
    with pytest.raises(DomainError):
        service.add_names(row, [elsewhere.id], by=planner())
    here = make_person()
    with pytest.raises(DomainError):
        service.add_names(row, [here.id], by=make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)).as_actor())


def test_confirming_locks_the_names_until_the_plan_is_reopened() -> None:
    person, by = make_person(), planner()
    with transaction():
        row = make_confirmed_plan([person], by=by)
    name = queries.names_of(row.id)[0]
    for change in (
        lambda: service.add_names(row, [make_person().id], by=by),
        lambda: service.remove_names(row, [name.id], by=by),
        lambda: service.revise(row, plan_facts(row.course, row.order), by=by),
    ):
        with pytest.raises(Refused):
            change()
    with transaction():
        service.reopen(row, by=by, note="有人外出")
    with transaction():
        assert service.remove_names(row, [name.id], by=by) == 1
    assert queries.names_of(row.id) == []


def test_an_empty_list_is_not_confirmed() -> None:
    with pytest.raises(Refused):
        service.confirm(make_plan(), by=planner())


def test_a_plan_is_not_made_smaller_than_its_list() -> None:
    row = make_plan(make_person(), make_person())
    with pytest.raises(DomainError):
        service.revise(row, plan_facts(row.course, row.order, headcount=1), by=planner())


def test_the_second_of_two_officers_learns_what_the_first_did() -> None:
    with transaction():
        row = make_plan(make_person())
    seen = row.version
    with transaction():
        service.confirm(row, by=planner(), seen=seen)
    with pytest.raises(Conflict, match="下达计划"):
        service.close(row, by=planner(), seen=seen)


def test_a_closed_plan_stays_closed() -> None:
    row = make_plan()
    service.close(row, by=planner())
    with pytest.raises(Refused):
        service.reopen(row, by=planner())


def found(row: Any, trained: Trained = Trained.ANY, **filters: Any) -> set[Person]:
    query = queries.candidates(planner(), row, PeopleFilters(**filters), trained)
    return set(db.session.scalars(query).unique())


def test_candidates_are_found_by_village_wish_group_and_training() -> None:
    with clock.at(clock.moment_of(date(2026, 3, 2), 9)):
        plain = make_person(name="甲示例")
        wishing = make_person(name="乙示例", wish_trade="excavator")
        grouped = make_person(NewGroup(Group.RURAL_TRANSFER, "户口簿", valid_from=date(2026, 1, 1)), name="丙示例")
        trained, other = make_person(name="丁示例"), make_person(name="戊示例")
        outside = make_person(name="己示例", region_code="430681101202")
        row = make_plan()
        code = row.course.occupation.code
        reserve_use(trained.id, occupation_code=code, level=5, slots=3, year=2026, reference="import:1", by=SYSTEM)
        reserve_use(
            other.id, occupation_code="4-10-01-01", level=5, slots=3, year=2026, reference="import:2", by=SYSTEM
        )
        mine = {plain, wishing, grouped, trained, other, outside}
        assert found(row) & mine == {plain, wishing, grouped, trained, other}
        assert found(row, region_code=VILLAGE) & mine == {plain, wishing, grouped, trained, other}
        assert found(row, wish="excavator") & mine == {wishing}
        assert found(row, group=Group.RURAL_TRANSFER) & mine == {grouped}
        assert found(row, Trained.NEVER) & mine == {plain, wishing, grouped}
        assert found(row, Trained.NOT_THIS) & mine == {plain, wishing, grouped, other}
        service.add_names(row, [plain.id], by=planner())
        assert plain not in found(row)


def test_a_plan_is_seen_in_its_area_only() -> None:
    row = make_plan()
    for area in (COUNTY, TOWNSHIP):
        assert queries.plan_for(make_user(Role.TOWNSHIP_OFFICER, area=(area,)).as_actor(), row.id) == row
    stranger: Actor = make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    with pytest.raises(NotFound):
        queries.plan_for(stranger, row.id)
    assert list(db.session.scalars(queries.plans_for(stranger))) == []


def test_the_list_is_narrowed_by_status_region_and_word() -> None:
    draft, confirmed = make_plan(), make_confirmed_plan([make_person()])
    by = planner()

    def listed(**filters: Any) -> list[Any]:
        return list(db.session.scalars(queries.plans_for(by, PlanFilters(**filters))))

    assert listed() == [confirmed, draft]
    assert listed(status=PlanStatus.DRAFT) == [draft]
    assert listed(region_code=TOWNSHIP) == [confirmed, draft]
    assert listed(region_code="430681101") == []
    assert listed(word="挖掘") == [confirmed, draft]
    assert listed(word="插花") == []
    assert queries.count_by_status(by) == {PlanStatus.DRAFT: 1, PlanStatus.CONFIRMED: 1}


def test_a_plan_whose_order_is_withdrawn_says_so_when_it_is_changed() -> None:
    row = make_plan()
    assert row.order is not None
    employer = make_user(Role.EMPLOYER, organization=row.order.organization).as_actor()
    orders.withdraw(row.order, reason="停工", by=employer)
    with pytest.raises(DomainError) as caught:
        service.revise(row, plan_facts(row.course, row.order), by=planner())
    assert caught.value.field == "order_id"


def test_a_plan_whose_course_left_the_menu_says_so_when_it_is_changed() -> None:
    row = make_plan()
    courses.withdraw(row.course, reason="不再开", by=planner())
    with pytest.raises(DomainError) as caught:
        service.revise(row, plan_facts(row.course, row.order), by=planner())
    assert caught.value.field == "course_id"
