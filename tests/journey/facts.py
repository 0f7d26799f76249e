"""What the town's books say, read beside the pages: money, seats, the people's records."""

from dataclasses import dataclass

from sqlalchemy import select

from app.classes.models import ClassPlace, TrainingClass
from app.classes.rules import PlaceStatus
from app.enrollments.models import Enrollment
from app.funding.models import Claim
from app.kernel.database import db
from app.ledger.queries import balances, differences
from app.people.models import COUNTING, SubsidyUse
from app.placements.models import Placement
from tests.journey.town import Newcomer
from tests.journey.walking import Walk


@dataclass(frozen=True)
class Books:
    """How a class stands: its status and claim, money still reserved, seats taken."""

    status: str
    claim: str
    reserved_fen: int
    seats: int
    placements: frozenset[str]


def books(walk: Walk) -> Books:
    """How the class of a walk stands now; the ledger adds up."""
    with walk.town.app.app_context():
        assert differences() == []
        row = db.session.get_one(TrainingClass, walk.class_id)
        places = db.session.scalars(select(ClassPlace).where(ClassPlace.class_id == row.id)).all()
        claim = db.session.scalars(select(Claim).where(Claim.class_id == row.id).order_by(Claim.id.desc())).first()
        posts = db.session.scalars(select(Placement.status).where(Placement.class_id == row.id))
        if row.budget_id is not None:
            assert (
                min(fen for pot, fen in balances(row.budget_id).items() if pot not in ("appropriated", "expected")) >= 0
            )
        return Books(
            row.status.value,
            claim.status.value if claim else "",
            sum(place.reserved_fen for place in places if place.status is PlaceStatus.RESERVED),
            row.seats_taken,
            frozenset(posts),
        )


def uses(walk: Walk, laborer: Newcomer) -> int:
    """How many subsidised trainings count in a laborer's record."""
    with walk.town.app.app_context():
        query = select(SubsidyUse).where(SubsidyUse.person_id == laborer.id, SubsidyUse.status.in_(COUNTING))
        return len(db.session.scalars(query).all())


def enrollment(walk: Walk, laborer: Newcomer) -> Enrollment:
    """A laborer's enrollment in the class of a walk, as it stands."""
    with walk.town.app.app_context():
        query = select(Enrollment).where(Enrollment.person_id == laborer.id, Enrollment.class_id == walk.class_id)
        return db.session.scalars(query.order_by(Enrollment.id.desc())).unique().first() or _missing(laborer)


def _missing(laborer: Newcomer) -> Enrollment:
    raise AssertionError(f"{laborer.name} is not enrolled")
