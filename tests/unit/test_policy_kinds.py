"""Every kind of step: its tiers and borders, its caps, how steps stack or exclude each other, how each rounds."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.amounts import Quote, class_amount, line_amount, most_a_line_can_reach
from app.policies.rules.facts import ClassFacts, CourseFacts, Funding, LineFacts
from app.policies.rules.parsing import PackErrors
from app.policies.rules.rounding import Rounding, RoundMode, RoundTo, part_of
from app.policies.rules.said import fill
from tests.packs import small_pack

COURSE = CourseFacts("order_training", "6-18-02-04", 5, 24, 36, days=9)
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
    filed_on=date(2026, 5, 10),
)
S = {"source": "S07"}
BASE: dict[str, Any] = {"key": "base", "kind": "rate", "name_zh": "标准"}


def step(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "name_zh": key, **S, **more}


def quote(*formula: dict[str, Any], line: LineFacts = LINE, base: str = "1000", **tables: Any) -> Quote:
    rates = [{"category": "other", "amount_yuan": base, **S}]
    return line_amount(small_pack(formula=list(formula), **{"rates": rates, **tables}), line)


def yuan(*formula: dict[str, Any], **more: Any) -> float:
    found = quote(*formula, **more)
    assert found.is_payable, found.not_payable_reasons
    return found.amount_fen / 100


def refusal(found: Quote) -> str:
    return "".join(fill(reason.message, reason.params, str, "zh") for reason in found.not_payable_reasons)


# --- what a class decides ---------------------------------------------------------------------------------------------

TIERS = [
    {"from_percent": "50", "percent": 60},
    {"from_percent": "66.7", "percent": 80},
    {"from_percent": 80, "percent": 100},
]
SHARE = step("rate", "class_share_percent", of=["base"], tiers=TIERS)


def of_class(trainees: int, employed: int, place: int = 1) -> LineFacts:
    return replace(LINE, in_class=ClassFacts(trainees, employed=employed, certified=trainees, place=place))


@pytest.mark.parametrize(
    ("trainees", "employed", "share"),
    [
        (30, 14, 0),
        (30, 15, 600),
        (30, 20, 600),
        (1000, 667, 800),
        (1000, 666, 600),
        (30, 23, 800),
        (30, 24, 1000),
        (5, 4, 1000),
    ],
)
def test_a_classs_rate_is_compared_exactly_with_the_border(trainees: int, employed: int, share: int) -> None:
    """20 of 30 are 66.67 percent, which is less than 66.7: no rounding lifts a class over a border."""
    assert yuan(BASE, SHARE, line=of_class(trainees, employed)) == share


@given(
    st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.integers(1, 500_000),
    st.sampled_from(["33.33", "66.67", "80", "12.5"]),
)
def test_the_lines_of_a_class_add_up_to_the_fen(size: tuple[int, int], base_fen: int, percent: str) -> None:
    trainees, employed = size
    share = step("rate", "class_share_percent", of=["base"], tiers=[{"from_percent": 0, "percent": percent}])
    cost = step("cost", "at_cost", per="class")
    rates = [{"category": "other", "amount_yuan": f"{base_fen / 100:.2f}", **S}]
    pack = small_pack(formula=[BASE, share, cost], rates=rates)
    whole = ClassFacts(trainees, employed=employed, cost_fen=base_fen + 7)
    lines = [line_amount(pack, replace(LINE, in_class=replace(whole, place=n + 1))) for n in range(trainees)]
    points = int(float(percent) * 100 + 0.5)
    total = Rounding().of(base_fen * trainees * points, 10_000) + base_fen + 7
    assert sum(line.amount_fen for line in lines) == total
    assert class_amount(pack, replace(LINE, in_class=whole)).amount_fen == total
    assert max(line.amount_fen for line in lines) - min(line.amount_fen for line in lines) <= 2


def test_a_share_of_the_class_needs_to_know_which_line_it_is() -> None:
    assert "位次" in refusal(quote(BASE, SHARE, line=of_class(30, 20, place=0)))
    assert "全班" in refusal(quote(BASE, SHARE))


def test_certificates_count_instead_of_posts_where_the_pack_says_so() -> None:
    certified = {**SHARE, "counted": "certified"}
    assert yuan(BASE, certified, line=of_class(30, 0)) == 1000


@given(st.integers(-(10**9), 10**9), st.integers(1, 200))
def test_shares_of_a_total_always_add_up(total: int, places: int) -> None:
    assert sum(part_of(total, place, places) for place in range(1, places + 1)) == total


# --- hours and days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "amount"), [(0, 0), (10, 100), (11, 105), (20, 150), (60, 250)])
def test_tiers_of_hours_may_go_on_without_end(hours: int, amount: int) -> None:
    tiers = [{"up_to": 10, "yuan": 10}, {"up_to": 20, "yuan": 5}, {"yuan": "2.50"}]
    assert yuan(step("h", "tiered_hour", tiers=tiers), line=replace(LINE, attended_hours=hours)) == amount


def test_a_day_may_be_so_many_hours() -> None:
    per_day = step("d", "per_day", yuan=20, day_hours=8)
    assert yuan(per_day, line=replace(LINE, attended_hours=31, attended_days=9)) == 60


@pytest.mark.parametrize(("hours", "amount"), [(30, 500), (45, 600), (59, 600), (60, 1000)])
def test_part_payment_pro_rata_has_its_cap(hours: int, amount: int) -> None:
    part = step("part", "part_pro_rata", of=["base"], cap_percent=60, when={"hours_reached": False})
    assert yuan(BASE, part, line=replace(LINE, attended_hours=hours)) == amount


def test_the_hours_that_must_be_reached_are_the_packs_least_hours() -> None:
    part = step("part", "part_per_hour", of=["base"], yuan=10, when={"hours_reached": False})
    hours = [{"category": "other", "min_hours": "49", **S}]
    assert yuan(BASE, part, line=replace(LINE, attended_hours=49), hours=hours) == 1000
    assert yuan(BASE, part, line=replace(LINE, attended_hours=48), hours=hours) == 480


def test_part_payment_is_never_more_than_the_whole() -> None:
    part = step("part", "part_per_day", of=["base"], yuan=500)
    assert yuan(BASE, part) == 1000


def test_standards_by_occupation_may_be_for_an_hour_or_a_day() -> None:
    rates = [
        {"occupation": "6-18-02-04", "amount_yuan": "12", "cap_yuan": "600", "unit": "元/学时", **S},
        {"amount_yuan": "8", **S},
    ]
    per_hour = step("h", "rate_per_hour")
    assert yuan(per_hour, rates=rates) == 600
    assert yuan(per_hour, rates=rates, line=replace(LINE, attended_hours=40)) == 480
    other = replace(LINE, course=replace(COURSE, occupation_code="5-01"))
    assert yuan(per_hour, rates=rates, line=other) == 480
    assert yuan(step("d", "rate_per_day", cap_yuan=70), rates=rates, line=other) == 70


# --- uplifts, caps, floors --------------------------------------------------------------------------------------------

FIRST = step("first", "bonus_percent", of=["base"], percent=10)
SECOND = step("second", "bonus_percent", of=["base"], percent=50)


def test_uplifts_of_the_same_base_add() -> None:
    assert yuan(BASE, FIRST, SECOND) == 1600


def test_an_uplift_of_an_uplift_multiplies() -> None:
    assert yuan(BASE, FIRST, {**SECOND, "of": ["base", "first"]}) == 1650


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_of_uplifts_that_exclude_each_other_the_larger_counts_in_any_order(order: tuple[dict[str, Any], ...]) -> None:
    exclusive = [{**one, "exclusive": "uplift"} for one in order]
    found = quote(BASE, *exclusive)
    assert [one.key for one in found.steps] == ["base", "second"]
    assert found.amount_fen == 150_000


def test_only_uplifts_that_hold_compete() -> None:
    never = {**SECOND, "exclusive": "uplift", "when": {"tags": ["brand"]}}
    assert yuan(BASE, {**FIRST, "exclusive": "uplift"}, never) == 1100
    assert yuan(BASE, {**FIRST, "exclusive": "uplift"}, never, line=replace(LINE, tags=("brand",))) == 1500


def test_a_step_may_give_way_to_an_earlier_one() -> None:
    assert yuan(BASE, FIRST, {**SECOND, "not_with": ["first"]}) == 1100
    absent = {**FIRST, "when": {"tags": ["scarce"]}}
    assert yuan(BASE, absent, {**SECOND, "not_with": ["first"]}) == 1500


def test_steps_that_exclude_each_other_may_not_build_on_one_another() -> None:
    with pytest.raises(PackErrors) as caught:
        quote(BASE, {**FIRST, "exclusive": "x"}, {**SECOND, "exclusive": "x", "of": ["base", "first"]})
    assert [problem.column for problem in caught.value.problems] == ["formula[3].of"]


def test_uplifts_together_have_a_cap_in_percent() -> None:
    most = step("most", "cap_percent", of=["first", "second"], base=["base"], percent=30)
    assert yuan(BASE, FIRST, SECOND, most) == 1300
    assert yuan(BASE, FIRST, {**most, "of": ["first"]}) == 1100


def test_a_cap_may_hold_for_some_steps_for_a_class_or_for_a_year() -> None:
    assert yuan(BASE, FIRST, step("cap", "cap", of=["base"], yuan=900)) == 1000
    of_ten = replace(LINE, in_class=ClassFacts(10, place=3))
    assert yuan(BASE, step("cap", "cap", yuan=8000, per="class"), line=of_ten) == 800
    yearly = step("cap", "cap_a_year", yuan=1500)
    assert yuan(BASE, yearly) == 1000
    assert yuan(BASE, yearly, line=replace(LINE, paid_this_year_fen=90_000)) == 600
    assert yuan(BASE, yearly, line=replace(LINE, paid_this_year_fen=200_000)) == 0


def test_a_cap_for_a_year_counts_the_same_of_this_line_and_of_those_before() -> None:
    living = step("living", "fixed", yuan=700, to="trainee")
    paid = replace(LINE, paid_this_year=(("base", 90_000), ("living", 50_000)), paid_this_year_fen=140_000)
    in_all, of_living = step("cap", "cap_a_year", yuan=2000), step("cap", "cap_a_year", yuan=1000, of=["living"])
    assert yuan(BASE, living, in_all) == 1700
    assert yuan(BASE, living, in_all, line=paid) == 600, "whoever it was and is paid to"
    assert yuan(BASE, living, {**of_living, "to": "trainee"}, line=paid) == 1500, "the training itself is not capped"


def test_what_somebody_paid_by_a_receipt_is_the_cost_of_their_training() -> None:
    cost = step("cost", "at_cost", percent=60, cap_yuan=600)
    paid = replace(LINE, receipt_fen=80_000)
    assert yuan(cost, line=replace(paid, funding=Funding.SELF_PAID)) == 480
    assert "培训成本" in refusal(quote(cost, line=paid)), "a receipt says nothing where the training was free"


def test_days_that_nobody_told_are_no_days_but_a_refusal() -> None:
    daily = step("living", "per_day", yuan=20, to="trainee")
    untold = replace(LINE, attended_days=None)
    assert yuan(BASE, line=untold) == 1000
    assert yuan(BASE, {**daily, "day_hours": 8}, line=untold) == 1140
    assert "培训天数" in refusal(quote(BASE, daily, line=untold))
    pack = small_pack(formula=[BASE, daily])
    assert "培训天数" in refusal(most_a_line_can_reach(pack, replace(COURSE, days=0)))


def test_a_floor_lifts_what_is_below_it() -> None:
    assert yuan(BASE, step("floor", "floor", yuan=1200)) == 1200
    assert yuan(BASE, step("floor", "floor", yuan=800)) == 1000


def test_an_amount_for_the_class_is_shared() -> None:
    lines = [
        quote(step("f", "fixed", yuan=1000, per="class"), line=of_class(3, 0, place)).amount_fen for place in (1, 2, 3)
    ]
    assert sorted(lines) == [33_333, 33_333, 33_334]


def test_a_payment_per_time_stops_after_so_many_a_year() -> None:
    once = step("living", "fixed", yuan=500, most_a_year=1, to="trainee")
    assert yuan(once) == 500
    assert yuan(once, line=replace(LINE, taken_this_year=(("living", 1),))) == 0
    assert yuan(once, line=replace(LINE, taken_this_year=(("other", 1),))) == 500


# --- when -------------------------------------------------------------------------------------------------------------

LISTS = [{"list": "scarce", "occupation": "6-18", "level": "5", **S}]


@pytest.mark.parametrize(
    ("when", "change"),
    [
        ({"regions": ["4331", "4305"]}, {"region_code": "430521"}),
        ({"funding": ["self_paid"]}, {"funding": Funding.SELF_PAID}),
        ({"contract_months_from": 12}, {"contract_months": 12}),
        ({"attended_percent_from": 90}, {"attended_hours": 54}),
        ({"filed_from": "2026-05-10", "filed_to": "2026-05-10"}, {"filed_on": date(2026, 5, 10)}),
        ({"employed_within_months": 6}, {"employed_on": date(2026, 12, 20)}),
        ({"tags": ["brand"]}, {"tags": ("brand",)}),
        ({"certificate": True, "hours_reached": True}, {"attended_hours": 60}),
    ],
)
def test_a_step_holds_on_its_conditions_and_unless_turns_them_round(
    when: dict[str, Any], change: dict[str, Any]
) -> None:
    away: dict[str, Any] = {
        "region_code": "430681",
        "attended_hours": 53,
        "contract_months": 11,
        "filed_on": date(2026, 5, 11),
        "employed_on": None,
    }
    here, there = replace(LINE, **change), replace(LINE, **away)
    extra = step("extra", "fixed", yuan=1)
    assert (yuan({**extra, "when": when}, line=here), yuan({**extra, "when": when}, line=there)) == (1, 0)
    assert (yuan({**extra, "unless": when}, line=here), yuan({**extra, "unless": when}, line=there)) == (0, 1)


def test_a_list_of_occupations_is_part_of_the_pack() -> None:
    scarce = {**FIRST, "when": {"lists": ["scarce"]}}
    assert yuan(BASE, scarce, lists=LISTS) == 1100
    assert yuan(BASE, scarce, lists=LISTS, line=replace(LINE, course=replace(COURSE, level=4))) == 1000
    assert yuan(BASE, {**FIRST, "unless": {"lists": ["scarce"]}}, lists=LISTS) == 1000


def test_a_line_without_certificate_is_payable_where_the_pack_says_so() -> None:
    bare = replace(LINE, certificate_on=None, passed=False)
    claim = {"certificate_required": {"value": False, **S}, "pass_required": {"value": False, **S}}
    half = step("half", "share_percent", of=["base"], percent=50, when={"certificate": False})
    assert not quote(BASE, half, line=bare).is_payable
    assert yuan(BASE, half, line=bare, claim=claim) == 500


def test_a_claim_may_be_late_by_days() -> None:
    claim = {"days": {"value": 30, **S}}
    assert quote(BASE, claim=claim, line=replace(LINE, claimed_on=date(2026, 7, 31))).is_payable
    assert "30 天" in refusal(quote(BASE, claim=claim, line=replace(LINE, claimed_on=date(2026, 8, 1))))


def test_standards_by_group_pay_the_best_group_a_person_has() -> None:
    groups = [{"key": key, "name_zh": key, **S} for key in ("rural_transfer", "disabled")]
    rates = [
        {"category": "other", "amount_yuan": "1000", **S},
        {"category": "other", "group": "rural_transfer", "amount_yuan": "1200", **S},
        {"category": "other", "group": "disabled", "amount_yuan": "1500", **S},
    ]
    more: dict[str, Any] = {"rates": rates, "groups": groups}
    assert yuan(BASE, line=replace(LINE, groups=()), **more) == 1000
    assert yuan(BASE, **more) == 1200
    assert yuan(BASE, line=replace(LINE, groups=("rural_transfer", "disabled")), **more) == 1500
    pack = small_pack(formula=[BASE], **more)
    assert most_a_line_can_reach(pack, COURSE).amount_fen == 150_000


# --- rounding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "mode", "amount"),
    [
        *(("fen", "half_up", 12.35), ("fen", "down", 12.34), ("fen", "up", 12.35)),
        *(("jiao", "half_up", 12.3), ("jiao", "up", 12.4), ("yuan", "half_up", 12), ("yuan", "up", 13)),
    ],
)
def test_a_step_rounds_as_the_pack_states(to: str, mode: str, amount: float) -> None:
    share = step("share", "bonus_percent", of=["base"], percent="12.5")
    rounding = {"to": {"value": to, **S}, "mode": {"value": mode, **S}}
    found = quote(BASE, share, base="98.76", rounding=rounding)
    assert found.steps[1].amount_fen / 100 == amount
    stated = {**share, "round_to": to, "round_mode": mode}
    assert quote(BASE, stated, base="98.76").steps[1].amount_fen / 100 == amount


@pytest.mark.parametrize(
    ("made", "amount", "figure"),
    [
        (step("hour", "per_hour", yuan="12.55"), 37, "3 × 12.55（舍去到元）"),
        (step("day", "per_day", yuan="12.55"), 25, "2 × 12.55（舍去到元）"),
        (step("day", "per_day", yuan="12.55", cap_yuan="20.50"), 20.5, "2 × 12.55（舍去到元） ≤ 20.50"),
        (step("tier", "tiered_hour", tiers=[{"up_to": 2, "yuan": "0.80"}, {"yuan": "1.20"}]), 2, None),
        (step("part", "part_per_hour", of=["base"], yuan="12.55"), 37 - 98.76, "3 × 12.55（舍去到元）"),
        (step("fixed", "fixed", yuan="12.55"), 12.55, "12.55"),
        (step("floor", "floor", yuan="100.05"), 1.29, "≥ 100.05"),
    ],
)
def test_what_is_worked_out_is_rounded_and_what_the_pack_writes_stays_as_written(
    made: dict[str, Any], amount: float, figure: str | None
) -> None:
    rounding = {"to": {"value": "yuan", **S}, "mode": {"value": "down", **S}}
    line = replace(LINE, attended_hours=3, attended_days=2)
    base, found = quote(BASE, made, base="98.76", rounding=rounding, line=line).steps
    assert base.amount_fen == 9876
    assert found.amount_fen == round(amount * 100)
    assert found.figure == (figure or "2 × 0.80 + 1 × 1.20（舍去到元）")


@pytest.mark.parametrize(
    ("made", "column"),
    [
        (step("x", "fixed", yuan=1, when={"placements": ["order_post"]}), "formula[2].when.placements"),
        (step("x", "fixed", yuan=1, when={"regions": ["岳阳市"]}), "formula[2].when.regions"),
        (step("x", "fixed", yuan=1, per="class", most_a_year=1), "formula[2].most_a_year"),
    ],
)
def test_a_condition_that_could_never_hold_is_an_error(made: dict[str, Any], column: str) -> None:
    with pytest.raises(PackErrors) as caught:
        quote(BASE, made)
    assert [problem.column for problem in caught.value.problems] == [column]


def test_an_unusual_rounding_is_told_with_the_figure() -> None:
    up = step("up", "bonus_percent", of=["base"], percent=1, round_to="yuan", round_mode="up")
    assert quote(BASE, up).steps[1].figure == "1% × 1,000.00（进位到元）"


@given(st.integers(-(10**9), 10**9), st.sampled_from(RoundTo), st.sampled_from(RoundMode))
def test_rounding_stays_within_its_unit_and_keeps_the_sign(fen: int, to: RoundTo, mode: RoundMode) -> None:
    found = Rounding(to, mode).of(fen)
    unit = {"fen": 1, "jiao": 10, "yuan": 100}[to.value]
    assert found % unit == 0
    assert abs(found - fen) < unit or found == fen
    assert Rounding(to, mode).of(-fen) == -found


def test_indexation_rounds_every_year_as_stated() -> None:
    index = step("index", "index", of=["base"], percent=5, from_year=2024, round_to="yuan", round_mode="down")
    filed = [replace(LINE, filed_on=date(year, 3, 1)) for year in (2023, 2024, 2025, 2026)]
    assert [yuan(BASE, index, base="550", line=line) for line in filed] == [550, 550, 577, 605]
    assert "开班申报日期" in refusal(quote(BASE, index, line=replace(LINE, filed_on=None)))


# --- blank stays blank ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one",
    [
        step("甲", "per_hour", yuan=""),
        step("甲", "per_hour", yuan=20, cap_yuan=""),
        step("甲", "bonus_percent", of=["base"], percent=""),
        step("甲", "at_cost", floor_yuan="", cap_yuan=6000),
        step("甲", "index", of=["base"], percent="", from_year=2024),
        step("甲", "index", of=["base"], percent=5, from_year=""),
        step("甲", "tiered_day", tiers=[{"up_to": 5, "yuan": ""}]),
        step("甲", "class_share_percent", of=["base"], tiers=[{"from_percent": 0, "percent": ""}]),
        step("甲", "cap", yuan=""),
        step("甲", "floor", yuan=""),
        step("甲", "fixed", yuan=10, most_a_year=""),
    ],
)
def test_a_blank_figure_of_any_kind_refuses_naming_its_step(one: dict[str, Any]) -> None:
    line = replace(of_class(30, 20), cost_fen=800_000)
    assert "“甲”的数字没有填写" in refusal(quote(BASE, one, line=line))
