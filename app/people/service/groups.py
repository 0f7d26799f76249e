"""The groups a person belongs to, each by a piece of evidence and from a day (R06, R07)."""

from dataclasses import dataclass
from datetime import date

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.people.models import ChangeSource, Group, GroupMembership, Person
from app.people.service.history import hold, keep


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group with its evidence: what was shown, its number, and from when to when it holds (None: today; open end)."""

    group: Group
    evidence: str = ""
    document_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def start_group(person: Person, facts: NewGroup, *, by: Actor) -> GroupMembership:
    """Record a group of a person who is being registered: there is nothing before it to keep."""
    valid_from = facts.valid_from or clock.today()
    _check_dates(valid_from, facts.valid_to)
    same = [held for held in person.groups if held.group == facts.group]
    if any(_meet(held, valid_from, facts.valid_to) for held in same):
        raise Refused(N_("这类补贴对象在这段时间里已经登记过了，请改原来那一条。"), "group")
    row = GroupMembership(
        person_id=person.id,
        group=facts.group,
        evidence=facts.evidence.strip(),
        document_number=facts.document_number.strip() or None,
        valid_from=valid_from,
        valid_to=facts.valid_to,
    )
    person.groups.append(row)
    db.session.flush()
    audit.record(person, "group added", by=by, facts={"membership": row.id})
    return row


def add_group(
    person: Person,
    facts: NewGroup,
    *,
    by: Actor,
    seen: int | None = None,
    source: ChangeSource = ChangeSource.OFFICER,
) -> GroupMembership:
    """Record that a person belongs to a group; raises `DomainError` naming the field."""
    hold(person, seen=seen)
    row = start_group(person, facts, by=by)
    keep(person, {}, _told(row), by=by, source=source, item=row.group.value)
    return row


def change_group(
    row: GroupMembership, facts: NewGroup, *, by: Actor, keep_document: bool = True, seen: int | None = None
) -> None:
    """Write new evidence and dates of a membership; an empty document number keeps the one held."""
    person = hold(db.session.get_one(Person, row.person_id), seen=seen)
    valid_from = facts.valid_from or row.valid_from
    _check_dates(valid_from, facts.valid_to)
    others = [held for held in person.groups if held.group == row.group and held.id != row.id]
    if any(_meet(held, valid_from, facts.valid_to) for held in others):
        raise Refused(N_("这类补贴对象在这段时间里已经登记过了，请改原来那一条。"), "valid_from")
    number = facts.document_number.strip() or (row.document_number if keep_document else None)
    wanted = {
        "evidence": facts.evidence.strip(),
        "valid_from": valid_from,
        "valid_to": facts.valid_to,
        "document_number": number,
    }
    changed = sorted(name for name, value in wanted.items() if getattr(row, name) != value)
    before = {name: getattr(row, name) for name in changed}
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        keep(person, before, {name: wanted[name] for name in changed}, by=by, item=row.group.value)
        audit.record(person, "group changed", by=by, facts={"membership": row.id, "fields": changed})


def end_group(row: GroupMembership, *, by: Actor, on: date | None = None) -> None:
    """Say that the person no longer belongs to the group after a day; what held at an earlier training stays (R07)."""
    person = hold(db.session.get_one(Person, row.person_id))
    last = max(on or clock.today(), row.valid_from)
    if row.valid_to is not None and row.valid_to <= last:
        raise Refused(N_("这一条已经到期了。"))
    before, row.valid_to = row.valid_to, last
    keep(person, {"valid_to": before}, {"valid_to": last}, by=by, item=row.group.value)
    audit.record(person, "group ended", by=by, facts={"membership": row.id})


def _told(row: GroupMembership) -> dict[str, object]:
    """What a new membership says, without what it leaves open."""
    told = {"group": row.group, "evidence": row.evidence, "document_number": row.document_number}
    told |= {"valid_from": row.valid_from, "valid_to": row.valid_to}
    return {name: value for name, value in told.items() if value}


def _check_dates(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise DomainError(N_("证明的截止日期不能早于开始日期。"), "valid_to")


def _meet(held: GroupMembership, valid_from: date, valid_to: date | None) -> bool:
    """Whether two stretches of days share one."""
    return (valid_to is None or held.valid_from <= valid_to) and (held.valid_to is None or valid_from <= held.valid_to)
