"""Certificates: only for who was enrolled, present enough and passed; once, frozen, numbered for ever (I8)."""

import secrets
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError
from stdnum.iso7064 import mod_11_2

from app.assessments.models import Outcome
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.audit.queries import events_of
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import AttendanceNote, Certificate, CertificateBatch
from app.certificates.rules import BatchStatus, CertificateStatus, certificate_number, clean_number
from app.certificates.service.wording import facts_hash
from app.certificates.signals import certificate_revoked
from app.classes import service as classes
from app.classes.models import Seat
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.enrollments.models import Enrollment
from app.kernel.access import Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.kernel.tasks import tasks
from app.papers import service as papers
from tests.makers import OTHER_COUNTY, make_organization, make_user
from tests.making.classes import clerk_of, make_person, officer
from tests.making.results import (
    after,
    end_class,
    issue,
    make_assessed_class,
    make_running_class,
    make_taster,
    mark_all,
)
from tests.pdf_text import pages_of


def pdf_text(pdf: bytes) -> str:
    return "".join(pages_of(pdf))


pytestmark = pytest.mark.usefixtures("session")


def sealed_row(certificate: Certificate, **changes: Any) -> dict[str, Any]:
    """A row like this certificate, with a number and token of its own."""
    row = {column.key: getattr(certificate, column.key) for column in Certificate.__table__.columns}
    del row["id"]
    fresh = {"number": secrets.token_hex(12), "token": secrets.token_urlsafe(18), "serial": 900}
    return {**row, **fresh, **changes}


def put(row: dict[str, Any]) -> None:
    with db.session.begin_nested():
        db.session.execute(insert(Certificate), row)


def test_all_who_passed_and_only_they_get_one_in_one_step() -> None:
    class_ = make_assessed_class(4, absent={2: 8}, marks={3: (10, 90)})
    batch = issue(class_)
    issued = queries.certificates_of(class_.id)
    places = {seat.id: seat.place_no for seat in active_seats(class_.id)}
    assert [places[certificate.seat_id] for certificate in issued] == [1, 4]
    assert [certificate.serial for certificate in issued] == [1, 2]
    assert batch.status is BatchStatus.PRINTING
    with pytest.raises(Refused, match="已经有证书"):
        issue(class_)


def test_a_number_says_county_year_school_class_and_serial_and_checks_itself() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    number = queries.certificates_of(class_.id)[0].number
    year = sessions_of(class_.id)[-1].on.year
    assert number.startswith(f"430681{year}")
    assert number[14:-4] == f"{class_.id:05d}"
    assert number[-4:-1] == "001"
    assert mod_11_2.is_valid(number)
    assert clean_number(f" {number[:6]} {number[6:].lower()} ") == number


def test_a_class_of_six_digits_still_has_a_number_of_its_own() -> None:
    assert certificate_number("430681", 2026, "0007", 123456, 7)[:-1] == "43068120260007123456007"


@pytest.mark.parametrize("wrong", ["", "12345", "43068120260007123456007", "四三", "4306812026000712345600700000000"])
def test_a_mistyped_number_is_told_from_the_number_alone(wrong: str) -> None:
    with pytest.raises(DomainError) as refused:
        clean_number(wrong)
    assert refused.value.field == "number"


def test_facts_are_frozen_with_a_masked_identity_and_their_hash() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    person = certificate.person
    assert certificate.facts["identity"].count("*") == 8
    assert person.id_number not in str(certificate.facts)
    assert certificate.facts["verify_url"].endswith(f"/verify/{certificate.token}")
    assert certificate.facts_sha256 == facts_hash(certificate.facts)
    assert len(certificate.token) >= 24


def test_before_the_results_and_by_another_school_nothing_is_issued() -> None:
    class_ = end_class(make_running_class(1))
    with pytest.raises(Refused, match="考核结果确认以后"):
        issue(class_)
    done = make_assessed_class(1)
    other = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
    with pytest.raises(Forbidden):
        certificates.issue(done, by=other)


def test_a_name_that_no_font_can_print_is_named_before_anything_is_issued() -> None:
    class_ = make_assessed_class(2)
    active_seats(class_.id)[1].person.name = "李\U0003134f"
    db.session.flush()
    with pytest.raises(Refused, match=r"李.*U\+3134F"), db.session.begin_nested():
        issue(class_)
    assert queries.certificates_of(class_.id) == []


# --- I8: a certificate only for who was enrolled, present enough and passed ---------------------------------------


def test_no_sql_certifies_somebody_who_did_not_pass() -> None:
    class_ = make_assessed_class(2, marks={2: (10, 10)})
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    failed = active_seats(class_.id)[1]
    claim = {"seat_id": failed.id, "person_id": failed.person_id}
    with pytest.raises(DBAPIError, match=r"was not enrolled|fk_certificates_outcome"):
        put(sealed_row(certificate, **claim))
    with pytest.raises(DBAPIError, match="only_passed"):
        put(sealed_row(certificate, **claim, passed=False))


def test_no_sql_certifies_a_seat_without_a_result() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    other = active_seats(make_running_class(1).id)[0]
    with pytest.raises(DBAPIError, match=r"was not enrolled|fk_certificates_outcome"):
        put(sealed_row(certificate, seat_id=other.id, person_id=other.person_id, class_id=other.class_id))


def test_no_sql_certifies_somebody_else_for_a_passed_seat() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    with pytest.raises(DBAPIError, match=r"was not enrolled|uq_certificates_valid"):
        put(sealed_row(certificate, person_id=make_person().id))
    revoked_twin = sealed_row(certificate, person_id=make_person().id, status=CertificateStatus.REVOKED)
    with pytest.raises(DBAPIError, match="was not enrolled"):
        put(revoked_twin)


def test_no_sql_certifies_a_seat_without_a_completed_enrollment() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    enrollment = db.session.query(Enrollment).filter_by(seat_id=certificate.seat_id).one()
    enrollment.seat_id = None
    db.session.flush()
    with pytest.raises(DBAPIError, match="was not enrolled"):
        put(sealed_row(certificate, status=CertificateStatus.REVOKED))


def test_a_number_is_unique_for_ever_even_after_revocation() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    certificates.revoke(certificate, reason="考勤造假", by=officer())
    with pytest.raises(DBAPIError, match="uq_certificates_number"):
        put(sealed_row(certificate, number=certificate.number))
    with pytest.raises(DBAPIError, match="uq_certificates_serial"):
        put(sealed_row(certificate, serial=certificate.serial))


def test_nothing_of_an_issued_certificate_changes_and_none_disappears() -> None:
    issue(make_assessed_class(1))
    for statement in (
        "UPDATE certificates SET number = '1'",
        "UPDATE certificates SET facts = '{}'",
        "UPDATE certificates SET token = 'x'",
        "DELETE FROM certificates",
        "TRUNCATE certificates CASCADE",
        "UPDATE certificate_serials SET last = 0",
        "DELETE FROM certificate_serials",
    ):
        with (
            pytest.raises(DBAPIError, match=r"stays as it was|only go up|permission denied"),
            db.session.begin_nested(),
        ):
            db.session.execute(text(statement))


def test_the_outcome_under_a_certificate_cannot_change() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    seat_id = queries.certificates_of(class_.id)[0].seat_id
    for statement in (
        "UPDATE outcomes SET passed = false WHERE seat_id = :seat",
        "UPDATE outcomes SET attended_hours = 0 WHERE seat_id = :seat",
        "DELETE FROM outcomes WHERE seat_id = :seat",
    ):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement), {"seat": seat_id})
    assert db.session.get_one(Outcome, seat_id, populate_existing=True).passed


# --- print --------------------------------------------------------------------------------------------------------


def test_each_paper_and_one_for_the_class_are_printed_from_the_frozen_facts() -> None:
    class_ = make_assessed_class(2)
    batch = issue(class_)
    tasks.run_pending()
    assert batch.status is BatchStatus.READY
    first = queries.certificates_of(class_.id)[0]
    assert first.paper is not None
    whole = queries.paper_of_batch(batch)
    assert whole is not None
    words = pdf_text(papers.open_paper(first.paper))
    assert first.person.name in words
    assert first.number in words.replace(" ", "")
    assert all(
        one.number in pdf_text(papers.open_paper(whole)).replace(" ", "") for one in queries.certificates_of(class_.id)
    )


# --- revocation and archive ---------------------------------------------------------------------------------------


def test_a_training_officer_of_the_area_revokes_with_a_reason_and_others_hear_of_it() -> None:
    class_ = make_assessed_class(1)
    issue(class_)
    certificate = queries.certificates_of(class_.id)[0]
    heard: list[Certificate] = []

    def hear(sender: Certificate, **_more: Any) -> None:
        heard.append(sender)

    with certificate_revoked.connected_to(hear):
        with pytest.raises(DomainError):
            certificates.revoke(certificate, reason=" ", by=officer())
        with pytest.raises(Forbidden):
            certificates.revoke(certificate, reason="造假", by=officer((OTHER_COUNTY,)))
        certificates.revoke(certificate, reason="考勤造假", by=officer())
    assert heard == [certificate]
    assert certificate.status is CertificateStatus.REVOKED
    assert [event.note for event in events_of(certificate) if event.action == "revoke"] == ["考勤造假"]
    with pytest.raises(Refused):
        certificates.revoke(certificate, reason="再来", by=officer())
    assert queries.certificate_of_seat(certificate.seat_id) is certificate
    with pytest.raises(Refused, match="已经有证书"):
        issue(class_)


def test_a_class_is_archived_once_its_certificates_are_out_and_printed() -> None:
    class_ = make_assessed_class(1)
    by = clerk_of(class_)
    with pytest.raises(Refused, match="没有发证"):
        certificates.archive(class_, by=by)
    issue(class_)
    with pytest.raises(Refused, match="还在生成"):
        certificates.archive(class_, by=by)
    tasks.run_pending()
    certificates.archive(class_, by=by)
    assert class_.status is ClassStatus.ARCHIVED


def test_a_certificate_is_seen_by_its_school_its_holder_and_its_area_only() -> None:
    class_ = make_assessed_class(2)
    issue(class_)
    one, other = queries.certificates_of(class_.id)
    inside = [clerk_of(class_), officer(), make_user(Role.VILLAGE_OFFICER, area=(one.region_code,)).as_actor()]
    outside = [
        make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor(),
        officer((OTHER_COUNTY,)),
        make_user(Role.EMPLOYER, organization=make_organization()).as_actor(),
    ]
    for by in inside:
        assert queries.certificate_for(by, one.id) is one
    for by in outside:
        with pytest.raises(NotFound):
            queries.certificate_for(by, one.id)
    assert queries.certificates_of_person(other.person_id) == [other]


# --- tasters ------------------------------------------------------------------------------------------------------


def test_whoever_came_to_a_taster_gets_a_note_and_no_certificate() -> None:
    class_ = make_taster(2)
    by, session = clerk_of(class_), sessions_of(class_.id)[0]
    first, second = active_seats(class_.id)
    with after(session):
        with pytest.raises(Refused):
            certificates.note_of_attendance(class_, by=by)
        said = {first.id: Presence.PRESENT, second.id: Presence.ABSENT}
        attendance.mark(session, said, by=by, method=Method.ROLL_CALL)
        classes.end(class_, by=by)
        batch = certificates.note_of_attendance(class_, by=by)
        tasks.run_pending()
    notes = queries.notes_of(class_.id)
    assert [note.seat_id for note in notes] == [first.id]
    assert class_.status is ClassStatus.ARCHIVED
    assert batch.status is BatchStatus.READY
    assert notes[0].paper is not None
    assert first.person.name in pdf_text(papers.open_paper(notes[0].paper))
    assert queries.certificates_of(class_.id) == []
    with pytest.raises(Refused):
        issue(class_)
    absent = {column.key: getattr(notes[0], column.key) for column in AttendanceNote.__table__.columns}
    with pytest.raises(DBAPIError, match="was not there"), db.session.begin_nested():
        db.session.execute(insert(AttendanceNote), absent | {"seat_id": second.id, "person_id": second.person_id})


def test_a_paid_class_has_no_notes_of_attendance() -> None:
    class_ = make_running_class(1)
    mark_all(class_)
    with pytest.raises(Refused, match="只用于技能体验"):
        certificates.note_of_attendance(class_, by=clerk_of(class_))


def test_seats_and_batches_keep_their_classes() -> None:
    class_ = make_assessed_class(1)
    batch = issue(class_)
    assert db.session.get_one(CertificateBatch, batch.id).class_id == class_.id
    with pytest.raises(NotFound):
        queries.batch_of(class_.id + 1, batch.id)
    assert db.session.get_one(Seat, queries.certificates_of(class_.id)[0].seat_id).class_id == class_.id
