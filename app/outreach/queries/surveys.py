"""Find rounds and cards; how far a round has come, and what changed between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased

from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.outreach.models import SurveyCard, SurveyRound, SurveyVillage
from app.outreach.rules import CardStatus, Coverage, NotReached, RoundStatus
from app.people.models import Person, WorkStatus
from app.regions.models import Region
from app.regions.queries import in_area, lies_in


@dataclass(frozen=True, slots=True)
class CardFilters:
    """What narrows a round's cards; empty values narrow nothing."""

    region_code: str = ""
    status: CardStatus | None = None
    reason: NotReached | None = None
    work_status: WorkStatus | None = None
    wish: str | None = None
    """The trade wished for; "any" for whoever wishes for something."""
    word: str = ""
    earlier_id: int = 0
    """Another round, in which the same person answered `earlier_work`."""
    earlier_work: WorkStatus | None = None


ANY_WISH = "any"


def rounds_for(by: Actor, status: RoundStatus | None = None) -> Select[SurveyRound]:
    """The rounds that a person runs or has villages in, the latest first."""
    theirs = exists().where(SurveyVillage.round_id == SurveyRound.id, in_area(SurveyVillage.region_code, by.area))
    started = SurveyRound.status != RoundStatus.DRAFT
    query = select(SurveyRound).where((theirs & started) | in_area(SurveyRound.region_code, by.area))
    if status is not None:
        query = query.where(SurveyRound.status == status)
    return query.order_by(SurveyRound.status == RoundStatus.CLOSED, SurveyRound.due_on.desc(), SurveyRound.id.desc())


def round_for(by: Actor, round_id: int) -> SurveyRound:
    """The round if this person runs it or has villages in it; raises `NotFound`."""
    found = db.session.scalars(rounds_for(by).where(SurveyRound.id == round_id)).first()
    if found is None:
        raise NotFound
    return found


def runs(by: Actor, survey: SurveyRound) -> bool:
    """Whether this person may open, close or change the round: its region lies in their area."""
    return by.may(Can.SURVEY_RUN) and lies_in(survey.region_code, by.area)


def village_codes(round_id: int) -> Sequence[str]:
    """The villages of a round."""
    query = select(SurveyVillage.region_code).where(SurveyVillage.round_id == round_id)
    return db.session.scalars(query.order_by(SurveyVillage.region_code)).all()


def villages_of(by: Actor, round_id: int) -> Sequence[Region]:
    """The villages of a round in a person's area."""
    codes = select(SurveyVillage.region_code).where(SurveyVillage.round_id == round_id)
    query = select(Region).where(Region.code.in_(codes), in_area(Region.code, by.area))
    return db.session.scalars(query.order_by(Region.code)).all()


def cards_for(by: Actor, survey: SurveyRound, filters: CardFilters | None = None) -> Select[SurveyCard]:
    """The cards of a round in a person's area, by village and name."""
    filters = filters or CardFilters()
    query = select(SurveyCard).join(Person, Person.id == SurveyCard.person_id)
    query = query.where(SurveyCard.round_id == survey.id, in_area(SurveyCard.region_code, by.area))
    return query.where(*_narrowed(filters)).order_by(SurveyCard.region_code, Person.pinyin, SurveyCard.id)


def _narrowed(filters: CardFilters) -> list[ColumnElement[bool]]:
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (filters.region_code, in_area(SurveyCard.region_code, (filters.region_code,))),
        (filters.status, SurveyCard.status == filters.status),
        (filters.reason, SurveyCard.reason == filters.reason),
        (filters.work_status, SurveyCard.work_status == filters.work_status),
        (filters.wish == ANY_WISH, SurveyCard.wish != ""),
        (filters.wish and filters.wish != ANY_WISH, SurveyCard.wish == filters.wish),
        (filters.earlier_work, _answered_before(filters)),
        (filters.word.strip(), Person.name.contains(filters.word.strip(), autoescape=True)),
    ]
    return [condition for given, condition in wanted if given]


def _answered_before(filters: CardFilters) -> ColumnElement[bool]:
    before = aliased(SurveyCard)
    return exists().where(
        before.person_id == SurveyCard.person_id,
        before.round_id == filters.earlier_id,
        before.work_status == filters.earlier_work,
    )


def card_for(by: Actor, card_id: int) -> SurveyCard:
    """The card if its village lies in this person's area; raises `NotFound`."""
    query = select(SurveyCard).where(SurveyCard.id == card_id, in_area(SurveyCard.region_code, by.area))
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def sheet_cards(survey: SurveyRound, village: str, *, only_open: bool, limit: int) -> Sequence[SurveyCard]:
    """The cards of a village in the order of the printed sheet."""
    query = select(SurveyCard).join(Person, Person.id == SurveyCard.person_id)
    query = query.where(SurveyCard.round_id == survey.id, SurveyCard.region_code == village)
    if only_open:
        query = query.where(SurveyCard.status == CardStatus.OPEN)
    query = query.order_by(Person.pinyin, SurveyCard.id).limit(limit)
    return db.session.scalars(query).unique().all()


def next_open(card: SurveyCard) -> SurveyCard | None:
    """The next card of the same village that nobody has worked on, by name."""
    query = select(SurveyCard).join(Person, Person.id == SurveyCard.person_id)
    query = query.where(
        SurveyCard.round_id == card.round_id,
        SurveyCard.region_code == card.region_code,
        SurveyCard.status == CardStatus.OPEN,
        SurveyCard.id != card.id,
    )
    return db.session.scalars(query.order_by(Person.pinyin, SurveyCard.id).limit(1)).first()


def cards_of(person_id: int) -> Sequence[SurveyCard]:
    """A person's cards of all rounds, the latest first."""
    query = select(SurveyCard).where(SurveyCard.person_id == person_id)
    return db.session.scalars(query.order_by(SurveyCard.round_id.desc())).unique().all()


def coverage_by_village(survey: SurveyRound, area: Sequence[str]) -> dict[str, Coverage]:
    """How far a round has come in each village of an area; one query over an index."""
    query = select(SurveyCard.region_code, SurveyCard.status, func.count())
    query = query.where(SurveyCard.round_id == survey.id, in_area(SurveyCard.region_code, area))
    found: dict[str, Coverage] = {}
    for village, status, count in db.session.execute(query.group_by(SurveyCard.region_code, SurveyCard.status)):
        part = Coverage(count, count * (status == CardStatus.ANSWERED), count * (status == CardStatus.NOT_REACHED))
        found[village] = found.get(village, Coverage()) + part
    return found


def coverage_of_rounds(round_ids: Sequence[int], area: Sequence[str]) -> dict[int, Coverage]:
    """How far several rounds have come in an area."""
    query = select(SurveyCard.round_id, SurveyCard.status, func.count())
    query = query.where(SurveyCard.round_id.in_(round_ids), in_area(SurveyCard.region_code, area))
    found: dict[int, Coverage] = {}
    for round_id, status, count in db.session.execute(query.group_by(SurveyCard.round_id, SurveyCard.status)):
        part = Coverage(count, count * (status == CardStatus.ANSWERED), count * (status == CardStatus.NOT_REACHED))
        found[round_id] = found.get(round_id, Coverage()) + part
    return found


def comparable(by: Actor, survey: SurveyRound) -> Sequence[SurveyRound]:
    """The earlier rounds that share villages with one, the latest first."""
    mine, theirs = aliased(SurveyVillage), aliased(SurveyVillage)
    shared = (
        select(theirs.round_id)
        .join(mine, mine.region_code == theirs.region_code)
        .where(mine.round_id == survey.id, theirs.round_id < survey.id, in_area(theirs.region_code, by.area))
    )
    query = rounds_for(by).where(SurveyRound.id.in_(shared), SurveyRound.status != RoundStatus.DRAFT)
    return db.session.scalars(query.order_by(None).order_by(SurveyRound.id.desc()).limit(12)).all()


def region_name(code: str) -> str:
    """The name of a region, "" where there is none."""
    found = db.session.get(Region, code) if code else None
    return found.name if found else ""


def reasons_in(survey: SurveyRound, area: Sequence[str]) -> dict[NotReached, int]:
    """Why people were not reached, most frequent first."""
    query = select(SurveyCard.reason, func.count()).where(
        SurveyCard.round_id == survey.id,
        SurveyCard.status == CardStatus.NOT_REACHED,
        in_area(SurveyCard.region_code, area),
    )
    rows = db.session.execute(query.group_by(SurveyCard.reason).order_by(func.count().desc(), SurveyCard.reason))
    return {row[0]: row[1] for row in rows if row[0] is not None}


NO_CARDS = Coverage()


@dataclass(frozen=True, slots=True)
class Picture:
    """What a round found in a place: coverage, what people do for a living, and how many wish for a training."""

    coverage: Coverage = NO_CARDS
    work: Mapping[WorkStatus, int] | None = None
    wishes: int = 0

    def works(self, status: WorkStatus) -> int:
        """How many answered that they live so."""
        return (self.work or {}).get(status, 0)

    def __add__(self, other: "Picture") -> "Picture":
        """Two places together."""
        work = {status: self.works(status) + other.works(status) for status in WorkStatus}
        return Picture(self.coverage + other.coverage, work, self.wishes + other.wishes)


def pictures_by_village(survey: SurveyRound, area: Sequence[str]) -> dict[str, Picture]:
    """What a round found in each village of an area."""
    wishing = func.count().filter(SurveyCard.wish != "")
    query = select(SurveyCard.region_code, SurveyCard.work_status, func.count(), wishing)
    query = query.where(SurveyCard.round_id == survey.id, in_area(SurveyCard.region_code, area))
    found = {village: Picture(coverage) for village, coverage in coverage_by_village(survey, area).items()}
    for village, status, count, wishes in db.session.execute(
        query.group_by(SurveyCard.region_code, SurveyCard.work_status)
    ):
        found[village] = found.get(village, Picture()) + Picture(work={status: count} if status else {}, wishes=wishes)
    return found


def moves_between(
    earlier: SurveyRound, later: SurveyRound, area: Sequence[str]
) -> dict[tuple[WorkStatus, WorkStatus], int]:
    """How many people answered one work status in the earlier round and another in the later, most frequent first."""
    before, after = aliased(SurveyCard), aliased(SurveyCard)
    query = (
        select(before.work_status, after.work_status, func.count())
        .join(after, after.person_id == before.person_id)
        .where(
            before.round_id == earlier.id,
            after.round_id == later.id,
            before.work_status != after.work_status,
            in_area(after.region_code, area),
        )
        .group_by(before.work_status, after.work_status)
        .order_by(func.count().desc(), before.work_status, after.work_status)
    )
    return {(row[0], row[1]): row[2] for row in db.session.execute(query) if row[0] and row[1]}
