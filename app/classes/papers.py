"""What the filing form says about teaching, resources, assessment and evidence."""

from collections import defaultdict
from typing import Any

from app.classes.models import TrainingClass
from app.classes.queries.teaching import (
    assessment_plan_of,
    evidence_plan_of,
    machines_for,
    resources_of,
    units_of,
)
from app.classes.rules.teaching import NewEvidence
from app.kernel.labels import label

Facts = dict[str, Any]


def plan_facts(row: TrainingClass) -> Facts:
    """The part of the filing form that follows the four fixes (F3: 教学计划, 教学资源, 考核方案)."""
    assessment, evidence = assessment_plan_of(row.id), evidence_plan_of(row.id)
    items = assessment.items if assessment else ()
    return {
        "units": [{"topic": unit.topic, "form": label(unit.kind), "hours": unit.hours} for unit in units_of(row.id)],
        "resources": [
            *({"kind": label(one.kind), "name": one.name, "amount": one.amount} for one in resources_of(row.id)),
            *_machines(row),
        ],
        "assessed_on": assessment.on if assessment else None,
        "assessed_at": assessment.place if assessment else "",
        "assessed_items": "；".join(f"{one.name}（{label(one.part)}，{one.full_marks} 分）" for one in items),
        "assessor": row.assessor.name if row.assessor else "",
        "evidence": _evidence(evidence) if evidence else "",
    }


def _machines(row: TrainingClass) -> list[Facts]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for machine in machines_for(row.id):
        by_kind[label(machine.kind)].append(machine.label)
    return [{"kind": kind, "name": "、".join(names), "amount": f"{len(names)} 台"} for kind, names in by_kind.items()]


def _evidence(plan: NewEvidence) -> str:
    said = ["、".join(label(way) for way in plan.ways)]
    if plan.photos_a_session:
        said.append(f"每次课 {plan.photos_a_session} 张照片")
    said.append("中途抽查" if plan.mid_checks else "不抽查")
    said.append("签到时记位置" if plan.place_asked else "签到不要求位置")
    return "；".join(said)
