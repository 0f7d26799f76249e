"""What a device brings back from a roll call without a network: signed records in a chain, and two clocks. Pure.

A record is a text that the device signed as it stands; it names the one before by its hash. The wall clock of a phone
may be wrong or be changed; its steady clock only runs forward, but stands still while the phone sleeps.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.attendance.rules.kinds import Moment, Way
from app.kernel.errors import DomainError
from app.kernel.marking import N_

MOST_RECORDS = 2000
FIRST = "0" * 64
"""What the first record of a device names as the one before it."""
SLACK = timedelta(minutes=2)
"""Clocks that differ by less agree."""
LONGEST_TEXT = 1000
WAYS = (Way.ROLL_CALL, Way.WITNESSED)
UNREADABLE = N_("这条离线记录读不出来。")
TAMPERED = N_("签名不对，这条记录被改过。")
GAP = N_("前面缺了一条，接不上。")
FORKED = N_("同一个序号有两条不同的记录。")


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a device: who was there at which moment, what both clocks said, the hash of the one before."""

    sequence: int
    before: str
    key: UUID
    session_id: int
    seat_id: int
    moment: Moment
    way: Way
    witness: str
    wall_at: datetime
    steady_ms: int
    boot: UUID


@dataclass(frozen=True, slots=True)
class Sent:
    """A record as it came: the text that was signed, and the signature."""

    text: str
    signature: bytes

    @property
    def digest(self) -> bytes:
        """What the next record names."""
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Clocks:
    """What a device's two clocks said at a moment of the server; `boot` is the run that the steady clock belongs to."""

    boot: UUID
    steady_ms: int
    wall_at: datetime
    server_at: datetime

    @property
    def ahead(self) -> timedelta:
        """How far the device's wall clock runs ahead of the server's."""
        return self.wall_at - self.server_at


def read_sent(given: object) -> Sent:
    """A record as it came; raises `DomainError` for anything a device of ours would not send."""
    if not isinstance(given, dict):
        raise DomainError(UNREADABLE)
    text = given.get("text")
    try:
        signature = base64.b64decode(given["signature"], validate=True)
    except (TypeError, KeyError, ValueError) as error:
        raise DomainError(UNREADABLE) from error
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise DomainError(UNREADABLE)
    return Sent(text, signature)


def read_record(text: str) -> Record:
    """What a record says; raises `DomainError`."""
    try:
        told = json.loads(text)
        record = Record(
            sequence=_whole(told["seq"]),
            before=str(told["prev"]),
            key=UUID(told["key"]),
            session_id=_whole(told["session"]),
            seat_id=_whole(told["seat"]),
            moment=Moment(told["moment"]),
            way=Way(told["way"]),
            witness=str(told.get("witness", ""))[:60],
            wall_at=_moment(told["wall"]),
            steady_ms=_whole(told["steady"], least=0),
            boot=UUID(told["boot"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise DomainError(UNREADABLE) from error
    if record.way not in WAYS or record.moment is Moment.MID:
        raise DomainError(UNREADABLE)
    return record


def read_clocks(given: Any, now: datetime) -> Clocks:
    """What a device's clocks say at this moment of the server; raises `DomainError`."""
    try:
        return Clocks(UUID(given["boot"]), _whole(given["steady"], least=0), _moment(given["wall"]), now)
    except (KeyError, TypeError, ValueError, OverflowError, OSError, AttributeError) as error:
        raise DomainError(UNREADABLE) from error


def _whole(value: Any, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**53:
        raise ValueError(value)
    return value


def _moment(milliseconds: Any) -> datetime:
    return datetime.fromtimestamp(_whole(milliseconds, least=0) / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Corrected:
    """When something was recorded by the server's time; `ahead` is how far the device was ahead where that mattered."""

    at: datetime
    ahead: timedelta
    changed: bool
    """The device's clock was changed in between: the steady clock decides."""


def true_time(record: Record, marks: Sequence[Clocks]) -> Corrected:
    """When a record was made by the server's time, out of what both clocks said before and afterwards.

    `marks` in order of the server's time, the last one from this sync; the result never lies after it.
    """
    last = marks[-1]
    first = next((mark for mark in reversed(marks[:-1]) if mark.boot == record.boot), marks[0])
    by_wall = record.wall_at - last.ahead
    same = next((mark for mark in (first, last) if mark.boot == record.boot), None)
    changed = abs(first.ahead - last.ahead) > SLACK
    if same is not None:
        by_steady = same.server_at + timedelta(milliseconds=record.steady_ms - same.steady_ms)
        changed = changed or by_wall < by_steady - SLACK
        if changed:
            return Corrected(min(by_steady, last.server_at), record.wall_at - by_steady, changed=True)
    return Corrected(min(by_wall, last.server_at), last.ahead, changed)


def clock_note(found: Corrected) -> tuple[str, dict[str, int]] | None:
    """What to say about a clock that was wrong; None where it was right."""
    minutes = round(abs(found.ahead) / timedelta(minutes=1))
    if abs(found.ahead) <= SLACK:
        return None
    params = {"hours": minutes // 60, "minutes": minutes % 60}
    if found.ahead > timedelta(0):
        return N_("手机时间快了 %(hours)s 小时 %(minutes)s 分，已经按系统时间改正。"), params
    return N_("手机时间慢了 %(hours)s 小时 %(minutes)s 分，已经按系统时间改正。"), params
