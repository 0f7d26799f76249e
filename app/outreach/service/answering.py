"""Write down what a person of a round answered, or why they were not reached; the register follows, with history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.rules import CardStatus, How, Mapped, NotReached, RoundStatus
from app.outreach.rules.surveys import questions_of, read_answers
from app.outreach.service.surveys import NO_WISH
from app.people import service as people
from app.people.models import ChangeSource, Willing, WorkStatus
from app.people.service import PersonChanges
from app.regions.queries import lies_in


@dataclass(frozen=True, slots=True)
class Asked:
    """When and how a person was asked, and which version of the card the officer saw; `client_key` of a device."""

    on: date
    how: How = How.VISIT
    note: str = ""
    seen: int | None = None
    client_key: UUID | None = None


def answer(card: SurveyCard, given: Mapping[str, str], asked: Asked, *, by: Actor) -> SurveyCard:
    """Keep the answers (text by the question's key) and change the register where a question is mapped to it.

    An answered card may be answered again while the round is open; what the register held before stays in its
    history. A device's answer sent twice is taken once. Raises `DomainError` naming the question, `Conflict` where
    somebody changed the card since it was seen, `Refused` once the round is closed.
    """
    held = _held(card, asked, by)
    if asked.client_key is not None and held.client_key == asked.client_key:
        return held
    answers = read_answers(questions_of(_open_round(held).questions), given)
    _note(held, asked, CardStatus.ANSWERED, by)
    held.reason = None
    held.answers = answers
    snapshot = _mapped(held.survey, answers)
    held.work_status = WorkStatus(snapshot[Mapped.WORK_STATUS]) if Mapped.WORK_STATUS in snapshot else None
    held.willing = snapshot.get(Mapped.WILLING)
    held.wish = _wish(snapshot)
    _change_register(held, snapshot, by=by)
    audit.record(held, "card answered", by=by, facts={"round_id": held.round_id, "how": asked.how.value})
    db.session.flush()
    return held


def not_reached(card: SurveyCard, reason: NotReached, asked: Asked, *, by: Actor) -> SurveyCard:
    """Keep why a person could not be asked; an answered card is not turned back. A device's word is taken once."""
    held = _held(card, asked, by)
    if asked.client_key is not None and held.client_key == asked.client_key:
        return held
    _open_round(held)
    if held.status == CardStatus.ANSWERED:
        raise Refused(N_("这个人已经摸底过了，不能再登记“没联系上”。"))
    if reason is NotReached.OTHER and not asked.note.strip():
        raise DomainError(N_("选“其他原因”的，请写明是什么原因。"), "note")
    _note(held, asked, CardStatus.NOT_REACHED, by)
    held.reason = reason
    facts = {"round_id": held.round_id, "reason": reason.value, "how": asked.how.value}
    audit.record(held, "card not reached", by=by, facts=facts)
    db.session.flush()
    return held


def _held(card: SurveyCard, asked: Asked, by: Actor) -> SurveyCard:
    if not lies_in(card.region_code, by.area):
        raise Forbidden(N_("这个人不在您负责的村（社区）。"))
    if asked.on > clock.today():
        raise DomainError(N_("走访日期还没有到。"), "on")
    repeated = asked.client_key is not None and card.client_key == asked.client_key
    return audit.hold(card, seen=None if repeated else asked.seen)


def _open_round(held: SurveyCard) -> SurveyRound:
    if held.survey.status != RoundStatus.OPEN:
        raise Refused(N_("这次摸底已经结束，卡片不能再改。"))
    return held.survey


def _note(held: SurveyCard, asked: Asked, status: CardStatus, by: Actor) -> None:
    held.status = status
    held.note = asked.note.strip() or None
    held.how, held.answered_on, held.answered_at = asked.how, asked.on, clock.now()
    held.answered_by, held.client_key = by.key, asked.client_key


def _mapped(survey: SurveyRound, answers: Mapping[str, Any]) -> dict[Mapped, str]:
    """The answers that belong into the register, by field."""
    return {
        one.maps: str(answers[one.key]) for one in questions_of(survey.questions) if one.maps and one.key in answers
    }


def _wish(snapshot: Mapping[Mapped, str]) -> str | None:
    wish = snapshot.get(Mapped.WISH)
    return "" if wish == NO_WISH else wish


def _change_register(held: SurveyCard, snapshot: Mapping[Mapped, str], *, by: Actor) -> None:
    """Change the person through the register's own service, which checks the values and keeps the old ones."""
    person = held.person
    values: dict[str, Any] = {}
    if held.work_status is not None and held.work_status != person.work_status:
        values["work_status"] = held.work_status
        values["unemployed_since_on"] = held.answered_on if held.work_status == WorkStatus.UNEMPLOYED else ""
    if held.willing is not None:
        values["willing"] = Willing(held.willing)
    if held.wish is not None:
        values["wish_trade"] = held.wish
    if Mapped.PHONE in snapshot:
        values["phone"] = snapshot[Mapped.PHONE]
    if values:
        people.change(person, PersonChanges(**values), by=by, source=ChangeSource.SURVEY)
