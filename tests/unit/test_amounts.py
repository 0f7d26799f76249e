"""How much a line pays, to the fen."""

import csv
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import DomainError
from app.kernel.money import fen_of, yuan
from app.policies.rules.amounts import (
    Funding,
    LineFacts,
    Quote,
    line_amount,
    missing_figures,
    most_a_line_can_reach,
    payee,
)
from app.policies.rules.facts import CourseFacts
from app.policies.rules.said import fill
from tests.packs import demo_pack, small_pack

GOLDEN = {
    row["id"]: row
    for row in csv.DictReader(
        (Path(__file__).parent / "data" / "golden_examples.csv").read_text(encoding="utf-8").splitlines()
    )
}
COURSE = CourseFacts("order_training", "x-any", None, 24, 36)
LINE = LineFacts(
    course=COURSE,
    groups=("rural_transfer",),
    planned_hours=60,
    attended_hours=60,
    planned_days=9,
    attended_days=9,
    passed=True,
    certificate_on=date(2026, 7, 1),
    ended_on=date(2026, 6, 20),
    claimed_on=date(2026, 9, 1),
)


def step(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "name_zh": key, "source": "S07", **more}


BASE = step("base", "rate")


def quote(*formula: dict[str, Any], line: LineFacts = LINE, rates: list[dict[str, Any]] | None = None) -> Quote:
    changes: dict[str, Any] = {"formula": list(formula)}
    if rates is not None:
        changes["rates"] = rates
    return line_amount(small_pack(**changes), line)


def golden(case: str) -> int:
    return fen_of(GOLDEN[case]["expected_yuan"])


def test_golden_g1_by_hour_with_a_cap() -> None:
    per_hour = step("base", "per_hour", yuan=25, cap_yuan=2000)
    assert quote(per_hour).amount_fen == golden("G1")
    assert quote(per_hour, line=replace(LINE, attended_hours=90)).amount_fen == 200_000


def test_golden_g12_fixed_and_bonus_for_a_job_within_six_months() -> None:
    bonus = step("bonus", "bonus_percent", of=["base"], percent=20, when={"employed_within_months": 6})
    employed = replace(LINE, employed_on=date(2026, 12, 20))
    assert quote(BASE, bonus, line=employed).amount_fen == golden("G12")
    assert quote(BASE, bonus, line=replace(LINE, employed_on=date(2026, 12, 21))).amount_fen == 55_000
    assert quote(BASE, bonus).amount_fen == 55_000


def test_golden_g12_comes_out_of_the_example_pack_too() -> None:
    line = replace(LINE, employed_on=date(2026, 8, 1))
    assert line_amount(demo_pack(), line).amount_fen == golden("G12")


def test_golden_g13_living_allowance_goes_to_the_trainee() -> None:
    living = step("living", "per_day", yuan=20, to="trainee")
    found = quote(living, line=replace(LINE, attended_days=7))
    assert (found.amount_fen, found.trainee_fen, found.payee_fen) == (golden("G13"), golden("G13"), 0)


def test_golden_g15_a_share_where_no_job_followed() -> None:
    rates = [{"category": "other", "amount_yuan": "1000", "source": "S07"}]
    share = step("share", "share_percent", of=["base"], percent=80, when={"employed": False})
    assert quote(BASE, share, rates=rates).amount_fen == golden("G15")
    employed = replace(LINE, employed_on=date(2026, 8, 1))
    assert quote(BASE, share, rates=rates, line=employed).amount_fen == 100_000


def test_steps_say_rule_figure_source_and_add_up() -> None:
    line = replace(LINE, groups=("lifted_out_of_poverty",), employed_on=date(2026, 8, 1), attended_days=8)
    found = line_amount(demo_pack(), line)
    assert [(one.rule, one.figure, one.source, one.amount_fen, one.to) for one in found.steps] == [
        ("R15", "550.00", "S07", 55_000, "payee"),
        ("R33", "20% × 550.00", "S07", 11_000, "payee"),
        ("R32", "8 × 20.00", "S11 S13", 16_000, "trainee"),
    ]
    assert found.amount_fen == 82_000 == found.payee_fen + found.trainee_fen
    assert found.as_json()["amount_fen"] == sum(one["amount_fen"] for one in found.as_json()["steps"])


def test_each_step_rounds_half_up_to_the_fen() -> None:
    rates = [{"category": "other", "amount_yuan": "0.25", "source": "S07"}]
    bonus = step("bonus", "bonus_percent", of=["base"], percent=10)
    assert [one.amount_fen for one in quote(BASE, bonus, rates=rates).steps] == [25, 3]
    share = step("share", "share_percent", of=["base"], percent="12.5")
    assert quote(BASE, share, rates=rates).amount_fen == 3


def test_a_cap_takes_off_what_is_above_it_for_the_one_it_concerns() -> None:
    living = step("living", "per_day", yuan=20, to="trainee")
    cap = step("cap", "cap", yuan=500)
    found = quote(BASE, living, cap)
    assert (found.payee_fen, found.trainee_fen) == (50_000, 18_000)
    assert found.steps[-1].amount_fen == -5_000


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"passed": False}, "R23"),
        ({"certificate_on": None}, "R25"),
        ({"claimed_on": date(2027, 7, 2)}, "R25"),
        ({"course": CourseFacts("taster", "x", None, 0, 1)}, "R15"),
        ({"course": CourseFacts("farm_skills", "5-04-02-01", 2, 20, 40)}, "R15"),
    ],
)
def test_a_line_that_does_not_qualify_pays_nothing_and_says_why(change: dict[str, Any], rule: str) -> None:
    found = line_amount(demo_pack(), replace(LINE, **change))
    assert (found.amount_fen, found.is_payable, found.steps) == (0, False, ())
    assert [reason.rule for reason in found.not_payable_reasons] == [rule]


def test_the_last_day_of_the_claim_period_is_still_in_time() -> None:
    assert line_amount(demo_pack(), replace(LINE, claimed_on=date(2027, 7, 1))).is_payable


def test_an_unknown_standard_is_never_guessed_and_the_missing_figure_is_named() -> None:
    course = CourseFacts("farm_skills", "5-04-02-01", 2, 20, 40)
    (reason,) = most_a_line_can_reach(demo_pack(), course).not_payable_reasons
    assert fill(reason.message, reason.params, str, "zh") == (
        "标准不明，不能申领：“培训补贴标准”没有公布：农村技能人才培养重点类，等级 2。"
    )
    assert missing_figures(demo_pack(), course) == (reason,)
    assert missing_figures(demo_pack(), replace(course, level=5)) == ()


def test_a_blank_bonus_refuses_only_lines_it_concerns() -> None:
    bonus = step("bonus", "bonus_percent", of=["base"], percent="", when={"employed_within_months": 6})
    assert quote(BASE, bonus).amount_fen == 55_000
    assert not quote(BASE, bonus, line=replace(LINE, employed_on=date(2026, 8, 1))).is_payable


def test_blank_thresholds_refuse_a_class_of_a_paid_mode() -> None:
    named = {reason.params["figure"].message for reason in missing_figures(small_pack(formula=[BASE]), COURSE)}  # type: ignore[attr-defined]  # a Said
    assert "结业最低出勤率" in named
    assert "公示工作日" in named
    assert missing_figures(demo_pack(), CourseFacts("taster", "x", None, 0, 1)) == ()


def test_the_most_a_line_can_reach_holds_bonus_and_allowance() -> None:
    found = most_a_line_can_reach(demo_pack(), COURSE)
    assert found.amount_fen == 55_000 + 11_000 + 9 * 2_000
    assert most_a_line_can_reach(demo_pack(), replace(COURSE, days=12)).amount_fen == 55_000 + 11_000 + 12 * 2_000


def test_the_most_leaves_out_a_deduction_that_may_not_come() -> None:
    share = step("share", "share_percent", of=["base"], percent=80, when={"employed": False})
    assert most_a_line_can_reach(small_pack(formula=[BASE, share]), COURSE).amount_fen == 55_000
    cap = step("cap", "cap", yuan=500)
    assert most_a_line_can_reach(small_pack(formula=[BASE, share, cap]), COURSE).amount_fen == 50_000


LINES = st.builds(
    LineFacts,
    course=st.builds(
        CourseFacts,
        mode=st.sampled_from(["order_training", "project", "farm_skills"]),
        occupation_code=st.sampled_from(["6-30-05-05", "4-10-01-06", "5-04-02-01", "x"]),
        level=st.sampled_from([None, 0, 5, 4, 3]),
        theory_hours=st.just(20),
        practice_hours=st.just(36),
    ),
    groups=st.lists(st.sampled_from(["rural_transfer", "disabled", "school_leaver"]), max_size=2).map(tuple),
    planned_hours=st.just(56),
    attended_hours=st.integers(0, 56),
    planned_days=st.just(8),
    attended_days=st.integers(0, 8),
    passed=st.booleans(),
    certificate_on=st.sampled_from([None, date(2026, 7, 1)]),
    ended_on=st.just(date(2026, 6, 20)),
    employed_on=st.none() | st.dates(date(2026, 6, 20), date(2027, 6, 20)),
    claimed_on=st.none() | st.dates(date(2026, 7, 1), date(2028, 1, 1)),
)


@given(LINES)
def test_no_line_reaches_more_than_what_is_reserved_for_it(line: LineFacts) -> None:
    most = most_a_line_can_reach(demo_pack(), line.course)
    assert 0 <= line_amount(demo_pack(), line).amount_fen <= most.amount_fen


@given(LINES, st.integers(0, 8))
def test_more_days_never_pay_less(line: LineFacts, days: int) -> None:
    fewer = replace(line, attended_days=min(days, line.attended_days or 0))
    assert line_amount(demo_pack(), fewer).amount_fen <= line_amount(demo_pack(), line).amount_fen


@given(LINES)
def test_the_parts_add_up_and_the_same_facts_quote_the_same(line: LineFacts) -> None:
    found = line_amount(demo_pack(), line)
    assert found.payee_fen + found.trainee_fen == found.amount_fen
    assert found == line_amount(demo_pack(), line)
    assert found.is_payable or found.amount_fen == 0


@pytest.mark.parametrize(
    ("funding", "to"), [(Funding.FREE, "school"), (Funding.PREPAID, "school"), (Funding.SELF_PAID, "trainee")]
)
def test_r30_who_paid_for_the_training_is_who_is_paid(funding: Funding, to: str) -> None:
    assert payee(demo_pack(), funding) == to


def test_a_blank_payee_rule_is_blank() -> None:
    assert payee(small_pack(), Funding.FREE) == ""


@given(st.integers(-(10**15), 10**15))
def test_money_written_and_read_back_is_the_same(fen: int) -> None:
    assert fen_of(yuan(fen)) == fen


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading_of_money(text: str) -> None:
    with suppress(DomainError):
        assert isinstance(fen_of(text), int)


@pytest.mark.parametrize("text", ["", "NaN", "sNaN", "Infinity", "1e999999", "1e5", "一千", "12.345", "1_000", "--1"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        fen_of(text)


@pytest.mark.parametrize(
    ("text", "fen"), [("¥1,234.5", 123_450), ("￥1，234.50元", 123_450), (" 800 ", 80_000), ("-0.01", -1)]
)
def test_money_is_read_as_people_write_it(text: str, fen: int) -> None:
    assert fen_of(text) == fen


RECEIPTED = replace(LINE, funding=Funding.SELF_PAID, receipt_fen=40_000, receipt="No.7")


def test_nobody_is_given_back_more_than_the_receipt_says_and_the_step_names_it() -> None:
    last = quote(BASE, line=RECEIPTED).steps[-1]
    assert (last.key, last.amount_fen, last.source, last.rule) == ("receipt_cap", -15_000, "收据 No.7", "R30")
    assert quote(BASE, line=replace(RECEIPTED, receipt_fen=60_000)).amount_fen == 55_000
    assert quote(BASE, line=replace(RECEIPTED, funding=Funding.FREE)).amount_fen == 55_000


def test_a_line_with_a_voucher_is_paid_its_face_value_at_most_and_the_trainees_allowance_is_beside_it() -> None:
    allowance = step("living", "fixed", yuan=100, to="trainee")
    found = quote(BASE, allowance, line=replace(LINE, voucher_fen=50_000, voucher="P1"))
    assert (found.payee_fen, found.trainee_fen) == (50_000, 10_000)
    both = replace(RECEIPTED, voucher_fen=30_000, voucher="P1")
    assert [one.amount_fen for one in quote(BASE, line=both).steps] == [55_000, -15_000, -10_000]


def test_a_pack_may_pay_its_standard_whatever_the_papers_say() -> None:
    lifted = small_pack(formula=[BASE], claim={"receipt_caps": {"value": False, "source": "S07"}})
    assert line_amount(lifted, RECEIPTED).amount_fen == 55_000
    assert line_amount(lifted, replace(RECEIPTED, voucher_fen=50_000)).amount_fen == 50_000
