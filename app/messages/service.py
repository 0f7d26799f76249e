"""Tell people something: one sender interface; the default writes to the outbox and sends nothing."""

from typing import Protocol

from flask import current_app

from app.kernel import clock
from app.kernel.database import db
from app.messages.models import Message, MessageKind


class Sender(Protocol):
    """What carries a message out of the house; called after it is in the outbox, inside the same transaction."""

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


def tell(kind: MessageKind, *, recipient: str, phone: str | None, text: str) -> Message:
    """Put a message into the outbox and hand it to the sender; an officer tells whoever has no phone."""
    message = Message(kind=kind, recipient=recipient, text=text, phone=phone, created_at=clock.now())
    db.session.add(message)
    sender().send(message)
    return message
