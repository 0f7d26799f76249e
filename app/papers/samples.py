"""Facts to look at a design with: its sample, the same with long names and rare characters, and other languages."""

import json
from collections.abc import Mapping
from itertools import cycle
from typing import Any

from app.papers.designs import Design, DesignBroken, Facts

SAMPLE, LONG, RARE, ENGLISH = "sample", "long", "rare", "english"
PEOPLE = ("阿卜杜热合曼·艾尔肯江", "阿依古丽·买买提", "欧阳慕容")
WITH_RARE = ("㛃𬱖䶮𠅤𠮷", "欧阳㛃𬱖", "䶮𠅤", "𠮷田")
"""Characters that stand in real identity cards and in few fonts."""
LENGTHS: Mapping[str, Any] = {
    "school": "汨罗市屈子祠镇乡村振兴职业技能培训中心（普通合伙）",
    "employer": "湖南省汨罗江畔绿色生态农业科技发展有限责任公司",
    "course": "小龙虾稻田综合种养与病虫害绿色防控实用技术",
    "class_name": "2025年第12期小龙虾稻田综合种养与病虫害绿色防控实用技术培训班",
    "place": "汨罗市屈子祠镇双楚村综合服务中心二楼远程教育多功能教室",
    "occupation": "农作物植保员（无人机植保方向）（5-05-02-01）",
    "address": "汨罗市屈子祠镇双楚村第十七村民小组",
}
"""The facts of these names, wherever a design has them, at the length that real ones reach."""
PERSON = "a person"
PERSONS = frozenset({"name", "payee", "account_name", "who", "teacher", "assessor", "contact", "prepared_by"})
"""The facts that are people's names."""
MASKED = {"name": "阿卜***·艾尔***"}
GETA = "〓"
"""What printers set in the place of a character they have no type for."""


def facts_of_sample(design: Design, variant: str = SAMPLE) -> Facts:
    """The facts of one look at a design; raises `DesignBroken` where its file can't be read."""
    facts = _read(design, "sample.json")
    if variant == LONG:
        return _stressed(design, design.schema, facts, "", {**LENGTHS, PERSON: cycle(PEOPLE)})
    if variant == RARE:
        return _stressed(design, design.schema, facts, "", {PERSON: cycle(WITH_RARE)})
    return facts | _read(design, "english.json") if variant == ENGLISH else facts


def variants_of(design: Design) -> list[str]:
    """How a design can be looked at."""
    return [SAMPLE, LONG, RARE, *([ENGLISH] if (design.folder / "english.json").is_file() else [])]


def _read(design: Design, file: str) -> Facts:
    try:
        facts: Facts = json.loads(design.read(file))
    except json.JSONDecodeError as error:
        raise DesignBroken(f"{design.name}/{file}: {error}") from error
    return facts


def _stressed(design: Design, schema: Mapping[str, Any], facts: Facts, where: str, words: Mapping[str, Any]) -> Facts:
    found = dict(facts)
    for key, spec in schema.items():
        if not facts.get(key):
            continue
        if spec["kind"] == "rows":
            rows = design.row_schema(where + key)
            found[key] = [_stressed(design, rows, row, f"{where}{key}.", words) for row in facts[key]]
        elif spec["kind"] == "masked":
            found[key] = MASKED.get(key, facts[key])
        elif spec["kind"] == "text" and key in PERSONS:
            found[key] = next(words[PERSON])
        elif spec["kind"] == "text":
            found[key] = words.get(key, facts[key])
    return found


def substituted(facts: Any, missing: str) -> Any:
    """The facts with each of these characters as a geta mark, so that the rest can be looked at."""
    if isinstance(facts, str):
        return facts.translate(dict.fromkeys(map(ord, missing), GETA))
    if isinstance(facts, list):
        return [substituted(one, missing) for one in facts]
    if isinstance(facts, dict):
        return {key: substituted(one, missing) for key, one in facts.items()}
    return facts
