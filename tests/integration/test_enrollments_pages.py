"""The pages of sign-up: a laborer on a phone, an officer for others, the lists."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from app.accounts.models import User
from app.classes.models import TrainingClass
from app.enrollments import queries
from app.enrollments.models import Enrollment
from app.enrollments.rules import EnrollmentStatus
from app.kernel.access import Role
from app.kernel.database import db
from app.messages.models import Message
from app.people.models import Person
from app.people.sessions import PersonSession
from app.regions.queries import below
from tests.makers import OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import make_class, make_person
from tests.making.enrollments import enroll, enroll_people, laborer

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def row() -> TrainingClass:
    """A class with two seats."""
    made = make_class(capacity=2)
    db.session.commit()
    return made


@pytest.fixture
def person() -> Person:
    """A laborer of the village."""
    made = make_person()
    db.session.commit()
    return made


@pytest.fixture
def phone(sign_in: SignIn, person: Person) -> FlaskClient:
    """The laborer's phone, signed in."""
    db.session.commit()
    return sign_in(PersonSession(person))


@pytest.fixture
def officer() -> User:
    """The village officer."""
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


@pytest.fixture
def desk(sign_in: SignIn, officer: User, person: Person) -> FlaskClient:
    """The village officer, signed in."""
    assert person.region_code == VILLAGE
    db.session.commit()
    return sign_in(officer)


def only(row: TrainingClass) -> Enrollment:
    db.session.expire_all()
    return db.session.scalars(select(Enrollment).where(Enrollment.class_id == row.id)).one()


def test_a_laborer_reads_what_it_means_and_signs_up(phone: FlaskClient, row: TrainingClass, person: Person) -> None:
    page = phone.get(f"/classes/{row.id}/enroll").text
    for words in (person.name, row.site.address, "3 次中的 1 次", "谁能看", "确认报名"):
        assert words in page
    answer = phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    assert answer.status_code == 303
    assert "报上了" in phone.get(answer.location).text
    assert only(row).person_id == person.id
    assert row.name in phone.get("/my/enrollments").text


def test_without_agreeing_nothing_happens_and_the_page_says_so(phone: FlaskClient, row: TrainingClass) -> None:
    answer = phone.post(f"/classes/{row.id}/enroll", data={})
    assert answer.status_code == 422
    assert "请先勾选" in answer.text
    assert queries.active_in(row.id) == []


def test_signing_up_twice_shows_the_one_that_stands(phone: FlaskClient, row: TrainingClass) -> None:
    first = phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    second = phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    assert first.location == second.location
    assert phone.get(f"/classes/{row.id}/enroll").location == first.location


def test_a_full_class_gives_a_number(phone: FlaskClient, row: TrainingClass) -> None:
    enroll_people(row, 4)
    assert "排候补" in phone.get(f"/classes/{row.id}/enroll").text
    answer = phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    assert "候补第 3 位" in phone.get(answer.location).text


def test_who_may_not_join_reads_every_reason_and_has_no_button(
    phone: FlaskClient, row: TrainingClass, person: Person
) -> None:
    person.groups.clear()
    db.session.commit()
    page = phone.get(f"/classes/{row.id}/enroll").text
    assert "没有登记为补贴对象" in page
    assert "带上证明到村里登记" in page
    assert 'name="agree"' not in page
    answer = phone.post(f"/classes/{row.id}/enroll", data={"agree": "y"})
    assert answer.status_code == 422


def test_a_laborer_withdraws_and_the_next_one_is_asked(phone: FlaskClient, person: Person) -> None:
    row = make_class(capacity=1)
    mine = enroll(row, person)
    waiting = enroll_people(row, 1)[0]
    answer = phone.post(f"/my/enrollments/{mine.id}/withdraw", data={"reason": "有事"}, follow_redirects=True)
    assert "已经退出" in answer.text
    db.session.expire_all()
    assert [mine.status, waiting.status] == [EnrollmentStatus.WITHDRAWN, EnrollmentStatus.OFFERED]


def test_another_laborers_enrollment_is_not_there(phone: FlaskClient, row: TrainingClass) -> None:
    other = enroll_people(row, 1)[0]
    assert phone.get(f"/my/enrollments/{other.id}").status_code == 404
    assert phone.post(f"/my/enrollments/{other.id}/withdraw").status_code == 404


def test_an_officer_sees_each_ones_verdict_and_enrolls_several_with_a_slip(
    desk: FlaskClient, row: TrainingClass, person: Person
) -> None:
    second, barred = make_person("王小二"), make_person("赵不行")
    barred.groups.clear()
    db.session.commit()
    page = desk.get(f"/classes/{row.id}/enroll-others").text
    assert "王小二" in page
    assert "没有登记为补贴对象" in page
    assert f'value="{barred.id}"' not in page
    address = f"/classes/{row.id}/enroll-others/consent?person={person.id}&person={second.id}"
    page = desk.get(address).text
    assert "本人签字单" in page
    assert "own_code" not in page
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(picture, "PNG")
    picture.seek(0)
    answer = desk.post(address, data={"consent": "signed_slip", "slip": (picture, "单子.png")})
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "王小二" in page
    made = queries.active_of(row.id, second.id)
    assert made is not None
    assert desk.get(f"/enrollments/{made.id}/slip").mimetype == "image/png"


def test_a_missing_proof_names_its_field(desk: FlaskClient, row: TrainingClass, person: Person) -> None:
    address = f"/classes/{row.id}/enroll-others/consent?person={person.id}"
    assert "请在“本人怎样同意的”里选一项" in desk.post(address, data={}).text
    answer = desk.post(address, data={"consent": "witnessed"})
    assert answer.status_code == 422
    assert "请写明谁在场见证" in answer.text
    assert "签字单的照片" in desk.post(address, data={"consent": "signed_slip"}).text
    assert queries.active_in(row.id) == []


def test_a_code_read_out_by_the_person_is_consent(desk: FlaskClient, row: TrainingClass, person: Person) -> None:
    answer = desk.post(f"/classes/{row.id}/enroll-others/{person.id}/code")
    assert answer.status_code == 303
    message = db.session.scalars(select(Message).where(Message.recipient == "phone")).one()
    code = next(word for word in str(message.text).replace(",", " ").replace("，", " ").split() if word.isdigit())
    address = f"/classes/{row.id}/enroll-others/consent?person={person.id}"
    wrong = desk.post(address, data={"consent": "own_code", "code": "000000"})
    assert wrong.status_code == 422
    assert desk.post(address, data={"consent": "own_code", "code": code}).status_code == 303
    assert only(row).consent == "own_code"


def test_people_outside_the_area_are_not_there(desk: FlaskClient, row: TrainingClass) -> None:
    away = make_person(village=below(OTHER_COUNTY, 5)[0].code)
    db.session.commit()
    assert desk.get(f"/classes/{row.id}/enroll-others/consent?person={away.id}").status_code == 404
    made = enroll(row, away)
    assert desk.get(f"/enrollments/{made.id}").status_code == 404
    assert desk.post(f"/enrollments/{made.id}/withdraw").status_code == 404
    assert desk.get(f"/people/{away.id}/enroll").status_code == 404


def test_an_officer_picks_a_class_for_a_person(desk: FlaskClient, row: TrainingClass, person: Person) -> None:
    page = desk.get(f"/people/{person.id}/enroll").text
    assert row.name in page
    assert f"person={person.id}" in page


def test_an_officer_withdraws_for_a_person(desk: FlaskClient, row: TrainingClass, person: Person) -> None:
    made = enroll(row, person)
    assert "替本人退出" in desk.get(f"/enrollments/{made.id}").text
    answer = desk.post(f"/enrollments/{made.id}/withdraw", data={"reason": "生病"}, follow_redirects=True)
    assert "已经替本人退出" in answer.text
    assert only(row).status == EnrollmentStatus.WITHDRAWN


def test_the_list_of_a_class_shows_seats_first_then_the_waiting_list(sign_in: SignIn, row: TrainingClass) -> None:
    made = enroll_people(row, 4)
    made[0].person.name, made[3].person.name = "座一", "候二"
    db.session.commit()
    page = sign_in(make_user(Role.TRAINING_OFFICER)).get(f"/classes/{row.id}/enrollments").text
    assert page.index("座一") < page.index("候二")
    assert "候补 2 号" in page
    page = sign_in(make_user(Role.TRAINING_OFFICER)).get(f"/classes/{row.id}/enrollments?status=waiting").text
    assert "座一" not in page


def test_lists_are_scoped(row: TrainingClass, person: Person) -> None:
    made = enroll(row, person)
    school = Role.SCHOOL_CLERK
    seen = {
        "village": make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor(),
        "bureau": make_user(Role.TRAINING_OFFICER).as_actor(),
        "auditor": make_user(Role.AUDITOR).as_actor(),
        "school": make_user(school, organization=row.course.organization).as_actor(),
        "self": laborer(person),
    }
    blind = {
        "county": make_user(Role.TRAINING_OFFICER, area=(OTHER_COUNTY,)).as_actor(),
        "laborer": laborer(make_person()),
    }
    found = {name: bool(db.session.scalars(queries.enrollments_query(by)).all()) for name, by in (seen | blind).items()}
    assert found == dict.fromkeys(seen, True) | dict.fromkeys(blind, False)
    assert queries.enrollment_for(seen["school"], made.id).id == made.id


def test_staff_have_no_sign_up_of_their_own(desk: FlaskClient, row: TrainingClass) -> None:
    assert desk.get(f"/classes/{row.id}/enroll").status_code == 403
    assert desk.get("/my/enrollments").status_code == 403
