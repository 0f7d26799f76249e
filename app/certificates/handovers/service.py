"""Write down who took which certificate; print the list to sign."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from app.audit import service as audit
from app.certificates.handovers import queries
from app.certificates.handovers.models import HANDED_OVER, CertificateHandover
from app.certificates.handovers.rules import Told, Way, check_day, told
from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.certificates.rules import CertificateStatus
from app.certificates.service.issuing import refuse_strangers
from app.classes.models import TrainingClass
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.labels import label
from app.kernel.marking import N_
from app.papers import service as papers

DESIGN = "handover-list"


def hand_over(
    class_: TrainingClass, numbers: Collection[int], way: Way, given: Mapping[str, str], handed_on: date, *, by: Actor
) -> int:
    """Write down that certificates of a class (by id) reached their holders in one way; how many.

    Raises `DomainError` where none is chosen or the way asks for more, `Forbidden` for anyone but the class's school,
    `Refused` naming who already has theirs, whose is not printed, or whose stands no more.
    """
    refuse_strangers(class_, by)
    if not numbers:
        raise DomainError(N_("请勾选领取证书的人。"), "certificates")
    kept = told(way, given)
    query = select(Certificate).where(Certificate.id.in_(numbers), Certificate.class_id == class_.id)
    locked = query.order_by(Certificate.id).with_for_update(of=Certificate).execution_options(populate_existing=True)
    rows = db.session.scalars(locked).unique().all()
    _refuse_unready(rows, class_.id)
    for row in rows:
        check_day(handed_on, issued_on=row.issued_on, today=clock.today())
        _write(row, way, kept, handed_on, by)
    db.session.flush()
    return len(rows)


def _write(row: Certificate, way: Way, kept: Told, handed_on: date, by: Actor) -> None:
    said = CertificateHandover(
        certificate_id=row.id,
        class_id=row.class_id,
        way=way,
        handed_on=handed_on,
        recorded_by=by.key,
        recorded_name=by.name,
        recorded_at=clock.now(),
        **asdict(kept),
    )
    db.session.add(said)
    audit.record(row, HANDED_OVER, by=by, facts={"way": str(way), "on": handed_on.isoformat()})


def _refuse_unready(rows: Collection[Certificate], class_id: int) -> None:
    given = queries.handovers_of(class_id)
    unready = [
        row.facts["name"]
        for row in rows
        if row.id in given or row.status is not CertificateStatus.VALID or row.paper_id is None
    ]
    if unready:
        raise Refused(
            _("这些人的证书已经领过，或者现在不能领，请刷新以后再登记：%(names)s。", names="、".join(unready))
        )


def list_to_sign(class_: TrainingClass, *, by: Actor) -> bytes:
    """The list of a class to be signed on handing over (a PDF); what is written down already stands on it."""
    given = queries.handovers_of(class_.id)
    rows = [
        {
            "name": row.facts["name"],
            "identity": row.facts["identity"],
            "number": row.number,
            "way": label(given[row.id].way) if row.id in given else "",
            "handed_on": given[row.id].handed_on.isoformat() if row.id in given else "",
            "remark": _remark(given.get(row.id)),
        }
        for row in certificates_of(class_.id)
        if row.status is CertificateStatus.VALID
    ]
    facts = {
        "school": class_.course.organization.name,
        "course": class_.course.title,
        "class_name": class_.name,
        "prepared_by": by.name,
        "printed_on": clock.today().isoformat(),
        "rows": rows,
    }
    return papers.render(DESIGN, facts)


def _remark(given: CertificateHandover | None) -> str:
    """What stands beside the way, as it is written on paper."""
    if given is None:
        return ""
    if given.tracking:
        return f"单号 {given.tracking}"
    return f"{given.name}（{given.relation}）" if given.name else ""
