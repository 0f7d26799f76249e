"""Templates: all compile, each is used, each lies where its endpoint says, none holds script or style."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
SHARED = ("layout", "components", "errors")
INLINE = {
    "a style attribute": re.compile(r"<[a-z][^<>]*\sstyle=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script without a file": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+=", re.IGNORECASE),
    "an address that is script": re.compile(r"(href|action|src)=[\"']\s*javascript:", re.IGNORECASE),
}
FOREIGN = re.compile(r"(?:src|href)=[\"'](?:https?:)?//")


def rendered() -> Iterator[tuple[Path, int, str]]:
    """Every template that a view names, with the place."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "render_template" or not node.args:
                continue
            for name in named(node.args[0]):
                yield file, node.lineno, name


def named(argument: ast.expr) -> Iterator[str]:
    """The templates that an argument can name: as it stands, one of two, or a pattern of several."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from (*named(argument.body), *named(argument.orelse))
    elif isinstance(argument, ast.JoinedStr):
        parts = [
            re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else "[^/]*"
            for part in argument.values
        ]
        yield from (name for name in NAMES if re.fullmatch("".join(parts), name))


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_it_holds_no_script_no_style_and_nothing_foreign(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text("utf-8"), flags=re.DOTALL)
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []
    assert not FOREIGN.search(text), "only own files are loaded"


def test_every_view_draws_a_template_of_its_own_room() -> None:
    found = list(rendered())
    assert len(found) > 40
    strangers = [
        f"{file.relative_to(ROOT)}:{line} draws {name}"
        for file, line, name in found
        if name.partition("/")[0] not in {*SHARED, file.relative_to(ROOT / "app").parts[0], "styleguide"}
    ]
    assert strangers == []
    assert [name for _file, _line, name in found if name not in NAMES] == []


def test_every_template_is_used() -> None:
    used = {name for _file, _line, name in rendered()}
    for name in NAMES:
        text = (TEMPLATES / name).read_text("utf-8")
        used |= set(re.findall(r"\{%-?\s*(?:extends|include|from|import)\s+\"([^\"]+)\"", text))
    for file in (ROOT / "app").rglob("*.py"):
        used |= set(re.findall(r"\"([\w/]+\.html)\"", file.read_text("utf-8")))
    idle = [name for name in NAMES if name not in used and not name.startswith("errors/")]
    assert idle == []


def test_views_have_typed_parameters_and_plain_paths(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith("static"):
            continue
        fixed = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9./-]*", fixed), f"{rule.rule} is not kebab-case"
        for parameter in re.findall(r"<([^>]*)>", rule.rule):
            assert ":" in parameter or parameter == "token", f"{rule.rule} has an untyped parameter"
