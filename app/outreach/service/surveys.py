"""Survey rounds: draft, open, close; and the cards of a round, made by one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.sql import func

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.labels import label
from app.kernel.marking import N_
from app.kernel.tasks import tasks
from app.outreach import queries
from app.outreach.models import SurveyCard, SurveyRound, SurveyVillage
from app.outreach.rules import ROUND_FLOW, CardStatus, Mapped, Question, QuestionKind, RoundStatus, RoundStep
from app.outreach.rules.surveys import refuse_bad_questions
from app.people.models import Person, Trade, Willing, WorkStatus
from app.regions.models import Level, Region
from app.regions.queries import in_area, lies_in

MAKE_CARDS = "outreach.make_cards"
NO_WISH = "none"
"""The answer of who wishes for no training."""


@dataclass(frozen=True, slots=True)
class NewRound:
    """What an officer decides on: where (the region that runs it, and places below it), until when, which questions."""

    title: str
    region_code: str
    due_on: date
    places: tuple[str, ...]
    """Codes of villages, or of anything above them with all its villages."""
    questions: tuple[Question, ...]


def mapped_question(maps: Mapped) -> Question:
    """The question that keeps one field of the register true, worded in Chinese as it is asked and printed."""
    with force_locale("zh"):
        return _mapped(maps)


def _mapped(maps: Mapped) -> Question:
    choice = QuestionKind.CHOICE
    if maps is Mapped.WORK_STATUS:
        ways = tuple((status.value, label(status)) for status in WorkStatus)
        return Question("work_status", "现在做什么", choice, ways, maps, needed=True)
    if maps is Mapped.WISH:
        trades = (*((trade.value, label(trade)) for trade in Trade), (NO_WISH, "暂时不想学"))
        return Question("wish", "想学什么", choice, trades, maps)
    if maps is Mapped.WILLING:
        return Question("willing", "愿不愿意就业", choice, tuple((one.value, label(one)) for one in Willing), maps)
    return Question("phone", "现在的电话", QuestionKind.TEXT, (), maps)


def draft_round(facts: NewRound, *, by: Actor) -> SurveyRound:
    """Draft a round; raises `DomainError` naming the field for a day gone by, no village, a wrong question set."""
    if not lies_in(facts.region_code, by.area):
        raise Forbidden(N_("这个地方不在您负责的范围内。"), "places")
    _refuse_past(facts.due_on)
    refuse_bad_questions(facts.questions)
    row = SurveyRound(
        status=RoundStatus.DRAFT,
        title=facts.title.strip(),
        region_code=facts.region_code,
        due_on=facts.due_on,
        questions=[question.kept() for question in facts.questions],
        created_by=by.key,
        created_at=clock.now(),
    )
    audit.born(row, by=by)
    _add_villages(row, facts.places, by=by)
    return row


def _refuse_past(due_on: date) -> None:
    if due_on < clock.today():
        raise DomainError(N_("截止日期已经过了，请往后选。"), "due_on")


def _add_villages(row: SurveyRound, places: Sequence[str], *, by: Actor) -> int:
    """Add the villages of some places, each once; how many a round has now."""
    below = select(literal(row.id), Region.code).where(
        Region.level == Level.VILLAGE,
        in_area(Region.code, places),
        in_area(Region.code, (row.region_code,)),
        in_area(Region.code, by.area),
    )
    statement = insert_or(SurveyVillage).from_select(["round_id", "region_code"], below).on_conflict_do_nothing()
    db.session.execute(statement)
    count = len(queries.village_codes(row.id))
    if count == 0:
        raise DomainError(N_("请选择要摸底的村（社区）。"), "places")
    return count


def open_round(survey: SurveyRound, *, by: Actor) -> None:
    """Open a round: from now on its cards are made, by a job, and may be answered."""
    held = _held(survey, by)
    _refuse_past(held.due_on)
    held.opened_on = clock.today()
    audit.take(held, ROUND_FLOW, RoundStep.OPEN, by=by, facts={"villages": len(queries.village_codes(held.id))})
    db.session.flush()
    tasks.defer(MAKE_CARDS, round_id=held.id, once=f"{MAKE_CARDS}:{held.id}")


def close_round(survey: SurveyRound, *, by: Actor) -> None:
    """Close a round: its cards stay as they are, and may be compared with another round's."""
    held = _held(survey, by)
    held.closed_on = clock.today()
    audit.take(held, ROUND_FLOW, RoundStep.CLOSE, by=by)
    db.session.flush()


def reopen_round(survey: SurveyRound, *, due_on: date, by: Actor) -> None:
    """Open a closed round again until another day, to ask who was missed."""
    held = _held(survey, by)
    _refuse_past(due_on)
    held.closed_on, held.due_on = None, due_on
    audit.take(held, ROUND_FLOW, RoundStep.REOPEN, by=by, facts={"due_on": due_on.isoformat()})
    db.session.flush()


def move_due(survey: SurveyRound, due_on: date, *, by: Actor) -> None:
    """Give a round another due date; the old one stays in the events."""
    held = _held(survey, by)
    _refuse_past(due_on)
    facts = {"from": held.due_on.isoformat(), "to": due_on.isoformat()}
    held.due_on = due_on
    audit.record(held, "due date moved", by=by, facts=facts)
    db.session.flush()


def _held(survey: SurveyRound, by: Actor) -> SurveyRound:
    if not queries.runs(by, survey):
        raise Forbidden(N_("这次摸底由发起的单位管理。"))
    return audit.hold(survey)


def ask_cards(survey: SurveyRound, *, by: Actor) -> None:
    """Let the job look again for people without a card: who was registered or moved in since."""
    if not by.area or survey.status != RoundStatus.OPEN:
        raise Refused(N_("这次摸底没有在进行。"))
    tasks.defer(MAKE_CARDS, round_id=survey.id, once=f"{MAKE_CARDS}:{survey.id}")


def make_cards(round_id: int) -> int:
    """Make the cards that are missing in an open round, one a person, by one statement; how many were made.

    Open cards follow people who moved within the round and go where a row was merged into another; run again it
    changes nothing.
    """
    villages = select(SurveyVillage.region_code).where(SurveyVillage.round_id == round_id)
    survey = db.session.get_one(SurveyRound, round_id, with_for_update={"of": SurveyRound}, populate_existing=True)
    if survey.status != RoundStatus.OPEN:
        return 0
    status = literal(CardStatus.OPEN.value)
    people = select(literal(round_id), Person.id, Person.region_code, status, func.gen_random_uuid(), literal(1))
    people = people.where(Person.region_code.in_(villages), Person.merged_into_id.is_(None))
    names = ["round_id", "person_id", "region_code", "status", "seal_id", "version"]
    moved = (
        update(SurveyCard)
        .where(
            SurveyCard.round_id == round_id,
            SurveyCard.status == CardStatus.OPEN,
            SurveyCard.person_id == Person.id,
            SurveyCard.region_code != Person.region_code,
            Person.region_code.in_(villages),
        )
        .values(region_code=Person.region_code)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(moved)
    merged = select(Person.id).where(Person.merged_into_id.is_not(None))
    unneeded = delete(SurveyCard).where(
        SurveyCard.round_id == round_id, SurveyCard.status == CardStatus.OPEN, SurveyCard.person_id.in_(merged)
    )
    db.session.execute(unneeded, execution_options={"synchronize_session": False})
    statement = insert_or(SurveyCard).from_select(names, people).on_conflict_do_nothing()
    made = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    return int(made.rowcount)  # type: ignore[attr-defined]  # the result of an INSERT counts its rows


__all__ = [
    "MAKE_CARDS",
    "NO_WISH",
    "NewRound",
    "ask_cards",
    "close_round",
    "draft_round",
    "make_cards",
    "mapped_question",
    "move_due",
    "open_round",
    "reopen_round",
]
