"""A pack that extends another: what it does not state is inherited, what it states overrides by key. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.kernel.marking import N_
from app.policies.rules.parsing import COLUMNS, PackErrors
from app.policies.rules.reading import Problem
from app.policies.rules.stating import TOML

ROW_KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("key",),
    "ages": ("sex", "born_from", "born_to"),
    "groups": ("key",),
    "statuses": ("key",),
    "categories": ("key",),
    "checklist": ("key",),
    "funds": ("key",),
    "reviews": ("key",),
    "occupations": ("prefix",),
    "hours": ("category", "occupation", "level"),
    "rates": ("item", "category", "occupation", "mode", "group", "level"),
    "lists": ("list", "occupation", "level"),
    "workdays": ("day",),
}
"""By which columns a row of a table overrides the inherited one."""
OWN_HEAD = (
    *("key", "title_zh", "title_en", "note_zh", "note_en", "region_code", "valid_from", "valid_to"),
    *("extends", "replaces", "approver"),
)
"""What a pack says of itself alone and never inherits."""
DROP = "drop"
NOTHING_TO_DROP = N_("继承来的政策包里没有“%(key)s”，没有可去掉的。")


def extended(base: Mapping[str, Any], own: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The content of a pack with what it inherits from the pack called `name`; raises `PackErrors`."""
    toml, head = dict(own["toml"]), own["toml"].get("pack", {})
    problems: list[Problem] = []
    base_toml = base["toml"]
    replaces = _replaced(head.get("replaces", []))
    inherited_head = {key: value for key, value in base_toml["pack"].items() if key not in OWN_HEAD}
    merged = {**base_toml, **toml, "pack": {**inherited_head, **head}}
    for section, entries in base_toml.items():
        mine = toml.get(section)
        if section in ("pack", "formula") or section in replaces or not isinstance(entries, Mapping):
            continue
        if mine is None or isinstance(mine, Mapping):
            problems += _idle_entries(section, entries, mine or {})
            merged[section] = _entries(entries, mine or {}, deep=section == "modes")
    inherited_steps = [] if "formula" in replaces else base_toml.get("formula", [])
    problems += _idle_steps(inherited_steps, toml.get("formula", []))
    merged["formula"] = _steps(inherited_steps, toml.get("formula", []), name)
    if "modes" in replaces:
        merged["modes"] = toml.get("modes", {})
    tables = {}
    for table in (*COLUMNS, *own["tables"]):
        if table in base["tables"] or table in own["tables"]:
            inherited = [] if table in replaces else base["tables"].get(table, [])
            problems += _idle_rows(table, inherited, own["tables"].get(table, []))
            tables[table] = _rows(table, inherited, own["tables"].get(table, []), name)
    if problems:
        raise PackErrors(tuple(problems))
    modes = merged.get("modes")
    order = [key for key in (*base["modes"], *own["modes"]) if isinstance(modes, Mapping) and key in modes]
    return {"toml": merged, "modes": list(dict.fromkeys(order)), "tables": tables}


def _replaced(stated: object) -> tuple[str, ...]:
    """The tables and sections of which nothing is inherited."""
    words = tuple(str(word) for word in stated) if isinstance(stated, list) else ()
    wrong = [word for word in words if word not in COLUMNS and word not in ("formula", "modes")]
    if wrong or not isinstance(stated, list):
        message = N_("只能是这些之一：%(words)s。")
        words = ("formula", "modes", *COLUMNS)
        raise PackErrors((Problem(TOML, 0, "pack.replaces", message, {"words": words}),))
    return words


def _entries(base: Mapping[str, Any], own: Mapping[str, Any], *, deep: bool) -> dict[str, Any]:
    """Figures by their key; modes field by field."""
    merged = dict(base)
    for key, value in own.items():
        if isinstance(value, Mapping) and value.get(DROP) is True:
            merged.pop(key, None)
        elif deep and isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            merged[key] = {**base[key], **value}
        else:
            merged[key] = value
    return merged


def _steps(base: Sequence[Any], own: Any, name: str) -> list[Any]:
    """The base's steps, each where it stood, overridden by key; new ones after them."""
    stated = own if isinstance(own, list) else []
    mine = [{**step, "_place": place + 1} for place, step in enumerate(stated) if isinstance(step, Mapping)]
    told = [{"_file": f"{name}/{TOML}", "_place": place + 1, **step} for place, step in enumerate(base)]
    return [step for step in _joined(told, mine, ("key",)) if step.get(DROP) is not True]


def _idle_entries(section: str, base: Mapping[str, Any], own: Mapping[str, Any]) -> list[Problem]:
    """Figures or modes that take away what is not there: a slip of the pen would leave it in force."""
    idle = [key for key, value in own.items() if isinstance(value, Mapping) and value.get(DROP) is True]
    return [
        Problem(TOML, 0, f"{section}.{key}.{DROP}", NOTHING_TO_DROP, {"key": key}) for key in idle if key not in base
    ]


def _idle_steps(base: Sequence[Any], own: Any) -> list[Problem]:
    """Steps that take away what is not there."""
    known = {step.get("key") for step in base}
    return [
        Problem(TOML, 0, f"formula[{place + 1}].{DROP}", NOTHING_TO_DROP, {"key": str(step.get("key", ""))})
        for place, step in enumerate(own if isinstance(own, list) else [])
        if isinstance(step, Mapping) and step.get(DROP) is True and step.get("key") not in known
    ]


def _idle_rows(table: str, base: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Rows that take away what is not there, and other words in the column that says so."""
    keys = ROW_KEYS.get(table, ())
    known = {_key(row, keys) for row in base}
    for row in own:
        place = (f"{table}.csv", int(row.get("_row", 0)), DROP)
        if str(row.get(DROP, "")).strip().lower() not in ("", "true", "false"):
            yield Problem(*place, N_("请填 true 或 false。"))
        elif _dropped(row) and _key(row, keys) not in known:
            yield Problem(*place, NOTHING_TO_DROP, {"key": " ".join(word for word in _key(row, keys) if word)})


def _rows(
    table: str, base: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]], name: str
) -> list[dict[str, Any]]:
    keys = ROW_KEYS.get(table)
    inherited = [{"_file": f"{name}/{table}.csv", **row} for row in base]
    joined = _joined(inherited, own, keys) if keys else list(own)
    return [_kept(row) for row in joined if not _dropped(row)]


def _joined(
    base: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]], keys: tuple[str, ...]
) -> list[Mapping[str, Any]]:
    """The base's rows, each where it stood, overridden by key; then every other own row, so that doubles are seen."""
    mine: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for row in own:
        mine.setdefault(_key(row, keys), row)
    known = {_key(row, keys) for row in base}
    more = [row for row in own if _key(row, keys) not in known or mine[_key(row, keys)] is not row]
    return [*(mine.get(_key(row, keys), row) for row in base), *more]


def _key(row: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.get(key, "")).strip() for key in keys)


def _dropped(row: Mapping[str, Any]) -> bool:
    return str(row.get(DROP, "")).strip().lower() == "true"


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != DROP}
