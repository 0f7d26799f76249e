"""One person is one row: numbers that change, two rows that are one person, phones that don't fit."""

from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.audit.queries import events_of
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import constraint_of, db
from app.kernel.errors import DomainError, NotFound, Refused
from app.people import queries, service
from app.people.models import (
    ChangeSource,
    FormerNumber,
    IdKind,
    Person,
    PhoneClaim,
    PhoneClaimStatus,
    Sex,
)
from app.people.queries import PeopleFilters
from app.people.rules import check_character
from app.people.service import ChangedMeanwhile
from app.people.sessions import PersonSession, _load_person
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.people import id_number, make_person, new_person

pytestmark = pytest.mark.usefixtures("session")
_days = count(1)


def officer(*area: str, role: Role = Role.VILLAGE_OFFICER) -> Actor:
    return make_user(role, area=area or (VILLAGE,)).as_actor()


def another_number() -> str:
    """A number that no person of these tests has: its birthdays lie before all of theirs."""
    return id_number(date(1950, 1, 1) + timedelta(days=next(_days)))


def change_number(person: Person, number: str, by: Actor = SYSTEM, **more: object) -> None:
    told: dict[str, object] = {"reason": "公安机关换发新号", "document": "户口本"}
    service.change_number(person, number, by=by, **{**told, **more})  # type: ignore[arg-type]  # tests name any of them


def refused(row: object) -> str | None:
    """Which constraint the database names when this row is written."""
    with pytest.raises(IntegrityError) as error:
        _write(row)
    return constraint_of(error.value)


def _write(row: object) -> None:
    with db.session.begin_nested():
        db.session.add(row)
        db.session.flush()


def test_a_changed_number_keeps_one_history_and_the_old_one_still_finds_the_person() -> None:
    person = make_person()
    old, new = person.id_number, another_number()
    service.reserve_use(person.id, occupation_code="a", level=5, slots=3, year=2026, reference="t:1", by=SYSTEM)
    by = officer()
    change_number(person, new, by)
    assert queries.person_by_number(old) is person
    assert queries.person_by_number(new) is person
    assert (person.id_number, person.birth_on) == (new, date(int(new[6:10]), int(new[10:12]), int(new[12:14])))
    former = queries.former_numbers_of(person.id)[0]
    assert (former.id_number, former.reason, former.document, former.by_key) == (
        old,
        "公安机关换发新号",
        "户口本",
        by.key,
    )
    assert [use.reference for use in queries.uses_of(person.id)] == ["t:1"]
    assert events_of(person)[-1].action == "number changed"
    assert old not in str(events_of(person)[-1].facts)


def test_who_registers_with_the_old_number_is_the_same_person() -> None:
    person, by = make_person(), officer()
    old = person.id_number
    change_number(person, another_number(), by)
    assert service.find_or_register(new_person(id_number=old, phone=""), by=by) is person


@pytest.mark.parametrize("digits", [18, 4])
def test_the_register_is_searched_by_the_old_number_too(digits: int) -> None:
    person, by = make_person(), officer()
    old = person.id_number or ""
    change_number(person, another_number(), by)
    found = queries.find_people(by, PeopleFilters(words=old[-digits:]), 1)
    assert person in found.items


def test_the_register_is_searched_by_the_number_of_a_merged_row() -> None:
    kept, dropped, by = make_person(), make_person(), officer()
    service.merge(kept, dropped, by=SYSTEM, reason="同一个人")
    found = queries.find_people(by, PeopleFilters(words=dropped.id_number or ""), 1)
    assert list(found.items) == [kept]


def test_the_database_gives_a_former_number_to_nobody_else() -> None:
    person, other = make_person(), make_person()
    old = person.id_number
    change_number(person, another_number())
    index = db.session.scalar(select(FormerNumber.id_number_index).where(FormerNumber.person_id == person.id))
    with pytest.raises(IntegrityError) as error, db.session.begin_nested():
        db.session.execute(update(Person).where(Person.id == other.id).values(id_number_index=index))
    assert constraint_of(error.value) == "uq_people_id_number"
    db.session.expire(other)
    columns = [column for column in Person.__table__.columns if column.name not in {"id", "seal_id"}]
    values = {column.name: getattr(other, column.name) for column in columns}
    row = Person(**{**values, "id_number_index": index})
    assert refused(row) == "uq_people_id_number"
    assert queries.person_by_number(old) is person


def test_a_number_of_somebody_else_is_nobodys_former_one() -> None:
    person, other = make_person(), make_person()
    row = FormerNumber(
        person_id=person.id,
        id_number=other.id_number,
        last_four_index=other.last_four_index,
        reason="x",
        document="x",
        by_key="x",
        by_name="x",
        until_at=person.created_at,
    )
    assert refused(row) == "uq_people_id_number"


def test_a_number_is_changed_only_with_a_reason_a_document_and_a_free_number() -> None:
    person, other = make_person(), make_person()
    old = other.id_number
    change_number(other, another_number())
    for given, field in (
        ({"reason": " "}, "reason"),
        ({"document": ""}, "document"),
        ({"number": "430681199001010011"}, "id_number"),
        ({"number": person.id_number}, "id_number"),
        ({"number": other.id_number}, "id_number"),
        ({"number": old}, "id_number"),
    ):
        told = {"number": another_number(), **given}
        with pytest.raises(DomainError) as error:
            change_number(person, told.pop("number"), **told)
        assert error.value.field == field, given
    assert queries.former_numbers_of(person.id) == []


def test_somebody_who_goes_back_to_an_earlier_number_keeps_both() -> None:
    person = make_person()
    first, second = person.id_number, another_number()
    change_number(person, second)
    change_number(person, first)
    change_number(person, second)
    assert person.id_number == second
    assert queries.person_by_number(first) is person
    assert {row.id_number for row in queries.former_numbers_of(person.id)} == {first, second}


def test_a_number_that_was_never_theirs_is_free_again_unless_something_was_claimed_with_it() -> None:
    person = make_person()
    wrong = person.id_number
    change_number(person, another_number(), mistaken=True)
    assert queries.person_by_number(wrong) is None
    assert make_person(id_number=wrong).id != person.id
    service.reserve_use(person.id, occupation_code="a", level=5, slots=3, year=2026, reference="t:2", by=SYSTEM)
    with pytest.raises(Refused, match="旧号码要留着"):
        change_number(person, another_number(), mistaken=True)


def test_the_second_of_two_who_change_the_number_is_stopped() -> None:
    person = make_person()
    seen = person.version
    change_number(person, another_number(), seen=seen)
    with pytest.raises(ChangedMeanwhile):
        change_number(person, another_number(), seen=seen)


@pytest.mark.parametrize(
    ("area", "kind"),
    [("430681", IdKind.CITIZEN), ("810000", IdKind.HONG_KONG_MACAU), ("820000", IdKind.HONG_KONG_MACAU),
     ("830000", IdKind.TAIWAN)],
)  # fmt: skip
def test_residence_permits_are_known_as_such(area: str, kind: IdKind) -> None:
    person = make_person(id_number=id_number(date(1971, 3, next(_days)), area))
    assert (person.id_kind, person.sex, person.birth_on.year) == (kind, Sex.FEMALE, 1971)


def test_an_area_that_is_gone_from_todays_county_list_is_taken() -> None:
    """430600-odd codes of counties that were merged long ago stand on cards for life."""
    assert make_person(id_number=id_number(date(1961, 5, 5), "430699")).id_kind == IdKind.CITIZEN
    with pytest.raises(DomainError, match="地区代码"):
        make_person(id_number=id_number(date(1961, 5, 5), "480001"))


def test_a_known_number_with_another_phone_changes_nothing_and_waits_for_a_call() -> None:
    person, by = make_person(), officer()
    again = service.find_or_register(
        new_person(name="另一人", id_number=person.id_number, phone="139 0000 0009"), by=by
    )
    assert again is person
    assert (person.phone, person.version, person.session_version) == ("13800000001", 1, 1)
    claim = db.session.scalars(queries.phone_claims_for(by)).one()
    assert (claim.person_id, claim.phone, claim.name, claim.status) == (person.id, "13900000009", "另一人", "open")
    for sealed, plain in ((claim.phone_sealed, "13900000009"), (claim.name_sealed, "另一人")):
        assert plain.encode() not in (sealed or b"")


def test_the_same_phone_waits_once_and_nobody_floods_the_list() -> None:
    person, by = make_person(), officer()
    for phone in ("13900000001", "13900000001", *(f"1390000000{n}" for n in range(2, 9)), "13800000001"):
        service.find_or_register(new_person(id_number=person.id_number, phone=phone), by=by)
    assert len(db.session.scalars(queries.phone_claims_for(by)).all()) == 5


def claimed(by: Actor) -> PhoneClaim:
    person = make_person()
    found = service.claim_phone(person, "13900000009", by=by)
    assert found is not None
    return found


def test_a_confirmed_phone_is_the_persons_and_ends_old_sign_ins() -> None:
    by = officer()
    claim = claimed(by)
    person = claim.person
    before = PersonSession(person).get_id()
    service.confirm_phone(claim, by=by, note="本人接的电话")
    assert person.phone == "13900000009"
    assert PersonSession(person).get_id() != before
    assert _load_person(person.id, int(before.rpartition(":")[2])) is None
    change = db.session.scalars(queries.changes_of(person.id)).first()
    assert change is not None
    assert (change.field, change.source, change.old_personal, change.new_personal, change.old_value) == (
        "phone",
        ChangeSource.PHONE_CLAIM,
        "13800000001",
        "13900000009",
        None,
    )
    with pytest.raises(Refused):
        service.reject_phone(claim, by=by, note="x")


def test_a_rejected_phone_changes_nothing_and_leaves_the_list() -> None:
    by = officer()
    claim = claimed(by)
    service.reject_phone(claim, by=by, note="打错了")
    assert (claim.status, claim.person.phone) == (PhoneClaimStatus.REJECTED, "13800000001")
    assert db.session.scalars(queries.phone_claims_for(by)).all() == []


def test_phones_of_another_area_are_not_seen() -> None:
    claim, far = claimed(SYSTEM), officer(OTHER_COUNTY)
    assert db.session.scalars(queries.phone_claims_for(far)).all() == []
    with pytest.raises(NotFound):
        queries.phone_claim_for(far, claim.id)


@pytest.mark.parametrize("statement", ["UPDATE person_changes SET by_name = 'x'", "DELETE FROM former_numbers"])
def test_history_can_only_grow(statement: str) -> None:
    person = make_person()
    change_number(person, another_number())
    with pytest.raises(ProgrammingError, match="permission denied"), db.session.begin_nested():
        db.session.execute(text(statement))


def test_two_rows_of_one_person_are_found_as_one() -> None:
    kept, dropped, by = make_person(), make_person(phone="13900000009"), officer(COUNTY, role=Role.TRAINING_OFFICER)
    service.merge(kept, dropped, by=by, reason="户口本上是同一个人")
    assert queries.person_by_number(dropped.id_number or "") is kept
    assert list(queries.people_with_phone("13900000009")) == [kept]
    assert service.find_or_register(new_person(id_number=dropped.id_number, phone=""), by=by) is kept
    assert dropped not in db.session.scalars(queries.people_for(by)).unique().all()
    assert queries.row_ids(kept.id) == queries.row_ids(dropped.id) == (kept.id, dropped.id)
    assert [events_of(row)[-1].action for row in (kept, dropped)] == ["merged", "merged"]


def test_the_record_of_subsidies_counts_over_both_rows() -> None:
    kept, dropped = make_person(), make_person()
    for person, code in ((kept, "a"), (dropped, "b"), (dropped, "c")):
        told = {"occupation_code": code, "level": 5, "slots": 3, "year": 2026, "reference": f"m:{code}"}
        service.reserve_use(person.id, **told, by=SYSTEM)  # type: ignore[arg-type]  # as a door gives them
    service.merge(kept, dropped, by=SYSTEM, reason="同一个人")
    assert {use.reference for use in queries.uses_of(kept.id)} == {"m:a", "m:b", "m:c"}
    assert len(queries.record_of(dropped.id).uses) == 3
    for person in (kept, dropped):
        with pytest.raises(Refused, match="次数已满"):
            service.reserve_use(person.id, occupation_code="d", level=5, slots=3, year=2026, reference="m:d", by=SYSTEM)
        with pytest.raises(Refused, match="只补一次"):
            service.reserve_use(person.id, occupation_code="b", level=5, slots=9, year=2026, reference="m:e", by=SYSTEM)
    service.undo_merge(queries.merges_of(kept.id)[0], by=SYSTEM, reason="认错了")
    assert [use.reference for use in queries.uses_of(kept.id)] == ["m:a"]
    service.reserve_use(kept.id, occupation_code="b", level=5, slots=3, year=2026, reference="m:f", by=SYSTEM)


def rows_of(person: Person) -> dict[str, object]:
    skipped = {"version", "updated_at", "session_version"}
    return {
        column.name: getattr(person, column.name) for column in Person.__table__.columns if column.name not in skipped
    }


def test_a_wrong_merge_is_undone_wholly_and_the_sign_ins_it_allowed_end() -> None:
    kept, dropped, by = make_person(), make_person(phone="13900000009"), officer(COUNTY, role=Role.TRAINING_OFFICER)
    before = rows_of(kept), rows_of(dropped)
    row = service.merge(kept, dropped, by=by, reason="以为是同一个人")
    session = PersonSession(queries.people_with_phone("13900000009")[0])
    assert session.person is kept
    version = kept.session_version
    service.undo_merge(row, by=by, reason="名字一样，不是同一个人")
    assert (rows_of(kept), rows_of(dropped)) == before
    assert list(queries.people_with_phone("13900000009")) == [dropped]
    assert queries.person_by_number(dropped.id_number or "") is dropped
    assert queries.row_ids(kept.id) == (kept.id,)
    assert _load_person(kept.id, version) is None
    with pytest.raises(Refused, match="已经撤销"):
        service.undo_merge(row, by=by, reason="再撤一次")
    assert service.merge(kept, dropped, by=by, reason="还是同一个人").id != row.id


def test_what_cannot_be_merged_is_refused_in_words() -> None:
    by = officer(COUNTY, role=Role.TRAINING_OFFICER)
    one, two, three = make_person(), make_person(), make_person()
    with pytest.raises(Refused, match="跟自己"):
        service.merge(one, one, by=by, reason="x")
    with pytest.raises(DomainError, match="凭什么"):
        service.merge(one, two, by=by, reason=" ")
    service.merge(one, two, by=by, reason="同一个人")
    with pytest.raises(Refused, match="已经合并过"):
        service.merge(three, two, by=by, reason="同一个人")
    with pytest.raises(Refused, match="反过来"):
        service.merge(three, one, by=by, reason="同一个人")
    with pytest.raises(Refused, match="请改保留的那一条"):
        service.change(two, service.PersonChanges(phone="13900000009"), by=by)
    far = make_person(region_code="430626101001")
    with pytest.raises(NotFound):
        service.merge(one, far, by=by, reason="同一个人")


def test_check_character_is_the_one_of_the_standard() -> None:
    assert check_character("11010519491231002") == "X"
