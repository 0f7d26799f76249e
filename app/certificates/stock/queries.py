"""Rolls of blank certificates within a person's reach, and how they add up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, select

from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.certificates.stock.models import BlankRoll, BlankSheet
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.regions.queries import in_area
from app.schools.queries import school


def _within(by: Actor) -> ColumnElement[bool]:
    if by.organization_id is not None:
        return BlankRoll.school_id == by.organization_id if by.has(Role.SCHOOL_CLERK) else false()
    return in_area(BlankRoll.region_code, by.area)


def roll_for(by: Actor, roll_id: int) -> BlankRoll:
    """The roll if this person may see it; raises `NotFound`."""
    found = db.session.scalars(select(BlankRoll).where(BlankRoll.id == roll_id, _within(by))).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """A roll and how it adds up: received = used + spoiled + reported + left."""

    roll: BlankRoll
    used: int
    reported: int
    """Said to be spoiled, until a second person has looked."""
    spoiled: int

    @property
    def received(self) -> int:
        """Sheets in the roll."""
        return self.roll.last - self.roll.first + 1

    @property
    def left(self) -> int:
        """Sheets that are still blank."""
        return self.received - self.used - self.reported - self.spoiled


def _sheets(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(BlankSheet.id).filter(condition)


def tallies_for(by: Actor) -> list[Tally]:
    """Every roll within reach with its sums, the latest first."""
    return _tallies(_within(by))


def tally_of(roll: BlankRoll) -> Tally:
    """How one roll adds up."""
    return _tallies(BlankRoll.id == roll.id)[0]


def _tallies(condition: ColumnElement[bool]) -> list[Tally]:
    query = (
        select(
            BlankRoll,
            _sheets(BlankSheet.reported_by.is_(None)),
            _sheets(BlankSheet.reported_by.is_not(None) & BlankSheet.confirmed_by.is_(None)),
            _sheets(BlankSheet.confirmed_by.is_not(None)),
        )
        .outerjoin(BlankSheet, BlankSheet.roll_id == BlankRoll.id)
        .where(condition)
        .group_by(BlankRoll.id)
        .order_by(BlankRoll.id.desc())
    )
    return [Tally(roll, used, reported, spoiled) for roll, used, reported, spoiled in db.session.execute(query)]


def sheets_of(roll_id: int) -> Sequence[BlankSheet]:
    """The sheets that left a roll, by serial."""
    query = select(BlankSheet).where(BlankSheet.roll_id == roll_id).order_by(BlankSheet.serial)
    return db.session.scalars(query).unique().all()


def sheet_of(certificate_id: int) -> BlankSheet | None:
    """The sheet a certificate was printed on, where it is written down."""
    query = select(BlankSheet).where(BlankSheet.certificate_id == certificate_id, BlankSheet.reported_by.is_(None))
    return db.session.scalars(query).unique().first()


def certificate_numbered(school_id: int, number: str) -> Certificate | None:
    """The school's valid certificate with this number."""
    query = select(Certificate).where(
        Certificate.number == number,
        Certificate.school_id == school_id,
        Certificate.status == CertificateStatus.VALID,
    )
    return db.session.scalars(query).unique().first()


def school_name(roll: BlankRoll) -> str:
    """The school whose stock it is."""
    return school(roll.school_id).organization.name
