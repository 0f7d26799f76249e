"""Whatever a person may read stands in both languages: nothing missing, nothing empty, nothing guessed."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
ENGLISH = ROOT / "app" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "_l": None,
    "_n": (1, 2),
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff“”‘’《》（）、。，；：！？])[,;:()!?]|[,;:()!?](?=[\u4e00-\u9fff“‘《（])")
"""A comma, colon, bracket and so on of the Latin kind that touches Chinese writing."""
JINJA = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}


def extracted() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Every message of the code and the templates, with the place."""
    for folder, methods in ((ROOT / "app", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2")])):
        options = {"**.html": JINJA}
        for name, line, message, _comments, _context in extract_from_dir(folder, methods, options, KEYWORDS):
            yield f"{folder.name}/{name}:{line}", message


def english() -> Catalog:
    """The English catalog."""
    assert ENGLISH.exists(), "there is no English catalog yet: pybabel extract, pybabel update, then translate"
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def test_every_message_is_in_english() -> None:
    catalog = english()
    found = list(extracted())
    assert len(found) > 500
    missing: dict[str, str] = {}
    for place, message in found:
        key = message[0] if isinstance(message, tuple) else message
        entry = catalog.get(key)
        words = (entry.string if isinstance(entry.string, tuple) else (entry.string,)) if entry else ("",)
        if not all(words):
            missing.setdefault(key, place)
    assert missing == {}


def test_no_translation_is_a_guess_or_left_over() -> None:
    catalog = english()
    assert [entry.id for entry in catalog if entry.id and entry.fuzzy] == []
    wanted = {message[0] if isinstance(message, tuple) else message for _place, message in extracted()}
    kept = {entry.id[0] if isinstance(entry.id, tuple) else entry.id for entry in catalog if entry.id}
    assert sorted(kept - wanted) == []


def test_english_keeps_every_placeholder() -> None:
    for entry in english():
        if entry.id and entry.python_format:
            assert [str(error) for error in entry.check()] == [], entry.id


def test_chinese_is_set_with_chinese_punctuation() -> None:
    assert HALF_WIDTH.search("订单已经提交,不能再改")
    assert HALF_WIDTH.search("村里(电脑室)")
    assert not HALF_WIDTH.search("%(who)s，共 %(n)s 人（8:00 开始）")
    messages = [(place, one) for place, found in extracted() for one in ([found] if isinstance(found, str) else found)]
    assert [(place, one) for place, one in messages if one and HALF_WIDTH.search(one)] == []
