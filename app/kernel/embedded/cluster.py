"""One cluster of the embedded PostgreSQL: made, started, stopped; and the way in."""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from app.kernel.embedded.places import (
    MAJOR,
    EmbeddedDatabaseError,
    account_of,
    copied_programs,
    may,
    private_folder,
    run_as,
    wheel,
)

NAME = "sidan"
"""The database and the cluster's superuser."""

ELSEWHERE = Path("/var/lib")
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
PATIENCE = 600
"""Seconds for recovery after a crash; PostgreSQL needs them rarely, and killing it would only start it over."""

SETTINGS = """\
# Written anew at every start by app/kernel/embedded/cluster.py
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


@dataclass(frozen=True)
class Cluster:
    """A data folder, the account that owns it, and the programs which that account can run."""

    home: Path
    account: pwd.struct_passwd
    programs: Path

    @classmethod
    def at(cls, var: Path) -> "Cluster":
        """The cluster of this `var/`; its folder is made when missing."""
        link = var / "postgres"
        account = account_of(link)
        programs = wheel()
        if not link.exists() and not may(account, "cd", var):
            elsewhere = ELSEWHERE / f"sidan-{hashlib.sha256(bytes(link)).hexdigest()[:12]}"
            private_folder(elsewhere, account)
            link.unlink(missing_ok=True)
            link.symlink_to(elsewhere)
        home = link.resolve()
        private_folder(home, account)
        if not may(account, "exec", programs / "postgres"):
            programs = copied_programs(home, account)
        return cls(home, account, programs)

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
        while not answers(self.sockets, "postgres"):
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
        if fits(usual):
            private_folder(usual, self.account)
            return usual
        short = Path(tempfile.mkdtemp(prefix="sidan-")).resolve()
        if not fits(short):
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
            **run_as(self.account),
        )


def fits(folder: Path) -> bool:
    """Whether the socket's path is short enough and free of letters that lists of folders treat as their own."""
    path = str(folder / SOCKET_FILE)
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and re.fullmatch(r"[\w/.+-]+", path, re.ASCII) is not None


def answers(sockets: Path, database: str) -> bool:
    """Whether this database can be used now."""
    try:
        psycopg.connect(host=str(sockets), user=NAME, dbname=database, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
