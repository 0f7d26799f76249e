"""Take in what a device noted without a network: by every page's own services, each note once, nothing overwritten."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select

from app.accounts.models import User
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.outreach import queries
from app.outreach.models import SurveyCard
from app.outreach.rules import How, NotReached, ServiceKind, ServiceResult
from app.outreach.rules.offline import MOST_PEOPLE, Note, NoteKind
from app.outreach.service.answering import Asked, answer, not_reached
from app.outreach.service.services import NewService, note_service
from app.people import service as people
from app.people.models import ChangeSource, Person, WorkStatus
from app.people.queries import person_for
from app.people.service import PersonChanges

E = TypeVar("E", bound=StrEnum)


def take_along(found: Sequence[Person], *, by: Actor) -> None:
    """Put on record that an officer takes these people's cards along; refuses an area too large for a phone."""
    if len(found) > MOST_PEOPLE:
        raise Refused(N_("您负责的人太多，手机放不下。请让各村信息员自己离线，或者打印走访表。"))
    account = db.session.get_one(User, by.user_id)
    audit.record(account, "taken offline", by=by, facts={"people": len(found), "area": list(by.area)})


def take_in(note: Note, *, by: Actor) -> None:
    """Carry out one note; sent twice it is done once.

    Raises `Conflict` where somebody changed the card or the person since the device took it along, and whatever else
    the service behind refuses.
    """
    if note.on > clock.today():
        raise DomainError(N_("手机上的日期走在前面了，请先把手机时间调准。"))
    if note.kind is NoteKind.PERSON:
        _person(note, by=by)
    elif note.kind is NoteKind.SERVICE:
        _service(note, by=by)
    else:
        _card(note, by=by)


def _card(note: Note, *, by: Actor) -> None:
    card = queries.card_for(by, note.about)
    if _known(note):
        return
    asked = Asked(note.on, How.OFFLINE, note.texts.get("note", ""), note.seen, note.key)
    if note.kind is NoteKind.ANSWER:
        answer(card, {key: text for key, text in note.texts.items() if key != "note"}, asked, by=by)
    else:
        not_reached(card, _one_of(NotReached, note, "reason"), asked, by=by)


def _known(note: Note) -> bool:
    return db.session.scalar(select(SurveyCard.id).where(SurveyCard.client_key == note.key)) == note.about


def _service(note: Note, *, by: Actor) -> None:
    facts = NewService(
        _one_of(ServiceKind, note, "kind"),
        _one_of(ServiceResult, note, "result"),
        note.on,
        note.texts.get("about", ""),
        note.texts.get("note", ""),
        How.OFFLINE,
        note.key,
    )
    note_service(person_for(by, note.about), facts, by=by)


def _person(note: Note, *, by: Actor) -> None:
    """Change a person's phone and work; what stands already as wanted was taken in before."""
    person = person_for(by, note.about)
    status = _one_of(WorkStatus, note, "work_status")
    phone = note.texts.get("phone", "").strip()
    if (person.phone or "") == phone and person.work_status == status:
        return
    changes = PersonChanges(phone=phone, work_status=status)
    if status is WorkStatus.UNEMPLOYED and person.work_status != status:
        changes = PersonChanges(phone=phone, work_status=status, unemployed_since_on=note.on)
    people.change(person, changes, by=by, seen=note.seen, source=ChangeSource.OFFICER)


def _one_of(kind: type[E], note: Note, name: str) -> E:
    try:
        return kind(note.texts.get(name, ""))
    except ValueError as error:
        raise DomainError(N_("这条离线记录读不出来。"), name) from error
