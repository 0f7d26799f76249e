"""What every page shares: headers, error pages, the language switch, the words and figures templates may use."""

import secrets
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from app.kernel import clock, elder, remembered, sheets, wire
from app.kernel.access import PUBLIC, maybe_actor, needs
from app.kernel.database import db
from app.kernel.errors import DomainError, TooMany
from app.kernel.i18n import LANGUAGES, _, back_or, locale_tag
from app.kernel.labels import label, tone
from app.kernel.money import yuan
from app.kernel.navigation import links, nav, on_phone
from app.kernel.sealing import mask_account, mask_id_number, mask_name, mask_phone

log = structlog.get_logger()
csrf = CSRFProtect()
bp = Blueprint("kernel", __name__)

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGES = {403, 404, 409, 413, 422, 429, 500, 503}


@bp.post("/language")
@needs(PUBLIC)
def set_language() -> Response:
    """Remember the language of this browser."""
    lang = request.form.get("lang", "")
    if lang in LANGUAGES:
        session["lang"] = lang
    return back_or("/")


def error_page(status: int, message: str = "") -> Response:
    """The page that says plainly what went wrong and where to go from here."""
    shown = status if status in PAGES else (500 if status >= 500 else 404)
    return make_response(render_template(f"errors/{shown}.html", message=message), status)


def _on_domain_error(error: DomainError) -> Response:
    db.session.rollback()
    message = _(error.message) if isinstance(error.message, str) and error.message else str(error.message)
    response = error_page(error.status, message)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _on_http_exception(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    words = {
        405: _("这个地址不能这样打开。"),
        413: _("文件太大了。"),
    }
    return error_page(status, words.get(status, ""))


def _on_csrf(_error: CSRFError) -> Response:
    return error_page(422, _("页面开得太久了，请返回重新打开后再提交。"))


def _on_lost_database(error: DBAPIError) -> Response:
    lost = isinstance(error, OperationalError) or error.connection_invalidated
    log.error("database error", lost=lost, kind=type(error.orig).__name__, endpoint=request.endpoint)
    if lost:
        # Flask-Login keeps who is looking here; the page must not ask the lost database for it.
        g._login_user = AnonymousUserMixin()  # noqa: SLF001  # as said above
    else:
        db.session.rollback()
    return error_page(503 if lost else 500)


def _on_exception(error: Exception) -> Response:
    log.error("unhandled error", kind=type(error).__name__, endpoint=request.endpoint, exc_info=error)
    db.session.rollback()  # the page's frame asks the database who is looking, which a broken transaction refuses
    return error_page(500)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    known = g.get("_login_user")  # looked up already, or not at all: a header must not ask a lost database
    if known is not None and known.is_authenticated:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def page_url(number: int) -> str:
    """This page's address with another page number, keeping the filters."""
    args: dict[str, Any] = {**request.args.to_dict(flat=False), **(request.view_args or {}), "page": number}
    return url_for(request.endpoint or "", **args)


def csrf_field() -> Markup:
    """The hidden field of a form drawn by hand."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _submission() -> str:
    """A number for one drawn form: the same form sent twice is recognized."""
    return secrets.token_urlsafe(12)


def init_app(app: Flask) -> None:
    """Fit the app with what every page shares."""
    wire.init_app(app)
    csrf.init_app(app)
    for blueprint in (bp, elder.bp, sheets.bp):
        app.register_blueprint(blueprint)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        label=label,
        tone=tone,
        yuan=yuan,
        mask_name=mask_name,
        mask_id_number=mask_id_number,
        mask_phone=mask_phone,
        mask_account=mask_account,
        local=clock.local,
        day=lambda value: value.isoformat() if value else "—",
        moment=lambda value: clock.local(value).strftime("%Y-%m-%d %H:%M") if value else "—",
    )
    app.jinja_env.globals.update(
        page_url=page_url, csrf_field=csrf_field, submission=_submission, languages=LANGUAGES, on_phone=on_phone
    )
    app.jinja_env.globals.update(sheet_url=sheets.sheet_url)
    app.context_processor(_frame)
    app.after_request(_headers)
    app.register_error_handler(DomainError, _on_domain_error)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(DBAPIError, _on_lost_database)
    app.register_error_handler(Exception, _on_exception)


def _frame() -> dict[str, Any]:
    """What the page's frame is drawn from."""
    actor = maybe_actor()
    return {
        "locale_tag": locale_tag(),
        "text_size": remembered.size(),
        "demo": current_app.config["DEMO"],
        "actor": actor,
        "nav": nav(actor),
        "links": links(),
    }


def own_page(target: str) -> str:
    """An address of this site, or nothing: where a page may lead back to."""
    parts = urlsplit(target)
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and not parts.netloc and not parts.scheme else ""


def see_other(endpoint: str, **values: Any) -> Response:
    """Redirect after a POST."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]  # werkzeug's Response is flask's here
