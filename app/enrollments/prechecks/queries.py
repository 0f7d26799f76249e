"""Judge people for a course or class, one person for many classes, and a pasted list; find what to recommend."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import open_classes, open_posts, pack_of_class
from app.courses.models import Course
from app.courses.queries import policy_facts
from app.enrollments.models import Enrollment
from app.enrollments.prechecks.rules import Candidate, Recommendation, near, recommend
from app.enrollments.queries import SEATED, in_class, own_enrollments, prechecks
from app.enrollments.rules import ACTIVE
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.orders.rules import OrderStatus
from app.people.models import Person, WishKind
from app.people.queries import facts_of, of_person, open_wishes, read_facts, record_of
from app.policies.queries import pack_for
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.pack import Pack
from app.regions.models import Region
from app.regions.queries import county_of, in_area

MOST_CLASSES = 80
"""Open classes looked at for one person: those of the county first."""
BEST = 5


def verdicts_on_course(course: Course, people: Sequence[Person], *, on: date | None = None) -> dict[int, Verdict]:
    """The verdicts on people for a course that would start on a day (today), by person; raises `NotFound`."""
    day = on or clock.today()
    pack, facts = pack_for(course.region_code, clock.today()), policy_facts(course)
    read_facts(people)
    return {person.id: judge(pack, facts_of(person), facts, record_of(person.id), on=day) for person in people}


def standing_in_class(by: Actor, class_id: int) -> Sequence[Enrollment]:
    """Everybody enrolled, offered a place or waiting in a class whom `by` may see: seats first, then in their order."""
    query = in_class(by, class_id).where(Enrollment.status.in_(ACTIVE))
    return db.session.scalars(query).unique().all()


def verdicts_of(target: TrainingClass | Course, people: Sequence[Person]) -> dict[int, Verdict]:
    """The verdicts on people for a class, or for a course as if it began today, by person."""
    return verdicts_on_course(target, people) if isinstance(target, Course) else prechecks(target, people)


@dataclass(frozen=True, slots=True)
class Offer:
    """An open class as one person meets it."""

    class_: TrainingClass
    verdict: Verdict
    standing: Enrollment | None = None
    """The person's sign-up that stands there already."""


def offers_to(person: Person, classes: Sequence[TrainingClass]) -> list[Offer]:
    """What each class answers to one person: the policy is read once, the record once, the timetables in one query."""
    facts, record = facts_of(person), record_of(person.id)
    busy = _overlapping(person.id, [row.id for row in classes])
    standing = {row.class_id: row for row in own_enrollments(person.id) if row.status in ACTIVE}
    packs: dict[tuple[int | None, str], Pack] = {}
    found = []
    for row in classes:
        key = (row.policy_pack_id, row.region_code)
        pack = packs.get(key) or packs.setdefault(key, pack_of_class(row))
        verdict = judge(pack, facts, policy_facts(row.course), record, on=row.start_on, overlaps=row.id in busy)
        found.append(Offer(row, verdict, standing.get(row.id)))
    return found


def _overlapping(person_id: int, classes: Collection[int]) -> set[int]:
    """Which of these classes meet while the person sits in another (R14)."""
    meets = func.tstzmultirange(func.tstzrange(ClassSession.starts_at, ClassSession.ends_at))
    query = (
        select(ClassSession.class_id)
        .join(Seat, Seat.sessions.op("&&")(meets))
        .where(
            ClassSession.class_id.in_(classes),
            of_person(Seat.person_id, person_id),
            Seat.status.in_(SEATED),
            Seat.class_id != ClassSession.class_id,
        )
    )
    return set(db.session.scalars(query.distinct()))


def classes_near(person: Person) -> list[TrainingClass]:
    """Open classes that have yet to start, those of the person's county first, each part by its first day."""
    query = open_classes().where(TrainingClass.start_on >= clock.today())
    here = in_area(TrainingClass.region_code, (county_of(_place(person)),))
    ordered = query.order_by(None).order_by(~here, TrainingClass.start_on, TrainingClass.id)
    return list(db.session.scalars(ordered.limit(MOST_CLASSES)).unique())


def _place(person: Person) -> str:
    """Where a person would leave from: where they stay, else their village."""
    return person.stay_code or person.region_code


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class worth recommending, with the reasons."""

    offer: Offer
    recommendation: Recommendation


def recommended(person: Person, *, most: int = BEST, offers: Sequence[Offer] | None = None) -> list[Suggestion]:
    """The classes to recommend to a person, best first: only what they may join and have not joined yet."""
    known = offers_to(person, classes_near(person)) if offers is None else offers
    fitting = {offer.class_.id: offer for offer in known if offer.verdict.eligible and offer.standing is None}
    paths = _paths([_place(person), *(offer.class_.region_code for offer in fitting.values())])
    wanted = _wishes(person)
    candidates = [_candidate(offer, person, paths, wanted) for offer in fitting.values()]
    return [Suggestion(fitting[one.candidate.class_id], one) for one in recommend(candidates, most=most)]


@dataclass(frozen=True, slots=True)
class _Wanted:
    trades: frozenset[str]
    courses: frozenset[str]


def _wishes(person: Person) -> _Wanted:
    open_ones = open_wishes(person.id)
    trades = {wish.value for wish in open_ones if wish.kind == WishKind.TRADE} | {person.wish_trade} - {""}
    return _Wanted(frozenset(trades), frozenset(wish.value for wish in open_ones if wish.kind == WishKind.COURSE))


def _paths(codes: Collection[str]) -> dict[str, str]:
    rows = db.session.execute(select(Region.code, Region.path).where(Region.code.in_(set(codes))))
    return {row.code: row.path for row in rows}


def _candidate(offer: Offer, person: Person, paths: dict[str, str], wanted: _Wanted) -> Candidate:
    row = offer.class_
    verified = row.order is not None and row.order.status == OrderStatus.VERIFIED
    return Candidate(
        class_id=row.id,
        start_on=row.start_on,
        near=near(paths[_place(person)], paths[row.region_code]),
        wished=row.course.trade in wanted.trades or str(row.course_id) in wanted.courses,
        posts=len(open_posts(row)) if verified else 0,
        seats=row.seats_left,
        counts=pack_of_class(row).mode_of(policy_facts(row.course)).counts_in_record,
        uses_left=offer.verdict.uses_left,
        known_until=offer.verdict.known_until,
    )
