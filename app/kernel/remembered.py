"""What a browser remembers for whoever holds it, without knowing who that is: large type, and the village nearby."""

import re
from enum import StrEnum

from flask import current_app, has_request_context, request
from werkzeug.wrappers import Response

A_YEAR = 365 * 24 * 3600
SIZE, PLACE = "sidan_size", "sidan_place"
_PATH = re.compile(r"[0-9]{2,12}(/[0-9]{2,12}){0,5}")


class Size(StrEnum):
    """How large pages are drawn in the elder view."""

    ELDER = "elder"
    LARGEST = "elder-max"


def size() -> str:
    """How large this browser wants pages: "" as usual, or one of `Size`."""
    found = request.cookies.get(SIZE, "") if has_request_context() else ""
    return found if found in set(Size) else ""


def place() -> tuple[str, ...]:
    """Codes of the place this browser is at, from the province down; empty when nobody said.

    They come from outside: fit for sorting, and to be looked up before anything is written.
    """
    found = request.cookies.get(PLACE, "") if has_request_context() else ""
    return tuple(found.split("/")) if _PATH.fullmatch(found) else ()


def remember(response: Response, name: str, value: str) -> None:
    """Have the browser keep a value for a year, or forget it where it is empty."""
    if not value:
        response.delete_cookie(name, samesite="Lax")
        return
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)
