"""Quotes from the command line: every worked example to the fen, refusals that name what is missing, no database."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.kernel.money import fen_of
from config import ROOT

DATA = ROOT / "tests" / "data"
PACKS = DATA / "packs"
HUNAN = ROOT / "policies" / "hunan-2024"
GUANGDONG = ROOT / "policies" / "guangdong-2023"
GOLDEN = ROOT / "tests" / "unit" / "data" / "golden_examples.csv"
FOLDERS = {
    "G1": PACKS / "ruian",
    "G3": PACKS / "shanxi",
    "G5": PACKS / "xian",
    "G7": PACKS / "xian",
    "G8": PACKS / "jiujiang",
    "G12": HUNAN,
    "G13": HUNAN,
    "G15": PACKS / "zhengzhou",
    "G16": PACKS / "ruian",
}
CASES = list(csv.DictReader(GOLDEN.read_text(encoding="utf-8").splitlines()))


def facts_of(case: str, **changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((DATA / "facts" / f"{case}.json").read_text(encoding="utf-8"))
    facts["course"] |= changes.pop("course", {})
    return facts | changes


def quote(app: Any, folder: Path, facts: dict[str, Any], exit_code: int = 0) -> dict[str, Any]:
    found = app.test_cli_runner().invoke(args=["policy", "quote", str(folder), "-"], input=json.dumps(facts))
    assert found.exit_code == exit_code, found.output
    told: dict[str, Any] = json.loads(found.stdout)
    return told


def amount(app: Any, folder: Path, facts: dict[str, Any]) -> int:
    told = quote(app, folder, facts)
    assert sum(step["amount_fen"] for step in told["steps"]) == told["amount_fen"]
    found: int = told["amount_fen"]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_worked_example_comes_out_to_the_fen(app: Any, case: dict[str, str]) -> None:
    folder, wanted = FOLDERS[case["id"]], fen_of(case["expected_yuan"])
    told = quote(app, folder, facts_of(case["id"]))
    steps = (
        [step for step in told["steps"] if step["key"] == "living_allowance"] if case["id"] == "G13" else told["steps"]
    )
    assert sum(step["amount_fen"] for step in steps) == wanted
    assert any(case["source_id"] in step["source"] for step in steps)


def test_each_step_tells_rule_figure_source_and_amount(app: Any) -> None:
    first, second = (
        step for step in quote(app, HUNAN, facts_of("G12"))["steps"] if step["key"] in ("base", "employment_bonus")
    )
    assert (first["rule"], first["figure"], first["source"], first["amount_fen"]) == ("R15", "550.00", "S07", 55_000)
    assert (second["rule"], second["figure"], second["amount_fen"]) == ("R33", "20% × 550.00", 11_000)


def test_a_quote_needs_no_database_at_all(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SIDAN_VAR")}
    command = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "policy", "quote", str(PACKS / "ruian")]
    found = subprocess.run(
        [*command, str(DATA / "facts" / "G1.json")],
        env={**clean, "SIDAN_VAR": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["amount_fen"] == 150_000
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("employed", "yuan"), [(14, 0), (15, 81_000), (19, 81_000), (20, 108_000), (23, 108_000), (24, 135_000)]
)
def test_the_tiers_of_xian_turn_exactly_at_their_borders(app: Any, employed: int, yuan: int) -> None:
    facts = facts_of("G5", **{"class": {"trainees": 30, "employed": employed}})
    assert amount(app, PACKS / "xian", facts) == yuan * 100


def test_the_lines_of_a_class_add_up_to_the_class(app: Any) -> None:
    whole = {"trainees": 30, "employed": 20}
    lines = [
        amount(app, PACKS / "xian", facts_of("G5", **{"class": {**whole, "place": place}})) for place in (1, 2, 30)
    ]
    assert lines == [360_000, 360_000, 360_000]


@pytest.mark.parametrize(
    ("cost", "yuan"), [(0, 4000), (6_666, 4000), (6_670, 4002), (8_000, 4800), (10_000, 6000), (12_000, 6000)]
)
def test_cost_is_paid_between_floor_and_cap(app: Any, cost: int, yuan: int) -> None:
    assert amount(app, PACKS / "ruian", facts_of("G16", cost_fen=cost * 100)) == yuan * 100


@pytest.mark.parametrize(("days", "yuan"), [(1, 150), (10, 1500), (11, 1600), (15, 2000), (16, 2000)])
def test_days_past_the_last_tier_pay_nothing(app: Any, days: int, yuan: int) -> None:
    assert amount(app, PACKS / "shanxi", facts_of("G3", attended_days=days)) == yuan * 100


@pytest.mark.parametrize(
    ("level", "days", "yuan"), [(5, 7, 700), (5, 8, 720), (4, 9, 900), (4, 12, 900), (None, 7, 600)]
)
def test_hours_not_reached_are_paid_in_part_up_to_their_cap(app: Any, level: int, days: int, yuan: int) -> None:
    facts = facts_of("G8", course={"level": level}, attended_days=days, attended_hours=95)
    assert amount(app, PACKS / "jiujiang", facts) == yuan * 100
    assert amount(app, PACKS / "jiujiang", {**facts, "attended_hours": 96}) > yuan * 100


@pytest.mark.parametrize(("year", "yuan"), [(2024, "550"), (2025, "577.50"), (2026, "606.38"), (2027, "636.70")])
def test_hunan_raises_its_standard_each_year_on_the_year_before(app: Any, year: int, yuan: str) -> None:
    facts = facts_of("G12", filed_on=f"{year}-12-01", employed_on=None)
    assert amount(app, HUNAN, facts) == fen_of(yuan)


def test_hunans_uplifts_do_not_stack_the_larger_one_counts(app: Any) -> None:
    facts = facts_of("G12", employed_on=None, tags=["labor_brand"])
    assert amount(app, HUNAN, facts) == 55_000 + 27_500


def test_a_blank_standard_is_refused_by_its_name_and_never_guessed(app: Any) -> None:
    facts = facts_of("G12", course={"category": "key_industry"})
    told = quote(app, HUNAN, facts, exit_code=1)
    assert (told["amount_fen"], told["steps"]) == (0, [])
    (reason,) = told["reasons"]
    assert "培训补贴标准" in reason["message"]
    assert "现代化产业重点职业类" in reason["message"]


def test_guangdong_pays_its_allowance_once_a_year(app: Any) -> None:
    facts = facts_of("G12", course={"category": "parcel", "level": 3}, groups=["disabled"])
    assert amount(app, GUANGDONG, facts) == 200_000 + 50_000
    assert amount(app, GUANGDONG, {**facts, "taken_this_year": {"living_allowance": 1}}) == 200_000


def test_a_missing_fact_is_named(app: Any) -> None:
    facts = facts_of("G5")
    facts["class"] = {"trainees": 30}
    assert "全班就业的人数" in quote(app, PACKS / "xian", facts, exit_code=1)["reasons"][0]["message"]
    del facts["class"]
    assert "全班的情况" in quote(app, PACKS / "xian", facts, exit_code=1)["reasons"][0]["message"]
    assert (
        "培训成本" in quote(app, PACKS / "ruian", facts_of("G16", cost_fen=None), exit_code=1)["reasons"][0]["message"]
    )


def test_wrong_facts_are_told_by_key_on_standard_error(app: Any) -> None:
    run = app.test_cli_runner()
    wrong = json.dumps(facts_of("G1", attended=3, passed="yes"))
    found = run.invoke(args=["policy", "quote", str(PACKS / "ruian"), "-"], input=wrong)
    assert found.exit_code == 1
    assert found.stdout == ""
    assert "attended" in found.stderr
    assert "passed" in found.stderr
    assert run.invoke(args=["policy", "quote", str(PACKS / "ruian"), "-"], input="{").exit_code == 1
    unknown = json.dumps(facts_of("G1", course={"mode": "none"}))
    assert run.invoke(args=["policy", "quote", str(PACKS / "ruian"), "-"], input=unknown).exit_code == 1


@pytest.mark.parametrize("folder", [*sorted(PACKS.iterdir()), HUNAN, GUANGDONG], ids=lambda folder: folder.name)
def test_every_pack_that_ships_or_is_tried_has_no_error(app: Any, folder: Path) -> None:
    found = app.test_cli_runner().invoke(args=["policy", "check", str(folder)])
    assert found.exit_code == 0, found.output
