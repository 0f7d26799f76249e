import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.papers.designs import Design, DesignBroken, FactsRefused, checked, design_of, designs
from config import ROOT

FOLDER = ROOT / "certificates"
ALL = [design.name for design in designs(FOLDER)]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def sample(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((FOLDER / name / "sample.json").read_text())
    return facts


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def test_the_papers_of_the_story_are_all_there() -> None:
    wanted = (
        "attendance-note attendance-sheet claim-sheet class-poster completion filing-form funds-list "
        "funds-request notice roster"
    )
    later = (
        "attendance-codes book handover-list inspection-form name-badges result-sheet service-log survey-cards "
        "timetable"
    )
    assert sorted(f"{wanted} {later}".split()) == ALL


@pytest.mark.parametrize("name", ALL)
def test_a_design_describes_every_fact_in_words(name: str) -> None:
    design = design_of(FOLDER, name)
    assert design.title
    assert design.version
    rows = design.described.get("rows", {})
    for schema in (design.schema, *rows.values()):
        assert all(spec["about"] and spec["kind"] for spec in schema.values())


@pytest.mark.parametrize("name", ALL)
def test_a_sample_holds_only_invented_people(name: str) -> None:
    for text in strings(sample(name)):
        for number in re.findall(r"(?<!\d)\d{17}[\dX](?!\d)", text):
            assert number[14:17] == "000"
            assert number[17] == "10X98765432"[sum(int(d) * w for d, w in zip(number, WEIGHTS, strict=False)) % 11]


@pytest.mark.parametrize("name", ALL)
def test_facts_once_checked_are_plain_json_and_pass_again_unchanged(name: str) -> None:
    design = design_of(FOLDER, name)
    once = checked(design, sample(name))
    stored = json.loads(json.dumps(once, ensure_ascii=False))
    assert stored == once
    assert checked(design, stored) == once


@pytest.mark.parametrize("name", ALL)
def test_every_required_fact_is_missed_by_name(name: str) -> None:
    design = design_of(FOLDER, name)
    for key, spec in design.schema.items():
        if spec.get("optional"):
            continue
        facts = sample(name)
        del facts[key]
        with pytest.raises(FactsRefused, match=rf"{key} is missing"):
            checked(design, facts)


def test_a_missing_fact_of_a_row_is_named_with_its_row() -> None:
    facts = sample("roster")
    del facts["rows"][2]["identity"]
    with pytest.raises(FactsRefused, match=r"rows\[2\]\.identity is missing"):
        checked(design_of(FOLDER, "roster"), facts)


def test_an_unknown_fact_is_refused() -> None:
    with pytest.raises(FactsRefused, match="unknown facts nickname"):
        checked(design_of(FOLDER, "completion"), sample("completion") | {"nickname": "禾"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hours", "56"),
        ("hours", -1),
        ("hours", True),
        ("issued_on", "2025-02-30"),
        ("verify_url", "javascript:alert(1)"),
        ("seal", "file:///etc/passwd"),
        ("seal", "data:text/html,x"),
        ("name", 7),
        ("specimen", "yes"),
    ],
)
def test_a_fact_of_the_wrong_kind_is_refused(key: str, value: object) -> None:
    with pytest.raises(FactsRefused, match=key):
        checked(design_of(FOLDER, "completion"), sample("completion") | {key: value})


def test_dates_and_enumerations_become_plain_text() -> None:
    facts = checked(design_of(FOLDER, "completion"), sample("completion") | {"issued_on": date(2025, 3, 21)})
    assert facts["issued_on"] == "2025-03-21"
    assert type(facts["issued_on"]) is str


@pytest.mark.parametrize(
    ("name", "total", "rows"),
    [
        ("claim-sheet", "total_fen", "lines"),
        ("claim-sheet", "claimed_fen", "lines"),
        ("claim-sheet", "cut_fen", "lines"),
        ("notice", "total_fen", "rows"),
        ("funds-request", "total_fen", "lines"),
        ("funds-request", "people", "lines"),
        ("funds-list", "total_fen", "rows"),
        ("funds-list", "people", "rows"),
        ("timetable", "total_hours", "rows"),
    ],
)
def test_a_total_that_is_not_the_sum_of_its_lines_is_never_printed(name: str, total: str, rows: str) -> None:
    facts = sample(name)
    facts[total] += 1
    with pytest.raises(FactsRefused, match=f"{total} is .* its lines add up to"):
        checked(design_of(FOLDER, name), facts)
    assert facts[rows]


@pytest.mark.parametrize(("key", "value"), [("name", "周禾苗"), ("identity", "430681198804120006")])
def test_a_public_notice_refuses_what_is_not_masked(key: str, value: str) -> None:
    facts = sample("notice")
    facts["rows"][0][key] = value
    with pytest.raises(FactsRefused, match=rf"rows\[0\]\.{key} is not a masked"):
        checked(design_of(FOLDER, "notice"), facts)


@pytest.mark.parametrize("name", ["../config", "base", "no-such", "Completion", "", "completion/..", "a--b"])
def test_a_name_that_is_no_design_is_refused(name: str) -> None:
    with pytest.raises(DesignBroken, match="no design is called"):
        design_of(FOLDER, name)


def test_a_description_that_is_not_toml_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text("name_zh = ")
    with pytest.raises(DesignBroken, match=r"design\.toml"):
        Design(tmp_path).described  # noqa: B018  # reading it is the test
