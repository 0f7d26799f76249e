"""What time moves, notices whose last day is over; and long steps that somebody pressed."""

from procrastinate import RetryStrategy

from app.funding.service import close_due_notices, run_long_step
from app.funding.service.long_steps import JOB, forget_long_steps
from app.kernel.tasks import tasks

AGAIN = RetryStrategy(max_attempts=2, wait=3)
"""Somebody waits in front of the page: told soon that it failed, they press again."""


@tasks.periodic("funding.close_due_notices", "10 0 * * *")
def close_notices() -> None:
    """Close every notice whose last day is over; doing it twice changes nothing."""
    close_due_notices()


@tasks.task(JOB, retry=AGAIN)
def long_step(long_step_id: int) -> None:
    """Do a long step; doing it twice changes nothing."""
    run_long_step(long_step_id)


@tasks.periodic("funding.forget_long_steps", "50 3 * * *")
def forget_steps() -> None:
    """Remove files and steps that are kept long enough."""
    forget_long_steps()
