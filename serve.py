"""Serve Sidan from one machine: the database, the web processes and the worker under one supervisor.

    python serve.py             prepare the database, then serve until Ctrl-C or TERM
    python serve.py --prepare   migrate and load what every installation needs, then end

The parent opens the port and builds the app once; everything else is a forked child, so one that dies is back at once.
"""

import fcntl
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade
from waitress.server import create_server

from app import create_app
from app.kernel import embedded, garbage
from app.kernel.supervisor import STOP_SIGNALS, Supervisor
from app.kernel.tasks import tasks
from config import Config

LARGEST_REQUEST: Final = 60 * 1024 * 1024
"""Bytes; above the app's own limit, so that a file of 50 MB is refused by a page and not by a cut line."""

THREADS: Final = 8
CONNECTIONS: Final = 1000
BACKLOG: Final = 1024
GIVE_WAY: Final = 0.001
"""Seconds (Python's own habit is 5 ms): a thread that holds a locked row must not wait long for its turn to commit."""


def main(arguments: list[str]) -> int:
    """Do what the command line asks; the exit code."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a shell's background
            signal.signal(number, signal.default_int_handler)
    settings = Config.from_environment()
    try:
        return prepare_alone(settings) if "--prepare" in arguments else serve(settings)
    except KeyboardInterrupt:
        return 0
    except embedded.EmbeddedDatabaseError as error:
        return complain(str(error))


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def complain(line: str) -> int:
    """Say in one line what is wrong; the exit code for it."""
    sys.stderr.write(f"serve: {line}\n")
    return 1


# --- preparing -----------------------------------------------------------------------------------------------------


def prepare(app: Flask, *, story: bool) -> None:
    """Migrate and load what is missing: reference data always, the demo story into a database without accounts."""
    with app.app_context():
        upgrade()
    command(app, "load-reference")
    command(app, "design", "fonts")
    if story:
        command(app, "load-demo")
        command(app, "accounts", "demo-table")


def command(app: Flask, *words: str) -> None:
    """Run one of the app's own `flask` commands in this process."""
    with app.app_context():
        app.cli.main(args=list(words), prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


def prepare_alone(settings: Config) -> int:
    """Prepare without serving; a database started for this is stopped again."""
    found_running = settings.DATABASE_URL is not None or embedded.is_running(settings.VAR)
    try:
        prepare(create_app(settings), story=False)
    finally:
        if not found_running:
            embedded.stop(settings.VAR)
    return 0


# --- serving -------------------------------------------------------------------------------------------------------


def serve(settings: Config) -> int:
    """Serve until told to stop; the exit code."""
    try:
        listener = open_port(settings.HOST, settings.PORT)
    except OSError as error:
        return complain(
            f"can't open port {settings.PORT} on {settings.HOST} ({error.strerror}): set PORT to another one"
        )
    with listener, only_one(settings) as alone:
        if not alone:
            return complain(f"this installation is being served already: {settings.VAR / 'serve.lock'} is held")
        try:
            return supervise(settings, create_app(settings), listener)
        finally:
            if settings.DATABASE_URL is None:
                embedded.stop(settings.VAR)


def open_port(host: str, port: int) -> socket.socket:
    """Take the port without listening yet: nobody should wait at a door behind which the house is being furnished."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


@contextmanager
def only_one(settings: Config) -> Iterator[bool]:
    """Whether no other supervisor holds the embedded database, which would be stopped under the other's feet."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with (settings.VAR / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield settings.DATABASE_URL is not None
        else:
            yield True


def supervise(settings: Config, app: Flask, listener: socket.socket) -> int:
    """Prepare, then keep everything running until told to stop; the exit code."""
    with Supervisor(complain) as supervisor:
        prepared = supervisor.once("preparation", partial(prepare, app, story=settings.DEMO))
        if prepared is None:
            return 0
        if prepared != 0:
            return complain("the database could not be prepared")
        listener.listen(BACKLOG)
        garbage.settle()
        for number in range(settings.WEB_PROCESSES):
            supervisor.keep(f"web {number + 1}", partial(answer, settings, app, listener))
        supervisor.keep("worker", partial(tasks.run_worker, app))
        if settings.DATABASE_URL is None:
            is_running = partial(embedded.is_running, settings.VAR)
            supervisor.keep_true("database", is_running, partial(embedded.ensure_running, settings.VAR))
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        say(f"Serving on http://{host}:{settings.PORT}  (Ctrl-C ends it)")
        supervisor.run()
    return 0


def answer(settings: Config, app: Flask, listener: socket.socket) -> None:
    """Answer requests on the shared socket."""
    sys.setswitchinterval(GIVE_WAY)
    proxy = settings.TRUSTED_PROXY
    server = create_server(
        app,
        sockets=[listener],
        backlog=BACKLOG,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        max_request_body_size=LARGEST_REQUEST,
        url_scheme=urlsplit(settings.PUBLIC_URL).scheme,
        clear_untrusted_proxy_headers=True,
        trusted_proxy=proxy,
        trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if proxy else set(),
        asyncore_use_poll=True,
        ident="",
    )
    server.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
