"""Who may do what: closed unless opened.

Every view carries one stamp, put there by `needs`; the guard asks it before each
request, and the app refuses to start with an endpoint that has none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.kernel.permissions import Can as Can
from app.kernel.roles import ROLE_CAN as ROLE_CAN
from app.kernel.roles import Role as Role

V = TypeVar("V", bound=Callable[..., Any])
STAMP = "sidan_needs"
"""The attribute of a view that holds its stamp."""


@cache
def _permissions(roles: frozenset[Role]) -> frozenset[Can]:
    return frozenset().union(*(ROLE_CAN[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as services and events know them; `key` is 'user:12', 'person:34' or 'system'."""

    key: str
    name: str
    roles: frozenset[Role] = frozenset()
    area: tuple[str, ...] = ()
    """Codes of regions; each means its whole subtree."""
    organization_id: int | None = None
    stands_for: str | None = None
    """The key of the account a deputy acts for (AB岗)."""
    permissions: frozenset[Can] = field(init=False)

    def __post_init__(self) -> None:
        """Look up what the roles add up to."""
        object.__setattr__(self, "permissions", _permissions(self.roles))

    def may(self, permission: Can) -> bool:
        """Whether one of the roles grants this."""
        return permission in self.permissions

    def has(self, *roles: Role) -> bool:
        """Whether the person is any of these."""
        return bool(self.roles.intersection(roles))

    @property
    def person_id(self) -> int | None:
        """The laborer's id, where the actor is one."""
        kind, _, number = self.key.partition(":")
        return int(number) if kind == "person" else None

    @property
    def user_id(self) -> int | None:
        """The account's id, where the actor has one."""
        kind, _, number = self.key.partition(":")
        return int(number) if kind == "user" else None

    @property
    def keys(self) -> tuple[str, ...]:
        """The person acting and, for a deputy, the one stood for: both count where duties must be separate (I6)."""
        return (self.key,) if self.stands_for is None else (self.key, self.stands_for)


SYSTEM = Actor(key="system", name="system")


class Stamp(StrEnum):
    """Stamps that are no permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"


OWN: frozenset[Can | Stamp] = frozenset({Can.SELF_READ, Can.SELF_ENROLL})
"""What only laborers may do."""
PUBLIC = Stamp.PUBLIC
SIGNED_IN = Stamp.SIGNED_IN


def needs(*stamps: Can | Stamp) -> Callable[[V], V]:
    """State what a view needs; of several permissions any one is enough."""

    def stamp(view: V) -> V:
        setattr(view, STAMP, stamps)
        return view

    return stamp


def stamps_of(app: Flask) -> dict[str, tuple[Can | Stamp, ...]]:
    """Every endpoint with its stamp; an unstamped one has an empty tuple."""
    found = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        default = (PUBLIC,) if rule.endpoint == "static" or rule.endpoint.endswith(".static") else ()
        found[rule.endpoint] = getattr(view, STAMP, default)
    return found


def actor() -> Actor:
    """Who is acting in this request; asked only behind a stamp that lets nobody in without signing in."""
    found: Actor = current_user.as_actor()
    return found


def maybe_actor() -> Actor | None:
    """Who is acting, or None for a passer-by."""
    return current_user.as_actor() if current_user.is_authenticated else None


def _guard() -> Response | None:
    """Ask the view's stamp before it runs."""
    if request.endpoint is None:
        return None
    stamps = stamps_of_endpoint(request.endpoint)
    if PUBLIC in stamps:
        return None
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for(_sign_in_for(stamps), next=target), 303)
    if SIGNED_IN in stamps or any(isinstance(stamp, Can) and actor().may(stamp) for stamp in stamps):
        return None
    return abort(403)


def _sign_in_for(stamps: tuple[Can | Stamp, ...]) -> str:
    """Where somebody unknown signs in: laborers by phone and code, staff by name and password."""
    return "people.sign_in" if stamps and OWN.issuperset(stamps) else "accounts.sign_in"


_stamps: dict[str, tuple[Can | Stamp, ...]] = {}


def stamps_of_endpoint(endpoint: str) -> tuple[Can | Stamp, ...]:
    """The stamp of one endpoint."""
    return _stamps.get(endpoint, ())


def close_unless_opened(app: Flask) -> None:
    """Put the guard up; raises `RuntimeError` naming the endpoints that nobody stamped."""
    _stamps.clear()
    _stamps.update(stamps_of(app))
    unstamped = sorted(endpoint for endpoint, stamps in _stamps.items() if not stamps)
    if unstamped:
        raise RuntimeError(f"endpoints without a stated permission: {', '.join(unstamped)}")
    app.before_request(_guard)
