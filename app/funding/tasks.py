"""What time moves: notices whose last day is over."""

from app.funding.service import close_due_notices
from app.kernel.tasks import tasks


@tasks.periodic("funding.close_due_notices", "10 0 * * *")
def close_notices() -> None:
    """Close every notice whose last day is over; doing it twice changes nothing."""
    close_due_notices()
