"""Courses for tests, through their services."""

from dataclasses import replace
from typing import Any

from app.courses import service
from app.courses.models import Course
from app.courses.rules import CourseText, Delivery
from app.kernel.access import Actor, Role
from app.schools.models import School
from app.schools.queries import school as find_school
from tests.makers import make_user
from tests.making.orders import EXCAVATOR, occupation_id
from tests.making.schools import list_for, make_listed_school


def course_text(mode: str = "order_training", code: str = EXCAVATOR, **changes: Any) -> CourseText:
    """What a good course of a mode says; keywords change parts of it."""
    online = mode == "online"
    text = CourseText(
        mode=mode,
        base_mode="farm_skills" if online else "",
        title="挖掘机驾驶",
        occupation_id=occupation_id(code),
        level=5,
        theory_hours=1 if mode == "taster" else 35,
        practice_hours=0 if mode == "taster" else 70,
        delivery=Delivery.ONLINE if online else Delivery.BOTH,
        syllabus="第一单元 安全\n第二单元 操作\n第三单元 保养",
        benefits="结业证书，推荐到订单企业上岗。",
    )
    return replace(text, **changes)


def clerk_of(school: School) -> Actor:
    """Who signs for a school."""
    return make_user(Role.SCHOOL_CLERK, organization=school.organization).as_actor()


def make_course(mode: str = "order_training", *, school: School | None = None, **changes: Any) -> Course:
    """A draft course of a listed school."""
    school = school or make_listed_school()
    return service.draft(course_text(mode, **changes), school_id=school.id, by=clerk_of(school))


def make_offered_course(mode: str = "order_training", *, school: School | None = None, **changes: Any) -> Course:
    """A course offered for the menu."""
    school = school or make_listed_school()
    row = make_course(mode, school=school, **changes)
    service.offer(row, by=clerk_of(school))
    return row


def make_listed_course(mode: str = "order_training", *, school: School | None = None, **changes: Any) -> Course:
    """A course on the menu."""
    row = make_offered_course(mode, school=school, **changes)
    service.list_course(row, by=make_user(Role.TRAINING_OFFICER).as_actor())
    list_for(find_school(row.school_id), row.occupation.code, [row.level])
    return row
