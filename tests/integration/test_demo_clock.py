"""The demo's clock goes forward only, and exists in demo mode only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import create_app
from app.demo import demo_clock
from app.kernel import clock
from app.kernel.database import db
from config import Config


@pytest.fixture(autouse=True)
def _true_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(demo_clock, "_asked_at", float("inf"))
    yield
    clock.run_ahead(timedelta(0))


def test_skipping_days_moves_today_and_says_so(client: FlaskClient) -> None:
    before = clock.today()
    assert client.post("/demo/clock", data={"days": "3"}).status_code == 303
    assert clock.today() == before + timedelta(days=3)
    assert (before + timedelta(days=3)).isoformat() in client.get("/demo/clock").text


@pytest.mark.parametrize("days", ["0", "-2", "61", "", "x"])
def test_it_never_goes_back_nor_too_far(client: FlaskClient, days: str) -> None:
    before = clock.today()
    assert client.post("/demo/clock", data={"days": days}).status_code == 422
    assert clock.today() == before


def test_the_database_refuses_a_clock_that_goes_back(session: Session) -> None:
    with pytest.raises(IntegrityError, match="never_back"), session.begin_nested():
        session.execute(text("INSERT INTO demo_clock VALUES (1, -1)"))


def test_outside_demo_mode_there_is_no_such_page(settings: Config) -> None:
    app = create_app(replace(settings, DEMO=False))
    assert app.test_client().get("/demo/clock").status_code == 404
    assert app.test_client().post("/demo/clock").status_code in {404, 422}
    with app.app_context():
        db.engine.dispose()
