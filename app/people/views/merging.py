"""Two rows that turn out to be one person, and a merge that was wrong."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.people import queries, service
from app.people.forms import MergeForm, OtherForm, UndoMergeForm
from app.people.models import Person, PersonMerge
from app.people.views.blueprint import bp


def _find_page(person: Person, form: OtherForm) -> str:
    return render_template("people/find_other.html", person=person, form=form)


def _compare_page(person: Person, other: Person, form: MergeForm) -> str:
    return render_template(
        "people/compare_people.html",
        person=person,
        other=other,
        form=form,
        uses={row.id: queries.uses_of(row.id) for row in (person, other)},
    )


@bp.get("/people/<int:person_id>/merge")
@needs(Can.PERSON_MERGE)
def find_other(person_id: int) -> str:
    """Which other row is the same person: found by its identity number."""
    return _find_page(queries.person_for(actor(), person_id), OtherForm())


@bp.post("/people/<int:person_id>/merge")
@needs(Can.PERSON_MERGE)
def compare(person_id: int) -> str | tuple[str, int]:
    """Both rows side by side, before anything is done."""
    person, form = queries.person_for(actor(), person_id), OtherForm()
    if not form.validate_on_submit():
        return _find_page(person, form), 422
    try:
        other = queries.other_by_number(actor(), person, form.id_number.data or "")
    except DomainError as error:
        error_on(form, error)
        return _find_page(person, form), 422
    return _compare_page(person, other, MergeForm(formdata=None))


@bp.post("/people/<int:person_id>/merge/<int:other_id>")
@needs(Can.PERSON_MERGE)
def merge_people(person_id: int, other_id: int) -> Response | tuple[str, int]:
    """Let the other row stand for this one."""
    person, other = queries.person_for(actor(), person_id), queries.person_for(actor(), other_id)
    form = MergeForm()
    if not form.validate_on_submit():
        return _compare_page(person, other, form), 422
    try:
        with transaction():
            service.merge(person, other, by=actor(), reason=form.reason.data or "")
    except DomainError as error:
        error_on(form, error)
        return _compare_page(person, other, form), error.status
    flash(_("两条登记已合并。认错了可以撤销，撤销后跟合并以前一样。"))
    return see_other("people.show_person", person_id=person_id)


def _undo_page(row: PersonMerge, form: UndoMergeForm) -> str:
    return render_template("people/show_merge.html", merge=row, form=form)


@bp.get("/person-merges/<int:merge_id>")
@needs(Can.PERSON_MERGE)
def show_merge(merge_id: int) -> str:
    """A merge, and the form to undo it."""
    return _undo_page(queries.merge_for(actor(), merge_id), UndoMergeForm())


@bp.post("/person-merges/<int:merge_id>")
@needs(Can.PERSON_MERGE)
def undo_merge(merge_id: int) -> Response | tuple[str, int]:
    """Make them two people again."""
    row, form = queries.merge_for(actor(), merge_id), UndoMergeForm()
    if not form.validate_on_submit():
        return _undo_page(row, form), 422
    try:
        with transaction():
            service.undo_merge(row, by=actor(), reason=form.reason.data or "")
    except DomainError as error:
        error_on(form, error)
        return _undo_page(row, form), error.status
    flash(_("已撤销合并，又是两个人了。"))
    return see_other("people.show_person", person_id=row.dropped_id)
