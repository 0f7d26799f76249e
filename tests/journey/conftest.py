"""A town of its own for the journeys: accounts, schools, budgets; everything else is done on its pages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_migrate import upgrade

from app import create_app
from app.demo.reference import load_reference
from app.kernel.database import db, transaction
from config import Config
from tests.conftest import _worker, drop_database, make_database
from tests.journey.town import Town, found_town


@pytest.fixture(scope="session")
def town(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town a worker; journeys don't undo what they did, each makes its own orders, courses and classes."""
    name = f"sidan_test_journey_{os.getpid()}_{_worker()}"
    var = Path(tmp_path_factory.mktemp("town"))
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
