"""Rare characters of real names: which font draws each, which would help, and that the file shows them."""

import io
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from app.papers import fonts
from app.papers.checking import drawn, faults, notes
from app.papers.designs import designs
from app.papers.fonts import WENKAI, Fonts, convert
from app.papers.helping import _packages, advice, helping
from app.papers.printing import CannotPrint, Printer
from app.papers.samples import facts_of_sample
from config import Config

FOLDER = Path(__file__).parents[2] / "certificates"
FONTS = Config.from_environment().VAR / "fonts"
NOTO, KAI = "NotoSerifSC-Regular", "LXGWWenKai-Regular"
DRAWN = {"㛃": (NOTO, KAI), "𬱖": (NOTO, KAI), "䶮": (NOTO, KAI), "𠅤": (NOTO, KAI), "𠮷": (KAI, KAI)}
"""Each rare character, and the font that draws it in 宋 and in 楷."""


@pytest.fixture(scope="module")
def press() -> Printer:
    """A printer with the fonts that the set-up brings to a machine, and no more."""
    return Printer(FOLDER, Fonts(FONTS, rare=(WENKAI,)))


@pytest.mark.parametrize("character", DRAWN)
def test_this_font_draws_it(press: Printer, character: str) -> None:
    found = [press.fonts.drawn_by(character, family) for family in ("Sidan Song", "Sidan Kai")]
    assert tuple(path.stem for path in found if path) == DRAWN[character]
    assert any(f"{character}  U+{ord(character):04X}  宋 {DRAWN[character][0]}" in line for line in drawn(press))


def test_the_file_draws_a_rare_name_with_one_slice_of_kai_for_each_character(press: Printer) -> None:
    facts = facts_of_sample(press.design("completion")) | {"name": "".join(DRAWN)}
    pdf = press.render("completion", [facts], strict=True)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        used = {
            str(font.BaseFont).partition("+")[2] for page in document.pages for font in page.Resources.Font.values()
        }
    assert used == {"Sidan-Song", *(f"Sidan-Kai-U{ord(one) >> 8:04x}s" for one in DRAWN)}


def test_every_design_prints_every_rare_character_and_lacks_none(press: Printer) -> None:
    lacking = {design.name: notes(press, design) for design in designs(FOLDER)}
    assert not any(lacking.values())
    assert faults(press, press.design("completion")) == []


def test_the_check_passes_without_any_font_from_outside_too() -> None:
    bare = Printer(FOLDER, Fonts(FONTS, rare=(), kai=()))
    assert faults(bare, bare.design("completion")) == []
    assert [line[:3] for line in drawn(bare) if "宋 none" in line] == ["𠮷  "]


def test_the_font_that_would_help_is_named_for_each_character() -> None:
    assert {one: helping(one) for one in "𠮷𪚥𰀃\ue000"} == {
        "𠮷": "fonts-lxgw-wenkai", "𪚥": "fonts-hanazono", "𰀃": "fonts-babelstone-han", "\ue000": None,
    }  # fmt: skip
    assert "安装字体 fonts-lxgw-wenkai、fonts-hanazono。" in str(advice("𠮷𪚥"))
    assert "其中 “\ue000”（U+E000） 没有现成的字体" in str(advice("𠮷\ue000"))
    assert "录错了字" in str(advice("\ue000"))
    assert "fonts-hanazono" in str(CannotPrint(["𪚥"]))


def test_the_table_of_helping_fonts_agrees_with_the_font_that_is_installed() -> None:
    with TTFont(WENKAI, lazy=True) as font:
        has = set(font.getBestCmap())
    told = {code for first, last in _packages()["fonts-lxgw-wenkai"] for code in range(first, last + 1)}
    assert told <= has
    assert len(told) > 1_000


def test_a_slice_tells_when_it_was_made_so_that_no_reader_of_it_complains(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "slice.ttf"
    convert(Fonts(tmp_path).families["Sidan Song"][0].path, "Sidan Song", frozenset(map(ord, "禾"))).save(path)
    with TTFont(path) as made:
        assert (made["head"].created, made["head"].modified) == (fonts.MADE, fonts.MADE)
    assert "timestamp" not in caplog.text
