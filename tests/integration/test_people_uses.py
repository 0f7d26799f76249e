"""The record of subsidies used: the cap and the once-only rule hold, also when many claim at once (I3)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import NotFound, Refused
from app.people import queries, service
from app.people.models import SubsidyUse, UseStatus
from tests.making.people import make_person


def reserve(person_id: int, number: int, **given: Any) -> SubsidyUse:
    facts = {
        "occupation_code": f"code-{number}",
        "level": 5,
        "slots": 3,
        "year": 2026,
        "reference": f"test:{person_id}:{number}",
    }
    return service.reserve_use(person_id, **{**facts, **given}, by=SYSTEM)


@pytest.mark.usefixtures("session")
class TestOneAfterAnother:
    def test_the_cap_of_the_policy_is_refused_in_plain_words(self) -> None:
        person = make_person()
        assert [reserve(person.id, number).slot for number in (1, 2, 3)] == [1, 2, 3]
        with pytest.raises(Refused, match="累计最多享受 3 次补贴培训，现在已经用了 3 次"):
            reserve(person.id, 4)

    def test_what_is_given_back_can_be_used_again(self) -> None:
        person = make_person()
        for number in (1, 2, 3):
            reserve(person.id, number)
        given = service.give_back_use(f"test:{person.id}:2", by=SYSTEM)
        assert given is not None
        assert given.status == UseStatus.GIVEN_BACK
        assert reserve(person.id, 2).slot == 2
        assert service.give_back_use("test:nothing", by=SYSTEM) is None

    def test_the_same_training_is_never_paid_twice(self) -> None:
        person = make_person()
        reserve(person.id, 1)
        with pytest.raises(Refused, match="同一职业同一等级只补一次"):
            reserve(person.id, 1, reference="test:other")
        reserve(person.id, 1, level=4, reference="test:higher")

    def test_asking_again_with_one_reference_gives_the_use_already_held(self) -> None:
        person = make_person()
        assert reserve(person.id, 1) is reserve(person.id, 1)

    def test_a_lowered_cap_counts_what_is_held(self) -> None:
        person = make_person()
        for number in (1, 2, 3):
            reserve(person.id, number)
        service.give_back_use(f"test:{person.id}:1", by=SYSTEM)
        with pytest.raises(Refused, match="累计最多享受 2 次"):
            reserve(person.id, 4, slots=2)

    def test_a_yearly_cap_is_kept_where_the_policy_states_one(self) -> None:
        person = make_person()
        reserve(person.id, 1, slots=None, year_slots=1)
        with pytest.raises(Refused, match="2026 年最多享受 1 次"):
            reserve(person.id, 2, slots=None, year_slots=1)
        assert reserve(person.id, 2, slots=None, year_slots=1, year=2027).slots == 499

    def test_a_use_is_settled_with_what_was_paid_and_every_step_has_its_event(self) -> None:
        person = make_person()
        with transaction():
            use = reserve(person.id, 1)
            service.settle_use(use.reference, amount_fen=100_000, by=SYSTEM)
            service.settle_use(use.reference, amount_fen=120_000, by=SYSTEM)
        assert (use.status, use.amount_fen) == (UseStatus.USED, 120_000)
        assert [event.action for event in events_of(use)] == ["created", "settle", "amount changed"]
        assert {event.region_code for event in events_of(use)} == {person.region_code}
        with pytest.raises(NotFound):
            service.settle_use("test:nothing", amount_fen=1, by=SYSTEM)

    def test_the_record_that_rules_see_leaves_out_what_is_given_back_and_the_sign_up_itself(self) -> None:
        person = make_person()
        with clock.at(clock.moment_of(date(2026, 3, 2), 9)):
            for number in (1, 2):
                reserve(person.id, number)
            service.give_back_use(f"test:{person.id}:1", by=SYSTEM)
            past: dict[str, Any] = {
                "occupation_code": "old",
                "level": None,
                "slots": 3,
                "year": 2024,
                "amount_fen": 90_000,
            }
            service.record_past_use(person.id, **past, reference="import:1", by=SYSTEM)
            record = queries.record_of(person.id, without=f"test:{person.id}:2")
        assert [(use.taken_on, use.level) for use in record.uses] == [(date(2024, 1, 1), None)]
        assert record.known_until is None, "nothing was imported"
        assert [use.status for use in queries.uses_of(person.id)] == [
            UseStatus.RESERVED,
            UseStatus.GIVEN_BACK,
            UseStatus.USED,
        ]

    def test_how_many_are_left_is_told_by_the_policy_in_force(self) -> None:
        person = make_person()
        with clock.at(clock.moment_of(date(2026, 3, 2), 9)):
            reserve(person.id, 1)
            past: dict[str, Any] = {"occupation_code": "old", "level": 5, "slots": None, "year": 2022, "amount_fen": 1}
            service.record_past_use(person.id, **past, reference="import:2", by=SYSTEM, counts=False)
            standing = queries.standing_of(person)
            assert (standing.taken, standing.cap, standing.left) == (1, 3, 2)
            assert [reserve(person.id, number).slot for number in (2, 3)] == [2, 3]

    @pytest.mark.parametrize(
        "broken", [{"slot": 1}, {"slot": 9}, {"occupation_code": "code-1"}, {"reference": "same"}, {"level": 6}]
    )
    def test_the_database_itself_refuses_a_broken_record(self, broken: dict[str, Any]) -> None:
        person = make_person()
        reserve(person.id, 1, reference="same")
        reserve(person.id, 2)
        db.session.flush()
        second = update(SubsidyUse).where(SubsidyUse.person_id == person.id, SubsidyUse.slot == 2)
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(second.values(**broken))


@pytest.fixture
def committed_person(raced: Flask) -> Iterator[int]:
    """A person who is really there, for connections of other threads."""
    with raced.app_context():
        with transaction():
            person_id = make_person(name="真线程").id
        db.session.remove()
        yield person_id
        db.session.remove()


def in_threads(app: Flask, work: Callable[[int], object], times: int) -> list[str]:
    """Run the work in real threads, each with its own connection; the refusals come back as text."""

    def one(number: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    work(number)
            except Refused as refusal:
                return str(refusal)
            finally:
                db.session.remove()
            return "taken"

    with ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(one, range(times)))


def test_twelve_claims_at_once_take_exactly_the_three_slots(raced: Flask, committed_person: int) -> None:
    answers = in_threads(raced, lambda number: reserve(committed_person, number), 12)
    assert answers.count("taken") == 3
    assert all("次数已满" in answer for answer in answers if answer != "taken")
    uses = queries.uses_of(committed_person)
    assert sorted(use.slot for use in uses) == [1, 2, 3]


def test_one_training_claimed_by_many_doors_at_once_is_taken_once(raced: Flask, committed_person: int) -> None:
    def claim(number: int) -> None:
        reserve(committed_person, 1, reference=f"door:{number}")

    answers = in_threads(raced, claim, 8)
    assert answers.count("taken") == 1
    assert len(queries.uses_of(committed_person)) == 1
