"""Note services for people; strike out what was noted wrongly. Nothing is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.outreach.models import ServiceRecord
from app.outreach.rules import How, ServiceKind, ServiceResult
from app.outreach.rules.services import refuse_wrong
from app.people import service as people
from app.people.models import Person, Wish, WishOutcome, WorkStatus
from app.people.service import PersonChanges
from app.placements.models import Placement
from app.placements.rules import PlacementStatus
from app.regions.queries import lies_in


@dataclass(frozen=True, slots=True)
class NewService:
    """One service as an officer notes it; `about` is the post or course, in words; `client_key` of a device."""

    kind: ServiceKind
    result: ServiceResult
    done_on: date
    about: str = ""
    note: str = ""
    how: How = How.VISIT
    client_key: UUID | None = None


def note_service(person: Person, facts: NewService, *, by: Actor, answers: Sequence[Wish] = ()) -> ServiceRecord:
    """Keep a service for a person of the officer's area; a device's record sent twice is taken once.

    `answers` are open wishes of the person that this offer was an answer to.
    Who left the post goes into the register as without work from that day, so that the list of people without an
    offer takes them up again by its rule. Raises `DomainError` naming the field.
    """
    if not lies_in(person.region_code, by.area):
        raise Forbidden(N_("这个人不在您负责的村（社区）。"))
    known = _known(facts.client_key)
    if known is not None:
        return _same(known, person, by)
    refuse_wrong(facts.kind, facts.result, facts.done_on, facts.about, today=clock.today())
    record = ServiceRecord(
        person_id=person.id,
        region_code=person.region_code,
        kind=facts.kind,
        done_on=facts.done_on,
        result=facts.result,
        about=facts.about.strip(),
        note=facts.note.strip() or None,
        how=facts.how,
        placement_id=_placement_of(person) if facts.kind is ServiceKind.FOLLOW_UP else None,
        made_by=by.key,
        made_by_name=by.name,
        created_at=clock.now(),
        client_key=facts.client_key,
        struck_reason="",
    )
    db.session.add(record)
    db.session.flush()
    said = {"person_id": person.id, "kind": facts.kind.value, "result": facts.result.value}
    audit.record(record, "service noted", by=by, facts=said)
    if facts.result is ServiceResult.LEFT_POST and person.work_status == WorkStatus.EMPLOYED:
        lost = PersonChanges(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=facts.done_on)
        people.change(person, lost, by=by)
    for wish in answers:
        people.answer_wish(wish, WishOutcome.OFFERED, answer=record.about, by=by)
    return record


def _known(client_key: UUID | None) -> ServiceRecord | None:
    if client_key is None:
        return None
    return db.session.scalars(select(ServiceRecord).where(ServiceRecord.client_key == client_key)).first()


def _same(known: ServiceRecord, person: Person, by: Actor) -> ServiceRecord:
    if known.person_id != person.id or known.made_by != by.key:
        raise Refused(N_("这条服务记录已经同步过了。"))
    return known


def _placement_of(person: Person) -> int | None:
    """The placement a follow-up is about: the latest that was confirmed."""
    query = select(Placement.id).where(Placement.person_id == person.id, Placement.status == PlacementStatus.CONFIRMED)
    return db.session.scalar(query.order_by(Placement.took_up_on.desc(), Placement.id.desc()).limit(1))


def strike(record: ServiceRecord, *, reason: str, by: Actor) -> None:
    """Strike out a record with a reason: it stays to be read and counts for nothing any more."""
    held = audit.hold(record)
    if not lies_in(held.region_code, by.area):
        raise Forbidden(N_("这个人不在您负责的村（社区）。"))
    if held.struck_at is not None:
        raise Refused(N_("这条记录已经划掉了。"))
    if not reason.strip():
        raise DomainError(N_("划掉服务记录要写明原因。"), "reason")
    held.struck_at, held.struck_by, held.struck_reason = clock.now(), by.key, reason.strip()
    audit.record(held, "service struck out", by=by, note=reason.strip(), facts={"person_id": held.person_id})
    db.session.flush()
