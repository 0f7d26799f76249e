"""The facts of a claim line as plain data: kept with a claim, read back for a replay, written by hand for a quote."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.facts import ClassFacts, CourseFacts, Funding, LineFacts
from app.policies.rules.facts_io import as_json, from_json
from app.policies.rules.facts_reading import FactsError
from app.policies.rules.modes import PLACEMENTS

WORDS = st.text(alphabet="abcdefg_-é甲", max_size=8)
COUNTS = st.integers(0, 10**6)
DAYS = st.none() | st.dates(date(2019, 1, 1), date(2040, 1, 1))
COURSES = st.builds(
    CourseFacts,
    mode=WORDS.filter(bool),
    occupation_code=WORDS,
    level=st.none() | st.integers(0, 5),
    theory_hours=COUNTS,
    practice_hours=COUNTS,
    days=COUNTS,
    base_mode=WORDS,
    category=WORDS,
)
CLASSES = st.integers(1, 60).flatmap(
    lambda trainees: st.builds(
        ClassFacts,
        trainees=st.just(trainees),
        certified=st.none() | st.integers(0, trainees),
        employed=st.none() | st.integers(0, trainees),
        cost_fen=st.none() | COUNTS,
        place=st.integers(0, trainees),
    )
)
LINES = st.builds(
    LineFacts,
    course=COURSES,
    groups=st.lists(WORDS, max_size=3).map(tuple),
    planned_hours=COUNTS,
    attended_hours=COUNTS,
    planned_days=COUNTS,
    attended_days=COUNTS,
    passed=st.booleans(),
    certificate_on=DAYS,
    ended_on=DAYS,
    employed_on=DAYS,
    placement=st.sampled_from(("", *PLACEMENTS)),
    claimed_on=DAYS,
    filed_on=DAYS,
    contract_months=st.none() | COUNTS,
    funding=st.sampled_from(Funding),
    region_code=WORDS,
    tags=st.lists(WORDS, max_size=3).map(tuple),
    cost_fen=st.none() | COUNTS,
    taken_this_year=st.dictionaries(WORDS, COUNTS, max_size=3).map(lambda kept: tuple(sorted(kept.items()))),
    paid_this_year_fen=COUNTS,
    receipt_fen=st.none() | COUNTS,
    receipt=WORDS,
    voucher_fen=st.none() | COUNTS,
    voucher=WORDS,
    in_class=st.none() | CLASSES,
)


@given(LINES)
def test_facts_written_and_read_back_are_the_same(facts: LineFacts) -> None:
    assert from_json(json.loads(json.dumps(as_json(facts)))) == facts


def test_what_is_left_out_has_the_default_that_is_told() -> None:
    facts = from_json({"course": {"mode": "order_training", "theory_hours": 24, "practice_hours": 36}}, hours_a_day=7)
    assert (facts.planned_hours, facts.attended_hours) == (60, 60)
    assert (facts.planned_days, facts.attended_days) == (9, 9)
    assert (facts.passed, facts.certificate_on, facts.in_class, facts.groups) == (True, None, None, ())


def test_every_wrong_key_is_named_at_once() -> None:
    with pytest.raises(FactsError) as caught:
        from_json(
            {
                "course": {"level": "5", "hours": 60},
                "employed": True,
                "passed": "yes",
                "certificate_on": "2026/7/1",
                "funding": "gift",
                "groups": "disabled",
                "class": {"trainees": 3, "employed": 4},
            }
        )
    assert sorted(problem.key for problem in caught.value.problems) == [
        *("certificate_on", "class.employed", "course.hours", "course.level", "course.mode"),
        *("employed", "funding", "groups", "passed"),
    ]
