"""The public menu, and the public page of one class."""

import re
import secrets
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from flask import current_app, get_template_attribute, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.classes import queries
from app.classes.queries import menu as found
from app.classes.queries.menu import LONGEST_WORD
from app.classes.queries.menu_shapes import Card, Choices, Menu, MenuFilters, Wish
from app.classes.rules import SIGN_UP
from app.classes.views.blueprint import bp
from app.classes.views.fresh import Fresh
from app.kernel import clock, remembered
from app.kernel.access import PUBLIC, maybe_actor, needs
from app.kernel.i18n import locale_tag
from app.kernel.labels import label
from app.people.models import Trade
from app.regions.queries import full_name

SLOW = 10
"""Seconds for which parts without seats are kept: what one may filter by, courses without a class, the page's frame."""

_pages: Fresh[str] = Fresh()
"""Whole pages as a visitor without a name sees them, except for the form token, which is each visitor's own."""
_frames: Fresh[str] = Fresh(seconds=SLOW)
"""The same pages without their cards: no number of seats stands in them."""
_choices: Fresh[Choices] = Fresh(seconds=SLOW)
_wishes: Fresh[tuple[Wish, ...]] = Fresh(seconds=SLOW)

_TOKEN, _CARDS = secrets.token_hex(16), secrets.token_hex(16)
"""Stand in a kept page where the visitor's own form token and the cards as they are now go."""
_NAMELESS = frozenset({"csrf_token", "lang", "laborer", "_permanent", "_fresh"})
"""All that a visitor's session may hold so that the page is nobody's in particular."""
_LONGEST_ADDRESS = 300
Key = tuple[Any, ...]


def _filters() -> MenuFilters:
    args = request.args
    month = args.get("month", "")
    return MenuFilters(
        word=" ".join(args.get("word", "").split())[:LONGEST_WORD],
        course_id=args.get("course", 0, type=int),
        occupation_id=args.get("occupation", 0, type=int),
        place=args.get("place", "")[:12],
        month=month if re.fullmatch(r"\d{4}-\d{2}", month) else "",
        mode=args.get("mode", "")[:40],
        only_free=bool(args.get("free")),
        trade=args.get("trade", "")[:40],
        near=remembered.place(),
        page=max(1, args.get("page", 1, type=int)),
    )


@bp.get("/")
@needs(PUBLIC)
def menu() -> str:
    """Courses with a class open for sign-up, and below them those that wait for one."""
    key = (locale_tag(), request.script_root, clock.today(), remembered.size(), remembered.place())
    if not _is_nameless():
        filters = _filters()
        shown = _found(filters, key)
        return _drawn(shown, filters, cards=_tiles(shown.page.items, key))
    address = (request.full_path, *key)
    page = _pages.get(address, lambda: _filled(address, key)) if _keeps("PAGE") else _filled(address, key)
    return page.replace(_TOKEN, generate_csrf())


def _keeps(what: str) -> bool:
    """Whether this app keeps anything, and this in particular; tests and measurements say no."""
    config = current_app.config
    return bool(config.get("MENU_KEPT", True) and config.get(f"MENU_{what}_KEPT", True))


def _is_nameless() -> bool:
    """Whether this page is the same for everybody who asks for it now."""
    nameless = maybe_actor() is None and _NAMELESS.issuperset(session)
    return nameless and len(request.full_path) <= _LONGEST_ADDRESS and _keeps("PARTS")


def _found(filters: MenuFilters, key: Key) -> Menu:
    """What to show: cards as they are now, the rest as it was at most ten seconds ago."""
    if not _keeps("PARTS"):
        return found.menu(filters)
    looked = (filters.word, filters.trade, filters.course_id, filters.occupation_id, filters.mode, filters.only_free)
    asked = (looked, filters.page > 1, *key[:3])
    wishes = _wishes.get(asked, lambda: tuple(found.find_wishes(filters)))
    return found.menu(filters, _choices.get(key[:3], found.find_choices), wishes)


def _filled(address: Key, key: Key) -> str:
    """A kept page with its cards as they are now."""
    filters = _filters()
    shown = _found(filters, key)
    counted = (shown.page.total, shown.page.number)
    make = partial(_drawn, shown, filters, cards=_CARDS, csrf_token=lambda: _TOKEN)
    return _frames.get((*address, *counted), make).replace(_CARDS, _tiles(shown.page.items, key))


def _drawn(shown: Menu, filters: MenuFilters, **parts: Any) -> str:
    here = full_name(filters.near[-1]) if filters.near else ""
    known = [Trade(key) for key in shown.choices.trades if key in set(Trade)] if remembered.size() else []
    trades = [(trade.value, label(trade)) for trade in known]
    return render_template("classes/menu.html", menu=shown, filters=filters, here=here, trades=trades, **parts)


def _tiles(cards: Iterable[Card], key: Key) -> Markup:
    return Markup("\n").join(_tile(card, *key[:2]) for card in cards)


@lru_cache(maxsize=4096)
def _tile(card: Card, _language: str, _root: str) -> Markup:
    """The tile of a card: the same facts and seats, drawn in the same language, are the same tile."""
    drawn: Markup = get_template_attribute("classes/menu_tile.html", "menu_tile")(card)
    return drawn


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
        now=clock.now(),
    )
