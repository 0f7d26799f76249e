"""A person who comes by themselves, with an identity number and a phone they have proved."""

from app.accounts.queries import officers_near
from app.kernel.access import SYSTEM, Actor
from app.kernel.i18n import _
from app.messages import service as messages
from app.messages.models import MessageKind
from app.people import queries
from app.people.models import ChangeSource, Person
from app.people.rules import clean_phone
from app.people.service.facts import NewPerson
from app.people.service.persons import find_or_register
from app.regions.queries import above, full_name

SELF = Actor(key=SYSTEM.key, name="本人")
"""Somebody who has no row yet, or not proved that it is theirs: acts on nobody but through this door."""


def known_by_both(number: str, phone: str) -> Person | None:
    """The person with this identity number, if this phone is theirs."""
    found = queries.person_by_number(number)
    return found if found is not None and found.phone == clean_phone(phone) else None


def register_self(facts: NewPerson) -> Person | None:
    """The person who came, registered now if nobody had the number; None where a village officer must call first.

    A known number with another phone changes nothing and gives nothing back: the officer of the village where that
    person lives finds the phone to confirm. Either way that officer is told. Raises `DomainError` naming the field.
    """
    known = queries.person_by_number(facts.id_number) is not None
    person = find_or_register(facts, by=SELF, source=ChangeSource.PERSON)
    if person.phone != clean_phone(facts.phone):
        asked = _("%(name)s 的身份证号填了另一个手机号，请打电话核对，再到“待核实的手机号”里定。", name=person.name)
        _tell_officers(person, asked)
        return None
    if not known:
        place = full_name(person.region_code)
        came = _("%(name)s 自己在手机上登记到了%(place)s，请核对情况对不对。", name=person.name, place=place)
        _tell_officers(person, came)
    return person


def _tell_officers(person: Person, text: str) -> None:
    """Tell those whom people of the village ask."""
    for officer in officers_near([row.code for row in above(person.region_code)]):
        messages.tell(MessageKind.REGISTER, recipient=f"user:{officer.id}", phone=officer.phone, text=text)
