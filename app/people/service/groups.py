"""The groups a person belongs to, each by a piece of evidence and from a day (R06, R07)."""

from dataclasses import dataclass
from datetime import date

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.people.models import Group, GroupMembership, Person


@dataclass(frozen=True, slots=True)
class NewGroup:
    """A group with its evidence: what was shown, its number, and from when to when it holds (None: today; open end)."""

    group: Group
    evidence: str = ""
    document_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


def add_group(person: Person, facts: NewGroup, *, by: Actor) -> GroupMembership:
    """Record that a person belongs to a group; raises `DomainError` naming the field."""
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


def change_group(row: GroupMembership, facts: NewGroup, *, by: Actor, keep_document: bool = True) -> None:
    """Write new evidence and dates of a membership; an empty document number keeps the one held."""
    person = db.session.get_one(Person, row.person_id)
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
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        audit.record(person, "group changed", by=by, facts={"membership": row.id, "fields": changed})


def end_group(row: GroupMembership, *, by: Actor, on: date | None = None) -> None:
    """Say that the person no longer belongs to the group after a day; what held at an earlier training stays (R07)."""
    last = max(on or clock.today(), row.valid_from)
    if row.valid_to is not None and row.valid_to <= last:
        raise Refused(N_("这一条已经到期了。"))
    row.valid_to = last
    audit.record(db.session.get_one(Person, row.person_id), "group ended", by=by, facts={"membership": row.id})


def _check_dates(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise DomainError(N_("证明的截止日期不能早于开始日期。"), "valid_to")


def _meet(held: GroupMembership, valid_from: date, valid_to: date | None) -> bool:
    """Whether two stretches of days share one."""
    return (valid_to is None or held.valid_from <= valid_to) and (held.valid_to is None or valid_from <= held.valid_to)
