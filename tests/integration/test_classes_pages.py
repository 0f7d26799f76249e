"""The pages of classes: a school plans and files, an officer approves, everything in the browser's words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.classes import queries
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries.filing import off_plan
from app.classes.rules import ClassStatus, VariationStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import (
    SchoolSet,
    begin_class,
    enter,
    file_class,
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_person,
    make_school_set,
    occupation_id,
    seat_people,
)
from tests.making.ledger import make_budget
from tests.making.rosters import make_confirmed_plan

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]

OTHER_VILLAGE = "430681107202"


def the_class(at: SchoolSet) -> TrainingClass:
    db.session.expire_all()
    return db.session.query(TrainingClass).filter_by(school_id=at.school.id).one()


def kept(user: Any) -> Any:
    """The account, committed, so that a refused request does not take it back."""
    db.session.commit()
    return user


def clerk(row: TrainingClass) -> Any:
    return kept(make_user(Role.SCHOOL_CLERK, organization=row.school))


def bureau(area: str = COUNTY) -> Any:
    return kept(make_user(Role.TRAINING_OFFICER, area=(area,)))


def test_a_school_plans_a_class_lays_out_its_timetable_and_opens_it(sign_in: SignIn) -> None:
    at = make_school_set()
    course = make_course(at, "farm_skills", title="稻虾共作", occupation_id=occupation_id("5-01-02-01"))
    db.session.commit()
    browser, day = sign_in(at.clerk), clock.today() + timedelta(days=30)
    assert browser.get("/classes/new").status_code == 200
    plan = {
        "course_id": course.id,
        "site_id": at.site.id,
        "capacity": "99",
        "start_on": day.isoformat(),
        "end_on": day.isoformat(),
        "direction_note": "自家稻田养虾",
        "assessor_id": at.assessor.id,
        "term": "2026 年第 1 期",
    }
    wrong = browser.post("/classes/new", data=plan)
    assert wrong.status_code == 422
    assert "只坐得下 60 人" in wrong.text
    assert 'value="99"' in wrong.text
    made = browser.post("/classes/new", data={**plan, "capacity": "20"})
    row = the_class(at)
    assert made.headers["Location"] == f"/classes/{row.id}/timetable"
    assert "自动排课" in browser.get(f"/classes/{row.id}/timetable").text
    pattern = {
        "start_on": day.isoformat(),
        "halves": ["morning", "afternoon"],
        "hours_a_half": "4",
        "theory_teacher_id": at.teacher.id,
        "practice_teacher_id": at.teacher.id,
        "theory_topic": "理论",
        "practice_topic": "实操",
    }
    assert browser.post(f"/classes/{row.id}/timetable", data={**pattern, "halves": []}).status_code == 422
    assert browser.post(f"/classes/{row.id}/timetable", data=pattern).status_code == 303
    sessions = queries.sessions_of(row.id)
    assert sum(one.hours for one in sessions) == 105
    lesson = {
        "on": sessions[0].on.isoformat(), "half": "evening", "hours": "3", "kind": "theory", "topic": "夜校",
        "teacher_id": at.teacher.id,
    }  # fmt: skip
    address = f"/classes/{row.id}/sessions/{sessions[0].id}"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data=lesson).status_code == 303
    assert browser.post(f"/classes/{row.id}/sessions/new", data={**lesson, "half": "evening"}).status_code == 422
    assert browser.post(f"/classes/{row.id}/open").status_code == 303
    assert "正在预报名" in browser.get(f"/classes/{row.id}", follow_redirects=True).text
    assert browser.get(f"/terms/{the_class(at).term_id}").status_code == 200
    assert "稻虾共作第1班" in browser.get("/classes?q=稻虾").text


def test_a_class_is_filed_with_its_roster_and_approved_out_of_a_budget(sign_in: SignIn) -> None:
    at = make_school_set()
    row = make_class(at, make_course(at), order=make_order())
    seat_people(row, 2)
    budget = make_budget(100_000_000, year=row.start_on.year)
    db.session.commit()
    browser = sign_in(at.clerk)
    refused = browser.post(f"/classes/{row.id}/file", data={"version": row.version})
    assert refused.status_code == 422
    assert "还没有对应到订单里的岗位" in refused.text
    assert browser.get(f"/classes/{row.id}/roster").status_code == 200
    assert browser.post(f"/classes/{row.id}/roster/propose").status_code == 303
    seats = queries.active_seats(row.id)
    named = {f"seat_{seats[0].id}": "5", f"seat_{seats[1].id}": "5"}
    assert "两个人" in browser.post(f"/classes/{row.id}/roster", data=named).text
    assert browser.post(f"/classes/{row.id}/roster", data={**named, f"seat_{seats[1].id}": "6"}).status_code == 303
    db.session.expire_all()
    assert browser.post(f"/classes/{row.id}/file", data={"version": row.version}).status_code == 303
    officer = sign_in(bureau())
    page = officer.get(f"/classes/{row.id}").text
    assert "批准时预留" in page
    db.session.expire_all()
    assert officer.post(f"/classes/{row.id}/return", data={"version": row.version}).status_code == 422
    decided = {"version": row.version, "budget_id": budget.id, "note": "同意"}
    assert officer.post(f"/classes/{row.id}/approve", data=decided).status_code == 303
    db.session.expire_all()
    assert row.status == ClassStatus.APPROVED
    assert "第 1 版" in officer.get(f"/classes/{row.id}/history").text
    again = officer.post(f"/classes/{row.id}/approve", data=decided)
    assert again.status_code == 422


def test_whoever_is_not_on_the_plans_list_is_marked_to_the_approving_officer(sign_in: SignIn) -> None:
    at = make_school_set()
    course = make_course(at, "farm_skills", title="稻虾共作", occupation_id=occupation_id("5-01-02-01"))
    named, other = make_person(), make_person()
    plan = make_confirmed_plan([named], course=course, order=None, headcount=2)
    row = make_class(at, course, plan_id=plan.id)
    for person in (named, other):
        enter(row, person)
    classes.propose_posts(row, by=at.by)
    classes.file(row, by=at.by)
    assert [seat.person_id for seat in off_plan(row)] == [other.id]
    db.session.commit()
    officer = sign_in(bureau())
    page = officer.get(f"/classes/{row.id}").text
    assert "有 1 人不在计划名单上" in page
    assert other.name in page
    roster = officer.get(f"/classes/{row.id}/roster").text
    assert roster.count("名单外") == 1
    budget = make_budget(100_000_000, year=row.start_on.year)
    db.session.commit()
    decided = {"version": row.version, "budget_id": budget.id, "note": ""}
    assert officer.post(f"/classes/{row.id}/approve", data=decided).status_code == 303


def test_a_village_officer_sees_where_the_villages_people_learn_elsewhere(sign_in: SignIn) -> None:
    row, local = make_class(), make_person()
    enter(row, local)
    db.session.commit()
    home, away = (
        make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)),
        make_user(Role.VILLAGE_OFFICER, area=(OTHER_VILLAGE,)),
    )
    page = sign_in(kept(home)).get("/classes").text
    assert f'href="/classes/{row.id}"' in page
    assert "在别处学的" not in page
    assert row.name not in sign_in(kept(away)).get("/classes").text
    stranger = make_person(village=OTHER_VILLAGE)
    enter(row, stranger)
    db.session.commit()
    page = sign_in(away).get("/classes").text
    assert f'href="/classes/{row.id}/about"' in page
    assert "在别处学的" in page
    assert sign_in(away).get(f"/classes/{row.id}").status_code == 404


def test_too_little_budget_is_said_on_the_page(sign_in: SignIn) -> None:
    row = file_class(make_class(), 2)
    budget = make_budget(100, year=row.start_on.year)
    db.session.commit()
    answer = sign_in(bureau()).post(f"/classes/{row.id}/approve", data={"version": row.version, "budget_id": budget.id})
    assert answer.status_code == 422
    assert "还差" in answer.text


def test_a_variation_is_asked_for_and_decided_side_by_side(sign_in: SignIn) -> None:
    row = make_approved_class(2)
    db.session.commit()
    school = sign_in(clerk(row))
    ways = school.get(f"/classes/{row.id}/variations").text
    assert f"/classes/{row.id}/variations/postpone" in ways
    assert f"/classes/{row.id}/variations/change_site" in ways
    for kind in ("postpone", "move_session", "change_teacher", "change_site", "change_post", "change_direction"):
        assert school.get(f"/classes/{row.id}/variations/{kind}").status_code == 200
    assert school.get(f"/classes/{row.id}/variations/refill").status_code == 404
    assert school.post(f"/classes/{row.id}/variations/postpone", data={"days": "0", "reason": "雨"}).status_code == 422
    asked = school.post(f"/classes/{row.id}/variations/postpone", data={"days": "3", "reason": "连日下雨"})
    address = asked.headers["Location"]
    assert "等培训管理员审批" in school.get(address).text
    officer = sign_in(bureau())
    assert "连日下雨" in officer.get("/class-variations").text
    assert "改前" in officer.get(address).text
    assert officer.post(f"{address}/refuse", data={}).status_code == 422
    assert officer.post(f"{address}/approve", data={}).status_code == 303
    db.session.expire_all()
    assert queries.variations_of(row.id)[0].status == VariationStatus.APPROVED
    assert row.fix_version == 2


def test_papers_are_printed_kept_and_opened_only_with_the_class(sign_in: SignIn) -> None:
    row, other = make_approved_class(2), make_class()
    db.session.commit()
    school = sign_in(clerk(row))
    number = ""
    for design in ("filing-form", "roster", "timetable"):
        printed = school.post(f"/classes/{row.id}/print/{design}")
        assert printed.status_code == 303
        paper = school.get(printed.headers["Location"])
        assert paper.data.startswith(b"%PDF")
        number = printed.headers["Location"].rpartition("/")[2]
    assert school.post(f"/classes/{row.id}/print/completion").status_code == 404
    assert sign_in(clerk(other)).get(f"/classes/{other.id}/papers/{number}").status_code == 404


def test_a_class_is_suspended_resumed_and_cancelled_with_what_it_gives_back(sign_in: SignIn) -> None:
    row = begin_class(make_approved_class(2))
    db.session.commit()
    officer = sign_in(bureau())
    assert officer.post(f"/classes/{row.id}/suspend", data={"reason": ""}).status_code == 422
    assert officer.post(f"/classes/{row.id}/suspend", data={"reason": "消防检查"}).status_code == 303
    assert officer.post(f"/classes/{row.id}/resume").status_code == 303
    answer = officer.post(f"/classes/{row.id}/cancel", data={"reason": "水灾"}, follow_redirects=True)
    assert "退了 2 个座位" in answer.text


def test_strangers_get_a_page_not_found_and_readers_no_buttons(sign_in: SignIn) -> None:
    row = file_class(make_class(), 1)
    db.session.commit()
    for user in (bureau(OTHER_COUNTY), kept(make_school_set().clerk)):
        for path in ("", "/timetable", "/roster", "/variations", "/history"):
            assert sign_in(user).get(f"/classes/{row.id}{path}").status_code == 404
    auditor = sign_in(kept(make_user(Role.AUDITOR)))
    page = auditor.get(f"/classes/{row.id}").text
    assert "批准开班" not in page
    assert auditor.post(f"/classes/{row.id}/approve").status_code == 403


def test_every_status_draws_its_page(sign_in: SignIn) -> None:
    at = make_school_set()
    taster = make_course(at, "taster", title="插花体验", level=0, theory_hours=0, practice_hours=1)
    rows = [make_class(at, taster), file_class(make_class(), 1), begin_class(make_approved_class(1))]
    db.session.commit()
    for user in (bureau(), kept(make_user(Role.AUDITOR)), kept(make_user(Role.VILLAGE_OFFICER))):
        browser = sign_in(user)
        assert browser.get("/classes").status_code == 200
        for row in rows:
            for path in ("", "/timetable", "/roster", "/history"):
                assert browser.get(f"/classes/{row.id}{path}").status_code == 200
