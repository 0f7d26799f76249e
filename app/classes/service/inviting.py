"""Invite those first who asked for a class before there was one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.classes.models import ClassInvitation, TrainingClass
from app.classes.rules import ClassAct
from app.classes.service.seats import hold
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db


def invite(
    class_: TrainingClass,
    people: Collection[int],
    villages: Collection[str],
    *,
    until: datetime | None,
    by: Actor,
) -> None:
    """Let these people, and everybody of these villages, sign up before all others; without `until` nobody waits."""
    row, at = hold(class_), clock.now()
    rows: list[dict[str, int | str | None]] = [{"person_id": person_id, "region_code": None} for person_id in people]
    rows += [{"person_id": None, "region_code": code} for code in villages]
    if not rows:
        return
    asked = [{"class_id": row.id, "invited_at": at, **one} for one in rows]
    db.session.execute(insert(ClassInvitation).on_conflict_do_nothing(), asked)
    row.invited_until = until
    facts = {"people": len(people), "villages": sorted(villages), "until": until.isoformat() if until else None}
    audit.record(row, ClassAct.INVITED, by=by, facts=facts)
    db.session.flush()
