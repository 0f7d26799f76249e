"""What is reserved for a place covers whatever its line may come to; more work never pays less."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policies.rules.amounts import line_amount, most_a_line_can_reach
from app.policies.rules.facts import ClassFacts, Funding, LineFacts
from tests.packs import small_pack
from tests.unit.test_policy_kinds import BASE, COURSE, LINE, SHARE, S, step

BONUS = step("bonus", "bonus_percent", of=["base"], percent=20, when={"employed_within_months": 6})
ONLY = step("only", "share_percent", of=["base"], percent=80, unless={"employed": True})
PART = step("part", "part_per_day", of=["base"], yuan=100, cap_percent=60, when={"hours_reached": False})
ALLOWANCE = step("living", "per_day", yuan=20, to="trainee", when={"groups": ["rural_transfer"]})
COST = step("cost", "at_cost", percent=60, floor_yuan=100, cap_yuan=600, when={"funding": ["self_paid"]})
BRAND = step("brand", "bonus_percent", of=["base"], percent=50, not_with=["scarce"], when={"tags": ["brand"]})
SCARCE = step("scarce", "bonus_percent", of=["base"], percent=10, when={"tags": ["scarce"]})
COUNTY = step("county", "bonus_percent", of=["base"], percent=70, when={"regions": ["4331"]})
TOWN = step("town", "share_percent", of=["base"], percent=90, unless={"regions": ["4331", "4306"]})
EARLY = step("early", "share_percent", of=["base"], percent=50, when={"filed_to": "2026-05-31"})
INDEX = step("index", "index", of=["base"], percent=5, from_year=2024)
FORMULAS = [
    [BASE, INDEX, BONUS, ALLOWANCE],
    [BASE, ONLY, ALLOWANCE, COST],
    [BASE, SHARE, BONUS],
    [BASE, PART, SCARCE, BRAND],
    [BASE, {**SCARCE, "exclusive": "x"}, {**BONUS, "exclusive": "x"}, step("cap", "cap", yuan=1150)],
    [BASE, COUNTY, TOWN, EARLY, BONUS],
    [step("h", "per_hour", yuan=25, cap_yuan=2000), step("living", "fixed", yuan=500, most_a_year=1, to="trainee")],
]
PACKS = [small_pack(formula=formula) for formula in FORMULAS]
LINES = st.builds(
    replace,
    st.just(LINE),
    groups=st.sampled_from([(), ("rural_transfer",)]),
    attended_hours=st.integers(0, 60),
    attended_days=st.integers(0, 9),
    employed_on=st.none() | st.dates(date(2026, 6, 20), date(2027, 6, 20)),
    filed_on=st.sampled_from([date(2026, 5, 10), date(2026, 6, 10)]),
    region_code=st.sampled_from(["433101", "430681", "110101"]),
    tags=st.lists(st.sampled_from(["brand", "scarce"]), unique=True).map(tuple),
    funding=st.sampled_from(Funding),
    cost_fen=st.integers(0, 200_000),
    taken_this_year=st.sampled_from([(), (("living", 1),)]),
    in_class=st.integers(0, 30).map(lambda employed: ClassFacts(30, certified=30, employed=employed, place=7)),
)


def _keys(pack: Any) -> list[str]:
    return [one.key for one in pack.formula]


@pytest.mark.parametrize(
    ("region", "filed", "most"),
    [
        ("", None, 1700 + 200),
        ("433101", None, 1700 + 200),
        ("430681", None, 1000 + 200),
        ("110101", None, 900 + 200),
        ("110101", date(2026, 5, 10), 400 + 200),
        ("433101", date(2026, 5, 10), 1200 + 200),
        ("433101", date(2026, 6, 10), 1700 + 200),
    ],
)
def test_a_region_and_a_day_that_are_known_are_counted_with(region: str, filed: date | None, most: int) -> None:
    rates = [{"category": "other", "amount_yuan": "1000", **S}]
    pack = small_pack(formula=[BASE, COUNTY, TOWN, EARLY, BONUS], rates=rates)
    found = most_a_line_can_reach(pack, COURSE, filed_on=filed, region_code=region)
    assert found.amount_fen / 100 == most


@pytest.mark.parametrize("pack", PACKS)
@given(line=LINES)
def test_no_line_reaches_more_than_what_is_reserved_for_it(pack: Any, line: LineFacts) -> None:
    most = most_a_line_can_reach(pack, COURSE, filed_on=line.filed_on, trainees=30, region_code=line.region_code)
    open_most = most_a_line_can_reach(pack, COURSE, trainees=30) if INDEX["key"] not in _keys(pack) else most
    found = line_amount(pack, line)
    assert found.is_payable
    assert 0 <= found.amount_fen <= most.amount_fen <= open_most.amount_fen
    assert found.amount_fen == sum(one.amount_fen for one in found.steps) == found.payee_fen + found.trainee_fen


@pytest.mark.parametrize(
    ("formula", "most"), [(FORMULAS[1], 1000 + 600), (FORMULAS[2], 1200), (FORMULAS[3], 1500), (FORMULAS[4], 1150)]
)
def test_what_is_reserved_is_no_more_than_a_line_can_reach(formula: list[dict[str, Any]], most: int) -> None:
    rates = [{"category": "other", "amount_yuan": "1000", **S}]
    found = most_a_line_can_reach(small_pack(formula=formula, rates=rates), COURSE, trainees=30)
    living = 180 if ALLOWANCE in formula else 0
    assert found.amount_fen / 100 == most + living


@pytest.mark.parametrize("pack", PACKS)
@given(line=LINES, hours=st.integers(0, 60), days=st.integers(0, 9), employed=st.integers(0, 30))
def test_more_hours_more_days_and_more_posts_never_pay_less(
    pack: Any, line: LineFacts, hours: int, days: int, employed: int
) -> None:
    whole = line.in_class
    assert whole is not None
    less = replace(
        line,
        attended_hours=min(hours, line.attended_hours),
        attended_days=min(days, line.attended_days or 0),
        in_class=replace(whole, employed=min(employed, whole.employed or 0)),
    )
    assert line_amount(pack, less).amount_fen <= line_amount(pack, line).amount_fen
