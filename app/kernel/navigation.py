"""The ways through the product: each room names its own door, the frame draws the doors a person may open."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request, url_for
from flask_babel import LazyString

from app.kernel.access import Actor, Can, Role


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the role navigation; `needs` any of these permissions; `roles`, where given, narrows it to them."""

    label: LazyString
    endpoint: str
    needs: tuple[Can, ...]
    icon: str
    order: int
    roles: tuple[Role, ...] = ()

    def is_open_to(self, actor: Actor) -> bool:
        """Whether this person may go in."""
        return any(actor.may(need) for need in self.needs) and (not self.roles or actor.has(*self.roles))


@dataclass(frozen=True, slots=True)
class Way:
    """One way on from a page into a room above it; without an address it says why there is none."""

    label: str
    url: str = ""
    icon: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A door as the frame draws it for one person; `rank` 0 is the most useful on a phone."""

    label: LazyString
    url: str
    icon: str
    active: bool
    rank: int


Guide = Callable[[Any, Actor], Iterable[Way]]
G = TypeVar("G", bound=Guide)
ON_PHONE = 4
"""Doors in the bottom bar of a phone; the others stand behind "more"."""

_doors: dict[str, Door] = {}
_links: dict[str, str] = {}
_bars: dict[Role, tuple[str, ...]] = {}
_guides: dict[str, list[Guide]] = {}


def door(label: LazyString, endpoint: str, *needs: Can, icon: str, order: int, roles: tuple[Role, ...] = ()) -> None:
    """A room names a door: shown to whoever has any of the permissions, in the story's order."""
    _doors[endpoint] = Door(label, endpoint, needs, icon, order, roles)


def link(name: str, endpoint: str) -> None:
    """Name one of the frame's fixed links: menu, notices, verify, sign_in, home, account and so on."""
    _links[name] = endpoint


def bottom_bar(role: Role, *endpoints: str) -> None:
    """State which doors somebody of this role wants under the thumb, the most useful first."""
    _bars[role] = endpoints


def guides(page: str) -> Callable[[G], G]:
    """A room says which ways lead on from a lower room's page to its own: by the page's row and the person."""

    def known(guide: G) -> G:
        _guides.setdefault(page, []).append(guide)
        return guide

    return known


def ways_on(page: str, row: object, by: Actor) -> list[Way]:
    """The ways on from a page, in the order of the rooms."""
    return [way for guide in _guides.get(page, ()) for way in guide(row, by)]


def links() -> dict[str, str]:
    """The fixed links that exist in this app."""
    return {name: url_for(endpoint) for name, endpoint in _links.items() if endpoint in current_app.view_functions}


def nav(actor: Actor | None) -> list[Entry]:
    """The doors this person may open, the present one marked."""
    if actor is None:
        return []
    doors = sorted((d for d in _doors.values() if d.is_open_to(actor)), key=lambda d: d.order)
    ways = [(d, url_for(d.endpoint)) for d in doors if d.endpoint in current_app.view_functions]
    here = max((way for _, way in ways if f"{request.path}/".startswith(f"{way}/")), key=len, default=None)
    rank = _ranks(actor)
    return [Entry(d.label, way, d.icon, way == here, rank.get(d.endpoint, len(rank))) for d, way in ways]


def _ranks(actor: Actor) -> dict[str, int]:
    """How useful each door is on a phone: what the person's roles name, each role's first ones first."""
    bars = [_bars[role] for role in Role if role in actor.roles and role in _bars]
    longest = max(map(len, bars), default=0)
    named = [bar[place] for place in range(longest) for bar in bars if place < len(bar)]
    return {endpoint: place for place, endpoint in enumerate(dict.fromkeys(named))}


def on_phone(entries: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry]]:
    """The doors of the bottom bar, and those behind "more"."""
    useful = sorted(entries, key=lambda entry: entry.rank)[:ON_PHONE]
    return useful, [entry for entry in entries if entry not in useful]
