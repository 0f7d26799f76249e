"""What changed on a person, whole; a changed identity number."""

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.paging import paginate
from app.kernel.web import see_other
from app.people import queries, service
from app.people.changes import changes_words
from app.people.forms import NumberChangeForm
from app.people.models import Person
from app.people.views.blueprint import bp


def _history(person: Person, shown: dict[int, tuple[str, str]] | None = None) -> str:
    page = paginate(queries.changes_of(person.id), request.args.get("page", 1, int))
    changes = changes_words(page.items, shown or {})
    return render_template("people/show_history.html", person=person, page=page, changes=changes, shown=shown or {})


@bp.get("/people/<int:person_id>/history")
@needs(Can.PERSON_READ)
def show_history(person_id: int) -> str:
    """Every change of a person: what it was, what it became, who, when and by which door."""
    return _history(queries.person_for(actor(), person_id))


@bp.post("/people/<int:person_id>/history/<int:change_id>/unmask")
@needs(Can.PERSON_UNMASK)
def unmask_change(person_id: int, change_id: int) -> str:
    """Show the old and the new value of one change whole, on the record."""
    person, change = queries.person_for(actor(), person_id), queries.change_for(actor(), person_id, change_id)
    with transaction():
        values = service.reveal_change(change, by=actor())
    return _history(person, {change.id: values})


def _number_page(form: NumberChangeForm, person: Person) -> str:
    return render_template("people/edit_number.html", form=form, person=person)


def _number_form(person: Person) -> NumberChangeForm:
    form = NumberChangeForm(data={"version": person.version})
    form.offer()
    return form


@bp.get("/people/<int:person_id>/number")
@needs(Can.PERSON_WRITE)
def edit_number(person_id: int) -> str:
    """The form for another identity number."""
    person = queries.person_for(actor(), person_id)
    return _number_page(_number_form(person), person)


@bp.post("/people/<int:person_id>/number")
@needs(Can.PERSON_WRITE)
def change_number(person_id: int) -> Response | tuple[str, int]:
    """Write another identity number, with its reason and document."""
    person = queries.person_for(actor(), person_id)
    form = _number_form(person)
    if not form.validate_on_submit():
        return _number_page(form, person), 422
    try:
        with transaction():
            service.change_number(person, by=actor(), seen=form.seen, **form.told())
    except DomainError as error:
        error_on(form, error)
        form.version.data = str(queries.person_for(actor(), person_id).version)
        return _number_page(form, person), error.status
    flash(_("号码已经改过来了，以前的报名和补贴记录都还在。"))
    return see_other("people.show_person", person_id=person_id)
