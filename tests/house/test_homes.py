"""Each role's home: few queries, and every link on it opens for whoever sees it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.desk import items
from app.desk.homes import BUILDERS, home_of
from app.desk.trace import KINDS
from app.kernel.access import Actor, Role
from app.kernel.database import db
from tests.house.conftest import Stage
from tests.makers import COUNTY
from tests.making.world import actor_of

MOST_QUERIES = 18


@contextmanager
def queries(stage: Stage) -> Iterator[list[str]]:
    """The queries sent within the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(stage.connection, "before_cursor_execute", note)
    yield sent
    event.remove(stage.connection, "before_cursor_execute", note)


def test_every_role_has_a_home() -> None:
    assert set(BUILDERS) == set(Role)


def test_every_room_that_homes_lead_to_is_there(app: Flask) -> None:
    rooms = [room for room in vars(items).values() if isinstance(room, items.Room)]
    assert len(rooms) > 12
    wanted = {endpoint for room in rooms for endpoint in (room.listing, room.row)}
    assert wanted - set(app.view_functions) == set()


@pytest.mark.parametrize("role", list(Role))
def test_a_home_asks_little_and_every_link_on_it_opens(stage: Stage, role: Role) -> None:
    account = stage.world.inside[role]
    by = actor_of(account)
    with stage.app.test_request_context("/home"), queries(stage) as sent:
        home = home_of(by)
    assert len(sent) <= MOST_QUERIES, "\n".join(sent)
    assert home.now or home.waiting or home.standing
    links = {item.url for item in (*home.now, *home.waiting)} | {figure.url for figure in home.standing if figure.url}
    assert all(item.url for item in (*home.now, *home.waiting))
    closed = [f"{url}: {stage.ask(account.get_id(), 'GET', url)}" for url in sorted(links)]
    assert [told for told in closed if not told.endswith(": 200")] == []


def test_several_roles_make_one_home(stage: Stage) -> None:
    roles = frozenset({Role.TRAINING_OFFICER, Role.AUDITOR})
    both = Actor("user:0", "两岗", roles=roles, area=(COUNTY,))
    with stage.app.test_request_context("/home"):
        merged = home_of(both)
        alone = [home_of(Actor("user:0", "一岗", roles=frozenset({role}), area=(COUNTY,))) for role in roles]
    assert {item.label for item in merged.now} == {item.label for home in alone for item in home.now}
    assert len(merged.standing) == len({figure.label for figure in merged.standing})


def test_the_chain_is_the_same_from_every_row_of_it(stage: Stage) -> None:
    rows, client = stage.world.rows, stage.app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = stage.world.inside[Role.AUDITOR].get_id(), True
    names = {"seat": "seat_id", "line": "line_id", "payment": "transfer_id"}
    for kind in KINDS:
        page = client.get(f"/trace/{kind}/{rows[names.get(kind, f'{kind}_id')]}")
        assert page.status_code == 200, kind
        text = page.get_data(as_text=True)
        for row, table in (("order_id", "orders"), ("class_id", "classes"), ("claim_id", "claims")):
            assert f'href="/{table}/{rows[row]}"' in text, f"{kind} does not lead to {table}"
        assert re.search(r"QK\d+", text), f"{kind} does not lead to the payment"
        assert "比上一步多" not in text, "ordered ≥ seated ≥ certified ≥ claimed ≥ paid"


def test_events_and_finds_stay_within_the_area(stage: Stage) -> None:
    number = db.session.connection().exec_driver_sql("SELECT number FROM claims ORDER BY id LIMIT 1").scalar()
    for where, found in ((stage.world.inside, True), (stage.world.outside, False)):
        client = stage.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = where[Role.AUDITOR].get_id(), True
        assert (f"/trace/claim/{stage.world.rows['claim_id']}" in client.get(f"/trace?q={number}").text) is found
        assert (f"/claims/{stage.world.rows['claim_id']}" in client.get("/events?subject=claims").text) is found
