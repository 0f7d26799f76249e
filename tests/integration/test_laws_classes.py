"""The laws of classes, tried with raw SQL and real threads, on committed rows of a database of their own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.classes import queries
from app.classes import service as classes
from app.classes.models import Seat
from app.classes.rules import Half, VariationKind
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import constraint_of, db, transaction
from app.kernel.errors import Refused
from tests.making.classes import (
    approve_class,
    clerk_of,
    file_class,
    make_approved_class,
    make_class,
    make_person,
    make_school_set,
    officer,
    one_session,
)
from tests.making.ledger import make_budget
from tests.racing import committed, race


def broken(app: Flask, *statements: str, **values: object) -> str | None:
    """The law that these statements, in one transaction of the application's own database role, break."""
    with app.app_context():
        try:
            for statement in statements:
                db.session.execute(text(statement), values)
            db.session.commit()
        except IntegrityError as error:
            return constraint_of(error)
        finally:
            db.session.rollback()
            db.session.remove()
    return None


SEAT = (
    "INSERT INTO seats (status, class_id, person_id, place_no, livelihood, created_at)"
    " VALUES ('held', :class_id, :person_id, :place_no, '', now())"
)
UNLAWFUL_VARIATION = (
    "INSERT INTO variations (status, class_id, kind, reason, before, after, asked_by, asked_at, decision_note)"
    " VALUES ('asked', :class_id, 'refill', 'x', '{}', '{}', 'user:1', now(), '')"
)


# I1: never more seats than capacity


def test_i1_raw_sql_cannot_seat_one_too_many(raced: Flask) -> None:
    def full() -> tuple[int, int]:
        row = make_class(capacity=1)
        classes.claim_seat(row.id, make_person().id, by=SYSTEM)
        return row.id, make_person().id

    class_id, person_id = committed(raced, full)
    values = {"class_id": class_id, "person_id": person_id, "place_no": 2}
    assert broken(raced, SEAT, **values) == "ck_classes_seats_within_capacity"
    assert broken(raced, SEAT, **{**values, "place_no": 1}) is not None
    uncount = "UPDATE classes SET seats_taken = 0 WHERE id = :class_id"
    assert broken(raced, uncount, SEAT, **values) == "law_seats_counted"
    shrink = "UPDATE classes SET capacity = 0 WHERE id = :class_id"
    assert broken(raced, shrink, class_id=class_id) is not None


def test_i1_twenty_people_at_once_get_eight_seats_and_twelve_numbers(raced: Flask) -> None:
    def ready() -> tuple[int, list[int]]:
        return make_class(capacity=8).id, [make_person().id for _number in range(20)]

    class_id, people = committed(raced, ready)

    def claim(person_id: int) -> Callable[[], Any]:
        return lambda: classes.claim_seat(class_id, person_id, by=SYSTEM)

    got = race(raced, [claim(person_id) for person_id in people])
    assert sorted(one.place_no for one in got if isinstance(one, Seat)) == list(range(1, 9))
    assert sorted(one for one in got if isinstance(one, int)) == list(range(1, 13))
    with raced.app_context():
        row = queries.training_class(class_id)
        assert (row.seats_taken, row.waiting_last) == (8, 12)


# I2: one person, one active seat in a class, and no two classes that overlap in time


def test_i2_one_person_racing_for_two_overlapping_classes_gets_one(raced: Flask) -> None:
    def ready() -> tuple[int, int, int]:
        at = make_school_set()
        one = make_class(at)
        return one.id, make_class(at, one.course).id, make_person().id

    one_id, two_id, person_id = committed(raced, ready)

    def claim(class_id: int) -> Callable[[], Any]:
        return lambda: classes.claim_seat(class_id, person_id, by=SYSTEM)

    got = race(raced, [claim(class_id) for class_id in (one_id, two_id, one_id, two_id)])
    assert len([seat for seat in got if isinstance(seat, Seat)]) == 1
    assert len([no for no in got if isinstance(no, Refused)]) == 3


def test_i2_raw_sql_cannot_lie_about_when_a_seat_meets(raced: Flask) -> None:
    def ready() -> tuple[int, int, int]:
        at = make_school_set()
        one = make_class(at)
        person = make_person()
        classes.claim_seat(one.id, person.id, by=SYSTEM)
        return one.id, make_class(at, one.course).id, person.id

    one_id, two_id, person_id = committed(raced, ready)
    values = {"class_id": two_id, "person_id": person_id, "place_no": 1}
    assert broken(raced, SEAT, **values) == "ex_seats_no_overlap"
    evade = SEAT.replace("created_at)", "created_at, sessions)").replace("now())", "now(), '{}')")
    assert broken(raced, evade, **values) == "ex_seats_no_overlap"
    forget = "UPDATE seats SET sessions = '{}' WHERE class_id = :one_id"
    assert broken(raced, forget, SEAT, one_id=one_id, **values) == "ex_seats_no_overlap"
    again = {"class_id": one_id, "person_id": person_id, "place_no": 2}
    assert broken(raced, SEAT, **again) == "uq_seats_person_active"


def test_i2_a_session_moved_onto_another_class_is_refused_by_the_database(raced: Flask) -> None:
    def ready() -> tuple[int, int]:
        at = make_school_set()
        day = clock.today() + timedelta(days=30)
        one, two = make_class(at), make_class(at, start_on=day + timedelta(days=60))
        classes.set_sessions(two, [one_session(at, day + timedelta(days=70), Half.MORNING)], by=at.by)
        person = make_person()
        classes.claim_seat(one.id, person.id, by=SYSTEM)
        classes.claim_seat(two.id, person.id, by=SYSTEM)
        return one.id, two.id

    one_id, two_id = committed(raced, ready)
    move = (
        "UPDATE class_sessions SET starts_at = s.starts_at, ends_at = s.ends_at"
        " FROM (SELECT starts_at, ends_at FROM class_sessions WHERE class_id = :one_id LIMIT 1) s"
        " WHERE class_id = :two_id"
    )
    assert broken(raced, move, one_id=one_id, two_id=two_id) == "ex_seats_no_overlap"


# I10: after approval the four fixes change only by a recorded, approved variation


def locked_class() -> dict[str, Any]:
    """The numbers of a locked class whose seats came by approval and, one of them, by an approved refill."""
    row = make_approved_class(2)
    seats = queries.active_seats(row.id)
    return {"class_id": row.id, "seat_id": seats[0].id, "person_id": make_person().id, "place_no": 3}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE classes SET site_id = (SELECT max(id) FROM sites) WHERE id = :class_id",
        "UPDATE classes SET direction_note = '别的去向' WHERE id = :class_id",
        "UPDATE classes SET capacity = capacity + 1 WHERE id = :class_id",
        "UPDATE classes SET start_on = start_on + 1, end_on = end_on + 1 WHERE id = :class_id",
        "UPDATE classes SET fix_version = 0, locked_version = NULL WHERE id = :class_id",
        "UPDATE seats SET person_id = :person_id WHERE id = :seat_id",
        "UPDATE seats SET livelihood = '别的去向' WHERE id = :seat_id",
        "UPDATE seats SET status = 'released' WHERE id = :seat_id",
        "UPDATE seats SET class_id = (SELECT min(id) FROM classes) WHERE id = :seat_id",
        "DELETE FROM seats WHERE id = :seat_id",
        "DELETE FROM class_sessions WHERE class_id = :class_id",
        "UPDATE class_sessions SET ends_at = ends_at + interval '1 minute' WHERE class_id = :class_id",
        SEAT,
    ],
)
def test_i10_raw_sql_cannot_touch_a_locked_class(raced: Flask, statement: str) -> None:
    numbers = committed(raced, locked_class)
    wanted = {key: value for key, value in numbers.items() if f":{key}" in statement}
    if "max(id) FROM sites" in statement:
        committed(raced, make_school_set)
    if "min(id) FROM classes" in statement:
        committed(raced, make_class)
    law = broken(raced, statement, **wanted)
    assert law in {"law_classes_locked", "law_seats_locked", "law_sessions_locked"}


def test_i10_a_version_needs_its_own_approved_variation(raced: Flask) -> None:
    numbers = committed(raced, locked_class)
    class_id = numbers["class_id"]
    bump = "UPDATE classes SET direction_note = '别的去向', fix_version = 2, locked_version = 2 WHERE id = :class_id"
    assert broken(raced, bump, class_id=class_id) == "fk_classes_lock"
    version = (
        "INSERT INTO class_fixes (class_id, version, facts, sha256, variation_id, fixed_at, fixed_by)"
        " SELECT :class_id, 2, '{}', 'x', max(id), now(), 'user:1' FROM variations WHERE class_id = :class_id"
    )
    assert broken(raced, bump, version, class_id=class_id) == "ck_class_fixes_changed_by_variation"
    law = broken(raced, UNLAWFUL_VARIATION, bump, version, class_id=class_id)
    assert law in {"law_fixes_by_approved_variation", "law_status_has_event"}


def test_i10_an_old_approval_does_not_open_the_lock_again(raced: Flask) -> None:
    def varied() -> dict[str, int]:
        row = approve_class(file_class(make_class(), 2))
        seat = queries.active_seats(row.id)[0]
        after = {"seat_id": seat.id, "livelihood": "岳父家鱼塘"}
        variation = classes.ask_variation(row, VariationKind.CHANGE_POST, after, "换了塘", by=clerk_of(row))
        classes.decide_variation(variation, approve=True, by=officer())
        return {"class_id": row.id, "seat_id": seat.id, "person_id": make_person().id, "variation_id": variation.id}

    numbers = committed(raced, varied)
    swap = "UPDATE seats SET person_id = :person_id, variation_id = :variation_id WHERE id = :seat_id"
    wanted = {key: numbers[key] for key in ("person_id", "variation_id", "seat_id")}
    assert broken(raced, swap, **wanted) == "law_seats_locked"
    reuse = (
        "INSERT INTO class_fixes (class_id, version, facts, sha256, variation_id, fixed_at, fixed_by)"
        " VALUES (:class_id, 3, '{}', 'x', :variation_id, now(), 'user:1')"
    )
    wanted = {key: numbers[key] for key in ("class_id", "variation_id")}
    assert broken(raced, reuse, **wanted) == "uq_class_fixes_variation"


def test_i10_versions_of_the_lock_only_grow(raced: Flask) -> None:
    class_id = committed(raced, locked_class)["class_id"]
    for statement in ("UPDATE class_fixes SET sha256 = 'x'", "DELETE FROM class_fixes"):
        with raced.app_context(), pytest.raises(DBAPIError, match="class_fixes"):
            db.session.execute(text(f"{statement} WHERE class_id = :class_id"), {"class_id": class_id})


def test_i10_two_officers_at_once_approve_a_class_once(raced: Flask) -> None:
    def ready() -> tuple[int, Any, Any]:
        return file_class(make_class(), 2).id, officer(), officer()

    class_id, one, two = committed(raced, ready)
    with raced.app_context(), transaction():
        row = queries.training_class(class_id)
        make_budget(100_000_000, year=row.start_on.year)

    def decide(by: Any) -> Callable[[], Any]:
        return lambda: classes.approve(queries.training_class(class_id), by=by).version

    got = race(raced, [decide(one), decide(two)])
    assert sorted(str(isinstance(one, Refused)) for one in got) == ["False", "True"]
    with raced.app_context():
        assert len(queries.fixes_of(class_id)) == 1
        assert len(queries.places_of(class_id)) == 2
