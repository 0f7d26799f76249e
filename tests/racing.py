"""Races and raw SQL on committed rows, in a database of their own: what savepoints cannot show."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.demo.reference import load_reference
from app.kernel.database import db, transaction
from app.kernel.errors import Refused
from config import Config
from tests.conftest import drop_database, make_database


def own_database(settings: Config, word: str, var: Path) -> Iterator[Flask]:
    """The app on a fresh database where every row is really committed; it is dropped at the end."""
    assert settings.DATABASE_URL
    name = f"{settings.DATABASE_URL.rpartition('/')[2]}_{word}"
    own = replace(settings, DATABASE_URL=make_database(settings.DATABASE_URL, name), VAR=var)
    app = create_app(own)
    app.config.update(TESTING=True)
    with app.app_context():
        upgrade()
        with transaction():
            load_reference()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    drop_database(settings.DATABASE_URL, name)


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
