"""A person who comes by themselves, with an identity number and a phone they have proved."""

from app.kernel.access import SYSTEM, Actor
from app.people import queries
from app.people.models import ChangeSource, Person
from app.people.rules import clean_phone
from app.people.service.facts import NewPerson
from app.people.service.persons import find_or_register

SELF = Actor(key=SYSTEM.key, name="本人")
"""Somebody who has no row yet, or not proved that it is theirs: acts on nobody but through this door."""


def known_by_both(number: str, phone: str) -> Person | None:
    """The person with this identity number, if this phone is theirs."""
    found = queries.person_by_number(number)
    return found if found is not None and found.phone == clean_phone(phone) else None


def register_self(facts: NewPerson) -> Person | None:
    """The person who came, registered now if nobody had the number; None where a village officer must call first.

    A known number with another phone changes nothing and gives nothing back: the officer of the village where that
    person lives finds the phone to confirm. Raises `DomainError` naming the field.
    """
    person = find_or_register(facts, by=SELF, source=ChangeSource.PERSON)
    return person if person.phone == clean_phone(facts.phone) else None
