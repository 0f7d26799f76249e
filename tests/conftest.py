"""A real PostgreSQL for every test: one database a worker, made from the migrations, rolled back after each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app import create_app, database_url
from app.demo.reference import load_reference
from app.kernel.database import db, transaction
from config import Config


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def make_database(server: str, name: str) -> str:
    """Make an empty database on the test server and give its address."""
    url = make_url(server)
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, name: str) -> None:
    """Drop a database that a test run made."""
    admin = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    admin.dispose()


@pytest.fixture(scope="session")
def server() -> str:
    """The address of a PostgreSQL server (DATABASE_URL, else the embedded one); its own database is never opened."""
    return database_url(Config.from_environment())


@pytest.fixture(scope="session")
def settings(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of a fresh, migrated database with regions, occupations and the example policy."""
    name = f"sidan_test_{os.getpid()}_{_worker()}"
    var = Path(tmp_path_factory.mktemp("var"))
    found = Config(
        DATABASE_URL=make_database(server, name), VAR=var, FONTS=Config.from_environment().VAR / "fonts", DEMO=True
    )
    app = create_app(found)
    with app.app_context():
        upgrade()
        with transaction():
            load_reference()
        db.session.remove()
        db.engine.dispose()
    yield found
    drop_database(server, name)


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
