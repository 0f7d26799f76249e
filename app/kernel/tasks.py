"""Jobs: declared where they belong, enqueued inside the business transaction, run by the worker.

A package declares its jobs at import time, in its `tasks.py` or beside the service they call, and enqueues by name:

    @tasks.task("certificates.print_batch")
    def print_batch(batch_id: int) -> None: ...

    tasks.defer("certificates.print_batch", batch_id=7)

A job exists exactly when the transaction that deferred it commits. It may run more than once (a worker can die half-way
and another one takes over), so every task is idempotent and checkpoints its items with `transaction()`. Arguments are
plain JSON: ids, numbers, words.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, TypeVar

import structlog
from croniter import croniter
from flask import Flask
from procrastinate import App, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.manager import JobManager
from procrastinate.periodic import PeriodicTask
from procrastinate.schema import SchemaManager
from procrastinate.tasks import configure_task
from sqlalchemy import make_url, text

from app.kernel import clock
from app.kernel.database import db, transaction

log = structlog.get_logger()
F = TypeVar("F", bound=Callable[..., object])

TABLES = ("procrastinate_workers", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_events")
"""The queue's own tables: in the Alembic chain, but in no model."""

HEARTBEAT = 5.0
STALLED_AFTER = 20.0
"""Seconds without a heartbeat after which a worker counts as dead and its jobs are taken over."""

CONCURRENCY = 2
"""Jobs at a time, so that a long print does not hold up a message."""

MISSED_WITHIN = 24 * 3600.0
"""Seconds for which a periodic job that found the machine switched off is still made up for."""

AGAIN = RetryStrategy(max_attempts=5, wait=5, linear_wait=30)
"""After a failure: again after 5, 35, 65, 95 and 125 seconds, then it stays failed for an administrator to see."""

ALIVE = text("""
    SELECT job.status = 'todo'
        OR job.status = 'doing' AND worker.last_heartbeat > now() - make_interval(secs => :dead)
      FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
     WHERE job.id = :id
""")

FORGET = text("""
    DELETE FROM procrastinate_jobs job
     WHERE status = 'failed'
       AND NOT EXISTS (SELECT FROM procrastinate_events WHERE job_id = job.id AND at > now() - interval '90 days')
""")


def procrastinate_schema() -> str:
    """The queue's schema as SQL text for the migration; it holds `%`, so execute it without parameters."""
    return SchemaManager.get_schema()


def forget_failed_jobs() -> None:
    """Delete jobs that failed for good, once nobody is going to look into them any more."""
    with transaction():
        db.session.execute(FORGET)


@dataclass(frozen=True)
class Declared:
    """One task as its package declared it."""

    name: str
    run: Callable[..., object]
    queue: str
    retry: RetryStrategy
    cron: str | None = None


class Tasks:
    """The register of all tasks, and the ways to enqueue and run them."""

    def __init__(self) -> None:
        self.declared: dict[str, Declared] = {}
        # Procrastinate watches its listener and heartbeat only where at least one task is periodic: here always.
        self.periodic("kernel.forget_failed_jobs", "40 3 * * *")(forget_failed_jobs)

    def task(self, name: str, *, queue: str = "default", retry: RetryStrategy = AGAIN) -> Callable[[F], F]:
        """Declare a function as a task; called directly it stays an ordinary function."""

        def declare(function: F) -> F:
            self._declare(Declared(name, function, queue, retry))
            return function

        return declare

    def periodic(
        self, name: str, cron: str, *, queue: str = "default", retry: RetryStrategy = AGAIN
    ) -> Callable[[F], F]:
        """Declare a task without arguments that runs by the local wall clock: "30 2 * * *" is 2:30 at night."""

        def declare(function: F) -> F:
            self._declare(Declared(name, function, queue, retry, cron))
            return function

        return declare

    def _declare(self, task: Declared) -> None:
        if task.name in self.declared:
            raise ValueError(f"two tasks are called {task.name}")
        self.declared[task.name] = task

    def defer(
        self,
        name: str,
        *,
        queue: str | None = None,
        lock: str | None = None,
        once: str | None = None,
        at: datetime | None = None,
        **arguments: Any,
    ) -> int | None:
        """Enqueue a task in the current transaction; the number of the job.

        Jobs with the same `lock` never run at the same time. While a job with the same word in `once` waits, no second
        one is enqueued, and None comes back. `at` (aware) is the earliest moment to run. Raises `LookupError` for a
        name that nobody declared.
        """
        task = self.declared.get(name)
        if task is None:
            raise LookupError(f"no task is called {name}")
        options = {"queue": queue or task.queue, "lock": lock, "queueing_lock": once, "schedule_at": at}
        if once is None:
            return _insert(name, options, arguments)
        with suppress(AlreadyEnqueued), db.session.begin_nested():
            return _insert(name, options, arguments)
        return None

    def is_alive(self, number: int | None) -> bool:
        """Whether a job of this number waits for its turn, or is being done by a worker that lives."""
        return number is not None and bool(db.session.scalar(ALIVE, {"id": number, "dead": STALLED_AFTER}))

    def run_pending(self) -> int:
        """Run every job that waits and is due, here and now, in the current session; how many ran.

        For tests and for loading the demo story: what a task raises comes straight out.
        """
        done = 0
        while (job := self._fetch()) is not None:
            number, name, arguments = job
            self.declared[name].run(**arguments)
            with transaction():
                db.session.execute(text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', true)"), {"id": number})
            done += 1
        return done

    def _fetch(self) -> tuple[int, str, dict[str, Any]] | None:
        with transaction():
            query = text("SELECT id, task_name, args FROM procrastinate_fetch_job_v2(NULL, NULL)")
            job = db.session.execute(query).one()
        return None if job.id is None else (job.id, job.task_name, job.args)

    def run_worker(self, app: Flask) -> None:
        """Run jobs until TERM or Ctrl-C; what is under way may finish first. Also ends when the database is lost."""
        asyncio.run(_until_told(self.queue_of(app)))

    def queue_of(self, app: Flask) -> App:
        """The Procrastinate app that runs the declared tasks, each in an application context of its own."""
        url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
        connector = PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False),
            kwargs=app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}).get("connect_args", {}),
            min_size=1,
            max_size=CONCURRENCY + 3,
        )
        queue = App(connector=connector, periodic_defaults={"max_delay": MISSED_WITHIN})
        for task in self.declared.values():
            run = partial(_run_in, app, task)
            made = queue.task(name=task.name, queue=task.queue, retry=task.retry)(run)
            if task.cron is not None:
                due = LocalPeriodicTask(task=made, cron=task.cron, periodic_id="", configure_kwargs={})
                queue.periodic_registry.periodic_tasks[task.name, ""] = due
        return queue


def _insert(name: str, options: dict[str, Any], arguments: dict[str, Any]) -> int:
    """Insert a job on the session's own connection (asked for here, so that a savepoint is in force)."""
    connection = db.session.connection().connection.driver_connection
    manager = JobManager(SyncPsycopgConnector())
    return configure_task(name=name, job_manager=manager, connection=connection, **options).defer(**arguments)


class LocalPeriodicTask(PeriodicTask[Any, Any, Any]):
    """A periodic task whose cron speaks of the local wall clock."""

    @cached_property
    def croniter(self) -> croniter:
        """The moments at which it is due."""
        return croniter(self.cron, clock.local(clock.now()))


def _run_in(app: Flask, task: Declared, **arguments: Any) -> None:
    """Run one job; leaving the context gives its session back."""
    if task.cron is not None:
        arguments.pop("timestamp")
    with app.app_context():
        task.run(**arguments)


async def _until_told(queue: App) -> None:
    """Work until TERM, from the loop's first step to its last: however often it comes, it is heard once.

    The queue's own handlers give way at the first signal; the next one would end the process in the middle of a step.
    """
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    working, waiting = asyncio.create_task(_work(queue)), asyncio.create_task(told.wait())
    try:
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working


async def _work(queue: App) -> None:
    async with queue.open_async():
        rescue = asyncio.create_task(_take_over_stalled(queue.job_manager))
        try:
            await queue.run_worker_async(
                concurrency=CONCURRENCY,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED_AFTER,
                shutdown_graceful_timeout=3,
                install_signal_handlers=False,
            )
        finally:
            rescue.cancel()


async def _take_over_stalled(manager: JobManager) -> None:
    """Put jobs of dead workers back into the queue, for ever."""
    while True:
        with suppress(ConnectorException):
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                log.warning("job taken over from a dead worker", task=job.task_name, job=job.id)
                await manager.retry_job(job)
            await manager.prune_stalled_workers(STALLED_AFTER)
        await asyncio.sleep(HEARTBEAT)


tasks = Tasks()
