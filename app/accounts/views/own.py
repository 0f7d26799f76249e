"""My own account: password, sessions, standing in for a colleague."""

from flask import abort, flash, render_template, session, url_for
from flask_login import login_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.accounts import queries, service
from app.accounts.forms import ChangePasswordForm
from app.accounts.models import User
from app.accounts.views.blueprint import bp
from app.accounts.views.signing import home
from app.audit import service as audit
from app.kernel.access import SIGNED_IN, actor, needs
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _


def _me() -> User:
    """The account behind this session; laborers have none."""
    user = db.session.get(User, actor().user_id or 0)
    if user is None:
        abort(404)
    return user


def _page(form: ChangePasswordForm) -> str:
    me = _me()
    return render_template("accounts/own.html", me=me, form=form, principals=queries.principals_of(me.id))


@bp.get("/account")
@needs(SIGNED_IN)
def show_own() -> str:
    """My account."""
    return _page(ChangePasswordForm())


@bp.post("/account/password")
@needs(SIGNED_IN)
def change_password() -> Response | tuple[str, int]:
    """Change my password; my other sessions end."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _page(form), 422
    me = _me()
    try:
        with transaction():
            service.change_password(me, form.old.data, form.password.data)
    except DomainError as error:
        error_on(form, error)
        return _page(form), error.status
    login_user(me)
    flash(_("密码改好了，别处的登录都已退出。"))
    return redirect(url_for("accounts.show_own"), 303)


@bp.post("/account/sign-out-everywhere")
@needs(SIGNED_IN)
def sign_out_everywhere() -> Response:
    """End all my sessions, this one too."""
    with transaction():
        service.sign_out_everywhere(_me(), by=actor())
    session.clear()
    flash(_("所有设备都已退出，请重新登录。"))
    return redirect(url_for("accounts.sign_in"), 303)


@bp.post("/account/stand-in/<int:user_id>")
@needs(SIGNED_IN)
def stand_in(user_id: int) -> Response:
    """Begin acting for a colleague whose deputy I am today."""
    principal = queries.standing_principal(_me().id, user_id)
    if principal is None:
        abort(404)
    with transaction():
        audit.record(principal, "deputy began", by=actor(), facts={"deputy": _me().id})
    session["standing_for"] = principal.id
    flash(_("您现在代 %(name)s 办事，每一步都会记下是代办。", name=principal.name), "info")
    return redirect(home(), 303)


@bp.post("/account/stand-down")
@needs(SIGNED_IN)
def stand_down() -> Response:
    """Act for myself again."""
    session.pop("standing_for", None)
    flash(_("已经回到您自己的账号。"))
    return redirect(home(), 303)
