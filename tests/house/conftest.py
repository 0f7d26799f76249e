"""The little world, made once for each module that asks for it, and never kept."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
from flask import Flask, g, request, session, templating
from jinja2 import Template
from sqlalchemy import Connection
from werkzeug.exceptions import Forbidden

from app.kernel.database import db
from app.papers.printing import Printer
from tests.conftest import Browser
from tests.making.world import World, make_world


def _blank() -> bytes:
    """A file of one empty page, which readers open."""
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(file)
    return file.getvalue()


BLANK = _blank()


@dataclass
class Stage:
    """The world with the connection it lives on."""

    app: Flask
    world: World
    connection: Connection

    def is_refused(self, account: Any, method: str, path: str) -> bool:
        """Whether the guard stops an account before the view is reached."""
        for name in list(g):
            g.pop(name)
        with self.app.test_request_context(path, method=method):
            session["_user_id"], session["_fresh"] = account, True
            try:
                return self.app.preprocess_request() is not None
            except Forbidden:
                return True

    def ask(self, account: Any, method: str, path: str) -> int:
        """The status that an account gets; whatever the request did is undone."""
        db.session.remove()
        before = self.connection.begin_nested()
        try:
            client = self.app.test_client()
            if account is not None:
                with client.session_transaction() as cookie:
                    cookie["_user_id"], cookie["_fresh"] = account, True
            return client.open(path, method=method).status_code
        finally:
            db.session.remove()
            before.rollback()
            for name in list(g):
                g.pop(name)


def drawing_once() -> Callable[[Flask, Template, dict[str, Any]], str]:
    """Flask's drawing, once for each page: who may see it is asked of everybody, how it looks of the first."""
    drawn: set[tuple[str | None, str | None]] = set()

    def draw(app: Flask, template: Template, context: dict[str, Any]) -> str:
        page = (request.endpoint, template.name)
        if page in drawn:
            return ""
        drawn.add(page)
        app.update_template_context(context)
        return template.render(context)

    return draw


@pytest.fixture(scope="module")
def stage(app: Flask, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The little world inside a transaction that is rolled back; papers come out blank, since printing takes long."""
    app.test_client_class = Browser
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Printer, "render", lambda *_anything, **_more: BLANK)
        if request.path.name == "test_access.py":
            patch.setattr(templating, "_render", drawing_once())
        connection = db.engine.connect()
        outer = connection.begin()
        db.session.remove()
        db.session.configure(bind=connection, join_transaction_mode="create_savepoint", binds={})
        try:
            yield Stage(app, make_world(), connection)
        finally:
            db.session.remove()
            db.session.configure(bind=None)
            outer.rollback()
            connection.close()
