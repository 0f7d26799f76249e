"""The half-hour taster: again in one step, a way to the full course and to piecework, and never any money."""

from datetime import time, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.attendance import queries as attendance
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.enrollments.models import Enrollment
from app.funding import service as funding
from app.kernel import clock
from app.kernel.database import constraint_of, db
from app.kernel.errors import DomainError, Forbidden
from app.lessons import queries
from app.lessons import service as lessons
from app.messages.models import Message, MessageKind
from app.orders.rules import OrderKind
from app.people.models import SubsidyUse
from tests.making.classes import clerk_of, make_class, make_course, make_order, make_person, make_school_set
from tests.making.results import after, make_taster

pytestmark = pytest.mark.usefixtures("session")


def repeated(taster: TrainingClass, people: str, ended: str = "10:00") -> lessons.Repeated:
    """The taster again, two days later, just over."""
    session = sessions_of(taster.id)[0]
    moment = clock.moment_of(session.on + timedelta(days=2), 10, 5)
    with clock.at(moment):
        new = lessons.NewTaster(time.fromisoformat(ended), taster.site_id, session.teacher_id, people)
        return lessons.repeat_taster(taster, new, by=clerk_of(taster))


def lines(count: int) -> str:
    people = [make_person() for _number in range(count)]
    return "\n".join(f"{one.name}　{one.phone}" for one in people)


def test_a_taster_is_repeated_in_one_step_with_everybody_who_came() -> None:
    taster = make_taster(2)
    done = repeated(taster, lines(3) + "\n\n路人甲 13000000000")
    row = done.class_
    assert (row.status, row.paid, row.seats_taken) == (ClassStatus.ENDED, False, 3)
    assert done.unknown == ["路人甲 13000000000"]
    assert attendance.came(row.id) == {seat.id for seat in active_seats(row.id)}
    assert db.session.query(SubsidyUse).count() == 0
    assert {one.consent_note[:4] for one in db.session.query(Enrollment).filter_by(class_id=row.id)} == {"现场参加"}


@pytest.mark.parametrize(
    ("people", "ended", "field"), [("路人甲 13000000000", "10:00", "people"), ("", "10:00", "people")]
)
def test_a_taster_with_nobody_known_is_refused_at_the_field(people: str, ended: str, field: str) -> None:
    taster = make_taster(1)
    with pytest.raises(DomainError) as wrong:
        repeated(taster, people, ended)
    assert wrong.value.field == field


def test_a_taster_that_is_not_over_yet_is_refused_at_the_time() -> None:
    taster = make_taster(1)
    with pytest.raises(DomainError) as wrong:
        repeated(taster, lines(1), "11:00")
    assert wrong.value.field == "ended"


def test_a_phone_number_without_the_right_name_finds_nobody() -> None:
    taster, person = make_taster(1), make_person("李桂花")
    with pytest.raises(DomainError, match="一个人也没有找到"):
        repeated(taster, f"王五 {person.phone}")


def test_only_the_school_that_held_it_repeats_it_and_only_a_taster() -> None:
    taster, paid = make_taster(1), make_class()
    session = sessions_of(taster.id)[0]
    new = lessons.NewTaster(session.starts_at.time(), taster.site_id, session.teacher_id, "甲 13000000000")
    with pytest.raises(Forbidden):
        lessons.repeat_taster(taster, new, by=clerk_of(paid))
    with pytest.raises(Forbidden):
        lessons.repeat_taster(paid, new, by=clerk_of(paid))


# --- what it leads to ------------------------------------------------------------------------------------------------


def test_everybody_who_came_is_invited_once_to_the_full_course_of_the_trade_and_told_of_piecework() -> None:
    taster = make_taster(3)
    by, at = clerk_of(taster), make_school_set()
    trade = taster.course.occupation_id
    full = make_class(at, make_course(at, "farm_skills", occupation_id=trade, title="插花员", level=0))
    other = make_class()
    order = make_order(OrderKind.PIECEWORK)
    assert [one.id for one in queries.courses_after(taster)] == [full.id]
    assert other.course.occupation_id != trade
    assert [one.id for one in queries.piecework_after(taster)] == [order.id]
    assert lessons.invite(taster, full, by=by) == 3
    assert lessons.invite(taster, full, by=by) == 0
    assert lessons.invite(taster, order, by=by) == 3
    told = [row.text or "" for row in db.session.query(Message).filter_by(kind=MessageKind.INVITATION)]
    assert sum(f"/classes/{full.id}/about" in one for one in told) == 3
    assert sum("有活做" in one for one in told) == 3
    with pytest.raises(Forbidden):
        lessons.invite(taster, full, by=at.by)


# --- never claimed ---------------------------------------------------------------------------------------------------


def test_no_door_claims_for_a_taster() -> None:
    taster = make_taster(2)
    by = clerk_of(taster)
    with pytest.raises(DomainError):
        classes.file(taster, by=by)
    with after(sessions_of(taster.id)[0]):
        classes.end(taster, by=by)
        with pytest.raises(DomainError):
            funding.compile_claim(taster, by=by)
        classes.close_taster(taster, by=by)
        with pytest.raises(DomainError):
            funding.compile_claim(taster, by=by)


CLAIM = (
    "INSERT INTO claims (status, number, school_id, class_id, region_code, budget_id, policy_pack_id, created_by,"
    " created_at, version) VALUES ('draft', 'X1', :school, :class, :region, 1, 1, 'x', now(), 1)"
)
LINE = (
    "INSERT INTO claim_lines (status, claim_id, class_id, seat_id, person_id, payee, asked_fen, cut_fen, cut_reason,"
    " cut_contest, cut_final, in_payment_fen, paid_fen, quote, reason, first_passed, second_passed, version)"
    " VALUES ('open', 1, :class, :seat, 1, 'school', 100, 0, '', '', false, 0, 0, '{}', '', false, false, 1)"
)
RESERVED = "INSERT INTO class_places (class_id, number, status, reserved_fen) VALUES (:class, 1, 'reserved', 100)"
MADE_PAID = "UPDATE classes SET paid = true, fix_version = 1 WHERE id = :class"


@pytest.mark.parametrize("statement", [CLAIM, LINE, RESERVED, MADE_PAID], ids=["claim", "line", "reserve", "made paid"])
def test_the_database_claims_nothing_for_a_taster_whoever_asks(statement: str) -> None:
    taster = make_taster(1)
    seat = active_seats(taster.id)[0]
    row = {"school": taster.school_id, "class": taster.id, "region": taster.region_code, "seat": seat.id}
    with pytest.raises(IntegrityError, match=r"is a taster") as broken, db.session.begin_nested():
        db.session.execute(text(statement), row)
    assert constraint_of(broken.value) == "law_taster_never_claimed"
