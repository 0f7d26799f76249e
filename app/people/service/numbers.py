"""Identity numbers: read, and changed with a reason and a document; the old one goes on finding the person."""

from flask import current_app

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.marking import N_
from app.kernel.sealing import blind_index
from app.people import queries
from app.people.models import ChangeSource, FormerNumber, Person
from app.people.rules import IdNumber, parse_id_number
from app.people.service.attaching import attach_waiting
from app.people.service.history import hold, keep


def read_id_number(text: str) -> IdNumber:
    """Read an identity number as this installation takes them (invented ones only as a demo); raises `BadIdNumber`."""
    return parse_id_number(text, today=clock.today(), allow_synthetic=bool(current_app.config["DEMO"]))


def of_number(number: IdNumber) -> dict[str, object]:
    """Everything in a person's row that follows from the identity number."""
    return {
        "id_number": number.number,
        "id_kind": number.kind,
        "birth_on": number.birth_on,
        "sex": number.sex,
        "last_four_index": blind_index(number.number[-4:], "last_four"),
    }


def change_number(
    person: Person,
    number: str,
    *,
    by: Actor,
    reason: str,
    document: str,
    mistaken: bool = False,
    seen: int | None = None,
) -> None:
    """Give a person another identity number, seen on `document`, for a `reason`.

    The old number goes on finding the same person, with all their history, and is never anybody else's. Only where it
    was `mistaken` (written wrongly, never theirs) and nothing was claimed with it, is it free again. Raises
    `DomainError` naming the field, `ChangedMeanwhile` where the row is no longer the version `seen`.
    """
    hold(person, seen=seen)
    if not reason.strip():
        raise DomainError(N_("请写明为什么改。"), "reason")
    if not document.strip():
        raise DomainError(N_("请写明看过什么证明。"), "document")
    new = read_id_number(number)
    if new.number == person.id_number:
        raise DomainError(N_("这就是现在登记的号码，不用改。"), "id_number")
    _check_free(person, new)
    if mistaken and queries.uses_of(person.id):
        raise Refused(N_("这个人已有享受补贴记录，旧号码要留着，请选“换了新号码”。"), "mistaken")
    if not mistaken:
        _keep_former(person, by=by, reason=reason.strip(), document=document.strip())
    _write(person, new, by=by, reason=f"{reason.strip()}（{document.strip()}）")


def _check_free(person: Person, new: IdNumber) -> None:
    known = queries.person_by_number(new.number)
    if known is not None and known.id != person.id:
        raise Refused(N_("改成的这个号码已经登记过了。如果两条登记其实是同一个人，请乡镇办理“合并登记”。"), "id_number")


def _keep_former(person: Person, *, by: Actor, reason: str, document: str) -> None:
    if queries.is_former_number(person.id_number):
        return
    row = FormerNumber(
        person_id=person.id,
        id_number=person.id_number,
        last_four_index=person.last_four_index,
        reason=reason,
        document=document,
        by_key=by.key,
        by_name=by.name,
        until_at=clock.now(),
    )
    db.session.add(row)


def _write(person: Person, new: IdNumber, *, by: Actor, reason: str) -> None:
    wanted = {name: value for name, value in of_number(new).items() if getattr(person, name) != value}
    before = {name: getattr(person, name) for name in wanted}
    for name, value in wanted.items():
        setattr(person, name, value)
    wanted.pop("last_four_index", None)
    keep(person, before, wanted, by=by, source=ChangeSource.NUMBER, reason=reason[:200])
    audit.record(person, "number changed", by=by, facts={"fields": ["id_number"]})
    attach_waiting([person.id], by=by)
