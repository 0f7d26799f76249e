"""What a browser is told when something is wrong: plain words, the right code, never a stack trace."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from app.kernel import database
from app.kernel.database import db
from config import Config


@pytest.fixture
def lost(settings: Config) -> Iterator[Flask]:
    """An app whose database is away."""
    app = create_app(replace(settings, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nowhere", DEMO=False))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/notices", "/verify/abc", "/home"])
def test_a_lost_database_is_a_503_that_says_so(lost: Flask, path: str) -> None:
    client = lost.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "user:1:1"
    answer = client.get(path)
    assert answer.status_code == 503
    assert "数据" in answer.text
    assert "Traceback" not in answer.text


def test_a_connection_that_died_while_nobody_used_it_is_replaced(raced: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with raced.app_context():
        died = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            db.session.remove()
            other.execute(text("SET ROLE NONE"))
            assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": died})
            other.invalidate()
        monkeypatch.setattr(database, "IDLE", 0.0)
        assert db.session.scalar(text("SELECT pg_backend_pid()")) not in {None, died}
        db.session.remove()


def test_a_file_of_fifty_megabytes_gets_a_clear_page(client: FlaskClient) -> None:
    body = b"--x\r\n" + b"x" * 50 * 1024 * 1024
    answer = client.post("/organizations/apply", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_an_error_of_ours_shows_no_code(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    view: Callable[[], str] = broken
    monkeypatch.setitem(app.view_functions, "policies.list_policies", view)
    monkeypatch.setitem(app.config, "TESTING", None)
    answer = client.get("/policies")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_an_unknown_address_is_a_page_with_a_way_onward(client: FlaskClient) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_a_stale_form_is_told_so(settings: Config) -> None:
    app = create_app(settings)
    answer = app.test_client().post("/sign-in", data={"login_name": "a", "password": "b"})
    assert answer.status_code == 422
    assert "重新打开" in answer.text
    with app.app_context():
        db.engine.dispose()


def test_every_page_carries_the_headers(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
