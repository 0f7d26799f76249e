from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from app.papers import fonts
from app.papers.fonts import EVERYDAY, Fonts, convert


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fonts:
    """Fonts whose everyday slice is small, so that it is made in no time."""
    monkeypatch.setattr(fonts, "EVERYDAY", frozenset(map(ord, "培训合格证书0123")))
    return Fonts(tmp_path / "fonts", rare=(), kai=())


def test_everyday_use_covers_what_papers_are_made_of() -> None:
    text = "培训合格证书零壹贰叁肆伍陆柒捌玖拾佰仟万亿元整，。、（）《》〔〕“”·—…–0123ABCabc"
    assert [character for character in text if ord(character) not in EVERYDAY] == []


def test_a_slice_is_truetype_with_the_characters_asked_for_and_a_name_of_its_own(tmp_path: Path) -> None:
    source = Fonts(tmp_path).families["Sidan Song"][0]
    path = tmp_path / "slice.ttf"
    convert(source.path, "Sidan Song", frozenset(map(ord, "禾苗A"))).save(path)
    with TTFont(path) as made, TTFont(source.path, lazy=True) as original:
        assert {"glyf", "loca"} <= set(made.keys())
        assert "CFF " not in made
        assert set(made.getBestCmap()) == set(map(ord, "禾苗A"))
        assert made["name"].getDebugName(1) == "Sidan Song"
        assert made["hhea"].ascent == original["hhea"].ascent
        cmap = made.getBestCmap()
        width = original["hmtx"][original.getBestCmap()[ord("禾")]][0]
        assert made["hmtx"][cmap[ord("禾")]][0] == width
        assert made["glyf"][cmap[ord("禾")]].numberOfContours > 0


def test_a_rare_character_brings_its_block_and_only_that(few: Fonts) -> None:
    usual = few.faces("培训")
    assert [face.family for face in usual] == ["Sidan Song", "Sidan Hei"]
    added = [face for face in few.faces("培训䶮") if face not in usual]
    assert [face.family for face in added] == ["Sidan Song", "Sidan Hei"]
    assert [face.name for face in added] == ["Sidan Song U004ds", "Sidan Hei U004ds"]
    for face in added:
        with TTFont(face.path) as made:
            assert ord("䶮") in made.getBestCmap()


def test_slices_are_made_once(few: Fonts) -> None:
    before = {face: face.path.stat().st_mtime_ns for face in few.faces("䶮")}
    assert {face: face.path.stat().st_mtime_ns for face in few.faces("䶮")} == before


def test_many_who_ask_at_once_get_whole_slices_and_leave_nothing_else(few: Fonts) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: few.faces("培"), range(4)))
    assert all(answer == answers[0] for answer in answers)
    for face in answers[0]:
        with TTFont(face.path) as made:
            assert ord("培") in made.getBestCmap()
    assert {path.name for path in few.folder.iterdir()} == {face.path.name for face in answers[0]} | {".lock"}


def test_a_failed_conversion_leaves_no_slice(few: Fonts, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fonts, "convert", fail)
    with pytest.raises(OSError, match="No space left"):
        few.faces("培")
    assert [path.name for path in few.folder.iterdir()] == [".lock"]


def test_missing_characters_are_named_once_in_order(tmp_path: Path) -> None:
    ours = Fonts(tmp_path, rare=(), kai=())
    assert ours.missing("阿依古丽·买买提 㛃 𬱖 䶮 𠅤") == []
    assert ours.missing("𠮷野\n𪚥𠮷") == ["𠮷", "𪚥"]
    assert ours.missing("a\u200db") == ["\u200d"]


def test_a_font_that_is_installed_for_rare_characters_is_used(tmp_path: Path) -> None:
    extra = tmp_path / "rare.ttf"
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord("𠮷"): "rare"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "rare": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Rare", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(extra)
    ours = Fonts(tmp_path / "fonts", rare=(extra,))
    assert ours.missing("𠮷") == []
    faces = list(ours._faces("Sidan Song", "020b", frozenset({ord("𠮷")})))
    assert [face.family for face in faces] == ["Sidan Song"]
