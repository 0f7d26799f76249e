"""Who may join, rule by rule."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.calendar import add_months
from app.policies.rules.eligibility import Verdict, judge
from app.policies.rules.facts import (
    CourseFacts,
    GroupHeld,
    PersonFacts,
    RecordFacts,
    Sex,
    Stage,
    StatusHeld,
    Use,
)
from app.policies.rules.said import Reason, fill
from tests.packs import demo_pack, small_pack

START = date(2026, 12, 1)
RURAL = GroupHeld("rural_transfer", "户口簿")
WORKER = PersonFacts(Sex.MALE, date(1980, 5, 1), (RURAL,))
COURSE = CourseFacts("order_training", "6-30-05-05", 5, 30, 75)
EXCAVATOR = "6-30-05-05"


def verdict(
    person: PersonFacts = WORKER, uses: tuple[Use, ...] = (), course: CourseFacts = COURSE, **more: Any
) -> Verdict:
    return judge(demo_pack(), person, course, RecordFacts(uses), on=START, **more)


def rules(found: Verdict) -> list[str]:
    return [reason.rule for reason in found.reasons if reason.blocking]


def words(reason: Reason) -> str:
    return fill(reason.message, reason.params, str, "zh")


def used(day: date, occupation: str = "4-10-01-06", level: int | None = 5) -> Use:
    return Use(day, occupation, level)


def test_a_rural_worker_with_a_clean_record_may_join() -> None:
    found = verdict()
    assert found.eligible
    assert found.reasons == ()
    assert (found.uses_taken, found.uses_left, found.groups) == (0, 3, ("rural_transfer",))


def test_r01_who_turns_sixteen_after_the_first_day_is_too_young_and_learns_from_when() -> None:
    born = add_months(START, -16 * 12) + timedelta(days=1)
    found = verdict(replace(WORKER, birth_on=born))
    assert rules(found) == ["R01"]
    assert found.reasons[0].change is not None
    assert found.reasons[0].change.params["day"] == date(2026, 12, 2)
    assert verdict(replace(WORKER, birth_on=born - timedelta(days=1))).eligible


@pytest.mark.parametrize(
    ("sex", "born", "may"),
    [
        (Sex.MALE, date(1964, 12, 31), False),  # 60 in 2024
        (Sex.MALE, date(1966, 6, 1), False),  # 60 years and 5 months: 2026-11-01
        (Sex.MALE, date(1966, 7, 2), True),  # 60 years and 5 months: 2026-12-02
        (Sex.FEMALE, date(1969, 12, 1), False),
        (Sex.FEMALE, date(1971, 6, 1), False),
        (Sex.FEMALE, date(1971, 7, 2), True),
        (Sex.FEMALE, date(1981, 9, 1), True),
    ],
)
def test_r02_the_upper_age_follows_sex_and_month_of_birth(sex: Sex, born: date, may: bool) -> None:  # noqa: FBT001  # a table
    found = verdict(replace(WORKER, sex=sex, birth_on=born))
    assert rules(found) == ([] if may else ["R02"])


def test_r02_says_the_limit_in_years_and_months() -> None:
    (reason,) = verdict(replace(WORKER, birth_on=date(1966, 6, 1))).reasons
    assert words(reason) == "开课那天已经超过年龄：最高 60 周岁零 5 个月，2026-11-01 到龄。"


def test_r02_a_pack_without_an_age_row_for_somebody_decides_nothing_in_favour() -> None:
    pack = small_pack(ages=[{"sex": "male", "min_years": "16", "max_years": "60", "source": "S07"}])
    found = judge(pack, replace(WORKER, sex=Sex.FEMALE), COURSE, RecordFacts(), on=START)
    assert rules(found) == ["R02"]


def test_r03_somebody_in_no_group_is_told_the_groups() -> None:
    found = verdict(replace(WORKER, groups=()))
    assert rules(found) == ["R03"]
    assert "农村转移就业劳动者、脱贫劳动力" in words(found.reasons[0])
    assert found.reasons[0].change is not None


def test_r03_a_group_that_this_policy_does_not_pay_for_is_none() -> None:
    assert rules(verdict(replace(WORKER, groups=(GroupHeld("veteran", "退役证"),)))) == ["R03"]


def test_r03_asks_for_no_group_where_the_policy_does_not() -> None:
    assert judge(small_pack(), replace(WORKER, groups=()), COURSE, RecordFacts(), on=START).eligible


def test_r05_a_pensioner_is_out_and_a_student_only_while_studying() -> None:
    assert rules(verdict(replace(WORKER, statuses=(StatusHeld("pensioner"),)))) == ["R05"]
    graduated = StatusHeld("full_time_student", valid_to=date(2026, 6, 30))
    assert verdict(replace(WORKER, statuses=(graduated,))).eligible


def test_r06_missing_evidence_may_follow_until_filing() -> None:
    person = replace(WORKER, groups=(GroupHeld("disabled"),))
    early = verdict(person)
    assert early.eligible
    assert [reason.rule for reason in early.reasons] == ["R06"]
    assert "残疾人证" in words(early.reasons[0])
    assert rules(verdict(person, stage=Stage.FILING)) == ["R06"]
    assert rules(verdict(person, stage=Stage.CLAIM)) == ["R06"]
    assert verdict(replace(WORKER, groups=(GroupHeld("disabled"), RURAL)), stage=Stage.CLAIM).eligible


def test_r07_the_group_is_judged_on_the_day_the_training_starts() -> None:
    later = GroupHeld("disabled", "残疾人证", valid_from=START + timedelta(days=1))
    expired = GroupHeld("hard_to_employ", "认定表", valid_to=START - timedelta(days=1))
    found = verdict(replace(WORKER, groups=(later, expired)))
    assert rules(found) == ["R07", "R07", "R03"]
    assert verdict(replace(WORKER, groups=(replace(later, valid_from=START),))).eligible
    assert verdict(replace(WORKER, groups=(replace(expired, valid_to=START),))).eligible


def test_r09_the_fourth_training_since_2024_is_refused_and_older_ones_do_not_count() -> None:
    old = used(date(2023, 12, 31), "1")
    two = (old, used(date(2024, 1, 1), "2"), used(date(2025, 3, 1), "3"))
    assert verdict(uses=two).uses_left == 1
    assert verdict(uses=two).eligible
    found = verdict(uses=(*two, used(date(2026, 3, 1), "4")))
    assert rules(found) == ["R09"]
    assert (found.uses_taken, found.uses_left) == (3, 0)


def test_r09_says_up_to_which_date_the_record_is_known() -> None:
    uses = tuple(used(date(2025, month, 1), str(month)) for month in (1, 2, 3))
    record = RecordFacts(uses, known_until=date(2026, 9, 30))
    (reason,) = judge(demo_pack(), WORKER, COURSE, record, on=START).reasons
    assert words(reason) == ("从 2024-01-01 起累计最多享受 3 次补贴培训；按截至 2026-09-30 的记录，已经用了 3 次。")


def test_r08_a_yearly_cap_counts_the_calendar_year_where_the_policy_has_one() -> None:
    pack = small_pack(record={"yearly_cap": {"value": 1, "source": "S07"}})
    uses = (used(date(2026, 1, 1)),)
    assert rules(judge(pack, WORKER, COURSE, RecordFacts(uses), on=START)) == ["R08"]
    assert judge(pack, WORKER, COURSE, RecordFacts(uses), on=date(2027, 1, 1)).eligible
    assert judge(pack, WORKER, COURSE, RecordFacts(uses), on=date(2027, 1, 1)).uses_left == 1


def test_r10_the_same_occupation_and_level_never_twice() -> None:
    assert rules(verdict(uses=(used(date(2025, 1, 1), EXCAVATOR, 5),))) == ["R10"]
    assert verdict(uses=(used(date(2025, 1, 1), "6-30-05-01", 5),)).eligible


def test_r10_a_training_without_level_repeats_only_another_without() -> None:
    course = CourseFacts("farm_skills", "5-04-02-01", None, 20, 40)
    assert rules(verdict(course=course, uses=(used(date(2025, 1, 1), "5-04-02-01", 0),))) == ["R10"]
    assert verdict(course=course, uses=(used(date(2025, 1, 1), "5-04-02-01", 5),)).eligible


def test_r11_no_lower_level_after_a_higher_one_but_a_higher_one_after_a_lower() -> None:
    assert rules(verdict(uses=(used(date(2025, 1, 1), EXCAVATOR, 3),))) == ["R11"]
    assert verdict(uses=(used(date(2025, 1, 1), EXCAVATOR, 5),), course=replace(COURSE, level=4)).eligible


def test_r12_not_what_the_unemployment_insurance_already_paid() -> None:
    record = RecordFacts(unemployment_subsidies=((EXCAVATOR, 5),))
    assert rules(judge(demo_pack(), WORKER, COURSE, record, on=START)) == ["R12"]


def test_r14_no_two_classes_at_the_same_time() -> None:
    assert rules(verdict(overlaps=True)) == ["R14"]


def test_a_taster_asks_for_nothing_and_takes_nothing() -> None:
    child = PersonFacts(Sex.FEMALE, date(2015, 1, 1), (), (StatusHeld("full_time_student"),))
    uses = tuple(used(date(2025, month, 1), str(month)) for month in (1, 2, 3, 4))
    taster = CourseFacts("taster", "x-flowers", None, 0, 1)
    assert verdict(child, uses, taster).eligible
    assert rules(verdict(child, uses, taster, overlaps=True)) == ["R14"]


def test_every_reason_is_told_at_once_each_with_its_source() -> None:
    person = PersonFacts(Sex.MALE, date(1950, 1, 1), (), (StatusHeld("pensioner"),))
    uses = (used(date(2024, 1, 1), EXCAVATOR, 5), used(date(2024, 2, 1), EXCAVATOR, 4), used(date(2024, 3, 1), "1"))
    found = verdict(person, uses, overlaps=True)
    assert rules(found) == ["R14", "R02", "R05", "R03", "R09", "R10", "R11"]
    assert all(reason.source for reason in found.reasons if reason.rule != "R14")
    assert all("%" not in words(reason) for reason in found.reasons)


@given(st.lists(st.integers(0, 1500), max_size=6, unique=True))
def test_uses_left_and_the_verdict_agree(days: list[int]) -> None:
    uses = tuple(used(date(2023, 1, 1) + timedelta(days=day), str(day)) for day in days)
    found = verdict(uses=uses)
    assert found.uses_left == max(0, 3 - found.uses_taken)
    assert found.eligible is (found.uses_left > 0)
