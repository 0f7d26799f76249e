"""Find the row to trace from what is printed on a paper: a number, a name."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from app.certificates.models import Certificate
from app.certificates.queries import certificates_for
from app.classes.models import Seat, TrainingClass
from app.classes.queries import ClassFilters, classes_query, visible_to
from app.funding.models import Claim, PaymentBatch, Receipt, Transfer
from app.funding.queries import batches_query, claims_query
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.i18n import _
from app.orders.queries import OrderFilters, orders_for
from app.people.models import Person

MOST = 8
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One row found: what it is called, and from where its trace starts."""

    kind: str
    number: int
    label: str
    note: str = ""


def find(by: Actor, word: str) -> list[Hit]:
    """What the words name, within what this person may see, the most exact first."""
    word = word.strip()
    if len(word) < SHORTEST:
        return []
    return [*_by_number(by, word), *_by_name(by, word)]


def _by_number(by: Actor, word: str) -> Iterator[Hit]:
    upper = word.upper()
    certificates = certificates_for(by).where(Certificate.number.startswith(upper, autoescape=True))
    for row in db.session.scalars(certificates.limit(MOST)).unique():
        yield Hit("certificate", row.id, _("证书 %(number)s", number=row.number), row.person.name)
    for claim in db.session.scalars(
        claims_query(by).where(Claim.number.contains(upper, autoescape=True)).limit(MOST)
    ).unique():
        yield Hit("claim", claim.id, _("申领 %(number)s", number=claim.number), claim.training_class.name)
    batches = batches_query(by).where(PaymentBatch.number.contains(upper, autoescape=True)).limit(MOST)
    for batch in db.session.scalars(batches).unique():
        yield Hit("batch", batch.id, _("请款 %(number)s", number=batch.number))
    seen = claims_query(by).order_by(None).with_only_columns(Claim.id)
    receipts = select(Receipt).join(Transfer, Transfer.id == Receipt.transfer_id).where(Transfer.claim_id.in_(seen))
    for receipt in db.session.scalars(receipts.where(Receipt.number.contains(word, autoescape=True)).limit(MOST)):
        yield Hit("payment", receipt.transfer_id, _("回单 %(number)s", number=receipt.number))


def _by_name(by: Actor, word: str) -> Iterator[Hit]:
    for class_ in db.session.scalars(classes_query(by, ClassFilters(word=word)).limit(MOST)).unique():
        yield Hit("class", class_.id, _("班级：%(name)s", name=class_.name), class_.course.title)
    if by.may(Can.ORDER_READ):
        for order in db.session.scalars(orders_for(by, OrderFilters(word=word)).limit(MOST)).unique():
            yield Hit("order", order.id, _("订单：%(title)s", title=order.title), order.organization.name)
    seated = (
        select(Seat.person_id).join(TrainingClass, TrainingClass.id == Seat.class_id).where(visible_to(by)).distinct()
    )
    people = select(Person).where(Person.name.contains(word, autoescape=True), Person.id.in_(seated))
    for person in db.session.scalars(people.order_by(Person.pinyin, Person.id).limit(MOST)).unique():
        yield Hit("person", person.id, _("学员：%(name)s", name=person.name), person.region.name)
