"""The roll of a half-day: who may take it, when, once, and how it is corrected in the open."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from app.attendance import queries
from app.attendance import service as attendance
from app.attendance.models import AttendanceEntry
from app.attendance.rules import Method, Presence, Standing
from app.classes import service as classes
from app.classes.models import TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.enrollments.signals import hours_asked
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from tests.makers import make_organization, make_user
from tests.making.classes import clerk_of, make_approved_class, officer
from tests.making.results import after, end_class, make_assessed_class, make_running_class, seat_at, teacher_of

pytestmark = pytest.mark.usefixtures("session")
CALL = Method.ROLL_CALL


def mark_first(class_: TrainingClass, presence: Presence, *, by: Actor, place: int = 1) -> AttendanceEntry:
    session = sessions_of(class_.id)[0]
    with after(session):
        return attendance.mark(session, {seat_at(class_, place).id: presence}, by=by, method=CALL)[0]


def put_by_sql(entry: AttendanceEntry, **changes: object) -> None:
    """Write an entry like this one past every service."""
    row = {column.key: getattr(entry, column.key) for column in AttendanceEntry.__table__.columns if column.key != "id"}
    with db.session.begin_nested():
        db.session.execute(insert(AttendanceEntry), {**row, **changes})


def test_presence_credits_the_sessions_hours_and_absence_none() -> None:
    class_ = make_running_class(3)
    session, by = sessions_of(class_.id)[0], clerk_of(class_)
    first, second, third = (seat.id for seat in active_seats(class_.id))
    said = {first: Presence.PRESENT, second: Presence.LATE, third: Presence.LEAVE}
    with after(session):
        attendance.mark(session, said, by=by, method=CALL, hours={second: 1})
    assert queries.attended_hours(class_.id) == {first: session.hours, second: 1, third: 0}
    assert queries.attended_days(class_.id) == {first: 1, second: 1}


def test_the_teacher_of_the_class_and_a_clerk_of_its_school_may_take_the_roll() -> None:
    class_ = make_running_class(2)
    mark_first(class_, Presence.PRESENT, by=teacher_of(class_), place=1)
    mark_first(class_, Presence.PRESENT, by=clerk_of(class_), place=2)
    assert len(queries.entries_of(sessions_of(class_.id)[0].id)) == 2


def test_nobody_else_may_take_the_roll() -> None:
    class_ = make_running_class(1)
    strangers = [
        officer(),
        make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor(),
        make_user(Role.TEACHER, organization=make_organization()).as_actor(),
        make_user(Role.TEACHER, organization=None).as_actor(),
    ]
    for by in strangers:
        with pytest.raises(Forbidden):
            mark_first(class_, Presence.PRESENT, by=by)


def test_a_session_that_has_not_begun_cannot_be_marked() -> None:
    class_ = make_running_class(1)
    session = sessions_of(class_.id)[1]
    with clock.at(session.starts_at - timedelta(minutes=1)), pytest.raises(Refused, match="还没有开始"):
        attendance.mark(session, {seat_at(class_, 1).id: Presence.PRESENT}, by=clerk_of(class_), method=CALL)


def test_only_a_running_class_is_marked_but_signed_paper_may_follow_until_the_results() -> None:
    waiting = make_approved_class(1)
    with pytest.raises(Refused, match="正在培训"):
        mark_first(waiting, Presence.PRESENT, by=clerk_of(waiting))
    class_ = end_class(make_running_class(1))
    with pytest.raises(Refused, match="纸质签到"):
        mark_first(class_, Presence.PRESENT, by=clerk_of(class_))
    session, seat = sessions_of(class_.id)[0], seat_at(class_, 1)
    with after(sessions_of(class_.id)[-1]):
        entries = attendance.mark(session, {seat.id: Presence.PRESENT}, by=clerk_of(class_), method=Method.PAPER)
    assert entries[0].hours == session.hours
    done = make_assessed_class(1)
    with pytest.raises(Refused):
        mark_first(done, Presence.PRESENT, by=clerk_of(done))


def test_a_suspended_class_is_not_marked() -> None:
    class_ = make_running_class(1)
    classes.suspend(class_, note="督查", by=officer())
    with pytest.raises(Refused, match="暂停"):
        mark_first(class_, Presence.PRESENT, by=clerk_of(class_))


def test_the_second_to_mark_a_person_is_told_and_changes_nothing() -> None:
    class_ = make_running_class(2)
    first = mark_first(class_, Presence.PRESENT, by=teacher_of(class_))
    name = seat_at(class_, 1).person.name
    with pytest.raises(Conflict, match=name):
        mark_first(class_, Presence.ABSENT, by=clerk_of(class_))
    assert queries.entries_of(first.session_id)[first.seat_id].presence is Presence.PRESENT


def test_the_database_takes_one_first_entry_a_person_and_session_and_says_so_plainly() -> None:
    class_ = make_running_class(1)
    first = mark_first(class_, Presence.PRESENT, by=clerk_of(class_))
    with pytest.raises(Refused, match="已经点过名"), transaction():
        put_by_sql(first)


def test_a_correction_is_a_new_entry_and_the_old_one_stays() -> None:
    class_ = make_running_class(1)
    old = mark_first(class_, Presence.ABSENT, by=teacher_of(class_))
    asked = attendance.correct(old, Presence.LATE, hours=2, reason="人在门口接电话", by=teacher_of(class_))
    assert queries.attended_hours(class_.id) == {old.seat_id: 0}
    new = attendance.confirm_correction(asked, by=clerk_of(class_))
    assert new is not None
    history = queries.history_of(old.session_id, old.seat_id)
    assert [entry.presence for entry in history] == [Presence.ABSENT, Presence.LATE]
    assert queries.attended_hours(class_.id) == {old.seat_id: 2}
    with pytest.raises(Conflict, match="更正过"):
        attendance.correct(old, Presence.PRESENT, hours=None, reason="再改", by=clerk_of(class_))
    again = attendance.correct(new, Presence.PRESENT, hours=None, reason="查了签到", by=clerk_of(class_))
    assert attendance.confirm_correction(again, by=officer()).hours == 4  # type: ignore[union-attr]  # the class runs


@pytest.mark.parametrize(
    ("presence", "hours", "reason", "field"),
    [
        (Presence.PRESENT, None, " ", "reason"),
        (Presence.LATE, 9, "记多了", "hours"),
        (Presence.ABSENT, None, "没有变", "presence"),
    ],
)
def test_a_correction_needs_a_reason_and_must_change_something(
    presence: Presence, hours: int | None, reason: str, field: str
) -> None:
    class_ = make_running_class(1)
    old = mark_first(class_, Presence.ABSENT, by=clerk_of(class_))
    with pytest.raises(DomainError) as refused:
        attendance.correct(old, presence, hours=hours, reason=reason, by=clerk_of(class_))
    assert refused.value.field == field


def test_after_the_results_nothing_is_corrected_neither_by_service_nor_by_sql_but_kept_as_a_doubt() -> None:
    class_ = make_assessed_class(1)
    entry = queries.entries_of(sessions_of(class_.id)[0].id)[seat_at(class_, 1).id]
    doubt = attendance.correct(entry, Presence.ABSENT, hours=None, reason="改", by=clerk_of(class_))
    assert doubt.status == "doubted"
    assert queries.entries_of(entry.session_id)[entry.seat_id].id == entry.id
    with pytest.raises(DBAPIError, match="is confirmed"):
        put_by_sql(entry, presence=Presence.ABSENT, hours=0, corrects_id=entry.id, reason="改")


def test_entries_are_never_overwritten_nor_out_of_place() -> None:
    class_, other = make_running_class(1), make_running_class(1)
    entry = mark_first(class_, Presence.PRESENT, by=clerk_of(class_))
    for statement in ("UPDATE attendance_entries SET hours = 1", "DELETE FROM attendance_entries"):
        with pytest.raises(DBAPIError, match=r"never changed|permission denied"), db.session.begin_nested():
            db.session.execute(text(statement))
    for changes in (
        {"seat_id": seat_at(other, 1).id},
        {"class_id": other.id, "corrects_id": entry.id, "reason": "x"},
        {"hours": entry.hours + 1, "corrects_id": entry.id, "reason": "x"},
    ):
        with pytest.raises(DBAPIError, match="does not fit"):
            put_by_sql(entry, **changes)


def test_whoever_leaves_keeps_the_hours_attended() -> None:
    class_ = make_running_class(1)
    entry = mark_first(class_, Presence.PRESENT, by=clerk_of(class_))
    answers = [said for _receiver, said in hours_asked.send(seat_at(class_, 1))]
    assert entry.hours in answers


def test_the_sheet_sets_each_rate_against_the_policy() -> None:
    class_ = make_assessed_class(2, absent={2: 8})
    with after(sessions_of(class_.id)[-1]):
        sheet = queries.sheet(class_.id)
    assert sheet.least == 80
    assert [row.standing for row in sheet.rows] == [Standing.REACHED, Standing.OUT_OF_REACH]
    assert sheet.rows[0].rate == 100


def test_other_schools_and_areas_do_not_see_a_session() -> None:
    class_ = make_running_class(1)
    session = sessions_of(class_.id)[0]
    for by in (
        make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor(),
        make_user(Role.AUDITOR, area=("430626",)).as_actor(),
    ):
        with pytest.raises(NotFound):
            queries.session_for(by, session.id)
    assert queries.session_for(make_user(Role.AUDITOR).as_actor(), session.id)[1] is class_
