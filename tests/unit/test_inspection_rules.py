"""Lots that come out the same for everybody, and weights by policy."""

import hashlib
import re
import subprocess

from hypothesis import given
from hypothesis import strategies as st

from app.inspections.rules import (
    INSPECTION_FLOW,
    Facts,
    InspectionStatus,
    InspectionStep,
    Reason,
    Weights,
    commitment,
    draw,
    listing_hash,
    order,
    reasons,
    weigh,
)

SEED = "5eed" * 16
WEIGHTS = st.dictionaries(st.integers(1, 10_000), st.integers(0, 30), max_size=30)


def test_a_draw_is_what_anybody_gets_with_a_sha256_program() -> None:
    first = subprocess.run(["sha256sum"], input=f"{SEED}:7:0".encode(), capture_output=True, check=True).stdout[:64]
    assert hashlib.sha256(f"{SEED}:7:0".encode()).hexdigest() == first.decode()
    by_hand = {
        number: min(hashlib.sha256(f"{SEED}:{number}:{ticket}".encode()).hexdigest() for ticket in range(weight))
        for number, weight in {7: 1, 8: 3, 12: 2}.items()
    }
    assert draw(SEED, {7: 1, 8: 3, 12: 2}, 3) == sorted(by_hand, key=lambda number: by_hand[number])
    assert re.fullmatch("[0-9a-f]{64}", commitment(SEED))


@given(WEIGHTS, st.integers(1, 50))
def test_a_draw_depends_on_nothing_but_seed_list_and_weights(weights: dict[int, int], want: int) -> None:
    found = draw(SEED, weights, want)
    assert found == draw(SEED, dict(reversed(list(weights.items()))), want)
    assert len(found) == len(set(found)) == min(want, sum(weight > 0 for weight in weights.values()))
    assert found == draw(SEED, weights, 50)[:want]


def test_who_weighs_more_is_drawn_more_often() -> None:
    first = [draw(commitment(str(number)), {1: 1, 2: 4}, 1)[0] for number in range(2000)]
    assert 0.76 < first.count(2) / 2000 < 0.84


def test_everybody_is_in_the_order_once() -> None:
    assert sorted(order(SEED, range(1, 40))) == list(range(1, 40))
    assert order(SEED, [3, 1, 2]) == order(SEED, [1, 2, 3])
    assert order(commitment(SEED), range(40)) != order(SEED, range(40))


def test_the_hash_of_a_list_does_not_hang_on_the_order_of_its_keys() -> None:
    assert listing_hash([{"a": 1, "b": "班"}]) == listing_hash([{"b": "班", "a": 1}])
    assert listing_hash([{"a": 1}]) != listing_hash([{"a": 2}])


def test_facts_weigh_what_policy_says_and_blank_figures_weigh_nothing() -> None:
    facts = Facts(denial=2, picture=1, new_school=1)
    assert weigh(facts, Weights(plain=1, denial=5, picture=3)) == 14
    assert reasons(facts, Weights(denial=5, picture=3)) == {Reason.DENIAL: 10, Reason.PICTURE: 3}
    assert weigh(facts, Weights(plain=0)) == 1
    assert weigh(Facts(denial=1000), Weights(denial=50)) == 200


def test_a_school_answers_after_the_visit_and_only_an_answer_is_accepted() -> None:
    assert INSPECTION_FLOW.open_steps(InspectionStatus.PLANNED) == (InspectionStep.CARRY_OUT, InspectionStep.CALL_OFF)
    assert INSPECTION_FLOW.open_steps(InspectionStatus.DONE) == (InspectionStep.ANSWER,)
    assert INSPECTION_FLOW.open_steps(InspectionStatus.ACCEPTED) == ()
