"""The pages of certificates and placements: school, holder, employer, officer, and anyone with a phone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.certificates import queries
from app.certificates import service as certificates
from app.certificates.models import Certificate
from app.certificates.rules import CertificateStatus, RevokedBecause
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.tasks import tasks
from app.people.sessions import PersonSession
from app.placements import queries as placements
from app.placements.models import Placement
from app.placements.rules import PlacementStatus
from tests.makers import OTHER_COUNTY, VILLAGE, make_organization, make_user
from tests.making.classes import make_order
from tests.making.results import after, issue, make_assessed_class, make_taster

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def clerk_of(class_: TrainingClass) -> User:
    return make_user(Role.SCHOOL_CLERK, organization=class_.course.organization)


def issued(people: int = 1) -> Certificate:
    class_ = make_assessed_class(people)
    issue(class_)
    return queries.certificates_of(class_.id)[0]


def test_a_school_issues_in_one_step_and_watches_the_papers_come(sign_in: SignIn) -> None:
    with transaction():
        class_ = make_assessed_class(2)
        client = sign_in(clerk_of(class_))
    assert class_.name in client.get("/certificates").text
    address = f"/certificates/classes/{class_.id}"
    with clock.at(clock.moment_of(class_.end_on + timedelta(days=1), 9)):
        done = client.post(f"{address}/issue", follow_redirects=True).text
    assert "2 张证书已经发出" in done
    assert 'http-equiv="refresh"' in done
    assert "0 / 2" in done
    early = client.get(f"/certificates/{queries.certificates_of(class_.id)[0].id}.pdf")
    assert early.status_code == 409
    assert "还在生成" in early.text
    tasks.run_pending()
    page = client.get(address).text
    assert 'http-equiv="refresh"' not in page
    one = queries.certificates_of(class_.id)[0]
    for pdf in (f"{address}/all.pdf", f"/certificates/{one.id}.pdf"):
        assert pdf in page
        assert client.get(pdf).data.startswith(b"%PDF")
    again = client.post(f"{address}/issue")
    assert again.status_code == 409
    assert "已经有证书" in again.text


def test_an_officer_revokes_with_a_reason_and_a_school_cannot(sign_in: SignIn) -> None:
    with transaction():
        certificate = issued()
        client = sign_in(make_user(Role.TRAINING_OFFICER))
    address = f"/certificates/{certificate.id}"
    assert "撤销这张证书" in client.get(address).text
    bare = client.post(f"{address}/revoke", data={})
    assert bare.status_code == 422
    assert "请在“撤销原因”里选一项" in bare.text
    assert "请填写“详细说明”" in bare.text
    unkind = client.post(f"{address}/revoke", data={"reason": "考勤造假", "because": "whim"})
    assert unkind.status_code == 422
    done = client.post(f"{address}/revoke", data={"reason": "考勤造假", "because": "fraud"}, follow_redirects=True)
    assert "证书已撤销" in done.text
    db.session.expire_all()
    assert certificate.status is CertificateStatus.REVOKED
    assert (certificate.reason, certificate.revoked_because) == ("考勤造假", RevokedBecause.FRAUD)


@pytest.mark.parametrize("role", [Role.VILLAGE_OFFICER, Role.AUDITOR, Role.SCHOOL_CLERK])
def test_others_open_a_certificate_without_the_right_to_revoke(sign_in: SignIn, role: Role) -> None:
    with transaction():
        certificate = issued()
        if role is Role.SCHOOL_CLERK:
            user = make_user(role, organization=db.session.get_one(type(make_organization()), certificate.school_id))
        else:
            user = make_user(role, area=(VILLAGE,))
        client = sign_in(user)
    page = client.get(f"/certificates/{certificate.id}")
    assert page.status_code == 200
    assert "撤销这张证书" not in page.text
    assert client.post(f"/certificates/{certificate.id}/revoke", data={"reason": "x"}).status_code == 403


def test_a_certificate_outside_the_area_is_a_404(sign_in: SignIn) -> None:
    with transaction():
        certificate = issued()
        client = sign_in(make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)))
    for address in (f"/certificates/{certificate.id}", f"/certificates/{certificate.id}.pdf"):
        assert client.get(address).status_code == 404
    assert client.post(f"/certificates/{certificate.id}/revoke", data={"reason": "x"}).status_code == 404


def test_a_laborer_downloads_the_own_certificate_and_nobody_elses(sign_in: SignIn) -> None:
    with transaction():
        one = issued(2)
        other = queries.certificates_of(one.class_id)[1]
        tasks.run_pending()
        client = sign_in(PersonSession(one.person))
    page = client.get("/my/certificates").text
    assert one.facts["course"] in page
    assert f"/my/certificates/{one.id}.pdf" in page
    assert f"/my/certificates/{other.id}.pdf" not in page
    assert client.get(f"/my/certificates/{one.id}.pdf").data.startswith(b"%PDF")
    assert client.get(f"/my/certificates/{other.id}.pdf").status_code == 404
    assert client.get(f"/certificates/{one.id}").status_code == 403


def test_an_ended_taster_waits_for_its_notes_behind_the_same_door(sign_in: SignIn) -> None:
    with transaction():
        taster, paid = make_taster(2), make_assessed_class(1)
        user, other = clerk_of(taster), clerk_of(paid)
        session, came = sessions_of(taster.id)[0], active_seats(taster.id)[0]
        row = f"/certificates/classes/{taster.id}"
    by = user.as_actor()
    with after(session):
        with transaction():
            attendance.mark(session, {came.id: Presence.PRESENT}, by=by, method=Method.ROLL_CALL)
        assert row not in sign_in(user).get("/certificates").text
        with transaction():
            classes.end(taster, by=by)
        page = sign_in(user).get("/certificates").text
        assert row in page
        assert "开参加证明" in page
        assert row not in sign_in(other).get("/certificates").text
        assert "开参加证明" in sign_in(user).get(row).text
        with transaction():
            certificates.note_of_attendance(taster, by=by)
        assert row not in sign_in(user).get("/certificates").text


# --- placements ---------------------------------------------------------------------------------------------------


def hired() -> tuple[Placement, User]:
    order = make_order()
    class_ = make_assessed_class(1, order=order)
    issue(class_)
    return placements.placements_of(class_.id)[0], make_user(Role.EMPLOYER, organization=order.organization)


def test_an_employer_confirms_its_people_and_sees_no_more_than_name_and_masked_phone(sign_in: SignIn) -> None:
    with transaction():
        placement, employer = hired()
        client = sign_in(employer)
    person = placement.person
    page = client.get("/placements").text + client.get(f"/placements/{placement.id}").text
    assert person.name in page
    assert person.phone not in page
    assert person.phone[:3] + "****" in page
    assert person.id_number not in page
    assert person.region.name not in page
    day = placement.training_class.end_on + timedelta(days=2)
    data = {"took_up_on": day.isoformat(), "pay": "4500", "proof": "contract", "proof_note": "合同 12 号"}
    with clock.at(clock.moment_of(day + timedelta(days=1), 9)):
        done = client.post(f"/placements/{placement.id}/confirm", data=data, follow_redirects=True)
    assert "已确认上岗" in done.text
    db.session.expire_all()
    assert placement.status is PlacementStatus.CONFIRMED
    assert (placement.pay_fen, placement.proof) == (450_000, "已签劳动合同：合同 12 号")


def test_what_is_wrong_is_said_at_its_field_and_kept(sign_in: SignIn) -> None:
    with transaction():
        placement, employer = hired()
        client = sign_in(employer)
    address = f"/placements/{placement.id}/confirm"
    empty = client.post(address, data={})
    assert empty.status_code == 422
    assert "请填写“哪一天上的岗”" in empty.text
    data = {"took_up_on": "2099-01-01", "pay": "四千", "proof": "other"}
    wrong = client.post(address, data=data)
    assert wrong.status_code == 422
    assert 'value="四千"' in wrong.text
    early = client.post(address, data={**data, "pay": "4000", "proof_note": "看过"})
    assert early.status_code == 422
    assert "上岗日期还没有到" in early.text
    assert 'value="2099-01-01"' in early.text


def test_not_taken_up_needs_a_reason_and_can_be_opened_again(sign_in: SignIn) -> None:
    with transaction():
        placement, employer = hired()
        client = sign_in(employer)
    address = f"/placements/{placement.id}"
    assert client.post(f"{address}/decline", data={}).status_code == 422
    assert "去了外省" in client.post(f"{address}/decline", data={"reason": "去了外省"}, follow_redirects=True).text
    client.post(f"{address}/reopen", data={"reason": "回来了"})
    db.session.expire_all()
    assert placement.status is PlacementStatus.EXPECTED


def test_others_placements_are_a_404_to_an_employer_and_read_only_to_an_officer(sign_in: SignIn) -> None:
    with transaction():
        placement, _employer = hired()
        client = sign_in(make_user(Role.EMPLOYER, organization=make_organization()))
    assert client.get(f"/placements/{placement.id}").status_code == 404
    assert client.post(f"/placements/{placement.id}/decline", data={"reason": "x"}).status_code == 404


def test_an_officer_reads_who_confirms_a_hired_persons_post(sign_in: SignIn) -> None:
    with transaction():
        placement, _employer = hired()
        client = sign_in(make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)))
    page = client.get(f"/placements/{placement.id}")
    assert page.status_code == 200
    assert "等着确认" in page.text
    answer = client.post(f"/placements/{placement.id}/decline", data={"reason": "x"})
    assert answer.status_code == 403
