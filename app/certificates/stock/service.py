"""Receive rolls of blank certificates, use sheets, write spoiled ones off by two people."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from app.accounts.service import refuse_interested
from app.audit import service as audit
from app.certificates.rules import clean_number
from app.certificates.stock import queries
from app.certificates.stock.models import KEPT, RECEIVED, REPORTED, USED, WRITTEN_OFF, BlankRoll, BlankSheet
from app.certificates.stock.rules import clean_series, serial_within, serials
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.schools.queries import school

MOST = 500
"""Sheets that are written off in one act."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was received, as it is printed on the sheets."""

    series: str
    first: str
    last: str
    received_on: date
    received_from: str


def receive(delivery: Delivery, *, by: Actor) -> BlankRoll:
    """Write a roll into the stock of the actor's school. Raises `DomainError`; `Refused` for serials known already."""
    if by.organization_id is None or not by.may(Can.CERTIFICATE_ISSUE):
        raise Forbidden(N_("空白证书由领用的培训机构登记。"))
    if delivery.received_on > clock.today():
        raise DomainError(N_("领入日期不能晚于今天。"), "received_on")
    found = serials(delivery.first, delivery.last)
    row = BlankRoll(
        school_id=by.organization_id,
        region_code=school(by.organization_id).organization.region_code,
        series=clean_series(delivery.series),
        first=found.first,
        last=found.last,
        digits=found.digits,
        received_on=delivery.received_on,
        received_from=delivery.received_from.strip(),
        recorded_by=by.key,
        recorded_name=by.name,
        recorded_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(row, RECEIVED, by=by, facts={"first": row.shown(row.first), "last": row.shown(row.last)})
    return row


def use(roll: BlankRoll, serial: str, number: str, *, by: Actor) -> BlankSheet:
    """Write down which sheet a certificate was printed on. Raises `DomainError`, or `Refused` for a sheet that left."""
    _refuse_others(roll, by)
    at = serial_within(serial, roll.first, roll.last, "serial")
    certificate = queries.certificate_numbered(roll.school_id, clean_number(number))
    if certificate is None:
        raise DomainError(N_("没有这个编号的有效证书，请对照证书再看一遍。"), "number")
    row = BlankSheet(roll_id=roll.id, serial=at, certificate_id=certificate.id, used_by=by.key, used_at=clock.now())
    row.reason = row.reported_name = row.confirmed_name = ""
    db.session.add(row)
    db.session.flush()
    audit.record(roll, USED, by=by, facts={"serial": roll.shown(at), "certificate": certificate.number})
    return row


def report_spoiled(roll: BlankRoll, first: str, last: str, reason: str, *, by: Actor) -> int:
    """Say that sheets (from, to) are spoiled; they wait for a second person. How many.

    Raises `DomainError`, or `Refused` where one of them was reported before.
    """
    _refuse_others(roll, by)
    if not reason.strip():
        raise DomainError(N_("请写明怎么作废的。"), "reason")
    start = serial_within(first, roll.first, roll.last, "first")
    end = serial_within(last or first, roll.first, roll.last, "last")
    if not 0 <= end - start < MOST:
        raise DomainError(N_("止号不能小于起号，一次最多报 500 张。"), "last")
    left = {row.serial: row for row in _locked(roll, start, end)}
    for serial in range(start, end + 1):
        row = left.get(serial) or BlankSheet(roll_id=roll.id, serial=serial, confirmed_name="")
        if row.reported_by is not None:
            raise Refused(_("第 %(serial)s 号已经报过作废。", serial=roll.shown(serial)))
        row.reason, row.reported_by, row.reported_for = reason.strip(), by.key, by.stands_for
        row.reported_name, row.reported_at = by.name, clock.now()
        db.session.add(row)
    db.session.flush()
    told = {"first": roll.shown(start), "last": roll.shown(end)}
    audit.record(roll, REPORTED, by=by, note=reason.strip(), facts=told)
    return end - start + 1


def confirm_spoiled(roll: BlankRoll, sheet_ids: list[int], *, by: Actor, spoiled: bool) -> int:
    """A second person has seen the sheets: written off for ever, or not spoiled after all. How many.

    Raises `Refused` for who reported them, or stood in for that person; `Forbidden` outside the school and its area.
    """
    _refuse_second(roll, by)
    query = select(BlankSheet).where(
        BlankSheet.roll_id == roll.id, BlankSheet.id.in_(sheet_ids), BlankSheet.confirmed_by.is_(None)
    )
    rows = [row for row in _hold(query) if row.reported_by is not None]
    if not rows:
        raise DomainError(N_("请勾选要核销的空白证书。"), "sheets")
    for row in rows:
        if {row.reported_by, row.reported_for}.intersection(by.keys):
            raise Refused(N_("报作废的人（和他代办的人）不能自己核销，要由另一个人来办。"))
        if spoiled:
            row.confirmed_by, row.confirmed_for = by.key, by.stands_for
            row.confirmed_name, row.confirmed_at = by.name, clock.now()
        else:
            _keep(row)
        told = {"serial": roll.shown(row.serial)}
        audit.record(roll, WRITTEN_OFF if spoiled else KEPT, by=by, facts=told)
    db.session.flush()
    return len(rows)


def _keep(row: BlankSheet) -> None:
    """The sheet is blank again, or used as before."""
    if row.certificate_id is None:
        db.session.delete(row)
        return
    row.reason, row.reported_by, row.reported_for, row.reported_name, row.reported_at = "", None, None, "", None


def _locked(roll: BlankRoll, start: int, end: int) -> list[BlankSheet]:
    return _hold(select(BlankSheet).where(BlankSheet.roll_id == roll.id, BlankSheet.serial.between(start, end)))


def _hold(query: Select[BlankSheet]) -> list[BlankSheet]:
    locked = query.order_by(BlankSheet.id).with_for_update(of=BlankSheet).execution_options(populate_existing=True)
    return list(db.session.scalars(locked).unique())


def _refuse_others(roll: BlankRoll, by: Actor) -> None:
    if by.organization_id != roll.school_id:
        raise Forbidden(N_("只有领用的培训机构可以登记。"))


def _refuse_second(roll: BlankRoll, by: Actor) -> None:
    """Another clerk of the school, or the training officer of its area who has no tie to it."""
    if by.organization_id is not None:
        _refuse_others(roll, by)
        return
    if not by.may(Can.CERTIFICATE_REVOKE):
        raise Forbidden(N_("核销由本机构另一个人或培训管理员来办。"))
    refuse_interested(roll.school_id, by=by)
