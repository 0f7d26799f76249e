"""The officer's work as sets of rows, one a duty: whom it is about, where, and by when. The days follow `rules.due`.

Each set is one statement over indexes, so that counts by place and the list behind a number come from the same words.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    type_coerce,
)

from app.classes.models import TrainingClass
from app.enrollments.denials.queries import to_ask
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Actor
from app.outreach.models import ServiceRecord, SurveyCard, SurveyRound
from app.outreach.rules import OFFERS, CardStatus, Duty, Pace, RoundStatus, ServiceKind, ServiceResult
from app.people.models import Ability, Person, Willing, Wish, WorkStatus
from app.placements.models import Placement
from app.placements.rules import PlacementStatus

Rows = Select[int, str, date, int]
"""Person, village, the day by which, and the row that it is about."""
LOCAL = "Asia/Shanghai"
SEEKING = and_(
    Person.merged_into_id.is_(None),
    Person.willing != Willing.UNWILLING,
    Person.ability != Ability.UNABLE,
    Person.exclusion.is_(None),
)
"""`rules.due.seeks_work`, and no row that stands for another."""


def _columns(person: Any, village: Any, due: Any, row: Any) -> Rows:
    return select(person.label("person_id"), village.label("region_code"), due.label("due_on"), row.label("row_id"))


def _within(column: Any, villages: Sequence[str]) -> ColumnElement[bool]:
    """That a row lies in one of the villages, given by code: known beforehand, so that the plan fits their number."""
    return column == any_(literal(list(villages), ARRAY(String(12))))  # type: ignore[no-any-return]  # a condition


def _local_day(moment: Any) -> SQLColumnExpression[date]:
    return cast(func.timezone(LOCAL, moment), Date)


def _plus(day: Any, days: int) -> SQLColumnExpression[date]:
    return _plus_number(day, literal(days, Integer))


def _plus_number(day: Any, days: Any) -> SQLColumnExpression[date]:
    return type_coerce(day + days, Date)


def without_work_since() -> SQLColumnExpression[date]:
    """The day a person lost work, as far as the register knows."""
    return func.coalesce(Person.unemployed_since_on, Person.work_since_on, _local_day(Person.created_at))


def owed_since() -> SQLColumnExpression[date]:
    """The day from which a person is owed the year's service: since they lost work, else since they are registered."""
    return func.coalesce(Person.unemployed_since_on, _local_day(Person.created_at))


def offers(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """People without work and without an offer, or whose last offer led nowhere for too long (动态清零)."""
    since = without_work_since()
    last = (
        select(func.max(ServiceRecord.done_on).label("day"))
        .where(
            ServiceRecord.person_id == Person.id,
            ServiceRecord.struck_at.is_(None),
            ServiceRecord.kind.in_(OFFERS),
            ServiceRecord.result != ServiceResult.NOT_REACHED,
            ServiceRecord.done_on >= since,
        )
        .lateral("last_offer")
    )
    again = _plus(last.c.day, pace.again_days)
    due = case((last.c.day.is_(None), _plus(since, pace.offer_days)), else_=again)
    return (
        _columns(Person.id, Person.region_code, due, Person.id)
        .join(last, true())
        .where(
            Person.work_status == WorkStatus.UNEMPLOYED,
            SEEKING,
            _within(Person.region_code, villages),
            or_(last.c.day.is_(None), again <= today),
        )
    )


def wishes(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """Wishes that nobody answered."""
    due = _plus(_local_day(Wish.made_at), pace.wish_days)
    return (
        _columns(Person.id, Person.region_code, due, Wish.id)
        .join(Wish, Wish.person_id == Person.id)
        .where(Wish.answered_at.is_(None), Person.merged_into_id.is_(None), _within(Person.region_code, villages))
    )


def consents(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """People who were signed up and must still be asked aloud, by the class's first day."""
    query = to_ask(by).order_by(None).where(_within(Enrollment.region_code, villages))
    return query.with_only_columns(
        Enrollment.person_id.label("person_id"),
        Enrollment.region_code.label("region_code"),
        TrainingClass.start_on.label("due_on"),
        Enrollment.id.label("row_id"),
    )


def seats(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """Places offered from a waiting list that wait for the person's answer."""
    due = _local_day(Enrollment.offer_until)
    return _columns(Enrollment.person_id, Enrollment.region_code, due, Enrollment.id).where(
        Enrollment.status == EnrollmentStatus.OFFERED, _within(Enrollment.region_code, villages)
    )


def cards(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """Cards of open rounds that nobody worked on."""
    return (
        _columns(SurveyCard.person_id, SurveyCard.region_code, SurveyRound.due_on, SurveyCard.id)
        .join(SurveyRound, SurveyRound.id == SurveyCard.round_id)
        .where(
            SurveyRound.status == RoundStatus.OPEN,
            SurveyCard.status == CardStatus.OPEN,
            _within(SurveyCard.region_code, villages),
        )
    )


def services(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """People whose next service of this year's 311 is due soon."""
    first, end = date(today.year, 1, 1), date(today.year, 12, 31)
    start = func.greatest(literal(first, Date), owed_since())
    days = type_coerce(literal(end, Date) - start, Integer) + literal(1, Integer)
    owed = {
        ServiceKind.JOB_RECOMMENDATION: pace.job_recommendations,
        ServiceKind.GUIDANCE: pace.guidance,
        ServiceKind.TRAINING_OFFER: pace.training_offers,
    }
    done = _done_since(first, tuple(owed))
    shares = [_share(start, days, wanted, done.c[kind.value]) for kind, wanted in owed.items() if wanted]
    due = func.least(*shares) if shares else cast(null(), Date)
    served = (WorkStatus.UNEMPLOYED, WorkStatus.WAITING_TO_RETURN)
    farms = and_(Person.work_status == WorkStatus.FARMING, Person.willing == Willing.WILLING)
    return (
        _columns(Person.id, Person.region_code, due, Person.id)
        .join(done, true())
        .where(
            or_(Person.work_status.in_(served), farms),
            SEEKING,
            _within(Person.region_code, villages),
            due <= _plus(literal(today, Date), pace.ahead_days),
        )
    )


def _done_since(first: date, kinds: Sequence[ServiceKind]) -> Any:
    """How many of each kind a person had since a day."""
    counts = [func.count().filter(ServiceRecord.kind == kind).label(kind.value) for kind in kinds]
    return (
        select(*counts)
        .where(
            ServiceRecord.person_id == Person.id,
            ServiceRecord.struck_at.is_(None),
            ServiceRecord.result != ServiceResult.NOT_REACHED,
            ServiceRecord.done_on >= first,
        )
        .lateral("done")
    )


def _share(start: Any, days: Any, wanted: int, done: Any) -> Any:
    """`rules.due.next_share`; NULL once all are done, which LEAST passes over."""
    nth = func.div(days * (done + literal(1, Integer)), literal(wanted, Integer), type_=Integer)
    return case((done < wanted, _plus_number(start, cast(nth, Integer) - literal(1, Integer))), else_=None)


def follow_ups(by: Actor, villages: Sequence[str], today: date, pace: Pace) -> Rows:  # noqa: ARG001  # one signature for all
    """People who took up a post or livelihood and are soon to be asked whether they kept it (稳岗)."""
    asked = (
        select(
            func.count().label("times"),
            func.count().filter(ServiceRecord.result == ServiceResult.LEFT_POST).label("gone"),
        )
        .where(
            ServiceRecord.placement_id == Placement.id,
            ServiceRecord.struck_at.is_(None),
            ServiceRecord.result != ServiceResult.NOT_REACHED,
        )
        .lateral("asked")
    )
    months = [(asked.c.times == n, func.make_interval(0, month)) for n, month in enumerate(pace.follow_up_months)]
    due = cast(Placement.took_up_on + case(*months, else_=None), Date)
    return (
        _columns(Placement.person_id, Placement.region_code, due, Placement.id)
        .join(asked, true())
        .where(
            Placement.status == PlacementStatus.CONFIRMED,
            asked.c.gone == 0,
            _within(Placement.region_code, villages),
            due <= _plus(literal(today, Date), pace.ahead_days),
        )
    )


SETS: dict[Duty, Callable[[Actor, Sequence[str], date, Pace], Rows]] = {
    Duty.OFFER: offers,
    Duty.SEAT: seats,
    Duty.CONSENT: consents,
    Duty.WISH: wishes,
    Duty.CARD: cards,
    Duty.SERVICE: services,
    Duty.FOLLOW_UP: follow_ups,
}
"""Every duty, the most pressing first."""
