"""The public menu, and the public page of one class."""

import re
from dataclasses import dataclass

from flask import current_app, render_template, request
from markupsafe import Markup

from app.classes import queries
from app.classes.queries import menu as found
from app.classes.queries.menu import LONGEST_WORD, Choices, Menu, MenuFilters
from app.classes.rules import SIGN_UP
from app.classes.views.blueprint import bp
from app.classes.views.fresh import Fresh
from app.kernel import clock
from app.kernel.access import PUBLIC, maybe_actor, needs
from app.kernel.i18n import locale_tag

_drawn: Fresh["Drawn"] = Fresh()
_choices: Fresh[Choices] = Fresh(seconds=20)
"""What one may filter by holds no seats and changes only when a class is opened or starts."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The menu without its frame: nothing in it depends on who looks."""

    hero: Markup
    content: Markup


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
    filters = _filters()
    if maybe_actor() is None and current_app.config.get("MENU_KEPT", True):
        key = (locale_tag(), clock.today())
        choices = _choices.get(key, found.find_choices)
        drawn = _drawn.get((filters, *key), lambda: _draw(found.menu(filters, choices), filters))
    else:
        drawn = _draw(found.menu(filters), filters)
    return render_template("classes/menu.html", drawn=drawn)


def _draw(menu: Menu, filters: MenuFilters) -> Drawn:
    parts = [render_template(f"classes/menu/{part}.html", menu=menu, filters=filters) for part in ("hero", "content")]
    return Drawn(*(Markup(part) for part in parts))  # noqa: S704  # our own templates, escaped there


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
