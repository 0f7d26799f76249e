"""People: one person is one row, known by the identity number."""

from dataclasses import fields

from flask import current_app
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import constraint_of, db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.people import queries
from app.people.models import GroupMembership, Person
from app.people.pinyin import initials, pinyin_key
from app.people.rules import IdNumber, parse_id_number
from app.people.service.cleaning import read, read_all
from app.people.service.facts import NewPerson, PersonChanges
from app.people.service.groups import add_group
from app.regions.queries import lies_in, region

VILLAGE_LEVEL = 5
SEALED = ("id_number", "phone", "address", "payee_account", "guardian_phone")
"""What pages mask, and `reveal` shows whole on the record."""
DERIVED = {"birth_on", "sex", "last_four_index", "id_kind"}
"""What follows from the identity number."""


def find_or_register(facts: NewPerson, *, by: Actor) -> Person:
    """The person with this identity number, registered now if nobody is.

    A known person is given back unchanged, whatever else `facts` say, and only to who answers for the village they
    live in; others get a plain refusal that says nothing about the person. Raises `DomainError` naming the field.
    """
    number = read_id_number(facts.id_number)
    _check_region(facts.region_code, by=by)
    known = queries.person_by_number(number.number)
    if known is not None:
        return _if_theirs(known, by=by)
    row = _row(facts, number)
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        if constraint_of(error) != "uq_people_id_number":
            raise
        return _if_theirs(queries.person_by_number(number.number), by=by)
    audit.record(row, "registered", by=by)
    for group in facts.groups:
        add_group(row, group, by=by)
    return row


def change(person: Person, changes: PersonChanges, *, by: Actor) -> tuple[str, ...]:
    """Write new values; returns the names of the fields that changed, which is all that the event says of them.

    A new phone ends the sign-ins made with the old one. The identity number is corrected only while the person has
    no use in the record of subsidies: afterwards it would free them from their cap.
    """
    db.session.flush()
    db.session.refresh(person, with_for_update={"of": Person})
    wanted = _cleaned(person, changes, by=by)
    changed = tuple(name for name, value in wanted.items() if getattr(person, name) != value)
    if not changed:
        return ()
    for name in changed:
        setattr(person, name, wanted[name])
    if "name" in changed:
        person.pinyin, person.initials = pinyin_key(person.name), initials(person.name)
    if "phone" in changed:
        person.session_version += 1
    person.updated_at = clock.now()
    audit.record(person, "changed", by=by, facts={"fields": sorted(set(changed) - DERIVED)})
    return changed


def reveal(person: Person, field: str, *, by: Actor) -> str:
    """The whole of one masked value, and the event that says who looked at which."""
    if field not in SEALED:
        raise NotFound
    audit.record(person, "unmask", by=by, facts={"field": field})
    value: str | None = getattr(person, field)
    return value or ""


def reveal_document(membership: GroupMembership, *, by: Actor) -> str:
    """The whole number of a group's document, recorded on the person."""
    person = db.session.get_one(Person, membership.person_id)
    audit.record(person, "unmask", by=by, facts={"field": "document_number", "membership": membership.id})
    return membership.document_number or ""


def read_id_number(text: str) -> IdNumber:
    """Read an identity number as this installation takes them (invented ones only as a demo); raises `BadIdNumber`."""
    return parse_id_number(text, today=clock.today(), allow_synthetic=bool(current_app.config["DEMO"]))


def _check_region(code: str, *, by: Actor) -> None:
    """The village exists and lies in the area of whoever registers."""
    found = region(code)
    if found is None or found.level < VILLAGE_LEVEL:
        raise DomainError(N_("请选择户籍或常住所在的村（社区）。"), "region_code")
    if by.key != SYSTEM.key and not lies_in(code, by.area):
        raise DomainError(N_("这个村不在您负责的范围内，请重新选择。"), "region_code")


def _if_theirs(person: Person | None, *, by: Actor) -> Person:
    if person is None or not (by.key == SYSTEM.key or lies_in(person.region_code, by.area)):
        raise Refused(N_("这个身份证号已在别处登记，请联系当地信息员。"), "id_number")
    return person


def _row(facts: NewPerson, number: IdNumber) -> Person:
    values, now = read_all(facts), clock.now()
    if not values["payee_account"]:
        values["payee_bank"] = ""
    name = str(values["name"])
    return Person(
        **values,
        **_of_number(number),
        pinyin=pinyin_key(name),
        initials=initials(name),
        household_id=facts.household_id,
        session_version=1,
        created_at=now,
        updated_at=now,
    )


def _of_number(number: IdNumber) -> dict[str, object]:
    """Everything in the row that follows from an identity number."""
    return {
        "id_number": number.number,
        "id_kind": number.kind,
        "birth_on": number.birth_on,
        "sex": number.sex,
        "last_four_index": blind_index(number.number[-4:], "last_four"),
    }


def _cleaned(person: Person, changes: PersonChanges, *, by: Actor) -> dict[str, object]:
    """The values to write, by field, mended and checked as at registration."""
    given = {item.name: getattr(changes, item.name) for item in fields(changes)}
    number = given.pop("id_number")
    wanted = {name: read(name, value) for name, value in given.items() if value is not None}
    if changes.region_code is not None and changes.region_code != person.region_code:
        _check_region(changes.region_code, by=by)
    if number is not None and read_id_number(number).number != person.id_number:
        wanted |= _correct_number(person, number)
    return wanted


def _correct_number(person: Person, number: str) -> dict[str, object]:
    """What a corrected identity number says anew; raises `Refused` where correcting would loosen the record."""
    if queries.uses_of(person.id):
        raise Refused(N_("这个人已有享受补贴记录，身份证号不能再改。确实有误的，请联系县人社局。"), "id_number")
    new = read_id_number(number)
    if queries.person_by_number(new.number) is not None:
        raise Refused(N_("改成的这个身份证号已经登记过了，不能重复登记。"), "id_number")
    return _of_number(new)
