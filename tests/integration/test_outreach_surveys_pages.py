"""Rounds and cards as officers see them: opened, followed down to the list, answered, printed, typed in."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.audit.queries import events_of
from app.kernel.access import Role
from app.kernel.database import db
from app.outreach import queries, service
from app.outreach.models import SurveyCard, SurveyRound
from app.outreach.rules import CardStatus, How, RoundStatus
from app.people.models import Person, WorkStatus
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, make_user
from tests.making.outreach import OTHER_VILLAGE, answer, card_of, in_days, make_round, village_officer
from tests.making.people import make_person
from tests.pdf_text import pages_of

pytestmark = pytest.mark.usefixtures("session")


def township() -> User:
    return make_user(Role.TOWNSHIP_OFFICER, area=(TOWNSHIP,))


def village() -> User:
    return make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))


def enter(sign_in: SignIn, user: User) -> FlaskClient:
    """Sign in; what the test has made so far stays, whatever a request rolls back."""
    db.session.commit()
    return sign_in(user)


def typed(page: FlaskClient, path: str, **data: Any) -> tuple[int, str]:
    answered = page.post(path, data=data, follow_redirects=True)
    return answered.status_code, answered.get_data(as_text=True)


def test_a_township_officer_drafts_a_round_reads_it_over_and_opens_it(sign_in: SignIn) -> None:
    page = enter(sign_in, township())
    form = page.get("/surveys/new").get_data(as_text=True)
    assert "湄江村" in form
    status, shown = typed(
        page,
        f"/surveys/new?region={TOWNSHIP}",
        title="冬季摸底",
        due_on=in_days(14).isoformat(),
        places=[VILLAGE, OTHER_VILLAGE],
        mapped=["work_status", "wish"],
        own="过年回不回来（是否）",
    )
    assert status == 200
    assert "过年回不回来" in shown
    survey = db.session.query(SurveyRound).order_by(SurveyRound.id.desc()).first()
    assert survey is not None
    status, shown = typed(page, f"/surveys/{survey.id}/open")
    assert (status, survey.status) == (200, RoundStatus.OPEN)
    assert "卡片还在生成" in shown


def test_a_round_without_questions_or_places_comes_back_with_its_words(sign_in: SignIn) -> None:
    page = enter(sign_in, township())
    status, shown = typed(page, f"/surveys/new?region={TOWNSHIP}", title="冬季摸底", due_on=in_days(3).isoformat())
    assert status == 422
    assert "冬季摸底" in shown


def test_each_number_of_the_coverage_opens_a_list_of_just_as_many(sign_in: SignIn) -> None:
    person = make_person()
    make_person(region_code=OTHER_VILLAGE)
    survey = make_round(places=(VILLAGE, OTHER_VILLAGE))
    answer(card_of(person, survey), village_officer())
    page = enter(sign_in, make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    shown = page.get(f"/surveys/{survey.id}?region={TOWNSHIP}").get_data(as_text=True)
    links = set(re.findall(rf'<a href="(/surveys/{survey.id}/cards\?[^"]+)">(\d+)</a>', shown))
    assert len(links) >= 4
    for url, number in links:
        listed = page.get(url.replace("&amp;", "&")).get_data(as_text=True)
        assert f"共 {number} 条" in listed


def test_the_county_opens_its_townships_and_they_their_villages(sign_in: SignIn) -> None:
    make_person()
    survey = make_round()
    page = enter(sign_in, make_user(Role.TRAINING_OFFICER, area=(COUNTY,)))
    county = page.get(f"/surveys/{survey.id}").get_data(as_text=True)
    assert f"region={TOWNSHIP}" in county
    assert "湄江村" in page.get(f"/surveys/{survey.id}?region={TOWNSHIP}").get_data(as_text=True)
    assert page.get(f"/surveys/{survey.id}?region={OTHER_COUNTY}").status_code == 404


def test_an_officer_answers_a_card_and_comes_to_the_next_of_the_village(sign_in: SignIn) -> None:
    first, second = make_person(name="阿示例"), make_person(name="赵示例")
    survey = make_round(own="有车吗（是否）")
    card = card_of(first, survey)
    page = enter(sign_in, village())
    shown = page.get(f"/surveys/cards/{card.id}").get_data(as_text=True)
    assert "现在做什么" in shown
    assert "有车吗" in shown
    assert "存好，下一个" in shown
    data = {"work_status": "unemployed", "q1": "yes", "on": in_days(0).isoformat(), "how": "call", "version": "1"}
    status, shown = typed(page, f"/surveys/cards/{card.id}/answer", **data)
    assert status == 200
    assert "赵示例" in shown
    db.session.refresh(card)
    assert (card.status, card.how) == (CardStatus.ANSWERED, How.CALL)
    assert db.session.get_one(Person, first.id).work_status == WorkStatus.UNEMPLOYED
    assert card_of(second, survey).status == CardStatus.OPEN


def test_a_card_without_the_needed_answer_comes_back_with_what_was_typed(sign_in: SignIn) -> None:
    card = card_of(make_person(), make_round(own="几个孩子（数字）"))
    data = {"q1": "三", "on": in_days(0).isoformat(), "how": "visit", "version": "1"}
    status, shown = typed(enter(sign_in, village()), f"/surveys/cards/{card.id}/answer", **data)
    assert status == 422
    assert "这一题要回答" in shown
    assert 'value="三"' in shown


def test_a_stale_card_is_not_overwritten(sign_in: SignIn) -> None:
    card = card_of(make_person(), make_round())
    answer(card, village_officer(), work_status="employed")
    data = {"work_status": "farming", "on": in_days(0).isoformat(), "how": "visit", "version": "1"}
    status, shown = typed(enter(sign_in, village()), f"/surveys/cards/{card.id}/answer", **data)
    assert status == 409
    assert "罗示例" in shown
    db.session.refresh(card)
    assert card.work_status == WorkStatus.EMPLOYED


def test_who_was_not_reached_is_noted_with_the_reason(sign_in: SignIn) -> None:
    card = card_of(make_person(), make_round())
    page = enter(sign_in, village())
    status, shown = typed(page, f"/surveys/cards/{card.id}/not-reached", on=in_days(0).isoformat(), how="visit")
    assert status == 422
    data = {"reason": "away", "on": in_days(0).isoformat(), "how": "visit", "version": "1"}
    status, shown = typed(page, f"/surveys/cards/{card.id}/not-reached", **data)
    assert status == 200
    assert "没联系上" in shown
    assert "人在外地" in page.get(f"/surveys/{card.round_id}").get_data(as_text=True)


def test_a_card_of_another_village_is_not_there(sign_in: SignIn) -> None:
    card = card_of(make_person(region_code=OTHER_VILLAGE), make_round(places=(VILLAGE, OTHER_VILLAGE)))
    page = enter(sign_in, village())
    assert page.get(f"/surveys/cards/{card.id}").status_code == 404
    assert page.post(f"/surveys/cards/{card.id}/answer").status_code == 404


def test_a_village_officer_may_not_run_a_round(sign_in: SignIn) -> None:
    survey = make_round()
    page = enter(sign_in, village())
    assert page.get("/surveys/new").status_code == 403
    assert page.post(f"/surveys/{survey.id}/close").status_code == 403


def test_the_cards_of_a_village_are_printed_and_that_is_recorded(sign_in: SignIn) -> None:
    person = make_person(name="欧阳示例", phone="13900000456")
    survey = make_round(own="有车吗（是否）")
    page = enter(sign_in, village())
    assert VILLAGE in page.get(f"/surveys/{survey.id}/papers").get_data(as_text=True)
    printed = page.post(f"/surveys/{survey.id}/print", data={"village": VILLAGE})
    assert printed.mimetype == "application/pdf"
    words = "".join(pages_of(printed.data))
    for expected in ("欧阳示例", "13900000456", "现在做什么", "有车吗", str(card_of(person, survey).id)):
        assert expected in words
    assert events_of(survey)[-1].action == "export"
    assert page.post(f"/surveys/{survey.id}/print", data={"village": OTHER_VILLAGE}).status_code == 404


def sheet(cards: list[SurveyCard], **given: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    for card in cards:
        rows |= {f"{card.id}-on": in_days(0).isoformat(), **{f"{card.id}-{key}": text for key, text in given.items()}}
    return rows


def test_a_whole_sheet_is_typed_in_at_once_and_rows_left_empty_stay_open(sign_in: SignIn) -> None:
    survey_people = [make_person() for _ in range(3)]
    survey = make_round()
    one, two, three = (card_of(person, survey) for person in survey_people)
    rows = sheet([one], work_status="farming") | sheet([two], reason="away") | sheet([three])
    page = enter(sign_in, village())
    assert page.get(f"/surveys/{survey.id}/sheet?village={VILLAGE}").status_code == 200
    status, shown = typed(page, f"/surveys/{survey.id}/sheet?village={VILLAGE}", **rows)
    assert status == 200
    assert "补录了 2 张卡" in shown
    assert [card.status for card in (one, two, three)] == [
        CardStatus.ANSWERED,
        CardStatus.NOT_REACHED,
        CardStatus.OPEN,
    ]
    assert one.how is How.SHEET


def test_one_wrong_row_keeps_the_whole_sheet_back_and_says_so_at_the_row(sign_in: SignIn) -> None:
    survey_people = [make_person(name="甲示例"), make_person(name="乙示例")]
    survey = make_round()
    one, two = (card_of(person, survey) for person in survey_people)
    rows = sheet([one], work_status="farming") | sheet([two], work_status="farming", phone="123")
    status, shown = typed(enter(sign_in, village()), f"/surveys/{survey.id}/sheet?village={VILLAGE}", **rows)
    assert status == 422
    assert f'id="fault-{two.id}"' in shown
    assert f'id="fault-{one.id}"' not in shown
    assert 'value="123"' in shown
    for card in (one, two):
        db.session.refresh(card)
        assert card.status == CardStatus.OPEN


def test_two_rounds_are_compared_and_the_numbers_open_lists(sign_in: SignIn) -> None:
    person, by = make_person(), village_officer()
    earlier = make_round()
    answer(card_of(person, earlier), by, work_status="unemployed")
    later = make_round()
    answer(card_of(person, later), by, work_status="employed")
    page = enter(sign_in, township())
    shown = page.get(f"/surveys/{later.id}/compare?with={earlier.id}").get_data(as_text=True)
    assert "同一个人，两次答得不一样" in shown
    links = re.findall(r'<a href="(/surveys/\d+/cards\?[^"]+)">(\d+)</a>', shown)
    assert links
    for url, number in links:
        assert f"共 {number} 条" in page.get(url.replace("&amp;", "&")).get_data(as_text=True)


def test_a_round_that_shares_no_village_cannot_be_compared(sign_in: SignIn) -> None:
    lonely = make_round(places=(OTHER_VILLAGE,))
    assert enter(sign_in, township()).get(f"/surveys/{lonely.id}/compare").status_code == 404


def test_the_due_date_moves_and_a_closed_round_opens_again(sign_in: SignIn) -> None:
    person = make_person()
    survey = make_round()
    page = enter(sign_in, township())
    assert typed(page, f"/surveys/{survey.id}/due", due_on=in_days(-3).isoformat())[0] == 422
    assert typed(page, f"/surveys/{survey.id}/due", due_on=in_days(30).isoformat())[0] == 200
    assert survey.due_on == in_days(30)
    typed(page, f"/surveys/{survey.id}/close")
    assert "没有走访" in page.get(f"/surveys/cards/{card_of(person, survey).id}").get_data(as_text=True)
    typed(page, f"/surveys/{survey.id}/due", due_on=in_days(40).isoformat())
    assert survey.status == RoundStatus.OPEN
    assert queries.runs(village_officer(), survey) is False
    assert service.make_cards(survey.id) == 0
