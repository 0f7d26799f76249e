"""A laborer who is signed in: the person they proved to be by the phone's code."""

from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload, load_only

from app.accounts.sessions import loader
from app.kernel.access import Actor, Role
from app.kernel.database import db, read_alone
from app.people.models import GroupMembership, Household, Person

_ROLES = frozenset({Role.LABORER})


class PersonSession:
    """What Flask-Login keeps of a laborer; ends when the person's phone changes."""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        """What the session keeps: kind, id, and the version that a new phone raises."""
        return f"person:{self.person.id}:{self.person.session_version}"

    def as_actor(self) -> Actor:
        """The laborer as services and events know them: themselves, and no area."""
        return self._actor

    @cached_property
    def _actor(self) -> Actor:
        return Actor(key=f"person:{self.person.id}", name=self.person.name, roles=_ROLES)


_PERSON = (
    select(Person)
    .where(Person.id == bindparam("person_id"))
    .options(
        load_only(
            *(Person.id, Person.session_version, Person.name, Person.seal_id, Person.phone_sealed),
            *(Person.guardian_name, Person.region_code, Person.merged_into_id, Person.merged_rows),
            *(Person.sex, Person.birth_on, Person.exclusion, Person.household_id),
        ),
        lazyload(Person.region),
        joinedload(Person.groups).load_only(
            *(GroupMembership.group, GroupMembership.evidence),
            *(GroupMembership.valid_from, GroupMembership.valid_to),
        ),
        joinedload(Person.household).options(
            load_only(Household.kind), lazyload(Household.head), lazyload(Household.region)
        ),
    )
)
"""Every request of a laborer asks for them: one statement, with what sign-up and eligibility ask for and no more; a
page that shows the rest reads it then."""


@loader("person")
def _load_person(person_id: int, version: int) -> PersonSession | None:
    read_alone()
    person = db.session.scalars(_PERSON, {"person_id": person_id}).unique().one_or_none()
    return PersonSession(person) if person is not None and person.session_version == version else None
