"""How far the worker is, told while its own transaction is still open."""

import time
from collections.abc import Callable

from sqlalchemy import update

from app.kernel import clock
from app.kernel.database import db
from app.people.imports.models import ImportProgress

SECONDS = 0.5
"""Between two notes."""
READING, JUDGING, WRITING, ANSWERING = 1, 2, 3, 4


def teller(import_id: int, stage: int, total: int) -> Callable[[int], None]:
    """A function to tell how many rows are done; it writes at once, outside the transaction, now and then."""
    last = 0.0

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last < SECONDS and done:
            return
        last = time.monotonic()
        note = update(ImportProgress).where(ImportProgress.import_id == import_id)
        values = {"stage": stage, "done": done, "total": max(total, done), "at": clock.now()}
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(note.values(**values))

    tell(0)
    return tell
