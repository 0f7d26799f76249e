"""A town of its own for the journeys: accounts, schools, budgets; everything else is done on its pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import create_app
from app.demo.reference import load_reference
from app.kernel.database import db, transaction
from config import Config
from tests.conftest import _worker, drop_database, make_database
from tests.journey.town import Town, found_town


@contextmanager
def a_town(server: str, var: Path, name: str) -> Iterator[Town]:
    """A town on a database of its own."""
    found = Config(
        DATABASE_URL=make_database(server, name), VAR=var, FONTS=Config.from_environment().VAR / "fonts", DEMO=True
    )
    app = create_app(found)
    app.config.update(TESTING=True)
    with app.app_context():
        upgrade()
        with transaction():
            load_reference()
        found_town()
        db.session.remove()
    yield Town(app)
    with app.app_context():
        db.engine.dispose()
    drop_database(server, name)


@pytest.fixture(scope="session")
def town(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town a worker; journeys don't undo what they did, each makes its own orders, courses and classes."""
    with a_town(server, tmp_path_factory.mktemp("town"), f"sidan_test_town_{os.getpid()}_{_worker()}") as found:
        yield found


@pytest.fixture
def town_of_its_own(server: str, tmp_path: Path) -> Iterator[Town]:
    """A town for one test alone."""
    with a_town(server, tmp_path, f"sidan_test_own_{os.getpid()}_{_worker()}") as found:
        yield found
