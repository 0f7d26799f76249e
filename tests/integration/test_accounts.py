"""Accounts: invited once, signed in, thrown out, closed; deputies and handing over."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts import service
from app.accounts.models import Organization, User
from app.accounts.rules import OrganizationKind, OrganizationStatus, UserStatus
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Refused, TooMany
from app.messages.models import Message
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, credit_code, make_organization, make_user

pytestmark = pytest.mark.usefixtures("session")
PASSWORD = "miluo-river-57"


def invited(login_name: str = "officer.li", *roles: Role, area: tuple[str, ...] = (VILLAGE,)) -> tuple[User, str]:
    new = service.NewUser(login_name, "李干部", frozenset(roles or {Role.VILLAGE_OFFICER}), area=area)
    return service.invite(new, by=SYSTEM)


def ready(login_name: str = "officer.li", *roles: Role, area: tuple[str, ...] = (VILLAGE,)) -> User:
    user, token = invited(login_name, *roles, area=area)
    return service.accept(token, PASSWORD) if user else user


def enter(client: FlaskClient, login_name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
    return client.post("/sign-in", data={"login_name": login_name, "password": password}, **more)


def test_an_invited_officer_sets_a_password_once_and_signs_in(client: FlaskClient) -> None:
    with transaction():
        user, token = invited()
    assert client.get(f"/one-time-link/{token}").status_code == 200
    assert client.post(f"/one-time-link/{token}", data={"password": PASSWORD}).status_code == 303
    assert client.post(f"/one-time-link/{token}", data={"password": PASSWORD}).status_code == 409
    answer = enter(client, "officer.li")
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert user.status == UserStatus.ACTIVE


def test_a_weak_password_is_told_on_its_field_and_the_link_stays_good(client: FlaskClient) -> None:
    with transaction():
        _user, token = invited()
    answer = client.post(f"/one-time-link/{token}", data={"password": "12345"})
    assert answer.status_code == 422
    assert "密码至少 10 个字符" in answer.text
    assert client.post(f"/one-time-link/{token}", data={"password": PASSWORD}).status_code == 303


def test_a_link_ends_after_a_week() -> None:
    _user, token = invited()
    with clock.at(clock.now() + timedelta(days=8)), pytest.raises(Refused):
        service.open_link(token)


def test_wrong_password_and_unknown_name_read_the_same(client: FlaskClient) -> None:
    with transaction():
        ready()
    wrong, unknown = enter(client, "officer.li", "nonsense"), enter(client, "nobody", "nonsense")
    assert wrong.status_code == unknown.status_code == 422
    assert "用户名或密码不对" in wrong.text
    assert "用户名或密码不对" in unknown.text
    assert 'value="officer.li"' in wrong.text


def test_guessing_is_throttled(client: FlaskClient) -> None:
    answers = [enter(client, "guessed", f"guess-{n}").status_code for n in range(11)]
    assert answers[:10] == [422] * 10
    assert answers[10] == 429


def test_signing_in_leads_only_to_pages_of_this_site(client: FlaskClient) -> None:
    with transaction():
        ready()
    for bad in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = enter(client, "officer.li", query_string={"next": bad})
        assert not urlsplit(answer.headers["Location"]).netloc
        assert "evil" not in answer.headers["Location"]
        client.post("/sign-out")


def test_signing_out_everywhere_ends_another_devices_session(app: Flask, client: FlaskClient) -> None:
    with transaction():
        ready()
    other = app.test_client()
    enter(client, "officer.li")
    enter(other, "officer.li")
    assert other.get("/account").status_code == 200
    client.post("/account/sign-out-everywhere")
    assert other.get("/account").status_code == 303


def test_a_closed_account_is_out_at_once_and_cannot_come_back_in(client: FlaskClient) -> None:
    with transaction():
        user = ready()
    enter(client, "officer.li")
    with transaction():
        service.close(user, by=make_user(Role.ADMINISTRATOR).as_actor(), note="调离")
    assert client.get("/account").status_code == 303
    assert enter(client, "officer.li").status_code == 422


def test_changing_the_password_needs_the_old_one(client: FlaskClient) -> None:
    with transaction():
        ready()
    enter(client, "officer.li")
    wrong = client.post("/account/password", data={"old": "nonsense", "password": "another-river-8"})
    assert wrong.status_code == 422
    assert client.post("/account/password", data={"old": PASSWORD, "password": "another-river-8"}).status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("roles", "area", "organization", "field"),
    [
        ({Role.SCHOOL_CLERK}, (), None, "organization"),
        ({Role.VILLAGE_OFFICER}, (), None, "area"),
        ({Role.SCHOOL_CLERK, Role.AUDITOR}, (VILLAGE,), 1, "roles"),
        ({Role.ASSESSOR, Role.TEACHER}, (), 1, "roles"),
        ({Role.LABORER}, (VILLAGE,), None, "roles"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused_on_its_field(
    roles: set[Role], area: tuple[str, ...], organization: int | None, field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        service.invite(
            service.NewUser("x.y", "某", frozenset(roles), area=area, organization_id=organization), by=SYSTEM
        )
    assert caught.value.field == field


def test_a_deputy_acts_with_the_principals_rights_and_both_names_are_kept(client: FlaskClient) -> None:
    with transaction():
        principal = ready("chief", Role.SIGNER, area=(COUNTY,))
        deputy = ready("second", Role.AUDITOR, area=(COUNTY,))
        service.appoint_deputy(
            principal, deputy, from_on=clock.today(), until_on=clock.today(), reason="出差", by=SYSTEM
        )
    enter(client, "second")
    assert client.post(f"/account/stand-in/{principal.id}").status_code == 303
    page = client.get("/account").text
    assert "您正在代别人办事" in page
    client.post("/account/stand-down")
    assert "您正在代别人办事" not in client.get("/account").text
    with clock.at(clock.now() + timedelta(days=1)):
        assert client.post(f"/account/stand-in/{principal.id}").status_code == 404


def test_a_standing_deputy_is_recorded_as_such() -> None:
    principal, deputy = make_user(Role.SIGNER), make_user(Role.AUDITOR)
    deputy.principal = principal
    actor = deputy.as_actor()
    assert actor.keys == (f"user:{deputy.id}", f"user:{principal.id}")
    assert actor.roles == {Role.SIGNER}


def test_handing_over_moves_regions_in_one_step() -> None:
    giver, taker = (
        make_user(Role.VILLAGE_OFFICER, area=(VILLAGE, TOWNSHIP)),
        make_user(Role.VILLAGE_OFFICER, area=(OTHER_COUNTY,)),
    )
    service.hand_over(giver, taker, codes=[VILLAGE], by=SYSTEM, note="调动")
    assert giver.as_actor().area == (TOWNSHIP,)
    assert taker.as_actor().area == tuple(sorted((OTHER_COUNTY, VILLAGE)))
    assert [event.action for event in events_of(taker)][-1] == "area taken over"
    with pytest.raises(DomainError):
        service.hand_over(giver, taker, codes=[COUNTY], by=SYSTEM, note="不是他的")


def test_a_code_works_once_within_ten_minutes_and_five_tries(session: Session) -> None:
    phone = "13800000001"
    service.send_code(phone, "sign-in")
    code = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one().text[4:10]
    with pytest.raises(DomainError):
        service.check_code(phone, "another purpose", code)
    service.check_code(phone, "sign-in", code)
    with pytest.raises(DomainError):
        service.check_code(phone, "sign-in", code)
    service.send_code(phone, "sign-in")
    for _try in range(5):
        with pytest.raises(DomainError):
            service.check_code(phone, "sign-in", "000000x")
    with pytest.raises(TooMany):
        service.check_code(phone, "sign-in", "000000x")


def application(**more: str) -> dict[str, str]:
    facts = {
        "kind": "school",
        "name": "示例培训学校",
        "credit_code": credit_code(9001),
        "region_code": COUNTY,
        "address": "某路 1 号",
        "legal_representative": "某甲",
        "contact_name": "某乙",
        "phone": "13800000002",
        "bank_name": "",
        "bank_account": "",
    }
    return {**facts, **more}


def test_an_organization_applies_and_an_officer_admits_it(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.post("/organizations/apply", data=application()).status_code == 200
    row = db.session.scalars(select(Organization).where(Organization.credit_code == credit_code(9001))).one()
    assert row.status == OrganizationStatus.APPLIED
    with transaction():
        officer, stranger = make_user(Role.TRAINING_OFFICER), make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,))
    sign_in(stranger)
    assert client.get(f"/organizations/{row.id}").status_code == 404
    sign_in(officer)
    assert "示例培训学校" in client.get("/organizations").text
    answer = client.post(f"/organizations/{row.id}/admit", data={"login_name": "school.one"})
    assert "/one-time-link/" in answer.text
    assert db.session.get_one(Organization, row.id).status == OrganizationStatus.ADMITTED


def test_a_wrong_credit_code_is_named_and_what_was_typed_stays(client: FlaskClient) -> None:
    answer = client.post("/organizations/apply", data=application(credit_code="123"))
    assert answer.status_code == 422
    assert "应当是 18 位" in answer.text
    assert "示例培训学校" in answer.text


def test_the_same_organization_cannot_apply_twice(client: FlaskClient) -> None:
    with transaction():
        row = make_organization(OrganizationKind.SCHOOL)
    answer = client.post("/organizations/apply", data=application(credit_code=row.credit_code))
    assert answer.status_code == 422
    assert "已经登记过" in answer.text


def test_the_administrator_invites_sees_resets_and_closes_within_the_area_only(
    client: FlaskClient, sign_in: SignIn
) -> None:
    with transaction():
        admin = make_user(Role.ADMINISTRATOR)
        own, foreign = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)), make_user(Role.AUDITOR, area=(OTHER_COUNTY,))
    sign_in(admin)
    assert own.name in client.get("/accounts").text
    assert client.get(f"/accounts/{own.id}").status_code == 200
    assert client.get(f"/accounts/{foreign.id}").status_code == 404
    assert client.post(f"/accounts/{foreign.id}/reset").status_code == 404
    data = {
        "name": "新干部",
        "login_name": "new.one",
        "roles": ["village_officer"],
        "area": [VILLAGE[:9]],
        "phone": "",
        "organization": "",
    }
    assert "/one-time-link/" in client.post("/accounts/new", data=data).text
    bad = client.post("/accounts/new", data={**data, "login_name": "new.one", "phone": "12"})
    assert bad.status_code == 422
    assert "11 位数字" in bad.text
    assert "/one-time-link/" in client.post(f"/accounts/{own.id}/reset").text
    assert client.post(f"/accounts/{own.id}/close", data={"note": ""}).status_code == 422
    assert client.post(f"/accounts/{own.id}/close", data={"note": "离职"}).status_code == 303
    assert client.post(f"/accounts/{own.id}/reopen").status_code == 200


def test_laborers_pages_lead_to_the_laborers_sign_in(client: FlaskClient) -> None:
    assert "/me/sign-in" in client.get("/my/enrollments").headers["Location"]
    assert client.get("/claims").headers["Location"].startswith("/sign-in")
