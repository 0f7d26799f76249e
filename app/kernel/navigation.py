"""The ways through the product: each room names its own door, the frame draws the doors a person may open."""

from dataclasses import dataclass

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


_doors: dict[str, Door] = {}
_links: dict[str, str] = {}


def door(label: LazyString, endpoint: str, *needs: Can, icon: str, order: int, roles: tuple[Role, ...] = ()) -> None:
    """A room names a door: shown to whoever has any of the permissions, in the story's order."""
    _doors[endpoint] = Door(label, endpoint, needs, icon, order, roles)


def link(name: str, endpoint: str) -> None:
    """Name one of the frame's fixed links: menu, notices, verify, sign_in, home, account and so on."""
    _links[name] = endpoint


def links() -> dict[str, str]:
    """The fixed links that exist in this app."""
    return {name: url_for(endpoint) for name, endpoint in _links.items() if endpoint in current_app.view_functions}


def nav(actor: Actor | None) -> list[dict[str, object]]:
    """The doors this person may open, the present one marked."""
    if actor is None:
        return []
    doors = sorted((d for d in _doors.values() if d.is_open_to(actor)), key=lambda d: d.order)
    ways = [(d, url_for(d.endpoint)) for d in doors if d.endpoint in current_app.view_functions]
    here = max((way for _, way in ways if f"{request.path}/".startswith(f"{way}/")), key=len, default=None)
    return [{"label": d.label, "url": way, "icon": d.icon, "active": way == here} for d, way in ways]
