"""The money behind each filed place: reserved at approval, then owed for a claim, or given back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select

from app.audit import service as audit
from app.classes.models import ClassPlace, TrainingClass, Variation
from app.classes.queries import empty_places, mode_of_class, most_a_place_can_reach, places_of, training_class
from app.classes.queries.filing import Need
from app.classes.rules import (
    LOCKED,
    VARIATION_FLOW,
    ClassAct,
    PlaceStatus,
    VariationKind,
    VariationStatus,
    VariationStep,
)
from app.classes.service.seats import hold
from app.classes.signals import refill_refused
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import NotFound, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.kernel.money import yuan
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.ledger.models import Pot


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What an end of things gave back; money in fen."""

    seats: int = 0
    places: int = 0
    amount_fen: int = 0


class Owed(NamedTuple):
    """What a place's claim lines are owed, fen, and the key under which that is done once."""

    place_no: int
    fen: int
    once_key: str


def reserve_places(row: TrainingClass, numbers: list[int], need: Need, budget_id: int, *, by: Actor) -> None:
    """Reserve for each named place the most its line can reach; raises `Refused` that says how much is missing."""
    available = ledger_queries.balances(budget_id).get(Pot.AVAILABLE, 0)
    if need.total_fen > available:
        words = {
            "available": yuan(available),
            "people": need.places,
            "each": yuan(need.each_fen),
            "total": yuan(need.total_fen),
            "short": yuan(need.total_fen - available),
        }
        wanted = _("这个班 %(people)s 人，每人最多 %(each)s 元，要预留 %(total)s 元。", **words)
        raise Refused(wanted + _("预算可用 %(available)s 元，还差 %(short)s 元。", **words))
    for number in numbers:
        db.session.add(
            ClassPlace(class_id=row.id, number=number, status=PlaceStatus.RESERVED, reserved_fen=need.each_fen)
        )
        if need.each_fen:
            once = f"class:{row.id}:place:{number}:reserve"
            ledger.reserve(budget_id, need.each_fen, reference=f"class:{row.id}", by=by, once_key=once)
    db.session.flush()


def release_place(class_id: int, place_no: int, *, by: Actor) -> int:
    """Give back what is reserved for one place; the amount in fen, 0 where nothing was held any more."""
    row, place = training_class(class_id), _locked(class_id, place_no)
    if place.status != PlaceStatus.RESERVED:
        return 0
    place.status = PlaceStatus.RELEASED
    if place.reserved_fen and row.budget_id is not None:
        once = f"class:{class_id}:place:{place_no}:release{_brought(place.variation_id)}"
        ledger.release(row.budget_id, place.reserved_fen, reference=f"class:{class_id}", by=by, once_key=once)
    db.session.flush()
    return place.reserved_fen


def move_place(
    row: TrainingClass, number: int, other: TrainingClass, other_number: int, variation: Variation, *, by: Actor
) -> None:
    """Let the money behind a place follow its person to a place of another class.

    Where that place has its own money already (somebody dropped it), the place left behind keeps its own until the
    refill day, as after any leaving: what is reserved stays the same either way. Raises `Refused` for too little money.
    """
    place = db.session.get(ClassPlace, (other.id, other_number), with_for_update=True, populate_existing=True)
    if place is not None and place.status == PlaceStatus.RESERVED:
        if row.refill_until_on is None or row.refill_until_on < clock.today():
            release_place(row.id, number, by=by)
        return
    if place is None:
        place = ClassPlace(class_id=other.id, number=other_number, reserved_fen=0, status=PlaceStatus.RELEASED)
        db.session.add(place)
    has_claim = mode_of_class(other).has_claim
    place.status, place.reserved_fen = (
        PlaceStatus.RESERVED,
        most_a_place_can_reach(other).amount_fen if has_claim else 0,
    )
    place.variation_id = variation.id
    first_given_back = (row.budget_id or 0) <= (other.budget_id or 0)
    if first_given_back:
        release_place(row.id, number, by=by)
    _reserve(other, place, by=by)
    if not first_given_back:
        release_place(row.id, number, by=by)
    db.session.flush()


def _reserve(row: TrainingClass, place: ClassPlace, *, by: Actor) -> None:
    if place.reserved_fen and row.budget_id is not None:
        once = f"class:{row.id}:place:{place.number}:reserve{_brought(place.variation_id)}"
        ledger.reserve(row.budget_id, place.reserved_fen, reference=f"class:{row.id}", by=by, once_key=once)


def _brought(variation_id: int | None) -> str:
    """What tells the money that a variation brought from the money that the approval reserved."""
    return f":variation:{variation_id}" if variation_id is not None else ""


def settle_places(class_id: int, owed: Sequence[Owed], *, by: Actor, reference: str) -> None:
    """Turn places' reserves into what claim lines are owed; what was reserved beyond it is available again.

    A place released before is paid from what is available. Raises `Refused` for one that was claimed already.
    """
    row, wanted = training_class(class_id), {one.place_no: one for one in owed}
    query = select(ClassPlace).where(ClassPlace.class_id == class_id, ClassPlace.number.in_(wanted))
    query = query.order_by(ClassPlace.number).with_for_update().execution_options(populate_existing=True)
    places = db.session.scalars(query).all()
    if len(places) != len(wanted):
        raise NotFound
    twice = len(wanted) != len(owed) or any(place.status == PlaceStatus.CLAIMED for place in places)
    if row.budget_id is None or twice:
        raise Refused(N_("这个名额的补贴已经申领过了。"))
    parts = []
    for place in places:
        held = place.reserved_fen if place.status == PlaceStatus.RESERVED else 0
        place.status, mine = PlaceStatus.CLAIMED, wanted[place.number]
        parts.append(ledger.Owing(held, mine.fen, mine.once_key))
    ledger.owe_each(row.budget_id, parts, reference=reference, by=by)


def _locked(class_id: int, place_no: int) -> ClassPlace:
    key = (class_id, place_no)
    place = db.session.get(ClassPlace, key, with_for_update=True, populate_existing=True)
    if place is None:
        raise NotFound
    return place


def release_all(row: TrainingClass, *, by: Actor) -> GivenBack:
    """Give back what every place of the class still holds."""
    amounts = [release_place(row.id, place.number, by=by) for place in places_of(row.id) if _holds(place)]
    return GivenBack(places=len(amounts), amount_fen=sum(amounts))


def _holds(place: ClassPlace) -> bool:
    return place.status == PlaceStatus.RESERVED


def release_empty_places(class_: TrainingClass, *, by: Actor) -> GivenBack:
    """After the refill day: give back what empty places hold, and refuse refills that nobody decided in time."""
    row = hold(class_)
    if row.status not in LOCKED or row.refill_until_on is None or row.refill_until_on >= clock.today():
        raise Refused(N_("补员期限还没有过，空出的名额先留着。"))
    for variation in undecided_refills(row.id):
        variation.decided_by, variation.decided_at = SYSTEM.key, clock.now()
        variation.decision_note = _("补员期限已过。")
        audit.take(variation, VARIATION_FLOW, VariationStep.REFUSE, by=by, note=variation.decision_note)
        refill_refused.send(row, by=by, **{key: variation.after[key] for key in ("person_id", "place_no")})
    amounts = [release_place(row.id, place.number, by=by) for place in empty_places(row.id)]
    given = GivenBack(places=len(amounts), amount_fen=sum(amounts))
    if amounts:
        facts = {"places": given.places, "amount_fen": given.amount_fen}
        audit.record(row, ClassAct.PLACES_RELEASED, by=by, facts=facts)
    return given


def undecided_refills(class_id: int) -> list[Variation]:
    """The refills that wait for the bureau's decision, held."""
    query = select(Variation).where(
        Variation.class_id == class_id,
        Variation.kind == VariationKind.REFILL,
        Variation.status == VariationStatus.ASKED,
    )
    return list(db.session.scalars(query.with_for_update(of=Variation)))


def due_for_release() -> list[int]:
    """The locked classes whose refill day is past and which still hold money for empty places."""
    query = select(TrainingClass.id).where(
        TrainingClass.status.in_(LOCKED),
        TrainingClass.refill_until_on < clock.today(),
        TrainingClass.id.in_(select(ClassPlace.class_id).where(ClassPlace.status == PlaceStatus.RESERVED)),
    )
    return [class_id for class_id in db.session.scalars(query.order_by(TrainingClass.id)) if empty_places(class_id)]
