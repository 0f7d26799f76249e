"""The embedded PostgreSQL through ordinary and bad days; each test has a cluster of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.kernel import embedded
from app.kernel.embedded import cluster
from app.kernel.embedded.places import may, run_as

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var() -> Iterator[Path]:
    """A var folder that an unprivileged account can reach, as in an ordinary checkout."""
    folder = Path(tempfile.mkdtemp(prefix="sidan-test-"))
    folder.chmod(0o755)
    yield folder / "var"
    remove(folder / "var", folder)


def remove(var: Path, folder: Path) -> None:
    """Stop the server and leave nothing, neither here nor where the links lead."""
    embedded.stop(var)
    for link in (var / "postgres" / "socket", var / "postgres"):
        if link.exists():
            shutil.rmtree(link.resolve())
    shutil.rmtree(folder)


def connect(var: Path) -> psycopg.Connection[tuple[object, ...]]:
    socket = (var / "postgres" / "socket").resolve()
    return psycopg.connect(host=str(socket), user="sidan", dbname="sidan", autocommit=True)


def one(var: Path, query: str) -> object:
    with connect(var) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def server_process(var: Path) -> int:
    return int((var / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])


def test_first_call_makes_and_starts_it_and_a_second_finds_it(var: Path) -> None:
    url = embedded.ensure_running(var)
    assert url == f"postgresql+psycopg://sidan@/sidan?host={var}/postgres/socket"
    first = server_process(var)
    assert embedded.ensure_running(var) == url
    assert server_process(var) == first
    assert embedded.is_running(var)


def test_it_is_durable_private_and_speaks_unicode(var: Path) -> None:
    embedded.ensure_running(var)
    assert one(var, "SHOW fsync") == "on"
    assert one(var, "SHOW listen_addresses") == ""
    assert one(var, "SHOW server_encoding") == "UTF8"
    assert one(var, "SHOW timezone") == "UTC"
    assert one(var, "SELECT upper('é岳阳')") == "É岳阳"
    assert (var / "postgres").stat().st_mode & 0o077 == 0
    assert (var / "postgres" / "socket").stat().st_mode & 0o077 == 0


def test_stopping_ends_it_and_stopping_again_does_nothing(var: Path) -> None:
    embedded.stop(var)
    assert not var.exists()
    embedded.ensure_running(var)
    embedded.stop(var)
    assert not embedded.is_running(var)
    embedded.stop(var)


def test_several_processes_starting_it_at_once_share_one_server(var: Path) -> None:
    code = "import sys, pathlib; from app.kernel.embedded import *; print(ensure_running(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(var)]
    starters = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    urls = {starter.communicate(timeout=120)[0] for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert len(urls) == 1
    assert one(var, "SELECT count(*) FROM pg_database WHERE datname = 'sidan'") == 1


def test_after_kill_9_it_recovers_what_was_committed(var: Path) -> None:
    embedded.ensure_running(var)
    with connect(var) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    os.kill(server_process(var), signal.SIGKILL)
    embedded.ensure_running(var)
    assert one(var, "SELECT count(*) FROM kept") == 1000


def test_a_stale_pid_file_that_names_somebody_else_does_not_keep_it_down(var: Path) -> None:
    embedded.ensure_running(var)
    data = var / "postgres" / "data"
    lines = (data / "postmaster.pid").read_text()
    socket_lock = var / "postgres" / "socket" / ".s.PGSQL.5432.lock"
    socket_lines = socket_lock.read_text()
    pid = str(server_process(var))
    embedded.stop(var)
    account = cluster.Cluster.at(var).account
    with subprocess.Popen(["sleep", "60"], **run_as(account)) as stranger:
        (data / "postmaster.pid").write_text(lines.replace(pid, str(stranger.pid), 1))
        socket_lock.write_text(socket_lines.replace(pid, str(stranger.pid), 1))
        embedded.ensure_running(var)
        assert stranger.poll() is None
        stranger.kill()
    assert one(var, "SELECT 1") == 1


def test_a_broken_off_first_start_is_begun_anew(var: Path) -> None:
    (var / "postgres" / "data.new" / "base").mkdir(parents=True)
    embedded.ensure_running(var)
    assert one(var, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(var: Path) -> None:
    deep = var / ("a-folder-with-a-long-name-" * 5)
    embedded.ensure_running(deep)
    link = deep / "postgres" / "socket"
    assert link.is_symlink()
    assert link.resolve().stat().st_mode & 0o077 == 0
    assert one(deep, "SELECT 1") == 1
    embedded.stop(deep)
    shutil.rmtree(link.resolve())
    embedded.ensure_running(deep)
    assert one(deep, "SELECT 1") == 1
    remove(deep, deep)


def test_a_path_in_chinese_works(var: Path) -> None:
    home = var / "汨罗市, 弼时镇"
    embedded.ensure_running(home)
    assert one(home, "SELECT 1") == 1
    remove(home, home)


def test_a_checkout_that_others_cannot_enter_works_for_root_and_for_its_owner(var: Path) -> None:
    var.mkdir()
    var.chmod(0o700)
    embedded.ensure_running(var)
    assert one(var, "SELECT 1") == 1
    assert (var / "postgres").is_symlink() == (os.geteuid() == 0)
    embedded.stop(var)
    embedded.ensure_running(var)
    assert one(var, "SELECT 1") == 1


def test_programs_that_the_account_cannot_reach_are_copied_beside_the_data(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "may", lambda account, action, path: action == "cd" and may(account, action, path))
    embedded.ensure_running(var)
    copies = list((var / "postgres").glob("programs-*"))
    assert len(copies) == 1
    assert Path(f"/proc/{server_process(var)}/exe").resolve().is_relative_to(copies[0])


def test_data_of_another_major_version_is_refused_in_words(var: Path) -> None:
    embedded.ensure_running(var)
    embedded.stop(var)
    (var / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedDatabaseError, match="is of PostgreSQL 17, not 18"):
        embedded.ensure_running(var)


def test_a_server_that_cannot_start_says_why(var: Path) -> None:
    embedded.ensure_running(var)
    embedded.stop(var)
    (var / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(embedded.EmbeddedDatabaseError, match="could not find the database system"):
        embedded.ensure_running(var)
