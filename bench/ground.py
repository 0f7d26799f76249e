"""What measurements stand on: a database of their own, servers in their own processes, a bounded load on loopback."""

import http.client
import logging
import os
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from waitress.server import create_server

from app import create_app, database_url
from app.demo.reference import load_reference
from app.kernel.database import db, transaction
from app.kernel.garbage import settle
from config import Config
from serve import BACKLOG, CONNECTIONS, GIVE_WAY, THREADS

FORK = get_context("fork")
CLIENTS = 8
"""Connections of the load: as many as one server process has threads."""


@contextmanager
def fresh_database() -> Iterator[Config]:
    """Settings of a migrated database with reference data and nobody in it; dropped afterwards."""
    settings = Config.from_environment()
    server = make_url(database_url(settings))
    name = f"sidan_bench_{os.getpid()}"
    admin = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    url = server.set(database=name).render_as_string(hide_password=False)
    try:
        with tempfile.TemporaryDirectory() as var:
            found = replace(settings, DATABASE_URL=url, VAR=Path(var), DEMO=True)
            app = create_app(found)
            with app.app_context():
                upgrade()
                with transaction():
                    load_reference()
                db.session.remove()
                db.engine.dispose()
            yield found
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def free_port() -> int:
    """A port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(make: Callable[[], Flask], processes: int = 1) -> Iterator[int]:
    """The port of so many waitress processes that serve an app on one socket, with the settings of `serve.py`."""
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        port: int = listener.getsockname()[1]
        running = [FORK.Process(target=_serve, args=(make, listener)) for _number in range(processes)]
        for process in running:
            process.start()
        try:
            wait_for(port)
            yield port
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.join(10)


def _serve(make: Callable[[], Flask], listener: socket.socket) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, lambda *_args: os._exit(0))
    sys.setswitchinterval(GIVE_WAY)
    app = make()
    settle()
    create_server(
        app,
        sockets=[listener],
        backlog=BACKLOG,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident="",
    ).run()


def wait_for(port: int, path: str = "/", seconds: float = 60) -> None:
    """Wait until something answers there; raises `TimeoutError`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if get(port, path)[0] < http.client.INTERNAL_SERVER_ERROR:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}")


def get(port: int, path: str) -> tuple[int, bytes]:
    """One request on a connection of its own: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@dataclass(frozen=True)
class Load:
    """What a load got: answers a second, milliseconds at the median and the 95th of a hundred."""

    a_second: float
    median_ms: float
    slow_ms: float


def load(port: int, paths: Sequence[str], seconds: float) -> Load:
    """Ask for the paths in turn over `CLIENTS` kept-alive connections for so long; every answer must be a page."""
    until = time.monotonic() + seconds

    def client(number: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        took = []
        turn = number
        while time.monotonic() < until:
            started = time.perf_counter()
            connection.request("GET", paths[turn % len(paths)])
            answer = connection.getresponse()
            answer.read()
            assert answer.status == http.client.OK, answer.status
            took.append((time.perf_counter() - started) * 1000)
            turn += CLIENTS
        connection.close()
        return took

    with ThreadPoolExecutor(CLIENTS) as pool:
        times = sorted(time for times in pool.map(client, range(CLIENTS)) for time in times)
    return Load(len(times) / seconds, statistics.median(times), times[int(len(times) * 0.95)])


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  " + "  ".join("-" * width for width in widths))
