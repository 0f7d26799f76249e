"""Who may do what: closed unless opened.

A permission reads `resource:action`. Every view carries one stamp, put there by `needs`; the guard asks it before each
request, and the app refuses to start with an endpoint that has none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

V = TypeVar("V", bound=Callable[..., Any])
STAMP = "sidan_needs"
"""The attribute of a view that holds its stamp."""


class Role(StrEnum):
    """What a person is here; one account may have several."""

    LABORER = "laborer"
    VILLAGE_OFFICER = "village_officer"
    TOWNSHIP_OFFICER = "township_officer"
    SCHOOL_CLERK = "school_clerk"
    TEACHER = "teacher"
    ASSESSOR = "assessor"
    EMPLOYER = "employer"
    TRAINING_OFFICER = "training_officer"
    FIRST_REVIEWER = "first_reviewer"
    SECOND_REVIEWER = "second_reviewer"
    SIGNER = "signer"
    BUREAU_FINANCE = "bureau_finance"
    TREASURY = "treasury"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Can(StrEnum):
    """One permission: `resource:action`."""

    ACCOUNT_READ = "account:read"
    ACCOUNT_INVITE = "account:invite"
    ACCOUNT_CLOSE = "account:close"
    ACCOUNT_DEPUTIZE = "account:deputize"
    ACCOUNT_HAND_OVER = "account:hand-over"
    ORGANIZATION_READ = "organization:read"
    ORGANIZATION_ADMIT = "organization:admit"
    PERSON_READ = "person:read"
    PERSON_WRITE = "person:write"
    PERSON_UNMASK = "person:unmask"
    SELF_READ = "self:read"
    SELF_ENROLL = "self:enroll"
    SCHOOL_READ = "school:read"
    SCHOOL_MAINTAIN = "school:maintain"
    SCHOOL_DECIDE = "school:decide"
    ORDER_READ = "order:read"
    ORDER_PLACE = "order:place"
    ORDER_VERIFY = "order:verify"
    COURSE_READ = "course:read"
    COURSE_OFFER = "course:offer"
    COURSE_LIST = "course:list"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    CLASS_READ = "class:read"
    CLASS_FILE = "class:file"
    CLASS_APPROVE = "class:approve"
    ENROLLMENT_READ = "enrollment:read"
    ENROLLMENT_MAKE = "enrollment:make"
    ATTENDANCE_READ = "attendance:read"
    ATTENDANCE_MARK = "attendance:mark"
    RESULT_READ = "result:read"
    RESULT_MARK = "result:mark"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_ISSUE = "certificate:issue"
    CERTIFICATE_REVOKE = "certificate:revoke"
    PLACEMENT_READ = "placement:read"
    PLACEMENT_CONFIRM = "placement:confirm"
    CLAIM_READ = "claim:read"
    CLAIM_COMPILE = "claim:compile"
    CLAIM_FIRST_REVIEW = "claim:first-review"
    CLAIM_SECOND_REVIEW = "claim:second-review"
    CLAIM_SIGN = "claim:sign"
    NOTICE_PUBLISH = "notice:publish"
    OBJECTION_ANSWER = "objection:answer"
    BUDGET_READ = "budget:read"
    BUDGET_WRITE = "budget:write"
    PAYMENT_READ = "payment:read"
    PAYMENT_REQUEST = "payment:request"
    PAYMENT_CONFIRM = "payment:confirm"
    TRACE_READ = "trace:read"
    EVENT_READ = "event:read"


READS = frozenset(c for c in Can if c.value.endswith(":read") and c not in {Can.SELF_READ, Can.ACCOUNT_READ})
_BUREAU = READS
_SCHOOL = frozenset(
    {
        Can.ORGANIZATION_READ,
        Can.SCHOOL_READ,
        Can.ORDER_READ,
        Can.COURSE_READ,
        Can.CLASS_READ,
        Can.ENROLLMENT_READ,
        Can.ATTENDANCE_READ,
        Can.RESULT_READ,
        Can.CERTIFICATE_READ,
        Can.PLACEMENT_READ,
        Can.CLAIM_READ,
        Can.PAYMENT_READ,
        Can.TRACE_READ,
    }
)

ROLE_CAN: dict[Role, frozenset[Can]] = {
    Role.LABORER: frozenset({Can.SELF_READ, Can.SELF_ENROLL}),
    Role.VILLAGE_OFFICER: frozenset(
        {
            Can.PERSON_READ,
            Can.PERSON_WRITE,
            Can.PERSON_UNMASK,
            Can.COURSE_READ,
            Can.CLASS_READ,
            Can.ENROLLMENT_READ,
            Can.ENROLLMENT_MAKE,
            Can.PLACEMENT_READ,
            Can.PLACEMENT_CONFIRM,
            Can.CERTIFICATE_READ,
        }
    ),
    Role.TOWNSHIP_OFFICER: frozenset(
        {
            Can.PERSON_READ,
            Can.PERSON_WRITE,
            Can.PERSON_UNMASK,
            Can.COURSE_READ,
            Can.CLASS_READ,
            Can.ENROLLMENT_READ,
            Can.ENROLLMENT_MAKE,
            Can.PLACEMENT_READ,
            Can.PLACEMENT_CONFIRM,
            Can.CERTIFICATE_READ,
            Can.ORDER_READ,
            Can.PLAN_READ,
            Can.SCHOOL_READ,
        }
    ),
    Role.SCHOOL_CLERK: _SCHOOL
    | {
        Can.SCHOOL_MAINTAIN,
        Can.COURSE_OFFER,
        Can.CLASS_FILE,
        Can.ATTENDANCE_MARK,
        Can.CERTIFICATE_ISSUE,
        Can.CLAIM_COMPILE,
    },
    Role.TEACHER: frozenset(
        {Can.CLASS_READ, Can.ATTENDANCE_READ, Can.ATTENDANCE_MARK, Can.ENROLLMENT_READ, Can.COURSE_READ}
    ),
    Role.ASSESSOR: frozenset({Can.CLASS_READ, Can.ATTENDANCE_READ, Can.RESULT_READ, Can.RESULT_MARK}),
    Role.EMPLOYER: frozenset(
        {Can.ORDER_READ, Can.ORDER_PLACE, Can.PLACEMENT_READ, Can.PLACEMENT_CONFIRM, Can.ORGANIZATION_READ}
    ),
    Role.TRAINING_OFFICER: _BUREAU
    | {
        Can.ORGANIZATION_ADMIT,
        Can.SCHOOL_DECIDE,
        Can.ORDER_VERIFY,
        Can.COURSE_LIST,
        Can.PLAN_WRITE,
        Can.CLASS_APPROVE,
        Can.PERSON_WRITE,
        Can.PERSON_UNMASK,
        Can.CERTIFICATE_REVOKE,
        Can.PLACEMENT_CONFIRM,
    },
    Role.FIRST_REVIEWER: _BUREAU | {Can.CLAIM_FIRST_REVIEW, Can.PERSON_UNMASK},
    Role.SECOND_REVIEWER: _BUREAU
    | {Can.CLAIM_SECOND_REVIEW, Can.PERSON_UNMASK, Can.NOTICE_PUBLISH, Can.OBJECTION_ANSWER},
    Role.SIGNER: _BUREAU | {Can.CLAIM_SIGN},
    Role.BUREAU_FINANCE: _BUREAU | {Can.PAYMENT_REQUEST, Can.BUDGET_WRITE},
    Role.TREASURY: frozenset({Can.BUDGET_READ, Can.PAYMENT_READ, Can.PAYMENT_CONFIRM, Can.CLAIM_READ, Can.TRACE_READ}),
    Role.AUDITOR: READS,
    Role.ADMINISTRATOR: frozenset(
        {
            Can.ACCOUNT_READ,
            Can.ACCOUNT_INVITE,
            Can.ACCOUNT_CLOSE,
            Can.ACCOUNT_DEPUTIZE,
            Can.ACCOUNT_HAND_OVER,
            Can.ORGANIZATION_READ,
            Can.ORGANIZATION_ADMIT,
            Can.EVENT_READ,
        }
    ),
}


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
        """Work out once what the roles add up to."""
        allowed: frozenset[Can] = frozenset().union(*(ROLE_CAN[role] for role in self.roles))
        object.__setattr__(self, "permissions", allowed)

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
        return redirect(url_for("accounts.sign_in", next=target), 303)
    if SIGNED_IN in stamps or any(isinstance(stamp, Can) and actor().may(stamp) for stamp in stamps):
        return None
    return abort(403)


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
