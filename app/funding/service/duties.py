"""Who did what for a claim: one person, one duty (I6); declared interests bar a decision."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.service import refuse_interested
from app.audit.models import Event
from app.certificates.models import CertificateBatch
from app.classes.rules import ClassStep
from app.funding.models import Claim, ClaimDuty
from app.funding.queries.claimed import classes_of
from app.funding.rules import Duty
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db
from app.kernel.errors import Refused
from app.kernel.i18n import _
from app.kernel.labels import label


def take_duty(claim: Claim, duty: Duty, *, by: Actor) -> None:
    """Record that a person does this for the claim; a deputy and the one stood for both count.

    Raises `Refused` for whoever did something else for it, or declared an interest in the school.
    """
    bar_interest(claim, by=by)
    for key in by.keys:
        held = db.session.scalar(
            select(ClaimDuty.duty).where(ClaimDuty.claim_id == claim.id, ClaimDuty.person_key == key)
        )
        if held is None:
            db.session.add(ClaimDuty(claim_id=claim.id, duty=duty, person_key=key, at=clock.now()))
        elif held != duty:
            words = (
                _("您已经在这笔申领里办过“%(had)s”，不能再办“%(now)s”。")
                if key == by.key
                else _("您代的人已经在这笔申领里办过“%(had)s”，不能再由您代办“%(now)s”。")
            )
            raise Refused(words % {"had": label(held), "now": label(duty)})
    db.session.flush()


def bar_interest(claim: Claim, *, by: Actor) -> None:
    """Refuse whoever declared a relation to the school that taught or the employer that claims; raises `Forbidden`."""
    for organization_id in {claim.school_id, claim.organization_id or claim.school_id}:
        refuse_interested(organization_id, by=by)


def record_filers(claim: Claim, *, by: Actor) -> None:
    """Write down who filed the classes, compiled and submitted the claim, and issued the certificates."""
    classes = classes_of(claim)
    numbers = [class_.id for class_ in classes]
    query = select(Event.actor_key, Event.stands_for).where(
        Event.subject_type == "classes", Event.subject_id.in_(numbers), Event.action == ClassStep.FILE
    )
    filed = {*by.keys, claim.created_by, *(class_.created_by for class_ in classes)}
    for row in db.session.execute(query):
        filed.update(key for key in row if key)
    issued = set(db.session.scalars(select(CertificateBatch.created_by).where(CertificateBatch.class_id.in_(numbers))))
    found = [(Duty.FILED, key) for key in sorted(filed)] + [(Duty.ISSUED, key) for key in sorted(issued - filed)]
    rows = [
        {"claim_id": claim.id, "duty": duty, "person_key": key, "at": clock.now()}
        for duty, key in found
        if key != SYSTEM.key
    ]
    if rows:
        same = insert(ClaimDuty).values(rows).on_conflict_do_nothing(constraint="uq_claim_duties_person")
        db.session.execute(same)
