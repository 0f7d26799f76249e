"""What a verdict lacks, how much of it a school reads, how a pasted list is read, how courses are ranked."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.enrollments.prechecks.rules import Candidate, Near, near, read_lines, recommend, score
from app.policies.rules.calendar import add_months
from app.policies.rules.disclosing import ABOUT, for_school
from app.policies.rules.eligibility import Fact, Verdict, judge
from app.policies.rules.facts import CourseFacts, GroupHeld, PersonFacts, RecordFacts, Sex, StatusHeld, Use
from app.policies.rules.said import Said, fill
from tests.packs import demo_pack

START = date(2026, 12, 1)
SEEN = date(2026, 11, 20)
COURSE = CourseFacts("order_training", "6-18-02-04", 5, 30, 75)
WORKER = PersonFacts(Sex.MALE, date(1980, 5, 1), (GroupHeld("rural_transfer", "户口簿"),))


def verdict(person: PersonFacts = WORKER, record: RecordFacts | None = None, **more: Any) -> Verdict:
    return judge(demo_pack(), person, COURSE, record or RecordFacts(known_until=SEEN), on=START, **more)


def facts(found: Verdict) -> list[Fact]:
    return [one.fact for one in found.missing]


BARRED = [
    replace(WORKER, birth_on=date(2015, 1, 1)),
    replace(WORKER, birth_on=date(1950, 1, 1)),
    replace(WORKER, statuses=(StatusHeld("public_staff"),)),
    replace(WORKER, groups=()),
    replace(WORKER, groups=(GroupHeld("disabled", "残疾人证", date(2027, 1, 1)),)),
    replace(WORKER, groups=(GroupHeld("disabled", "残疾人证", None, date(2026, 1, 1)),)),
]
USED_UP = RecordFacts(tuple(Use(date(2025, month, 1), "4-10-01-06", month) for month in (1, 2, 3)), known_until=SEEN)
REPEATED = RecordFacts((Use(date(2025, 1, 1), "6-18-02-04", 5),), known_until=SEEN)
HIGHER = RecordFacts((Use(date(2025, 1, 1), "6-18-02-04", 3),), known_until=SEEN)
DOUBLE = RecordFacts((), (("6-18-02-04", 5),), known_until=SEEN)


def every_refusal() -> list[Verdict]:
    people = [verdict(person) for person in BARRED]
    records = [verdict(record=record) for record in (USED_UP, REPEATED, HIGHER, DOUBLE)]
    return [*people, *records, verdict(overlaps=True)]


def test_every_refusal_says_what_would_change_it_and_where_it_stands_written() -> None:
    seen = set()
    for found in every_refusal():
        assert not found.eligible
        for reason in found.reasons:
            assert reason.change is not None, reason.rule
            assert reason.source or reason.rule == "R14"
            assert all(key in demo_pack().sources or key == "示例" for key in reason.source.split())
            seen.add(reason.rule)
    assert seen == {"R01", "R02", "R03", "R05", "R07", "R09", "R10", "R11", "R12", "R14"}


def test_a_group_without_its_paper_may_sign_up_and_is_told_which_paper_is_missing() -> None:
    found = verdict(replace(WORKER, groups=(GroupHeld("rural_transfer"),)))
    assert found.eligible
    assert facts(found) == [Fact.EVIDENCE]
    assert "户口簿" in fill(found.missing[0].message, found.missing[0].params, str, "zh")


def test_a_record_that_was_never_brought_in_is_named_as_missing() -> None:
    assert facts(verdict(record=RecordFacts())) == [Fact.RECORD]
    assert facts(verdict()) == []
    assert verdict().known_until == SEEN


def test_nobody_without_a_group_is_told_only_that_they_may_not() -> None:
    assert facts(verdict(replace(WORKER, groups=()))) == [Fact.GROUP]


def months_late(born: date, first: date, every: int, most: int) -> int:
    """The law's own words of 2024-09-13: one month later for each so many months of birth, to a limit."""
    passed = (born.year - first.year) * 12 + born.month - first.month
    return 0 if passed < 0 else min(passed // every + 1, most)


@pytest.mark.parametrize(
    ("sex", "first", "years", "most"),
    [(Sex.MALE, date(1965, 1, 1), 60, 36), (Sex.FEMALE, date(1970, 1, 1), 55, 36)],
)
def test_the_age_table_follows_the_law_for_every_month_of_birth(sex: Sex, first: date, years: int, most: int) -> None:
    for step in range(-24, 240):
        born = add_months(first, step)
        (row,) = [row for row in demo_pack().ages if row.covers(sex, born)]
        assert row.max_years is not None
        late = months_late(born, first, 4, most)
        assert row.max_years * 12 + row.max_months == years * 12 + late, born


def test_a_school_reads_rule_and_outcome_and_nothing_private() -> None:
    for found in every_refusal():
        shown = for_school(found)
        assert shown.eligible == found.eligible
        assert [reason.rule for reason in shown.reasons] == [reason.rule for reason in found.reasons]
        assert [reason.source for reason in shown.reasons] == [reason.source for reason in found.reasons]
        assert all(reason.params == {} and reason.message == ABOUT[reason.rule] for reason in shown.reasons)
        assert (shown.groups, shown.uses_taken, shown.uses_left, shown.known_until) == ((), 0, None, None)
        assert all(not one.params for one in shown.missing)


def test_lines_are_read_in_any_order_with_or_without_numbers_in_front() -> None:
    text = "1. 张三 13800000001\n\n（2）430681199001010003 李四\n王小二\n4、１３９００００００２２ 欧阳·娜娜\n---"
    lines = read_lines(text)
    assert [(line.place, line.names, line.number, line.phone) for line in lines] == [
        (1, ("张三",), "", "13800000001"),
        (3, ("李四",), "430681199001010003", ""),
        (4, ("王小二",), "", ""),
        (5, ("欧阳·娜娜",), "", "13900000022"),
        (6, (), "", ""),
    ]
    assert lines[-1].is_empty


def test_a_number_of_eighteen_digits_is_no_phone_and_a_small_x_is_a_large_one() -> None:
    (line,) = read_lines("43068119900101138x")
    assert (line.number, line.phone) == ("43068119900101138X", "")


HERE = "/43/4306/430681/430681107/430681107225/"


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (HERE, Near.VILLAGE),
        ("/43/4306/430681/430681107/430681107201/", Near.TOWNSHIP),
        ("/43/4306/430681/430681110/", Near.COUNTY),
        ("/43/4306/430626/", Near.CITY),
        ("/43/4301/", Near.FAR),
    ],
)
def test_distance_is_steps_of_the_tree(there: str, expected: Near) -> None:
    assert near(HERE, there) == expected


def candidate(**given: Any) -> Candidate:
    plain = {"class_id": 1, "start_on": START, "near": Near.COUNTY, "wished": False, "posts": 0, "seats": 5}
    return Candidate(**{**plain, "counts": True, "uses_left": 3, **given})


def words(reasons: tuple[Said, ...]) -> str:
    return " ".join(fill(one.message, one.params, str, "zh") for one in reasons)


def test_a_wish_outweighs_nearness_and_nearness_outweighs_a_post() -> None:
    wished = candidate(class_id=1, wished=True)
    close = candidate(class_id=2, near=Near.VILLAGE, posts=1)
    post = candidate(class_id=3, posts=9)
    assert [one.candidate.class_id for one in recommend([post, close, wished], most=2)] == [1, 2]


def test_every_point_has_its_reason() -> None:
    found = score(candidate(wished=True, near=Near.VILLAGE, posts=4, seats=0, uses_left=1))
    last = "这是最后一次补贴机会，想好再用（只按本系统的记录）。"
    assert words(found.reasons) == f"是本人想学的。 就在本村。 已经满员，要排候补。 学完有 4 个岗位等人。 {last}"


def test_the_last_use_is_not_recommended_away_but_for_a_wish() -> None:
    last, plenty = candidate(class_id=1, uses_left=1), candidate(class_id=2)
    assert [one.candidate.class_id for one in recommend([last, plenty], most=5)] == [2, 1]
    assert score(candidate(uses_left=1, wished=True)).points == score(candidate(wished=True)).points


def test_equals_go_by_their_first_day() -> None:
    later = candidate(class_id=1, start_on=date(2027, 1, 1))
    assert [one.candidate.class_id for one in recommend([later, candidate(class_id=2)], most=5)] == [2, 1]
