"""What still stands against filing a class, each in a sentence; what the officer sees beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.audit.queries import events_of
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries.finding import active_seats, sessions_of
from app.classes.queries.fixing import (
    fix_facts,
    mode_of_class,
    most_a_place_can_reach,
    pack_of_class,
    policy_problems,
)
from app.classes.rules import ClassStatus, ClassStep
from app.classes.signals import roster_checked
from app.kernel import clock
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.ledger import queries as ledger
from app.ledger.models import Budget
from app.policies import queries as policies
from app.policies.rules.fixes import open_fixes
from app.policies.rules.modes import Fix
from app.regions.models import Region
from app.rosters.queries import names_of
from app.schools.models import Instructor
from app.schools.queries import is_listed, school
from app.schools.rules import licence_problems

MOST_SHOWN = 3
COUNTING = (
    ClassStatus.OPEN,
    ClassStatus.FILED,
    ClassStatus.RETURNED,
    ClassStatus.APPROVED,
    ClassStatus.RUNNING,
    ClassStatus.SUSPENDED,
)
"""Classes whose timetable binds their teachers."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist: done, or in sentences what is still open."""

    label: str
    sentences: tuple[str, ...]

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


def checklist(class_: TrainingClass, on: date | None = None) -> list[Point]:
    """Everything a filing needs, in the order of the four fixes, then policy, teachers and school."""
    if not class_.paid:
        return []
    day = on or clock.today()
    points = [*_four_fixes(class_)]
    points.append(Point(_("课程表与政策要求"), tuple(policies.text(one) for one in policy_problems(class_, day))))
    points.append(Point(_("授课教师与考评员"), tuple(_people_in_charge(class_))))
    points.append(Point(_("学校资质"), tuple(_school(class_))))
    points.append(Point(_("学员资格"), tuple(_roster(class_, day))))
    return points


def stands_against(class_: TrainingClass, on: date) -> list[str]:
    """Every sentence that stands against filing on a day; empty when the class can be filed."""
    return [sentence for point in checklist(class_, on) for sentence in point.sentences]


def _four_fixes(class_: TrainingClass) -> list[Point]:
    pack = pack_of_class(class_)
    mode = mode_of_class(class_, pack)
    still_open = open_fixes(mode, fix_facts(class_, pack))
    return [
        Point(label(fix), tuple(policies.text(one) for one in still_open if one.fix is fix))
        for fix in Fix
        if fix in mode.fixes
    ]


def _people_in_charge(class_: TrainingClass) -> list[str]:
    found = [] if class_.assessor_id is not None else [_("还没有定考评员。考评员不能是本班的授课教师。")]
    for name, other, day in teacher_clashes(class_):
        words = {"teacher": name, "other": other, "day": day.isoformat()}
        found.append(_("%(teacher)s %(day)s 同一时间还在上“%(other)s”的课。", **words))
    return found


def teacher_clashes(class_: TrainingClass) -> Sequence[tuple[str, str, date]]:
    """Where a teacher of the class stands in another class's room at the same time: name, class, first day."""
    other = aliased(ClassSession)
    query = (
        select(Instructor.name, TrainingClass.name, func.min(ClassSession.on))
        .select_from(ClassSession)
        .join(other, (other.teacher_id == ClassSession.teacher_id) & (other.class_id != ClassSession.class_id))
        .join(TrainingClass, TrainingClass.id == other.class_id)
        .join(Instructor, Instructor.id == ClassSession.teacher_id)
        .where(ClassSession.class_id == class_.id, TrainingClass.status.in_(COUNTING))
        .where(other.starts_at < ClassSession.ends_at, other.ends_at > ClassSession.starts_at)
        .group_by(Instructor.name, TrainingClass.name)
        .order_by(func.min(ClassSession.on))
        .limit(5)
    )
    return [(name, other, day) for name, other, day in db.session.execute(query)]


def _school(class_: TrainingClass) -> list[str]:
    here = school(class_.school_id)
    found = [] if is_listed(here.id) else [_("学校现在不在培训机构目录内。")]
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
