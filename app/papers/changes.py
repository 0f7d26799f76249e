"""What is different between two sets of facts of one design. Pure: facts come in, sentences' parts come out."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.papers.designs import Design, Facts, bare

NEVER = ("form_code", "specimen")
FIRST_WORDS = re.compile(r"[,，:：;；]| (?=[a-z])")
MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its heading on the paper, what stood there, what would stand there now."""

    label: str
    before: str
    after: str


def counting(design: Design, facts: Facts) -> Facts:
    """The facts that make a paper another one: not its code, nor what the design calls passing (`passing = [...]`)."""
    passing = (*NEVER, *design.described.get("passing", ()))
    return {key: value for key, value in facts.items() if key not in passing}


def snapshot_sha256(design: Design, facts: Facts) -> str:
    """The hash of the facts that count, in one way of writing them down."""
    text = json.dumps(counting(design, facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changes(design: Design, before: Facts, after: Facts) -> list[Change]:
    """What differs between two sets of checked facts, in the order of the design."""
    return list(_fields(design, design.schema, counting(design, before), counting(design, after), ""))


def heading(spec: Mapping[str, Any]) -> str:
    """What a fact is called: the first words of what the design says about it."""
    return FIRST_WORDS.split(str(spec["about"]))[0].strip()


def _fields(
    design: Design, schema: Mapping[str, Mapping[str, Any]], before: Facts, after: Facts, where: str
) -> Iterator[Change]:
    for key, spec in schema.items():
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if spec["kind"] == "rows":
            yield from _rows(design, f"{where}{key}", spec, old or [], new or [])
        else:
            yield Change(heading(spec), _said(old), _said(new))


def _rows(
    design: Design, path: str, spec: Mapping[str, Any], before: Sequence[Facts], after: Sequence[Facts]
) -> Iterator[Change]:
    """Rows of the same name are compared field by field; others were taken out or put in."""
    keys = design.described.get("keys", {}).get(path) or [next(iter(design.row_schema(bare(path))))]
    old, new = _named(keys, before), _named(keys, after)
    gone, come = [name for name in old if name not in new], [name for name in new if name not in old]
    if gone or come:
        yield Change(heading(spec), _listed(gone), _listed(come))
    for name in old.keys() & new.keys():
        for one in _fields(design, design.row_schema(bare(path)), old[name], new[name], f"{path}."):
            yield Change(f"{name} {one.label}", one.before, one.after)
    if not gone and not come and list(old) != list(new):
        yield Change(heading(spec), _listed(list(old)), _listed(list(new)))


def _named(keys: Sequence[str], rows: Sequence[Facts]) -> dict[str, Facts]:
    """Rows by name; namesakes are numbered."""
    found: dict[str, Facts] = {}
    for row in rows:
        name = " ".join(_said(row[key]) for key in keys)
        again = sum(other == name or other.startswith(f"{name}（") for other in found)
        found[f"{name}（{again + 1}）" if again else name] = row
    return found


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:MOST_SHOWN]) + ("……" if len(names) > MOST_SHOWN else "")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    return "、".join(map(_said, value)) if isinstance(value, list) else str(value or "")
