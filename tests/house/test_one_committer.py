"""One place commits: a service never does, so that what belongs together is kept or lost together."""

import ast
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"
COMMITTERS = {
    "kernel/database.py": "the one transaction",
}
"""Who calls `commit`, and why."""


def commits(file: Path) -> list[int]:
    """The lines of a file on which something is committed."""
    tree = ast.parse(file.read_text("utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def test_only_the_transaction_commits() -> None:
    found = {str(file.relative_to(APP)): commits(file) for file in APP.rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines and name not in COMMITTERS} == {}
    assert all(found[name] for name in COMMITTERS), "an exception that is no longer used"


def test_services_ask_neither_the_request_nor_the_session_of_the_browser() -> None:
    for file in [
        *APP.glob("*/service.py"),
        *APP.glob("*/service/*.py"),
        *APP.glob("*/rules.py"),
        *APP.glob("*/rules/*.py"),
    ]:
        names = {
            alias.name
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flask")
            for alias in node.names
        }
        assert not names & {"request", "session", "current_user", "g"}, file.relative_to(APP)
