"""The page on policy packs says all that the code can do, in both languages, and its examples work."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.policies.folders import check_folder, load_folder
from app.policies.quoting import SCOPES, quoted
from app.policies.rules.facts_io import CLASS_KEYS, COURSE_KEYS, LINE_KEYS
from app.policies.rules.figures import FIGURES, FigureSpec
from app.policies.rules.formulating import STEP_FIELDS, WHEN_FIELDS
from app.policies.rules.kinds import KINDS
from app.policies.rules.modes import CertificateKind, ClaimKind, Direction, OrderKind, PlacementProof, PostKind
from app.policies.rules.parsing import COLUMNS, HEAD
from app.policies.rules.stating import MODE_FIELDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ENGLISH = read_po(io.BytesIO((ROOT / "app/translations/en/LC_MESSAGES/messages.po").read_bytes()))
CHINESE = {
    "Figures": "指标",
    "Kinds of step": "步骤的种类",
    "Conditions": "条件",
    "The formula": "算法",
    "Modes of training": "培训模式",
    "Files": "文件",
    "The tables": "各张表",
}


@dataclass(frozen=True)
class Page:
    """The page in one language; sections are asked for by their English titles."""

    text: str
    titles: Mapping[str, str]
    yes: str

    def part(self, title: str) -> str:
        """One section, up to the next heading."""
        words = re.escape(self.titles.get(title, title))
        found = re.search(rf"^#+ {words}\n(.*?)(?=^#+ )", self.text + "\n# end\n", re.DOTALL | re.MULTILINE)
        assert found, title
        return found[1]

    def rows(self, title: str) -> dict[str, list[str]]:
        """The rows of the first columns of a section's tables, by each word in backticks of the first cell."""
        found: dict[str, list[str]] = {}
        for line in self.part(title).splitlines():
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for word in re.findall(r"`([^`]+)`", cells[0]) if cells else ():
                found[word] = cells[1:]
        return found

    @property
    def blocks(self) -> list[tuple[str, str, str]]:
        """Each block of code: the file it is, if any, its language, its text."""
        return re.findall(r"(?:`([\w.-]+)`\n\n)?```(\w+)\n(.*?)```", self.text, re.DOTALL)


@pytest.fixture(params=["en", "zh"])
def guide(request: pytest.FixtureRequest) -> Page:
    """The page in each of its languages."""
    if request.param == "en":
        return Page((DOCS / "policy-packs.md").read_text(encoding="utf-8"), {}, "**yes**")
    return Page((DOCS / "policy-packs.zh-CN.md").read_text(encoding="utf-8"), CHINESE, "**是**")


@pytest.mark.parametrize("spec", FIGURES, ids=lambda spec: spec.key)
def test_every_figure_is_told_with_its_values_and_whether_it_is_needed(guide: Page, spec: FigureSpec) -> None:
    value, needed, rule, name, *english = guide.rows("Figures")[spec.key]
    assert (rule, name) == (spec.rule, spec.name)
    assert english == ([] if guide.titles else [ENGLISH[spec.name].string])
    assert (needed == guide.yes) is spec.needed
    assert re.findall(r"`([^`]+)`", value) == list(spec.choices)


def test_no_figure_is_told_that_nobody_reads(guide: Page) -> None:
    assert set(guide.rows("Figures")) == {spec.key for spec in FIGURES}


def test_every_kind_of_step_is_told_with_its_columns(guide: Page) -> None:
    told = guide.rows("Kinds of step")
    assert set(told) == set(KINDS)
    for name, kind in KINDS.items():
        needs, _bracket, takes = told[name][0].partition("[")
        assert set(re.findall(r"`([^`]+)`", needs)) == set(kind.needs), name
        assert set(re.findall(r"`([^`]+)`", takes)) == set(kind.takes), name


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Conditions", WHEN_FIELDS),
        ("The formula", STEP_FIELDS),
        ("pack.toml", HEAD),
        ("Modes of training", MODE_FIELDS),
        ("Files", ("pack.toml", *(f"{table}.csv" for table in COLUMNS))),
    ],
)
def test_every_word_has_its_row_and_no_other(guide: Page, title: str, words: tuple[str, ...]) -> None:
    assert set(guide.rows(title)) == set(words)


def test_every_key_of_facts_has_its_row_and_no_other(guide: Page) -> None:
    line = [key for key in LINE_KEYS if key not in ("course", "class")]
    keys = {*line, *(f"course.{key}" for key in COURSE_KEYS), *(f"class.{key}" for key in CLASS_KEYS), "scope"}
    assert set(guide.rows("FACTS.json")) == keys
    assert all(f'"{scope}"' in guide.rows("FACTS.json")["scope"][0] for scope in SCOPES)


def test_every_column_of_every_table_is_told(guide: Page) -> None:
    told = guide.rows("The tables")
    for table, columns in COLUMNS.items():
        assert re.findall(r"`([^`]+)`", told[f"{table}.csv"][0]) == list(columns)


def test_every_word_of_a_mode_is_told(guide: Page) -> None:
    told = guide.rows("Modes of training")
    enums = {"order": OrderKind, "direction": Direction, "post": PostKind, "certificate": CertificateKind}
    for column, enum in {**enums, "claim": ClaimKind, "placement": PlacementProof}.items():
        assert {word.value for word in enum} <= set(re.findall(r"`([^`]+)`", told[column][0])), column


def test_the_whole_example_is_a_pack_that_pays_what_the_page_says(guide: Page, tmp_path: Path) -> None:
    for name, _language, text in guide.blocks:
        if name:
            tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    assert check_folder(tmp_path) == ()
    facts, answer = (
        json.loads(text.replace('"…"', '""')) for _name, language, text in guide.blocks if language == "json"
    )
    told = quoted(load_folder(tmp_path)[1], facts)
    assert told["amount_fen"] == answer["amount_fen"]
    for step, shown in zip(told["steps"], answer["steps"], strict=True):
        assert {**step, "name_zh": ""} == shown
