"""The look keeps its own promises: readable colours, whole drawings, nothing that a strict CSP refuses."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
DRAWINGS = sorted((ROOT / "static" / "img").rglob("*.svg"))
TOKENS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (ROOT / "static/css/tokens.css").read_text("utf-8")))
SHEETS = sorted((ROOT / "static/css").glob("*.css"))
SVG = "{http://www.w3.org/2000/svg}"

INKS = ("ink", "ink-soft", "jade-700", "seal-700", "straw-700", "river-700")
GROUNDS = ("paper", "surface", "paper-deep")
TONES = (("seal", 700), ("straw", 700), ("river", 700), ("jade", 800))
FILLED = ("jade-600", "jade-700", "jade-800", "seal-600", "seal-700", "straw-700")
TEXT_ON_GROUND = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *((f"{tone}-{ink}", f"{tone}-{ground}") for tone, ink in TONES for ground in (50, 100)),
    *(("surface", ground) for ground in FILLED),
    *((ink, "jade-800") for ink in ("on-dark", "on-dark-soft", "straw-300")),
]
LINES_ON_GROUND = [
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("focus", "paper"),
    ("focus", "jade-50"),
    ("straw-300", "jade-800"),
]
REFUSED = {f"{SVG}{name}" for name in ("script", "style", "image", "foreignObject")}


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two tokens."""
    light, dark = sorted((luminance(TOKENS[first]), luminance(TOKENS[second])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT_ON_GROUND)
def test_text_has_enough_contrast(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("line", "ground"), LINES_ON_GROUND)
def test_borders_of_controls_and_focus_rings_can_be_seen(line: str, ground: str) -> None:
    assert contrast(line, ground) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_custom_property_that_is_used_is_a_token(sheet: Path) -> None:
    known = set(re.findall(r"(--[\w-]+):", "".join(path.read_text("utf-8") for path in SHEETS)))
    used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text("utf-8")))
    assert {name for name in used if not name.startswith("--bs-")} <= known


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_picture_named_in_a_sheet_is_there(sheet: Path) -> None:
    for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text("utf-8")):
        assert (sheet.parent / address).is_file(), address


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_holds_what_the_csp_refuses(template: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']|javascript:|https?://", source)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", source))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: str(path.relative_to(ROOT / "static" / "img")))
def test_a_drawing_is_whole_and_harmless(drawing: Path) -> None:
    root = ET.fromstring(drawing.read_text("utf-8"))  # noqa: S314  # our own files
    assert root.tag == f"{SVG}svg"
    assert not [
        node.tag
        for node in root.iter()
        if node.tag in {f"{SVG}script", f"{SVG}style", f"{SVG}image", f"{SVG}foreignObject"}
    ]
    assert not re.search(r"\son\w+=|href=|style=", drawing.read_text("utf-8"))
    if drawing.parent.name != "ui":
        title = root.find(f"{SVG}title")
        assert title is not None
        assert title.text


def test_every_trade_that_templates_know_has_its_drawing() -> None:
    source = (ROOT / "templates/components/icons.html").read_text("utf-8")
    found = re.search(r"set known = (\[.*?\])", source)
    assert found
    known = set(re.findall(r'"([\w-]+)"', found[1])) | {"default"}
    assert known == {path.stem for path in (ROOT / "static/img/trades").glob("*.svg")}


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    sprite = ET.fromstring((ROOT / "static/img/ui/icons.svg").read_text("utf-8"))  # noqa: S314  # our own file
    drawn = {node.get("id") for node in sprite.iter(f"{SVG}symbol")}
    named = {name for path in TEMPLATES for name in re.findall(r'\bicon\("([\w-]+)"', path.read_text("utf-8"))}
    assert named
    assert named <= drawn
