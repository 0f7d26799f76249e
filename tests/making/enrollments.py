"""Enrollments for tests, through the one door."""

from app.classes.models import TrainingClass
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.rules import Consent
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db, transaction
from app.people.models import Person
from tests.making.classes import make_person


def enroll(row: TrainingClass, person: Person, by: Actor = SYSTEM) -> Enrollment:
    """Sign a person up, with a seat or a number."""
    db.session.commit()
    with transaction():
        return service.enroll(row.id, person, by=by, consent=Consent.OWN_CODE)


def enroll_people(row: TrainingClass, count: int) -> list[Enrollment]:
    """Sign up so many new people."""
    return [enroll(row, make_person()) for _number in range(count)]


def laborer(person: Person) -> Actor:
    """The person as an actor."""
    return Actor(f"person:{person.id}", person.name, roles=frozenset({Role.LABORER}))
