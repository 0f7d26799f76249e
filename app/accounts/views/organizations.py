"""Organizations apply; an officer admits them."""

from flask import flash, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts import queries, service
from app.accounts.forms import APPLYING, AdmitForm, ApplyForm, NoteForm
from app.accounts.models import Organization
from app.accounts.rules import OrganizationKind, OrganizationStatus
from app.accounts.views.blueprint import bp
from app.audit.queries import events_of
from app.kernel.access import PUBLIC, Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.paging import paginate
from app.regions import queries as regions


def _apply_form() -> ApplyForm:
    form = ApplyForm()
    form.kind.choices = [(kind.value, label(kind)) for kind in APPLYING]
    form.region_code.choices = [(row.code, row.name) for row in queries.counties()]
    return form


@bp.get("/organizations/apply")
@needs(PUBLIC)
def apply_page() -> str:
    """A school or an employer asks to take part."""
    return render_template("accounts/apply.html", form=_apply_form())


@bp.post("/organizations/apply")
@needs(PUBLIC)
def apply() -> str | tuple[str, int]:
    """Take the application."""
    form = _apply_form()
    if not form.validate_on_submit():
        return render_template("accounts/apply.html", form=form), 422
    facts = {name: value for name, value in form.data.items() if name not in {"csrf_token", "kind"}}
    try:
        with transaction():
            service.apply_organization(service.Application(kind=OrganizationKind(form.kind.data), **facts))
    except DomainError as error:
        error_on(form, error)
        return render_template("accounts/apply.html", form=form), error.status
    return render_template("accounts/applied.html")


@bp.get("/organizations")
@needs(Can.ORGANIZATION_ADMIT)
def list_organizations() -> str:
    """Organizations of the area, those waiting first."""
    status, word = request.args.get("status", ""), request.args.get("q", "").strip()
    query = queries.organizations_query(actor(), status=status, word=word)
    page = paginate(query, request.args.get("page", 1, int))
    return render_template(
        "accounts/list_organizations.html", page=page, status=status, word=word, statuses=list(OrganizationStatus)
    )


def _organization_page(row: Organization, status: int = 200, **forms: Form) -> tuple[str, int]:
    page = render_template(
        "accounts/show_organization.html",
        row=row,
        region=regions.full_name(row.region_code),
        admit=forms.get("admit") or AdmitForm(formdata=None),
        note=forms.get("note") or NoteForm(formdata=None),
        interests=queries.interests_of(row.id),
        events=events_of(row),
    )
    return page, status


@bp.get("/organizations/<int:organization_id>")
@needs(Can.ORGANIZATION_READ)
def show_organization(organization_id: int) -> tuple[str, int]:
    """One organization."""
    return _organization_page(queries.organization_for(actor(), organization_id))


@bp.post("/organizations/<int:organization_id>/admit")
@needs(Can.ORGANIZATION_ADMIT)
def admit(organization_id: int) -> str | tuple[str, int]:
    """Admit it and make its first account."""
    row, form = queries.organization_for(actor(), organization_id), AdmitForm()
    if not form.validate_on_submit():
        return _organization_page(row, 422, admit=form)
    try:
        with transaction():
            user, token = service.admit(row, login_name=form.login_name.data, by=actor())
    except DomainError as error:
        error_on(form, error)
        return _organization_page(row, error.status, admit=form)
    address = url_for("accounts.open_link", token=token, _external=True)
    return render_template("accounts/link.html", user=user, address=address)


@bp.post("/organizations/<int:organization_id>/<any(refuse, suspend):step>")
@needs(Can.ORGANIZATION_ADMIT)
def decide(organization_id: int, step: str) -> Response | tuple[str, int]:
    """Turn an application down, or suspend an admitted organization, with a reason."""
    row, form = queries.organization_for(actor(), organization_id), NoteForm()
    if not form.validate_on_submit():
        return _organization_page(row, 422, note=form)
    act = service.refuse if step == "refuse" else service.suspend
    with transaction():
        act(row, note=form.note.data, by=actor())
    flash(_("已经记下，对方会收到通知。"))
    return redirect(url_for("accounts.show_organization", organization_id=row.id), 303)


@bp.post("/organizations/<int:organization_id>/resume")
@needs(Can.ORGANIZATION_ADMIT)
def resume(organization_id: int) -> Response:
    """Let it take part again."""
    row = queries.organization_for(actor(), organization_id)
    with transaction():
        service.resume(row, by=actor())
    flash(_("已恢复。"))
    return redirect(url_for("accounts.show_organization", organization_id=row.id), 303)
