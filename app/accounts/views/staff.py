"""The administrator's pages: invite, reset, close, deputize, hand over."""

from flask import flash, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts import queries, service
from app.accounts.forms import STAFF_ROLES, DeputyForm, HandOverForm, InviteForm, NoteForm
from app.accounts.models import Deputy, User
from app.accounts.views.blueprint import bp
from app.audit.queries import events_of
from app.kernel.access import Can, Role, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound
from app.kernel.forms import Form, error_on
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.paging import paginate
from app.regions import queries as regions


def _invite_form() -> InviteForm:
    form = InviteForm()
    form.roles.choices = [(role.value, label(role)) for role in STAFF_ROLES]
    form.area.choices = [(row.code, regions.full_name(row.code)) for row in queries.regions_to_give(actor())]
    rows = queries.organizations_for(actor(), admitted=True)
    form.organization.choices = [("", _("（不属于单位）")), *((str(row.id), row.name) for row in rows)]
    return form


def _account_page(user: User, status: int = 200, **forms: Form) -> tuple[str, int]:
    """An account with its forms; one that failed comes back with what was typed."""
    deputy, hand_over = forms.get("deputy") or DeputyForm(), forms.get("hand_over") or HandOverForm()
    others = [(str(other.id), other.name) for other in queries.colleagues_of(user, actor())]
    deputy.deputy.choices = hand_over.taker.choices = others
    hand_over.codes.choices = [(item.region_code, regions.full_name(item.region_code)) for item in user.areas]
    page = render_template(
        "accounts/show_account.html",
        user=user,
        note=forms.get("note") or NoteForm(formdata=None),
        deputy=deputy,
        hand_over=hand_over,
        deputies=queries.deputies_of(user.id),
        areas=[regions.full_name(item.region_code) for item in user.areas],
        events=events_of(user),
        link=None,
    )
    return page, status


@bp.get("/accounts")
@needs(Can.ACCOUNT_READ)
def list_accounts() -> str:
    """All accounts of the area."""
    word, role = request.args.get("q", "").strip(), request.args.get("role", "")
    page = paginate(queries.users_for(actor(), word=word, role=role), request.args.get("page", 1, int))
    return render_template("accounts/list_accounts.html", page=page, word=word, role=role, roles=STAFF_ROLES)


@bp.get("/accounts/new")
@needs(Can.ACCOUNT_INVITE)
def new_account() -> str:
    """Invite somebody."""
    return render_template("accounts/new_account.html", form=_invite_form())


@bp.post("/accounts/new")
@needs(Can.ACCOUNT_INVITE)
def invite() -> str | tuple[str, int]:
    """Make the account and show its one-time link once."""
    form = _invite_form()
    if not form.validate_on_submit():
        return render_template("accounts/new_account.html", form=form), 422
    new = service.NewUser(
        login_name=form.login_name.data,
        name=form.name.data,
        phone=form.phone.data or None,
        roles=frozenset(Role(value) for value in form.roles.data),
        area=tuple(form.area.data or ()),
        organization_id=int(form.organization.data) if form.organization.data else None,
    )
    try:
        with transaction():
            user, token = service.invite(new, by=actor())
    except DomainError as error:
        error_on(form, error)
        return render_template("accounts/new_account.html", form=form), error.status
    return _link_page(user, token)


def _link_page(user: User, token: str) -> str:
    address = url_for("accounts.open_link", token=token, _external=True)
    return render_template("accounts/link.html", user=user, address=address)


@bp.get("/accounts/<int:user_id>")
@needs(Can.ACCOUNT_READ)
def show_account(user_id: int) -> tuple[str, int]:
    """One account."""
    return _account_page(queries.user_for(actor(), user_id))


@bp.post("/accounts/<int:user_id>/reset")
@needs(Can.ACCOUNT_INVITE)
def reset(user_id: int) -> str:
    """A new one-time link; the account is signed out everywhere."""
    user = queries.user_for(actor(), user_id)
    with transaction():
        token = service.reset_password(user, by=actor())
    return _link_page(user, token)


@bp.post("/accounts/<int:user_id>/close")
@needs(Can.ACCOUNT_CLOSE)
def close(user_id: int) -> Response | tuple[str, int]:
    """Close an account with a reason."""
    user, form = queries.user_for(actor(), user_id), NoteForm()
    if not form.validate_on_submit():
        return _account_page(user, 422, note=form)
    with transaction():
        service.close(user, by=actor(), note=form.note.data)
    flash(_("账号已停用，它的登录都已退出。"))
    return redirect(url_for("accounts.show_account", user_id=user.id), 303)


@bp.post("/accounts/<int:user_id>/reopen")
@needs(Can.ACCOUNT_CLOSE)
def reopen(user_id: int) -> str:
    """Bring an account back."""
    user = queries.user_for(actor(), user_id)
    with transaction():
        token = service.reopen(user, by=actor())
    return _link_page(user, token)


@bp.post("/accounts/<int:user_id>/deputies")
@needs(Can.ACCOUNT_DEPUTIZE)
def appoint_deputy(user_id: int) -> Response | tuple[str, int]:
    """Let a colleague stand in for a stated time."""
    user, form = queries.user_for(actor(), user_id), DeputyForm()
    form.deputy.choices = [(str(other.id), other.name) for other in queries.colleagues_of(user, actor())]
    if not form.validate_on_submit():
        return _account_page(user, 422, deputy=form)
    deputy = queries.user_for(actor(), int(form.deputy.data))
    try:
        with transaction():
            service.appoint_deputy(
                user,
                deputy,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                reason=form.reason.data,
                by=actor(),
            )
    except DomainError as error:
        error_on(form, error)
        return _account_page(user, error.status, deputy=form)
    flash(_("已设好代理（AB岗）。"))
    return redirect(url_for("accounts.show_account", user_id=user.id), 303)


@bp.post("/accounts/<int:user_id>/deputies/<int:deputy_id>/end")
@needs(Can.ACCOUNT_DEPUTIZE)
def end_deputyship(user_id: int, deputy_id: int) -> Response:
    """End a deputyship early."""
    user = queries.user_for(actor(), user_id)
    row = db.session.get(Deputy, deputy_id)
    if row is None or row.principal_id != user.id:
        raise NotFound
    with transaction():
        service.end_deputyship(row, by=actor())
    flash(_("代理已结束。"))
    return redirect(url_for("accounts.show_account", user_id=user.id), 303)


@bp.post("/accounts/<int:user_id>/hand-over")
@needs(Can.ACCOUNT_HAND_OVER)
def hand_over(user_id: int) -> Response | tuple[str, int]:
    """Move regions to a colleague in one step."""
    user, form = queries.user_for(actor(), user_id), HandOverForm()
    form.codes.choices = [(item.region_code, item.region_code) for item in user.areas]
    form.taker.choices = [(str(other.id), other.name) for other in queries.colleagues_of(user, actor())]
    if not form.validate_on_submit():
        return _account_page(user, 422, hand_over=form)
    taker = queries.user_for(actor(), int(form.taker.data))
    try:
        with transaction():
            service.hand_over(user, taker, codes=form.codes.data, by=actor(), note=form.note.data)
    except DomainError as error:
        error_on(form, error)
        return _account_page(user, error.status, hand_over=form)
    flash(_("区域已移交给 %(name)s。", name=taker.name))
    return redirect(url_for("accounts.show_account", user_id=user.id), 303)
