"""The public menu, and the public page of one class."""

import re
import secrets

from flask import current_app, render_template, request, session
from flask_wtf.csrf import generate_csrf

from app.classes import queries
from app.classes.queries import menu as found
from app.classes.queries.menu import LONGEST_WORD
from app.classes.queries.menu_shapes import Choices, Menu, MenuFilters
from app.classes.rules import SIGN_UP
from app.classes.views.blueprint import bp
from app.classes.views.fresh import Fresh
from app.kernel import clock
from app.kernel.access import PUBLIC, maybe_actor, needs
from app.kernel.i18n import locale_tag

_pages: Fresh[str] = Fresh()
"""Whole pages as a visitor without a name sees them, except for the form token, which is each visitor's own."""
_choices: Fresh[Choices] = Fresh(seconds=20)
"""What one may filter by holds no seats and changes only when a class is opened or starts."""

_TOKEN = secrets.token_hex(16)
"""Stands in a kept page where the visitor's own form token goes."""
_NAMELESS = frozenset({"csrf_token", "lang", "_permanent", "_fresh"})
"""All that a visitor's session may hold so that the page is nobody's in particular."""
_LONGEST_ADDRESS = 300


def _filters() -> MenuFilters:
    args = request.args
    month = args.get("month", "")
    return MenuFilters(
        word=" ".join(args.get("word", "").split())[:LONGEST_WORD],
        occupation_id=args.get("occupation", 0, type=int),
        place=args.get("place", "")[:12],
        month=month if re.fullmatch(r"\d{4}-\d{2}", month) else "",
        mode=args.get("mode", "")[:40],
        only_free=bool(args.get("free")),
        page=max(1, args.get("page", 1, type=int)),
    )


@bp.get("/")
@needs(PUBLIC)
def menu() -> str:
    """Courses with a class open for sign-up, and below them those that wait for one."""
    if not _may_be_kept():
        filters = _filters()
        return render_template("classes/menu.html", menu=found.menu(filters), filters=filters)
    key = (locale_tag(), clock.today())
    return _pages.get((request.full_path, *key), lambda: _drawn(_filters(), key)).replace(_TOKEN, generate_csrf())


def _may_be_kept() -> bool:
    """Whether this page is the same for everybody who asks for it now."""
    nameless = maybe_actor() is None and _NAMELESS.issuperset(session)
    kept: bool = current_app.config.get("MENU_KEPT", True)
    return kept and nameless and len(request.full_path) <= _LONGEST_ADDRESS


def _drawn(filters: MenuFilters, key: tuple[object, ...]) -> str:
    choices = _choices.get(key, found.find_choices)
    shown: Menu = found.menu(filters, choices)
    return render_template("classes/menu.html", menu=shown, filters=filters, csrf_token=lambda: _TOKEN)


@bp.get("/classes/<int:class_id>/about")
@needs(PUBLIC)
def about(class_id: int) -> str:
    """What anyone may know of a class: what is taught, where, when, and how many seats are left."""
    row = found.public_class(class_id)
    pack = queries.pack_of_class(row)
    return render_template(
        "classes/about.html",
        row=row,
        mode=queries.mode_of_class(row, pack),
        sessions=queries.sessions_of(class_id),
        is_open=row.status in SIGN_UP and row.start_on >= clock.today(),
    )
