"""Officers go round: a survey that is over and one under way, jobs and courses recommended, a few still to reach."""

import random
from collections.abc import Sequence

from sqlalchemy import select

from app.demo.story.cast import BISHI, MEIJIANG
from app.demo.story.telling import SEED, Chapter, Tale
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.labels import label
from app.outreach import service
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.rules import How, Mapped, NotReached, ServiceKind, ServiceResult
from app.outreach.rules.surveys import free_questions
from app.outreach.service import Asked, NewRound, NewService, mapped_question
from app.people.models import Person, Trade, Willing, Wish, WishKind, WorkStatus

OWN = "家里有没有要照顾的老人、小孩（是否）\n家里有几个人在外面做事（数字）\n今年还想去哪里做事"
ROUNDS = ((-60, -40, "上一季劳动力摸底"), (-9, 8, "本季劳动力摸底"))
"""The working day on which a round opens, the one by which it is due, its name."""
REACHED = 0.55
"""How far the round that is under way has come."""
LOST_WORK, FOUND_WORK = 0.35, 0.15
POSTS = ("编织车间计件工", "挖掘机操作手", "家政保洁员", "食品厂包装工")
COURSES = ("稻虾共作", "育婴员", "中式烹调", "插花")
KEPT_WAITING = 6
"""So many are left for who tries the demo."""
K, R = ServiceKind, ServiceResult


def survey_rounds(tale: Tale) -> Chapter:
    """The township asks everybody of its villages, twice; the second time it is half-way through."""
    chance = random.Random(SEED)  # noqa: S311  # a story, no secret
    for opens, due, title in ROUNDS:
        yield tale.at(opens, 9)
        survey = _opened(tale, title, due)
        over = due < 0
        yield tale.at(opens + 6, 17)
        for number, card in enumerate(_cards(survey)):
            if over or number % 20 < REACHED * 20:
                _asked(tale, card, chance, again=not over)
        if over:
            yield tale.at(due, 17)
            service.close_round(survey, by=tale.who("township"))


def _opened(tale: Tale, title: str, due: int) -> SurveyRound:
    by = tale.who("township")
    questions = (*(mapped_question(one) for one in Mapped), *free_questions(OWN))
    places = tuple(_villages(tale))
    survey = service.draft_round(NewRound(title, BISHI, tale.workday(due), places, questions), by=by)
    service.open_round(survey, by=by)
    service.make_cards(survey.id)
    return survey


def _cards(survey: SurveyRound) -> Sequence[SurveyCard]:
    query = select(SurveyCard).where(SurveyCard.round_id == survey.id)
    return db.session.scalars(query.order_by(SurveyCard.region_code, SurveyCard.id)).unique().all()


def _officer(tale: Tale, village: str) -> Actor:
    return tale.who("village" if village == MEIJIANG else "township")


def _asked(tale: Tale, card: SurveyCard, chance: random.Random, *, again: bool) -> None:
    by, person = _officer(tale, card.region_code), card.person
    asked = Asked(clock.today(), chance.choice((How.VISIT, How.VISIT, How.CALL)))
    if chance.random() < 0.08:  # noqa: PLR2004  # some are never at home
        service.not_reached(card, chance.choice((NotReached.AWAY, NotReached.NO_ANSWER)), asked, by=by)
        return
    answers = {
        "work_status": _work(person, chance, again=again).value,
        "wish": person.wish_trade or "none",
        "willing": chance.choice((Willing.WILLING, Willing.WILLING, Willing.UNSURE)).value,
        "q1": chance.choice(("yes", "no")),
        "q2": str(chance.randint(0, 3)),
    }
    service.answer(card, answers, asked, by=by)


def _work(person: Person, chance: random.Random, *, again: bool) -> WorkStatus:
    """What somebody does now: the first round finds who lost work outside, the second some who found one since."""
    now, changed = person.work_status, chance.random()
    if not again and now is WorkStatus.FARMING and changed < LOST_WORK:
        return WorkStatus.UNEMPLOYED
    if again and now is WorkStatus.UNEMPLOYED and changed < FOUND_WORK:
        return WorkStatus.EMPLOYED
    return now


def services(tale: Tale) -> Chapter:
    """Officers recommend posts and courses to who has no work, and answer wishes; a few are still to reach."""
    chance = random.Random(SEED + 1)  # noqa: S311  # a story, no secret
    for day in (-30, -20, -12, -3):
        yield tale.at(day, 16)
        for person in _owed(tale)[KEPT_WAITING:]:
            _recommend(person, chance, _officer(tale, person.region_code))
    yield tale.at(-1, 17)
    for wish in _wishes(tale):
        about = "".join(("免费", label(Trade(wish.value)), "班"))
        facts = NewService(K.TRAINING_OFFER, R.CONSIDERING, clock.today(), about, how=How.CALL)
        service.note_service(wish.person, facts, by=_officer(tale, wish.person.region_code), answers=[wish])


def _owed(tale: Tale) -> Sequence[Person]:
    """Who seeks work in the township and has none."""
    seeking = Person.work_status.in_((WorkStatus.UNEMPLOYED, WorkStatus.WAITING_TO_RETURN))
    query = select(Person).where(Person.region_code.in_(_villages(tale)), seeking, Person.exclusion.is_(None))
    return db.session.scalars(query.order_by(Person.id)).unique().all()


def _wishes(tale: Tale) -> Sequence[Wish]:
    """Two thirds of the wishes for a trade; those of the cast stay open, for whoever tries the demo."""
    cast = {person.id for person in tale.people.values()}
    query = (
        select(Wish)
        .join(Person)
        .where(
            Person.region_code.in_(_villages(tale)),
            Wish.answered_at.is_(None),
            Wish.kind == WishKind.TRADE,
            Person.id.not_in(cast),
            Wish.id % 3 != 0,
        )
    )
    return db.session.scalars(query.order_by(Wish.id)).all()


def _villages(tale: Tale) -> set[str]:
    return {person.region_code for person in tale.laborers[BISHI]}


def _recommend(person: Person, chance: random.Random, by: Actor) -> None:
    kind = chance.choice((K.JOB_RECOMMENDATION, K.JOB_RECOMMENDATION, K.TRAINING_OFFER, K.GUIDANCE))
    result = R.DONE if kind is K.GUIDANCE else chance.choice((R.ACCEPTED, R.CONSIDERING, R.DECLINED))
    about = {K.JOB_RECOMMENDATION: chance.choice(POSTS), K.TRAINING_OFFER: chance.choice(COURSES)}.get(kind, "")
    facts = NewService(kind, result, clock.today(), about, how=chance.choice((How.VISIT, How.CALL)))
    service.note_service(person, facts, by=by)
