"""The demo's clock: it can be moved forward, so that a newcomer sees a class through to its payment in one sitting.

Every process asks the database at most once a second how far ahead it runs. Outside demo mode nothing here is called.
"""

from contextlib import suppress
from datetime import timedelta
from time import monotonic

from flask import Flask
from flask.signals import appcontext_pushed
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from app.demo.models import DemoClock
from app.kernel import clock
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError
from app.kernel.marking import N_
from app.kernel.tasks import tasks

DAY = timedelta(days=1)
FURTHEST = 60
"""Days that one move may skip."""

_asked_at = float("-inf")


def follow(app: Flask) -> None:
    """Let this app's processes follow the demo's clock."""
    appcontext_pushed.connect(_refresh, app)


def _refresh(_app: Flask, **_more: object) -> None:
    global _asked_at  # noqa: PLW0603  # one process has one clock
    if monotonic() - _asked_at < 1:
        return
    _asked_at = monotonic()
    with suppress(DBAPIError), db.engine.connect() as connection:  # no database yet, or none just now: as it was
        clock.run_ahead(_read(connection.scalar(select(DemoClock.seconds_ahead))))


def _read(seconds: int | None) -> timedelta:
    return timedelta(seconds=seconds or 0)


def move(days: int) -> None:
    """Move the demo's clock forward by whole days, doing each day what the daily tasks do. Commits by day."""
    if not 1 <= days <= FURTHEST:
        raise DomainError(N_("一次可以跳过 1 到 60 天。"), "days")
    for _day in range(days):
        with transaction():
            ahead = _read(db.session.scalar(select(DemoClock.seconds_ahead).with_for_update())) + DAY
            values = {"id": 1, "seconds_ahead": int(ahead.total_seconds())}
            statement = insert(DemoClock).values(values)
            db.session.execute(statement.on_conflict_do_update(index_elements=[DemoClock.id], set_=values))
        clock.run_ahead(ahead)
        for task in tasks.declared.values():
            if task.cron is not None:
                task.run()
