"""The house stands: the app starts, the schema is there, and the laws of the ground floor hold."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rules import UserStatus
from app.audit import service as audit
from app.kernel.access import SYSTEM, Role
from app.kernel.database import transaction
from app.regions.models import Region
from app.regions.queries import full_name
from tests.makers import VILLAGE, make_user


def test_the_owners_village_is_among_the_regions(session: Session) -> None:
    assert session.query(Region).count() == 2049
    assert full_name(VILLAGE) == "汨罗市弼时镇湄江村村民委员会" or "湄江村" in full_name(VILLAGE)


def test_a_page_answers_with_a_strict_policy(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_a_status_without_its_event_is_refused(session: Session) -> None:
    with transaction():
        user = make_user(Role.AUDITOR)
    user.status = UserStatus.CLOSED
    with pytest.raises(IntegrityError, match="without its event"), transaction():
        session.flush()


def test_an_event_can_be_neither_changed_nor_deleted(session: Session) -> None:
    with transaction():
        user = make_user(Role.AUDITOR)
        audit.record(user, "seen", by=SYSTEM)
    for statement in ("UPDATE audit_events SET note = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(statement))
