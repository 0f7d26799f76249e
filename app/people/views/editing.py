"""New values for a person; the second of two editors sees what the first one changed, and nothing is overwritten."""

from typing import Any

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.people import queries, service
from app.people.changes import side_by_side
from app.people.forms import OPEN_FIELDS, ChangeForm
from app.people.models import Person
from app.people.service import ChangedMeanwhile, as_text
from app.people.views.blueprint import bp

BETWEEN_SKILLS = "、"


def _form(person: Person) -> ChangeForm:
    form = ChangeForm(data=_held(person))
    form.offer(actor())
    form.about(person)
    return form


def _held(person: Person) -> dict[str, Any]:
    held = {name: getattr(person, name) for name in OPEN_FIELDS}
    skills = BETWEEN_SKILLS.join(person.skills)
    return {**held, "skills": skills, "no_phone": person.phone is None, "version": person.version}


def _page(form: ChangeForm, person: Person, conflict: list[dict[str, Any]] | None = None) -> str:
    return render_template("people/edit_person.html", form=form, person=person, conflict=conflict or [])


@bp.get("/people/<int:person_id>/edit")
@needs(Can.PERSON_WRITE)
def edit_person(person_id: int) -> str:
    """The form for new values; what is sealed stays hidden."""
    person = queries.person_for(actor(), person_id)
    return _page(_form(person), person)


@bp.post("/people/<int:person_id>/edit")
@needs(Can.PERSON_WRITE)
def change_person(person_id: int) -> Response | tuple[str, int]:
    """Write new values, unless somebody else wrote some since the form was opened."""
    person = queries.person_for(actor(), person_id)
    form = _form(person)
    if not form.validate_on_submit():
        return _page(form, person), 422
    try:
        with transaction():
            changed = service.change(person, form.changes(), by=actor(), seen=form.seen)
    except ChangedMeanwhile as meanwhile:
        return _conflict(form, queries.person_for(actor(), person_id), meanwhile)
    except DomainError as error:
        error_on(form, error)
        return _page(form, person), 422
    flash(_("已保存。") if changed else _("没有改动。"), "ok" if changed else "info")
    return see_other("people.show_person", person_id=person_id)


def _conflict(form: ChangeForm, person: Person, meanwhile: ChangedMeanwhile) -> tuple[str, int]:
    """Both values side by side; fields untouched here take the other's, so that saving again takes nothing back."""
    typed = {name: as_text(value) for name, value in form.told().items()}
    rows = side_by_side(queries.changes_since(person.id, meanwhile.seen), typed)
    held = _held(person)
    for row in rows:
        if row["untouched"]:
            form[row["name"]].data, form[row["name"]].raw_data = held[row["name"]], None
    form.version.data = str(person.version)
    error_on(form, meanwhile)
    return _page(form, person, rows), meanwhile.status
