"""A town of its own for the journeys: accounts, schools, budgets; everything else is done on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import create_app
from tests.databases import a_copy, let_go
from tests.journey.town import Town, found_town


@contextmanager
def a_town(server: str, template: str, word: str, var: Path) -> Iterator[Town]:
    """A town on a database of its own."""
    with a_copy(server, template, word, var) as found:
        app = create_app(found)
        app.config.update(TESTING=True)
        with app.app_context():
            found_town()
            let_go()
        yield Town(app)
        with app.app_context():
            let_go()


@pytest.fixture(scope="session")
def town(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town a worker; journeys don't undo what they did, each makes its own orders, courses and classes."""
    with a_town(server, template, "town", tmp_path_factory.mktemp("town")) as found:
        yield found


@pytest.fixture
def town_of_its_own(server: str, template: str, tmp_path: Path) -> Iterator[Town]:
    """A town for one test alone."""
    with a_town(server, template, "own", tmp_path) as found:
        yield found
