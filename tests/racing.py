"""Races and raw SQL on the committed rows of the `raced` app: what savepoints cannot show."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.kernel.database import db, transaction
from app.kernel.errors import Refused


def committed(app: Flask, make: Callable[[], Any]) -> Any:
    """What `make` gives, made in a transaction that is committed."""
    with app.app_context(), transaction():
        return make()


def race(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """Do everything at once, each in a thread and a transaction of its own; what came out, refusals included."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    return act()
            except Refused as refused:
                return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def wait_until_somebody_waits() -> None:
    """Until another connection waits for what this transaction holds."""
    waits = text("SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
    for _try in range(400):
        if db.session.execute(waits).first() is not None:
            return
        sleep(0.05)
    raise TimeoutError("nobody waits")
