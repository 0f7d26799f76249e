"""Find links to say no, denials within what a person may see, and who has still to be asked aloud."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select

from app.classes.models import TrainingClass
from app.enrollments.denials.models import AskedAloud, Denial, DenialLink
from app.enrollments.denials.rules import DenialStatus
from app.enrollments.models import Enrollment
from app.enrollments.queries import visible_to
from app.enrollments.rules import ACTIVE
from app.kernel.access import Actor
from app.kernel.database import among, db
from app.kernel.errors import NotFound, Refused
from app.kernel.marking import N_

STANDING = (DenialStatus.OPEN, DenialStatus.UPHELD)
"""A denial that speaks against the seat and the claim line: not decided yet, or found true."""


@dataclass(frozen=True, slots=True)
class DenialFilters:
    """How a list of denials is narrowed; empty values narrow nothing."""

    status: DenialStatus | None = None
    signed_up_by: str = ""
    """The key of the account that signed the people up."""


def hash_of(token: str) -> bytes:
    """What is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def link(token: str) -> DenialLink:
    """The link of a token, used or out of date too; raises `NotFound`."""
    row = db.session.scalars(select(DenialLink).where(DenialLink.token_hash == hash_of(token))).first()
    if row is None:
        raise NotFound
    return row


def link_of(enrollment_id: int) -> DenialLink | None:
    """The link that was sent for a sign-up."""
    return db.session.scalars(select(DenialLink).where(DenialLink.enrollment_id == enrollment_id)).first()


def asked_of(enrollment_id: int) -> AskedAloud | None:
    """What the person answered when asked aloud."""
    return db.session.scalars(select(AskedAloud).where(AskedAloud.enrollment_id == enrollment_id)).first()


def open_denial(enrollment_id: int) -> Denial | None:
    """The denial of a sign-up that nobody decided yet."""
    query = select(Denial).where(Denial.enrollment_id == enrollment_id, Denial.status == DenialStatus.OPEN)
    return db.session.scalars(query).first()


def refuse_while_denied(enrollment_id: int) -> None:
    """While a denial is open the seat is held and nobody moves the person, so that the case can be looked into.

    Raises `Refused`.
    """
    if open_denial(enrollment_id) is not None:
        raise Refused(N_("本人说没有报这个名，正在核查，有结果以前不能动。"))


def denials_of(enrollment_id: int) -> list[Denial]:
    """Every denial of a sign-up, newest first."""
    query = select(Denial).where(Denial.enrollment_id == enrollment_id).order_by(Denial.id.desc())
    return list(db.session.scalars(query))


def standing_in(enrollments: Collection[int]) -> dict[int, Denial]:
    """The denial that speaks against each of these sign-ups: open, or found true; by enrollment."""
    query = select(Denial).where(among(Denial.enrollment_id, enrollments), Denial.status.in_(STANDING))
    return {row.enrollment_id: row for row in db.session.scalars(query.order_by(Denial.id))}


def _seen(by: Actor) -> ColumnElement[bool]:
    return Denial.enrollment_id.in_(select(Enrollment.id).where(visible_to(by)))


def denial_for(by: Actor, denial_id: int) -> Denial:
    """One denial of a sign-up that this person may see; raises `NotFound`."""
    row = db.session.scalars(select(Denial).where(Denial.id == denial_id, _seen(by))).first()
    if row is None:
        raise NotFound
    return row


NO_FILTERS = DenialFilters()


def denials_query(by: Actor, filters: DenialFilters = NO_FILTERS) -> Select[Denial]:
    """The denials a person may see, those that wait for a decision first, the most urgent before the rest."""
    query = select(Denial).where(_seen(by))
    if filters.status is not None:
        query = query.where(Denial.status == filters.status)
    if filters.signed_up_by:
        query = query.where(Denial.signed_up_by == filters.signed_up_by)
    waits = Denial.status != DenialStatus.OPEN
    return query.order_by(waits, Denial.due_on.nulls_last(), Denial.id.desc())


def denials_by_officer(by: Actor) -> list[tuple[str, int, int]]:
    """For the auditor: who signed people up, how often that was denied, how often the denial was found true."""
    upheld = func.count().filter(Denial.status == DenialStatus.UPHELD)
    query = select(Denial.signed_up_by, func.count(), upheld).where(_seen(by)).group_by(Denial.signed_up_by)
    rows = db.session.execute(query.order_by(upheld.desc(), func.count().desc(), Denial.signed_up_by))
    return [(key, count, true) for key, count, true in rows]


def to_ask(by: Actor, *, class_id: int = 0) -> Select[Enrollment]:
    """Consents to chase: people signed up by an officer to whom no link went, and whom nobody has asked aloud yet.

    Within what `by` may see, the earliest class first; a denial that came in counts as an answer.
    """
    query = (
        select(Enrollment)
        .join(TrainingClass, TrainingClass.id == Enrollment.class_id)
        .where(
            visible_to(by),
            Enrollment.made_by.startswith("user:"),
            Enrollment.status.in_(ACTIVE),
            ~exists().where(DenialLink.enrollment_id == Enrollment.id),
            ~exists().where(AskedAloud.enrollment_id == Enrollment.id),
            ~exists().where(Denial.enrollment_id == Enrollment.id),
        )
    )
    if class_id:
        query = query.where(Enrollment.class_id == class_id)
    return query.order_by(TrainingClass.start_on, Enrollment.id)


def annulled_seats(class_id: int) -> set[int]:
    """The seats of a class whose sign-up was annulled, because the person never agreed to it."""
    found_true = select(Denial.enrollment_id).where(Denial.status == DenialStatus.UPHELD)
    query = select(Enrollment.seat_id).where(Enrollment.class_id == class_id, Enrollment.id.in_(found_true))
    return {seat_id for seat_id in db.session.scalars(query) if seat_id is not None}
