"""The pre-check's pages: a list against a class or course, a person against all classes; what a school may see."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import Event
from app.classes.models import TrainingClass
from app.classes.queries.filing import stands_against
from app.enrollments.prechecks import lists
from app.enrollments.prechecks.lists import Answer, find_in_area, find_named
from app.enrollments.prechecks.queries import classes_near, offers_to, recommended, verdicts_of
from app.enrollments.prechecks.rules import read_lines
from app.enrollments.queries import active_in, precheck
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import TooMany
from app.people import service as people
from app.people.models import Exclusion, Group, Person
from app.people.sessions import PersonSession
from app.policies.rules.said import fill
from app.regions.queries import below
from tests.makers import OTHER_COUNTY, VILLAGE, make_user
from tests.making.classes import make_class, make_course, make_order, make_person, make_school_set
from tests.making.enrollments import enroll

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
NOBODY = "430681199003070000"


@pytest.fixture
def row() -> TrainingClass:
    """A class with three seats."""
    return make_class(capacity=3)


def village() -> Any:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


def disabled(name: str) -> Person:
    """Somebody who was once registered as disabled, and is not any more."""
    person = make_person(name)
    person.groups.clear()
    db.session.flush()
    group = people.NewGroup(Group.DISABLED, "残疾人证", valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    people.add_group(person, group, by=SYSTEM)
    return person


def test_a_pasted_list_is_found_in_the_area_and_every_line_is_answered() -> None:
    mine, namesakes = make_person("张三丰"), [make_person("王大力"), make_person("王大力")]
    away = make_person("李外地", village=below(OTHER_COUNTY, 5)[0].code)
    text = "\n".join(
        [
            f"1. 张三丰 {mine.phone}",
            "2. 王大力",
            f"3. 王大力 {namesakes[1].phone}",
            "4. 李外地",
            str(away.id_number),
            str(mine.id_number),
            f"赵错名 {mine.id_number}",
            f"钱某某 {mine.phone}",
            "没有这个人",
            "……",
        ]
    )
    found = find_in_area(village().as_actor(), read_lines(text))
    assert [line.answer for line in found] == [
        Answer.FOUND,
        Answer.SEVERAL,
        Answer.FOUND,
        Answer.UNKNOWN,
        Answer.UNKNOWN,
        Answer.TWICE,
        Answer.NAME_DIFFERS,
        Answer.NAME_DIFFERS,
        Answer.UNKNOWN,
        Answer.NOTHING,
    ]
    assert found[2].person == namesakes[1]
    assert set(found[1].people) == set(namesakes)


def test_a_school_finds_only_whom_it_can_name_in_full_and_so_many_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person("张三丰")
    text = f"张三丰 {person.id_number}\n张三丰\n{person.id_number}\n别的人 {person.id_number}\n张三丰 {person.phone}"
    found = find_named(read_lines(text), asked_by=f"school-of-test-{person.id}")
    assert [line.answer for line in found] == [Answer.FOUND, *[Answer.UNKNOWN] * 4]
    monkeypatch.setattr(lists, "LINES_A_DAY", 5)
    with pytest.raises(TooMany):
        find_named(read_lines("张三丰"), asked_by=f"school-of-test-{person.id}")


def test_an_officer_pastes_a_list_sees_why_and_goes_on_with_those_who_may(sign_in: SignIn, row: TrainingClass) -> None:
    may, barred = make_person("可以报"), disabled("不能报")
    already = make_person("已经报")
    enroll(row, already)
    db.session.commit()
    desk = sign_in(village())
    assert "粘贴名单" in desk.get(f"/classes/{row.id}/precheck").text
    text = f"可以报\n不能报\n已经报\n名册外\n{NOBODY}"
    page = desk.post(f"/classes/{row.id}/precheck", data={"people": text}).text
    for words in ("R07", "已经过期", "残疾人", "怎样能报", "湘人社规〔2024〕16号", "名册里没有", "已报名"):
        assert words in page
    assert f'name="person" value="{may.id}" checked' in page
    assert f'value="{barred.id}"' not in page
    assert f'value="{already.id}"' not in page
    assert [one.person_id for one in active_in(row.id)] == [already.id]


def test_an_empty_list_names_its_field(sign_in: SignIn, row: TrainingClass) -> None:
    desk = sign_in(village())
    answer = desk.post(f"/classes/{row.id}/precheck", data={"people": ""})
    assert answer.status_code == 422
    assert "请填写" in answer.text or "名单" in answer.text


def test_a_school_sees_the_verdict_and_the_rule_and_nothing_private(sign_in: SignIn, row: TrainingClass) -> None:
    barred, official = disabled("张残"), make_person("李公家")
    official.exclusion = Exclusion.PUBLIC_STAFF
    in_class = make_person("王在班")
    enroll(row, in_class)
    in_class.groups.clear()
    db.session.commit()
    desk = sign_in(make_user(Role.SCHOOL_CLERK, organization=row.course.organization))
    page = desk.get(f"/classes/{row.id}/precheck").text
    assert "王在班" in page
    assert "R03" in page
    text = f"张残 {barred.id_number}\n李公家 {official.id_number}"
    page = desk.post(f"/classes/{row.id}/precheck", data={"people": text}).text
    assert "R07" in page
    assert "R05" in page
    found = page.split("预检结果")[1].split("再查一份")[0]
    for secret in ("残疾", "2025-01-01", "编", str(barred.id_number), "还剩"):
        assert secret not in found
    query = select(Event).where(Event.subject_type == "classes", Event.action == "prechecked")
    (event,) = [one for one in db.session.scalars(query) if one.subject_id == row.id]
    assert event.facts == {"lines": 2, "found": 2}


def test_a_school_reads_no_private_reason_on_a_sign_up_either(sign_in: SignIn, row: TrainingClass) -> None:
    person = make_person("没证明")
    person.groups[0].evidence = ""
    made = enroll(row, person)
    db.session.commit()
    clerk = sign_in(make_user(Role.SCHOOL_CLERK, organization=row.course.organization))
    assert "户口簿" not in clerk.get(f"/enrollments/{made.id}").text
    assert "户口簿" in sign_in(village()).get(f"/enrollments/{made.id}").text


def test_a_school_that_files_reads_whose_paper_is_missing_and_not_which(row: TrainingClass) -> None:
    person = disabled("张某某")
    person.groups[0].valid_to = None
    person.groups[0].evidence = ""
    db.session.flush()
    enroll(row, person)
    found = [words for words in stands_against(row, clock.today()) if person.name in words]
    assert found[-1] == "张某某：补贴对象的证明还没有交。"
    assert "残疾" not in "".join(found)


def test_another_schools_class_is_not_there(sign_in: SignIn, row: TrainingClass) -> None:
    other = make_school_set()
    db.session.commit()
    desk = sign_in(other.clerk)
    assert desk.get(f"/classes/{row.id}/precheck").status_code == 404
    assert desk.get(f"/courses/{row.course_id}/precheck").status_code == 404


def test_a_list_is_checked_against_a_course_before_any_class_is_planned(sign_in: SignIn) -> None:
    course = make_course(make_school_set())
    make_person("想学焊")
    young = make_person("年纪小")
    young.birth_on = clock.today() - timedelta(days=12 * 365)
    db.session.commit()
    desk = sign_in(village())
    assert course.title in desk.get(f"/courses/{course.id}/precheck").text
    page = desk.post(f"/courses/{course.id}/precheck", data={"people": "想学焊\n年纪小"}).text
    assert "可以报" in page
    assert "R01" in page
    assert 'name="person"' not in page


def test_every_door_gives_the_same_verdict(row: TrainingClass) -> None:
    for person in (make_person(), disabled("过期证"), make_person(village=below(OTHER_COUNTY, 5)[0].code)):
        one = precheck(row, person)
        assert verdicts_of(row, [person])[person.id] == one
        (offer,) = offers_to(person, [row])
        assert offer.verdict == one


def test_a_class_at_the_same_time_as_ones_own_is_named(row: TrainingClass) -> None:
    person, other = make_person(), make_class(course=None, start_on=row.start_on)
    enroll(row, person)
    mine, clash = offers_to(person, [row, other])
    assert mine.standing is not None
    assert [reason.rule for reason in clash.verdict.reasons if reason.blocking] == ["R14", "R10"]


def test_courses_are_recommended_by_wish_place_and_posts_with_their_reasons() -> None:
    at = make_school_set()
    plain = make_class(at)
    order = make_order()
    wanted = make_class(at, make_course(at, trade="welding"), order=order, start_on=plain.start_on)
    person = make_person()
    person.wish_trade = "welding"
    db.session.flush()
    best = recommended(person, offers=offers_to(person, [plain, wanted]))
    assert [one.offer.class_.id for one in best] == [wanted.id, plain.id]
    words = " ".join(fill(one.message, one.params, str, "zh") for one in best[0].recommendation.reasons)
    for part in ("本人想学的", "本村", "10 个岗位", "还剩 3 次"):
        assert part in words
    enroll(wanted, person)
    again = recommended(person, offers=offers_to(person, [plain, wanted]))
    assert wanted.id not in [one.offer.class_.id for one in again]


def test_what_somebody_may_not_join_is_never_recommended(row: TrainingClass) -> None:
    person = disabled("过期证")
    assert recommended(person, offers=offers_to(person, [row])) == []


def test_open_classes_of_the_county_come_first() -> None:
    person = make_person()
    far = make_class(make_school_set(OTHER_COUNTY))
    far.region_code = OTHER_COUNTY
    close = make_class(start_on=far.start_on + timedelta(days=9))
    db.session.flush()
    order = [row.id for row in classes_near(person)]
    assert order.index(close.id) < order.index(far.id)


def test_a_laborer_reads_what_they_can_learn_before_signing_up(sign_in: SignIn, row: TrainingClass) -> None:
    person = disabled("过期证")
    db.session.commit()
    page = sign_in(PersonSession(person)).get("/my/learn").text
    assert row.name in page
    assert "不能报" in page
    assert "办好新的证明" in page
    assert "R07" not in page
    person.groups.clear()
    people.add_group(person, people.NewGroup(Group.RURAL_TRANSFER, "户口簿", valid_from=date(2024, 1, 1)), by=SYSTEM)
    db.session.commit()
    page = sign_in(PersonSession(person)).get("/my/learn").text
    assert "建议您先看这几个" in page
    assert "就在本村" in page


def test_the_bureau_sees_what_a_person_can_learn_without_a_way_to_enroll(sign_in: SignIn, row: TrainingClass) -> None:
    person = make_person()
    db.session.commit()
    page = sign_in(make_user(Role.TRAINING_OFFICER)).get(f"/people/{person.id}/enroll").text
    assert row.name in page
    assert "/enroll-others/consent" not in page
