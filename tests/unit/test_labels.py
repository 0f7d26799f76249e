"""Every word list names members of one enumeration: members of two with equal text would overwrite each other."""

import ast
from pathlib import Path

APP = Path(__file__).parent.parent.parent / "app"


def test_each_call_of_labels_speaks_of_one_enumeration() -> None:
    calls = 0
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "labels" and node.args:
                for words in [*node.args, *(keyword.value for keyword in node.keywords)]:
                    if isinstance(words, ast.Dict):
                        calls += 1
                        names = {ast.unparse(key).rpartition(".")[0] for key in words.keys if key is not None}
                        assert len(names) == 1, f"{file.name}:{node.lineno} {names}"
    assert calls > 20
