"""The timetable of a locked class: moved, taught by another, made up for; emergencies in force before the decision."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.classes import queries, signals
from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass, Variation
from app.classes.queries.openings import makeup_seats_of, missed_hours, unratified_sessions
from app.classes.rules import Half, VariationKind, VariationStatus
from app.classes.tasks import lapse_emergencies
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.kernel.workdays import add_working_days
from app.messages.models import Message
from app.schools import service as schools
from tests.makers import make_user
from tests.making.classes import (
    SchoolSet,
    begin_class,
    clerk_of,
    make_approved_class,
    make_school_set,
    officer,
)
from tests.making.locked import change, first_seat, two_locked
from tests.making.schools import make_instructor

pytestmark = pytest.mark.usefixtures("session")
K = VariationKind


def told(seat: Seat) -> str:
    query = select(Message).where(Message.recipient == f"person:{seat.person_id}").order_by(Message.id.desc())
    return str(next(iter(db.session.scalars(query))).text)


def second_teacher(at: SchoolSet, name: str = "李老师") -> Any:
    return make_instructor(at.school, name=name)


def teacher_of(row: TrainingClass) -> Actor:
    """An account of the class's teacher."""
    user = make_user(Role.TEACHER)
    queries.sessions_of(row.id)[0].teacher.user_id = user.id
    db.session.flush()
    return user.as_actor()


def later(row: TrainingClass, days: int = 1) -> dict[str, str]:
    """A free morning after the class's last day."""
    return {"on": (row.end_on + timedelta(days=days)).isoformat(), "half": Half.MORNING.value}


# moved, taught by another


def test_everybody_is_told_of_another_time_and_another_place() -> None:
    at = make_school_set()
    row = make_approved_class(2, at=at)
    lesson, when = queries.sessions_of(row.id)[0], later(row)
    change(row, K.MOVE_SESSION, session_id=lesson.id, **when)
    assert all(when["on"] in told(seat) for seat in queries.active_seats(row.id))
    new = schools.add_site(at.school, schools.NewSite("大教室", row.region_code, "弼时镇", 30), by=at.by)
    change(row, K.CHANGE_SITE, site_id=new.id)
    assert all("大教室" in told(seat) for seat in queries.active_seats(row.id))


def test_a_session_somebody_signed_into_is_neither_moved_nor_postponed() -> None:
    at = make_school_set()
    row = make_approved_class(1, at=at)
    lesson = queries.sessions_of(row.id)[0]

    def signed(session: ClassSession, **_more: Any) -> bool:
        return bool(session.id == lesson.id)

    with signals.session_used.connected_to(signed):
        with pytest.raises(Refused, match="已经有人签到"):
            change(row, K.MOVE_SESSION, session_id=lesson.id, **later(row))
        with pytest.raises(Refused, match="已经有人签到"):
            change(row, K.POSTPONE, days=1)
        with pytest.raises(Refused, match="已经有人签到"):
            change(row, K.CHANGE_TEACHER, session_id=lesson.id, teacher_id=second_teacher(at).id)
        change(row, K.MOVE_SESSION, session_id=queries.sessions_of(row.id)[1].id, **later(row))


def test_a_day_holds_no_more_hours_than_the_policy_lets() -> None:
    row = make_approved_class(1)
    lesson, second = queries.sessions_of(row.id)[0], queries.sessions_of(row.id)[-2]
    with pytest.raises(DomainError, match="每天最多"):
        change(row, K.MOVE_SESSION, session_id=lesson.id, on=second.on.isoformat(), half=Half.EVENING.value)


def test_a_substitute_is_qualified_free_and_not_the_assessor() -> None:
    pair = two_locked()
    lesson = queries.sessions_of(pair.one.id)[0]
    busy = second_teacher(pair.at)
    for session in queries.sessions_of(pair.two.id)[:1]:
        change(pair.two, K.CHANGE_TEACHER, session_id=session.id, teacher_id=busy.id)
        change(pair.one, K.MOVE_SESSION, session_id=lesson.id, on=session.on.isoformat(), half=Half.EVENING.value)
    for wrong, why in ((pair.at.assessor.id, "授课教师"), (make_school_set().teacher.id, "本校"), (0, "授课教师")):
        with pytest.raises(DomainError, match=why):
            change(pair.one, K.CHANGE_TEACHER, session_id=lesson.id, teacher_id=wrong)
    change(pair.one, K.CHANGE_TEACHER, session_id=lesson.id, teacher_id=busy.id)
    assert lesson.teacher_id == busy.id


def test_a_teacher_who_stands_in_another_class_at_that_time_is_no_substitute() -> None:
    at = make_school_set()
    other_at = make_school_set()
    one = make_approved_class(1, at=at, start_on=clock.today() + timedelta(days=30))
    two = make_approved_class(1, at=other_at, start_on=clock.today() + timedelta(days=30))
    user, taken = make_user(Role.TEACHER), queries.sessions_of(two.id)[0]
    guest = second_teacher(at)
    guest.user_id = taken.teacher.user_id = user.id
    db.session.flush()
    with pytest.raises(DomainError, match="同一时间要上"):
        change(one, K.CHANGE_TEACHER, session_id=queries.sessions_of(one.id)[0].id, teacher_id=guest.id)


# made up for


def ran(row: TrainingClass) -> tuple[TrainingClass, ClassSession]:
    """The class begun, and its first session; the clock is for the caller to set after it."""
    return begin_class(row), queries.sessions_of(row.id)[0]


def test_those_who_missed_a_session_make_it_up_in_another() -> None:
    row, missed = ran(make_approved_class(2))
    seat, other = queries.active_seats(row.id)
    with clock.at(missed.ends_at + timedelta(hours=1)):
        when, end_on = later(row), row.end_on
        variation = change(row, K.MAKE_UP, session_id=missed.id, hours=2, seat_ids=[seat.id], **when)
    session = next(one for one in queries.sessions_of(row.id) if one.makes_up_id == missed.id)
    assert (session.hours, session.on.isoformat(), session.kind) == (2, when["on"], missed.kind)
    assert makeup_seats_of(row.id) == {session.id: [seat]}
    assert row.end_on == end_on + timedelta(days=1)
    assert variation.before["on"] == missed.on.isoformat()
    assert "补课" in told(seat)
    assert "补课" not in told(other)
    assert missed_hours(missed) == {seat.id: missed.hours - 2, other.id: missed.hours}


def test_only_those_who_make_a_session_up_are_taken_at_that_time() -> None:
    row, missed = ran(make_approved_class(2))
    seat, other = queries.active_seats(row.id)
    with clock.at(missed.ends_at + timedelta(hours=1)):
        change(row, K.MAKE_UP, session_id=missed.id, hours=2, seat_ids=[seat.id], **later(row))
    db.session.expire_all()
    makeup = next(one for one in queries.sessions_of(row.id) if one.makes_up_id)
    ends = {one.id: max(span.upper for span in one.sessions) for one in (seat, other)}
    assert ends[seat.id] == makeup.ends_at
    assert ends[other.id] < makeup.starts_at


def test_nobody_makes_up_for_more_than_they_missed() -> None:
    row, missed = ran(make_approved_class(2))
    seat, other = queries.active_seats(row.id)

    def missed_by(_session: ClassSession, **_more: Any) -> dict[int, int]:
        return {seat.id: 2}

    with clock.at(missed.ends_at + timedelta(hours=1)), signals.hours_missed.connected_to(missed_by):
        for hours, seats in ((3, [seat.id]), (1, [seat.id, other.id]), (0, [seat.id])):
            with pytest.raises(DomainError):
                change(row, K.MAKE_UP, session_id=missed.id, hours=hours, seat_ids=seats, **later(row))
        change(row, K.MAKE_UP, session_id=missed.id, hours=2, seat_ids=[seat.id], **later(row))
        with pytest.raises(DomainError, match="没有缺这么多"):
            change(row, K.MAKE_UP, session_id=missed.id, hours=1, seat_ids=[seat.id], **later(row))


def test_a_session_yet_to_come_is_not_made_up_for() -> None:
    row, missed = ran(make_approved_class(1))
    coming = queries.sessions_of(row.id)[3]
    with clock.at(missed.ends_at + timedelta(hours=1)), pytest.raises(DomainError, match="已经上过"):
        change(row, K.MAKE_UP, session_id=coming.id, hours=1, seat_ids=[first_seat(row).id], **later(row))


# emergencies


def report(row: TrainingClass, by: Actor, session: ClassSession, **after: Any) -> Variation:
    facts = {"session_id": session.id, **(after or later(row))}
    return classes.report_emergency(row, K.MOVE_SESSION, facts, "下雨、大风或者高温", by=by)


def test_rain_moves_a_session_at_once_and_the_bureau_ratifies_by_the_next_working_day() -> None:
    row = begin_class(make_approved_class(2))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at - timedelta(minutes=20)):
        when = later(row)
        variation = report(row, teacher_of(row), lesson, **when)
        due = add_working_days(clock.today(), 1, queries.pack_of_class(row).workdays)
        assert variation.ratify_by == clock.moment_of(due + timedelta(days=1), 0)
        assert (variation.status, lesson.on.isoformat()) == (VariationStatus.IN_FORCE, when["on"])
        assert queries.fixes_of(row.id)[-1].variation_id == variation.id
        assert when["on"] in told(first_seat(row))
        assert unratified_sessions(row.id) == {}
        classes.decide_emergency(variation, ratify=True, by=officer())
    assert (variation.status, unratified_sessions(row.id)) == (VariationStatus.APPROVED, {})
    assert row.fix_version == 2


def test_whoever_reports_is_of_the_class_and_never_ratifies() -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at - timedelta(minutes=20)):
        for other in (clerk_of(make_approved_class(1)), make_user(Role.TEACHER, area=()).as_actor(), officer()):
            with pytest.raises(Forbidden):
                report(row, other, lesson)
        by = clerk_of(row)
        variation = report(row, by, lesson)
        with pytest.raises(Forbidden):
            classes.decide_emergency(variation, ratify=True, by=by)


def test_after_the_session_began_it_is_too_late_to_report() -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at), pytest.raises(DomainError, match="已经开始"):
        report(row, clerk_of(row), lesson)


def test_only_one_session_and_its_teacher_are_an_emergency() -> None:
    row = begin_class(make_approved_class(1))
    with clock.at(clock.moment_of(row.start_on, 8)):
        by = clerk_of(row)
        for kind in (K.CHANGE_SITE, K.POSTPONE, K.TRANSFER):
            with pytest.raises(Refused, match="不急"):
                classes.report_emergency(row, kind, {}, "下雨", by=by)
        with pytest.raises(DomainError):
            classes.report_emergency(row, K.CHANGE_TEACHER, {"teacher_id": 1}, "病了", by=by)


def test_one_that_the_bureau_does_not_ratify_leaves_the_hours_in_doubt() -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at - timedelta(minutes=20)):
        variation = report(row, clerk_of(row), lesson)
        with pytest.raises(DomainError, match="原因"):
            classes.decide_emergency(variation, ratify=False, by=officer())
        classes.decide_emergency(variation, ratify=False, note="当天没有下雨", by=officer())
    assert variation.status == VariationStatus.NOT_RATIFIED
    assert unratified_sessions(row.id) == {lesson.id: variation}


def test_one_that_nobody_ratified_in_time_lapses_and_a_later_approval_puts_it_right() -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at - timedelta(minutes=20)):
        variation = report(row, clerk_of(row), lesson)
        assert lapse_emergencies() == 0
    due = variation.ratify_by
    assert due is not None
    with clock.at(due):
        assert unratified_sessions(row.id) == {lesson.id: variation}
        with pytest.raises(Refused, match="期限已经过了"):
            classes.decide_emergency(variation, ratify=True, by=officer())
        assert (lapse_emergencies(), lapse_emergencies()) == (1, 0)
        assert variation.status == VariationStatus.NOT_RATIFIED
        change(row, K.MOVE_SESSION, session_id=lesson.id, **later(row, 3))
        assert unratified_sessions(row.id) == {}


def test_an_ordinary_change_is_not_ratified_and_an_emergency_not_approved() -> None:
    row = begin_class(make_approved_class(1))
    lesson = queries.sessions_of(row.id)[2]
    with clock.at(lesson.starts_at - timedelta(minutes=20)):
        after = {"session_id": queries.sessions_of(row.id)[4].id, **later(row, 5)}
        asked = classes.ask_variation(row, K.MOVE_SESSION, after, "x", by=clerk_of(row))
        with pytest.raises(Refused):
            classes.decide_emergency(asked, ratify=True, by=officer())
        with pytest.raises(Refused):
            classes.decide_variation(report(row, clerk_of(row), lesson), approve=True, by=officer())
