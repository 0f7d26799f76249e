"""Courses through their services: who offers, who lists, what the policy asks for."""

from typing import Any

import pytest

from app.accounts.service import declare_interest
from app.courses import queries, service
from app.courses.models import Course
from app.courses.queries import CourseFilters
from app.courses.rules import CourseStatus, Delivery
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.schools import service as schools
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.courses import clerk_of, course_text, make_course, make_listed_course, make_offered_course
from tests.making.schools import make_listed_school, make_school

pytestmark = pytest.mark.usefixtures("session")
MODES = (
    "order_training",
    "piecework",
    "joint_production",
    "public_welfare",
    "project",
    "farm_skills",
    "online",
    "taster",
)


def officer(area: str = COUNTY) -> Actor:
    return make_user(Role.TRAINING_OFFICER, area=(area,)).as_actor()


@pytest.mark.parametrize("mode", MODES)
def test_a_course_of_each_mode_gets_onto_the_menu(mode: str) -> None:
    with transaction():
        row = make_listed_course(mode)
    assert row.status == CourseStatus.LISTED
    assert row in queries.listed_courses()
    assert row in queries.listed_courses(COUNTY)
    assert row not in queries.listed_courses(OTHER_COUNTY)
    assert queries.mode_of(row).needs_order == (mode not in ("farm_skills", "online", "taster"))


def test_a_new_course_has_its_pinyin_and_the_picture_of_its_trade() -> None:
    row = make_course()
    assert row.title_pinyin == "wa jue ji jia shi"
    assert row.trade == "excavator"


@pytest.mark.parametrize(
    ("mode", "change", "field"),
    [
        ("order_training", {"theory_hours": 0, "practice_hours": 0}, "theory_hours"),
        ("order_training", {"theory_hours": -1}, "theory_hours"),
        ("order_training", {"level": 6}, "level"),
        ("no_such_mode", {}, "mode"),
        ("order_training", {"occupation_id": 999_999_999}, "occupation_id"),
        ("order_training", {"delivery": Delivery.ONLINE}, "delivery"),
        ("online", {"delivery": Delivery.SITE}, "delivery"),
        ("online", {"base_mode": ""}, "base_mode"),
        ("online", {"base_mode": "online"}, "base_mode"),
    ],
)
def test_a_course_that_is_not_right_names_the_field(mode: str, change: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as caught:
        make_course(mode, **change)
    assert caught.value.field == field


def test_only_an_online_course_keeps_a_base_mode_and_only_an_officer_sets_the_category() -> None:
    row = make_course(base_mode="farm_skills", rate_class="key_industry")
    assert (row.base_mode, row.rate_class) == ("", "")


@pytest.mark.parametrize(
    ("theory", "practice", "fields"),
    [
        (35, 69, ["theory_hours"]),
        (60, 60, ["practice_hours"]),
        (20, 20, ["theory_hours", "practice_hours"]),
        (42, 63, []),
    ],
)
def test_r16_r17_hours_too_few_or_too_little_practice_stop_the_offer_each_on_its_field(
    theory: int, practice: int, fields: list[str]
) -> None:
    school = make_listed_school()
    row = make_course(school=school, theory_hours=theory, practice_hours=practice)
    found = queries.problems_of(queries.text_of(row), row.region_code)
    assert [problem.field for problem in found] == fields
    if fields:
        with pytest.raises(DomainError) as caught:
            service.offer(row, by=clerk_of(school))
        assert caught.value.field == fields[0]


def test_a_school_that_is_not_listed_offers_nothing() -> None:
    school = make_school()
    row = make_course(school=school)
    with pytest.raises(Refused):
        service.offer(row, by=clerk_of(school))


def test_a_suspended_schools_courses_leave_the_menu_and_can_not_be_listed() -> None:
    school = make_listed_school()
    listed, offered = make_listed_course(school=school), make_offered_course(school=school)
    schools.suspend(school, by=SYSTEM, note="整改")
    db.session.flush()
    assert listed not in queries.listed_courses()
    with pytest.raises(Refused):
        service.list_course(offered, by=officer())


def test_a_school_writes_only_its_own_courses() -> None:
    school, other = make_listed_school(), make_listed_school()
    with pytest.raises(NotFound):
        service.draft(course_text(), school_id=other.id, by=clerk_of(school))
    row = make_course(school=school)
    with pytest.raises(NotFound):
        service.revise(row, course_text(), by=clerk_of(other))


def test_a_returned_course_is_changed_and_offered_again() -> None:
    school = make_listed_school()
    by = clerk_of(school)
    row = make_offered_course(school=school)
    with pytest.raises(Refused):
        service.revise(row, course_text(title="x"), by=by)
    service.send_back(row, reason="大纲太粗", by=officer())
    service.revise(row, course_text(title="挖掘机操作"), by=by)
    service.offer(row, by=by)
    with transaction():
        service.list_course(row, by=officer(), rate_class="other")
    assert (row.status, row.title, row.rate_class) == (CourseStatus.LISTED, "挖掘机操作", "other")
    assert queries.policy_facts(row).category == "other"


def test_whoever_offered_a_course_or_is_tied_to_the_school_does_not_list_it() -> None:
    school = make_listed_school()
    both = make_user(Role.SCHOOL_CLERK, Role.TRAINING_OFFICER, organization=school.organization).as_actor()
    row = make_course(school=school)
    service.offer(row, by=both)
    with pytest.raises(Forbidden):
        service.list_course(row, by=both)
    tied = make_user(Role.TRAINING_OFFICER)
    declare_interest(school.id, nature="原股东", by=SYSTEM, user_id=tied.id)
    with pytest.raises(Forbidden):
        service.list_course(row, by=tied.as_actor())
    with pytest.raises(DomainError):
        service.list_course(row, by=officer(), rate_class="no_such_class")


def test_the_second_of_two_officers_learns_what_the_first_did() -> None:
    with transaction():
        row = make_offered_course()
    seen = row.version
    with transaction():
        service.list_course(row, by=officer(), seen=seen)
    with pytest.raises(Conflict, match="上菜单"):
        service.send_back(row, reason="x", by=officer(), seen=seen)


def test_withdrawing_needs_a_reason() -> None:
    row = make_listed_course()
    with pytest.raises(DomainError):
        service.withdraw(row, reason="", by=officer())
    with transaction():
        service.withdraw(row, reason="不再开", by=officer())
    assert row not in queries.listed_courses()


def test_a_course_is_seen_by_its_school_its_area_and_on_the_menu_by_anybody() -> None:
    school = make_listed_school()
    draft, offered, listed = (
        make_course(school=school),
        make_offered_course(school=school),
        make_listed_course(school=school),
    )
    rows = (draft, offered, listed)

    def sees(by: Actor) -> list[Course]:
        return [row for row in db.session.scalars(queries.courses_for(by)).unique() if row in rows][::-1]

    assert sees(clerk_of(school)) == [draft, offered, listed]
    assert sees(clerk_of(make_listed_school())) == []
    assert sees(officer()) == [offered, listed]
    assert sees(officer(OTHER_COUNTY)) == []
    assert sees(make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()) == [listed]
    assert queries.public_course(listed.id, None) == listed
    assert queries.public_course(draft.id, clerk_of(school)) == draft
    for by in (None, officer()):
        with pytest.raises(NotFound):
            queries.public_course(draft.id, by)


def test_the_list_is_narrowed_by_mode_status_school_and_word() -> None:
    digger, online = make_offered_course(), make_listed_course("online", title="稻虾共作网课")
    by = officer()

    def found(**filters: Any) -> list[Course]:
        return list(db.session.scalars(queries.courses_for(by, CourseFilters(**filters))).unique())

    assert found() == [online, digger]
    assert found(mode="order_training") == [digger]
    assert found(mode="farm_skills") == [online]
    assert found(status=CourseStatus.LISTED) == [online]
    assert found(school_id=digger.school_id) == [digger]
    assert found(word="wa jue") == [digger]
    assert found(word="稻虾") == [online]
    assert queries.count_by_status(by) == {CourseStatus.OFFERED: 1, CourseStatus.LISTED: 1}
