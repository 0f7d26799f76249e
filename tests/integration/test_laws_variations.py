"""Unapproved substitution is impossible: every way by raw SQL breaks a named law; decisions race with real threads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.classes import queries
from app.classes import service as classes
from app.classes.models import Variation
from app.classes.queries.openings import spare_places
from app.classes.rules import SeatStatus, VariationKind, VariationStatus
from app.enrollments import service as enrollments
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import constraint_of, db
from app.kernel.errors import Refused
from app.ledger.models import Pot
from app.ledger.queries import balances
from tests.making.classes import begin_class, clerk_of, enter, make_approved_class, make_order, make_person, officer
from tests.making.locked import change, first_seat, two_locked
from tests.racing import committed, race

K = VariationKind


def broken(app: Flask, *statements: str, **values: object) -> str | None:
    """The law that these statements, in one transaction of the application's own database role, break."""
    with app.app_context():
        try:
            for statement in statements:
                wanted = {key: value for key, value in values.items() if f":{key}" in statement}
                db.session.execute(text(statement), wanted)
            db.session.commit()
        except IntegrityError as error:
            return constraint_of(error)
        finally:
            db.session.rollback()
            db.session.remove()
    return None


@pytest.fixture(scope="module")
def locked(raced: Flask) -> dict[str, Any]:
    """The numbers of two locked classes of one course, of a third person, and of another order and teacher."""

    def ready() -> dict[str, Any]:
        pair, other = two_locked(2, 2), two_locked(1, 1)
        one, two = queries.active_seats(pair.one.id)
        return {
            "class_id": pair.one.id,
            "other_class": pair.two.id,
            "seat_id": one.id,
            "second_seat": two.id,
            "theirs": first_seat(pair.two).person_id,
            "person_id": make_person().id,
            "order_id": make_order().id,
            "teacher_id": other.at.teacher.id,
            "assessor_id": other.at.assessor.id,
            "site_id": other.at.site.id,
            "session_id": queries.sessions_of(pair.one.id)[0].id,
            "second_session": queries.sessions_of(pair.one.id)[1].id,
        }

    found: dict[str, Any] = committed(raced, ready)
    return found


NEW_SEAT = (
    "INSERT INTO seats (status, class_id, person_id, place_no, livelihood, created_at)"
    " VALUES ('fixed', :class_id, :person_id, 3, '', now())"
)
NEW_SESSION = (
    'INSERT INTO class_sessions (class_id, "on", half, starts_at, ends_at, hours, minutes, kind, topic, teacher_id)'
    " SELECT class_id, \"on\" + 90, half, starts_at + interval '90 days', ends_at + interval '90 days', hours, 0, kind,"
    " topic, teacher_id FROM class_sessions WHERE id = :session_id"
)
MAKE_UP = NEW_SESSION.replace("teacher_id)", "teacher_id, makes_up_id)").replace(
    "teacher_id FROM", "teacher_id, id FROM"
)
SUBSTITUTIONS = {
    "a person in a seat": ("UPDATE seats SET person_id = :person_id WHERE id = :seat_id", "law_seats_locked"),
    "one of the other class in a seat": (
        "UPDATE seats SET person_id = :theirs WHERE id = :seat_id",
        "law_seats_locked",
    ),
    "a seat of the other class": ("UPDATE seats SET class_id = :other_class WHERE id = :seat_id", "law_seats_locked"),
    "the place of a seat": ("UPDATE seats SET place_no = 9 WHERE id = :seat_id", "law_seats_locked"),
    "the livelihood of a seat": ("UPDATE seats SET livelihood = '别的' WHERE id = :seat_id", "law_seats_locked"),
    "the post of a seat": (
        "UPDATE seats SET order_id = :order_id, post_number = 1 WHERE id = :seat_id",
        "law_seats_locked",
    ),
    "a seat moved away": ("UPDATE seats SET status = 'moved' WHERE id = :seat_id", "law_seats_locked"),
    "a seat inserted": (NEW_SEAT, "law_seats_locked"),
    "a seat deleted": ("DELETE FROM seats WHERE id = :seat_id", "law_seats_locked"),
    "the teacher of a session": (
        "UPDATE class_sessions SET teacher_id = :teacher_id WHERE id = :session_id",
        "law_sessions_locked",
    ),
    "the hours of a session": ("UPDATE class_sessions SET hours = 1 WHERE id = :session_id", "law_sessions_locked"),
    "the day of a session": (
        'UPDATE class_sessions SET "on" = "on" + 90 WHERE id = :session_id',
        "law_sessions_locked",
    ),
    "the kind of a session": (
        "UPDATE class_sessions SET kind = 'practice' WHERE id = :session_id",
        "law_sessions_locked",
    ),
    "a session of the other class": (
        "UPDATE class_sessions SET class_id = :other_class WHERE id = :session_id",
        "law_sessions_locked",
    ),
    "a session deleted": ("DELETE FROM class_sessions WHERE id = :session_id", "law_sessions_locked"),
    "a session inserted": (NEW_SESSION, "law_sessions_locked"),
    "a make-up session inserted": (MAKE_UP, "law_sessions_locked"),
    "an ordinary session called a make-up": (
        "UPDATE class_sessions SET makes_up_id = :second_session WHERE id = :session_id",
        "law_makeups_within_missed",
    ),
    "somebody let into a session": (
        "INSERT INTO makeup_seats (session_id, seat_id) VALUES (:session_id, :seat_id)",
        "law_sessions_locked",
    ),
    "the site": ("UPDATE classes SET site_id = :site_id WHERE id = :class_id", "law_classes_locked"),
    "the region": ("UPDATE classes SET region_code = '430626' WHERE id = :class_id", "law_classes_locked"),
    "the order": ("UPDATE classes SET order_id = :order_id WHERE id = :class_id", "law_classes_locked"),
    "the direction": ("UPDATE classes SET direction_note = '别的' WHERE id = :class_id", "law_classes_locked"),
    "the days": ("UPDATE classes SET end_on = end_on + 1 WHERE id = :class_id", "law_classes_locked"),
    "the assessor": ("UPDATE classes SET assessor_id = :assessor_id WHERE id = :class_id", "law_classes_locked"),
    "the mode": ("UPDATE classes SET mode = 'taster' WHERE id = :class_id", "law_classes_locked"),
    "the version": ("UPDATE classes SET fix_version = 3 WHERE id = :class_id", "law_classes_locked"),
    "the class deleted": ("DELETE FROM classes WHERE id = :class_id", "law_classes_locked"),
}


@pytest.mark.parametrize("what", list(SUBSTITUTIONS))
def test_nothing_of_a_locked_class_is_substituted_by_raw_sql(raced: Flask, locked: dict[str, Any], what: str) -> None:
    statement, law = SUBSTITUTIONS[what]
    assert broken(raced, statement, **locked) == law


ASKED = (
    "INSERT INTO variations (status, class_id, kind, reason, before, after, asked_by, asked_at, decision_note)"
    " VALUES ('asked', :class_id, 'change_post', 'x', '{}', '{}', 'user:1', now(), '')"
)
APPROVED = (
    "UPDATE variations SET status = 'approved', decided_by = 'user:2', decided_at = now() WHERE class_id = :class_id"
)
SWAP = (
    "UPDATE seats SET person_id = :person_id,"
    " variation_id = (SELECT max(id) FROM variations WHERE class_id = :class_id) WHERE id = :seat_id"
)


def test_a_variation_typed_in_without_its_events_opens_nothing(raced: Flask, locked: dict[str, Any]) -> None:
    assert broken(raced, ASKED, APPROVED, SWAP, **locked) == "law_seats_locked"


def test_an_emergency_in_force_opens_the_lock_once(raced: Flask) -> None:
    def ready() -> dict[str, Any]:
        row = begin_class(make_approved_class(1))
        lesson = queries.sessions_of(row.id)[2]
        after = {"session_id": lesson.id, "on": (row.end_on + timedelta(days=1)).isoformat(), "half": "morning"}
        with clock.at(lesson.starts_at - timedelta(minutes=5)):
            one = classes.report_emergency(row, K.MOVE_SESSION, after, "下雨", by=clerk_of(row))
        return {"variation_id": one.id, "session_id": lesson.id, "class_id": row.id}

    numbers = committed(raced, ready)
    late = "UPDATE variations SET asked_at = session_starts_at WHERE id = :variation_id"
    assert broken(raced, late, **numbers) == "ck_variations_reported_before_the_session"
    timeless = "UPDATE variations SET ratify_by = NULL WHERE id = :variation_id"
    assert broken(raced, timeless, **numbers) == "ck_variations_only_emergencies_in_force"
    again = "UPDATE class_sessions SET hours = 8 WHERE id = :session_id"
    assert broken(raced, again, **numbers) == "law_sessions_locked"
    by = committed(raced, officer)

    def ratify_and_touch() -> str | None:
        with raced.app_context():
            variation = db.session.get_one(Variation, numbers["variation_id"])
            with clock.at(variation.asked_at):
                classes.decide_emergency(variation, ratify=True, by=by)
            db.session.execute(text(again), {"session_id": numbers["session_id"]})
        return None

    with pytest.raises(IntegrityError, match="is locked"):
        ratify_and_touch()


def test_a_make_up_session_never_has_more_hours_than_were_missed(raced: Flask) -> None:
    def ready() -> dict[str, Any]:
        row = begin_class(make_approved_class(1))
        missed = queries.sessions_of(row.id)[0]
        with clock.at(missed.ends_at + timedelta(hours=1)):
            on = (row.end_on + timedelta(days=1)).isoformat()
            after = {"session_id": missed.id, "on": on, "half": "morning", "hours": 4, "seat_ids": [first_seat(row).id]}
            change(row, K.MAKE_UP, **after)
            return {
                "class_id": row.id,
                "seat_id": first_seat(row).id,
                "variation_id": queries.variations_of(row.id)[0].id,
            }

    numbers = committed(raced, ready)
    more = "UPDATE class_sessions SET hours = 5 WHERE class_id = :class_id AND makes_up_id IS NOT NULL"
    assert broken(raced, more, **numbers) in {"law_makeups_within_missed", "law_sessions_locked"}
    out = "DELETE FROM makeup_seats WHERE seat_id = :seat_id"
    assert broken(raced, out, **numbers) == "law_sessions_locked"


# races


def decide(variation_id: int, by: Any) -> Callable[[], Any]:
    """Approve a variation, in a thread of its own."""

    def act() -> str:
        variation = db.session.get_one(Variation, variation_id)
        classes.decide_variation(variation, approve=True, by=by)
        return variation.status

    return act


def outcome(got: list[Any]) -> tuple[int, int]:
    """How many were done, how many refused."""
    return sum(not isinstance(one, Refused) for one in got), sum(isinstance(one, Refused) for one in got)


def test_two_officers_at_once_decide_once(raced: Flask) -> None:
    def ready() -> tuple[int, int, Any, Any]:
        pair = two_locked()
        after = {"seat_id": first_seat(pair.one).id, "class_id": pair.two.id}
        one = classes.ask_variation(pair.one, K.TRANSFER, after, "换个时间", by=clerk_of(pair.one))
        return pair.two.id, one.id, officer(), officer()

    class_id, variation_id, one, two = committed(raced, ready)
    assert outcome(race(raced, [decide(variation_id, one), decide(variation_id, two)])) == (1, 1)
    with raced.app_context():
        assert [fix.version for fix in queries.fixes_of(class_id)] == [1, 2]


def test_two_people_who_transfer_to_the_last_place_get_one(raced: Flask) -> None:
    def ready() -> tuple[int, int, list[int], list[Any]]:
        pair = two_locked(2, 2)
        asked = [
            classes.ask_variation(
                pair.one, K.TRANSFER, {"seat_id": seat.id, "class_id": pair.two.id}, "换个时间", by=clerk_of(pair.one)
            ).id
            for seat in queries.active_seats(pair.one.id)
        ]
        return pair.two.id, pair.budget_id, asked, [officer(), officer()]

    class_id, budget_id, asked, by = committed(raced, ready)
    with raced.app_context():
        before = balances(budget_id)[Pot.RESERVED]
    assert outcome(race(raced, [decide(number, who) for number, who in zip(asked, by, strict=True)])) == (1, 1)
    with raced.app_context():
        row = queries.training_class(class_id)
        assert (row.seats_taken, spare_places(row)) == (3, [])
        assert balances(budget_id)[Pot.RESERVED] == before


def test_a_refill_and_a_transfer_never_share_a_place(raced: Flask) -> None:
    """The transfer was asked for while the place was free; meanwhile it was promised to the waiting list."""

    def ready() -> tuple[int, list[int], list[Any]]:
        pair = two_locked(2, 2, capacity=2)
        left = classes.withdraw_seat(first_seat(pair.two), reason="外出务工", by=SYSTEM)
        after = {"seat_id": first_seat(pair.one).id, "class_id": pair.two.id}
        moves = classes.ask_variation(pair.one, K.TRANSFER, after, "换个时间", by=clerk_of(pair.one))
        waiting = enter(pair.two)
        enrollments.accept(waiting, by=SYSTEM)
        (refill,) = [
            one
            for one in queries.variations_of(pair.two.id)
            if (one.kind, one.status) == (K.REFILL, VariationStatus.ASKED)
        ]
        assert left.status == VariationStatus.APPROVED
        return pair.two.id, [moves.id, refill.id], [officer(), officer()]

    class_id, asked, by = committed(raced, ready)
    assert outcome(race(raced, [decide(number, who) for number, who in zip(asked, by, strict=True)])) == (1, 1)
    with raced.app_context():
        seats = queries.active_seats(class_id)
        assert [seat.place_no for seat in seats] == [1, 2]
        assert all(seat.status == SeatStatus.FIXED for seat in seats)


def test_two_who_swap_classes_at_once_do_not_wait_for_each_other(raced: Flask) -> None:
    def ready() -> tuple[list[int], list[int], list[Any]]:
        pair = two_locked(2, 2)
        asked = [
            classes.ask_variation(
                row, K.TRANSFER, {"seat_id": first_seat(row).id, "class_id": other.id}, "换个时间", by=clerk_of(row)
            ).id
            for row, other in ((pair.one, pair.two), (pair.two, pair.one))
        ]
        return [pair.one.id, pair.two.id], asked, [officer(), officer()]

    class_ids, asked, by = committed(raced, ready)
    got = race(raced, [decide(number, who) for number, who in zip(asked, by, strict=True)])
    assert outcome(got) == (2, 0), got
    with raced.app_context():
        assert [queries.training_class(number).seats_taken for number in class_ids] == [2, 2]
        assert [queries.training_class(number).fix_version for number in class_ids] == [3, 3]
