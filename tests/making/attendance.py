"""A half-day under way and phones at its door, for tests."""

import base64
import hashlib
import json
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.attendance import service as attendance
from app.attendance.rules import Moment, Place
from app.attendance.rules.codes import Shown, step_at
from app.attendance.rules.offline import FIRST
from app.classes.models import ClassSession, Seat, TrainingClass
from app.classes.queries import sessions_of
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db

HERE = Place(28.8065, 113.0823, 20)
FAR = Place(28.9065, 113.0823, 20)


def first_session(class_: TrainingClass) -> ClassSession:
    """The class's first half-day."""
    return sessions_of(class_.id)[0]


def into(session: ClassSession, minutes: float) -> AbstractContextManager[None]:
    """So many minutes into a half-day."""
    return clock.at(session.starts_at + timedelta(minutes=minutes))


def person_actor(seat: Seat) -> Actor:
    """The trainee as services know them."""
    return Actor(key=f"person:{seat.person_id}", name=seat.person.name, roles=frozenset({Role.LABORER}))


def device(name: str) -> bytes:
    """The mark of a phone."""
    return hashlib.sha256(name.encode()).digest()[:16]


def press(
    seat: Seat,
    moment: Moment = Moment.IN,
    *,
    fresh: bool = True,
    phone: str | None = None,
    place: Place | None = HERE,
    key: uuid.UUID | None = None,
    session: ClassSession | None = None,
) -> attendance.Signed:
    """A trainee presses the button; on a phone of their own unless told otherwise."""
    at = session or db.session.get_one(ClassSession, first_id(seat))
    mark = device(phone or f"phone of {seat.id}") if phone != "" else None
    presented = attendance.Presented(fresh, mark, place, key or uuid.uuid4())
    shown = Shown(at.id, moment, step_at(clock.now()))
    return attendance.sign(shown, attendance.Whose(seat_id=seat.id), presented, by=person_actor(seat))


def first_id(seat: Seat) -> int:
    """The first half-day of a seat's class."""
    return sessions_of(seat.class_id)[0].id


@dataclass
class Phone:
    """A teacher's phone without a network: a key, a chain, a wall clock that may be wrong, a steady one."""

    device_id: int = 0
    ahead: timedelta = timedelta(0)
    boot: uuid.UUID = field(default_factory=uuid.uuid4)
    booted_at: datetime = field(default_factory=clock.now)
    sequence: int = 0
    before: str = FIRST
    secret: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_key(self) -> bytes:
        """What is registered."""
        found: bytes = self.secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return found

    def clocks(self) -> dict[str, Any]:
        """What its two clocks say now."""
        now = clock.now()
        steady = int((now - self.booted_at) / timedelta(milliseconds=1))
        return {"boot": str(self.boot), "steady": steady, "wall": int((now + self.ahead).timestamp() * 1000)}

    def record(self, session: ClassSession, seat: Seat, moment: Moment = Moment.IN, **more: Any) -> dict[str, str]:
        """One signed record, the next of the chain."""
        self.sequence += 1
        told = {
            "v": 1,
            "seq": self.sequence,
            "prev": self.before,
            "key": str(uuid.uuid4()),
            "session": session.id,
            "seat": seat.id,
            "moment": str(moment),
            "way": "roll_call",
            "witness": "",
            **self.clocks(),
            **more,
        }
        text = json.dumps(told)
        self.before = hashlib.sha256(text.encode()).hexdigest()
        return {"text": text, "signature": self.signed(text)}

    def signed(self, text: str) -> str:
        """The signature as WebCrypto gives it: both numbers side by side."""
        first, second = decode_dss_signature(self.secret.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64.b64encode(first.to_bytes(32) + second.to_bytes(32)).decode()
