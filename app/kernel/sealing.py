"""What is personal is sealed at rest: AES-256-GCM bound to table, column and row; look-ups go by HMAC.

The key comes from the environment or from a file made on first start (mode 0600). Losing it loses the sealed values.
"""

import base64
import hashlib
import hmac
import os
import secrets
import uuid
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

NONCE = 12
VERSION = b"\x01"


class SealBroken(Exception):
    """A sealed value was moved, edited, or sealed with another key."""


class Sealer:
    """Seals and opens with one master key; keys for sealing and for indexing are derived apart."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the key must be 32 bytes")
        self._cipher = AESGCM(hmac.digest(key, b"sidan seal 1", "sha256"))
        self._index_key = hmac.digest(key, b"sidan index 1", "sha256")
        self.session_key = hmac.digest(key, b"sidan session 1", "sha256")

    def seal(self, text: str, place: str) -> bytes:
        """Seal a text so that it opens only at `place` (table.column.row)."""
        return self.seal_bytes(text.encode(), place)

    def open(self, sealed: bytes, place: str) -> str:
        """Open a sealed text; raises `SealBroken` when it does not belong to this place."""
        return self.open_bytes(sealed, place).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Seal a file so that it opens only at `place`."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """Open a sealed file; raises `SealBroken` when it does not belong to this place."""
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place.rpartition(".")[0]) from error

    def index(self, text: str, purpose: str) -> bytes:
        """The blind index of a text: equal texts of one purpose have equal indexes, and nothing else shows."""
        return hmac.digest(self._index_key, f"{purpose}\0{text}".encode(), hashlib.sha256)[:16]


def load_key(given: str | None, var: Path) -> bytes:
    """The key from the setting, or from the key file, which is made on first start."""
    if given:
        return base64.b64decode(given)
    path = var / "key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)))
        file.flush()
        os.fsync(file.fileno())
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    """Read the key file; one that others may read is refused."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path.name}: other users may read the key file; run chmod 600 on it")
    return base64.b64decode(path.read_bytes())


def sealer() -> Sealer:
    """The sealer of the running app."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def blind_index(text: str, purpose: str) -> bytes:
    """The look-up index of a text, for example `blind_index(number, "id_number")`."""
    return sealer().index(text, purpose)


class SealedRow:
    """A row that has sealed columns; `seal_id` binds them to it."""

    __tablename__: str
    seal_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)

    def __init__(self, **values: Any) -> None:
        self.seal_id = uuid.uuid4()
        for name, value in values.items():
            setattr(self, name, value)


class Sealed:
    """A text attribute kept in the binary column `<name>_sealed`, its blind index, if any, in `<name>_index`."""

    def __init__(self, *, indexed: bool = False) -> None:
        self.indexed = indexed

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn the attribute's name."""
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        """Open the value of a row."""
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return None if sealed is None else sealer().open(sealed, self._place(row))

    def __set__(self, row: Any, text: str | None) -> None:
        """Seal a value for a row."""
        setattr(row, f"{self.name}_sealed", None if text is None else sealer().seal(text, self._place(row)))
        if self.indexed:
            setattr(row, f"{self.name}_index", None if text is None else blind_index(text, self.name))

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}.{self.name}.{row.seal_id}"


def sealed_column(*, nullable: bool = True) -> Mapped[bytes | None]:
    """The column behind a sealed attribute."""
    return mapped_column(LargeBinary, nullable=nullable)


def mask_name(name: str) -> str:
    """张三丰 → 张*丰，张三 → 张*: enough for neighbors to know, not for strangers to use."""
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_id_number(number: str) -> str:
    """First six and last four at most (handbook section 10)."""
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) > 10 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """138****1234."""
    return phone[:3] + "*" * max(0, len(phone) - 7) + phone[-4:] if len(phone) >= 7 else "*" * len(phone)


def mask_account(account: str) -> str:
    """Only the last four of a bank account."""
    return "*" * max(0, len(account) - 4) + account[-4:]
