"""One person: what is known of them, masked; what changed; how often they were subsidised."""

from flask import current_app, flash, render_template, url_for
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.people import queries, service
from app.people.choices import household_choices
from app.people.forms import ChangeForm, HouseholdForm, JoinForm
from app.people.models import Person
from app.people.views.blueprint import bp
from app.people.words import history, occupation_names


def person_page(person: Person, shown: dict[str, str] | None = None) -> str:
    """The page of a person; `shown` holds the values that were just unmasked, by field (or group's id)."""
    household, join = HouseholdForm(), JoinForm()
    household.offer()
    join.household.choices = household_choices(person)
    return render_template(
        "people/show_person.html",
        person=person,
        shown=shown or {},
        uses=queries.uses_of(person.id),
        standing=queries.standing_of(person),
        members=queries.members_of(person.household_id) if person.household_id else [],
        sharing=queries.sharing_phone(actor(), person),
        occupations=occupation_names(),
        events=history(person),
        enroll_url=_enroll_url(person),
        household_form=household,
        join_form=join,
    )


def _enroll_url(person: Person) -> str | None:
    """Where an officer signs the person up, once that room is built in."""
    room = "enrollments.pick_class"
    return url_for(room, person_id=person.id) if room in current_app.view_functions else None


@bp.get("/people/<int:person_id>")
@needs(Can.PERSON_READ)
def show_person(person_id: int) -> str:
    """What is known of a person, with what is personal masked."""
    return person_page(queries.person_for(actor(), person_id))


@bp.post("/people/<int:person_id>/unmask/<any(id_number, phone, address, payee_account):field>")
@needs(Can.PERSON_UNMASK)
def unmask(person_id: int, field: str) -> str:
    """Show one value whole, on the record."""
    person = queries.person_for(actor(), person_id)
    with transaction():
        value = service.reveal(person, field, by=actor())
    return person_page(person, {field: value})


OPEN_FIELDS = (
    "name",
    "region_code",
    "ethnic_group",
    "education",
    "work_status",
    "work_since_on",
    "exclusion",
    "wish_trade",
    "payee_bank",
)
"""What the form of changes shows; sealed values are never put into it."""


def _form(person: Person) -> ChangeForm:
    held = {name: getattr(person, name) for name in OPEN_FIELDS}
    form = ChangeForm(data={**held, "no_phone": person.phone is None})
    form.offer(actor())
    form.about(person)
    return form


def _page(form: ChangeForm, person: Person) -> str:
    return render_template("people/edit_person.html", form=form, person=person)


@bp.get("/people/<int:person_id>/edit")
@needs(Can.PERSON_WRITE)
def edit_person(person_id: int) -> str:
    """The form for new values; what is sealed stays hidden."""
    person = queries.person_for(actor(), person_id)
    return _page(_form(person), person)


@bp.post("/people/<int:person_id>/edit")
@needs(Can.PERSON_WRITE)
def change_person(person_id: int) -> Response | tuple[str, int]:
    """Write new values."""
    person = queries.person_for(actor(), person_id)
    form = _form(person)
    if not form.validate_on_submit():
        return _page(form, person), 422
    try:
        with transaction():
            changed = service.change(person, form.changes(), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(form, person), 422
    flash(_("已保存。") if changed else _("没有改动。"), "ok" if changed else "info")
    return see_other("people.show_person", person_id=person_id)
