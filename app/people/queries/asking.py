"""Wishes, and phones that wait for the village officer's call."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person, PhoneClaim, PhoneClaimStatus, Wish
from app.people.queries.people import person_for
from app.regions.queries import in_area


def wishes_of(person_id: int) -> Sequence[Wish]:
    """A person's wishes: open ones first, then the newest."""
    query = select(Wish).where(Wish.person_id == person_id)
    return db.session.scalars(query.order_by(Wish.answered_at.is_not(None), Wish.id.desc())).all()


def open_wishes(person_id: int) -> Sequence[Wish]:
    """A person's wishes that nobody has answered, oldest first."""
    query = select(Wish).where(Wish.person_id == person_id, Wish.answered_at.is_(None))
    return db.session.scalars(query.order_by(Wish.id)).all()


def wish_for(by: Actor, wish_id: int) -> Wish:
    """One wish of a person in the actor's area; raises `NotFound`."""
    row = db.session.get(Wish, wish_id)
    if row is None:
        raise NotFound
    person_for(by, row.person_id)
    return row


def phone_claims_for(by: Actor, status: PhoneClaimStatus = PhoneClaimStatus.OPEN) -> Select[PhoneClaim]:
    """The query of phones given for people of the actor's area, the longest waiting first."""
    query = select(PhoneClaim).join(Person, Person.id == PhoneClaim.person_id).where(PhoneClaim.status == status)
    if by.key != SYSTEM.key:
        query = query.where(in_area(Person.region_code, by.area))
    return query.order_by(PhoneClaim.id)


def phone_claim_for(by: Actor, claim_id: int) -> PhoneClaim:
    """One phone given for a person of the actor's area; raises `NotFound`."""
    row = db.session.get(PhoneClaim, claim_id)
    if row is None:
        raise NotFound
    person_for(by, row.person_id)
    return row


def open_phone_claims(person_id: int) -> int:
    """How many phones wait for a call about one person."""
    open_ones = (PhoneClaim.person_id == person_id, PhoneClaim.status == PhoneClaimStatus.OPEN)
    return db.session.scalar(select(func.count()).select_from(PhoneClaim).where(*open_ones)) or 0
