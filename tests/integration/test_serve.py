"""The supervisor, as a whole: real processes on a real port with a database of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from app.kernel import embedded

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """One `serve.py` with a var folder of its own."""

    def __init__(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = kept | {
            "SIDAN_VAR": str(var),
            "SIDAN_DEMO": "0",
            "PORT": str(self.port),
            "WEB_PROCESSES": "2",
        }
        self.var = var
        self.log = var.with_name("log")
        self.process = self.start()

    def start(self, log: Path | None = None, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "serve.py"]
        with (log or self.log).open("a") as log_file:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment | environment, stdout=log_file, stderr=subprocess.STDOUT
            )

    def refused(self, **environment: str) -> list[str]:
        """What a second one says that must end with exit code 1."""
        said = self.log.with_name("said")
        said.unlink(missing_ok=True)
        with self.start(said, **environment) as second:
            assert second.wait(60) == 1
        return said.read_text().splitlines()

    def health(self) -> dict[str, str]:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            return {}

    def serves(self) -> bool:
        if self.process.poll() is not None:
            pytest.fail(f"the supervisor ended: {self.log.read_text()}")
        return self.health().get("worker") == "ok"

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def database(self) -> psutil.Process:
        pid_file = self.var / "postgres" / "data" / "postmaster.pid"
        return psutil.Process(int(pid_file.read_text().split("\n")[0]))


def eventually(true: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="sidan-test-"))
    folder.chmod(0o755)
    server = Server(folder / "var")
    yield server
    server.process.terminate()
    server.process.wait(120)
    embedded.stop(server.var)
    rmtree(folder)


def test_it_serves_with_database_and_worker(server: Server) -> None:
    eventually(server.serves)
    assert len(server.children()) == 3
    assert psutil.Process(server.process.pid).num_threads() == 1  # forking beside threads is unsafe


def test_a_second_one_on_the_same_port_says_so_in_one_line(server: Server) -> None:
    eventually(server.serves)
    assert server.refused() == [
        f"serve: can't open port {server.port} on 127.0.0.1 (Address already in use): set PORT to another one"
    ]


def test_a_second_one_on_the_same_data_says_so_in_one_line(server: Server) -> None:
    eventually(server.serves)
    assert server.refused(PORT="0") == [
        f"serve: this installation is being served already: {server.var / 'serve.lock'} is held"
    ]


def test_children_that_die_are_back(server: Server) -> None:
    eventually(server.serves)
    before = server.children()
    for child in before:
        child.kill()
    eventually(lambda: len(server.children()) == 3 and not set(before) & set(server.children()))
    eventually(server.serves)


def test_a_database_that_dies_is_back(server: Server) -> None:
    eventually(server.serves)
    before = server.database()
    before.kill()
    eventually(lambda: not before.is_running() and server.serves())
    assert server.database() != before


def test_children_do_not_outlive_a_killed_supervisor_and_the_next_one_goes_on(server: Server) -> None:
    eventually(server.serves)
    children = server.children()
    server.process.kill()
    server.process.wait()
    eventually(lambda: not any(child.is_running() for child in children))
    server.process = server.start()
    eventually(server.serves)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_ends_everything_cleanly(server: Server, stop: signal.Signals) -> None:
    eventually(server.serves)
    everything = [*server.children(), server.database()]
    before = len(server.log.read_text())
    server.process.send_signal(stop)
    assert server.process.wait(120) == 0
    said = server.log.read_text()[before:]
    assert "Traceback" not in said, said
    eventually(lambda: not any(process.is_running() for process in everything))
    server.process = server.start()
    eventually(server.serves)
