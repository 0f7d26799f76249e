"""A file fits a mind, a view fits a glance."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 300
LONGEST_VIEW = 25
LONGEST_FUNCTION = 60


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the app with the file it stands in."""
    for file in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield file, node


def length(node: ast.FunctionDef) -> int:
    """How many lines a function has, from its name to its end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_view(node: ast.FunctionDef) -> bool:
    """Whether a function answers requests."""
    return any(isinstance(mark, ast.Call) and ast.unparse(mark.func) == "needs" for mark in node.decorator_list)


def where(file: Path, line: int, size: int) -> str:
    """How a finding is told."""
    return f"{file.relative_to(ROOT)}:{line} has {size} lines"


def test_no_file_of_the_app_is_longer_than_three_hundred_lines() -> None:
    sizes = {file: len(file.read_text("utf-8").splitlines()) for file in (ROOT / "app").rglob("*.py")}
    assert len(sizes) > 100
    assert [where(file, 1, size) for file, size in sizes.items() if size > LONGEST_FILE] == []


def test_no_view_is_longer_than_twenty_five_lines() -> None:
    views = [(file, node) for file, node in functions() if is_view(node)]
    assert len(views) > 50
    assert [where(file, node.lineno, length(node)) for file, node in views if length(node) > LONGEST_VIEW] == []


def test_every_function_fits_a_screen() -> None:
    long = [where(file, node.lineno, length(node)) for file, node in functions() if length(node) > LONGEST_FUNCTION]
    assert long == []


def test_no_file_is_empty_and_none_is_a_box_of_odds_and_ends() -> None:
    for file in (ROOT / "app").rglob("*.py"):
        assert file.read_text("utf-8").strip(), f"{file.relative_to(ROOT)} is empty"
        assert file.stem not in {"utils", "helpers", "misc", "common"}, file.relative_to(ROOT)
