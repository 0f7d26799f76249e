"""Signing in and out; setting a password by a one-time link."""

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.forms import NewPasswordForm, SignInForm
from app.accounts.views.blueprint import bp
from app.kernel.access import PUBLIC, SIGNED_IN, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _


def home() -> str:
    """Where a signed-in person starts."""
    return url_for("desk.home") if "desk.home" in current_app.view_functions else "/"


def wanted_page() -> str:
    """The page of this site that the person came for, else home."""
    target = request.args.get("next") or ""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return target if own else home()


@bp.get("/sign-in")
@needs(PUBLIC)
def sign_in() -> str:
    """Staff sign in here."""
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@needs(PUBLIC)
def enter() -> Response | tuple[str, int]:
    """Check name and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422
    try:
        with transaction():
            user = service.sign_in(form.login_name.data, form.password.data, address=request.remote_addr or "")
    except DomainError as error:
        error_on(form, error)
        return render_template("accounts/sign_in.html", form=form), error.status
    language = session.get("lang")
    session.clear()
    session["lang"] = language
    session.permanent = True
    login_user(user)
    return redirect(wanted_page(), 303)


@bp.post("/sign-out")
@needs(SIGNED_IN)
def sign_out() -> Response:
    """End this session; the browser forgets whatever was kept in it for work without a network."""
    logout_user()
    session.pop("standing_for", None)
    flash(_("已经退出。"))
    answer = redirect("/", 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.get("/one-time-link/<token>")
@needs(PUBLIC)
def open_link(token: str) -> str:
    """The page of an invitation or a reset."""
    service.open_link(token)
    return render_template("accounts/new_password.html", form=NewPasswordForm(), token=token)


@bp.post("/one-time-link/<token>")
@needs(PUBLIC)
def use_link(token: str) -> Response | tuple[str, int]:
    """Set the password."""
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/new_password.html", form=form, token=token), 422
    try:
        with transaction():
            service.accept(token, form.password.data)
    except DomainError as error:
        error_on(form, error)
        return render_template("accounts/new_password.html", form=form, token=token), error.status
    flash(_("密码设好了，请登录。"))
    return redirect(url_for("accounts.sign_in"), 303)
