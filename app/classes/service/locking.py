"""The lock: versions of the four fixes, each with its hash (I10)."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.classes.models import ClassFix, TrainingClass
from app.classes.queries import active_seats, direction_words, sessions_of
from app.classes.queries.openings import makeup_seats_of
from app.classes.queries.teaching import (
    as_resources,
    as_units,
    assessment_plan_of,
    evidence_plan_of,
    machines_for,
)
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db


def hold_classes(class_ids: Collection[int]) -> dict[int, TrainingClass]:
    """Hold the rows of several classes, the smallest id first, so that no two who do wait for each other.

    Held before they are read: whoever waited for another's decision decides on what stands after it.
    """
    db.session.flush()
    query = select(TrainingClass.id).where(TrainingClass.id.in_(class_ids)).order_by(TrainingClass.id)
    found = list(db.session.scalars(query.with_for_update()))
    for class_id in found:
        known = db.session.identity_map.get(db.session.identity_key(TrainingClass, class_id))
        if known is not None:
            db.session.expire(known)
    return {class_id: db.session.get_one(TrainingClass, class_id) for class_id in found}


def fixed_facts(row: TrainingClass) -> dict[str, Any]:
    """The four fixes and the timetable as plain data; people by their number only."""
    seats = active_seats(row.id)
    places = {session_id: [seat.place_no for seat in those] for session_id, those in makeup_seats_of(row.id).items()}
    return {
        "class": row.id,
        "course": {
            "id": row.course_id,
            "title": row.course.title,
            "mode": row.mode,
            "level": row.course.level,
            "theory_hours": row.course.theory_hours,
            "practice_hours": row.course.practice_hours,
        },
        "place": {
            "site_id": row.site_id,
            "site": row.site.name,
            "region_code": row.region_code,
            "address": row.site.address,
        },
        "people": [{"place": seat.place_no, "person_id": seat.person_id} for seat in seats],
        "direction": {
            "order_id": row.order_id,
            "organization_id": row.direction_id,
            "words": direction_words(row),
        },
        "posts": [{"place": seat.place_no, "post": seat.post_number, "livelihood": seat.livelihood} for seat in seats],
        "days": {"start_on": row.start_on.isoformat(), "end_on": row.end_on.isoformat()},
        "sessions": [
            {
                "on": session.on.isoformat(),
                "half": session.half.value,
                "starts_at": session.starts_at.isoformat(),
                "hours": session.hours,
                "kind": session.kind.value,
                "topic": session.topic,
                "teacher_id": session.teacher_id,
                "room_id": session.room_id,
                **({"makes_up": session.makes_up_id, "for": places.get(session.id, [])} if session.makes_up_id else {}),
            }
            for session in sessions_of(row.id)
        ],
        "assessor_id": row.assessor_id,
        **_teaching(row),
    }


def _teaching(row: TrainingClass) -> dict[str, Any]:
    """The plan of teaching, resources, assessment and evidence; parts that were never written are None."""
    assessment, evidence = assessment_plan_of(row.id), evidence_plan_of(row.id)
    return {
        "units": [asdict(unit) for unit in as_units(row.id)],
        "resources": [asdict(one) for one in as_resources(row.id)],
        "machines": [
            {"machine_id": one.id, "label": one.label, "trainees_at_once": one.trainees_at_once}
            for one in machines_for(row.id)
        ],
        "assessment": {**asdict(assessment), "on": assessment.on.isoformat()} if assessment else None,
        "evidence": asdict(evidence) if evidence else None,
    }


def canonical(facts: dict[str, Any]) -> str:
    """The one way in which the facts are written down before they are hashed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(facts: dict[str, Any]) -> str:
    """The SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def write_version(row: TrainingClass, *, by: Actor, variation_id: int | None = None) -> ClassFix:
    """Keep the present fixes as the class's version `fix_version`."""
    db.session.flush()
    db.session.refresh(row)
    facts = fixed_facts(row)
    fix = ClassFix(
        class_id=row.id,
        version=row.fix_version,
        facts=facts,
        sha256=digest(facts),
        variation_id=variation_id,
        fixed_at=clock.now(),
        fixed_by=by.key,
    )
    db.session.add(fix)
    db.session.flush()
    return fix
