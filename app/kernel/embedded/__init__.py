"""The embedded PostgreSQL: started when nothing else is set, kept under `var/postgres`, found by every process.

What lies there, all of it private (0700) to the account that runs the server:

    data/      the cluster, made once by initdb
    socket/    the only way in: no TCP port is opened, so whoever may enter this folder is trusted
    log        what PostgreSQL said

PostgreSQL refuses to run as root, so root runs it under an unprivileged account. Where that account can't reach the
checkout (`/root`), the whole folder stands under `/var/lib`; where the path of the socket is longer than the kernel's
107 bytes, the socket folder stands in the temporary folder. Both leave a symbolic link, so `var/postgres` leads there.

The binaries come in a wheel. Its Python wrapper is not used: it gives up on a slow recovery and on a reused process id.
"""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from app.kernel.embedded.cluster import NAME, SOCKET_FILE, Cluster, answers
from app.kernel.embedded.places import EmbeddedDatabaseError

__all__ = ["EmbeddedDatabaseError", "ensure_running", "is_running", "stop"]


def ensure_running(var: Path) -> str:
    """The SQLAlchemy URL of the embedded database, started (and made) when it is not running.

    Any number of processes may call this at once: one starts the server, the others wait for it. The server outlives
    its starter; `stop` ends it. Raises `EmbeddedDatabaseError`.
    """
    if not answers(_sockets(var), NAME):
        with _alone(var):
            cluster = Cluster.at(var)
            cluster.make()
            cluster.start()
            _make_database(cluster.sockets)
    return f"postgresql+psycopg://{NAME}@/{NAME}?host={_sockets(var)}"


def stop(var: Path) -> None:
    """End the server cleanly, whoever started it; nothing happens when none runs."""
    if not (var / "postgres" / "data").exists():
        return
    with _alone(var):
        Cluster.at(var).stop()


def is_running(var: Path) -> bool:
    """Whether a server listens; also true while it still recovers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        try:
            line.connect(str(_sockets(var) / SOCKET_FILE))
        except OSError:
            return False
    return True


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One process at a time makes, starts or stops the cluster of this `var/`."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = (var / "postgres.lock").open("w")
    except PermissionError as error:
        raise EmbeddedDatabaseError(f"{var} belongs to somebody else: run this as that user ({error})") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sockets(var: Path) -> Path:
    return (var / "postgres" / "socket").resolve()


def _make_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user=NAME, dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {NAME}")
