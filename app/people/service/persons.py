"""People: one person is one row, known by the identity number."""

from dataclasses import fields

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import constraint_of, db
from app.kernel.errors import DomainError, NotFound, Refused
from app.kernel.marking import N_
from app.people import queries
from app.people.models import ChangeSource, GroupMembership, Person
from app.people.pinyin import initials, pinyin_key
from app.people.rules import IdNumber
from app.people.service.attaching import attach_waiting
from app.people.service.cleaning import read, read_all
from app.people.service.facts import NewPerson, PersonChanges
from app.people.service.groups import start_group
from app.people.service.history import hold, keep
from app.people.service.numbers import of_number, read_id_number
from app.people.service.phones import claim_phone
from app.people.service.wishes import follow_trade
from app.regions.queries import lies_in, region

VILLAGE_LEVEL = 5
SEALED = ("id_number", "phone", "address", "payee_account", "guardian_phone")
"""What pages mask, and `reveal` shows whole on the record."""


def find_or_register(facts: NewPerson, *, by: Actor, source: ChangeSource = ChangeSource.OFFICER) -> Person:
    """The person with this identity number, registered now if nobody is.

    A known person is given back unchanged, whatever else `facts` say, and only to who answers for the village they
    live in; others get a plain refusal that says nothing about the person. Another phone than the known one waits for
    the village officer's call. Raises `DomainError` naming the field.
    """
    number = read_id_number(facts.id_number)
    check_region(facts.region_code, by=by)
    known = queries.person_by_number(number.number)
    if known is not None:
        return _known(known, facts, by=by, source=source)
    row = Person(**values_of(facts, number))
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        if constraint_of(error) != "uq_people_id_number":
            raise
        return _known(queries.person_by_number(number.number), facts, by=by, source=source)
    audit.record(row, "registered", by=by)
    if row.wish_trade:
        follow_trade(row, "", row.wish_trade)
    for group in facts.groups:
        start_group(row, group, by=by)
    attach_waiting([row.id], by=by)
    return row


def change(
    person: Person,
    changes: PersonChanges,
    *,
    by: Actor,
    seen: int | None = None,
    source: ChangeSource = ChangeSource.OFFICER,
    reason: str = "",
) -> tuple[str, ...]:
    """Write new values and what they were before; returns the names of the fields that changed.

    `seen` is the version that was on the page: where somebody changed the row since, raises `ChangedMeanwhile` and
    writes nothing. A new phone ends the sign-ins made with the old one.
    """
    hold(person, seen=seen)
    wanted = _cleaned(person, changes, by=by)
    changed = tuple(name for name, value in wanted.items() if getattr(person, name) != value)
    if not changed:
        return ()
    before = {name: getattr(person, name) for name in changed}
    for name in changed:
        setattr(person, name, wanted[name])
    if "name" in changed:
        person.pinyin, person.initials = pinyin_key(person.name), initials(person.name)
    if "phone" in changed:
        person.session_version += 1
    if "wish_trade" in changed:
        follow_trade(person, str(before["wish_trade"]), person.wish_trade)
    keep(person, before, {name: wanted[name] for name in changed}, by=by, source=source, reason=reason)
    audit.record(person, "changed", by=by, facts={"fields": sorted(changed)})
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


def check_region(code: str, *, by: Actor) -> None:
    """The village exists and lies in the area of whoever registers."""
    found = region(code)
    if found is None or found.level < VILLAGE_LEVEL:
        raise DomainError(N_("请选择户籍或常住所在的村（社区）。"), "region_code")
    if by.key != SYSTEM.key and not lies_in(code, by.area):
        raise DomainError(N_("这个村不在您负责的范围内，请重新选择。"), "region_code")


def _known(person: Person | None, facts: NewPerson, *, by: Actor, source: ChangeSource) -> Person:
    """The known person, unchanged, to who answers for them; another phone than theirs waits for a call."""
    if person is None or not (by.key == SYSTEM.key or lies_in(person.region_code, by.area)):
        raise Refused(N_("这个身份证号已在别处登记，请联系当地信息员。"), "id_number")
    if facts.phone.strip():
        claim_phone(person, facts.phone, by=by, name=facts.name, source=source)
    return person


def values_of(facts: NewPerson, number: IdNumber) -> dict[str, object]:
    """Everything that a new person's row holds, by attribute; both doors of registration write this."""
    values, now = read_all(facts), clock.now()
    if not values["payee_account"]:
        values["payee_bank"] = ""
    name = str(values["name"])
    return {
        **values,
        **of_number(number),
        "pinyin": pinyin_key(name),
        "initials": initials(name),
        "household_id": facts.household_id,
        "session_version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _cleaned(person: Person, changes: PersonChanges, *, by: Actor) -> dict[str, object]:
    """The values to write, by field, mended and checked as at registration."""
    given = {item.name: getattr(changes, item.name) for item in fields(changes)}
    wanted = {name: read(name, value) for name, value in given.items() if value is not None}
    if changes.region_code is not None and changes.region_code != person.region_code:
        check_region(changes.region_code, by=by)
    return wanted
