"""What still stands against filing a class, each in a sentence; what the officer sees beside it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.audit.queries import events_of
from app.classes.models import Seat, TrainingClass
from app.classes.queries.clashes import BOOKED, COUNTING, clashes_of, crowded, long_days, trainee_clashes
from app.classes.queries.finding import active_seats, sessions_of
from app.classes.queries.fixing import (
    fix_facts,
    mode_of_class,
    most_a_place_can_reach,
    pack_of_class,
    policy_problems,
)
from app.classes.queries.teaching import (
    assessment_problems,
    evidence_problems,
    plan_problems,
    resource_problems,
    room_problems,
)
from app.classes.rules import ClassStatus, ClassStep
from app.classes.signals import roster_checked
from app.courses.rules import Delivery
from app.kernel import clock
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.ledger import queries as ledger
from app.ledger.models import Budget
from app.policies import queries as policies
from app.policies.rules.fixes import open_fixes
from app.policies.rules.modes import Fix
from app.policies.rules.pack import Pack
from app.regions.models import Region
from app.rosters.queries import names_of
from app.schools.models import Duty
from app.schools.queries import CHECK_DAYS, check_problem, is_listed, listed_for, school
from app.schools.rules import licence_problems

MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist: done, or in sentences what is still open, and on which page it is mended."""

    label: str
    sentences: tuple[str, ...]
    where: str = "show_class"
    anchor: str = ""

    @property
    def done(self) -> bool:
        """Whether nothing is open."""
        return not self.sentences

    @property
    def note(self) -> str:
        """What is open, in one text; of many sentences the first few and how many there are."""
        few = "".join(self.sentences[:MOST_SHOWN])
        more = len(self.sentences) - MOST_SHOWN
        return few + (_("还有 %(n)s 处一样的问题。", n=more) if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Meter:
    """How complete a filing is 材料齐全度."""

    points: tuple[Point, ...]

    @property
    def percent(self) -> int:
        """Points that are done, of all; 100 only when nothing is open."""
        return sum(point.done for point in self.points) * 100 // len(self.points) if self.points else 0

    @property
    def open_points(self) -> int:
        """How many points are not done."""
        return sum(not point.done for point in self.points)


def meter(class_: TrainingClass, on: date | None = None) -> Meter:
    """Everything a filing needs, and how much of it is there."""
    return Meter(tuple(checklist(class_, on)))


def checklist(class_: TrainingClass, on: date | None = None) -> list[Point]:
    """Everything a filing needs, in the order of the four fixes, then plans, policy, teachers, clashes and school."""
    if not class_.paid:
        return []
    day, pack = on or clock.today(), pack_of_class(class_)
    policy = tuple(policies.text(one) for one in policy_problems(class_, day))
    return [
        *_four_fixes(class_, pack),
        Point(_("课程表与政策要求"), policy, "show_timetable"),
        Point(_("教学计划"), tuple(plan_problems(class_)), "show_plan", "units"),
        Point(_("教学资源与设备"), tuple(resource_problems(class_)), "show_plan", "resources"),
        Point(_("教室与场地"), (*room_problems(class_), *_place(class_, pack)), "show_timetable", "rooms"),
        Point(_("教师、教室、设备、学员冲突"), tuple(_clashes(class_)), "show_timetable"),
        Point(_("授课教师与考评员"), tuple(_people_in_charge(class_, pack)), *_where_people(class_)),
        Point(_("考核方案"), tuple(assessment_problems(class_)), "show_plan", "assessment"),
        Point(_("学时怎么证明"), tuple(evidence_problems(class_, pack)), "show_plan", "evidence"),
        Point(_("学校资质"), tuple(_school(class_, day))),
        Point(_("学员资格"), tuple(_roster(class_, day)), "show_roster"),
    ]


def stands_against(class_: TrainingClass, on: date) -> list[str]:
    """Every sentence that stands against filing on a day; empty when the class can be filed."""
    return [sentence for point in checklist(class_, on) for sentence in point.sentences]


MENDED_AT = {Fix.PEOPLE: "show_roster", Fix.POST: "show_roster"}


def _four_fixes(class_: TrainingClass, pack: Pack) -> list[Point]:
    mode = mode_of_class(class_, pack)
    still_open = open_fixes(mode, fix_facts(class_, pack))
    return [
        Point(
            label(fix),
            tuple(policies.text(one) for one in still_open if one.fix is fix),
            MENDED_AT.get(fix, "edit_class"),
        )
        for fix in Fix
        if fix in mode.fixes
    ]


def _where_people(class_: TrainingClass) -> tuple[str, str]:
    return ("edit_class", "assessor_id") if class_.assessor_id is None else ("show_timetable", "")


def _people_in_charge(class_: TrainingClass, pack: Pack) -> list[str]:
    found = [] if class_.assessor_id is not None else [_("还没有定考评员。考评员不能是本班的授课教师。")]
    return [*found, *_unproved(class_), *long_days(class_, pack, _in_the_way(class_))]


def _unproved(class_: TrainingClass) -> list[str]:
    """Who stands without an identity number, so that nobody can tell teacher from assessor; an assessor out of date."""
    people = {session.teacher_id: session.teacher for session in sessions_of(class_.id)}
    assessor = class_.assessor
    if assessor is not None:
        people[assessor.id] = assessor
    found = [
        _("%(name)s 没有登记身份证号码，分不清考评和授课是不是同一个人，请学校补上。", name=one.name)
        for one in people.values()
        if one.id_number_index is None
    ]
    if assessor is not None and not assessor.is_qualified(Duty.ASSESSING, class_.end_on):
        words = {"name": assessor.name, "day": class_.end_on.isoformat()}
        found.append(_("考评员 %(name)s 到 %(day)s 没有有效的考评资质。", **words))
    return found


def _in_the_way(class_: TrainingClass) -> tuple[ClassStatus, ...]:
    """Before the filing all that is planned elsewhere counts, at the decision what is approved: the first one wins."""
    return BOOKED if class_.status == ClassStatus.FILED else COUNTING


def _clashes(class_: TrainingClass) -> list[str]:
    found = [clash.sentence for clash in clashes_of(class_, _in_the_way(class_))]
    found += crowded(class_, _in_the_way(class_))
    people = trainee_clashes(class_)
    return [*found, *([_("名单里有 %(n)s 个人同一时间在别的班上课。", n=people)] if people else [])]


def _place(class_: TrainingClass, pack: Pack) -> list[str]:
    """A place of a village needs somebody who has been there and found it fit, no longer ago than the policy says."""
    if class_.course.delivery == Delivery.ONLINE:
        return []
    problem = check_problem(class_.site, clock.today(), pack.count(CHECK_DAYS))
    return [policies.text(problem)] if problem is not None else []


def _school(class_: TrainingClass, on: date) -> list[str]:
    here, course = school(class_.school_id), class_.course
    found = [] if is_listed(here.id) else [_("学校现在不在培训机构目录内。")]
    if not listed_for(here.id, course.occupation.code, course.level, on):
        found.append(_("学校没有列入“%(what)s”这个职业和等级的目录（F10）。", what=course.occupation.name_zh))
    problems = licence_problems(here.license_from_on, here.license_until_on, class_.start_on, class_.end_on)
    return [*found, *(policies.text(one) for one in problems)]


def _roster(class_: TrainingClass, on: date) -> list[str]:
    """What later steps know against people on the roster."""
    return [policies.text(one) for _receiver, found in roster_checked.send(class_, on=on) for one in found or ()]


def off_plan(class_: TrainingClass) -> list[Seat]:
    """Who sits in a class made from a plan without standing on the plan's name list (名单外), by place."""
    if class_.plan_id is None:
        return []
    named = {name.person_id for name in names_of(class_.plan_id)}
    return [seat for seat in active_seats(class_.id) if seat.person_id not in named]


def filer_of(class_: TrainingClass) -> str:
    """The key of whoever filed the class last; "" where nobody has."""
    filed = [event for event in events_of(class_) if event.action == ClassStep.FILE]
    return filed[-1].actor_key if filed else ""


@dataclass(frozen=True, slots=True)
class Need:
    """The money an approval reserves, fen."""

    places: int
    each_fen: int

    @property
    def total_fen(self) -> int:
        """For all filed places together."""
        return self.places * self.each_fen


def need_of(class_: TrainingClass) -> Need:
    """What approving the class reserves: for each named place the most that its line can reach."""
    if not mode_of_class(class_).has_claim:
        return Need(len(active_seats(class_.id)), 0)
    return Need(len(active_seats(class_.id)), most_a_place_can_reach(class_).amount_fen)


def budget_choices(class_: TrainingClass) -> list[ledger.Standing]:
    """The open budgets of the year that cover the class's region, the nearest first; a plan's own budget before all."""
    path = class_.region.path.strip("/").split("/")
    query = (
        select(Budget)
        .join(Region, Region.code == Budget.region_code)
        .where(Budget.region_code.in_(path), Budget.year == class_.start_on.year, Budget.closed_at.is_(None))
        .order_by(Region.level.desc(), Budget.id)
    )
    return [ledger.standing(budget) for budget in db.session.scalars(query)]


def lessons_over(class_: TrainingClass) -> bool:
    """Whether the class has sessions and every one of them is over."""
    sessions = sessions_of(class_.id)
    return bool(sessions) and all(session.ends_at <= clock.now() for session in sessions)
