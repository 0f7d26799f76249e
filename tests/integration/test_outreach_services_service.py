"""The service log: noted, counted towards the 311 service, struck out, taken once from a device."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.outreach import queries, service
from app.outreach.models import ServiceRecord
from app.outreach.rules import How, ServiceKind, ServiceResult
from app.outreach.service import NewService
from app.people import service as people
from app.people.models import Person, WishKind, WishOutcome, WorkStatus
from app.people.service import NewWish
from tests.makers import TOWNSHIP, VILLAGE, make_user
from tests.making.outreach import OTHER_VILLAGE, note, village_officer
from tests.making.people import make_person

pytestmark = pytest.mark.usefixtures("session")
K, R = ServiceKind, ServiceResult
MAY = clock.moment_of(date(2026, 5, 20), 9)


def jobless(**given: Any) -> Person:
    return make_person(work_status=WorkStatus.UNEMPLOYED, **given)


def test_a_service_says_who_did_what_when_and_leaves_an_event() -> None:
    person, by = jobless(), village_officer()
    record = note(person, by)
    assert (record.made_by, record.made_by_name, record.region_code) == (by.key, by.name, VILLAGE)
    assert [event.action for event in events_of(record)] == ["service noted"]
    assert list(queries.services_of(person)) == [record]


def test_notes_lie_sealed_in_the_database() -> None:
    facts = NewService(K.VISIT, R.DONE, clock.today(), note="家里老人瘫痪在床")
    record = service.note_service(jobless(), facts, by=village_officer())
    row = db.session.execute(text("SELECT * FROM service_records WHERE id = :id"), {"id": record.id}).mappings().one()
    assert not any("瘫痪" in str(value) or "瘫痪".encode() in bytes(value or b"") for value in _bytes_of(row))
    db.session.expire(record)
    assert record.note == "家里老人瘫痪在床"


def _bytes_of(row: object) -> list[bytes]:
    return [value for value in dict(row).values() if isinstance(value, bytes)]  # type: ignore[call-overload]  # a row mapping


def test_the_years_311_counts_what_was_really_given() -> None:
    with clock.at(MAY):
        person, by = jobless(unemployed_since_on=date(2026, 1, 1)), village_officer()
        note(person, by)
        note(person, by, result=R.NOT_REACHED)
        note(person, by, K.GUIDANCE, R.DONE)
        note(person, by, on=date(2025, 12, 30))
        wrong = note(person, by, K.TRAINING_OFFER)
        service.strike(wrong, reason="记错了人", by=by)
        year = queries.year_of(person)
    assert year.entitled
    assert year.done == (1, 1, 0)
    assert year.due_on == date(2026, 8, 31)


def test_who_has_work_is_owed_no_311_service() -> None:
    person = make_person(work_status=WorkStatus.EMPLOYED)
    assert not queries.year_of(person).entitled
    assert queries.year_of(person).due_on is None


def test_services_of_a_row_that_was_merged_count_for_the_person() -> None:
    kept, dropped, by = jobless(), jobless(), village_officer()
    note(dropped, by)
    people.merge(kept, dropped, reason="同一个人", by=make_user(Role.TRAINING_OFFICER).as_actor())
    db.session.flush()
    assert queries.year_of(kept).done[0] == 1
    assert len(queries.services_of(kept)) == 1


def test_a_struck_record_stays_to_be_read_with_its_reason() -> None:
    person, by = jobless(), village_officer()
    record = note(person, by)
    with pytest.raises(DomainError):
        service.strike(record, reason=" ", by=by)
    service.strike(record, reason="记成了别人", by=by)
    assert record.struck_reason == "记成了别人"
    assert list(queries.services_of(person)) == [record]
    with pytest.raises(Refused):
        service.strike(record, reason="再划一次", by=by)


def test_nobody_notes_or_strikes_for_another_village() -> None:
    person, mine, theirs = jobless(), village_officer(), village_officer(OTHER_VILLAGE)
    record = note(person, mine)
    with pytest.raises(Forbidden):
        note(person, theirs)
    with pytest.raises(Forbidden):
        service.strike(record, reason="不归我管", by=theirs)
    with pytest.raises(NotFound):
        queries.service_for(theirs, record.id)


def test_a_devices_record_sent_twice_is_taken_once() -> None:
    person, by, key = jobless(), village_officer(), uuid4()
    facts = NewService(K.CALL, R.DONE, clock.today(), how=How.OFFLINE, client_key=key)
    first = service.note_service(person, facts, by=by)
    assert service.note_service(person, facts, by=by) is first
    count = select(ServiceRecord).where(ServiceRecord.client_key == key)
    assert len(db.session.scalars(count).all()) == 1
    with pytest.raises(Refused):
        service.note_service(jobless(), facts, by=by)


def test_who_left_the_post_is_without_work_from_that_day() -> None:
    person, by = make_person(work_status=WorkStatus.EMPLOYED), village_officer()
    left = clock.today() - timedelta(days=3)
    note(person, by, K.FOLLOW_UP, R.LEFT_POST, on=left)
    assert (person.work_status, person.unemployed_since_on) == (WorkStatus.UNEMPLOYED, left)


def test_an_offer_can_answer_the_wishes_it_was_made_for() -> None:
    person, by = jobless(), village_officer()
    wish = people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    facts = NewService(K.TRAINING_OFFER, R.ACCEPTED, clock.today(), "中式烹调班")
    service.note_service(person, facts, by=by, answers=[wish])
    assert (wish.outcome, wish.answer) == (WishOutcome.OFFERED, "中式烹调班")


def test_the_log_is_narrowed_by_place_kind_result_name_and_days() -> None:
    by = make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,)).as_actor()
    here, there = jobless(name="卢海兰"), jobless(name="苏明霞", region_code=OTHER_VILLAGE)
    one = note(here, by, on=clock.today() - timedelta(days=9))
    two = note(there, by, K.GUIDANCE, R.DONE)

    def found(**filters: object) -> list[ServiceRecord]:
        query = queries.services_for(by, queries.LogFilters(**filters))  # type: ignore[arg-type]  # tests name any field
        return [row for row in db.session.scalars(query).unique() if row in (one, two)]

    assert found() == [two, one]
    assert found(region_code=VILLAGE) == [one]
    assert found(kind=K.GUIDANCE) == [two]
    assert found(result=R.CONSIDERING) == [one]
    assert found(word="明霞") == [two]
    assert found(since_on=clock.today()) == [two]
    assert found(until_on=clock.today() - timedelta(days=1)) == [one]
