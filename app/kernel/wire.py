"""What goes over a slow line: text compressed, and files that never change kept by the browser for a year."""

import gzip
import hashlib
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

TEXT = frozenset(
    (
        *("text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml"),
        *("application/javascript", "application/json", "application/manifest+json"),
    )
)
LEAST, MOST = 600, 2 * 1024 * 1024
"""Bytes: below, compressing gains nothing; above, it is a download and not a page."""
LEVEL = 6
YEAR = 365 * 24 * 3600
PADDING = 64
"""A page gets up to so many bytes of noise, so that its length tells nothing of the secrets in it (BREACH)."""


KEPT = frozenset({"static", "sheets.show_sheet"})
"""What an address with a version in it means for ever."""


class Sessions(SecureCookieSessionInterface):
    """Sessions that files have nothing to do with: else browsers would fetch them again with every new cookie."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save, except after a file."""
        if request.endpoint not in KEPT:
            super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """With what changed in it; a page renews its hours, too. An act leads to a page, which does so then."""
        return session.modified or (request.method == "GET" and super().should_set_cookie(app, session))


def init_app(app: Flask) -> None:
    """Compress what the app answers, and name files by what is in them."""
    versions: dict[str, str] = {}

    @app.url_defaults
    def _name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values and app.static_folder:
            name = values["filename"]
            if name not in versions or app.debug:
                versions[name] = version_of(Path(app.static_folder) / name)
            if versions[name]:
                values["v"] = versions[name]

    app.session_interface = Sessions()
    app.after_request(_keep)
    app.after_request(_compress)


def version_of(path: Path) -> str:
    """A short name of what is in a file; "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else ""


def _keep(response: Response) -> Response:
    """An address with a version in it always means the same file."""
    if request.endpoint in KEPT and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response


def _compress(response: Response) -> Response:
    is_file = (request.endpoint or "").endswith("static")
    if response.mimetype not in TEXT or response.status_code in {204, 206, 304}:
        return response
    if response.is_streamed and not is_file:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or "Content-Encoding" in response.headers or request.method == "HEAD":
        return response
    length = response.content_length or 0
    if not LEAST <= length <= MOST:
        return response
    response.direct_passthrough = False
    sent = response.response
    body = response.get_data()
    if hasattr(sent, "close"):
        sent.close()
    etag, _weak = response.get_etag()
    response.set_data(_file(etag, body) if etag else _page(body))
    response.headers["Content-Encoding"] = "gzip"
    if etag:
        response.set_etag(etag, weak=True)
    return response


@lru_cache(maxsize=256)
def _file(_etag: str, body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)


def _page(body: bytes) -> bytes:
    """A gzip member whose header carries a file name of a random length."""
    packed = gzip.compress(body, LEVEL, mtime=0)
    noise = secrets.token_urlsafe(PADDING)[: secrets.randbelow(PADDING) + 1].encode()
    return packed[:3] + b"\x08" + packed[4:10] + noise + b"\0" + packed[10:]
