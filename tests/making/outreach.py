"""Survey rounds and services for tests, through the services that officers use."""

from datetime import date, timedelta

from app.kernel import clock
from app.kernel.access import Actor, Role
from app.outreach import service
from app.outreach.models import ServiceRecord, SurveyCard, SurveyRound
from app.outreach.queries import cards_of
from app.outreach.rules import Mapped, ServiceKind, ServiceResult
from app.outreach.rules.surveys import free_questions
from app.outreach.service import Asked, NewRound, NewService, mapped_question
from app.people.models import Person
from tests.makers import TOWNSHIP, VILLAGE

OTHER_VILLAGE = "430681107226"


def township_officer() -> Actor:
    """An officer who runs rounds in the township."""
    return Actor("user:900001", "何示例", frozenset({Role.TOWNSHIP_OFFICER}), (TOWNSHIP,))


def village_officer(village: str = VILLAGE) -> Actor:
    """An officer who answers for one village."""
    return Actor(f"user:9{village[-5:]}", "罗示例", frozenset({Role.VILLAGE_OFFICER}), (village,))


def in_days(days: int) -> date:
    """A day from today."""
    return clock.today() + timedelta(days=days)


def make_draft(by: Actor | None = None, *, places: tuple[str, ...] = (VILLAGE,), own: str = "") -> SurveyRound:
    """A drafted round with every mapped question, and an officer's own."""
    questions = (*(mapped_question(one) for one in Mapped), *free_questions(own))
    facts = NewRound("秋季摸底", TOWNSHIP, in_days(10), places, questions)
    return service.draft_round(facts, by=by or township_officer())


def make_round(by: Actor | None = None, *, places: tuple[str, ...] = (VILLAGE,), own: str = "") -> SurveyRound:
    """An open round whose cards are made."""
    by = by or township_officer()
    survey = make_draft(by, places=places, own=own)
    service.open_round(survey, by=by)
    service.make_cards(survey.id)
    return survey


def card_of(person: Person, survey: SurveyRound) -> SurveyCard:
    """The person's card in a round."""
    return next(card for card in cards_of(person.id) if card.round_id == survey.id)


def answer(card: SurveyCard, by: Actor, **given: str) -> SurveyCard:
    """Answer a card today."""
    return service.answer(card, {"work_status": "farming", **given}, Asked(clock.today()), by=by)


def note(
    person: Person,
    by: Actor,
    kind: ServiceKind = ServiceKind.JOB_RECOMMENDATION,
    result: ServiceResult = ServiceResult.CONSIDERING,
    on: date | None = None,
) -> ServiceRecord:
    """Note a service."""
    about = "示例岗位" if kind in {ServiceKind.JOB_RECOMMENDATION, ServiceKind.TRAINING_OFFER} else ""
    return service.note_service(person, NewService(kind, result, on or clock.today(), about), by=by)
