"""Tell a school what was decided about its class, and people what changes for them."""

from collections.abc import Collection

from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats
from app.messages import service as messages
from app.messages.models import MessageKind


def tell_school(row: TrainingClass, text: str) -> None:
    """Put a message for the school into the outbox."""
    messages.tell(MessageKind.CLASS, recipient=f"organization:{row.school_id}", phone=row.school.phone, text=text)


def tell_seated(row: TrainingClass, text: str, seats: Collection[int] | None = None) -> None:
    """Tell everybody on the roster (or only those of `seats`) by phone; an officer tells whoever has none."""
    for seat in active_seats(row.id):
        if seats is None or seat.id in seats:
            tell_person(seat, text)


def tell_person(seat: Seat, text: str) -> None:
    """Tell the one who holds a seat."""
    messages.tell(MessageKind.CLASS, recipient=f"person:{seat.person_id}", phone=seat.person.phone, text=text)
