"""Find courses, the mode that decides for each, and what a policy says about one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.accounts.models import Organization
from app.courses.models import Course
from app.courses.rules import FIELD_OF, CourseStatus, CourseText, text_problems
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, NotFound
from app.kernel.marking import N_
from app.occupations.models import Occupation
from app.occupations.queries import occupation
from app.policies.queries import pack_for
from app.policies.queries import text as words_of
from app.policies.rules.amounts import Quote, most_a_line_can_reach
from app.policies.rules.courses import course_problems, days_of
from app.policies.rules.facts import CourseFacts
from app.policies.rules.modes import Mode
from app.policies.rules.pack import Pack
from app.regions.queries import county_of, in_area
from app.schools.models import School, SchoolStatus


@dataclass(frozen=True, slots=True)
class CourseFilters:
    """How a list of courses is narrowed."""

    mode: str = ""
    status: CourseStatus | None = None
    school_id: int | None = None
    word: str = ""


def _visible(by: Actor) -> ColumnElement[bool]:
    """A school's own courses; for officers those offered in the area, or on the menu of their county."""
    ways = [and_(in_area(Course.region_code, by.area), Course.status != CourseStatus.DRAFT)]
    if by.organization_id is not None:
        ways.append(Course.school_id == by.organization_id)
    if by.has(Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER):
        counties = [county_of(code) for code in by.area]
        ways.append(and_(Course.status == CourseStatus.LISTED, in_area(Course.region_code, counties)))
    return or_(*ways)


def course_for(by: Actor, course_id: int) -> Course:
    """The course if this person may see its file; raises `NotFound`."""
    found = db.session.scalars(select(Course).where(Course.id == course_id, _visible(by))).first()
    if found is None:
        raise NotFound
    return found


def course(course_id: int) -> Course:
    """The course with this id, unscoped; raises `NotFound`."""
    found = db.session.get(Course, course_id)
    if found is None:
        raise NotFound
    return found


def public_course(course_id: int, by: Actor | None) -> Course:
    """A course on the menu, for anybody; one not on it only for those who may see its file; raises `NotFound`."""
    found = course(course_id)
    if found.status == CourseStatus.LISTED:
        return found
    if by is None:
        raise NotFound
    return course_for(by, course_id)


def courses_for(by: Actor, filters: CourseFilters | None = None) -> Select[Course]:
    """The courses a person may see, newest first, for one page of a list."""
    wanted = filters or CourseFilters()
    query = select(Course).where(_visible(by))
    if wanted.mode:
        query = query.where(or_(Course.mode == wanted.mode, Course.base_mode == wanted.mode))
    if wanted.status:
        query = query.where(Course.status == wanted.status)
    if wanted.school_id:
        query = query.where(Course.school_id == wanted.school_id)
    if wanted.word:
        query = query.where(has_word(wanted.word))
    return query.order_by(Course.id.desc())


def has_word(word: str) -> ColumnElement[bool]:
    """Whether a course's title (in characters or pinyin), trade or school holds a word."""
    of_school = select(Organization.id).where(Organization.name.contains(word, autoescape=True))
    of_trade = select(Occupation.id).where(Occupation.name_zh.contains(word, autoescape=True))
    return or_(
        Course.title.contains(word, autoescape=True),
        Course.title_pinyin.contains(word.lower(), autoescape=True),
        Course.school_id.in_(of_school),
        Course.occupation_id.in_(of_trade),
    )


def count_by_status(by: Actor) -> dict[CourseStatus, int]:
    """How many courses a person sees in each status."""
    query = select(Course.status, func.count()).where(_visible(by)).group_by(Course.status)
    found = dict(db.session.execute(query).all())
    return {status: found[status] for status in CourseStatus if status in found}


def listed_courses(region: str | None = None) -> Sequence[Course]:
    """The courses on the menu whose school is on the list, of schools in a region's subtree; by title."""
    schools = select(School.id).where(School.status == SchoolStatus.LISTED)
    query = select(Course).where(Course.status == CourseStatus.LISTED, Course.school_id.in_(schools))
    if region is not None:
        query = query.where(in_area(Course.region_code, (region,)))
    return db.session.scalars(query.order_by(Course.title_pinyin, Course.id)).all()


def text_of(course: Course) -> CourseText:
    """What the course says, as the rules want it."""
    return CourseText(
        mode=course.mode,
        title=course.title,
        occupation_id=course.occupation_id,
        level=course.level,
        theory_hours=course.theory_hours,
        practice_hours=course.practice_hours,
        delivery=course.delivery,
        syllabus=course.syllabus,
        benefits=course.benefits,
        base_mode=course.base_mode,
        rate_class=course.rate_class,
        trade=course.trade,
    )


POLICY_COLUMNS = (
    Course.mode,
    Occupation.code.label("occupation_code"),
    Course.level,
    Course.theory_hours,
    Course.practice_hours,
    Course.base_mode,
    Course.rate_class.label("category"),
)
"""What policy needs to know of a course, for a query that joins its occupation; `CourseFacts` takes it by name."""


def policy_facts(course: Course) -> CourseFacts:
    """The course as policy sees it."""
    return text_of(course).policy_facts(course.occupation.code)


def pack_in_force(region_code: str) -> Pack:
    """The policy in force today for a school's region; raises `NotFound`."""
    return pack_for(region_code, clock.today())


def mode_of(course: Course) -> Mode:
    """The mode that decides for a course under the policy in force today; raises `DomainError`."""
    return pack_in_force(course.region_code).mode_of(policy_facts(course))


def problems_of(text: CourseText, region_code: str, *, drafting: bool = False) -> list[DomainError]:
    """Everything that stands against a course, each naming its field; a draft may still fall short of R16 and R17."""
    pack = pack_in_force(region_code)
    trade = occupation(text.occupation_id)
    if trade is None:
        return [DomainError(N_("请选职业（工种）。"), "occupation_id")]
    facts = text.policy_facts(trade.code)
    try:
        mode = pack.mode_of(facts)
    except DomainError as error:
        return [error]
    found = list(text_problems(text, mode))
    for reason in () if drafting else course_problems(pack, facts):
        sentence = words_of(reason) + (words_of(reason.change) if reason.change else "")
        found.append(DomainError(f"{sentence}({reason.rule})", FIELD_OF.get(reason.rule)))
    return found


def quote_of(course: Course) -> Quote:
    """The most that one trainee of a course can bring under the policy in force today."""
    return most_a_line_can_reach(pack_in_force(course.region_code), policy_facts(course), filed_on=clock.today())


def days_of_course(course: Course) -> int:
    """How many days a course takes at the policy's hours a day."""
    return days_of(pack_in_force(course.region_code), policy_facts(course))
