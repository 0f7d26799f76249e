"""What one person sees of the whole house, counted by the same queries that fill the lists."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, exists, func, select

from app.accounts.models import Organization, User
from app.accounts.queries import organizations_query, users_for
from app.assessments.models import Outcome
from app.certificates.models import Certificate
from app.certificates.queries import certificates_for
from app.classes.models import ClassSession, Seat, TrainingClass, Variation
from app.classes.queries import ACTIVE, classes_query, open_variations, visible_to
from app.classes.rules import ClassStatus
from app.courses.models import Course
from app.courses.queries import courses_for
from app.desk.counting import Count, Tally, counted, tally
from app.enrollments.denials.models import Denial
from app.enrollments.denials.queries import denials_query
from app.enrollments.models import Enrollment
from app.enrollments.queries import enrollments_query
from app.funding.models import (
    CardCheck,
    Claim,
    ClaimClass,
    ClaimDuty,
    GuardianAccount,
    Notice,
    Objection,
    PaymentBatch,
    QuarantinedRow,
    Recovery,
    Transfer,
)
from app.funding.queries import (
    batches_query,
    claims_query,
    failed_query,
    objections_query,
    open_rows_query,
    stated_cards_query,
    stated_guardians_query,
)
from app.funding.queries.recoveries import recoveries_query
from app.inspections.models import Inspection
from app.inspections.queries import inspections_query
from app.inspections.rules import Result
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.ledger.queries import Standing, budgets_for, waiting
from app.orders.models import Order
from app.orders.queries import orders_for
from app.outreach.queries import Board, work_of
from app.people.models import Person
from app.people.queries import people_for
from app.placements.models import Placement
from app.placements.queries import placements_for
from app.recordings.models import RecordingDoubt
from app.recordings.queries import doubts_query
from app.regions.queries import in_area
from app.rosters.models import Plan
from app.rosters.queries import plans_for
from app.schools.models import School
from app.schools.queries import schools_for


class Sight:
    """What one person sees; each count is asked once, however many roles want it."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self.today = clock.today()

    @cached_property
    def orders(self) -> Tally:
        """Orders by status."""
        return tally(orders_for(self.by), Order.status, Order.id)

    @cached_property
    def courses(self) -> Tally:
        """Courses by status."""
        return tally(courses_for(self.by), Course.status, Course.id)

    @cached_property
    def plans(self) -> Tally:
        """Plans by status."""
        return tally(plans_for(self.by), Plan.status, Plan.id)

    @cached_property
    def classes(self) -> Tally:
        """Classes by status; `due` is the earliest start, `mine` how many should have ended."""
        late = TrainingClass.end_on < self.today
        return tally(classes_query(self.by), TrainingClass.status, TrainingClass.id, TrainingClass.start_on, late)

    @cached_property
    def variations(self) -> Tally:
        """Changes asked for that nobody decided yet."""
        return tally(open_variations(self.by), Variation.status, Variation.id)

    @cached_property
    def emergencies_due(self) -> datetime | None:
        """When the first emergency in force is to be ratified."""
        due = open_variations(self.by).order_by(None).with_only_columns(func.min(Variation.ratify_by))
        return db.session.scalar(due)

    @cached_property
    def enrollments(self) -> Tally:
        """Enrollments by status."""
        return tally(enrollments_query(self.by), Enrollment.status, Enrollment.id)

    @cached_property
    def denials(self) -> Tally:
        """Denied sign-ups by status; `due` the earliest day to decide, `mine` those whom I signed up myself."""
        own = Denial.signed_up_by.in_(self.by.keys)
        return tally(denials_query(self.by), Denial.status, Denial.id, Denial.due_on, own)

    @cached_property
    def inspections(self) -> Tally:
        """Inspections by status; `due` the day of the earliest lesson, `mine` those that found something."""
        found = Inspection.result != Result.PASSED
        return tally(inspections_query(self.by), Inspection.status, Inspection.id, ClassSession.on, found)

    @cached_property
    def recording_doubts(self) -> Tally:
        """Photos of different lessons that are too much alike, by status."""
        return tally(doubts_query(self.by), RecordingDoubt.status, RecordingDoubt.id)

    @cached_property
    def placements(self) -> Tally:
        """Placements by status; `mine` those that an officer confirms."""
        livelihood = Placement.organization_id.is_(None)
        return tally(placements_for(self.by), Placement.status, Placement.id, mine=livelihood)

    @cached_property
    def claims(self) -> Tally:
        """Claims by status; `due` the earliest day of review, `mine` those I already had a duty in (I6)."""
        duty = exists().where(ClaimDuty.claim_id == Claim.id, ClaimDuty.person_key.in_(self.by.keys))
        return tally(claims_query(self.by), Claim.status, Claim.id, Claim.review_due_on, duty)

    @cached_property
    def objections(self) -> Tally:
        """Objections by status; `due` the earliest day of answer."""
        return tally(objections_query(self.by), Objection.status, Objection.id, Objection.due_on)

    @cached_property
    def batches(self) -> Tally:
        """Requests for funds by status."""
        return tally(batches_query(self.by), PaymentBatch.status, PaymentBatch.id)

    @cached_property
    def transfers(self) -> Tally:
        """Transfers by status."""
        return tally(select(Transfer).where(self._transfers_within()), Transfer.status, Transfer.id)

    @cached_property
    def failed_transfers(self) -> Count:
        """Transfers that failed or came back and whose money nobody has asked for again."""
        return counted(failed_query(self.by), Transfer.id)

    @cached_property
    def bank_rows(self) -> Count:
        """What the bank said differently and nobody has cleared up."""
        return counted(open_rows_query(self.by), QuarantinedRow.id)

    @cached_property
    def recoveries(self) -> Tally:
        """Recoveries by status."""
        return tally(recoveries_query(self.by), Recovery.status, Recovery.id)

    def _transfers_within(self) -> ColumnElement[bool]:
        return Transfer.claim_id.in_(claims_query(self.by).order_by(None).with_only_columns(Claim.id))

    @cached_property
    def cards_to_check(self) -> Count:
        """Failed cards that a second officer types once more; the first one's transfer."""
        return counted(stated_cards_query(self.by), CardCheck.transfer_id)

    @cached_property
    def guardians_to_check(self) -> Count:
        """Guardians' accounts that a second officer types once more; the first one's trainee."""
        return counted(stated_guardians_query(self.by), GuardianAccount.person_id)

    @cached_property
    def organizations(self) -> Tally:
        """Organizations by status."""
        return tally(organizations_query(self.by), Organization.status, Organization.id)

    @cached_property
    def schools(self) -> Tally:
        """Schools by standing on the list."""
        return tally(schools_for(self.by), School.status, School.id)

    @cached_property
    def accounts(self) -> Tally:
        """Accounts by status."""
        return tally(users_for(self.by), User.status, User.id)

    @cached_property
    def people(self) -> int:
        """Laborers on the register."""
        return counted(people_for(self.by), Person.id).rows

    @cached_property
    def work(self) -> Board:
        """What is due by rule: offers, wishes, cards, services, follow-ups."""
        return work_of(self.by)

    @cached_property
    def paid_fen(self) -> int:
        """What was paid of the claims this person sees, fen."""
        query = select(func.coalesce(func.sum(Transfer.paid_fen), 0)).where(self._transfers_within())
        return int(db.session.scalar(query) or 0)

    @cached_property
    def budgets(self) -> list[Standing]:
        """This year's budgets with their standings."""
        return budgets_for(self.by, year=self.today.year)

    @cached_property
    def quotas(self) -> Count:
        """Expected quotas that wait for a leader."""
        rows = waiting(self.by)[0]
        return Count(len(rows), rows[0].id if rows else 0)

    @cached_property
    def year_ends(self) -> Count:
        """Year-ends that somebody else prepared and that wait for a second officer; the first one's budget."""
        rows = [row for row in waiting(self.by)[1] if row.prepared_by not in self.by.keys]
        return Count(len(rows), rows[0].budget_id if rows else 0)

    @cached_property
    def notices_over(self) -> Count:
        """Notices whose last day has passed and that nobody closed."""
        query = select(func.count(), func.min(Notice.claim_id)).where(
            in_area(Notice.region_code, self.by.area), Notice.closed_at.is_(None), Notice.until_on < self.today
        )
        rows, first = db.session.execute(query).one()
        return Count(rows, first or 0)

    @cached_property
    def certificates_due(self) -> Count:
        """Classes with people who passed and never had a certificate; `mine` counts the people."""
        none_yet = ~exists().where(Certificate.seat_id == Outcome.seat_id)
        query = (
            select(func.count(func.distinct(Outcome.class_id)), func.min(Outcome.class_id), func.count())
            .join(Seat, Seat.id == Outcome.seat_id)
            .join(TrainingClass, TrainingClass.id == Outcome.class_id)
            .where(visible_to(self.by), Outcome.passed, Seat.status.in_(ACTIVE), none_yet)
        )
        rows, first, people = db.session.execute(query).one()
        return Count(rows, first or 0, mine=people)

    @cached_property
    def claims_due(self) -> Count:
        """Paid classes with certificates issued for which no claim stands."""
        certified = exists().where(Certificate.class_id == TrainingClass.id)
        standing = exists().where(ClaimClass.class_id == TrainingClass.id, ClaimClass.whole, ClaimClass.standing)
        done = TrainingClass.status.in_((ClassStatus.ASSESSED, ClassStatus.ARCHIVED))
        query = select(func.count(), func.min(TrainingClass.id)).where(
            visible_to(self.by), TrainingClass.paid, done, certified, ~standing
        )
        rows, first = db.session.execute(query).one()
        return Count(rows, first or 0)

    @cached_property
    def certificates(self) -> Tally:
        """Certificates by status."""
        return tally(certificates_for(self.by), Certificate.status, Certificate.id)
