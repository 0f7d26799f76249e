"""A known identity number that arrives with another phone: nothing changes until the village officer has called."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import constraint_of, db
from app.kernel.sealing import blind_index
from app.people import queries
from app.people.models import (
    PHONE_CLAIM_FLOW,
    ChangeSource,
    Person,
    PhoneClaim,
    PhoneClaimStatus,
    PhoneClaimStep,
)
from app.people.rules import clean_phone
from app.people.service.history import hold, keep

MOST_OPEN = 5
"""Phones waiting for one person; more are not written down, so that nobody can flood an officer's list."""


def claim_phone(
    person: Person, phone: str, *, by: Actor, name: str = "", source: ChangeSource = ChangeSource.OFFICER
) -> PhoneClaim | None:
    """Write down that somebody gave this phone for a known person; None where it is theirs or already waiting."""
    cleaned = clean_phone(phone)
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    if blind_index(cleaned, "phone") == person.phone_index or queries.open_phone_claims(person.id) >= MOST_OPEN:
        return None
    row = PhoneClaim(
        person_id=person.id,
        person=person,
        status=PhoneClaimStatus.OPEN,
        phone=cleaned,
        name=name.strip()[:40] or None,
        source=source,
        by_key=by.key,
        by_name=by.name,
        made_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            audit.born(row, by=by, facts={"person": person.id})
    except IntegrityError as error:
        if constraint_of(error) != "uq_phone_claims_open":
            raise
        return None
    return row


def confirm_phone(claim: PhoneClaim, *, by: Actor, note: str = "") -> None:
    """The person said on the phone that it is theirs: it becomes their phone, and sign-ins with the old one end."""
    audit.hold(claim)
    person = hold(claim.person)
    audit.take(claim, PHONE_CLAIM_FLOW, PhoneClaimStep.CONFIRM, by=by, note=note)
    claim.decided_at, claim.note = clock.now(), note
    before = {"phone": person.phone}
    if before["phone"] != claim.phone:
        person.phone = claim.phone
        person.session_version += 1
        keep(person, before, {"phone": person.phone}, by=by, source=ChangeSource.PHONE_CLAIM, reason=note)
        audit.record(person, "changed", by=by, facts={"fields": ["phone"], "phone_claim": claim.id})


def reject_phone(claim: PhoneClaim, *, by: Actor, note: str = "") -> None:
    """The phone is not theirs: nothing changes, and the list is rid of it."""
    audit.hold(claim)
    audit.take(claim, PHONE_CLAIM_FLOW, PhoneClaimStep.REJECT, by=by, note=note)
    claim.decided_at, claim.note = clock.now(), note


def reveal_claimed(claim: PhoneClaim, *, by: Actor) -> str:
    """The whole phone of a claim, so that the officer can call it, on the record."""
    audit.record(claim.person, "unmask", by=by, facts={"field": "phone", "phone_claim": claim.id})
    return claim.phone or ""
