"""From any row to the classes it hangs on, within what a person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from app.certificates.models import Certificate
from app.classes.models import Seat, TrainingClass
from app.classes.queries import visible_to
from app.funding.models import Claim, ClaimLine, PaymentBatch, Transfer
from app.funding.queries import class_ids_of
from app.funding.rules import Payee
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.i18n import _
from app.kernel.labels import label
from app.orders.models import Order
from app.orders.queries import order_for
from app.people.models import Person
from app.people.queries import of_person, person_for

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Node:
    """Where a trace starts: its classes, and the seats it is about (None: everybody)."""

    kind: str
    number: int
    title: str
    classes: tuple[TrainingClass, ...]
    seats: frozenset[int] | None = None
    transfers: frozenset[int] | None = None
    """The transfers to show (None: all of the classes)."""
    order: Order | None = None
    person: Person | None = None

    @property
    def is_about_people(self) -> bool:
        """Whether single people are followed, with everything recorded of them."""
        return self.seats is not None


def _seen(by: Actor, condition: ColumnElement[bool]) -> tuple[TrainingClass, ...]:
    query = select(TrainingClass).where(condition, visible_to(by)).order_by(TrainingClass.start_on, TrainingClass.id)
    return tuple(db.session.scalars(query).unique())


def _one(by: Actor, class_id: int) -> tuple[TrainingClass, ...]:
    """The class, if this person may see it; raises `NotFound`."""
    found = _seen(by, TrainingClass.id == class_id)
    if not found:
        raise NotFound
    return found


def _order(by: Actor, number: int) -> Node:
    row = order_for(by, number)
    classes = _seen(by, TrainingClass.order_id == number)
    return Node("order", number, _("订单 %(n)s：%(title)s", n=number, title=row.title), classes, order=row)


def _class(by: Actor, number: int) -> Node:
    classes = _one(by, number)
    return Node("class", number, _("班级：%(name)s", name=classes[0].name), classes)


def _seat(by: Actor, number: int) -> Node:
    row = _get(Seat, number)
    classes = _one(by, row.class_id)
    return Node("seat", number, row.person.name, classes, frozenset({number}), person=row.person)


def _person(by: Actor, number: int) -> Node:
    row = _get(Person, number)
    found = db.session.execute(select(Seat.id, Seat.class_id).where(of_person(Seat.person_id, number))).all()
    classes = _seen(by, TrainingClass.id.in_({class_id for _seat_id, class_id in found}))
    if not classes:
        if not by.may(Can.PERSON_READ):
            raise NotFound
        row = person_for(by, number)
    shown = {class_.id for class_ in classes}
    seats = frozenset(seat_id for seat_id, class_id in found if class_id in shown)
    return Node("person", number, row.name, classes, seats, person=row)


def _certificate(by: Actor, number: int) -> Node:
    row = _get(Certificate, number)
    classes = _one(by, row.class_id)
    title = _("证书 %(number)s", number=row.number)
    return Node("certificate", number, title, classes, frozenset({row.seat_id}), person=row.person)


def _claim(by: Actor, number: int) -> Node:
    row = _get(Claim, number)
    classes = _seen(by, TrainingClass.id.in_(class_ids_of(row)))
    if not classes:
        raise NotFound
    return Node("claim", number, _("申领 %(number)s", number=row.number), classes)


def _line(by: Actor, number: int) -> Node:
    row = _get(ClaimLine, number)
    classes = _one(by, row.class_id)
    title = _("申领明细 %(n)s（%(payee)s）", n=number, payee=label(row.payee))
    return Node("line", number, title, classes, frozenset({row.seat_id}), person=row.person)


def _payment(by: Actor, number: int) -> Node:
    row = _get(Transfer, number)
    classes = _seen(by, TrainingClass.id.in_({part.line.class_id for part in row.parts}))
    if not classes:
        raise NotFound
    title = _("转账 %(batch)s 第 %(n)s 笔", batch=row.batch.number, n=row.number)
    alone = frozenset(part.line.seat_id for part in row.parts) if row.payee is Payee.TRAINEE else None
    return Node("payment", number, title, classes, alone, frozenset({number}), person=row.person)


def _batch(by: Actor, number: int) -> Node:
    row = _get(PaymentBatch, number)
    classes = _seen(by, TrainingClass.id.in_({part.line.class_id for one in row.transfers for part in one.parts}))
    if not classes:
        raise NotFound
    transfers = frozenset(transfer.id for transfer in row.transfers)
    return Node("batch", number, _("请款 %(number)s", number=row.number), classes, None, transfers)


def _get(model: type[M], number: int) -> M:
    row = db.session.get(model, number)
    if row is None:
        raise NotFound
    return row


_FINDERS: dict[str, Callable[[Actor, int], Node]] = {
    "order": _order,
    "class": _class,
    "seat": _seat,
    "person": _person,
    "certificate": _certificate,
    "claim": _claim,
    "line": _line,
    "payment": _payment,
    "batch": _batch,
}
KINDS = tuple(_FINDERS)


def node_for(by: Actor, kind: str, number: int) -> Node:
    """The row a trace starts from; raises `NotFound` for what lies outside this person's reach."""
    return _FINDERS[kind](by, number)
