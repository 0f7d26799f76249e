"""Find placements: an employer its own people, an officer those of the area."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from app.kernel.access import Actor, Can, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.people.models import Person
from app.people.queries import of_person
from app.placements.models import Placement, PlacementProof
from app.placements.rules import PlacementStatus
from app.regions.queries import in_area, lies_in
from app.schools.queries import related

OFFICERS = (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER, Role.TRAINING_OFFICER)


@dataclass(frozen=True, slots=True)
class PlacementFilters:
    """What narrows the list; empty values narrow nothing."""

    word: str = ""
    status: PlacementStatus | None = None
    class_id: int | None = None
    order_id: int | None = None


def _within(by: Actor) -> ColumnElement[bool]:
    """An employer sees those it confirms, a school those of its classes, an officer the area's, a laborer the own."""
    if by.person_id is not None:
        return of_person(Placement.person_id, by.person_id)
    if by.organization_id is not None:
        ways = []
        if by.has(Role.EMPLOYER):
            ways.append(Placement.organization_id == by.organization_id)
        if by.has(Role.SCHOOL_CLERK):
            ways.append(Placement.training_class.has(school_id=by.organization_id))
        return or_(*ways) if ways else false()
    return in_area(Placement.region_code, by.area)


def placement_for(by: Actor, placement_id: int) -> Placement:
    """The placement if this person may see it; raises `NotFound`."""
    query = select(Placement).where(Placement.id == placement_id, _within(by))
    found = db.session.scalars(query).first()
    if found is None:
        raise NotFound
    return found


def placements_for(by: Actor, filters: PlacementFilters | None = None) -> Select[Placement]:
    """The list within this person's reach: those that wait first, then by class and name."""
    filters = filters or PlacementFilters()
    query = select(Placement).join(Person, Person.id == Placement.person_id).where(_within(by))
    if filters.word.strip():
        query = query.where(Person.name.contains(filters.word.strip(), autoescape=True))
    if filters.status is not None:
        query = query.where(Placement.status == filters.status)
    if filters.class_id is not None:
        query = query.where(Placement.class_id == filters.class_id)
    if filters.order_id is not None:
        query = query.where(Placement.order_id == filters.order_id)
    waiting_last = Placement.status != PlacementStatus.EXPECTED
    return query.order_by(waiting_last, Placement.class_id.desc(), Person.pinyin, Placement.id)


def any_in_class(by: Actor, class_id: int) -> bool:
    """Whether this person sees a placement of the class."""
    query = select(Placement.id).where(_within(by), Placement.class_id == class_id).limit(1)
    return db.session.scalar(query) is not None


def counts_for(by: Actor) -> dict[PlacementStatus, int]:
    """How many placements stand in each status, within this person's reach."""
    query = select(Placement.status, func.count()).where(_within(by)).group_by(Placement.status)
    return {row[0]: row[1] for row in db.session.execute(query)}


def placement_of_seat(seat_id: int) -> Placement | None:
    """The placement of a seat."""
    return db.session.scalars(select(Placement).where(Placement.seat_id == seat_id)).first()


def placements_of(class_id: int) -> Sequence[Placement]:
    """Every placement of a class."""
    query = select(Placement).where(Placement.class_id == class_id).order_by(Placement.seat_id)
    return db.session.scalars(query).unique().all()


def proofs_of(placement_id: int) -> Sequence[PlacementProof]:
    """What officers saw of an employment, besides what the employer says."""
    query = select(PlacementProof).where(PlacementProof.placement_id == placement_id)
    return db.session.scalars(query.order_by(PlacementProof.id)).all()


def has_one_owner(placement: Placement) -> bool:
    """Whether the same owner stands behind the school and the one who confirms."""
    return related(placement.training_class.school_id, placement.organization_id)


def lacking_proof(rows: Sequence[Placement]) -> set[int]:
    """Which of some placements nobody but the firm of the school's owner can vouch for so far."""
    owned: dict[tuple[int, int | None], bool] = {}
    for row in rows:
        pair = (row.training_class.school_id, row.organization_id)
        if pair not in owned:
            owned[pair] = related(*pair)
    waiting = {row.id for row in rows if owned[row.training_class.school_id, row.organization_id]}
    seen = select(PlacementProof.placement_id).where(PlacementProof.placement_id.in_(waiting))
    return waiting - set(db.session.scalars(seen)) if waiting else set()


def may_prove(by: Actor, placement: Placement) -> bool:
    """Whether this person may write down another proof: an officer of the area, who is of no firm and no school."""
    return (
        by.may(Can.PLACEMENT_CONFIRM)
        and by.organization_id is None
        and by.has(*OFFICERS)
        and lies_in(placement.region_code, by.area)
    )


def party_of(placement: Placement) -> str:
    """The name of the employer, workshop, buyer or village that confirms; "" for a livelihood."""
    return placement.organization.name if placement.organization is not None else ""


def confirms(by: Actor, placement: Placement) -> bool:
    """Whether this person is the one to confirm: the order's own party, or an officer for a livelihood in the area."""
    if not by.may(Can.PLACEMENT_CONFIRM):
        return False
    if placement.organization_id is not None:
        return by.has(Role.EMPLOYER) and by.organization_id == placement.organization_id
    if by.organization_id is not None or not by.has(*OFFICERS):
        return False
    query = select(Placement.id).where(Placement.id == placement.id, in_area(Placement.region_code, by.area))
    return db.session.scalar(query) is not None
