"""Tell people something: one sender interface; the default writes to the outbox and sends nothing."""

from typing import Protocol, cast

from flask import current_app
from sqlalchemy import Table, insert

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
_COLUMNS = tuple(column.key for column in _TABLE.columns if column.key != "id")


def tell(kind: MessageKind, *, recipient: str, phone: str | None, text: str) -> None:
    """Put a message into the outbox and hand it to the sender; an officer tells whoever has no phone.

    It is inserted at once and plainly: at the hot doors every millisecond before the commit is one in a lock.
    """
    message = Message(kind=kind, recipient=recipient, text=text, phone=phone, created_at=clock.now(), sent_at=None)
    sender().send(message)
    db.session.execute(_INSERT, {name: getattr(message, name) for name in _COLUMNS})
