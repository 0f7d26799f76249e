"""Reading policy packs: what ships is right, and every error is told with its place."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import DomainError
from app.policies.rules.facts import CourseFacts, Sex
from app.policies.rules.figures import FIGURES
from app.policies.rules.modes import ClaimKind, Fix, OrderKind
from app.policies.rules.pack import Pack
from app.policies.rules.parsing import PackErrors, parse_pack
from app.policies.rules.reading import Problem
from app.policies.service import check_folder, fingerprint, load_folder, read_folder
from tests.packs import DEMO, demo_pack, small_content, small_pack


def problems_of(**changes: Any) -> tuple[Problem, ...]:
    with pytest.raises(PackErrors) as caught:
        parse_pack(small_content(**changes))
    return caught.value.problems


def only_problem(**changes: Any) -> tuple[str, int, str]:
    (problem,) = problems_of(**changes)
    assert problem.message
    return problem.file, problem.row, problem.column


def test_the_example_pack_has_no_error_and_calls_itself_an_example() -> None:
    assert check_folder(DEMO) == ()
    pack = demo_pack()
    assert pack.is_example
    assert (pack.region_code, pack.valid_from, pack.valid_to) == ("430600", date(2024, 1, 1), None)


def test_every_number_of_the_example_pack_has_its_source() -> None:
    pack = demo_pack()
    stated = [figure for figure in pack.figures.values() if figure.value is not None]
    assert all(figure.source for figure in stated)
    assert all(row.source for row in pack.rates if row.amount_fen is not None)
    assert all(row.source for row in pack.hours)
    assert all(age.source for age in pack.ages)
    assert all(step.source for step in pack.formula if step.yuan_fen or step.percent)


def test_blank_figures_stay_blank() -> None:
    pack = demo_pack()
    assert pack.figure("record.yearly_cap").value is None
    assert pack.count("class.size_min") is None
    assert pack.rate_for(CourseFacts("farm_skills", "5-04-02-01", 2, 10, 40)).amount_fen is None  # type: ignore[union-attr]  # the row is there, its amount is not


@pytest.mark.parametrize(
    ("key", "order", "fixes"),
    [
        ("order_training", OrderKind.HIRING, "place people direction post"),
        ("piecework", OrderKind.PIECEWORK, "place people direction post"),
        ("joint_production", OrderKind.JOINT_PRODUCTION, "place people direction post"),
        ("public_welfare", OrderKind.PUBLIC_WELFARE, "place people direction post"),
        ("project", OrderKind.PROJECT, "place people direction"),
        ("farm_skills", None, "place people direction post"),
        ("taster", None, ""),
    ],
)
def test_each_mode_asks_for_its_order_and_its_fixes(key: str, order: OrderKind | None, fixes: str) -> None:
    mode = demo_pack().mode(key)
    assert mode.needs_order is (order is not None)
    assert [kind for kind in OrderKind if mode.takes_order(kind)] == ([order] if order else [])
    assert mode.fixes == tuple(Fix(word) for word in fixes.split())
    assert mode.paid is mode.has_claim is mode.counts_in_record is (key != "taster")


def test_a_mode_with_a_subsidy_is_claimed_by_trainee_where_it_does_not_say_how() -> None:
    modes = {
        "paid": {"name_zh": "甲", "paid": True},
        "never": {"name_zh": "乙", "paid": True, "claim": "none"},
        "free": {"name_zh": "丙", "paid": False},
    }
    pack = small_pack(modes=modes, rates=[])
    assert [pack.mode(key).claim for key in modes] == [ClaimKind.PER_TRAINEE, ClaimKind.NONE, ClaimKind.NONE]


def test_online_asks_for_what_its_courses_own_mode_asks() -> None:
    pack = demo_pack()
    online = pack.mode("online", "farm_skills")
    assert (online.key, online.name.zh) == ("online", "线上培训")
    assert online.fixes == pack.mode("farm_skills").fixes
    for base in ("", "online"):
        with pytest.raises(DomainError):
            pack.mode("online", base)
    with pytest.raises(DomainError):
        pack.mode("nothing")


@pytest.mark.parametrize(
    ("course", "category"),
    [
        (CourseFacts("order_training", "6-30-05-05", 5, 0, 0), "key_industry"),
        (CourseFacts("order_training", "4-10-01-06", 5, 0, 0), "employment"),
        (CourseFacts("farm_skills", "6-30-05-05", None, 0, 0), "rural"),
        (CourseFacts("online", "6-30-05-05", None, 0, 0, base_mode="farm_skills"), "rural"),
        (CourseFacts("project", "x-local", None, 0, 0), "other"),
        (CourseFacts("project", "x-local", None, 0, 0, category="employment"), "employment"),
    ],
)
def test_the_standards_category_follows_told_then_mode_then_occupation(course: CourseFacts, category: str) -> None:
    assert demo_pack().category_of(course) == category


@pytest.mark.parametrize("level", [None, 0, 5])
def test_a_rate_by_occupation_beats_one_by_category(level: int | None) -> None:
    pack = small_pack(
        rates=[
            {"amount_yuan": "1", "source": "S07"},
            {"category": "other", "amount_yuan": "2", "source": "S07"},
            {"category": "other", "level": "5", "amount_yuan": "3", "source": "S07"},
            {"occupation": "6-01", "amount_yuan": "4", "source": "S07"},
        ]
    )
    assert pack.rate_for(CourseFacts("order_training", "6-01", level, 1, 1)).amount_fen == 400  # type: ignore[union-attr]  # there is one
    plain = pack.rate_for(CourseFacts("order_training", "6-02", level, 1, 1))
    assert plain is not None
    assert plain.amount_fen == (300 if level == 5 else 200)


@given(st.sampled_from(list(Sex)), st.dates(date(1930, 1, 1), date(2015, 12, 31)))
def test_everybody_has_exactly_one_age_row_in_the_example_pack(sex: Sex, born: date) -> None:
    assert sum(row.covers(sex, born) for row in demo_pack().ages) == 1


AGES = {"sex": "male", "min_years": "16", "max_years": "60", "source": "S07"}


def _when(name: str) -> tuple[str, int, str]:
    return ("pack.toml", 0, f"formula[1].when.{name}")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rates": [{"category": "nobody", "amount_yuan": "1", "source": "S07"}]}, ("rates.csv", 2, "category")),
        ({"rates": [{"amount_yuan": "1,2,x", "source": "S07"}]}, ("rates.csv", 2, "amount_yuan")),
        ({"rates": [{"amount_yuan": "-1", "source": "S07"}]}, ("rates.csv", 2, "amount_yuan")),
        ({"rates": [{"amount_yuan": "1.234", "source": "S07"}]}, ("rates.csv", 2, "amount_yuan")),
        ({"rates": [{"amount_yuan": "1"}]}, ("rates.csv", 2, "source")),
        ({"rates": [{"amount_yuan": "1", "source": "S99"}]}, ("rates.csv", 2, "source")),
        ({"rates": [{"level": "6", "amount_yuan": "1", "source": "S07"}]}, ("rates.csv", 2, "level")),
        ({"rates": [{"price": "1"}]}, ("rates.csv", 1, "price")),
        ({"rates": [{"level": "5"}, {"level": "5"}]}, ("rates.csv", 3, "level")),
        ({"hours": [{"category": "other", "min_hours": "many"}]}, ("hours.csv", 2, "min_hours")),
        ({"groups": [{"key": "a", "source": "S07"}]}, ("groups.csv", 2, "name_zh")),
        ({"workdays": [{"day": "2026-13-01", "working": "true", "source": "S07"}]}, ("workdays.csv", 2, "day")),
        ({"prices": [{"a": "1"}]}, ("prices.csv", 0, "")),
        (
            {"record": {"lifetime_cap": {"value": "three", "source": "S07"}}},
            ("pack.toml", 0, "record.lifetime_cap.value"),
        ),
        ({"record": {"lifetime_cap": {"value": 3}}}, ("pack.toml", 0, "record.lifetime_cap.source")),
        ({"record": {"life_cap": {"value": 3, "source": "S07"}}}, ("pack.toml", 0, "record.life_cap")),
        ({"record": {"lifetime_cap": 3}}, ("pack.toml", 0, "record.lifetime_cap")),
        (
            {"result": {"attendance_percent": {"value": 101, "source": "S07"}}},
            ("pack.toml", 0, "result.attendance_percent.value"),
        ),
        ({"payee": {"free": {"value": "bank", "source": "S07"}}}, ("pack.toml", 0, "payee.free.value")),
        ({"nonsense": {"a": {}}}, ("pack.toml", 0, "nonsense")),
        ({"modes": {}}, ("pack.toml", 0, "modes")),
        ({"modes": {"a": {"name_zh": "甲", "paid": False, "claim": "per_trainee"}}}, ("pack.toml", 0, "modes.a.claim")),
        ({"modes": {"a": {"name_zh": "甲", "paid": True, "order": ["wish"]}}}, ("pack.toml", 0, "modes.a.order")),
        ({"modes": {"a": {"name_zh": "甲", "paid": True, "post": "desk"}}}, ("pack.toml", 0, "modes.a.post")),
        ({"formula": [{"key": "a", "kind": "magic", "name_zh": "甲"}]}, ("pack.toml", 0, "formula[1].kind")),
        ({"formula": [{"key": "a", "kind": "cap", "name_zh": "甲"}]}, ("pack.toml", 0, "formula[1].yuan")),
        (
            {"formula": [{"key": "a", "kind": "cap", "name_zh": "甲", "yuan": 1.5, "source": "S07"}]},
            ("pack.toml", 0, "formula[1].yuan"),
        ),
        (
            {"formula": [{"key": "a", "kind": "rate", "name_zh": "甲", "percent": 5, "source": "S07"}]},
            ("pack.toml", 0, "formula[1].percent"),
        ),
        (
            {"formula": [{"key": "a", "kind": "bonus_percent", "name_zh": "甲", "percent": "", "of": ["b"]}]},
            ("pack.toml", 0, "formula[1].of"),
        ),
        (
            {"formula": [{"key": "a", "kind": "rate", "name_zh": "甲", "when": {"groups": ["nobody"]}}]},
            ("pack.toml", 0, "formula[1].when.groups"),
        ),
        *(
            ({"formula": [{"key": "a", "kind": "rate", "name_zh": "甲", "when": {name: blank}}]}, _when(name))
            for name, blank in (
                ("lists", []),
                ("employed_within_months", ""),
                ("employed", ""),
                ("occupations", ["甲"]),
            )
        ),
        ({"ages": [{**AGES, "born_from": "1970-05", "born_to": "1970-04"}]}, ("ages.csv", 2, "born_to")),
        ({"ages": [{**AGES, "max_years": "15"}]}, ("ages.csv", 2, "max_years")),
        ({"ages": [{**AGES, "min_years": ""}]}, ("ages.csv", 2, "min_years")),
        ({"ages": [{**AGES, "sex": ""}]}, ("ages.csv", 2, "sex")),
        ({"rates": [{"occupation": "６-18", "amount_yuan": "1", "source": "S07"}]}, ("rates.csv", 2, "occupation")),
        (
            {"occupations": [{"prefix": "6-", "category": "other", "source": "S07"}] * 2},
            ("occupations.csv", 3, "prefix"),
        ),
        ({"pack": {"key": "某市", "title_zh": "甲", "region_code": "430000"}}, ("pack.toml", 0, "pack.key")),
    ],
)
def test_an_error_is_told_with_file_row_and_column(changes: dict[str, Any], place: tuple[str, int, str]) -> None:
    found = [(problem.file, problem.row, problem.column) for problem in problems_of(**changes)]
    assert place in found


def test_a_wrong_word_is_told_once_and_with_those_that_are_right() -> None:
    (kind,) = problems_of(formula=[{"key": "a", "kind": "per_days", "name_zh": "甲"}])
    assert "per_day" in str(kind.params["words"])
    (sex,) = problems_of(ages=[AGES, {**AGES, "sex": "女"}])
    assert (sex.row, sex.column, sex.params["words"]) == (3, "sex", ("male", "female"))
    (heading,) = problems_of(rates=[{"price": "1", "level": "5"}, {"price": "2", "level": "4"}])
    assert (heading.row, heading.column) == (1, "price")
    base, later = {"key": "a", "kind": "rate", "name_zh": "甲"}, {"key": "b", "kind": "rate", "name_zh": "乙"}
    (order,) = problems_of(formula=[{**base, "not_with": ["b"]}, later])
    assert (order.column, "不在这一步前面" in order.message) == ("formula[1].not_with", True)


def test_every_error_is_told_at_once() -> None:
    rates = [{"level": "5", "amount_yuan": "x"}, {"level": "4", "amount_yuan": "1"}, {"level": "9"}]
    found = [(problem.row, problem.column) for problem in problems_of(rates=rates)]
    assert found == [(2, "amount_yuan"), (3, "source"), (4, "level")]


def test_only_an_example_pack_may_name_an_example_as_source() -> None:
    content = small_content(rates=[{"amount_yuan": "1", "source": "示例"}])
    assert parse_pack(content).is_example
    content["toml"]["pack"]["is_example"] = False
    with pytest.raises(PackErrors):
        parse_pack(content)


def test_overlapping_birth_months_are_refused() -> None:
    ages = [
        {"sex": "male", "born_to": "1964-12", "min_years": "16", "max_years": "60", "source": "S07"},
        {"sex": "male", "born_from": "1964-12", "min_years": "16", "max_years": "60", "source": "S07"},
    ]
    assert only_problem(ages=ages) == ("ages.csv", 3, "born_from")


def test_a_folder_with_errors_names_the_line_of_pack_toml(tmp_path: Path) -> None:
    for path in DEMO.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    toml = tmp_path / "pack.toml"
    good = toml.read_text(encoding="utf-8")
    toml.write_text(good.replace("lifetime_cap = { value = 3,", 'lifetime_cap = { value = "drei",'), encoding="utf-8")
    (problem,) = check_folder(tmp_path)
    line = good.splitlines()[problem.row - 1]
    assert line.startswith("lifetime_cap")
    assert problem.column == "record.lifetime_cap.value"
    toml.write_text(good.replace("percent = 20", 'percent = "zwanzig"'), encoding="utf-8")
    (problem,) = check_folder(tmp_path)
    assert good.splitlines()[problem.row - 1] == "percent = 20"


def test_a_folder_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    assert [(problem.file, problem.row) for problem in check_folder(tmp_path)] == [("pack.toml", 0)]
    (tmp_path / "pack.toml").write_text("[pack]\nkey = \n", encoding="utf-8")
    (tmp_path / "rates.csv").write_text("category,level\nother,5,extra\n", encoding="utf-8")
    assert [(problem.file, problem.row) for problem in check_folder(tmp_path)] == [("pack.toml", 2), ("rates.csv", 2)]


def test_a_table_saved_by_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    for path in DEMO.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    groups = (DEMO / "groups.csv").read_text(encoding="utf-8")
    (tmp_path / "groups.csv").write_bytes(groups.encode("gb18030"))
    assert load_folder(tmp_path)[1].groups == demo_pack().groups


def test_the_fingerprint_follows_the_content() -> None:
    content = read_folder(DEMO)
    same = fingerprint(content)
    assert fingerprint(read_folder(DEMO)) == same
    content["tables"]["rates"][0]["amount_yuan"] = "1501"
    assert fingerprint(content) != same


def test_a_figure_nobody_defined_is_a_mistake_of_the_caller() -> None:
    pack: Pack = demo_pack()
    for spec in FIGURES:
        assert pack.figure(spec.key).key == spec.key
    with pytest.raises(KeyError):
        pack.figure("record.none")
