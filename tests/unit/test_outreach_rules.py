"""When an officer's work is due, and what may be asked and answered: pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import DomainError
from app.outreach.rules import PACE, Coverage, Mapped, Question, QuestionKind, ServiceKind, ServiceResult
from app.outreach.rules.due import (
    Pace,
    Work,
    follow_up_due,
    is_entitled,
    lacks_offer,
    month_after,
    next_share,
    offer_due,
    service_due,
    wish_due,
)
from app.outreach.rules.services import RESULTS, refuse_wrong
from app.outreach.rules.surveys import free_questions, questions_of, read_answers, refuse_bad_questions

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
WORK = Question(
    "work_status", "现在做什么", QuestionKind.CHOICE, (("a", "甲"), ("b", "乙")), Mapped.WORK_STATUS, needed=True
)
TODAY = date(2026, 3, 10)


def test_somebody_newly_without_work_is_on_the_list_until_an_offer_is_made() -> None:
    lost = date(2026, 3, 1)
    assert lacks_offer(lost, None, today=TODAY)
    assert offer_due(lost, None) == date(2026, 3, 8)
    assert not lacks_offer(lost, date(2026, 3, 9), today=TODAY)


def test_an_offer_from_before_the_work_was_lost_does_not_count() -> None:
    assert lacks_offer(date(2026, 3, 1), date(2026, 2, 20), today=TODAY)


def test_whoever_still_has_no_work_is_back_on_the_list_thirty_days_after_the_last_offer() -> None:
    lost, offered = date(2026, 1, 1), date(2026, 2, 8)
    assert not lacks_offer(lost, offered, today=date(2026, 3, 9))
    assert lacks_offer(lost, offered, today=date(2026, 3, 10))
    assert offer_due(lost, offered) == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("status", "willing", "ability", "excluded", "owed"),
    [
        ("unemployed", "unsure", "able", False, True),
        ("waiting_to_return", "willing", "partly", False, True),
        ("farming", "willing", "able", False, True),
        ("farming", "unsure", "able", False, False),
        ("employed", "willing", "able", False, False),
        ("away", "willing", "able", False, False),
        ("unemployed", "unwilling", "able", False, False),
        ("unemployed", "willing", "unable", False, False),
        ("unemployed", "willing", "able", True, False),
    ],
)
def test_the_311_service_is_owed_to_who_seeks_work_and_has_none(
    status: str,
    willing: str,
    ability: str,
    excluded: bool,  # noqa: FBT001  # a column of the table above
    owed: bool,  # noqa: FBT001  # as above
) -> None:
    assert is_entitled(status, willing, ability, excluded=excluded) is owed


def test_three_recommendations_are_spread_over_the_year() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    dues = [next_share(first, last, 3, done) for done in range(4)]
    assert dues == [date(2026, 5, 1), date(2026, 8, 31), date(2026, 12, 31), None]


def test_the_year_of_service_is_complete_after_three_one_and_one() -> None:
    assert service_due((3, 1, 1), without_work_since=None, today=TODAY) is None
    assert service_due((2, 1, 1), without_work_since=None, today=TODAY) == date(2026, 12, 31)
    assert service_due((3, 0, 1), without_work_since=None, today=TODAY) == date(2026, 12, 31)
    assert service_due((0, 0, 0), without_work_since=None, today=TODAY) == date(2026, 5, 1)


def test_who_lost_work_late_in_the_year_is_still_owed_the_whole_service_by_its_end() -> None:
    lost = date(2026, 12, 20)
    assert service_due((0, 0, 0), without_work_since=lost, today=date(2026, 12, 22)) == date(2026, 12, 23)
    assert service_due((2, 1, 1), without_work_since=lost, today=date(2026, 12, 22)) == date(2026, 12, 31)


@given(DAYS, st.integers(0, 400), st.integers(1, 6))
def test_shares_never_fall_outside_their_time_and_never_go_back(first: date, days: int, wanted: int) -> None:
    last = first + timedelta(days=days)
    dues = [next_share(first, last, wanted, done) for done in range(wanted)]
    assert None not in dues
    assert dues == sorted(due for due in dues if due)
    assert dues[-1] == last


@given(DAYS, st.integers(0, 36))
def test_a_month_after_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    found = month_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_follow_ups_fall_due_after_one_three_and_six_months() -> None:
    took_up = date(2026, 8, 31)
    dues = [follow_up_due(took_up, asked) for asked in range(4)]
    assert dues == [date(2026, 9, 30), date(2026, 11, 30), date(2027, 2, 28), None]


def test_a_wish_is_answered_within_fifteen_days_or_as_the_bureau_chose() -> None:
    assert wish_due(date(2026, 3, 1)) == date(2026, 3, 16)
    assert wish_due(date(2026, 3, 1), Pace(wish_days=3)) == date(2026, 3, 4)


def test_work_of_two_places_adds_up_and_keeps_the_earliest_day() -> None:
    both = Work(2, 1, date(2026, 3, 5)) + Work(1, 0, date(2026, 3, 1)) + Work()
    assert both == Work(3, 1, date(2026, 3, 1))


def test_coverage_says_a_hundred_only_when_everybody_was_asked() -> None:
    assert Coverage(1000, 999, 1).percent == 99
    assert Coverage(1000, 1000).percent == 100
    assert (Coverage(3, 1, 1) + Coverage(2, 2)).open == 1
    assert Coverage().percent == 0


def test_an_officers_own_questions_are_read_from_lines() -> None:
    found = free_questions(
        "家里有车吗（是否）\n几个孩子(数字)\n\n哪天回来（日期）\n住哪里：本村/镇上/县城\n还有什么要说的"
    )
    assert [(one.text, one.kind) for one in found] == [
        ("家里有车吗", QuestionKind.YES_NO),
        ("几个孩子", QuestionKind.NUMBER),
        ("哪天回来", QuestionKind.DATE),
        ("住哪里", QuestionKind.CHOICE),
        ("还有什么要说的", QuestionKind.TEXT),
    ]
    assert [value for value, _words in found[3].choices] == ["本村", "镇上", "县城"]
    refuse_bad_questions(found)


def test_a_question_set_survives_being_stored() -> None:
    found = (WORK, *free_questions("住哪里：本村/镇上"))
    assert questions_of([one.kept() for one in found]) == found


@pytest.mark.parametrize("text", ["", "住哪里：本村", "一样吗（是否）\n一样吗（是否）", "长" * 81])
def test_a_set_that_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        refuse_bad_questions(free_questions(text))


def test_answers_are_read_by_kind_and_what_was_left_empty_is_left_out() -> None:
    asked = (WORK, *free_questions("有车吗（是否）\n几个孩子（数字）\n哪天回来（日期）"))
    answers = read_answers(asked, {"work_status": "a", "q1": "yes", "q2": " 3 ", "q3": ""})
    assert answers == {"work_status": "a", "q1": "yes", "q2": 3}


@pytest.mark.parametrize(
    ("given_text", "field"),
    [
        ({"work_status": "c"}, "work_status"),
        ({"work_status": "a", "q1": "maybe"}, "q1"),
        ({"work_status": "a", "q2": "三"}, "q2"),
        ({"work_status": "a", "q3": "2026-02-30"}, "q3"),
        ({"q1": "yes"}, "work_status"),
    ],
)
def test_a_wrong_answer_names_its_question(given_text: dict[str, str], field: str) -> None:
    asked = (WORK, *free_questions("有车吗（是否）\n几个孩子（数字）\n哪天回来（日期）"))
    with pytest.raises(DomainError) as refused:
        read_answers(asked, given_text)
    assert refused.value.field == field


def test_a_card_where_nothing_was_answered_is_no_answer() -> None:
    with pytest.raises(DomainError):
        read_answers(free_questions("有车吗（是否）"), {})


def test_every_kind_of_service_has_results_and_may_meet_nobody() -> None:
    assert all(ServiceResult.NOT_REACHED in RESULTS[kind] for kind in ServiceKind)


@pytest.mark.parametrize(
    ("kind", "result", "on", "about", "field"),
    [
        (ServiceKind.GUIDANCE, ServiceResult.KEPT, TODAY, "", "result"),
        (ServiceKind.GUIDANCE, ServiceResult.DONE, TODAY + timedelta(days=1), "", "done_on"),
        (ServiceKind.JOB_RECOMMENDATION, ServiceResult.ACCEPTED, TODAY, " ", "about"),
    ],
)
def test_a_service_that_cannot_be_is_refused(
    kind: ServiceKind, result: ServiceResult, on: date, about: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        refuse_wrong(kind, result, on, about, today=TODAY)
    assert refused.value.field == field


def test_who_was_not_reached_needs_no_post_named() -> None:
    refuse_wrong(ServiceKind.JOB_RECOMMENDATION, ServiceResult.NOT_REACHED, TODAY, "", today=TODAY)


def test_the_pace_is_the_handbooks() -> None:
    assert (PACE.job_recommendations, PACE.guidance, PACE.training_offers) == (3, 1, 1)
