"""Where classes, attendance, results and claims meet: leave, unratified emergencies, transfers, make-ups."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.assessments.queries import outcomes_of
from app.attendance import printing, queries
from app.attendance import service as attendance
from app.attendance.rules import CorrectionStatus, Method, Presence
from app.classes import service as classes
from app.classes.models import ClassSession, Seat, TrainingClass, Variation
from app.classes.queries import ACTIVE, active_seats, pack_of_class, sessions_of, variations_of
from app.classes.rules import Half, LeaveKind, VariationKind
from app.desk.trace.chain import chain_of
from app.enrollments.queries import counts_of, enrollments_query
from app.enrollments.rules import EnrollmentStatus
from app.funding.queries.drawing import HELD_BY_CHANGE, draw_lines
from app.funding.queries.evidence import evidence_of
from app.funding.rules import LineStatus
from app.kernel import clock
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, Refused
from app.schools.models import School
from tests.makers import make_user
from tests.making import funding as paid
from tests.making.classes import begin_class, clerk_of, make_approved_class, officer
from tests.making.locked import Two, change, first_seat, two_locked
from tests.making.results import account_of, after, assess, end_class
from tests.making.schools import make_instructor

pytestmark = pytest.mark.usefixtures("session")
SignIn = Callable[[Any], FlaskClient]
K = VariationKind


@pytest.fixture(autouse=True)
def chinese(client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"


def call(session: ClassSession, away: tuple[Seat, ...] = ()) -> None:
    """The roll of a half-day: everyone expected came but those."""
    said = {
        seat.id: Presence.ABSENT if seat in away else Presence.PRESENT for seat in queries.seats_of_session(session)
    }
    row = db.session.get_one(TrainingClass, session.class_id)
    with after(session):
        attendance.mark(session, said, by=clerk_of(row), method=Method.ROLL_CALL)


# leave


def on_leave_first_day() -> tuple[TrainingClass, Seat, Seat]:
    row = make_approved_class(2)
    seat, other = active_seats(row.id)
    asked = classes.NewLeave(row.start_on, row.start_on, LeaveKind.FARMING)
    classes.ask_leave(seat, asked, by=clerk_of(row))
    return begin_class(row), seat, other


def test_who_is_on_leave_is_put_down_so_with_the_reason_and_is_never_absent() -> None:
    row, seat, other = on_leave_first_day()
    first, second, third = sessions_of(row.id)[:3]
    with after(first):
        attendance.mark(first, {other.id: Presence.PRESENT}, by=clerk_of(row), method=Method.ROLL_CALL)
    call(second, (seat,))
    call(third, (seat,))
    found = [queries.entries_of(one.id)[seat.id] for one in (first, second, third)]
    assert [(one.presence, one.hours) for one in found] == [(Presence.LEAVE, 0)] * 2 + [(Presence.ABSENT, 0)]
    assert found[0].grounds == found[1].grounds == [["请假：农忙。", {}]]
    with after(first):
        assert attendance.settle(first, by=clerk_of(row)) == []


def test_nobody_chases_who_is_on_leave_and_the_sheet_prints_why(sign_in: SignIn) -> None:
    with transaction():
        row, seat, _other = on_leave_first_day()
        client = sign_in(account_of(sessions_of(row.id)[0].teacher, Role.TEACHER))
    first = sessions_of(row.id)[0]
    with clock.at(first.starts_at):
        page = client.get(f"/attendance/sessions/{first.id}/live").text
    assert "还差 1 人" in page
    assert "请假的 1 人" in page
    with after(first):
        page = client.get(f"/attendance/sessions/{first.id}").text
    assert "请了假：农忙" in page
    assert f'name="presence-{seat.id}" value="leave" checked' in page
    (printed,) = printing.sheet_facts(row, [first])["sessions"]
    assert [one.get("reason", "") for one in printed["rows"]] == ["请假（农忙）", ""]


# an emergency that nobody ratified


def teacher_ill(found: list[Variation], *, ratify: bool = False) -> Callable[[TrainingClass], None]:
    def changed(row: TrainingClass) -> None:
        session = sessions_of(row.id)[0]
        other = make_instructor(db.session.get_one(School, row.school_id), name="李老师")
        after_ = {"session_id": session.id, "teacher_id": other.id}
        with clock.at(session.starts_at - timedelta(minutes=20)):
            one = classes.report_emergency(row, K.CHANGE_TEACHER, after_, "老师病了", by=clerk_of(row))
            found.append(one)
            if ratify:
                classes.decide_emergency(one, ratify=True, by=officer())

    return changed


@pytest.mark.parametrize(("upheld", "then"), [(False, LineStatus.OPEN), (True, LineStatus.REJECTED)])
def test_hours_of_an_unratified_change_hold_the_lines_until_the_bureau_settles(
    *, upheld: bool, then: LineStatus
) -> None:
    found: list[Variation] = []
    story = paid.make_class_story(people_count=2, absent=1, changed=teacher_ill(found))
    came, stayed_away = story.seats
    assert queries.doubted_seats([came.id, stayed_away.id]) == {came.id}
    notice = paid.on_notice(story)
    lines = [line for line in notice.claim.lines if line.seat_id == came.id]
    assert {(line.status, line.reason) for line in lines} == {(LineStatus.HELD, HELD_BY_CHANGE)}
    with clock.at(paid.day(notice.from_on)):
        with pytest.raises(Forbidden):
            attendance.settle_unratified(found[0], upheld=upheld, note="查过", by=story.at.by)
        attendance.settle_unratified(found[0], upheld=upheld, note="问了村里", by=officer())
        with pytest.raises(Refused):
            attendance.settle_unratified(found[0], upheld=upheld, note="再查", by=officer())
    assert {line.status for line in lines} == {then}
    assert bool(queries.doubted_seats([came.id])) is upheld


def test_a_change_ratified_in_time_puts_nothing_in_doubt() -> None:
    found: list[Variation] = []
    story = paid.make_class_story(people_count=1, absent=0, changed=teacher_ill(found, ratify=True))
    assert (queries.unratified_of(story.row.id), queries.doubted_seats([story.seats[0].id])) == ({}, set())
    assert {line.status for line in paid.on_notice(story).claim.lines} == {LineStatus.OPEN}


def test_the_doubt_is_shown_where_hours_are_and_the_bureau_answers_it(sign_in: SignIn) -> None:
    found: list[Variation] = []
    with transaction():
        story = paid.make_class_story(people_count=1, absent=0, changed=teacher_ill(found))
        client = sign_in(make_user(Role.TRAINING_OFFICER))
    session = sessions_of(story.row.id)[0]
    sheet = f"/attendance/classes/{story.row.id}"
    assert "有 1 节课的紧急变更没有追认" in client.get(sheet).text
    evidence = f"/attendance/sessions/{session.id}/seats/{story.seats[0].id}"
    assert "紧急变更没有追认，学时有疑点" in client.get(evidence).text
    assert "老师病了" in client.get(f"{sheet}/looked-at").text
    address = f"/attendance/variations/{found[0].id}/findings"
    assert client.post(address, data={"note": ""}).status_code == 422
    page = client.post(address, data={"note": "问了村里"}, follow_redirects=True).text
    assert "查清了，学时没有问题" in page
    assert "没有追认，学时有疑点" not in client.get(evidence).text
    assert "节课的紧急变更没有追认" not in client.get(sheet).text


# hours brought along by a transfer


def moved(*, missed: int) -> tuple[Two, Seat, Seat]:
    """One half-day attended, then moved; in the new class so many half-days missed. Results confirmed there."""
    pair = two_locked(2, 1)
    begin_class(pair.one)
    session, seat = sessions_of(pair.one.id)[0], first_seat(pair.one)
    call(session)
    with after(session):
        change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
    new = next(one for one in active_seats(pair.two.id) if one.moved_from_id == seat.id)
    begin_class(pair.two)
    for number, one in enumerate(sessions_of(pair.two.id)):
        call(one, (new,) if number < missed else ())
    assess(end_class(pair.two))
    return pair, seat, new


def test_hours_before_a_transfer_count_for_rate_outcome_and_claim_and_open_to_their_evidence(sign_in: SignIn) -> None:
    with transaction():
        pair, old, new = moved(missed=2)
        client = sign_in(make_user(Role.TRAINING_OFFICER))
    first, planned = sessions_of(pair.one.id)[0], queries.planned_hours(pair.two.id)
    missed = sum(one.hours for one in sessions_of(pair.two.id)[:2])
    wanted = planned - missed + first.hours
    outcome = outcomes_of(pair.two.id)[new.id]
    assert (outcome.attended_hours, outcome.planned_hours) == (wanted, planned)
    sheet = queries.sheet(pair.two.id)
    row = next(one for one in sheet.rows if one.seat.id == new.id)
    entry = queries.entries_of(first.id)[old.id]
    assert (row.hours, row.brought_hours, row.brought) == (wanted, first.hours, ((first, entry),))
    assert row.rate == wanted * 100 // planned
    assert evidence_of(pair.two.id)[new.id].hours == wanted
    days = {one.on for one in sessions_of(pair.two.id)[2:]} | {first.on}
    assert evidence_of(pair.two.id)[new.id].days == len(days)
    page = client.get(f"/attendance/classes/{pair.two.id}").text
    assert f"/attendance/entries/{entry.id}" in page
    assert f"转班带来 {first.hours} 学时" in page


def test_hours_brought_along_never_exceed_what_the_new_class_lacks_and_stand_with_its_result() -> None:
    pair, old, new = moved(missed=0)
    first = sessions_of(pair.one.id)[0]
    assert outcomes_of(pair.two.id)[new.id].attended_hours == queries.planned_hours(pair.two.id)
    entry = queries.entries_of(first.id)[old.id]
    row = attendance.correct(entry, Presence.ABSENT, hours=None, reason="那天他没来", by=clerk_of(pair.one))
    assert row.status == CorrectionStatus.DOUBTED
    assert queries.doubted_seats([new.id]) == {new.id}


def test_whoever_comes_by_a_transfer_is_not_called_for_half_days_that_were_over() -> None:
    pair = two_locked(2, 1)
    begin_class(pair.one)
    first, second = sessions_of(pair.one.id)[:2]
    call(first)
    with after(first):
        change(pair.two, K.TRANSFER, seat_id=first_seat(pair.two).id, class_id=pair.one.id)
        assert (len(queries.seats_of_session(first)), len(queries.seats_of_session(second))) == (2, 3)
        assert first not in [one for one, _class in queries.unmarked_before(clerk_of(pair.one), clock.today())]


def test_nobody_who_was_moved_is_counted_twice(sign_in: SignIn) -> None:
    with transaction():
        pair = two_locked(2, 1)
        seat, name = first_seat(pair.one), first_seat(pair.one).person.name
        change(pair.one, K.TRANSFER, seat_id=seat.id, class_id=pair.two.id)
        by = make_user(Role.TRAINING_OFFICER)
        client = sign_in(by)
    mine = by.as_actor()
    listed = db.session.scalars(enrollments_query(mine)).unique().all()
    assert [row.class_id for row in listed if row.person_id == seat.person_id] == [pair.two.id]
    counted = counts_of(mine, pair.one.id)
    assert counted == {EnrollmentStatus.ENROLLED: 1, EnrollmentStatus.TRANSFERRED: 1}
    assert [chain_of(row, None, None).seated for row in (pair.one, pair.two)] == [1, 2]
    assert len(queries.sheet(pair.one.id).rows) == 1
    held = select(Seat.class_id).where(Seat.person_id == seat.person_id, Seat.status.in_(ACTIVE))
    assert db.session.scalars(held).all() == [pair.two.id]
    assert client.get("/enrollments").text.count(name) == 1
    assert seat.id not in evidence_of(pair.one.id)


# making up


def test_a_class_with_a_make_up_is_confirmed_and_drawn_by_its_planned_hours() -> None:
    row = begin_class(make_approved_class(2))
    seat, _other = active_seats(row.id)
    ordinary = list(sessions_of(row.id))
    planned, missed = queries.planned_hours(row.id), ordinary[0]
    call(missed, (seat,))
    when = {"on": (row.end_on + timedelta(days=1)).isoformat(), "half": Half.MORNING.value}
    with after(missed):
        change(row, K.MAKE_UP, session_id=missed.id, hours=missed.hours, seat_ids=[seat.id], **when)
    for session in ordinary[1:]:
        call(session)
    (makeup,) = [one for one in sessions_of(row.id) if one.makes_up_id is not None]
    assert [one.id for one in queries.seats_of_session(makeup)] == [seat.id]
    (printed,) = printing.sheet_facts(row, [makeup])["sessions"]
    assert [one["name"] for one in printed["rows"]] == [seat.person.name], "nobody else has a line to sign"
    call(makeup)
    sheet = queries.sheet(row.id)
    assert (sheet.planned, sheet.due, queries.planned_hours(row.id)) == (planned, planned, planned)
    assert {(one.hours, one.rate) for one in sheet.rows} == {(planned, 100)}
    assess(end_class(row))
    outcomes = outcomes_of(row.id).values()
    assert {(one.attended_hours, one.planned_hours, one.passed) for one in outcomes} == {(planned, planned, True)}
    with after(makeup):
        drawn = draw_lines(row, pack_of_class(row), claimed_on=clock.today())
    assert {one.quote["facts"]["planned_hours"] for one in drawn} == {planned}
    assert chain_of(row, None, None).planned_hours == planned
    assert any(one.kind == K.MAKE_UP for one in variations_of(row.id))


def test_a_make_up_gives_back_no_more_than_was_missed() -> None:
    row = begin_class(make_approved_class(1))
    (seat,) = active_seats(row.id)
    missed = sessions_of(row.id)[0]
    by = clerk_of(row)
    call(missed, (seat,))
    when = {"on": (row.end_on + timedelta(days=1)).isoformat(), "half": Half.MORNING.value}
    with after(missed):
        change(row, K.MAKE_UP, session_id=missed.id, hours=missed.hours, seat_ids=[seat.id], **when)
        asked = attendance.correct(
            queries.entries_of(missed.id)[seat.id], Presence.LATE, hours=2, reason="来晚了，没有缺课", by=by
        )
        attendance.confirm_correction(asked, by=officer(), note="问过老师")
    (makeup,) = [one for one in sessions_of(row.id) if one.makes_up_id is not None]
    call(makeup)
    assert queries.entries_of(makeup.id)[seat.id].hours == missed.hours - 2
    assert queries.attended_hours(row.id) == {seat.id: missed.hours}


def test_a_correction_of_a_make_up_or_of_what_was_missed_gives_no_more_than_the_half_day_had() -> None:
    row = begin_class(make_approved_class(1))
    (seat,) = active_seats(row.id)
    missed, by = sessions_of(row.id)[0], clerk_of(row)
    with after(missed):
        partly = {seat.id: missed.hours - 1}
        attendance.mark(missed, {seat.id: Presence.LATE}, by=by, method=Method.ROLL_CALL, hours=partly)
        when = {"on": (row.end_on + timedelta(days=1)).isoformat(), "half": Half.MORNING.value}
        change(row, K.MAKE_UP, session_id=missed.id, hours=1, seat_ids=[seat.id], **when)
    (makeup,) = [one for one in sessions_of(row.id) if one.makes_up_id is not None]
    call(makeup, (seat,))
    late = attendance.correct(
        queries.entries_of(missed.id)[seat.id], Presence.PRESENT, hours=None, reason="其实没有迟到", by=by
    )
    asked = attendance.correct(
        queries.entries_of(makeup.id)[seat.id], Presence.PRESENT, hours=None, reason="其实来补了", by=by
    )
    attendance.confirm_correction(asked, by=officer(), note="问过老师")
    assert queries.attended_hours(row.id) == {seat.id: missed.hours}
    with pytest.raises(DomainError, match=f"最多记 {missed.hours - 1} 学时"):
        attendance.confirm_correction(late, by=officer(), note="问过老师")
    attendance.refuse_correction(late, by=officer(), note="已经补过了")
    with pytest.raises(DomainError, match=f"最多记 {missed.hours - 1} 学时"):
        attendance.correct(
            queries.entries_of(missed.id)[seat.id], Presence.PRESENT, hours=missed.hours, reason="没有迟到", by=by
        )
    assert queries.attended_hours(row.id) == {seat.id: missed.hours}


def test_a_correction_of_a_make_up_is_capped_at_what_was_missed() -> None:
    row = begin_class(make_approved_class(1))
    (seat,) = active_seats(row.id)
    missed, by = sessions_of(row.id)[0], clerk_of(row)
    call(missed, (seat,))
    when = {"on": (row.end_on + timedelta(days=1)).isoformat(), "half": Half.MORNING.value}
    with after(missed):
        change(row, K.MAKE_UP, session_id=missed.id, hours=missed.hours, seat_ids=[seat.id], **when)
        came = queries.entries_of(missed.id)[seat.id]
        asked = attendance.correct(came, Presence.LATE, hours=missed.hours - 1, reason="来晚了，没有缺课", by=by)
        attendance.confirm_correction(asked, by=officer(), note="问过老师")
    (makeup,) = [one for one in sessions_of(row.id) if one.makes_up_id is not None]
    call(makeup, (seat,))
    away = queries.entries_of(makeup.id)[seat.id]
    with pytest.raises(DomainError, match="最多记 1 学时"):
        attendance.correct(away, Presence.PRESENT, hours=makeup.hours, reason="其实来补了", by=by)
    asked = attendance.correct(away, Presence.PRESENT, hours=None, reason="其实来补了", by=by)
    attendance.confirm_correction(asked, by=officer(), note="问过老师")
    assert queries.entries_of(makeup.id)[seat.id].hours == 1
    assert queries.attended_hours(row.id) == {seat.id: missed.hours}
