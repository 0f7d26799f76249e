"""What a paper says, as plain facts frozen at issue. Papers are Chinese whatever language the page is in."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Organization
from app.accounts.rules import OrganizationKind
from app.assessments.models import Outcome
from app.classes.models import Seat, TrainingClass
from app.classes.queries import direction_words, mode_of_class, sessions_of
from app.designs.queries import words_for
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.kernel.sealing import mask_id_number
from app.papers import service as papers
from app.papers.helping import advice, shown
from app.people.models import Person, Sex
from app.regions.queries import county_of, full_name

COMPLETION, NOTE = "completion", "attendance-note"
"""The designs of a certificate and of a note of attendance."""
TOKEN_BYTES = 18
LEVELS = {5: "五级（初级工）", 4: "四级（中级工）", 3: "三级（高级工）", 2: "二级（技师）", 1: "一级（高级技师）"}
SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}
SPOKEN = (
    "name", "course", "occupation", "school", "mode_note", "activity", "place", "teacher", "authority",
    "heading", "closing", "authority_role", "remark", "motto",
)  # fmt: skip
"""Facts that hold words from outside, whose characters a font may lack."""


def new_token() -> str:
    """A random token for the public page of one paper."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def words_of(class_: TrainingClass) -> dict[str, Any]:
    """Words and seals that the place and the school have set for certificates; frozen with the facts of each."""
    return words_for(COMPLETION, class_.region_code, class_.school_id)


def verify_url(token: str) -> str:
    """The public page of a certificate, as its QR says it."""
    return f"{current_app.config['SETTINGS'].PUBLIC_URL}/verify/{token}"


def certificate_facts(
    class_: TrainingClass, seat: Seat, outcome: Outcome, *, number: str, token: str, issued_on: date
) -> dict[str, Any]:
    """What one certificate says; hours are the standard hours the person really attended."""
    return {
        **_whose(seat.person),
        **_what(class_),
        "number": number,
        "hours": outcome.attended_hours,
        "result": f"理论 {outcome.theory} 分，实操 {outcome.practice} 分",
        "issued_on": issued_on.isoformat(),
        "verify_url": verify_url(token),
    }


def _whose(person: Person) -> dict[str, Any]:
    return {"name": person.name, "identity": mask_id_number(person.id_number), "sex": SEXES[person.sex]}


def _what(class_: TrainingClass) -> dict[str, Any]:
    course = class_.course
    mode, direction = mode_of_class(class_).name.zh, direction_words(class_)
    return {
        "course": course.title,
        "occupation": course.occupation.name_zh,
        "level": LEVELS.get(course.level, ""),
        "starts_on": class_.start_on.isoformat(),
        "ends_on": class_.end_on.isoformat(),
        "mode_note": f"{mode}（{direction}）" if direction else mode,
        "school": course.organization.name,
        "authority": _authority(class_.region_code),
    }


def _authority(region_code: str) -> str:
    """The bureau of the class's county, where it is known to the system."""
    query = select(Organization.name).where(
        Organization.kind == OrganizationKind.BUREAU, Organization.region_code == county_of(region_code)
    )
    return db.session.scalars(query.order_by(Organization.id)).first() or ""


def note_facts(class_: TrainingClass, seat: Seat, issued_on: date) -> dict[str, Any]:
    """What one note of attendance says."""
    sessions = sessions_of(class_.id)
    minutes = sum(session.minutes or session.hours * 45 for session in sessions)
    return {
        "name": seat.person.name,
        "identity": mask_id_number(seat.person.id_number),
        "activity": class_.course.title,
        "held_on": (sessions[0].on if sessions else class_.start_on).isoformat(),
        "duration": f"{minutes} 分钟",
        "place": f"{full_name(class_.site.region_code)}{class_.site.name}",
        "teacher": sessions[0].teacher.name if sessions else "",
        "school": class_.course.organization.name,
        "issued_on": issued_on.isoformat(),
    }


def canonical(facts: Mapping[str, Any]) -> bytes:
    """Facts in their canonical JSON, as it is attached to the file: the hash is of these bytes."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def facts_hash(facts: Mapping[str, Any]) -> str:
    """The SHA-256 of facts in their canonical JSON."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def refuse_unprintable(all_facts: Iterable[Mapping[str, Any]]) -> None:
    """Raise `Refused` naming each person and character that no font of ours can print, before anything is issued."""
    lacking: dict[str, list[str]] = {}
    for facts in all_facts:
        missing = papers.missing_glyphs("".join(str(facts.get(key, "")) for key in SPOKEN))
        if missing:
            lacking[facts["name"]] = missing
    if lacking:
        named = (_("%(name)s：%(characters)s", name=name, characters=shown(each)) for name, each in lacking.items())
        every = [one for each in lacking.values() for one in each]
        told = {"list": "；".join(named), "advice": advice(every)}
        raise Refused(_("现有字体里没有这些字，先不发证：%(list)s。%(advice)s", **told))
