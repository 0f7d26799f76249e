"""Tell people something: one sender interface; the default writes to the outbox and sends nothing."""

from typing import Any, Protocol, cast

from flask import current_app
from sqlalchemy import CTE, Table, bindparam, insert, select

from app.kernel import clock
from app.kernel.database import db
from app.messages.models import Message, MessageKind


class Sender(Protocol):
    """What carries a message out of the house; called inside the transaction that puts it into the outbox."""

    def send(self, message: Message) -> None:
        """Carry a message; raises `OSError` where it can't be carried."""


class OutboxOnly:
    """The default: the outbox is all there is, and demo mode shows it on screen."""

    def send(self, message: Message) -> None:
        """Mark the message as shown in the outbox."""
        message.sent_at = clock.now()


def sender() -> Sender:
    """The sender of this installation."""
    found: Sender = current_app.extensions.setdefault("sender", OutboxOnly())
    return found


_TABLE = cast("Table", Message.__table__)
_INSERT = insert(_TABLE)
_COLUMNS = tuple(column for column in _TABLE.columns if column.key != "id")
BLANK = "message_"


def tell(kind: MessageKind, *, recipient: str, phone: str | None, text: str) -> None:
    """Put a message into the outbox and hand it to the sender; an officer tells whoever has no phone."""
    message = _written(kind, recipient, phone, text)
    db.session.execute(_INSERT, {column.key: getattr(message, column.key) for column in _COLUMNS})


def _written(kind: MessageKind, recipient: str, phone: str | None, text: str) -> Message:
    message = Message(kind=kind, recipient=recipient, text=text, phone=phone, created_at=clock.now(), sent_at=None)
    sender().send(message)
    return message


def told_in(rows: CTE) -> CTE:
    """One message for each of the rows that the same statement makes; execute it with `said` among its parameters."""
    blanks = [bindparam(f"{BLANK}{column.key}", type_=column.type) for column in _COLUMNS]
    return _INSERT.from_select([*_COLUMNS], select(*blanks).select_from(rows)).cte("told")


def said(kind: MessageKind, *, recipient: str, phone: str | None, text: str) -> dict[str, Any]:
    """What `told_in` leaves blank; written and sealed before the statement, so that no lock waits for it."""
    message = _written(kind, recipient, phone, text)
    return {f"{BLANK}{column.key}": getattr(message, column.key) for column in _COLUMNS}
