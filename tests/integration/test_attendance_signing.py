"""People sign for themselves: whose signing counts, whose waits for the teacher, what hours come of it."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.models import AttendanceEntry, Signing
from app.attendance.queries import codes
from app.attendance.queries.checks import drawn_at, due_at, left_out
from app.attendance.rules import Moment, Presence, Way, Worry
from app.classes import service as classes
from app.classes.models import Seat, TrainingClass
from app.classes.queries import active_seats
from app.classes.signals import session_used
from app.enrollments import service as enrollments
from app.enrollments.queries import of_seat
from app.kernel import clock
from app.kernel.access import SYSTEM
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, Refused
from tests.making.attendance import FAR, HERE, first_session, into, person_actor, press
from tests.making.classes import approve_class, begin_class, clerk_of, make_class, make_person, officer
from tests.making.results import after, end_class, enroll, make_running_class, teacher_of

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every half-day is drawn for a check."""
    monkeypatch.setattr("app.attendance.queries.checks.drawn", lambda *_drawn: True)


def fence(class_: TrainingClass) -> None:
    """The site is where `HERE` is, 200 meters around."""
    class_.site.latitude, class_.site.longitude = Decimal(str(HERE.latitude)), Decimal(str(HERE.longitude))
    class_.site.radius_m = 200


def hours_of(seat: Seat) -> int:
    return queries.attended_hours(seat.class_id)[seat.id]


def test_in_and_out_by_the_code_on_the_screen_give_the_sessions_hours() -> None:
    class_ = make_running_class(2)
    session, (first, second) = first_session(class_), active_seats(class_.id)
    with into(session, -5):
        assert press(first).worries == ()
    with into(session, 60):
        press(second)
    with after(session):
        press(first, Moment.OUT)
        press(second, Moment.OUT)
        attendance.settle(session, by=teacher_of(class_))
    assert (hours_of(first), hours_of(second)) == (session.hours, 2)
    late = queries.entries_of(session.id)[second.id]
    assert late.presence is Presence.LATE
    assert late.method is Way.ROTATING_CODE
    assert late.grounds == [["晚到 %(n)s 分钟。", {"n": 60}]]


def test_the_same_press_sent_twice_is_one_signing_and_so_is_a_second_press() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    key = uuid.uuid4()
    with into(session, 0):
        assert press(seat, key=key).new
        assert not press(seat, key=key).new
        assert not press(seat).new
    assert len(queries.signings_of(session.id)) == 1


@pytest.mark.parametrize(
    ("told", "worry"),
    [
        ({"fresh": False}, Worry.OLD_CODE),
        ({"place": FAR}, Worry.FAR),
        ({"place": None}, Worry.NO_PLACE),
        ({"phone": ""}, Worry.NO_DEVICE),
    ],
)
def test_what_looks_odd_waits_for_the_teacher_and_is_never_refused(told: dict[str, object], worry: Worry) -> None:
    class_ = make_running_class(1)
    fence(class_)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        assert press(seat, **told).worries == (worry,)  # type: ignore[arg-type]  # one oddity each
        assert queries.signed_moments(session.id) == {}
        waiting = queries.waiting_of(session.id)[0]
        attendance.confirm(waiting, by=teacher_of(class_))
    counted = queries.signed_moments(session.id)[seat.id][Moment.IN]
    assert (counted.confirms_id, counted.signed_at) == (waiting.id, waiting.signed_at)
    assert counted.confirmed_by == teacher_of(class_).key
    assert not queries.waiting_of(session.id)


def test_a_code_photographed_and_sent_to_a_friend_waits_with_everything_that_speaks_against_it() -> None:
    class_ = make_running_class(2)
    fence(class_)
    session, (here, friend) = first_session(class_), active_seats(class_.id)
    with into(session, 0):
        press(here, phone="one phone")
        signed = press(friend, fresh=False, phone="one phone", place=FAR)
        assert signed.worries == (Worry.OLD_CODE, Worry.OTHER_DEVICE, Worry.FAR)
        waiting = queries.waiting_of(session.id)[0]
        assert waiting.distance_m is not None
        assert waiting.distance_m > 10_000
        attendance.refuse(waiting, reason="人没来", by=teacher_of(class_))
        with pytest.raises(Conflict, match="刚刚处理过"):
            attendance.confirm(waiting, by=teacher_of(class_))
    with after(session):
        attendance.settle(session, by=teacher_of(class_))
    assert friend.id not in queries.entries_of(session.id)


def test_a_second_person_on_one_phone_waits_even_where_the_first_left_hours_ago() -> None:
    class_ = make_running_class(2)
    session, (first, second) = first_session(class_), active_seats(class_.id)
    with into(session, 0):
        press(first, phone="shared")
    with after(session):
        assert press(second, Moment.OUT, phone="shared").worries == (Worry.OTHER_DEVICE,)


def test_nobody_confirms_their_own_signing_and_no_stranger_any() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        press(seat, fresh=False)
        waiting = queries.waiting_of(session.id)[0]
        with pytest.raises(Forbidden):
            attendance.confirm(waiting, by=person_actor(seat))
        with pytest.raises(Forbidden):
            attendance.confirm(waiting, by=officer())


def test_signing_is_open_from_an_hour_before_until_two_hours_after_and_says_so() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, -61), pytest.raises(Refused, match="前一小时"):
        press(seat)
    with clock.at(session.ends_at + timedelta(hours=2, minutes=1)), pytest.raises(Refused, match="已经结束"):
        press(seat)
    classes.suspend(class_, note="督查", by=officer())
    with into(session, 0), pytest.raises(Refused, match="暂停"):
        press(seat)


def test_somebody_who_is_not_in_the_class_is_told_so() -> None:
    class_, other = make_running_class(1), make_running_class(1)
    with into(first_session(class_), 0), pytest.raises(Refused, match="不在这个班"):
        press(active_seats(other.id)[0], session=first_session(class_))


def test_the_teacher_reads_a_trainees_own_code_and_only_of_this_class() -> None:
    class_, other = make_running_class(2), make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[1]
    code = codes.code_of(seat.id)
    assert codes.seat_of_code(class_.id, f" {code.lower()} ") == seat.id
    with pytest.raises(DomainError, match="不是这个班"):
        codes.seat_of_code(other.id, code)
    with into(session, 0):
        assert attendance.take_own_code(session, seat.id, Moment.IN, uuid.uuid4(), by=teacher_of(class_))
        assert not attendance.take_own_code(session, seat.id, Moment.IN, uuid.uuid4(), by=clerk_of(class_))
    assert queries.signed_moments(session.id)[seat.id][Moment.IN].way is Way.OWN_CODE


def test_the_roll_is_called_at_the_start_and_at_the_end_and_the_first_teacher_counts() -> None:
    class_ = make_running_class(2)
    session, seats = first_session(class_), active_seats(class_.id)
    ids, how = [seat.id for seat in seats], attendance.How(Way.ROLL_CALL)
    with into(session, 5):
        assert attendance.call(session, ids, Moment.IN, how, by=teacher_of(class_)) == 2
        with pytest.raises(Conflict, match=seats[0].person.name):
            attendance.call(session, ids[:1], Moment.IN, how, by=clerk_of(class_))
    with after(session):
        attendance.call(session, ids[:1], Moment.OUT, how, by=teacher_of(class_))
        attendance.settle(session, by=clerk_of(class_))
    assert [hours_of(seat) for seat in seats] == [session.hours, 0]
    assert queries.entries_of(session.id)[ids[1]].grounds[0][0] == "没有签退。"


def test_a_thumbprint_needs_a_second_person_who_saw_it() -> None:
    class_ = make_running_class(1)
    session, seat, by = first_session(class_), active_seats(class_.id)[0], teacher_of(class_)
    with into(session, 0):
        for witness in ("", by.name):
            with pytest.raises(DomainError, match="另一个人见证"):
                attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.WITNESSED, witness), by=by)
        attendance.call(session, [seat.id], Moment.IN, attendance.How(Way.WITNESSED, "彭村主任"), by=by)
    assert queries.signed_moments(session.id)[seat.id][Moment.IN].witness == "彭村主任"


def test_whoever_signed_is_not_marked_absent() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        press(seat)
    with after(session), pytest.raises(Conflict, match="已经签过到"):
        attendance.mark(session, {seat.id: Presence.ABSENT}, by=teacher_of(class_), method=Way.ROLL_CALL)


def test_a_whole_roll_call_after_the_session_says_that_both_were_taken_together_and_keeps_what_was_signed() -> None:
    class_ = make_running_class(2)
    session, (late, other) = first_session(class_), active_seats(class_.id)
    with into(session, 100):
        press(late)
    with after(session):
        said = dict.fromkeys((late.id, other.id), Presence.PRESENT)
        attendance.mark(session, said, by=teacher_of(class_), method=Way.ROLL_CALL)
    assert (hours_of(late), hours_of(other)) == (1, session.hours)
    both = queries.signings_of(session.id, other.id)
    assert [one.together for one in both] == [True, True]


@pytest.mark.usefixtures("all_drawn")
def test_a_check_is_told_when_it_is_due_and_who_misses_it_keeps_half() -> None:
    class_ = make_running_class(2)
    session, (first, second), by = first_session(class_), active_seats(class_.id), teacher_of(class_)
    due = drawn_at(session)
    assert due is not None
    assert session.starts_at < due < session.ends_at
    how = attendance.How(Way.ROLL_CALL)
    with clock.at(due - timedelta(minutes=1)):
        assert due_at(session, clock.now()) is None
        attendance.call(session, [first.id, second.id], Moment.IN, how, by=by)
        with pytest.raises(Refused, match="没有抽到"):
            attendance.call(session, [first.id], Moment.MID, how, by=by)
    with clock.at(due):
        attendance.call(session, [first.id], Moment.MID, how, by=by)
    with after(session):
        attendance.call(session, [first.id, second.id], Moment.OUT, how, by=by)
        attendance.settle(session, by=by)
    assert hours_of(second) == hours_of(first) // 2
    assert not left_out(class_.id, session.ends_at)


@pytest.mark.usefixtures("all_drawn")
def test_a_check_that_the_teacher_left_out_costs_no_trainee_but_is_asked_about() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with after(session):
        attendance.mark(session, {seat.id: Presence.PRESENT}, by=teacher_of(class_), method=Way.ROLL_CALL)
        assert [one.id for one in left_out(class_.id, clock.now())] == [session.id]
        told = queries.looked_at(class_.id, clock.now())
    assert hours_of(seat) == session.hours
    assert told["told_seed"] == ""  # the class goes on: nobody may know what comes


def test_nobody_signs_in_two_rooms_at_once() -> None:
    person = make_person()
    other = make_class()
    enroll(other, 1, lambda: person)
    left = active_seats(other.id)[0]
    enrollments.withdraw(of_seat(left.id), by=SYSTEM, reason="改报别的班")
    class_ = make_class()
    enroll(class_, 1, lambda: person)
    classes.propose_posts(class_, by=clerk_of(class_))
    classes.file(class_, by=clerk_of(class_))
    begin_class(approve_class(class_))
    session, there, seat = first_session(class_), first_session(other), active_seats(class_.id)[0]
    assert session.starts_at == there.starts_at
    with into(session, 0):
        press(seat)
        elsewhere = attendance.NewSigning(left.id, Moment.IN, Way.PAPER, clock.now())
        assert attendance.write(there, [elsewhere], by=clerk_of(other)) == {}
        row = {"class_id": other.id, "session_id": there.id, "seat_id": left.id, "moment": "in", "way": "paper"}
        more = {"at": clock.now(), "signed_at": clock.now(), "client_key": uuid.uuid4(), "by_key": "system"}
        with pytest.raises(DBAPIError, match="ex_signings_one_room"), db.session.begin_nested():
            db.session.execute(insert(Signing).values(**row, **more))


def test_the_database_refuses_more_hours_than_the_signings_support() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 100):
        press(seat)
    with after(session):
        press(seat, Moment.OUT)
    entry = AttendanceEntry(
        class_id=class_.id,
        session_id=session.id,
        seat_id=seat.id,
        presence=Presence.PRESENT,
        method=Way.ROLL_CALL,
        hours=2,
        at=clock.now(),
        by_key="system",
    )
    with pytest.raises(Refused, match="不支持这么多学时"), transaction():
        db.session.add(entry)


def test_the_rule_and_the_law_of_the_database_agree() -> None:
    class_ = make_running_class(3)
    session, seats = first_session(class_), active_seats(class_.id)
    for seat, minutes in zip(seats, (8, 17, 61), strict=True):
        with into(session, minutes):
            press(seat)
    with into(session, 150):
        press(seats[0], Moment.OUT)
        press(seats[1], Moment.OUT)
    for grace in (0, 10, 60):
        for seat_id, found in queries.supported_by_seat(session, class_).items():
            asked = text("SELECT attendance_supported(:session, :seat, :grace, 50)")
            told = db.session.scalar(asked, {"session": session.id, "seat": seat_id, "grace": grace})
            if grace == queries.measures_of(class_).grace_minutes:
                assert told == found.hours


def test_signings_are_never_changed_nor_taken_away() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        press(seat)
    for statement in ("UPDATE signings SET signed_at = now()", "DELETE FROM signings"):
        with pytest.raises(DBAPIError, match=r"never changed|permission denied"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_a_session_moved_away_while_somebody_signs_is_said_plainly() -> None:
    class_ = make_running_class(1)
    seat = active_seats(class_.id)[0]
    draft = make_class()
    gone = first_session(draft)
    classes.drop_session(draft, gone.id, by=clerk_of(draft))
    with pytest.raises(Refused, match="刚刚调过"):
        attendance.call(gone, [seat.id], Moment.IN, attendance.How(Way.ROLL_CALL), by=clerk_of(draft))
    with pytest.raises(Refused, match="刚刚调过"):
        press(seat, session=gone)


def test_a_session_that_somebody_signed_in_is_not_moved_any_more() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    assert not any(used for _receiver, used in session_used.send(session))
    with into(session, 0):
        press(seat, fresh=False)
    assert any(used for _receiver, used in session_used.send(session))


def test_a_class_that_ends_settles_whoever_signed() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with into(session, 0):
        press(seat)
    with after(session):
        press(seat, Moment.OUT)
        assert attendance.unsettled() == [session.id]
    end_class(class_)
    assert hours_of(seat) == session.hours
    assert attendance.unsettled() == []


def test_a_correction_counts_once_another_person_confirms_it_and_says_who() -> None:
    class_ = make_running_class(1)
    session, seat = first_session(class_), active_seats(class_.id)[0]
    with after(session):
        attendance.mark(session, {seat.id: Presence.ABSENT}, by=teacher_of(class_), method=Way.ROLL_CALL)
        entry = queries.entries_of(session.id)[seat.id]
        row = attendance.correct(entry, Presence.PRESENT, hours=None, reason="点漏了", by=teacher_of(class_))
        with pytest.raises(Refused, match="另一个人"):
            attendance.confirm_correction(row, by=teacher_of(class_))
        with pytest.raises(DomainError):
            attendance.refuse_correction(row, by=clerk_of(class_), note=" ")
        attendance.confirm_correction(row, by=clerk_of(class_))
        with pytest.raises(Refused):
            attendance.confirm_correction(row, by=officer())
    proofs = queries.signings_of(session.id, seat.id)
    assert {one.way for one in proofs} == {Way.CORRECTION}
    assert len(proofs) == 2
    assert all(one.confirmed_by for one in proofs)
    assert hours_of(seat) == session.hours


def test_only_one_correction_of_an_entry_waits_at_a_time() -> None:
    class_ = make_running_class(1)
    session, seat, by = first_session(class_), active_seats(class_.id)[0], teacher_of(class_)
    with after(session):
        attendance.mark(session, {seat.id: Presence.ABSENT}, by=by, method=Way.ROLL_CALL)
        entry = queries.entries_of(session.id)[seat.id]
        attendance.correct(entry, Presence.PRESENT, hours=None, reason="点漏了", by=by)
        with pytest.raises(Refused, match="等另一个人确认"), transaction():
            attendance.correct(entry, Presence.LATE, hours=1, reason="来晚了", by=clerk_of(class_))
