"""The register's pages: per role, within the area, with errors that name their field."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.people import queries, service
from app.people.models import Group, HouseholdKind, Person
from app.people.service import NewGroup, NewHousehold
from app.people.sessions import PersonSession
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.people import fresh_id_number, make_person

SignIn = Callable[[Any], FlaskClient]
pytestmark = pytest.mark.usefixtures("session")


def officer(role: Role = Role.VILLAGE_OFFICER, area: str = VILLAGE) -> User:
    with transaction():  # also keeps what the test made before: a refused request rolls back
        return make_user(role, area=(area,))


def typed(**given: str) -> dict[str, str]:
    facts = {
        "name": "欧阳春花",
        "id_number": fresh_id_number(),
        "phone": "13800000005",
        "region_code": VILLAGE,
        "ethnic_group": "汉族",
        "education": "junior",
        "work_status": "farming",
        "wish_trade": "",
        "exclusion": "",
    }
    return {**facts, **given}


def last_action(person: Person) -> str:
    return events_of(person)[-1].action


def test_an_officer_registers_a_person_in_their_village(sign_in: SignIn) -> None:
    client, facts = sign_in(officer()), typed()
    assert client.get("/people/new").status_code == 200
    answer = client.post("/people/new", data=facts)
    person = queries.person_by_number(facts["id_number"])
    assert person is not None
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{person.id}")
    page = client.get(answer.headers["Location"]).text
    assert "欧阳春花" in page
    assert facts["id_number"] not in page
    assert "13800000005" not in page
    assert "138****0005" in page


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"id_number": "430681199001010011"}, "id_number", "最后一位对不上"),
        ({"id_number": ""}, "id_number", "请填写“身份证号码”"),
        ({"name": "春花3"}, "name", "按身份证填写"),
        ({"phone": "1234"}, "phone", "11 位数字"),
        ({"phone": ""}, "phone", "请勾选“没有手机”"),
        ({"no_phone": "y"}, "phone", "不要勾选"),
        ({"region_code": "430626101001"}, "region_code", "请在“所在村（社区）”里选一项"),
        ({"payee_account": "6222000000000000001"}, "payee_bank", "开户银行"),
        ({"work_since_on": "昨天"}, "work_since_on", "请填日期"),
    ],
)
def test_what_is_wrong_names_its_field_and_keeps_what_was_typed(
    sign_in: SignIn, given: dict[str, str], field: str, words: str
) -> None:
    answer = sign_in(officer()).post("/people/new", data=typed(**given))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert words in answer.text
    assert given.get("name", "欧阳春花") in answer.text


def test_everything_that_is_wrong_is_told_at_once(sign_in: SignIn) -> None:
    wrong = typed(name="春花3", id_number="430681199001010011", phone="12", payee_account="abc", education="")
    page = sign_in(officer()).post("/people/new", data=wrong).text
    for field in ("name", "id_number", "phone", "payee_account", "payee_bank", "education"):
        assert f'id="{field}-error"' in page


def test_a_known_number_opens_the_row_that_is_there_and_changes_nothing(sign_in: SignIn) -> None:
    person = make_person()
    facts = typed(id_number=person.id_number, phone="13900000009")
    answer = sign_in(officer()).post("/people/new", data=facts, follow_redirects=True)
    assert "早就登记过了" in answer.text
    assert person.phone == "13800000001"


def test_a_number_known_elsewhere_is_refused_without_a_word_about_the_person(sign_in: SignIn) -> None:
    person = make_person(name="李四光", region_code="430626101001")
    answer = sign_in(officer()).post("/people/new", data=typed(id_number=person.id_number))
    assert answer.status_code == 422
    assert "已在别处登记，请联系当地信息员" in answer.text
    assert "李四光" not in answer.text


def test_the_register_shows_the_area_and_is_searched(sign_in: SignIn) -> None:
    make_person(name="周大力")
    make_person(name="吴小花", region_code="430626101001")
    client = sign_in(officer(Role.TRAINING_OFFICER, COUNTY))
    page = client.get("/people").text
    assert "周大力" in page
    assert "吴小花" not in page
    assert "周大力" in client.get("/people?q=zdl").text
    assert "没有找到" in client.get("/people?q=qqq").text
    assert "周大力" in client.get("/people?group=nonsense&work=&page=99").text


@pytest.mark.parametrize("path", ["", "/edit", "/groups/new"])
def test_a_person_of_another_area_is_a_404(sign_in: SignIn, path: str) -> None:
    person = make_person()
    client = sign_in(officer(Role.TOWNSHIP_OFFICER, OTHER_COUNTY))
    assert client.get(f"/people/{person.id}{path}").status_code == 404
    assert client.post(f"/people/{person.id}/unmask/phone").status_code == 404
    assert client.post(f"/people/{person.id}/household", data={"kind": "ordinary"}).status_code == 404


def test_an_auditor_reads_and_changes_nothing(sign_in: SignIn) -> None:
    person = make_person(NewGroup(Group.DISABLED, "残疾人证", "4306"))
    client = sign_in(officer(Role.AUDITOR, COUNTY))
    page = client.get(f"/people/{person.id}")
    assert page.status_code == 200
    for words in ("/unmask", "/edit", "登记补贴对象"):
        assert words not in page.text
    assert client.get(f"/people/{person.id}/edit").status_code == 403
    assert client.post(f"/people/{person.id}/unmask/phone").status_code == 403
    assert client.get("/people").status_code == 200


@pytest.mark.parametrize("role", [Role.SCHOOL_CLERK, Role.TREASURY, Role.EMPLOYER])
def test_who_has_no_business_with_the_register_is_refused(sign_in: SignIn, role: Role) -> None:
    assert sign_in(officer(role)).get("/people").status_code == 403


def test_unmasking_shows_one_value_and_is_recorded(sign_in: SignIn) -> None:
    person = make_person(NewGroup(Group.DISABLED, "残疾人证", "43068100000001B1"))
    user = officer()
    client = sign_in(user)
    answer = client.post(f"/people/{person.id}/unmask/id_number")
    assert person.id_number in answer.text
    assert "13800000001" not in answer.text
    event = events_of(person)[-1]
    assert (event.action, event.facts, event.actor_key) == ("unmask", {"field": "id_number"}, f"user:{user.id}")
    held = person.groups[0]
    assert "43068100000001B1" in client.post(f"/people/{person.id}/groups/{held.id}/unmask").text
    assert events_of(person)[-1].facts == {"field": "document_number", "membership": held.id}
    assert person.id_number not in client.get(f"/people/{person.id}").text
    assert client.post(f"/people/{person.id}/unmask/seal_id").status_code == 404


def test_the_form_of_changes_never_shows_what_is_sealed(sign_in: SignIn) -> None:
    person = make_person(address="弼时镇示例路 1 号")
    client = sign_in(officer())
    path = f"/people/{person.id}/edit"
    pages = client.get(path).text, client.post(path, data={"name": ""}).text
    for page in pages:
        for value in (person.id_number, person.phone, person.address, person.payee_account):
            assert value not in page
        assert "138****0001" in page


def test_what_is_left_empty_stays_and_what_is_typed_changes(sign_in: SignIn) -> None:
    person = make_person()
    facts = typed(name=person.name, id_number="", phone="", work_status="away", payee_bank=person.payee_bank)
    assert sign_in(officer()).post(f"/people/{person.id}/edit", data=facts).status_code == 303
    db.session.expire_all()
    assert (person.phone, person.work_status.value) == ("13800000001", "away")
    assert events_of(person)[-1].facts == {"fields": ["work_status"]}


def test_groups_are_recorded_changed_and_ended(sign_in: SignIn) -> None:
    person, client = make_person(), sign_in(officer())
    data = {"group": "disabled", "evidence": "残疾人证", "document_number": "4306", "valid_from": "2026-01-01"}
    assert client.post(f"/people/{person.id}/groups/new", data=data).status_code == 303
    again = client.post(f"/people/{person.id}/groups/new", data=data)
    assert again.status_code == 422
    assert 'id="group-error"' in again.text
    held = person.groups[0]
    wrong = client.post(
        f"/people/{person.id}/groups/{held.id}/edit", data={"valid_from": "2026-01-01", "valid_to": "2025-01-01"}
    )
    assert wrong.status_code == 422
    assert 'id="valid_to-error"' in wrong.text
    assert "4306" not in client.get(f"/people/{person.id}/groups/{held.id}/edit").text.split("<main")[1]
    client.post(f"/people/{person.id}/groups/{held.id}/end")
    db.session.expire_all()
    assert (held.valid_to, last_action(person)) == (clock.today(), "group ended")


def test_a_household_is_made_filled_and_left(sign_in: SignIn) -> None:
    mother, son = make_person(name="周大力"), make_person(name="周小力")
    client = sign_in(officer())
    made = client.post(f"/people/{mother.id}/household", data={"kind": "watched"})
    home = queries.person(mother.id).household
    assert home is not None
    assert made.headers["Location"] == f"/households/{home.id}"
    assert "周小力" in client.get(f"/households/{home.id}").text
    client.post(f"/households/{home.id}/members", data={"person": str(son.id)})
    client.post(f"/households/{home.id}/head/{son.id}")
    client.post(f"/households/{home.id}/kind", data={"kind": "zero_employment"})
    db.session.expire_all()
    assert (home.head_id, home.kind) == (son.id, HouseholdKind.ZERO_EMPLOYMENT)
    assert "周小力家" in client.get(f"/households/{home.id}").text
    client.post(f"/people/{son.id}/household/leave")
    db.session.expire_all()
    assert [member.id for member in queries.members_of(home.id)] == [mother.id]
    assert client.post(f"/people/{son.id}/household/join", data={"household": "999"}).status_code == 422


def test_a_household_of_another_area_is_a_404(sign_in: SignIn) -> None:
    home = service.make_household(NewHousehold("430626101001"), by=SYSTEM, head=make_person(region_code="430626101001"))
    assert sign_in(officer()).get(f"/households/{home.id}").status_code == 404


def test_the_record_of_subsidies_is_told_in_words(sign_in: SignIn) -> None:
    person = make_person()
    with clock.at(clock.moment_of(date(2026, 3, 2), 9)):
        service.reserve_use(
            person.id, occupation_code="4-03-02-01", level=5, slots=3, year=2026, reference="test:1", by=SYSTEM
        )
        page = sign_in(officer()).get(f"/people/{person.id}").text
        own = sign_in(PersonSession(person)).get("/me").text
    for text in (page, own):
        assert "还剩 2 次，共 3 次" in text
        assert "只按本系统的记录" in text
        assert "中式烹调师" in text


def test_a_laborer_sees_only_their_own_page(sign_in: SignIn) -> None:
    person, other = make_person(name="周大力"), make_person(name="吴小花")
    client = sign_in(PersonSession(person))
    page = client.get("/me")
    assert "周大力" in page.text
    assert person.id_number not in page.text
    for path in (f"/people/{person.id}", f"/people/{other.id}", "/people"):
        assert client.get(path).status_code == 403
    assert sign_in(officer()).get("/me").status_code == 403


def test_a_new_phone_ends_the_sign_ins_of_the_old_one(sign_in: SignIn) -> None:
    person = make_person()
    client = sign_in(PersonSession(person))
    assert client.get("/me").status_code == 200
    service.change(person, service.PersonChanges(phone="13900000009"), by=SYSTEM)
    db.session.flush()
    assert client.get("/me").status_code == 303
