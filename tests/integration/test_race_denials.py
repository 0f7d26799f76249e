"""A person taps twice, two colleagues decide at once, an officer takes the person out meanwhile: real threads."""

from flask import Flask

from app.enrollments import service as enrollments
from app.enrollments.denials import queries, service
from app.enrollments.denials.models import Denial
from app.enrollments.denials.rules import DenialStatus, DenialWay
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from tests.making.classes import officer
from tests.making.denials import signed_up_by, token_of, village_officer
from tests.racing import committed, race


def ready() -> tuple[int, str, list[Actor]]:
    row = signed_up_by(village_officer())
    return row.id, token_of(row), [officer() for _number in range(3)]


def test_four_taps_at_once_open_one_case(raced: Flask) -> None:
    enrollment_id, token, _officers = committed(raced, ready)
    got = race(raced, [lambda: service.deny_by_link(token).id for _number in range(4)])
    assert len(set(got)) == 1
    with raced.app_context():
        assert len(queries.denials_of(enrollment_id)) == 1


def test_of_three_who_decide_at_once_one_is_heard(raced: Flask) -> None:
    enrollment_id, token, officers = committed(raced, ready)
    denial_id = committed(raced, lambda: service.deny_by_link(token).id)

    def decide(by: Actor, *, uphold: bool) -> str:
        service.decide(db.session.get_one(Denial, denial_id), uphold=uphold, reason="查过了", by=by)
        return "decided"

    said = zip(officers, (True, False, True), strict=True)
    got = race(raced, [lambda by=by, uphold=uphold: decide(by, uphold=uphold) for by, uphold in said])  # type: ignore[misc]  # lambda
    assert got.count("decided") == 1
    assert len([one for one in got if isinstance(one, Refused)]) == 2
    with raced.app_context():
        denial, row = db.session.get_one(Denial, denial_id), db.session.get_one(Enrollment, enrollment_id)
        undone = row.status == EnrollmentStatus.WITHDRAWN
        assert undone == (denial.status == DenialStatus.UPHELD)


def test_a_denial_and_a_withdrawal_at_once_never_leave_a_case_without_its_person(raced: Flask) -> None:
    enrollment_id, _token, officers = committed(raced, ready)

    def deny() -> str:
        row = db.session.get_one(Enrollment, enrollment_id)
        service.deny(row, way=DenialWay.HOTLINE, by=officers[0], words="没报过")
        return "denied"

    def withdraw() -> str:
        enrollments.withdraw(db.session.get_one(Enrollment, enrollment_id), by=SYSTEM)
        return "withdrawn"

    got = race(raced, [deny, withdraw])
    assert len([one for one in got if isinstance(one, Refused)]) == 1
    with raced.app_context():
        row = db.session.get_one(Enrollment, enrollment_id)
        is_open = queries.open_denial(enrollment_id) is not None
        assert is_open == (row.status == EnrollmentStatus.ENROLLED)
