"""The groups a person belongs to, each with its evidence."""

from collections.abc import Mapping, Sequence

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import error_on
from app.kernel.i18n import _, locale_tag
from app.kernel.labels import label
from app.kernel.web import see_other
from app.people import queries, service
from app.people.changes import side_by_side
from app.people.forms import GroupForm
from app.people.models import Group, GroupMembership, Person
from app.people.service import ChangedMeanwhile
from app.people.views.blueprint import bp
from app.people.views.person import person_page
from app.policies.queries import pack_for

Rows = Sequence[Mapping[str, object]]


def _page(form: GroupForm, person: Person, held: GroupMembership | None = None, conflict: Rows = ()) -> str:
    return render_template(
        "people/edit_group.html", form=form, person=person, held=held, conflict=conflict, proofs=_proofs(person)
    )


def _proofs(person: Person) -> list[tuple[str, str]]:
    """What the policy in force where the person lives wants to see for each group (R06); none without a policy."""
    try:
        listed = pack_for(person.region_code, clock.today()).groups
    except NotFound:
        return []
    known = {key: row for key, row in listed.items() if key in set(Group)}
    return [(label(Group(key)), row.evidence.in_language(locale_tag())) for key, row in known.items()]


def _form(person: Person, held: GroupMembership | None = None) -> GroupForm:
    shown = ("group", "evidence", "valid_from", "valid_to")
    held_now = {name: getattr(held, name) for name in shown} if held else {}
    form = GroupForm(data={**held_now, "version": person.version})
    form.offer()
    return form


def _conflict(
    form: GroupForm, person: Person, meanwhile: ChangedMeanwhile, held: GroupMembership | None = None
) -> tuple[str, int]:
    """What somebody else changed since the form was opened; nothing of this form is written yet."""
    rows = side_by_side(queries.changes_since(person.id, meanwhile.seen), {})
    form.version.data = str(person.version)
    error_on(form, meanwhile)
    return _page(form, person, held, rows), meanwhile.status


@bp.get("/people/<int:person_id>/groups/new")
@needs(Can.PERSON_WRITE)
def new_group(person_id: int) -> str:
    """The form for a group the person belongs to."""
    person = queries.person_for(actor(), person_id)
    return _page(_form(person), person)


@bp.post("/people/<int:person_id>/groups/new")
@needs(Can.PERSON_WRITE)
def add_group(person_id: int) -> Response | tuple[str, int]:
    """Record a group."""
    person = queries.person_for(actor(), person_id)
    form = _form(person)
    if not form.validate_on_submit():
        return _page(form, person), 422
    try:
        with transaction():
            service.add_group(person, form.facts(), by=actor(), seen=form.seen)
    except ChangedMeanwhile as meanwhile:
        return _conflict(form, person, meanwhile)
    except DomainError as error:
        error_on(form, error)
        return _page(form, person), 422
    flash(_("已登记。"))
    return see_other("people.show_person", person_id=person_id)


@bp.get("/people/<int:person_id>/groups/<int:membership_id>/edit")
@needs(Can.PERSON_WRITE)
def edit_group(person_id: int, membership_id: int) -> str:
    """The form for new evidence or dates."""
    held = queries.membership_for(actor(), person_id, membership_id)
    person = queries.person_for(actor(), person_id)
    return _page(_form(person, held), person, held)


@bp.post("/people/<int:person_id>/groups/<int:membership_id>/edit")
@needs(Can.PERSON_WRITE)
def change_group(person_id: int, membership_id: int) -> Response | tuple[str, int]:
    """Write new evidence or dates."""
    held = queries.membership_for(actor(), person_id, membership_id)
    person = queries.person_for(actor(), person_id)
    form = _form(person, held)
    form.group.data = held.group.value
    if not form.validate_on_submit():
        return _page(form, person, held), 422
    try:
        with transaction():
            service.change_group(held, form.facts(held.group), by=actor(), seen=form.seen)
    except ChangedMeanwhile as meanwhile:
        return _conflict(form, person, meanwhile, held)
    except DomainError as error:
        error_on(form, error)
        return _page(form, person, held), 422
    flash(_("已保存。"))
    return see_other("people.show_person", person_id=person_id)


@bp.post("/people/<int:person_id>/groups/<int:membership_id>/end")
@needs(Can.PERSON_WRITE)
def end_group(person_id: int, membership_id: int) -> Response:
    """Say that the person belongs to the group no longer."""
    held = queries.membership_for(actor(), person_id, membership_id)
    with transaction():
        service.end_group(held, by=actor())
    flash(_("已记为到今天为止。以前培训时的身份不受影响。"))
    return see_other("people.show_person", person_id=person_id)


@bp.post("/people/<int:person_id>/groups/<int:membership_id>/unmask")
@needs(Can.PERSON_UNMASK)
def unmask_document(person_id: int, membership_id: int) -> str:
    """Show a document's number whole, on the record."""
    held = queries.membership_for(actor(), person_id, membership_id)
    with transaction():
        number = service.reveal_document(held, by=actor())
    return person_page(queries.person_for(actor(), person_id), {f"document_{membership_id}": number})
