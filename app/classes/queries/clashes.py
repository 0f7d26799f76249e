"""Where a class stands in another's way: teacher, room, place, machine, trainee, across all schools (F13, F14, F21)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Organization
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.models.teaching import Booked, ClassMachine
from app.classes.queries.finding import ACTIVE
from app.classes.rules import LOCKED, ClassStatus, SessionKind
from app.courses.models import Course
from app.courses.rules import Delivery
from app.kernel.database import db
from app.kernel.i18n import _
from app.policies.rules.pack import Pack
from app.schools.models import Instructor, Machine, Room, Site, SiteKind

BOOKED = tuple(sorted(LOCKED))
"""Classes that have what they use to themselves, those that are over too: what they used stays theirs."""
COUNTING = (ClassStatus.OPEN, ClassStatus.FILED, ClassStatus.RETURNED, *BOOKED)
"""Classes whose timetable stands in the way of a filing; those not filed yet only in their own school's."""
PLANNED = frozenset({ClassStatus.OPEN, ClassStatus.RETURNED})
MOST = 5
Found = tuple[str, str, str, ClassStatus, date, int]

here, other = aliased(ClassSession, name="here"), aliased(ClassSession, name="other")
teacher, same = aliased(Instructor, name="teacher"), aliased(Instructor, name="same")


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing that two classes want at the same time."""

    kind: Booked
    name: str
    other_class: str
    other_school: str
    status: ClassStatus
    first_on: date
    times: int

    @property
    def sentence(self) -> str:
        """In words: what, when, with whom."""
        words = {"name": self.name, "other": self.other_class, "school": self.other_school, "n": self.times}
        words["day"] = self.first_on.isoformat()
        said = {
            Booked.TEACHER: _("%(name)s %(day)s 同一时间还在上“%(other)s”（%(school)s）的课，共 %(n)s 次。", **words),
            Booked.ROOM: _("教室“%(name)s”%(day)s 同一时间“%(other)s”（%(school)s）也在用，共 %(n)s 次。", **words),
            Booked.SITE: _("“%(name)s”%(day)s 同一时间“%(other)s”（%(school)s）也在用，共 %(n)s 次。", **words),
            Booked.MACHINE: _("设备“%(name)s”%(day)s 同一时间“%(other)s”（%(school)s）也在用，共 %(n)s 次。", **words),
        }
        return said[self.kind]


def one_person() -> ColumnElement[bool]:
    """Two entries of teachers, in whatever schools, are one person: the account or the identity number tells."""
    return or_(
        same.id == teacher.id,
        same.user_id == teacher.user_id,
        same.id_number_index == teacher.id_number_index,
    )


def _counts(class_: TrainingClass, statuses: Collection[ClassStatus]) -> ColumnElement[bool]:
    """Other classes in these statuses; what another school merely plans holds nobody up."""
    own = TrainingClass.school_id == class_.school_id
    return and_(TrainingClass.status.in_(statuses), or_(own, TrainingClass.status.not_in(PLANNED)))


def _meets(
    class_: TrainingClass, statuses: Collection[ClassStatus], name: InstrumentedAttribute[str]
) -> Select[*Found]:
    """Half-days of the class and of others that overlap in time."""
    with_whom = (TrainingClass.name, Organization.name, TrainingClass.status)
    overlaps = (other.class_id != here.class_id) & (other.starts_at < here.ends_at) & (other.ends_at > here.starts_at)
    return (
        select(name, *with_whom, func.min(here.on), func.count(here.id.distinct()))
        .select_from(here)
        .join(other, overlaps)
        .join(TrainingClass, TrainingClass.id == other.class_id)
        .join(Organization, Organization.id == TrainingClass.school_id)
        .where(here.class_id == class_.id, _counts(class_, statuses))
        .group_by(name, *with_whom)
        .order_by(func.min(here.on))
        .limit(MOST)
    )


def _queries(class_: TrainingClass, statuses: Collection[ClassStatus]) -> Iterator[tuple[Booked, Select[*Found]]]:
    by_teacher = _meets(class_, statuses, teacher.name).join(teacher, teacher.id == here.teacher_id)
    yield Booked.TEACHER, by_teacher.join(same, (same.id == other.teacher_id) & one_person())
    by_room = _meets(class_, statuses, Room.name).join(Room, Room.id == here.room_id)
    yield Booked.ROOM, by_room.where(other.room_id == Room.id)
    if class_.course.delivery != Delivery.ONLINE:
        online = select(Course.id).where(Course.delivery == Delivery.ONLINE)
        by_site = _meets(class_, statuses, Site.name).join(Site, Site.id == class_.site_id)
        bare = (here.room_id.is_(None), other.room_id.is_(None))
        closed = Site.kind != SiteKind.FIELD_OR_POND
        same_place = (TrainingClass.site_id == Site.id, closed, TrainingClass.course_id.not_in(online))
        yield Booked.SITE, by_site.where(*bare, *same_place)
    mine, theirs = aliased(ClassMachine), aliased(ClassMachine)
    by_machine = _meets(class_, statuses, Machine.label).join(mine, mine.class_id == here.class_id)
    shared = and_(theirs.class_id == other.class_id, theirs.machine_id == mine.machine_id)
    by_machine = by_machine.join(theirs, shared).join(Machine, Machine.id == mine.machine_id)
    practice = (here.kind == SessionKind.PRACTICE, other.kind == SessionKind.PRACTICE)
    yield Booked.MACHINE, by_machine.where(*practice)


def clashes_of(class_: TrainingClass, statuses: Collection[ClassStatus] = COUNTING) -> list[Clash]:
    """What other classes in these statuses want at the same time, the first few of each kind."""
    return [Clash(kind, *found) for kind, query in _queries(class_, statuses) for found in db.session.execute(query)]


def crowded(class_: TrainingClass, statuses: Collection[ClassStatus] = COUNTING) -> list[str]:
    """An open field or pond holds several classes at a time, as long as there is room for all their people."""
    if class_.site.kind != SiteKind.FIELD_OR_POND:
        return []
    overlaps = (other.class_id != here.class_id) & (other.starts_at < here.ends_at) & (other.ends_at > here.starts_at)
    beside = (
        select(here.on, here.id, TrainingClass.id.label("class_id"), TrainingClass.seats_taken.label("people"))
        .select_from(here)
        .join(other, overlaps)
        .join(TrainingClass, TrainingClass.id == other.class_id)
        .where(here.class_id == class_.id, TrainingClass.site_id == class_.site_id, _counts(class_, statuses))
        .distinct()
        .subquery()
    )
    people = func.sum(beside.c.people) + class_.seats_taken
    query = select(beside.c.on, people).group_by(beside.c.id, beside.c.on).having(people > class_.site.capacity)
    found = db.session.execute(query.order_by(beside.c.on).limit(1)).first()
    if found is None:
        return []
    words = {"site": class_.site.name, "day": found[0].isoformat(), "n": found[1], "most": class_.site.capacity}
    return [_("“%(site)s”%(day)s 几个班加起来有 %(n)s 人，只容得下 %(most)s 人。", **words)]


def trainee_clashes(class_: TrainingClass) -> int:
    """How many people of the roster sit in another class at the same time; the database lets nobody get there (I2)."""
    elsewhere = aliased(Seat)
    query = (
        select(func.count(Seat.person_id.distinct()))
        .join(elsewhere, (elsewhere.person_id == Seat.person_id) & (elsewhere.class_id != Seat.class_id))
        .where(Seat.class_id == class_.id, Seat.status.in_(ACTIVE), elsewhere.status.in_(ACTIVE))
        .where(elsewhere.sessions.op("&&")(Seat.sessions))
    )
    return db.session.scalar(query) or 0


def long_days(class_: TrainingClass, pack: Pack, statuses: Collection[ClassStatus] = COUNTING) -> list[str]:
    """Teachers who would teach longer on a day, in all classes together, than the policy's figure allows (F13)."""
    most = pack.count("class.teacher_hours_a_day")
    if most is None:
        return []
    query = (
        select(teacher.name, other.on, func.sum(other.hours))
        .select_from(here)
        .join(teacher, teacher.id == here.teacher_id)
        .join(other, other.on == here.on)
        .join(same, (same.id == other.teacher_id) & one_person())
        .join(TrainingClass, TrainingClass.id == other.class_id)
        .where(here.class_id == class_.id, or_(other.class_id == class_.id, _counts(class_, statuses)))
        .where(here.id == _first_of_day())
        .group_by(teacher.name, other.on)
        .having(func.sum(other.hours) > most)
        .order_by(other.on)
        .limit(MOST)
    )
    found = ({"name": name, "day": day.isoformat(), "n": n, "most": most} for name, day, n in db.session.execute(query))
    return [_("%(name)s %(day)s 要上 %(n)s 学时的课，一天最多 %(most)s 学时。", **words) for words in found]


def _first_of_day() -> ColumnElement[int]:
    """Of a teacher's half-days in the class on one day only the first asks, so that no other is counted twice."""
    again = aliased(ClassSession)
    return (
        select(func.min(again.id))
        .where(again.class_id == here.class_id, again.on == here.on, again.teacher_id == here.teacher_id)
        .scalar_subquery()
    )


def rivals_of(class_: TrainingClass) -> list[Clash]:
    """Other classes that wait for a decision too and want the same; only one of them can be approved."""
    return clashes_of(class_, (ClassStatus.FILED,))
