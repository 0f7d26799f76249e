"""Everything recorded about each trainee of a class that a claim line rests on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import lazyload

from app.assessments.models import Outcome
from app.attendance.queries import attended_days, attended_hours
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus
from app.classes.models import Seat
from app.classes.queries import seats_of
from app.classes.rules import SeatStatus
from app.enrollments.denials.models import Denial
from app.enrollments.denials.queries import standing_in
from app.enrollments.models import Enrollment
from app.kernel.database import among, db
from app.people.models import SubsidyUse
from app.placements.models import Placement
from app.placements.rules import PlacementStatus


@dataclass(frozen=True, slots=True)
class Evidence:
    """One seat with what was recorded of it; hours are standard hours."""

    seat: Seat
    hours: int
    days: int
    outcome: Outcome | None = None
    certificate: Certificate | None = None
    """The newest: a valid one where there is one."""
    certified_on: date | None = None
    """When the first paper was issued: one in its place after a loss or a mistake buys no time to claim (R25)."""
    placement: Placement | None = None
    enrollment: Enrollment | None = None
    uses: Sequence[SubsidyUse] = ()
    """The person's whole record of subsidies used, newest first."""
    denial: Denial | None = None
    """What the person says against the sign-up: not decided yet, or found true."""

    @property
    def valid_certificate(self) -> Certificate | None:
        """The certificate, if it stands."""
        found = self.certificate
        return found if found is not None and found.status == CertificateStatus.VALID else None

    @property
    def taken_up(self) -> Placement | None:
        """The post or livelihood, if it was confirmed."""
        found = self.placement
        return found if found is not None and found.status == PlacementStatus.CONFIRMED else None

    @property
    def use_reference(self) -> str | None:
        """What holds this training's use in the person's record."""
        return f"enrollment:{self.enrollment.id}" if self.enrollment else None


def evidence_of(class_id: int) -> dict[int, Evidence]:
    """The evidence of every seat that was on the locked roster, by seat."""
    seats = [seat for seat in seats_of(class_id) if seat.status in (SeatStatus.FIXED, SeatStatus.WITHDRAWN)]
    hours, days = attended_hours(class_id), attended_days(class_id)
    outcomes = {row.seat_id: row for row in db.session.scalars(select(Outcome).where(Outcome.class_id == class_id))}
    query = _bare(select(Certificate).where(Certificate.class_id == class_id))
    query = query.order_by(Certificate.status == CertificateStatus.VALID, Certificate.id)
    papers = db.session.scalars(query).all()
    certificates = {row.seat_id: row for row in papers}
    first = {row.seat_id: row.issued_on for row in sorted(papers, key=lambda row: row.serial, reverse=True)}
    placements = _bare(select(Placement).where(Placement.class_id == class_id))
    placed = {row.seat_id: row for row in db.session.scalars(placements)}
    enrolled = {
        row.seat_id: row for row in db.session.scalars(_bare(select(Enrollment).where(Enrollment.class_id == class_id)))
    }
    denied = standing_in([row.id for row in enrolled.values()])
    uses: dict[int, list[SubsidyUse]] = {}
    people = [seat.person_id for seat in seats]
    used = _bare(select(SubsidyUse).where(among(SubsidyUse.person_id, people)).order_by(SubsidyUse.id.desc()))
    for use in db.session.scalars(used):
        uses.setdefault(use.person_id, []).append(use)
    return {
        seat.id: Evidence(
            seat,
            hours=_hours(outcomes.get(seat.id), hours.get(seat.id, 0)),
            days=days.get(seat.id, 0),
            outcome=outcomes.get(seat.id),
            certificate=certificates.get(seat.id),
            certified_on=first.get(seat.id),
            placement=placed.get(seat.id),
            enrollment=enrolled.get(seat.id),
            uses=uses.get(seat.person_id, ()),
            denial=denied.get(enrolled[seat.id].id) if seat.id in enrolled else None,
        )
        for seat in seats
    }


def denials_of(seat_ids: Collection[int]) -> dict[int, Denial]:
    """What people say against the sign-up of these seats, by seat, as `Evidence.denial` has it."""
    query = select(Enrollment.id, Enrollment.seat_id).where(among(Enrollment.seat_id, seat_ids))
    seats = {row.id: row.seat_id for row in db.session.execute(query)}
    return {seats[number]: denial for number, denial in standing_in(list(seats)).items()}


def _hours(outcome: Outcome | None, attended: int) -> int:
    """What was confirmed with the results, else what attendance adds up to."""
    return outcome.attended_hours if outcome is not None else attended


def _bare(query: Select[Any]) -> Select[Any]:
    """The rows alone: the people and classes they belong to are in the session already, with the seats."""
    return query.options(lazyload("*"))
