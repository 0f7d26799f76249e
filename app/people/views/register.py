"""The register: find a person, add one."""

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.people import queries, service
from app.people.forms import PersonForm, SearchForm
from app.people.views.blueprint import bp


@bp.get("/people")
@needs(Can.PERSON_READ)
def list_people() -> str:
    """The people of the area, by name."""
    form = SearchForm(request.args)
    form.offer(actor())
    page = queries.find_people(actor(), form.filters(), request.args.get("page", 1, int))
    narrowed = any(request.args.get(name) for name in ("q", "place", "group", "work", "wish", "home"))
    return render_template("people/list_people.html", page=page, form=form, narrowed=narrowed)


def _form() -> PersonForm:
    form = PersonForm()
    form.offer(actor())
    return form


def _page(form: PersonForm) -> str:
    return render_template("people/new_person.html", form=form, back=url_for("people.list_people"))


@bp.get("/people/new")
@needs(Can.PERSON_WRITE)
def new_person() -> str:
    """The form for a person who is not registered yet."""
    return _page(_form())


@bp.post("/people/new")
@needs(Can.PERSON_WRITE)
def add_person() -> Response | tuple[str, int]:
    """Register a person, or open the one who is registered under this identity number."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    known = queries.person_by_number(form.id_number.data or "") is not None
    try:
        with transaction():
            person = service.find_or_register(form.facts(), by=actor())
    except DomainError as error:
        error_on(form, error)
        return _page(form), 422
    if known:
        flash(_("这个人早就登记过了，原来的记录没有改动。要改，请点“修改”。"), "info")
    else:
        flash(_("已登记 %(name)s。下一步：登记补贴对象和证明。", name=person.name))
    return see_other("people.show_person", person_id=person.id)
