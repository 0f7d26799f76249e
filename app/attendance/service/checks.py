"""The seed from which checks are drawn is made when a class begins, by nobody's hand."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.attendance.models import CheckSeed
from app.attendance.queries import CHECK_SHARE
from app.attendance.queries.checks import due_at
from app.attendance.rules.checks import fingerprint
from app.audit import service as audit
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import pack_of_class
from app.classes.signals import class_begun
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

SEED_BYTES = 32


def draw(class_: TrainingClass) -> None:
    """Draw the class's seed, once; the share is the policy's. Where the policy is silent nothing is checked."""
    share = pack_of_class(class_).count(CHECK_SHARE)
    if not share or not class_.paid:
        return
    seed = secrets.token_bytes(SEED_BYTES)
    row = {
        "class_id": class_.id,
        "seed": seed,
        "fingerprint": fingerprint(seed),
        "share_percent": share,
        "drawn_at": clock.now(),
    }
    made = insert(CheckSeed).values(row).on_conflict_do_nothing().returning(CheckSeed.class_id)
    if db.session.scalar(made) is not None:
        audit.record(class_, "checks_drawn", by=SYSTEM, facts={"share": share, "fingerprint": row["fingerprint"]})


@class_begun.connect
def _on_begun(class_: TrainingClass, **_more: Any) -> None:
    draw(class_)


def refuse_undrawn(session: ClassSession, class_: TrainingClass, now: datetime) -> None:
    """Raise `Refused` where the half-day was not drawn for a check, or its minute has not come or is over."""
    due = due_at(session, now)
    if due is None:
        raise Refused(N_("这节课现在没有抽到中途抽查。"))
    if now > session.ends_at:
        raise Refused(_("“%(name)s”这节课已经下课，中途抽查不能再补。", name=class_.name))
