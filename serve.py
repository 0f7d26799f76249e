"""Serve Sidan from one machine: the database, the web processes and the worker under one supervisor.

    python serve.py             prepare the database, then serve until Ctrl-C or TERM
    python serve.py --prepare   migrate and load what every installation needs, then end

The parent opens the port and builds the app once; everything else is a forked child, so a child that dies is back at
once. Children end by themselves when the parent is gone.
"""

import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn
from urllib.parse import urlsplit

from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade
from waitress.server import create_server

from app import create_app
from app.kernel import embedded
from app.kernel.tasks import tasks
from config import Config

STOP_SIGNALS: Final = {signal.SIGINT, signal.SIGTERM}
GRACE: Final = 3.5
"""Seconds that children get to finish what is under way."""

LARGEST_REQUEST: Final = 60 * 1024 * 1024
"""Bytes; above the app's own limit, so that a file of 50 MB is refused by a page and not by a cut line."""

THREADS: Final = 8
CONNECTIONS: Final = 1000
BACKLOG: Final = 1024
FORK: Final = get_context("fork")


def main(arguments: list[str]) -> int:
    """Do what the command line asks; the exit code."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Config.from_environment()
    try:
        if "--prepare" in arguments:
            return prepare_alone(settings)
        return serve(settings)
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
            return Supervisor(settings, create_app(settings), listener).run()
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
    """Whether this is the only supervisor of the embedded database; it would be stopped under the other's feet."""
    settings.VAR.mkdir(parents=True, exist_ok=True)
    with Path(settings.VAR / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield settings.DATABASE_URL is not None
        else:
            yield True


@dataclass
class Child:
    """Something that must always run: how to run it, and how it fared."""

    name: str
    work: Callable[[], None]
    process: BaseProcess | None = None
    started: float = 0.0
    quick_deaths: int = 0
    due: float = 0.0
    """When to start it next, on the monotonic clock."""

    def died(self) -> bool:
        """Whether it ran and has ended since the last look; sets when it starts again."""
        if self.process is None or self.process.exitcode is None:
            return False
        now = time.monotonic()
        self.quick_deaths = self.quick_deaths + 1 if now - self.started < 30 else 0
        self.due = now + (min(30.0, 0.25 * 2**self.quick_deaths) if self.quick_deaths else 0.0)
        return True


@dataclass
class Supervisor:
    """Keeps the children running, and ends them all."""

    settings: Config
    app: Flask
    listener: socket.socket
    children: list[Child] = field(default_factory=list)
    lifeline: tuple[int, int] = field(default_factory=os.pipe)
    """A pipe nobody writes to: its end of file tells the children that the parent is gone."""

    def run(self) -> int:
        """Prepare, serve, and end cleanly on Ctrl-C or TERM."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {*STOP_SIGNALS, signal.SIGCHLD})
        try:
            prepared = self.prepare()
            if prepared is not None:
                return prepared
            self.listener.listen(BACKLOG)
            for number in range(self.settings.WEB_PROCESSES):
                self.children.append(Child(f"web {number + 1}", self.web))
            self.children.append(Child("worker", self.worker))
            self.tend()
            host = f"[{self.settings.HOST}]" if ":" in self.settings.HOST else self.settings.HOST
            say(f"Serving on http://{host}:{self.settings.PORT}  (Ctrl-C ends it)")
            while not self.told_to_stop():
                self.tend()
        finally:
            self.end()
        return 0

    def prepare(self) -> int | None:
        """Prepare in a child, so that this process stays free of threads and connections; an exit code ends it all."""
        child = Child("preparation", lambda: prepare(self.app, story=self.settings.DEMO))
        self.children.append(child)
        self.start(child)
        while child.process is not None and child.process.exitcode is None:
            if self.told_to_stop():
                return 0
        self.children.remove(child)
        if child.process is not None and child.process.exitcode == 0:
            return None
        return complain("the database could not be prepared")

    def told_to_stop(self) -> bool:
        """Wait up to a second for a signal; whether it says stop."""
        told = signal.sigtimedwait({*STOP_SIGNALS, signal.SIGCHLD}, 1.0)
        return told is not None and told.si_signo in STOP_SIGNALS

    def tend(self) -> None:
        """Start what should run and does not."""
        if self.settings.DATABASE_URL is None:
            self.tend_database()
        for child in list(self.children):
            if child.died():
                code = child.process.exitcode if child.process else None
                child.process = None
                if child.name == "database":
                    self.children.remove(child)
                    continue
                complain(f"{child.name} ended ({code}), starting it again")
            if child.process is None and time.monotonic() >= child.due:
                self.start(child)

    def tend_database(self) -> None:
        """Have the embedded database started by a child, because recovery may take long and TERM must be heard."""
        starting = any(child.name == "database" for child in self.children)
        if not starting and not embedded.is_running(self.settings.VAR):
            complain("the database is gone, starting it again")
            self.children.append(Child("database", self.start_database))

    def start_database(self) -> None:
        """Start the embedded database."""
        embedded.ensure_running(self.settings.VAR)

    def start(self, child: Child) -> None:
        """Fork a child."""
        child.started = time.monotonic()
        child.process = FORK.Process(target=self.become, args=(child,), name=child.name)
        child.process.start()

    def become(self, child: Child) -> None:
        """Be that child: TERM ends it, Ctrl-C is the parent's business, and it never outlives the parent."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, leave)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {*STOP_SIGNALS, signal.SIGCHLD})
        reading, writing = self.lifeline
        os.close(writing)
        threading.Thread(target=leave_with_parent, args=(reading,), daemon=True).start()
        child.work()

    def web(self) -> None:
        """Answer requests on the shared socket."""
        proxy = self.settings.TRUSTED_PROXY
        server = create_server(
            self.app,
            sockets=[self.listener],
            backlog=BACKLOG,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            max_request_body_size=LARGEST_REQUEST,
            url_scheme=urlsplit(self.settings.PUBLIC_URL).scheme,
            clear_untrusted_proxy_headers=True,
            trusted_proxy=proxy,
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"} if proxy else set(),
            asyncore_use_poll=True,
            ident="",
        )
        server.run()

    def worker(self) -> None:
        """Run jobs."""
        tasks.run_worker(self.app)

    def end(self) -> None:
        """End every child: first asked, then forced."""
        processes = [child.process for child in self.children if child.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for process in processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.exitcode is None:
                process.kill()
                process.join()


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End this process the ordinary way, so that servers put their threads away."""
    sys.exit(0)


def leave_with_parent(lifeline: int) -> None:
    """Wait until the parent is gone, then ask this process to end."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
