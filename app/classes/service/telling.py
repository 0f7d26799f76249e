"""Tell a school what was decided about its class."""

from app.classes.models import TrainingClass
from app.messages import service as messages
from app.messages.models import MessageKind


def tell_school(row: TrainingClass, text: str) -> None:
    """Put a message for the school into the outbox."""
    messages.tell(MessageKind.CLASS, recipient=f"organization:{row.school_id}", phone=row.school.phone, text=text)
