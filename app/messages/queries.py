"""Read the outbox."""

from sqlalchemy import Select, select

from app.messages.models import Message


def newest() -> Select[Message]:
    """Messages, newest first."""
    return select(Message).order_by(Message.id.desc())


def told_to(recipient: str) -> Select[Message]:
    """What one account or person was told, newest first."""
    return select(Message).where(Message.recipient == recipient).order_by(Message.id.desc())
