"""Inspections: drawn so that anybody can draw again, carried out with effect, answered, let on by a second person."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import DeclaredInterest
from app.attendance import service as attendance
from app.attendance.rules import Method, Presence
from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import active_seats, sessions_of
from app.classes.rules import ClassStatus
from app.enrollments.denials.models import AskedAloud, Denial
from app.enrollments.denials.rules import DenialWay
from app.enrollments.queries import of_seat
from app.inspections import queries, service
from app.inspections.models import Inspection, InspectionDraw, InspectionPerson
from app.inspections.rules import InspectionStatus, Result, Way, commitment
from app.inspections.service import Seen
from app.kernel import clock
from app.kernel.access import Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.messages.models import Message
from app.recordings.rules import Origin
from tests.makers import COUNTY, OTHER_COUNTY, make_user
from tests.making.classes import clerk_of, make_approved_class, officer
from tests.making.recordings import keep, photo
from tests.making.results import make_running_class, seat_at

pytestmark = pytest.mark.usefixtures("session")


def inspector(area: tuple[str, ...] = (COUNTY,)) -> Actor:
    """An inspector of the county."""
    return make_user(Role.INSPECTOR, area=area).as_actor()


def during(session: ClassSession, minutes: int = 30) -> AbstractContextManager[None]:
    """The time so many minutes into a half-day."""
    return clock.at(session.starts_at + timedelta(minutes=minutes))


def planned(class_: TrainingClass, number: int = 0, by: Actor | None = None) -> Inspection:
    """A visit planned to a half-day."""
    session = sessions_of(class_.id)[number]
    with clock.at(session.starts_at - timedelta(hours=1)):
        return service.plan(session, reason="群众来电", by=by or inspector())


def all_there(class_: TrainingClass, result: Result = Result.PASSED, findings: str = "") -> Seen:
    """Everybody of the roster, nobody else."""
    there = frozenset(seat.id for seat in active_seats(class_.id))
    return Seen(result, len(there), there=there, findings=findings)


def failed(class_: TrainingClass, by: Actor | None = None) -> Inspection:
    """A visit that found an empty room."""
    row = planned(class_)
    with during(row.session):
        service.carry_out(row, Seen(Result.FAILED, 0, findings="教室锁着门，没有人"), by=by or inspector())
    return row


# --- drawing --------------------------------------------------------------------------------------------------------


def test_the_seed_is_committed_to_before_anything_is_drawn_and_comes_out_the_same_again() -> None:
    rows = [make_running_class(1) for _ in range(4)]
    day, by = sessions_of(rows[0].id)[0].on, inspector()
    with clock.at(clock.moment_of(day, 7)):
        draw = service.commit_seed(COUNTY, day, 2, by=by)
        assert (draw.seed, draw.picked, draw.listing) == (None, None, None)
        secret = draw.hidden
        assert commitment(secret) == draw.seed_sha256
        assert secret.encode() not in (draw.hidden_sealed or b"")
        found = service.open_draw(draw, by=by)
    assert draw.seed == secret
    assert [one.session_id for one in found] == draw.picked
    assert len(found) == 2
    assert all(one.status is InspectionStatus.PLANNED and one.draw_id == draw.id for one in found)
    assert queries.recompute(draw)
    assert {line["class_id"] for line in draw.listing or []} >= {row.id for row in rows}


def test_a_list_or_a_pick_that_was_touched_does_not_come_out_the_same() -> None:
    class_ = make_running_class(1)
    day, by = sessions_of(class_.id)[0].on, inspector()
    with clock.at(clock.moment_of(day, 7)):
        draw = service.commit_seed(COUNTY, day, 1, by=by)
        service.open_draw(draw, by=by)
    assert queries.recompute(draw)
    listing = draw.listing or []
    draw.listing = [{**listing[0], "weight": listing[0]["weight"] + 50}, *listing[1:]]
    assert not queries.recompute(draw)
    draw.listing, draw.picked = listing, [0]
    assert not queries.recompute(draw)
    db.session.expunge(draw)


def test_a_place_has_one_draw_a_day_and_it_is_opened_once() -> None:
    with transaction():
        class_ = make_running_class(1)
        day, by = sessions_of(class_.id)[0].on, inspector()
        with clock.at(clock.moment_of(day, 7)):
            service.commit_seed(COUNTY, day, 1, by=by)
    with clock.at(clock.moment_of(day, 7)):
        with pytest.raises(Refused, match="一天只抽一次"), transaction():
            service.commit_seed(COUNTY, day, 1, by=by)
        draw = db.session.scalars(select(InspectionDraw)).one()
        service.open_draw(draw, by=by)
        with pytest.raises(Refused, match="已经抽过了"):
            service.open_draw(draw, by=by)
    for statement in (
        update(InspectionDraw).values(picked=[1]),
        update(InspectionDraw).values(seed_sha256="0" * 64),
        delete(InspectionDraw),
    ):
        with pytest.raises(DBAPIError, match="a draw stands"), db.session.begin_nested():
            db.session.execute(statement)


def test_a_seed_other_than_the_one_committed_to_is_refused_by_the_database() -> None:
    with clock.at(clock.now()):
        draw = service.commit_seed(COUNTY, clock.today(), 1, by=inspector())
    values = {"seed": "f" * 64, "drawn_at": clock.now(), "drawn_by": "user:1", "picked": []}
    with pytest.raises(DBAPIError, match="seed_as_committed"), db.session.begin_nested():
        db.session.execute(update(InspectionDraw).where(InspectionDraw.id == draw.id).values(**values))


def test_only_running_lessons_ahead_in_the_area_are_drawn_from() -> None:
    running, approved, over = make_running_class(1), make_approved_class(1), make_running_class(1)
    classes.suspend(over, note="整改", by=officer())
    day = sessions_of(running.id)[0].on
    with clock.at(clock.moment_of(day, 7)):
        found = {session.class_id for session in queries.running_sessions(COUNTY, day)}
        assert queries.running_sessions(OTHER_COUNTY, day) == []
    assert running.id in found
    assert not {approved.id, over.id} & found
    with clock.at(clock.moment_of(day, 23)):
        assert queries.running_sessions(COUNTY, day) == []


def test_nobody_draws_outside_their_area_or_without_the_right() -> None:
    for by, region in ((inspector((OTHER_COUNTY,)), COUNTY), (make_user(Role.AUDITOR).as_actor(), COUNTY)):
        with pytest.raises(Forbidden):
            service.commit_seed(region, clock.today(), 1, by=by)
    with pytest.raises(DomainError, match="已经过了"):
        service.commit_seed(COUNTY, clock.today() - timedelta(days=1), 1, by=inspector())


def test_what_is_known_of_a_class_weighs_by_the_policy() -> None:
    class_ = make_running_class(2)
    weights = queries.weights_of(class_)
    assert (weights.plain, weights.denial, weights.failure) == (1, 5, 3)
    assert queries.facts_of(class_).new_school == 1
    other = make_running_class(1)
    keep(sessions_of(other.id)[0], photo(), clerk_of(other))
    keep(sessions_of(class_.id)[0], photo(), clerk_of(class_))
    row = failed(class_)
    service_facts = queries.facts_of(class_)
    assert (service_facts.picture, service_facts.failure, service_facts.denial) == (1, 1, 0)
    (line,) = queries.listing_of([row.session])
    assert line["added"] == {"picture": 3, "failure": 3, "new_school": 2}
    assert line["weight"] == 9


# --- the visit ------------------------------------------------------------------------------------------------------


def test_a_visit_is_written_down_with_who_was_there_and_the_school_is_told_only_then() -> None:
    class_ = make_running_class(3)
    row = planned(class_)
    school = f"organization:{class_.school_id}"
    clerk = clerk_of(class_)
    assert queries.of_class(clerk, class_.id) == []
    with pytest.raises(NotFound):
        queries.inspection_for(clerk, row.id)
    told = len(db.session.scalars(select(Message).where(Message.recipient == school)).all())
    one, two, three = active_seats(class_.id)
    with during(row.session):
        seen = Seen(Result.PASSED, 3, 1, {one.id, two.id}, {one.id: True}, "")
        service.carry_out(row, seen, by=inspector())
    assert (row.status, row.way, row.head_count, row.unlisted) == (InspectionStatus.DONE, Way.ON_SITE, 3, 1)
    people = {person.seat_id: (person.there, person.agreed) for person in queries.people_of(row.id)}
    assert people == {one.id: (True, True), two.id: (True, None), three.id: (False, None)}
    assert queries.inspection_for(clerk, row.id) is row
    assert len(db.session.scalars(select(Message).where(Message.recipient == school)).all()) == told + 1
    assert class_.status is ClassStatus.RUNNING


def test_who_says_no_has_a_denial_opened_by_the_service_of_denials() -> None:
    class_ = make_running_class(2)
    row = planned(class_)
    one, two = active_seats(class_.id)
    with during(row.session):
        service.carry_out(
            row, Seen(Result.PASSED, 2, 0, {one.id, two.id}, {one.id: False, two.id: True}), by=inspector()
        )
    (denial,) = db.session.scalars(select(Denial)).unique().all()
    assert (denial.enrollment_id, denial.way) == (of_seat(one.id).id, DenialWay.INSPECTION)
    assert "没有同意" in denial.words
    assert db.session.scalars(select(AskedAloud)).all() == []


def test_a_failed_visit_suspends_the_class_at_once_and_the_roll_is_refused() -> None:
    class_ = make_running_class(1)
    row = failed(class_)
    assert row.suspended
    assert class_.status is ClassStatus.SUSPENDED
    assert any("督查不合格" in event.note for event in events_of(class_))
    with during(row.session), pytest.raises(Refused, match="暂停"):
        attendance.mark(
            row.session, {seat_at(class_, 1).id: Presence.PRESENT}, by=clerk_of(class_), method=Method.ROLL_CALL
        )


def test_a_class_that_failed_goes_on_only_after_answer_acceptance_and_by_a_second_person() -> None:
    class_ = make_running_class(1)
    row = failed(class_)
    first, second = officer(), officer()
    with pytest.raises(Refused, match="整改还没有认可"):
        classes.resume(class_, by=first)
    with pytest.raises(Refused):
        service.accept(row, note="看过了", by=first)
    service.answer(row, text="换了教室，老师停课检查", by=clerk_of(class_))
    with pytest.raises(DomainError):
        service.send_back(row, note="", by=first)
    service.send_back(row, note="没有附照片", by=first)
    assert row.status is InspectionStatus.DONE
    service.answer(row, text="照片已传", by=clerk_of(class_))
    service.accept(row, note="到现场复查过", by=first)
    with pytest.raises(Forbidden, match="另一个人"):
        classes.resume(class_, by=first)
    classes.resume(class_, by=second)
    assert class_.status is ClassStatus.RUNNING
    assert (row.mended_by, row.resumed_by) == (first.key, second.key)
    assert queries.standing_failure(class_.id) is None
    again = planned(class_, 1)
    with during(again.session):
        service.carry_out(again, all_there(class_), by=inspector())


def test_the_database_keeps_the_two_people_apart() -> None:
    class_ = make_running_class(1)
    row = failed(class_)
    by = officer()
    service.answer(row, text="改好了", by=clerk_of(class_))
    service.accept(row, note="看过", by=by)
    with pytest.raises(Refused, match="另一个人"), transaction():
        row.resumed_by = by.key


def test_an_officer_suspended_a_class_without_an_inspection_and_lets_it_on_alone() -> None:
    class_, by = make_running_class(1), officer()
    classes.suspend(class_, note="围挡", by=by)
    classes.resume(class_, by=by)
    assert class_.status is ClassStatus.RUNNING


def test_defects_are_answered_without_suspending() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    with during(row.session):
        service.carry_out(row, all_there(class_, Result.DEFECTS, "没有灭火器"), by=inspector())
    assert class_.status is ClassStatus.RUNNING
    with pytest.raises(Forbidden):
        service.answer(row, text="买了", by=officer())
    service.answer(row, text="买了两个灭火器", by=clerk_of(class_))
    service.accept(row, note="看过照片", by=officer())
    assert row.status is InspectionStatus.ACCEPTED


def test_what_passed_needs_no_answer() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    with during(row.session):
        service.carry_out(row, all_there(class_), by=inspector())
    with pytest.raises(Refused, match="不用答复"):
        service.answer(row, text="谢谢", by=clerk_of(class_))


def test_who_inspected_does_not_accept_the_mending() -> None:
    class_ = make_running_class(1)
    both = make_user(Role.INSPECTOR, Role.TRAINING_OFFICER).as_actor()
    row = failed(class_, by=both)
    service.answer(row, text="改好了", by=clerk_of(class_))
    with pytest.raises(Forbidden, match="另一个人"):
        service.accept(row, note="可以", by=both)


def test_counts_that_do_not_add_up_and_findings_left_out_are_refused() -> None:
    class_ = make_running_class(2)
    row = planned(class_)
    one, _two = active_seats(class_.id)
    bad = [
        Seen(Result.PASSED, 3, 0, {one.id}),
        Seen(Result.PASSED, 0, -1, {one.id}),
        Seen(Result.FAILED, 1, 0, {one.id}),
        Seen(Result.DEFECTS, 1, 0, {one.id}, {}, "x" * 1001),
    ]
    with during(row.session):
        for seen in bad:
            with pytest.raises(DomainError):
                service.carry_out(row, seen, by=inspector())
        with pytest.raises(Refused, match="名单刚刚有变化"):
            service.carry_out(row, Seen(Result.PASSED, 1, 0, {10**9}), by=inspector())
    assert row.status is InspectionStatus.PLANNED


def test_a_visit_is_on_the_day_of_the_lesson_or_typed_in_from_paper() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    seen, by = all_there(class_), inspector()
    with clock.at(row.session.starts_at - timedelta(days=1)), pytest.raises(DomainError, match="当天"):
        service.carry_out(row, seen, by=by)
    there = row.session.starts_at + timedelta(minutes=15)
    with clock.at(row.session.ends_at + timedelta(days=3)):
        with pytest.raises(DomainError, match="当天"):
            service.carry_out(row, seen, by=by)
        with pytest.raises(DomainError, match="还没有到"):
            service.carry_out(row, seen, by=by, way=Way.PAPER, at=clock.now() + timedelta(hours=1))
        service.carry_out(row, seen, by=by, way=Way.PAPER, at=there)
    assert (row.way, row.done_at) == (Way.PAPER, there)
    assert row.entered_at is not None
    assert row.entered_at > there


def test_only_an_inspector_without_a_tie_to_the_school_carries_out() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    tied = make_user(Role.INSPECTOR)
    db.session.add(
        DeclaredInterest(user_id=tied.id, organization_id=class_.school_id, nature="亲戚开的", created_at=clock.now())
    )
    db.session.flush()
    with during(row.session):
        for by in (officer(), clerk_of(class_), tied.as_actor()):
            with pytest.raises(Forbidden):
                service.carry_out(row, all_there(class_), by=by)


def test_a_lesson_that_is_over_is_not_planned_and_one_is_planned_once() -> None:
    class_ = make_running_class(1)
    session = sessions_of(class_.id)[0]
    with clock.at(session.ends_at + timedelta(minutes=1)), pytest.raises(Refused, match="上完"):
        service.plan(session, reason="来电", by=inspector())
    with pytest.raises(DomainError):
        service.plan(session, reason=" ", by=inspector())
    with transaction():
        row = planned(class_)
    with clock.at(session.starts_at), pytest.raises(Refused, match="已经安排"), transaction():
        service.plan(session, reason="再来", by=inspector())
    row = db.session.get_one(Inspection, row.id)
    service.call_off(row, reason="路断了", by=inspector())
    with clock.at(session.starts_at):
        service.plan(session, reason="再来", by=inspector())


def test_what_was_seen_against_the_attendance_is_a_doubt() -> None:
    class_ = make_running_class(3)
    row = planned(class_)
    one, two, three = active_seats(class_.id)
    with during(row.session):
        service.carry_out(row, Seen(Result.PASSED, 2, 0, {one.id, three.id}), by=inspector())
    assert queries.difference(row) is None
    with clock.at(row.session.ends_at + timedelta(minutes=5)):
        said = {one.id: Presence.PRESENT, two.id: Presence.PRESENT, three.id: Presence.ABSENT}
        attendance.mark(row.session, said, by=clerk_of(class_), method=Method.ROLL_CALL)
    found = queries.difference(row)
    assert found
    assert (found.counted, found.recorded) == (2, 2)
    assert [seat.id for seat in found.missing] == [two.id]
    assert [seat.id for seat in found.absent] == [three.id]
    assert queries.doubt_counts(class_.id) == 1


def test_photos_of_a_visit_are_recordings_of_the_inspection() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    assert keep(row.session, photo(), inspector()).row.origin is Origin.INSPECTION


def test_what_was_seen_of_people_stays() -> None:
    class_ = make_running_class(1)
    row = planned(class_)
    with during(row.session):
        service.carry_out(row, all_there(class_), by=inspector())
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(update(InspectionPerson).values(there=False))
