"""Schools' pages: their own side, the bureau's decisions, the public list."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Organization, User
from app.accounts.service import declare_interest
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.schools import queries, service
from app.schools.models import School, SchoolStatus
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_organization, make_user
from tests.making.schools import list_for, make_instructor, make_listed_school, make_school, make_site, teacher_number

SignIn = Callable[[Any], FlaskClient]
pytestmark = pytest.mark.usefixtures("session")
LICENSE = {
    "license_number": "人社民1号",
    "license_from_on": "2020-01-01",
    "license_until_on": "2040-01-01",
    "scope": "挖掘机、育婴",
}
SITE = {"name": "场", "region_code": VILLAGE, "address": "路", "capacity": "9", "kind": "own_house"}


def clerk(organization: Organization) -> User:
    with transaction():
        return make_user(Role.SCHOOL_CLERK, organization=organization)


def officer(role: Role = Role.TRAINING_OFFICER, area: str = COUNTY) -> User:
    with transaction():
        return make_user(role, area=(area,))


def test_a_new_school_fills_in_its_licence_sites_and_teachers_and_files(sign_in: SignIn) -> None:
    organization = make_organization()
    client = sign_in(clerk(organization))
    assert "办学许可证号" in client.get("/my-school").text
    assert client.post("/my-school", data=LICENSE).status_code == 303
    base = f"/schools/{organization.id}"
    assert "还没有教学点" in client.get(base).text
    site = {"name": "实训场", "region_code": VILLAGE, "address": "示例路 1 号", "capacity": "40", "kind": "own_house"}
    assert client.post(f"{base}/sites/new", data=site).status_code == 303
    teacher = {"name": "李示例", "teaches": "y", "qualification": "高级技师证", "user_id": ""}
    teacher["id_number"] = teacher_number()
    assert client.post(f"{base}/instructors/new", data=teacher).status_code == 303
    assert "还没有申报培训的职业" in client.get(base).text
    list_for(queries.school(organization.id))
    assert "可以申报" in client.get(base).text
    assert client.post(f"{base}/file").status_code == 303
    assert queries.school(organization.id).status == SchoolStatus.FILED
    assert client.get("/my-school").headers["Location"] == base


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("edit", {**LICENSE, "license_number": ""}, "license_number"),
        ("edit", {**LICENSE, "license_until_on": "2019-01-01"}, "license_until_on"),
        (
            "sites/new",
            {**SITE, "capacity": "0"},
            "capacity",
        ),
        (
            "sites/new",
            {**SITE, "capacity": "很多"},
            "capacity",
        ),
        (
            "sites/new",
            {**SITE, "region_code": "43062610"},
            "region_code",
        ),
        ("instructors/new", {"name": "李示例", "qualification": "证", "user_id": ""}, "teaches"),
        ("instructors/new", {"name": "李示例", "teaches": "y", "qualification": " ", "user_id": ""}, "qualification"),
        ("instructors/new", {"name": "李", "teaches": "y", "qualification": "证", "user_id": "77"}, "user_id"),
    ],
)
def test_what_is_wrong_names_its_field_and_keeps_what_was_typed(
    sign_in: SignIn, path: str, data: dict[str, str], field: str
) -> None:
    school = make_school()
    answer = sign_in(clerk(school.organization)).post(f"/schools/{school.id}/{path}", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert all(value in answer.text for name, value in data.items() if name in ("name", "scope"))


def test_a_site_is_changed_closed_and_used_again(sign_in: SignIn) -> None:
    school = make_school()
    site = make_site(school)
    client, base = sign_in(clerk(school.organization)), f"/schools/{school.id}/sites/{site.id}"
    assert "一号教室" in client.get(f"{base}/edit").text
    data = {"name": "二号教室", "region_code": VILLAGE, "address": "示例路 2 号", "capacity": "30", "kind": "own_house"}
    client.post(f"{base}/edit", data=data)
    client.post(f"{base}/close")
    db.session.expire_all()
    assert (site.name, queries.sites_of(school.id)) == ("二号教室", [])
    client.post(f"{base}/reopen")
    assert queries.sites_of(school.id) == [site]


def test_a_teacher_is_tied_to_an_account_changed_and_ended(sign_in: SignIn) -> None:
    school = make_school()
    account, row = make_user(Role.TEACHER, organization=school.organization), make_instructor(school)
    client, base = sign_in(clerk(school.organization)), f"/schools/{school.id}/instructors/{row.id}"
    assert account.login_name in client.get(f"{base}/edit").text
    data = {"name": "李示例", "teaches": "y", "qualification": "高级技师证", "user_id": str(account.id)}
    client.post(f"{base}/edit", data=data)
    assert queries.instructor_of_user(account.id) is row
    client.post(f"{base}/end")
    assert queries.instructors_of(school.id) == []


def test_nobody_changes_or_sees_another_school(sign_in: SignIn) -> None:
    school, other = make_listed_school(), make_listed_school()
    site = queries.sites_of(other.id)[0]
    client = sign_in(clerk(school.organization))
    for path in ("", "/edit", "/sites/new", f"/sites/{site.id}/edit"):
        assert client.get(f"/schools/{other.id}{path}").status_code == 404
    assert client.get(f"/schools/{school.id}/sites/{site.id}/edit").status_code == 404
    assert client.post(f"/schools/{other.id}/file").status_code == 404
    assert client.post(f"/schools/{school.id}/suspend", data={"note": "x"}).status_code == 403
    assert sign_in(officer(area=OTHER_COUNTY)).get(f"/schools/{school.id}").status_code == 404


def filed() -> School:
    school = make_school()
    make_site(school)
    make_instructor(school)
    list_for(school)
    service.file(school, by=SYSTEM)
    return school


def test_an_officer_lists_suspends_and_resumes_a_school(sign_in: SignIn) -> None:
    school = filed()
    client, base = sign_in(officer()), f"/schools/{school.id}"
    assert "列入目录" in client.get(base).text
    decisions = [
        ("list", "", SchoolStatus.LISTED),
        ("suspend", "消防整改", SchoolStatus.SUSPENDED),
        ("resume", "", SchoolStatus.LISTED),
    ]
    for step, note, status in decisions:
        assert client.post(f"{base}/{step}", data={"note": note}).status_code == 303
        db.session.expire_all()
        assert school.status == status
    assert "消防整改" in client.get(base).text


def test_a_decision_without_its_reason_or_out_of_turn_is_told_on_the_page(sign_in: SignIn) -> None:
    school = filed()
    client = sign_in(officer())
    missing = client.post(f"/schools/{school.id}/return", data={"note": ""})
    assert missing.status_code == 422
    assert "请写明理由" in missing.text
    late = client.post(f"/schools/{school.id}/resume", data={"note": ""})
    assert late.status_code == 409


def test_a_tied_officer_sees_the_tie_and_no_buttons(sign_in: SignIn) -> None:
    school, user = filed(), officer()
    with transaction():
        declare_interest(school.id, nature="配偶在校任职", by=user.as_actor(), user_id=user.id)
    client = sign_in(user)
    page = client.get(f"/schools/{school.id}").text
    assert "配偶在校任职" in page
    assert f'action="/schools/{school.id}/list"' not in page
    assert client.post(f"/schools/{school.id}/list", data={"note": ""}).status_code == 403


def test_an_auditor_reads_schools_and_decides_nothing(sign_in: SignIn) -> None:
    school = filed()
    client = sign_in(officer(Role.AUDITOR))
    assert school.organization.name in client.get("/schools").text
    assert "/return" not in client.get(f"/schools/{school.id}").text
    assert client.post(f"/schools/{school.id}/list", data={"note": ""}).status_code == 403


def test_the_list_is_narrowed_by_name_and_status(sign_in: SignIn) -> None:
    one, other = make_listed_school(name="甲职业学校"), make_school(name="乙职业学校")
    client = sign_in(officer())
    page = client.get("/schools?q=甲职").text
    assert one.organization.name in page
    assert other.organization.name not in page
    assert other.organization.name not in client.get("/schools?status=listed").text
    assert "没有找到" in client.get("/schools?q=丙").text


def test_anyone_sees_a_listed_school_and_nobody_a_hidden_one(client: FlaskClient) -> None:
    school, hidden = make_listed_school(name="甲职业学校"), make_school(name="乙职业学校")
    with transaction():
        db.session.flush()
    assert client.get("/").text.count('href="/training-schools"') == 2, (
        "in the head and at the foot of every public page"
    )
    page = client.get("/training-schools").text
    assert "甲职业学校" in page
    assert "乙职业学校" not in page
    shown = client.get(f"/training-schools/{school.id}").text
    assert "一号教室" in shown
    assert client.get(f"/training-schools/{hidden.id}").status_code == 404
