"""Take in what a device recorded without a network: signed, in order, each record once; what does not fit is set aside.

Nothing is thrown away: a record that was changed, that has a gap before it or that comes too late is kept and shown to
the school and the bureau.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import select

from app.accounts.models import User
from app.attendance import queries
from app.attendance.models import ClockMark, Fate, OfflineSigning, RollDevice
from app.attendance.queries.devices import marks_of, records_at
from app.attendance.queries.planned import unplanned, ways_of
from app.attendance.rules import CORRECTABLE, Moment, Way
from app.attendance.rules.marking import EARLY, LATE
from app.attendance.rules.offline import (
    FIRST,
    FORKED,
    GAP,
    TAMPERED,
    Clocks,
    Record,
    Sent,
    clock_note,
    read_record,
    true_time,
)
from app.attendance.service.settling import settle_again
from app.attendance.service.writing import MOVED, NewSigning, held, write
from app.audit import service as audit
from app.classes.models import ClassSession, Seat, TrainingClass
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_

NO_KEY = N_("这台手机的密钥登记不了，请换一个浏览器。")
NOT_IN_TIME = N_("时间不在这节课里。")
NOT_YOURS = N_("这个班的名不归这个账号点。")
TOO_LATE = N_("考核结果已经确认，只能作为疑点。")
ELSEWHERE = N_("这个人同一时间在另一个班签过到。")
HALF = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record: known to the device by its text's hash."""

    digest: str
    fate: Fate
    why: str = ""
    note: str = ""


def register_device(public_key: bytes, label: str, clocks: Clocks, *, by: Actor) -> RollDevice:
    """Register the phone of whoever is signed in by the public half of its key; the same key again is the same row."""
    _key(public_key)
    digest = hashlib.sha256(public_key).digest()
    device = db.session.scalars(select(RollDevice).where(RollDevice.key_hash == digest)).first()
    if device is None:
        device = RollDevice(
            user_id=by.user_id, public_key=public_key, key_hash=digest, label=label[:120], registered_at=clock.now()
        )
        db.session.add(device)
        db.session.flush()
        account = db.session.get_one(User, by.user_id)
        audit.record(account, "roll_device_registered", by=by, facts={"device": device.id})
    if device.user_id != by.user_id:
        raise Refused(N_("这台手机已经登记在别的账号下面了。"))
    note_clocks(device, clocks)
    return device


def _key(public_key: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise DomainError(NO_KEY) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise DomainError(NO_KEY)
    return key


def note_clocks(device: RollDevice, clocks: Clocks) -> None:
    """Keep what the device's clocks say now."""
    row = ClockMark(
        device_id=device.id,
        boot=clocks.boot,
        steady_ms=clocks.steady_ms,
        wall_at=clocks.wall_at,
        server_at=clocks.server_at,
    )
    db.session.add(row)
    db.session.flush()


def take_day(device: RollDevice, sessions: int, *, by: Actor) -> None:
    """Put on record that names are taken along."""
    account = db.session.get_one(User, device.user_id)
    audit.record(account, "roll_taken_offline", by=by, facts={"device": device.id, "sessions": sessions})


def take_record(device: RollDevice, sent: Sent, *, by: Actor) -> Outcome:
    """Take in one record; sent again it changes nothing. Records that waited for this one are looked at again."""
    db.session.get_one(RollDevice, device.id, with_for_update={"of": RollDevice})
    try:
        record = read_record(sent.text)
    except DomainError as error:
        return Outcome(sent.digest.hex(), Fate.QUARANTINED, str(error.message))
    known = [row for row in records_at(device.id, record.sequence) if row.digest == sent.digest]
    if known and known[0].why != GAP:
        return Outcome(sent.digest.hex(), known[0].fate, known[0].why)
    row = known[0] if known else _kept(device, record, sent)
    note = _judge(device, row, record, sent, by)
    db.session.flush()
    _look_again(device, record.sequence + 1, by)
    return Outcome(sent.digest.hex(), row.fate, row.why, note)


def _kept(device: RollDevice, record: Record, sent: Sent) -> OfflineSigning:
    session = db.session.get(ClassSession, record.session_id)
    row = OfflineSigning(
        device_id=device.id,
        sequence=record.sequence,
        digest=sent.digest,
        told={"text": sent.text, "signature": sent.signature.hex()},
        fate=Fate.QUARANTINED,
        session_id=session.id if session else None,
        received_at=clock.now(),
    )
    db.session.add(row)
    return row


def _look_again(device: RollDevice, sequence: int, by: Actor) -> None:
    """The record before has come in: those that waited behind it follow, one after the other."""
    for row in records_at(device.id, sequence):
        if row.fate is Fate.QUARANTINED and row.why == GAP:
            sent = Sent(row.told["text"], bytes.fromhex(row.told["signature"]))
            _judge(device, row, read_record(sent.text), sent, by)
            db.session.flush()
            _look_again(device, sequence + 1, by)


def _judge(device: RollDevice, row: OfflineSigning, record: Record, sent: Sent, by: Actor) -> str:
    """Settle the fate of a record; the note says what was corrected about its time."""
    row.fate, row.why = Fate.QUARANTINED, _out_of_chain(device, row, record, sent)
    if row.why:
        return ""
    corrected = true_time(record, marks_of(device.id))
    said = clock_note(corrected)
    note = _(said[0], **said[1]) if said else ""
    try:
        with db.session.begin_nested():
            row.fate, row.why, row.signing_id = _written(device, record, corrected.at, note, by)
    except Refused as error:
        row.fate, row.why = Fate.QUARANTINED, str(error.message)
    return note


def _out_of_chain(device: RollDevice, row: OfflineSigning, record: Record, sent: Sent) -> str:
    """Why a record is not the next link of the device's chain; "" where it is."""
    if not _is_signed(device, sent):
        return TAMPERED
    if any(other.digest != sent.digest and other.why != TAMPERED for other in records_at(device.id, record.sequence)):
        return FORKED
    if record.sequence == 1:
        return "" if record.before == FIRST else TAMPERED
    before = [one for one in records_at(device.id, record.sequence - 1) if one.why not in (TAMPERED, GAP)]
    if not any(one.digest.hex() == record.before for one in before):
        return GAP
    return "" if row.sequence == record.sequence else TAMPERED


def _is_signed(device: RollDevice, sent: Sent) -> bool:
    first, second = (int.from_bytes(part) for part in (sent.signature[:HALF], sent.signature[HALF:]))
    try:
        _key(device.public_key).verify(encode_dss_signature(first, second), sent.text.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _written(device: RollDevice, record: Record, at: Any, note: str, by: Actor) -> tuple[Fate, str, int | None]:
    session = db.session.get(ClassSession, record.session_id)
    if session is None:
        return Fate.QUARANTINED, MOVED, None
    class_ = held(session)
    why = _unfit(session, class_, record, at, by)
    if why:
        return Fate.QUARANTINED, why, None
    signing = NewSigning(
        record.seat_id,
        record.moment,
        record.way,
        min(at, session.ends_at) if record.moment is Moment.OUT else at,
        client_key=record.key,
        witness=record.witness if record.way is Way.WITNESSED else "",
        roll_device_id=device.id,
        note=note,
    )
    made = write(session, [signing], by=by)
    if made:
        settle_again(session, class_, record.seat_id, by=by)
        return Fate.TAKEN, "", made[record.seat_id, record.moment]
    there = record.moment in queries.signed_moments(session.id).get(record.seat_id, {})
    return (Fate.ALREADY, "", None) if there else (Fate.QUARANTINED, ELSEWHERE, None)


def _unfit(session: ClassSession, class_: TrainingClass, record: Record, at: Any, by: Actor) -> str:
    seat = db.session.get(Seat, record.seat_id)
    if not queries.keeps_roll(by, class_) or seat is None or seat.class_id != class_.id:
        return NOT_YOURS
    if class_.status not in CORRECTABLE:
        return TOO_LATE
    if not session.starts_at - EARLY <= at <= session.ends_at + LATE:
        return NOT_IN_TIME
    if record.way not in ways_of(class_.id):
        return unplanned(record.way)
    if record.way is Way.WITNESSED and not record.witness:
        return N_("按手印要有另一个人见证，请写见证人的姓名。")
    return ""


def take_records(device: RollDevice, sent: Sequence[Sent], *, by: Actor) -> list[Outcome]:
    """Take in what a device sends at once, in the order of its own numbers, whatever order it came in."""
    return [take_record(device, one, by=by) for one in sorted(sent, key=_number)]


def _number(sent: Sent) -> int:
    try:
        return read_record(sent.text).sequence
    except DomainError:
        return 0
