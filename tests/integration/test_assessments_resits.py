"""Announced in time, marked item by item, sat again once: and only then an outcome."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.assessments import queries
from app.assessments import service as assessments
from app.assessments.queries import results, sittings
from app.assessments.rules import NewItem, Part
from app.assessments.service import announcing, confirming, marking
from app.classes.models import TrainingClass
from app.classes.queries import pack_of_class, sessions_of
from app.classes.rules import SessionKind
from app.classes.rules.teaching import NewAssessment
from app.classes.rules.teaching import NewItem as PlannedItem
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.messages.models import Message, MessageKind
from app.policies.rules.figures import Figure
from tests.making.classes import clerk_of, make_approved_class, officer
from tests.making.results import (
    GOOD,
    after,
    after_all,
    announce,
    assessor_of,
    end_class,
    make_running_class,
    mark_all,
    points,
    seat_at,
)

pytestmark = pytest.mark.usefixtures("session")
WELDING = (
    NewItem(Part.THEORY, "理论", 100), NewItem(Part.PRACTICE, "平焊", 40), NewItem(Part.PRACTICE, "立焊", 40),
    NewItem(Part.PRACTICE, "安全操作", 30),
)  # fmt: skip

ONE_MORE_ITEM = (
    "INSERT INTO assessment_items (class_id, number, part, name, full_marks) "
    "SELECT class_id, 9, 'theory', '加分', 10 FROM assessment_items LIMIT 1"
)
A_SECOND_MARK = (
    "INSERT INTO marks (seat_id, class_id, sitting, theory, absent, by_key, at) "
    "SELECT seat_id, class_id, 2, 90, false, 'x', now() FROM marks LIMIT 1"
)


def last_day(class_: TrainingClass) -> date:
    return sessions_of(class_.id)[-1].on


def on(day: date, hour: int = 10) -> AbstractContextManager[None]:
    return clock.at(clock.moment_of(day, hour))


def taught(people: int = 3, absent: Mapping[int, int] | None = None) -> TrainingClass:
    """An ended class, whose assessment is announced for its last day."""
    class_ = make_running_class(people)
    mark_all(class_, absent)
    announce(class_)
    return end_class(class_)


def first_marks(class_: TrainingClass, marks: Mapping[int, tuple[int, int]], absent: tuple[int, ...] = ()) -> Actor:
    """The first sitting marked, by place number."""
    by = assessor_of(class_)
    with after_all(class_):
        given = {seat_at(class_, place).id: points(*told) for place, told in marks.items()}
        assessments.mark(class_, given, by=by, absent=[seat_at(class_, place).id for place in absent])
    return by


def announce_resit(class_: TrainingClass, days: int = 8) -> date:
    day = last_day(class_) + timedelta(days=days)
    with on(last_day(class_) + timedelta(days=1)):
        assessments.announce(class_, 2, on=day, place="", by=clerk_of(class_))
    return day


def told(kind: MessageKind = MessageKind.CLASS) -> list[str]:
    return [row.text or "" for row in db.session.query(Message).filter_by(kind=kind).order_by(Message.id)]


def plan(monkeypatch: pytest.MonkeyPatch, *items: tuple[str, str, int]) -> None:
    """As if classes were filed with a plan of these items, or, as was once usual, without any."""
    told = tuple(PlannedItem(SessionKind(part), name, full) for part, name, full in items)
    filed = NewAssessment(date(2026, 1, 1), "弼时实训场", told) if items else None
    for module in (sittings, announcing):
        monkeypatch.setattr(module, "assessment_plan_of", lambda _class_id: filed)


def saying(monkeypatch: pytest.MonkeyPatch, **figures: Any) -> None:
    """The policy with other figures."""

    def changed(class_: TrainingClass) -> Any:
        pack = pack_of_class(class_)
        others = {key.replace("__", "."): value for key, value in figures.items()}
        new = {key: Figure(key, value, "R23") for key, value in others.items()}
        return replace(pack, figures={**pack.figures, **new})

    for module in (announcing, confirming, marking, results, sittings):
        monkeypatch.setattr(module, "pack_of_class", changed)


# --- announced -------------------------------------------------------------------------------------------------------


def test_the_list_is_sent_seven_days_before_and_everybody_on_it_is_told() -> None:
    class_ = make_approved_class(2)
    by, day = clerk_of(class_), last_day(class_)
    with on(day - timedelta(days=6)), pytest.raises(DomainError, match="提前报送") as late:
        assessments.announce(class_, 1, on=day, place="", by=by)
    assert late.value.field == "on"
    with on(day - timedelta(days=7)):
        sitting = assessments.announce(class_, 1, on=day, place="弼时实训场", by=by)
        assert [row.id for row, _class in queries.sittings_ahead(officer())] == [sitting.id]
        assert queries.classes_to_announce(by) == []
    said = [one for one in told() if "考核" in one]
    assert len(said) == 2
    assert all(day.isoformat() in one and "弼时实训场" in one for one in said)
    assert queries.listed_in(class_.id, 1) == {seat_at(class_, 1).id, seat_at(class_, 2).id}


def test_where_the_policy_names_no_days_no_list_can_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = make_approved_class(1)
    saying(monkeypatch, assessment__list_days=None)
    with pytest.raises(Refused, match="考核名单提前报送的天数"):
        assessments.announce(class_, 1, on=last_day(class_), place="", by=clerk_of(class_))


def test_only_the_school_announces_and_only_the_listed_are_marked_from_the_day_on() -> None:
    class_ = make_running_class(2)
    by, seat = assessor_of(class_), seat_at(class_, 1)
    with pytest.raises(Forbidden):
        assessments.announce(class_, 1, on=last_day(class_), place="", by=officer())
    with after_all(class_), pytest.raises(Refused, match="还没有报送考核名单"):
        assessments.mark(class_, {seat.id: points(*GOOD)}, by=by)
    announce(class_)
    with after(sessions_of(class_.id)[0]), pytest.raises(Refused, match=last_day(class_).isoformat()):
        assessments.mark(class_, {seat.id: points(*GOOD)}, by=by)
    db.session.execute(text("DELETE FROM assessment_listed WHERE seat_id = :seat"), {"seat": seat.id})
    with after_all(class_), pytest.raises(Refused, match="名单里没有这个人"):
        assessments.mark(class_, {seat.id: points(*GOOD)}, by=by)


def test_the_items_of_the_approved_plan_are_assessed_and_nobody_sets_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class_ = make_approved_class(1)
    plan(monkeypatch, ("theory", "安全常识", 100), ("practice", "平焊", 60), ("practice", "立焊", 40))
    assert [(one.name, one.full_marks) for one in queries.items_of(class_)] == [
        ("安全常识", 100), ("平焊", 60), ("立焊", 40),
    ]  # fmt: skip
    with pytest.raises(Refused, match="批准的考核方案"):
        assessments.set_items(class_, WELDING, by=clerk_of(class_))


def test_a_plan_without_theory_gets_one_item_of_it_since_policy_asks_for_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class_ = make_approved_class(1)
    plan(monkeypatch, ("practice", "插花", 100))
    assert [(one.part, one.name) for one in queries.items_of(class_)] == [("theory", "理论"), ("practice", "插花")]


# --- items -----------------------------------------------------------------------------------------------------------


def test_the_items_of_a_part_make_its_mark_and_nobody_passes_by_rounding(monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = make_running_class(1)
    announce(class_)
    plan(monkeypatch)
    assessments.set_items(class_, WELDING, by=clerk_of(class_))
    seat, by = seat_at(class_, 1), assessor_of(class_)
    with after_all(class_):
        assessments.mark(class_, {seat.id: {1: 61, 2: 30, 3: 20}}, by=by)
        assert queries.marks_of(class_.id)[seat.id][0].practice is None
        assessments.mark(class_, {seat.id: {1: 61, 2: 30, 3: 20, 4: 15}}, by=by)
        row = queries.marks_of(class_.id)[seat.id][0]
        assert (row.theory, row.practice) == (61, 59)  # 65 of 110 is 59.09
        with pytest.raises(DomainError, match="安全操作”的分数要在 0 到 30"):
            assessments.mark(class_, {seat.id: {4: 31}}, by=by)
        with pytest.raises(Refused, match="不能再改"):
            assessments.set_items(class_, WELDING, by=clerk_of(class_))


@pytest.mark.parametrize(
    "items", [WELDING[:1], [*WELDING, replace(WELDING[1], name="")], [replace(WELDING[0], full_marks=0), WELDING[1]]]
)  # fmt: skip
def test_items_that_make_no_sense_are_refused(monkeypatch: pytest.MonkeyPatch, items: list[NewItem]) -> None:
    class_ = make_approved_class(1)
    plan(monkeypatch)
    with pytest.raises(DomainError) as wrong:
        assessments.set_items(class_, items, by=clerk_of(class_))
    assert wrong.value.field == "items"


@pytest.mark.parametrize(
    ("statement", "law"),
    [
        ("UPDATE marks SET theory = 99", "law_marks_from_items"),
        ("UPDATE item_marks SET points = points + 1", "law_marks_from_items"),
        (ONE_MORE_ITEM, "law_items_settled"),
        ("UPDATE assessment_sittings SET number = 2", "law_resit_follows|foreign key"),
        (A_SECOND_MARK, "fk_marks_listed"),
    ],
)  # fmt: skip
def test_the_database_keeps_marks_to_their_items_and_sittings(statement: str, law: str) -> None:
    class_ = taught(1)
    first_marks(class_, {1: (50, 70)})
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError, match=law) as broken, db.session.begin_nested():
        db.session.execute(text(statement))
    assert broken


# --- sat again -------------------------------------------------------------------------------------------------------


def test_who_failed_or_was_absent_sits_again_once_and_the_first_marks_stay_beside() -> None:
    class_ = taught(3)
    by = first_marks(class_, {1: GOOD, 2: (48, 80)}, absent=(3,))
    with after_all(class_), pytest.raises(Refused, match="可以补考"):
        assessments.confirm(class_, by=by)
    day = announce_resit(class_)
    second, third = seat_at(class_, 2), seat_at(class_, 3)
    assert queries.listed_in(class_.id, 2) == {second.id, third.id}
    with on(day):
        with pytest.raises(DomainError, match="没有达到的部分"):
            assessments.mark(class_, {second.id: {1: 70, 2: 99}}, by=by, sitting=2)
        assessments.mark(class_, {second.id: {1: 66}, third.id: points(61, 62)}, by=by, sitting=2)
        assessments.confirm(class_, by=by)
    outcomes = queries.outcomes_of(class_.id)
    assert (outcomes[second.id].theory, outcomes[second.id].practice) == (66, 80)
    assert outcomes[second.id].passed
    assert outcomes[third.id].passed
    kept = queries.marks_of(class_.id)[second.id]
    assert [(mark.sitting, mark.theory, mark.practice) for mark in kept] == [(1, 48, 80), (2, 66, None)]


@pytest.mark.parametrize(("counts", "mark"), [("last", 52), ("best", 58)])
def test_which_sitting_counts_is_the_policys_word(monkeypatch: pytest.MonkeyPatch, counts: str, mark: int) -> None:
    saying(monkeypatch, assessment__counts=counts)
    class_ = taught(1)
    by, seat = first_marks(class_, {1: (58, 80)}), seat_at(class_, 1)
    with on(announce_resit(class_)):
        assessments.mark(class_, {seat.id: {1: 52}}, by=by, sitting=2)
        outcome = assessments.confirm(class_, by=by)[0]
    assert (outcome.theory, outcome.counted, outcome.passed) == (mark, counts, False)


def test_where_the_policy_does_not_say_what_counts_or_how_often_nothing_is_confirmed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saying(monkeypatch, assessment__counts=None)
    class_ = taught(1)
    by, seat = first_marks(class_, {1: (58, 80)}), seat_at(class_, 1)
    with on(announce_resit(class_)):
        assessments.mark(class_, {seat.id: {1: 70}}, by=by, sitting=2)
        with pytest.raises(Refused, match="补考后算哪一次的成绩"):
            assessments.confirm(class_, by=by)


def test_without_a_figure_for_resits_neither_a_resit_nor_an_outcome_comes_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    saying(monkeypatch, assessment__resits=None)
    class_ = taught(1)
    by = first_marks(class_, {1: (58, 80)})
    with on(last_day(class_) + timedelta(days=1)), pytest.raises(Refused, match="补考次数"):
        assessments.announce(class_, 2, on=last_day(class_) + timedelta(days=9), place="", by=clerk_of(class_))
    with after_all(class_), pytest.raises(Refused, match="补考次数"):
        assessments.confirm(class_, by=by)


def test_where_the_policy_gives_no_resit_the_outcome_follows_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    saying(monkeypatch, assessment__resits=0)
    class_ = taught(1)
    by = first_marks(class_, {1: (58, 80)})
    with after_all(class_):
        assert not assessments.confirm(class_, by=by)[0].passed
    assert queries.waivers_of(class_.id)[seat_at(class_, 1).id].waived_for == "not_offered"


def test_a_resit_is_on_a_later_day_once_and_only_for_those_who_need_it() -> None:
    class_ = taught(2)
    by = first_marks(class_, {1: GOOD, 2: (48, 80)})
    clerk, seat = clerk_of(class_), seat_at(class_, 2)
    with on(last_day(class_) - timedelta(days=9)), pytest.raises(DomainError, match="另择日期"):
        assessments.announce(class_, 2, on=last_day(class_), place="", by=clerk)
    with on(announce_resit(class_)):
        with pytest.raises(Refused, match="第一次的成绩不能再改"):
            assessments.mark(class_, {seat.id: points(*GOOD)}, by=by)
        with pytest.raises(Refused, match="名单里没有这个人"):
            assessments.mark(class_, {seat_at(class_, 1).id: points(*GOOD)}, by=by, sitting=2)
        with pytest.raises(Refused, match="可以补考"):
            assessments.confirm(class_, by=by)
        assessments.mark(class_, {}, by=by, absent=[seat.id], sitting=2)
        with pytest.raises(Refused, match="最多补考 1 次"):
            assessments.announce(class_, 3, on=clock.today() + timedelta(days=8), place="", by=clerk)
        outcome = assessments.confirm(class_, by=by)[1]
    assert (outcome.theory, outcome.passed) == (48, False)


def test_who_gives_the_resit_up_in_words_gets_their_outcome() -> None:
    class_ = taught(2)
    by = first_marks(class_, {1: GOOD, 2: (48, 80)})
    with after_all(class_):
        with pytest.raises(DomainError, match="写明放弃补考的原因"):
            assessments.waive_resit(class_, seat_at(class_, 2).id, reason=" ", by=by)
        with pytest.raises(Refused, match="没有补考机会"):
            assessments.waive_resit(class_, seat_at(class_, 1).id, reason="不考了", by=by)
        with pytest.raises(Forbidden):
            assessments.waive_resit(class_, seat_at(class_, 2).id, reason="不考了", by=officer())
        assessments.waive_resit(class_, seat_at(class_, 2).id, reason="外出务工", by=by)
        assert [one.passed for one in assessments.confirm(class_, by=by)] == [True, False]


def test_a_resit_can_not_make_up_for_hours_so_nobody_waits_for_it() -> None:
    class_ = taught(1, absent={1: 8})
    by = first_marks(class_, {1: (48, 80)})
    with after_all(class_):
        assert not assessments.confirm(class_, by=by)[0].present_enough


def test_the_database_takes_no_failing_outcome_while_a_resit_is_open() -> None:
    class_ = taught(1)
    first_marks(class_, {1: (48, 80)})
    hours = sum(session.hours for session in sessions_of(class_.id))
    row = {"seat": seat_at(class_, 1).id, "class": class_.id, "hours": hours, "pack": class_.policy_pack_id}
    insert = text(
        "INSERT INTO outcomes (seat_id, class_id, attended_hours, planned_hours, theory, practice, present_enough,"
        " passed, reasons, policy_pack_id, at, by_key)"
        " VALUES (:seat, :class, :hours, :hours, 48, 80, true, false, '[]', :pack, now(), 'x')"
    )
    with pytest.raises(DBAPIError, match="may still sit again"), db.session.begin_nested():
        db.session.execute(insert, row)
    with after_all(class_):
        assessments.waive_resit(class_, row["seat"], reason="不考了", by=clerk_of(class_))  # type: ignore[arg-type]  # an id
    db.session.execute(insert, row)


# --- two assessors ---------------------------------------------------------------------------------------------------


def test_whoever_saves_second_over_marks_they_did_not_see_is_told_and_changes_nothing() -> None:
    class_ = taught(2)
    by, first, second = assessor_of(class_), seat_at(class_, 1), seat_at(class_, 2)
    with after_all(class_):
        assessments.mark(class_, {first.id: points(80, 80)}, by=by, seen={first.id: 0})
        with pytest.raises(assessments.MarksMoved, match=first.person.name) as moved:
            assessments.mark(
                class_, {first.id: points(70, 70), second.id: points(60, 60)}, by=by, seen={first.id: 0, second.id: 0}
            )
        assert moved.value.seats == {first.id}
        assert second.id not in queries.marks_of(class_.id)
        assessments.mark(class_, {first.id: points(70, 70)}, by=by, seen={first.id: 1})
    assert queries.marks_of(class_.id)[first.id][0].theory == 70
