"""Households: people who live and reckon together."""

from dataclasses import dataclass

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.people import queries
from app.people.models import Household, HouseholdKind, Person
from app.people.service.history import hold, keep
from app.regions.queries import lies_in


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """Where a household lives and how it is looked after."""

    region_code: str
    kind: HouseholdKind = HouseholdKind.ORDINARY


def make_household(facts: NewHousehold, *, by: Actor, head: Person | None = None) -> Household:
    """Make a household, with its head where one is named."""
    if by.key != SYSTEM.key and not lies_in(facts.region_code, by.area):
        raise DomainError(N_("这个村不在您负责的范围内，请重新选择。"), "region_code")
    row = Household(region_code=facts.region_code, kind=facts.kind, created_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record(row, "made", by=by)
    if head is not None:
        join_household(head, row, by=by)
        name_head(row, head, by=by)
    return row


def change_household(household: Household, kind: HouseholdKind, *, by: Actor) -> None:
    """Change how a household is looked after."""
    if household.kind != kind:
        before, household.kind = household.kind, kind
        facts = {"fields": ["kind"], "before": before.value, "after": kind.value}
        audit.record(household, "changed", by=by, facts=facts)


def join_household(person: Person, household: Household, *, by: Actor) -> None:
    """Count a person to a household; they leave the one before."""
    if person.household_id == household.id:
        return
    if person.household_id is not None:
        leave_household(person, by=by)
    hold(person)
    person.household = household
    db.session.flush()
    keep(person, {}, {"household": household.id}, by=by)
    audit.record(household, "member joined", by=by, facts={"person": person.id})
    audit.record(person, "changed", by=by, facts={"fields": ["household"]})


def leave_household(person: Person, *, by: Actor) -> None:
    """Take a person out of their household; a household whose head leaves has none until one is named."""
    household = db.session.get(Household, person.household_id) if person.household_id else None
    if household is None:
        raise Refused(N_("这个人没有登记在任何一户里。"))
    if household.head_id == person.id:
        household.head = None
    hold(person)
    person.household = None
    db.session.flush()
    keep(person, {"household": household.id}, {"household": None}, by=by)
    audit.record(household, "member left", by=by, facts={"person": person.id})
    audit.record(person, "changed", by=by, facts={"fields": ["household"]})


def name_head(household: Household, person: Person, *, by: Actor) -> None:
    """Name the head of a household: one of its members."""
    if all(member.id != person.id for member in queries.members_of(household.id)):
        raise Refused(N_("户主应当是这一户的人。"))
    household.head = person
    db.session.flush()
    audit.record(household, "head named", by=by, facts={"person": person.id})
