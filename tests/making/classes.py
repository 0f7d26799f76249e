"""Schools, courses, orders, people and classes for tests, through the services."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organization, User
from app.accounts.rules import OrganizationKind
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.rules import Half, NewSession, Pattern, SessionKind, lay_out
from app.courses import service as courses
from app.courses.models import Course
from app.courses.rules import CourseText, Delivery
from app.enrollments import service as enrollments
from app.enrollments.models import Enrollment
from app.enrollments.rules import Consent
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.occupations.models import Occupation
from app.orders import service as orders
from app.orders.models import Order
from app.orders.rules import OrderFacts, OrderKind, PayBasis
from app.people import service as people
from app.people.models import Group, Person
from app.people.rules import check_character
from app.schools import service as schools
from app.schools.models import Instructor, School, Site
from tests.makers import COUNTY, VILLAGE, make_organization, make_user
from tests.making.ledger import make_budget
from tests.making.schools import list_for, teacher_number

_numbers = count(1)
FIREMAN = "6-18-02-04"


@dataclass(frozen=True)
class SchoolSet:
    """A listed school with what a class needs."""

    school: School
    clerk: User
    by: Actor
    site: Site
    teacher: Instructor
    assessor: Instructor


def officer(area: tuple[str, ...] = (COUNTY,)) -> Actor:
    """A training officer of the county."""
    return make_user(Role.TRAINING_OFFICER, area=area).as_actor()


def make_school_set(region: str = COUNTY, capacity: int = 60) -> SchoolSet:
    """A school on the list, with a clerk, a site, a teacher and an assessor."""
    organization = make_organization(OrganizationKind.SCHOOL, region)
    clerk = make_user(Role.SCHOOL_CLERK, organization=organization)
    by = clerk.as_actor()
    licence = schools.NewSchool("许可001号", date(2020, 1, 1), date(2035, 12, 31), "职业技能培训")
    school = schools.register_school(organization, licence, by=by)
    site = schools.add_site(school, schools.NewSite("实训场", VILLAGE, "弼时镇湄江村 1 组", capacity), by=by)
    teacher = schools.add_instructor(school, schools.NewInstructor("周师傅", "高级技师", teacher_number()), by=by)
    assessor = schools.add_instructor(
        school, schools.NewInstructor("吴考评", "考评员", teacher_number(), teaches=False, assesses=True), by=by
    )
    list_for(school, FIREMAN)
    schools.file(school, by=by)
    schools.enlist(school, by=officer())
    return SchoolSet(school, clerk, by, site, teacher, assessor)


def occupation_id(code: str = FIREMAN) -> int:
    """An occupation of the reference list."""
    found = db.session.scalar(select(Occupation.id).where(Occupation.code == code).limit(1))
    assert found is not None
    return found


def make_course(at: SchoolSet, mode: str = "order_training", **changes: Any) -> Course:
    """A course on the menu: 105 hours for an order, or as changed."""
    text = CourseText(
        mode=mode,
        title="焊工初级",
        occupation_id=occupation_id(),
        level=5,
        theory_hours=35,
        practice_hours=70,
        delivery=Delivery.SITE,
        syllabus="安全常识;平焊、立焊;综合练习。",
    )
    row = courses.draft(replace(text, **changes), school_id=at.school.id, by=at.by)
    courses.offer(row, by=at.by)
    courses.list_course(row, by=officer())
    list_for(at.school, row.occupation.code, [row.level])
    return row


def make_order(
    kind: OrderKind = OrderKind.HIRING,
    headcount: int = 10,
    organization: Organization | None = None,
    organization_kind: OrganizationKind = OrganizationKind.EMPLOYER,
) -> Order:
    """A verified order."""
    firm = organization or make_organization(organization_kind)
    by = make_user(Role.EMPLOYER, organization=firm).as_actor()
    piece = kind in (OrderKind.PIECEWORK, OrderKind.JOINT_PRODUCTION)
    facts = OrderFacts(
        kind=kind,
        occupation_id=occupation_id(),
        title="电焊工",
        headcount=headcount,
        region_code=COUNTY,
        workplace="汨罗市高新区",
        pay_basis=PayBasis.PIECE if piece else PayBasis.MONTHLY,
        pay_from_fen=400_000,
        pay_to_fen=600_000,
        pay_unit="件" if piece else "",
        materials_supplied=kind == OrderKind.PIECEWORK,
        bought_back=piece,
        start_on=clock.today() + timedelta(days=90),
        abilities="会平焊、立焊",
        relations_note="无",
    )
    row = orders.draft(facts, organization_id=firm.id, by=by)
    orders.place(row, by=by)
    orders.verify(row, by=officer())
    return row


def id_number(number: int, born: date = date(1990, 5, 4)) -> str:
    """A well-formed synthetic identity number (sequence 000) of a person of this number."""
    day = born + timedelta(days=number)
    first = f"430681{day:%Y%m%d}000"
    return first + check_character(first)


def make_person(name: str = "", village: str = VILLAGE) -> Person:
    """A registered laborer who belongs to a group the policy pays for."""
    number = next(_numbers)
    facts = people.NewPerson(
        name=name or f"学员{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'子丑寅卯辰巳午未申酉戌亥'[number % 12]}",
        id_number=id_number(number),
        region_code=village,
        phone=f"139{number:08d}",
        groups=(people.NewGroup(Group.RURAL_TRANSFER, "户口簿", valid_from=date(2024, 1, 1)),),
    )
    return people.find_or_register(facts, by=SYSTEM)


def sessions_for(at: SchoolSet, course: Course, start_on: date) -> list[NewSession]:
    """A timetable over mornings and afternoons."""
    pattern = Pattern(
        start_on=start_on,
        halves=(Half.MORNING, Half.AFTERNOON),
        hours_a_half=4,
        theory_hours=course.theory_hours,
        practice_hours=course.practice_hours,
        theory_teacher_id=at.teacher.id,
        practice_teacher_id=at.teacher.id,
        theory_topic="理论",
        practice_topic="实操",
        hours_a_day=7,
    )
    return lay_out(pattern)


def one_session(at: SchoolSet, on: date, half: Half = Half.MORNING, hours: int = 4) -> NewSession:
    """One half-day."""
    return NewSession(on, half, hours, SessionKind.PRACTICE, "实操", at.teacher.id)


def make_class(
    at: SchoolSet | None = None,
    course: Course | None = None,
    *,
    order: Order | None = None,
    start_on: date | None = None,
    capacity: int = 10,
    **more: Any,
) -> TrainingClass:
    """A class open for sign-up, with a whole timetable; 30 days ahead where no day is given."""
    at = at or make_school_set()
    course = course or make_course(at, "farm_skills", occupation_id=occupation_id("5-01-02-01"), title="稻虾共作")
    start = start_on or clock.today() + timedelta(days=30)
    own = {"direction_note": "自家稻田养虾"} if course.mode == "farm_skills" else {}
    facts = classes.NewClass(
        course_id=course.id,
        site_id=at.site.id,
        capacity=capacity,
        start_on=start,
        end_on=start,
        order_id=order.id if order else None,
        **{"assessor_id": at.assessor.id, **own, **more},
    )
    row = classes.plan_class(facts, by=at.by)
    classes.set_sessions(row, sessions_for(at, course, start), by=at.by)
    if row.paid:
        classes.propose_plan(row, by=at.by)
    classes.open_sign_up(row, by=at.by)
    return row


def clerk_of(row: TrainingClass) -> Actor:
    """A clerk of the class's school."""
    return make_user(Role.SCHOOL_CLERK, organization=db.session.get_one(Organization, row.school_id)).as_actor()


def enter(row: TrainingClass, person: Person | None = None) -> Enrollment:
    """One person, newly registered where none is given, signed up through the one door."""
    return enrollments.enroll(row.id, person or make_person(), by=SYSTEM, consent=Consent.OWN_CODE)


def seat_people(row: TrainingClass, people_count: int) -> list[Seat]:
    """So many newly registered people seated in a class that is open."""
    found = [enter(row).seat_id for _number in range(people_count)]
    return [db.session.get_one(Seat, seat_id) for seat_id in found if seat_id is not None]


def file_class(row: TrainingClass, people_count: int = 3) -> TrainingClass:
    """The class filed with so many named people and proposed posts."""
    seat_people(row, people_count)
    by = clerk_of(row)
    classes.propose_posts(row, by=by)
    classes.file(row, by=by)
    return row


def approve_class(row: TrainingClass, amount_fen: int = 100_000_000) -> TrainingClass:
    """The filed class approved, out of a budget of its own."""
    budget = make_budget(amount_fen, year=row.start_on.year)
    classes.approve(row, budget_id=budget.id, by=officer())
    return row


def make_approved_class(people_count: int = 3, **more: Any) -> TrainingClass:
    """A class with so many people, approved, thirty days before its first day."""
    return approve_class(file_class(make_class(**more), people_count))


def begin_class(row: TrainingClass) -> TrainingClass:
    """The approved class begun on its first day."""
    with clock.at(clock.moment_of(row.start_on, 8)):
        classes.begin(row, by=clerk_of(row))
    return row
