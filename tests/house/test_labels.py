"""Everything that is stored as one of a few words has words for people."""

import ast
import importlib
import pkgutil
from enum import StrEnum
from pathlib import Path

from flask import Flask
from sqlalchemy import Enum

import app as house
from app.audit import words
from app.kernel.access import ROLE_CAN, Can, Role
from app.kernel.database import Model
from app.kernel.labels import has_label

APP = Path(house.__file__).parent
RECORDING = {"audit.record", "record"}


def stored() -> dict[type[StrEnum], str]:
    """Every enumeration that a column holds, and which."""
    for module in pkgutil.walk_packages(house.__path__, "app."):
        if ".models" in module.name:
            importlib.import_module(module.name)
    found = {}
    for table in Model.metadata.tables.values():
        for column in table.columns:
            kind = column.type.enum_class if isinstance(column.type, Enum) else None
            if kind is not None and issubclass(kind, StrEnum):
                found[kind] = f"{table.name}.{column.name}"
    return found


def unlabelled(kinds: dict[type[StrEnum], str]) -> list[str]:
    """The members that nobody gave words."""
    return [
        f"{where}: {kind.__name__}.{member.name}"
        for kind, where in kinds.items()
        for member in kind
        if not has_label(member)
    ]


def test_every_stored_word_has_a_label(app: Flask) -> None:  # noqa: ARG001  # the app brings every table
    kinds = stored()
    assert len(kinds) > 30
    assert unlabelled(kinds) == []


def test_every_step_of_a_flow_has_a_label(app: Flask) -> None:  # noqa: ARG001  # the app brings every flow
    steps = {steps: table for table, (_statuses, steps) in words._steps.items()}
    assert len(steps) > 10
    assert unlabelled(steps) == []


def test_every_act_written_out_has_words(app: Flask) -> None:  # noqa: ARG001  # the app brings every word
    found: dict[str, str] = {}
    for file in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {"audit.record", "record"}
                and len(node.args) > 1
            ):
                for act in ast.walk(node.args[1]):
                    if isinstance(act, ast.Constant) and isinstance(act.value, str):
                        found.setdefault(act.value, f"{file.relative_to(APP)}:{node.lineno}")
    assert len(found) > 20
    steps = {step.value for _statuses, kind in words._steps.values() for step in kind}
    assert {act: where for act, where in found.items() if act not in words._words and act not in steps} == {}


def test_every_role_has_a_label_and_every_permission_a_holder(app: Flask) -> None:  # noqa: ARG001  # as above
    assert unlabelled({Role: "roles"}) == []
    held = frozenset().union(*ROLE_CAN.values())
    assert set(Can) - held == set()
