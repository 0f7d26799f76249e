"""Every status was reached by recorded steps: replaying the events of a row gives what is stored (I7)."""

import re
from collections import Counter
from typing import Any

from sqlalchemy import select

from app.accounts.models import Organization, User
from app.accounts.rules import ORGANIZATION_FLOW, USER_FLOW
from app.attendance.models import Correction
from app.attendance.rules import CORRECTION_FLOW
from app.audit.models import Event
from app.audit.queries import events_of
from app.audit.words import words_of
from app.certificates.models import Certificate, CertificateBatch
from app.certificates.rules import BATCH_FLOW as PRINTING_FLOW
from app.certificates.rules import CERTIFICATE_FLOW
from app.classes.models import Seat, TrainingClass, Variation
from app.classes.rules import CLASS_FLOW, SEAT_FLOW, VARIATION_FLOW
from app.courses.models import Course
from app.courses.rules import COURSE_FLOW
from app.enrollments.denials.models import Denial
from app.enrollments.denials.rules import DENIAL_FLOW
from app.enrollments.models import Enrollment
from app.enrollments.rules import ENROLLMENT_FLOW
from app.funding.models import (
    CardCheck,
    Claim,
    ClaimLine,
    GuardianAccount,
    Objection,
    PaymentBatch,
    QuarantinedRow,
    Recovery,
    Transfer,
)
from app.funding.rules import BATCH_FLOW, CLAIM_FLOW, LINE_FLOW, OBJECTION_FLOW, TRANSFER_FLOW
from app.funding.rules.guardians import GUARDIAN_FLOW
from app.funding.rules.paying import CARD_FLOW, RECOVERY_FLOW, ROW_FLOW
from app.inspections.models import Inspection
from app.inspections.rules import INSPECTION_FLOW
from app.kernel.database import Model, db
from app.kernel.flow import Flow
from app.ledger.models import Quota, YearEnd
from app.ledger.rules import QUOTA_FLOW, YEAR_END_FLOW
from app.orders.models import Order
from app.orders.rules import ORDER_FLOW
from app.outreach.models import SurveyRound, VillageRequest
from app.outreach.rules import ROUND_FLOW
from app.outreach.rules.requests import REQUEST_FLOW
from app.people.imports.models import IMPORT_FLOW, RosterImport
from app.people.models import PHONE_CLAIM_FLOW, USE_FLOW, PhoneClaim, SubsidyUse
from app.placements.models import Placement
from app.placements.rules import PLACEMENT_FLOW
from app.recordings.models import RecordingDoubt
from app.recordings.rules import DOUBT_FLOW
from app.rosters.models import Plan
from app.rosters.rules import PLAN_FLOW
from app.schools.models import LISTING_FLOW, SCHOOL_FLOW, School, SchoolListing
from tests.house.conftest import Stage

FLOWS: dict[type[Any], Flow] = {
    Organization: ORGANIZATION_FLOW,
    User: USER_FLOW,
    School: SCHOOL_FLOW,
    SchoolListing: LISTING_FLOW,
    Order: ORDER_FLOW,
    Course: COURSE_FLOW,
    Plan: PLAN_FLOW,
    TrainingClass: CLASS_FLOW,
    Seat: SEAT_FLOW,
    Variation: VARIATION_FLOW,
    Enrollment: ENROLLMENT_FLOW,
    Denial: DENIAL_FLOW,
    Correction: CORRECTION_FLOW,
    Inspection: INSPECTION_FLOW,
    RecordingDoubt: DOUBT_FLOW,
    SubsidyUse: USE_FLOW,
    PhoneClaim: PHONE_CLAIM_FLOW,
    RosterImport: IMPORT_FLOW,
    CertificateBatch: PRINTING_FLOW,
    Certificate: CERTIFICATE_FLOW,
    Placement: PLACEMENT_FLOW,
    Claim: CLAIM_FLOW,
    ClaimLine: LINE_FLOW,
    Objection: OBJECTION_FLOW,
    PaymentBatch: BATCH_FLOW,
    Transfer: TRANSFER_FLOW,
    Quota: QUOTA_FLOW,
    YearEnd: YEAR_END_FLOW,
    QuarantinedRow: ROW_FLOW,
    CardCheck: CARD_FLOW,
    Recovery: RECOVERY_FLOW,
    GuardianAccount: GUARDIAN_FLOW,
    SurveyRound: ROUND_FLOW,
    VillageRequest: REQUEST_FLOW,
}
WITHOUT_FLOW = {
    "class_places": "follows from the ledger: reserved, released, claimed",
    "survey_cards": "made for a whole round by one statement; each answer is an event, the database asks who and when",
}
"""Tables with a status that is no step of a flow, and why."""


def replayed(row: Any, flow: Flow) -> str:
    """The status that a row's events lead to; each step must have been open."""
    status = None
    for event in sorted(events_of(row), key=lambda event: event.id):
        if event.status_after is None:
            continue
        if status is None:
            assert event.status_before is None, f"{event.subject_type} {event.subject_id} begins in the middle"
        else:
            assert event.status_before == status, f"{event.subject_type} {event.subject_id} jumps"
            assert flow.after(status, event.action) == event.status_after
        status = event.status_after
    assert status is not None, f"{row.__tablename__} {row.id} has no first event"
    return status


def test_replaying_the_events_of_every_row_gives_its_status(stage: Stage) -> None:
    assert stage.world.rows
    seen: Counter[str] = Counter()
    for model, flow in FLOWS.items():
        for row in db.session.scalars(select(model)).unique():
            assert replayed(row, flow) == row.status, f"{model.__tablename__} {row.id}"
            seen[model.__tablename__] += 1
    assert [model.__tablename__ for model in FLOWS if not seen[model.__tablename__]] == []
    assert sum(seen.values()) > 60


def test_every_recorded_act_has_words(stage: Stage) -> None:
    assert stage.world.rows
    seen = {(event.subject_type, event.action): words_of(event) for event in db.session.scalars(select(Event))}
    assert len(seen) > 40
    assert sorted(key for key, words in seen.items() if re.fullmatch(r"[ -~]+", words)) == []


def test_every_table_with_a_status_has_a_flow(stage: Stage) -> None:  # noqa: ARG001  # the app brings every table
    told = {model.__tablename__ for model in FLOWS} | set(WITHOUT_FLOW)
    having = {table.name for table in Model.metadata.tables.values() if "status" in table.columns}
    assert {name for name in having - told if not name.startswith("procrastinate")} == set()
