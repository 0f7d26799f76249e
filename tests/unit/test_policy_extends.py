"""A pack that extends another: it inherits, overrides by key, drops, and tells errors at their place."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from app.policies.folders import check_folder, fingerprint, load_folder, read_folder
from app.policies.rules.facts import CourseFacts, Sex
from app.policies.rules.pack import Pack

HUNAN = Path(__file__).parents[2] / "policies" / "hunan-2024"
SHENZHEN = Path(__file__).parents[1] / "data" / "packs" / "shenzhen"
HEAD = """
[pack]
key = "yueyang"
title_zh = "岳阳"
region_code = "430600"
valid_from = 2025-01-01
extends = "hunan-2024"
"""


def folder(tmp_path: Path, toml: str = "", *, head: str = HEAD, name: str = "yueyang", **tables: str) -> Path:
    made = tmp_path / name
    made.mkdir()
    made.joinpath("pack.toml").write_text(head + toml, encoding="utf-8")
    for table, text in tables.items():
        made.joinpath(f"{table}.csv").write_text(text, encoding="utf-8")
    return made


def pack_of(made: Path) -> Pack:
    return load_folder(made)[1]


def places(made: Path) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.row, problem.column) for problem in check_folder(made)]


def test_what_is_not_stated_is_inherited(tmp_path: Path) -> None:
    base, pack = load_folder(HUNAN)[1], pack_of(folder(tmp_path))
    assert (pack.key, pack.region_code, pack.extends, pack.title.zh) == ("yueyang", "430600", "hunan-2024", "岳阳")
    assert (pack.note.zh, pack.valid_to) == ("", None)
    for name in ("figures", "modes", "ages", "groups", "categories", "hours", "rates", "sources", "formula"):
        assert getattr(pack, name) == getattr(base, name), name


def test_figures_modes_steps_and_rows_override_by_key(tmp_path: Path) -> None:
    made = folder(
        tmp_path,
        """
[class]
size_max = { value = 40, source = "X1" }

[modes.project]
name_zh = "项目制（岳阳）"

[modes.taster]
drop = true

[[formula]]
key = "scarcity"
kind = "bonus_percent"
name_zh = "紧缺上浮"
of = ["base"]
percent = 15
source = "X1"
when = { lists = ["scarce"] }

[[formula]]
key = "labor_brand"
drop = true

[[formula]]
key = "extra"
kind = "fixed"
name_zh = "另加"
yuan = 10
source = "X1"
""",
        sources="key,title\nX1,岳阳通知\n",
        rates="category,level,amount_yuan,source\nemployment,5,1200,X1\n",
        hours="category,occupation,level,min_hours,source\nrural,,5,70,X1\n,4-10-01-06,,60,X1\n",
        lists="list,occupation,source\nscarce,6-18,X1\n",
        groups="key,name_zh,source,drop\ngraduate,,,true\nveteran,退役军人,X1,\n",
    )
    base, pack = load_folder(HUNAN)[1], pack_of(made)
    assert pack.count("class.size_max") == 40
    assert pack.count("class.hours_a_day") == 7
    project = pack.modes["project"]
    assert (project.name.zh, project.order_kinds) == ("项目制（岳阳）", base.modes["project"].order_kinds)
    assert list(pack.modes) == [key for key in base.modes if key != "taster"]
    keys = [step.key for step in base.formula if step.key != "labor_brand"]
    assert [step.key for step in pack.formula] == [*keys, "extra"]
    assert next(step.points for step in pack.formula if step.key == "scarcity") == 1500
    employment = CourseFacts("order_training", "4-10-01-06", 5, 20, 50, category="employment")
    assert pack.rate_for(employment).amount_fen == 120_000  # type: ignore[union-attr]  # the row is there
    assert pack.rate_for(CourseFacts("project", "x", 4, 1, 1, category="employment")).amount_fen is None  # type: ignore[union-attr]  # the row is there
    assert pack.hours_for(employment).min_hours == 60  # type: ignore[union-attr]  # the row is there
    assert len(pack.rates) == len(base.rates)
    assert set(pack.groups) == {*base.groups, "veteran"} - {"graduate"}


def test_a_table_may_be_replaced_whole(tmp_path: Path) -> None:
    made = folder(
        tmp_path,
        'replaces = ["ages", "formula"]\n',
        ages="sex,min_years,max_years,source\nmale,16,60,S06\nfemale,16,55,S06\n",
    )
    pack = pack_of(made)
    assert [(row.sex, row.max_years) for row in pack.ages] == [(Sex.MALE, 60), (Sex.FEMALE, 55)]
    assert pack.formula == ()


def test_a_city_may_extend_a_province_from_another_folder() -> None:
    pack = pack_of(SHENZHEN)
    assert (pack.count("record.yearly_cap"), pack.count("claim.months")) == (3, None)
    assert [step.key for step in pack.formula] == ["base", "apprenticeship_most", "scarcity", "scarcity_most"]
    blank = pack.rate_for(CourseFacts("project", "x", 1, 1, 1, category="parcel"))
    assert blank is not None
    assert blank.amount_fen is None


def test_the_fingerprint_changes_with_the_pack_that_is_extended(tmp_path: Path) -> None:
    base = tmp_path / "hunan-2024"
    base.mkdir()
    for path in HUNAN.iterdir():
        base.joinpath(path.name).write_bytes(path.read_bytes())
    made = folder(tmp_path)
    before = fingerprint(read_folder(made))
    assert len(before) == hashlib.sha256().digest_size * 2
    rates = base / "rates.csv"
    rates.write_text(rates.read_text(encoding="utf-8").replace("550", "560"), encoding="utf-8")
    assert fingerprint(read_folder(made)) != before


@pytest.mark.parametrize(
    ("toml", "tables", "wanted"),
    [
        ("[class]\nsize_max = { value = 40 }\n", {}, ("pack.toml", 9, "class.size_max.source")),
        ('[[formula]]\nkey = "base"\nkind = "magic"\nname_zh = "甲"\n', {}, ("pack.toml", 10, "formula[1].kind")),
        ("", {"rates": "category,level,amount_yuan,source\nother,,x,S07\n"}, ("rates.csv", 2, "amount_yuan")),
        ("", {"rates": "category,level,amount_yuan\nrural,5,1\nrural,5,2\n"}, ("rates.csv", 3, "level")),
        ("", {"categories": "key,name_zh,drop\nrural,,true\n"}, ("hunan-2024/rates.csv", 12, "category")),
        ("[class]\nsize = { drop = true }\n", {}, ("pack.toml", 9, "class.size.drop")),
        ("[modes.projects]\ndrop = true\n", {}, ("pack.toml", 9, "modes.projects.drop")),
        ('[[formula]]\nkey = "bases"\ndrop = true\n', {}, ("pack.toml", 10, "formula[1].drop")),
        ("", {"groups": "key,drop\ngraduates,true\n"}, ("groups.csv", 2, "drop")),
        ("", {"groups": "key,drop\ngraduate,是\n"}, ("groups.csv", 2, "drop")),
        ('replaces = ["groups"]\n', {"groups": "key,drop\ngraduate,true\n"}, ("groups.csv", 2, "drop")),
    ],
)
def test_an_error_is_told_in_the_file_where_it_stands(
    tmp_path: Path, toml: str, tables: dict[str, str], wanted: tuple[str, int, str]
) -> None:
    assert wanted in places(folder(tmp_path, toml, **tables))


@pytest.mark.parametrize("name", ["nobody", "yueyang", "../policies/hunan-2024"])
def test_a_pack_that_is_not_there_or_extends_itself_is_refused(tmp_path: Path, name: str) -> None:
    made = folder(tmp_path, head=HEAD.replace("hunan-2024", name))
    assert [(file, column) for file, _row, column in places(made)] == [("pack.toml", "pack.extends")]


def test_packs_that_extend_each_other_in_a_ring_are_refused(tmp_path: Path) -> None:
    one = folder(tmp_path, head=HEAD.replace("hunan-2024", "two"), name="one")
    folder(tmp_path, head=HEAD.replace("hunan-2024", "one"), name="two")
    assert places(one)


def test_errors_of_the_pack_that_is_extended_are_told_there(tmp_path: Path) -> None:
    folder(tmp_path, "[nonsense]\na = 1\n", head=HEAD.replace('extends = "hunan-2024"\n', ""), name="base")
    made = folder(tmp_path, head=HEAD.replace("hunan-2024", "base"))
    assert ("base/pack.toml", "nonsense") in [(file, column) for file, _row, column in places(made)]


def test_what_no_longer_fits_in_an_inherited_step_is_told_where_it_stands(tmp_path: Path) -> None:
    """Dropping what a later inherited step builds on: the error names that step by its own place and line."""
    text = (HUNAN / "pack.toml").read_text(encoding="utf-8")
    steps = re.findall(r'^\[\[formula\]\]\nkey = "(\w+)"', text, re.MULTILINE)
    dropped = "index"
    found = places(folder(tmp_path, f'[[formula]]\nkey = "{dropped}"\ndrop = true\n'))
    assert found
    for file, row, column in found:
        place = int(re.findall(r"formula\[(\d+)\]", column)[0])
        assert file == "hunan-2024/pack.toml"
        assert steps[place - 1] != dropped
        assert dropped in text.splitlines()[row - 1]


def content(tmp_path: Path) -> dict[str, Any]:
    return read_folder(folder(tmp_path))


def test_an_extended_pack_is_whole_by_itself(tmp_path: Path) -> None:
    """What is imported holds everything: a later change of the base can't change a version."""
    told = content(tmp_path)
    assert {"rates", "ages", "groups"} <= set(told["tables"])
    assert told["toml"]["record"]["lifetime_cap"]["value"] == 3
