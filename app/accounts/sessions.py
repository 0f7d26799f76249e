"""Who is signed in: staff by account, laborers by the person they proved to be."""

from collections.abc import Callable
from typing import Any

from flask import Flask, session
from flask_login import LoginManager

from app.accounts import queries

login_manager = LoginManager()
_loaders: dict[str, Callable[[int, int], Any]] = {}


def loader(kind: str) -> Callable[[Callable[[int, int], Any]], Callable[[int, int], Any]]:
    """Register who loads a kind of sign-in ('user' here, 'person' where people live) by id and session version."""

    def register(load: Callable[[int, int], Any]) -> Callable[[int, int], Any]:
        _loaders[kind] = load
        return load

    return register


@loader("user")
def _load_user(user_id: int, version: int) -> Any:
    return queries.signed_in_user(user_id, version, standing_for=session.get("standing_for"))


def _load(key: str) -> Any:
    """Load by 'kind:id:version', the form in which the session keeps it."""
    kind, _, rest = key.partition(":")
    number, _, version = rest.partition(":")
    load = _loaders.get(kind)
    return load(int(number), int(version)) if load and number.isdigit() and version.isdigit() else None


def known_as() -> tuple[str, int, int] | None:
    """What this browser's session says of who is signed in: kind, id and version; nobody has looked them up yet.

    For a path that checks the version by its own statement.
    """
    kind, _, rest = str(session.get("_user_id", "")).partition(":")
    number, _, version = rest.partition(":")
    return (kind, int(number), int(version)) if number.isdigit() and version.isdigit() else None


def init_app(app: Flask) -> None:
    """Fit the app with sign-in.

    Flask-Login's own note of address and browser is off: nothing here asks for it, a phone's address changes all day,
    and with each change it would send the session anew.
    """
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    login_manager.init_app(app)
