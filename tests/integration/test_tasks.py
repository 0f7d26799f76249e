"""Jobs on a database of their own: enqueued with the business, run by real workers, taken over from dead ones."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import database_url
from app.kernel import clock
from app.kernel import tasks as module
from app.kernel.database import db, transaction
from app.kernel.tasks import TABLES, Tasks, procrastinate_schema
from config import Config

# The worker is forked out of pytest, beside which xdist keeps a thread that the child never needs.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with the queue's schema and one table that stands for business."""
    server = make_url(database_url(Config.from_environment()))
    name = f"sidan_test_tasks_{os.getpid()}"
    admin = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    own = server.set(database=name).render_as_string(hide_password=False)
    engine = create_engine(own, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(procrastinate_schema(), execution_options={"no_parameters": True})
        connection.execute(text("CREATE TABLE done (word text, by_process int)"))
    yield own
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS={"poolclass": NullPool})
    db.init_app(app)
    with app.app_context():
        yield app
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("TRUNCATE procrastinate_workers, procrastinate_jobs, done CASCADE"))


@pytest.fixture
def tasks(app: Flask) -> Tasks:  # noqa: ARG001 - tasks run in its context
    """A register of its own with one task that does business and one that never manages."""
    tasks = Tasks()

    @tasks.task("words.write")
    def write(word: str) -> None:
        with transaction():
            db.session.execute(
                text("INSERT INTO done VALUES (:word, :process)"), {"word": word, "process": os.getpid()}
            )

    @tasks.task("words.write_slowly")
    def write_slowly(word: str) -> None:
        write(f"{word} begun")
        time.sleep(600 if first_time(word) else 0)
        write(f"{word} ended")

    @tasks.task("words.write_late")
    def write_late(word: str) -> None:
        write(f"{word} begun")
        time.sleep(1.5)
        write(f"{word} ended")

    @tasks.task("words.fail")
    def fail() -> None:
        raise ValueError("cannot be done")

    return tasks


def first_time(word: str) -> bool:
    count = db.session.execute(
        text("SELECT count(*) FROM done WHERE word = :word"), {"word": f"{word} begun"}
    ).scalar_one()
    return int(count) == 1


def words() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT word FROM done ORDER BY word")).scalars())


def statuses() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT status FROM procrastinate_jobs ORDER BY id")).scalars())


def eventually(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.1)


def worker(tasks: Tasks, app: Flask) -> multiprocessing.context.ForkProcess:
    process = multiprocessing.get_context("fork").Process(target=tasks.run_worker, args=(app,))
    process.start()
    return process


@pytest.mark.usefixtures("app")
def test_the_list_of_tables_is_what_the_schema_makes() -> None:
    found = db.session.execute(text("SELECT tablename FROM pg_tables WHERE tablename LIKE 'procrastinate%'")).scalars()
    assert set(found) == set(TABLES)


def test_a_job_is_there_when_its_transaction_commits(tasks: Tasks) -> None:
    with transaction():
        assert tasks.defer("words.write", word="a")
        assert statuses() == []
    assert statuses() == ["todo"]


def test_a_job_vanishes_with_its_transaction(tasks: Tasks) -> None:
    def business() -> None:
        with transaction():
            tasks.defer("words.write", word="a")
            raise RuntimeError("the business failed")

    with pytest.raises(RuntimeError):
        business()
    assert statuses() == []


def test_pending_jobs_run_in_order_in_this_session(tasks: Tasks) -> None:
    with transaction():
        tasks.defer("words.write", word="b")
        tasks.defer("words.write", word="a")
    assert tasks.run_pending() == 2
    assert words() == ["a", "b"]
    assert statuses() == []
    assert tasks.run_pending() == 0


def test_what_a_pending_job_raises_comes_out(tasks: Tasks) -> None:
    with transaction():
        tasks.defer("words.fail")
    with pytest.raises(ValueError, match="cannot be done"):
        tasks.run_pending()


def test_a_job_for_later_waits(tasks: Tasks) -> None:
    with transaction():
        tasks.defer("words.write", at=datetime.now(UTC) + timedelta(hours=1), word="later")
    assert tasks.run_pending() == 0
    assert statuses() == ["todo"]


def test_a_job_wanted_once_is_enqueued_once_and_the_business_goes_on(tasks: Tasks) -> None:
    with transaction():
        first = tasks.defer("words.write", once="the-only-one", word="a")
        second = tasks.defer("words.write", once="the-only-one", word="a")
        db.session.execute(text("INSERT INTO done VALUES ('business', 0)"))
    assert first is not None
    assert second is None
    assert statuses() == ["todo"]
    assert words() == ["business"]


def test_an_unknown_name_is_refused_at_once(tasks: Tasks) -> None:
    with pytest.raises(LookupError, match="no task is called"):
        tasks.defer("words.wrong")


def test_a_name_is_given_once(tasks: Tasks) -> None:
    with pytest.raises(ValueError, match="two tasks are called"):
        tasks.task("words.write")(print)


def test_a_worker_runs_what_waits_and_what_comes_and_ends_on_term(tasks: Tasks, app: Flask) -> None:
    with transaction():
        tasks.defer("words.write", word="waited")
    process = worker(tasks, app)
    eventually(lambda: words() == ["waited"])
    with transaction():
        tasks.defer("words.write", word="came")
    eventually(lambda: words() == ["came", "waited"])
    eventually(lambda: statuses() == [])
    process.terminate()
    process.join(60)
    assert process.exitcode == 0


def test_a_worker_told_twice_to_end_finishes_what_is_under_way(tasks: Tasks, app: Flask) -> None:
    """Ctrl-C in a terminal reaches supervisor and worker, and the supervisor tells the worker too."""
    with transaction():
        tasks.defer("words.write_late", word="w")
    process = worker(tasks, app)
    eventually(lambda: words() == ["w begun"])
    for _time in range(3):
        process.terminate()
        time.sleep(0.2)
    process.join(60)
    assert process.exitcode == 0
    assert words() == ["w begun", "w ended"]


def test_a_failed_job_is_put_off_and_tried_again_later(tasks: Tasks, app: Flask) -> None:
    with transaction():
        tasks.defer("words.fail")
    process = worker(tasks, app)
    attempts = text("SELECT attempts FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at > now()")

    def put_off() -> bool:
        with db.engine.connect() as connection:
            return connection.execute(attempts).scalars().all() == [1]

    eventually(put_off)
    process.terminate()
    process.join(60)


def test_another_worker_takes_over_what_a_killed_one_left(
    tasks: Tasks, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEARTBEAT", 0.5)
    monkeypatch.setattr(module, "STALLED_AFTER", 5.0)
    with transaction():
        tasks.defer("words.write_slowly", word="w")
    first = worker(tasks, app)
    eventually(lambda: words() == ["w begun"])
    os.kill(first.pid or 0, signal.SIGKILL)
    first.join()
    second = worker(tasks, app)
    eventually(lambda: "w ended" in words())
    assert words() == ["w begun", "w begun", "w ended"]
    second.terminate()
    second.join(60)


def test_jobs_that_failed_long_ago_are_forgotten(tasks: Tasks) -> None:
    with transaction():
        long_ago = tasks.defer("words.fail")
        tasks.defer("words.fail")
        tasks.defer("words.write", word="a")
        db.session.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'words.fail'"))
        older = text("UPDATE procrastinate_events SET at = at - interval '91 days' WHERE job_id = :job")
        db.session.execute(older, {"job": long_ago})
    module.forget_failed_jobs()
    assert statuses() == ["failed", "todo"]


def test_a_periodic_task_is_due_by_the_local_clock(tasks: Tasks, app: Flask) -> None:
    ran = []
    tasks.periodic("words.nightly", "30 2 * * *")(lambda: ran.append(clock.now()))
    due = tasks.queue_of(app).periodic_registry.periodic_tasks["words.nightly", ""]
    asked = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)  # four in the morning in Yueyang
    due.croniter.set_current(asked.timestamp())
    assert datetime.fromtimestamp(due.croniter.get_prev(float), UTC) == datetime(2026, 3, 8, 18, 30, tzinfo=UTC)
    due.task(timestamp=1)
    assert len(ran) == 1


def test_a_worker_makes_up_for_a_periodic_task_missed_in_the_night(tasks: Tasks, app: Flask, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    missed = clock.local(clock.now()) - timedelta(hours=5)
    tasks.periodic("words.nightly", f"{missed.minute} {missed.hour} * * *")(trace.touch)
    process = worker(tasks, app)
    eventually(trace.exists)
    process.terminate()
    process.join(60)
