"""One person: what is known of them, masked; what changed; how often they were subsidised."""

from collections.abc import Mapping

from flask import current_app, render_template, url_for

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import db, transaction
from app.kernel.navigation import ways_on
from app.people import queries, service
from app.people.changes import changes_words
from app.people.choices import household_choices
from app.people.forms import HouseholdForm, JoinForm
from app.people.models import Person, ServiceNeed
from app.people.rules import GROWN_UP, age_on
from app.people.views.blueprint import bp
from app.people.words import history, occupation_names
from app.regions.queries import region

NEWEST_CHANGES = 5


def person_page(
    person: Person, shown: Mapping[str, str] | None = None, changes: Mapping[int, tuple[str, str]] | None = None
) -> str:
    """The page of a person; `shown` and `changes` hold the values that were just unmasked."""
    household, join = HouseholdForm(), JoinForm()
    household.offer()
    join.household.choices = household_choices(person)
    newest = db.session.scalars(queries.changes_of(person.id).limit(NEWEST_CHANGES + 1)).all()
    return render_template(
        "people/show_person.html",
        person=person,
        stay=_stay_name(person),
        needs=[ServiceNeed(need) for need in person.service_needs],
        minor=age_on(person.birth_on, clock.today()) < GROWN_UP,
        shown=shown or {},
        uses=queries.uses_of(person.id),
        told=queries.told_of(person.id),
        standing=queries.standing_of(person),
        members=queries.members_of(person.household_id) if person.household_id else [],
        sharing=queries.sharing_phone(actor(), person),
        occupations=occupation_names(),
        events=history(person),
        enroll_url=_enroll_url(person),
        ways=ways_on("person", person, actor()),
        household_form=household,
        join_form=join,
        wishes=queries.wishes_of(person.id),
        former=queries.former_numbers_of(person.id),
        merges=queries.merges_of(person.id),
        phones_waiting=queries.open_phone_claims(person.id),
        changes=changes_words(newest[:NEWEST_CHANGES], changes or {}),
        more_changes=len(newest) > NEWEST_CHANGES,
    )


def _stay_name(person: Person) -> str:
    found = region(person.stay_code) if person.stay_code else None
    return found.name if found is not None else ""


def _enroll_url(person: Person) -> str | None:
    """Where an officer signs the person up, once that room is built in."""
    room = "enrollments.pick_class"
    return url_for(room, person_id=person.id) if room in current_app.view_functions else None


@bp.get("/people/<int:person_id>")
@needs(Can.PERSON_READ)
def show_person(person_id: int) -> str:
    """What is known of a person, with what is personal masked."""
    return person_page(queries.person_for(actor(), person_id))


@bp.post("/people/<int:person_id>/unmask/<any(id_number, phone, address, payee_account, guardian_phone):field>")
@needs(Can.PERSON_UNMASK)
def unmask(person_id: int, field: str) -> str:
    """Show one value whole, on the record."""
    person = queries.person_for(actor(), person_id)
    with transaction():
        value = service.reveal(person, field, by=actor())
    return person_page(person, {field: value})
