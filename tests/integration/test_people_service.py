"""People: one person one row, changes on the record, groups and households."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, NotFound, Refused
from app.people import queries, service
from app.people.models import Group, HouseholdKind, Person, WorkStatus
from app.people.queries import PeopleFilters
from app.people.service import NewGroup, NewHousehold, PersonChanges
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, make_user
from tests.making.people import id_number, make_person, new_person

pytestmark = pytest.mark.usefixtures("session")


def officer(*area: str) -> Actor:
    return make_user(Role.VILLAGE_OFFICER, area=area or (VILLAGE,)).as_actor()


def found(by: Actor, **filters: Any) -> list[Person]:
    return list(db.session.scalars(queries.people_for(by, PeopleFilters(**filters))).unique())


def test_a_known_identity_number_is_the_same_person_whatever_else_is_said() -> None:
    by = officer()
    person = make_person(by=by)
    again = service.find_or_register(
        new_person(name="另一人", id_number=f" {person.id_number} ", phone="13900000009"), by=by
    )
    assert again is person
    assert (person.name, person.phone) == ("张示例", "13800000001")
    assert len(events_of(person)) == 1


def test_a_known_number_from_elsewhere_is_refused_and_reveals_nothing() -> None:
    person = make_person(name="李四光")
    with pytest.raises(Refused) as refusal:
        make_person(id_number=person.id_number, region_code="430626101001", by=officer(OTHER_COUNTY))
    assert refusal.value.field == "id_number"
    assert str(refusal.value) == "这个身份证号已在别处登记，请联系当地信息员。"


def test_two_officers_registering_one_number_at_once_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    by = officer()
    person = make_person(by=by)
    seen: list[object] = []
    real = queries.person_by_number
    monkeypatch.setattr(queries, "person_by_number", lambda number: real(number) if seen else seen.append(number))
    assert service.find_or_register(new_person(id_number=person.id_number), by=by).id == person.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"id_number": "430681199001010011"}, "id_number"),
        ({"name": "张3"}, "name"),
        ({"phone": "123"}, "phone"),
        ({"payee_account": "12ab"}, "payee_account"),
        ({"region_code": TOWNSHIP}, "region_code"),
        ({"region_code": "430626101001"}, "region_code"),
    ],
)
def test_what_is_wrong_at_registration_names_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as error:
        make_person(by=officer(), **given)
    assert error.value.field == field


def test_everything_personal_is_sealed_in_the_row() -> None:
    person = make_person(address="示例路 1 号")
    db.session.flush()
    for name in ("id_number", "phone", "address", "payee_account"):
        assert getattr(person, name).encode() not in getattr(person, f"{name}_sealed")


def test_a_change_leaves_the_names_of_its_fields_and_no_values() -> None:
    by = officer()
    person = make_person(by=by)
    changes = PersonChanges(phone="13900000009", work_status=WorkStatus.AWAY, education=person.education)
    assert set(service.change(person, changes, by=by)) == {"phone", "work_status"}
    event = events_of(person)[-1]
    assert (event.action, event.facts) == ("changed", {"fields": ["phone", "work_status"]})
    assert person.session_version == 2
    assert service.change(person, PersonChanges(phone="139 0000 0009"), by=by) == ()


def test_looking_at_a_masked_value_is_recorded() -> None:
    by = officer()
    person = make_person(by=by)
    assert service.reveal(person, "phone", by=by) == "13800000001"
    event = events_of(person)[-1]
    assert (event.action, event.facts, event.actor_key) == ("unmask", {"field": "phone"}, by.key)
    with pytest.raises(NotFound):
        service.reveal(person, "id_number_index", by=by)


def test_a_person_outside_the_area_is_not_found() -> None:
    person = make_person()
    assert queries.person_for(officer(COUNTY), person.id) is person
    for by in (officer(OTHER_COUNTY), officer("430681107002")):
        with pytest.raises(NotFound):
            queries.person_for(by, person.id)
        assert found(by) == []


@pytest.mark.parametrize("words", ["张示", "zsl", "zhangshi", "ZHANG SHI LI", "13800000077", "{last}", "{number}"])
def test_the_register_is_searched_by_name_pinyin_number_and_phone(words: str) -> None:
    by = officer()
    person = make_person(by=by, phone="13800000077", id_number=id_number(date(1958, 8, 18)))
    make_person(by=by, name="王五一")
    words = words.format(last=person.id_number[-4:], number=person.id_number)
    assert person in found(by, words=words)
    others = [row for row in found(by, words=words) if row.name != "张示例"]
    assert all(row.id_number.endswith(words) for row in others), "only the last four digits may be somebody else's too"


def test_the_register_is_narrowed_by_group_work_wish_household_and_village() -> None:
    by = officer(COUNTY)
    disabled = NewGroup(Group.DISABLED, "残疾人证", valid_from=clock.today() - timedelta(days=9))
    person = make_person(disabled, by=by, work_status=WorkStatus.AWAY, wish_trade="excavator")
    service.make_household(NewHousehold(VILLAGE, HouseholdKind.WATCHED), by=by, head=person)
    make_person(by=by)
    wanted = {
        "group": Group.DISABLED,
        "work_status": WorkStatus.AWAY,
        "wish": "excavator",
        "household_kind": HouseholdKind.WATCHED,
    }
    for name, value in wanted.items():
        assert found(by, **{name: value}) == [person]
    assert len(found(by, region_code=TOWNSHIP)) == 2
    assert found(by, region_code=OTHER_COUNTY) == []
    service.end_group(person.groups[0], on=clock.today() - timedelta(days=1), by=by)
    assert found(by, group=Group.DISABLED) == []


def test_a_group_holds_once_at_a_time_and_keeps_its_history() -> None:
    by = officer()
    person = make_person(NewGroup(Group.DISABLED, "残疾人证", "43068100000001", date(2025, 1, 1)), by=by)
    row = person.groups[0]
    with pytest.raises(Refused) as refusal:
        service.add_group(person, NewGroup(Group.DISABLED, "残疾人证"), by=by)
    assert refusal.value.field == "group"
    service.end_group(row, on=date(2025, 12, 31), by=by)
    service.add_group(person, NewGroup(Group.DISABLED, "新残疾人证", valid_from=date(2026, 1, 1)), by=by)
    assert [held.valid_to for held in person.groups] == [date(2025, 12, 31), None]
    with pytest.raises(DomainError) as error:
        service.change_group(row, NewGroup(Group.DISABLED, "x", "", date(2025, 5, 1), date(2025, 4, 1)), by=by)
    assert error.value.field == "valid_to"
    service.change_group(row, NewGroup(Group.DISABLED, "残疾人证", "", date(2025, 1, 1), date(2025, 11, 30)), by=by)
    assert row.document_number == "43068100000001"
    assert all("43068100000001" not in str(event.facts) for event in events_of(person))


def test_policy_is_told_groups_household_and_what_excludes() -> None:
    by = officer()
    person = make_person(NewGroup(Group.RURAL_TRANSFER, "户口簿"), by=by)
    service.make_household(NewHousehold(VILLAGE, HouseholdKind.ZERO_EMPLOYMENT), by=by, head=person)
    service.change(person, PersonChanges(exclusion="pensioner"), by=by)
    facts = queries.facts_of(person)
    assert [group.key for group in facts.groups] == ["rural_transfer", "zero_employment_household"]
    assert [status.key for status in facts.statuses] == ["pensioner"]


def test_people_join_and_leave_households() -> None:
    by = officer()
    mother, son = make_person(by=by), make_person(by=by)
    with transaction():
        home = service.make_household(NewHousehold(VILLAGE), by=by, head=mother)
        service.join_household(son, home, by=by)
    assert queries.members_of(home.id) == [mother, son]
    other = service.make_household(NewHousehold(VILLAGE), by=by, head=mother)
    assert (home.head_id, other.head_id) == (None, mother.id)
    with pytest.raises(Refused):
        service.name_head(other, son, by=by)
    with pytest.raises(NotFound):
        queries.household_for(officer(OTHER_COUNTY), home.id)
