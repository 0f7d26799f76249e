"""Somebody went to a village's place to see whether it exists and is fit (定点)."""

from dataclasses import dataclass
from datetime import date

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.marking import N_
from app.schools.models import CheckWay, PlaceCheck, Site


@dataclass(frozen=True, slots=True)
class NewPlaceCheck:
    """What was found on a local date; by the keeper's word where nobody went, with the keeper's name."""

    checked_on: date
    exists: bool
    fit: bool
    way: CheckWay = CheckWay.VISIT
    said_by: str = ""
    note: str = ""
    upload_id: int | None = None


def check_place(site: Site, facts: NewPlaceCheck, *, by: Actor) -> PlaceCheck:
    """Write down what an officer found at a place, or heard from its keeper. Raises `DomainError` naming the field.

    Never by anybody of the school or with a declared tie to it.
    """
    if by.organization_id is not None:
        raise Forbidden(N_("场地要由村、镇或人社部门的人核实，学校不能自己核实。"))
    refuse_interested(site.school_id, by=by)
    if not site.in_village or site.closed_at is not None:
        raise Refused(N_("只有在用的村里场地要到现场核实。"))
    _check(facts)
    row = PlaceCheck(
        site_id=site.id,
        checked_on=facts.checked_on,
        exists=facts.exists,
        fit=facts.exists and facts.fit,
        way=facts.way,
        said_by=facts.said_by.strip(),
        note=facts.note.strip(),
        upload_id=facts.upload_id,
        recorded_by=by.key,
        recorded_by_name=by.name,
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(site, "place checked", by=by, facts={"check": row.id, "exists": row.exists, "fit": row.fit})
    return row


def _check(facts: NewPlaceCheck) -> None:
    if facts.checked_on > clock.today():
        raise DomainError(N_("核实的日期还没有到。"), "checked_on")
    if facts.way is CheckWay.KEEPER and not facts.said_by.strip():
        raise DomainError(N_("请写明是哪位场地管理人说的。"), "said_by")
    if not (facts.exists and facts.fit) and not facts.note.strip():
        raise DomainError(N_("请写明哪里不行，学校会看到。"), "note")
