"""Sign-ups made by an officer, and what people say to them."""

import re

from sqlalchemy import select

from app.accounts.models import User
from app.classes.models import TrainingClass
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.rules import Consent
from app.kernel.access import Role
from app.kernel.database import db
from app.messages.models import Message
from app.people.models import Person
from tests.makers import VILLAGE, make_user
from tests.making.classes import make_class, make_person


def village_officer() -> User:
    """An officer of the village."""
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,), name="周干事")


def signed_up_by(officer: User, person: Person | None = None, row: TrainingClass | None = None) -> Enrollment:
    """Somebody signed up by an officer, with a witness."""
    class_ = row or make_class(capacity=3)
    someone = person or make_person()
    note = "村部，李某在场"
    return service.enroll(class_.id, someone, by=officer.as_actor(), consent=Consent.WITNESSED, consent_note=note)


def phoneless(name: str = "") -> Person:
    """Somebody without a phone."""
    person = make_person(name)
    person.phone = None
    db.session.flush()
    return person


def token_of(row: Enrollment) -> str:
    """The token that the person was sent; it is kept nowhere but in the message."""
    query = select(Message).where(Message.recipient == f"person:{row.person_id}").order_by(Message.id.desc())
    found = (re.search(r"/no/([\w-]+)", str(message.text)) for message in db.session.scalars(query))
    return next(match.group(1) for match in found if match)
