"""Every change of a person keeps who, when and the old value; the second of two editors overwrites nothing."""

from datetime import date

import pytest

from app.accounts.models import User
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import NotFound, Refused
from app.people import queries, service
from app.people.models import (
    Ability,
    ChangeSource,
    Group,
    Health,
    Person,
    PersonChange,
    ServiceNeed,
    Trade,
    Willing,
    WishKind,
    WishOutcome,
    WorkStatus,
)
from app.people.service import ChangedMeanwhile, NewGroup, NewHousehold, NewWish, PersonChanges
from tests.makers import OTHER_COUNTY, VILLAGE, SignIn, make_user
from tests.making.people import id_number, make_person

pytestmark = pytest.mark.usefixtures("session")


def officer(role: Role = Role.VILLAGE_OFFICER, area: str = VILLAGE) -> User:
    with transaction():  # also keeps what the test made before: a refused request rolls back
        return make_user(role, area=(area,))


def changes(person: Person) -> list[PersonChange]:
    return list(reversed(db.session.scalars(queries.changes_of(person.id)).all()))


def form_of(person: Person, **given: object) -> dict[str, object]:
    """What the browser sends back when nothing was touched, and what was."""
    facts = {
        "version": person.version,
        "name": person.name,
        "region_code": person.region_code,
        "ethnic_group": person.ethnic_group,
        "education": person.education.value,
        "work_status": person.work_status.value,
        "ability": person.ability.value,
        "willing": person.willing.value,
        "payee_bank": person.payee_bank,
        "disability_level": "0",
        "skills": "、".join(person.skills),
    }
    return {**facts, **given}


def test_a_change_keeps_what_was_and_what_became_with_who_when_and_why() -> None:
    by, person = officer().as_actor(), make_person()
    with clock.at(clock.now()):
        service.change(
            person,
            PersonChanges(
                work_status=WorkStatus.EMPLOYED, wage_fen=380_000, employer_name="示例厂", skills=("焊工", "焊工")
            ),
            by=by,
            source=ChangeSource.SURVEY,
            reason="摸底上门",
        )
        rows = {row.field: row for row in changes(person)}
        assert {row.at for row in rows.values()} == {clock.now()}
    assert {name: (row.old_value, row.new_value) for name, row in rows.items()} == {
        "work_status": ("farming", "employed"),
        "wage_fen": (None, "380000"),
        "employer_name": (None, "示例厂"),
        "skills": (None, "焊工"),
    }
    assert {(row.by_key, row.by_name, row.source, row.reason, row.version) for row in rows.values()} == {
        (by.key, by.name, ChangeSource.SURVEY, "摸底上门", 2)
    }
    service.change(person, PersonChanges(wage_fen="", back_on=date(2026, 12, 1)), by=by)
    assert [(row.field, row.old_value, row.new_value) for row in changes(person)[-2:]] == [
        ("wage_fen", "380000", None),
        ("back_on", None, "2026-12-01"),
    ]


def test_old_personal_values_are_sealed() -> None:
    by, person = officer().as_actor(), make_person(address="示例路 1 号")
    service.change(
        person,
        PersonChanges(
            phone="13900000009", address="示例路 2 号", payee_account="6222000000000000002", guardian_phone=""
        ),
        by=by,
    )
    rows = changes(person)
    assert {row.field for row in rows} == {"phone", "address", "payee_account"}
    for row in rows:
        assert (row.old_value, row.new_value) == (None, None)
        assert row.old_personal
        assert row.new_personal
        for plain, sealed in ((row.old_personal, row.old_personal_sealed), (row.new_personal, row.new_personal_sealed)):
            assert plain.encode() not in (sealed or b"")


def test_what_changes_nothing_leaves_no_trace() -> None:
    by, person = officer().as_actor(), make_person()
    assert service.change(person, PersonChanges(phone="138 0000 0001", work_status=person.work_status), by=by) == ()
    assert (person.version, changes(person), len(events_of(person))) == (1, [], 1)


def test_groups_and_households_keep_their_old_values() -> None:
    by, person = officer().as_actor(), make_person()
    held = service.add_group(person, NewGroup(Group.DISABLED, "残疾人证", "示例12", date(2026, 1, 1)), by=by)
    service.change_group(held, NewGroup(Group.DISABLED, "残疾人证（换发）", "示例13", date(2026, 1, 1)), by=by)
    home = service.make_household(NewHousehold(VILLAGE), by=by, head=person)
    service.leave_household(person, by=by)
    rows = [(row.item, row.field, row.old_value, row.new_value) for row in changes(person)]
    assert ("disabled", "evidence", None, "残疾人证") in rows
    assert ("disabled", "evidence", "残疾人证", "残疾人证（换发）") in rows
    assert ("", "household", None, str(home.id)) in rows
    assert rows[-1] == ("", "household", str(home.id), None)
    number = next(row for row in changes(person) if row.field == "document_number" and row.old_personal)
    assert (number.old_personal, number.new_personal, number.old_value) == ("示例12", "示例13", None)


def test_the_second_of_two_editors_writes_nothing() -> None:
    by, person = officer().as_actor(), make_person()
    seen = person.version
    service.change(person, PersonChanges(phone="13900000009"), by=by, seen=seen)
    with pytest.raises(ChangedMeanwhile, match=by.name):
        service.change(person, PersonChanges(phone="13900000008"), by=by, seen=seen)
    held = service.add_group(person, NewGroup(Group.DISABLED), by=by)
    for act in (
        lambda: service.add_group(person, NewGroup(Group.VETERAN), by=by, seen=seen),
        lambda: service.change_group(held, NewGroup(Group.DISABLED, "证"), by=by, seen=seen),
    ):
        with pytest.raises(ChangedMeanwhile):
            act()
    assert (person.phone, [held.evidence for held in person.groups]) == ("13900000009", [""])


def test_two_editors_see_both_values_side_by_side_and_the_first_ones_stay(sign_in: SignIn) -> None:
    person = make_person()
    first, second = officer(), officer()
    opened = form_of(person)
    answer = sign_in(first).post(
        f"/people/{person.id}/edit",
        data={**opened, "work_status": "employed", "employer_name": "示例厂", "education": "senior"},
    )
    assert answer.status_code == 303
    client = sign_in(second)
    page = client.post(
        f"/people/{person.id}/edit",
        data={**opened, "work_status": "away", "away_where": "东莞", "phone": "13900000009"},
    )
    assert page.status_code == 409
    assert first.name in page.text
    for words in ("别人刚改了这些", "务农", "已就业", "外出务工", "示例厂", "您没有改"):
        assert words in page.text
    db.session.expire_all()
    assert (person.work_status, person.employer_name, person.phone) == (WorkStatus.EMPLOYED, "示例厂", "13800000001")
    assert 'value="示例厂"' in page.text, "what the second did not touch takes the first one's value"
    assert 'value="away" checked' in page.text or 'checked class="form-check-input" id="work_status-4"' in page.text
    assert f'name="version" type="hidden" value="{person.version}"' in page.text


def test_groups_are_not_overwritten_either(sign_in: SignIn) -> None:
    person = make_person(NewGroup(Group.DISABLED, "残疾人证", "", date(2026, 1, 1)))
    held, seen = person.groups[0], person.version
    client = sign_in(officer())
    service.change(person, PersonChanges(education=person.education, phone="13900000009"), by=officer().as_actor())
    db.session.commit()
    path = f"/people/{person.id}/groups/{held.id}/edit"
    page = client.post(path, data={"version": seen, "evidence": "新证", "valid_from": "2026-01-01"})
    assert page.status_code == 409
    assert "139****0009" in page.text
    assert held.evidence == "残疾人证"


def test_the_form_of_a_group_says_what_proof_the_policy_wants(sign_in: SignIn) -> None:
    person = make_person()
    page = sign_in(officer()).get(f"/people/{person.id}/groups/new").text
    for words in ("各类要看什么证明", "监测对象认定表或乡镇证明", "灵活就业人员"):
        assert words in page


def test_the_persons_page_tells_the_history_masked_and_unmasking_is_recorded(sign_in: SignIn) -> None:
    person, user = make_person(), officer()
    by = user.as_actor()
    service.change(person, PersonChanges(phone="13900000009", health=Health.CHRONIC), by=by)
    db.session.commit()
    client = sign_in(user)
    for path in (f"/people/{person.id}", f"/people/{person.id}/history"):
        page = client.get(path).text
        assert "138****0001" in page
        assert "139****0009" in page
        assert "有慢性病" in page
        assert "13800000001" not in page
    change = next(row for row in changes(person) if row.field == "phone")
    page = client.post(f"/people/{person.id}/history/{change.id}/unmask").text
    assert "13800000001" in page
    assert (events_of(person)[-1].action, events_of(person)[-1].facts) == (
        "unmask",
        {"field": "phone", "change": change.id},
    )
    other = make_person()
    db.session.commit()
    assert client.post(f"/people/{other.id}/history/{change.id}/unmask").status_code == 404


def test_the_form_takes_all_that_is_known_of_a_person(sign_in: SignIn) -> None:
    person = make_person()
    given = {
        "work_status": "employed",
        "work_since_on": "2026-03-01",
        "employer_name": "示例厂",
        "wage_fen": "3,800.50",
        "unemployed_since_on": "2025-01-01",
        "away_where": "东莞",
        "back_on": "2027-02-01",
        "health": "chronic",
        "disability_level": "3",
        "ability": "partly",
        "willing": "willing",
        "skills": "泥瓦工、驾驶 焊工",
        "service_needs": ["guidance", "loan"],
        "stay_code": VILLAGE,
        "stay_words": "镇上",
        "guardian_name": "张父亲",
        "guardian_relation": "父亲",
        "guardian_phone": "13900000001",
        "wish_trade": "welding",
    }
    answer = sign_in(officer()).post(f"/people/{person.id}/edit", data=form_of(person, **given))
    assert answer.status_code == 303
    db.session.refresh(person)
    assert (person.wage_fen, person.employer_name, person.back_on) == (380_050, "示例厂", date(2027, 2, 1))
    assert (person.health, person.disability_level, person.ability, person.willing) == (
        Health.CHRONIC,
        3,
        Ability.PARTLY,
        Willing.WILLING,
    )
    assert (person.skills, person.service_needs) == (
        ["泥瓦工", "驾驶", "焊工"],
        [ServiceNeed.GUIDANCE, ServiceNeed.LOAN],
    )
    assert (person.stay_code, person.guardian_name, person.guardian_phone) == (VILLAGE, "张父亲", "13900000001")
    page = sign_in(officer()).get(f"/people/{person.id}").text
    for words in ("示例厂", "3,800.50", "弱劳动能力", "3 级", "泥瓦工", "职业指导", "139****0001", "焊工"):
        assert words in page
    assert "13900000001" not in page
    opened = sign_in(officer()).get(f"/people/{person.id}/edit").text
    assert 'value="泥瓦工、驾驶、焊工"' in opened
    answer = sign_in(officer()).post(
        f"/people/{person.id}/edit", data=form_of(person, work_since_on="", guardian_name="")
    )
    assert answer.status_code == 303
    db.session.refresh(person)
    assert (person.work_since_on, person.wage_fen) == (None, None)
    assert (person.guardian_name, person.guardian_phone) == ("", None)


def test_a_minor_has_a_guardian(sign_in: SignIn) -> None:
    born = date(clock.today().year - 17, 1, 1)
    person = make_person(id_number=id_number(born))
    user = officer()
    assert "还没有登记监护人" in sign_in(user).get(f"/people/{person.id}").text
    page = sign_in(user).post(f"/people/{person.id}/edit", data=form_of(person))
    assert page.status_code == 422
    assert "未满 18 岁的，请填写监护人" in page.text
    given = {"guardian_name": "张母亲", "guardian_relation": "母亲", "guardian_phone": "13900000001"}
    assert sign_in(user).post(f"/people/{person.id}/edit", data=form_of(person, **given)).status_code == 303


def test_wishes_stand_until_they_are_answered_and_the_row_knows_the_trade() -> None:
    by, person = officer().as_actor(), make_person(wish_trade="cooking")
    wage = service.tell_wish(person, NewWish(WishKind.WAGE, "450000"), by=by)
    assert service.tell_wish(person, NewWish(WishKind.WAGE, "450000"), by=by) is wage
    service.tell_wish(person, NewWish(WishKind.TRADE, Trade.WELDING), by=by)
    assert person.wish_trade == "welding"
    assert [(wish.kind, wish.value) for wish in queries.open_wishes(person.id)] == [
        ("trade", "cooking"),
        ("wage", "450000"),
        ("trade", "welding"),
    ]
    service.answer_wish(wage, WishOutcome.OFFERED, by=by, answer="荐了示例厂")
    with pytest.raises(Refused, match="已经回复"):
        service.answer_wish(wage, WishOutcome.MET, by=by)
    welding = queries.open_wishes(person.id)[-1]
    service.answer_wish(welding, WishOutcome.WITHDRAWN, by=by)
    assert person.wish_trade == "cooking"
    service.change(person, PersonChanges(wish_trade=""), by=by)
    assert queries.open_wishes(person.id) == []
    with pytest.raises(NotFound):
        queries.wish_for(officer(area=OTHER_COUNTY).as_actor(), wage.id)


def test_wishes_are_told_and_answered_on_their_pages(sign_in: SignIn) -> None:
    person, user = make_person(), officer()
    client = sign_in(user)
    assert client.post(f"/people/{person.id}/wishes", data={"trade": "", "note": "x"}).status_code == 422
    answer = client.post(f"/people/{person.id}/wishes", data={"trade": "welding", "wage": "4500", "dates": "农闲时"})
    assert answer.status_code == 303
    wishes = queries.open_wishes(person.id)
    assert [(wish.kind, wish.value) for wish in wishes] == [
        ("trade", "welding"),
        ("wage", "450000"),
        ("dates", "农闲时"),
    ]
    assert "4,500.00" in client.get(f"/people/{person.id}/wishes").text
    assert client.get(f"/wishes/{wishes[0].id}").status_code == 200
    assert client.post(f"/wishes/{wishes[0].id}", data={"outcome": ""}).status_code == 422
    assert client.post(f"/wishes/{wishes[0].id}", data={"outcome": "offered", "answer": "荐了班"}).status_code == 303
    assert "荐了班" in client.get(f"/people/{person.id}").text


def test_a_phone_is_called_and_confirmed_on_its_page(sign_in: SignIn) -> None:
    person, user = make_person(), officer()
    claim = service.claim_phone(person, "13900000009", by=user.as_actor(), name="张示例")
    assert claim is not None
    db.session.commit()
    client = sign_in(user)
    assert "139****0009" in client.get("/phone-claims").text
    assert "有手机号待核实" in client.get(f"/people/{person.id}").text
    page = client.get(f"/phone-claims/{claim.id}").text
    assert "13900000009" not in page
    assert "13900000009" in client.post(f"/phone-claims/{claim.id}/unmask").text
    assert events_of(person)[-1].facts == {"field": "phone", "phone_claim": claim.id}
    assert client.post(f"/phone-claims/{claim.id}/confirm", data={"note": ""}).status_code == 422
    assert client.post(f"/phone-claims/{claim.id}/confirm", data={"note": "本人接的"}).status_code == 303
    db.session.refresh(person)
    assert person.phone == "13900000009"


def test_a_number_is_changed_on_its_page(sign_in: SignIn) -> None:
    person, user = make_person(), officer()
    old, new = person.id_number, id_number(date(1949, 10, 10))
    client = sign_in(user)
    assert old not in client.get(f"/people/{person.id}/number").text
    given = {"version": person.version, "id_number": new, "mistaken": "no", "reason": "换发", "document": "户口本"}
    assert client.post(f"/people/{person.id}/number", data={**given, "document": ""}).status_code == 422
    assert client.post(f"/people/{person.id}/number", data=given).status_code == 303
    page = client.get(f"/people/{person.id}").text
    assert "以前是" in page
    assert old not in page
    assert client.post(f"/people/{person.id}/number", data=given).status_code == 409


def test_two_rows_are_compared_merged_and_taken_apart_on_pages(sign_in: SignIn) -> None:
    kept, dropped = make_person(name="张一"), make_person(name="张二")
    client = sign_in(officer(Role.TRAINING_OFFICER, "430681"))
    assert client.post(f"/people/{kept.id}/merge", data={"id_number": "430681199001010011"}).status_code == 422
    page = client.post(f"/people/{kept.id}/merge", data={"id_number": dropped.id_number}).text
    assert "张二" in page
    assert dropped.id_number not in page
    path = f"/people/{kept.id}/merge/{dropped.id}"
    assert client.post(path, data={"reason": ""}).status_code == 422
    assert client.post(path, data={"reason": "户口本上是同一个人"}).status_code == 303
    assert "并入另一条" in client.get(f"/people/{dropped.id}").text
    row = queries.merges_of(kept.id)[0]
    assert client.get(f"/person-merges/{row.id}").status_code == 200
    assert client.post(f"/person-merges/{row.id}", data={"reason": "认错了"}).status_code == 303
    assert "并入另一条" not in client.get(f"/people/{dropped.id}").text
    assert sign_in(officer()).get(f"/people/{kept.id}/merge").status_code == 403


def test_somebody_of_another_area_is_not_found_by_merging(sign_in: SignIn) -> None:
    kept, far = make_person(), make_person(region_code="430626101001")
    client = sign_in(officer(Role.TRAINING_OFFICER, "430681"))
    page = client.post(f"/people/{kept.id}/merge", data={"id_number": far.id_number})
    assert page.status_code == 422
    assert "没有找到" in page.text
    assert client.post(f"/people/{kept.id}/merge/{far.id}", data={"reason": "x"}).status_code == 404
