"""What an officer takes along without a network: the people of the area, their open cards, the words to note with."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.sealing import mask_id_number
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.queries.surveys import card_for, rounds_for
from app.outreach.rules import RESULTS, CardStatus, NotReached, QuestionKind, RoundStatus, ServiceKind
from app.outreach.rules.offline import KEPT_DAYS, MOST_PEOPLE, Note, NoteKind
from app.outreach.rules.surveys import NO, YES, questions_of
from app.people.models import Person, Trade, WorkStatus
from app.people.queries import people_for, person_for
from app.regions.queries import in_area


def people_to_take(by: Actor) -> Sequence[Person]:
    """The people of an officer's area by village and name, at most `MOST_PEOPLE` and one more."""
    query = people_for(by).order_by(None).order_by(Person.region_code, Person.pinyin, Person.id)
    return db.session.scalars(query.limit(MOST_PEOPLE + 1).options(selectinload(Person.groups))).unique().all()


def taken(by: Actor, people: Sequence[Person]) -> dict[str, Any]:
    """What the device keeps, sealed with the officer's own word: no whole identity number, no account, no address."""
    now = clock.now()
    rounds = db.session.scalars(rounds_for(by, RoundStatus.OPEN)).unique().all()
    return {
        "taken_at": now.isoformat(),
        "until": (now + timedelta(days=KEPT_DAYS)).isoformat(),
        "today": clock.today().isoformat(),
        "people": [_person(person) for person in people],
        "cards": _cards(by, rounds),
        "rounds": [_round(row) for row in rounds],
        "words": words(),
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "version": person.version,
        "name": person.name,
        "initials": person.initials,
        "id_number": mask_id_number(person.id_number or ""),
        "phone": person.phone or "",
        "village": person.region.name,
        "work_status": person.work_status.value,
        "wish": person.wish_trade,
        "groups": [label(held.group) for held in person.groups],
        "guardian": person.guardian_name,
    }


def _cards(by: Actor, rounds: Sequence[SurveyRound]) -> list[dict[str, Any]]:
    """The cards of open rounds in the area that nobody has answered yet."""
    query = select(SurveyCard.id, SurveyCard.round_id, SurveyCard.person_id, SurveyCard.version, SurveyCard.status)
    query = query.where(
        SurveyCard.round_id.in_([row.id for row in rounds]),
        SurveyCard.status != CardStatus.ANSWERED,
        in_area(SurveyCard.region_code, by.area),
    )
    found = db.session.execute(query.order_by(SurveyCard.round_id, SurveyCard.id).limit(MOST_PEOPLE))
    return [
        {"id": row.id, "round": row.round_id, "person": row.person_id, "version": row.version, "status": row.status}
        for row in found
    ]


def _round(row: SurveyRound) -> dict[str, Any]:
    yes_no = [[YES, _("是")], [NO, _("否")]]
    asked = [
        {
            "key": one.key,
            "text": one.text,
            "kind": QuestionKind.CHOICE.value if one.kind is QuestionKind.YES_NO else one.kind.value,
            "choices": yes_no if one.kind is QuestionKind.YES_NO else [list(choice) for choice in one.choices],
            "needed": one.needed,
        }
        for one in questions_of(row.questions)
    ]
    return {"id": row.id, "title": row.title, "due_on": row.due_on.isoformat(), "questions": asked}


def words() -> dict[str, Any]:
    """The choices of every note, each a list of a value and its words."""
    results: dict[str, list[list[str]]] = defaultdict(list)
    for kind, possible in RESULTS.items():
        results[kind.value] = _pairs(possible)
    return {
        "work_status": _pairs(WorkStatus),
        "wish": _pairs(Trade),
        "reason": _pairs(NotReached),
        "service": _pairs(ServiceKind),
        "result": results,
    }


def _pairs(values: Iterable[Any]) -> list[list[str]]:
    return [[value.value, str(label(value))] for value in values]


def standing_now(by: Actor, note: Note) -> dict[str, Any]:
    """What stands here now where a device's note meets a newer word: version, who, when, and the values in words."""
    if note.kind is NoteKind.PERSON:
        person = person_for(by, note.about)
        values = {"phone": person.phone or "", "work_status": person.work_status.value}
        return _stands(person, person.version, values)
    card = card_for(by, note.about)
    values = {key: str(value) for key, value in card.answers.items()}
    if card.reason is not None:
        values["reason"] = card.reason.value
    return _stands(card, card.version, values)


def _stands(row: Any, version: int, values: dict[str, str]) -> dict[str, Any]:
    events = events_of(row)
    last = events[-1] if events else None
    return {
        "version": version,
        "values": values,
        "by": last.actor_name if last else "",
        "at": clock.local(last.at).strftime("%Y-%m-%d %H:%M") if last else "",
    }
