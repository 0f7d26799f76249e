"""A real PostgreSQL for every test: one database a worker, made from the migrations, rolled back after each test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from app import create_app, database_url
from app.demo.reference import load_reference
from app.demo.story.whole import tell_whole_story
from app.kernel.database import db, transaction
from config import Config
from tests.databases import a_copy, drop_database, let_go, make_database, settings_of

pytest.register_assert_rewrite("tests.making.story")


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a PostgreSQL server (DATABASE_URL, else the embedded one); its own database is never opened."""
    return database_url(Config.from_environment())


@pytest.fixture(scope="session")
def template(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database with regions, occupations and the example policy, to copy from; nobody writes in it."""
    name = f"sidan_test_{os.getpid()}_{_worker()}"
    var = tmp_path_factory.mktemp("template")
    app = create_app(settings_of(make_database(server, name), var))
    with app.app_context():
        upgrade()
        with transaction():
            load_reference()
        let_go()
    yield name
    drop_database(server, name)


@pytest.fixture(scope="session")
def settings(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of the database where tests work in transactions that are rolled back."""
    with a_copy(server, template, "shared", tmp_path_factory.mktemp("var")) as found:
        yield found


@pytest.fixture(scope="session")
def events_made(settings: Config) -> Iterator[Callable[[], Any]]:
    """Asks, beside every test, how many events stand committed in the shared database."""
    url = make_url(settings.DATABASE_URL or "").set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as watcher:
        yield lambda: watcher.execute("SELECT count(*) FROM audit_events").fetchone()


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test may leave rows in the shared database, where others would count them: `raced` is for committed rows."""
    if "settings" not in request.fixturenames:
        yield
        return
    count = request.getfixturevalue("events_made")
    before = count()
    yield
    assert count() == before, "rows were left in the shared database: whatever anyone makes there leaves an event"


@pytest.fixture(scope="session")
def told(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """A database where the demo story was told, to copy from, with its files; ask for it in the group "demo" only."""
    with a_copy(server, template, "told", tmp_path_factory.mktemp("told")) as found:
        made = create_app(found)
        with made.app_context():
            assert tell_whole_story()
            let_go()
        yield found


@pytest.fixture(scope="module")
def raced(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on a database of this file's own, where every row is really committed; it is dropped at the end."""
    with a_copy(server, template, "raced", tmp_path_factory.mktemp("raced")) as found:
        made = create_app(found)
        made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, MENU_KEPT=False)
        yield made
        with made.app_context():
            let_go()


@pytest.fixture(scope="session")
def app(settings: Config) -> Iterator[Flask]:
    """The app, as it runs, on the test database."""
    made = create_app(settings)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False, MENU_KEPT=False)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """A session inside a transaction that is rolled back; commits inside become savepoints."""
    with app.app_context():
        connection = db.engine.connect()
        outer = connection.begin()
        db.session.remove()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint", binds={})
        try:
            yield db.session
        finally:
            db.session.remove()
            db.session.configure(bind=None)
            outer.rollback()
            connection.close()


class Browser(FlaskClient):
    """A client whose every request starts with a clean `g`, although they share the test's app context."""

    def open(self, *args: Any, **more: Any) -> Any:
        """Forget who the last request was, then ask."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **more)


@pytest.fixture
def client(app: Flask, session: Any) -> FlaskClient:  # noqa: ARG001  # a client works inside the test's transaction
    """A browser of sorts."""
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[Any], FlaskClient]:
    """Sign the client in as an account (or as a laborer's session)."""

    def enter(user: Any) -> FlaskClient:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = user.get_id()
            cookie["_fresh"] = True
        return client

    return enter
