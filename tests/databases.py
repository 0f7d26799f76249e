"""Databases for tests: made once from the migrations, then copied, which takes a fraction of a second."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.kernel.database import db
from config import Config


def _on_server(server: str, *statements: str) -> None:
    admin = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def make_database(server: str, name: str, template: str = "template0") -> str:
    """Make a database on the test server, empty or as a copy of one that nobody is connected to; gives its address."""
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _on_server(server, drop, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, name: str) -> None:
    """Drop a database that a test run made."""
    _on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def settings_of(url: str, var: Path) -> Config:
    """Settings of an app on this database, with files of its own and the fonts that are already there."""
    return Config(DATABASE_URL=url, VAR=var, FONTS=Config.from_environment().VAR / "fonts", DEMO=True)


def name_of(settings: Config) -> str:
    """The name of the database in these settings."""
    return str(make_url(settings.DATABASE_URL or "").database)


@contextmanager
def a_copy(server: str, template: str, word: str, var: Path) -> Iterator[Config]:
    """Settings of a copy of the template, which is dropped at the end."""
    name = f"{template}_{word}"
    yield settings_of(make_database(server, name, template), var)
    drop_database(server, name)


def let_go() -> None:
    """End the session and every connection of the app whose context this is."""
    db.session.remove()
    db.engine.dispose()
