"""Survey rounds: opened for villages, answered by people, the register kept true, two rounds compared."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update

from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from app.kernel.tasks import tasks
from app.outreach import queries, service
from app.outreach.models import SurveyCard
from app.outreach.queries import CardFilters, Picture
from app.outreach.rules import CardStatus, Coverage, How, NotReached, RoundStatus
from app.outreach.service import Asked
from app.people import service as people
from app.people.models import ChangeSource, PersonChange, Willing, WorkStatus
from app.people.service import PersonChanges
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.making.outreach import (
    OTHER_VILLAGE,
    answer,
    card_of,
    in_days,
    make_draft,
    make_round,
    township_officer,
    village_officer,
)
from tests.making.people import make_person

pytestmark = pytest.mark.usefixtures("session")


def test_opening_a_round_makes_one_card_for_every_laborer_of_its_villages() -> None:
    here, there = make_person(), make_person(region_code=OTHER_VILLAGE)
    by = township_officer()
    survey = make_draft(by)
    service.open_round(survey, by=by)
    assert tasks.run_pending() >= 1
    assert card_of(here, survey).status == CardStatus.OPEN
    assert queries.cards_of(there.id) == []


def test_making_cards_again_changes_nothing_and_takes_in_who_came_since() -> None:
    first = make_person()
    survey = make_round()
    came = make_person()
    assert service.make_cards(survey.id) == 1
    assert service.make_cards(survey.id) == 0
    assert {card_of(first, survey).status, card_of(came, survey).status} == {CardStatus.OPEN}


def test_an_open_card_follows_a_person_who_moves_within_the_round() -> None:
    person = make_person()
    survey = make_round(places=(VILLAGE, OTHER_VILLAGE))
    people.change(person, PersonChanges(region_code=OTHER_VILLAGE), by=SYSTEM)
    db.session.flush()
    service.make_cards(survey.id)
    card = card_of(person, survey)
    db.session.refresh(card)
    assert card.region_code == OTHER_VILLAGE
    assert card.version == 1


def test_an_untouched_card_of_a_row_that_was_merged_into_another_goes() -> None:
    kept, dropped = make_person(), make_person()
    survey = make_round()
    people.merge(kept, dropped, reason="同一个人登记了两次", by=make_user(Role.TRAINING_OFFICER).as_actor())
    db.session.flush()
    service.make_cards(survey.id)
    assert queries.cards_of(dropped.id) == []
    assert card_of(kept, survey).status == CardStatus.OPEN


def test_whole_townships_are_taken_by_their_villages_and_nothing_outside_the_runners_region() -> None:
    by = township_officer()
    survey = make_draft(by, places=(COUNTY,))
    villages = queries.village_codes(survey.id)
    assert VILLAGE in villages
    assert all(code.startswith("430681107") for code in villages)


def test_a_round_without_a_village_or_with_a_day_gone_by_is_refused() -> None:
    by = township_officer()
    with pytest.raises(DomainError) as nowhere:
        make_draft(by, places=(OTHER_COUNTY,))
    assert nowhere.value.field == "places"
    survey = make_draft(by)
    with clock.at(clock.now() + timedelta(days=30)), pytest.raises(DomainError) as late:
        service.open_round(survey, by=by)
    assert late.value.field == "due_on"


def test_a_village_officer_sees_an_open_round_but_not_its_draft_and_runs_neither() -> None:
    by, theirs = township_officer(), village_officer()
    survey = make_draft(by)
    with pytest.raises(NotFound):
        queries.round_for(theirs, survey.id)
    service.open_round(survey, by=by)
    assert queries.round_for(theirs, survey.id) is survey
    with pytest.raises(Forbidden):
        service.close_round(survey, by=theirs)


def test_an_answer_changes_the_register_and_keeps_what_it_said_before() -> None:
    person, by = make_person(work_status=WorkStatus.EMPLOYED), village_officer()
    card = card_of(person, make_round())
    answer(card, by, work_status="unemployed", wish="welding", willing="willing", phone="13900000123")
    assert (person.work_status, person.wish_trade, person.willing) == (
        WorkStatus.UNEMPLOYED,
        "welding",
        Willing.WILLING,
    )
    assert person.phone == "13900000123"
    assert person.unemployed_since_on == clock.today()
    kept = db.session.scalars(select(PersonChange).where(PersonChange.person_id == person.id)).all()
    changed = {row.field: row for row in kept}
    assert changed["work_status"].old_value == "employed"
    assert changed["work_status"].source is ChangeSource.SURVEY
    assert changed["work_status"].by_key == by.key
    assert (card.status, card.work_status, card.wish, card.willing) == (
        CardStatus.ANSWERED,
        WorkStatus.UNEMPLOYED,
        "welding",
        "willing",
    )


def test_who_was_unemployed_before_keeps_the_day_it_began() -> None:
    began = clock.today() - timedelta(days=90)
    person = make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=began)
    answer(card_of(person, make_round()), village_officer(), work_status="unemployed")
    assert person.unemployed_since_on == began


def test_answers_lie_sealed_in_the_database() -> None:
    person = make_person()
    card = card_of(person, make_round(own="身体怎么样"))
    answer(card, village_officer(), q1="有高血压要吃药")
    row = db.session.execute(text("SELECT * FROM survey_cards WHERE id = :id"), {"id": card.id}).mappings().one()
    assert "高血压".encode() not in bytes(row["answers_json_sealed"])
    assert not any("高血压" in str(value) for value in row.values())
    db.session.expire(card)
    assert card.answers["q1"] == "有高血压要吃药"


def test_an_answer_is_refused_for_a_wrong_phone_and_then_nothing_is_kept() -> None:
    person = make_person()
    card = card_of(person, make_round())
    with pytest.raises(DomainError) as refused, db.session.begin_nested():
        answer(card, village_officer(), phone="12345")
    assert refused.value.field == "phone"
    db.session.refresh(card)
    assert card.status == CardStatus.OPEN


def test_not_reached_keeps_why_and_can_be_answered_later_but_not_the_other_way_round() -> None:
    by = village_officer()
    card = card_of(make_person(), make_round())
    service.not_reached(card, NotReached.AWAY, Asked(clock.today(), How.CALL), by=by)
    assert (card.status, card.reason) == (CardStatus.NOT_REACHED, NotReached.AWAY)
    answer(card, by)
    assert (card.status, card.reason) == (CardStatus.ANSWERED, None)
    with pytest.raises(Refused):
        service.not_reached(card, NotReached.AWAY, Asked(clock.today()), by=by)
    assert [event.action for event in events_of(card)][:2] == ["card not reached", "card answered"]


def test_another_reason_must_be_written_out() -> None:
    card = card_of(make_person(), make_round())
    with pytest.raises(DomainError) as refused:
        service.not_reached(card, NotReached.OTHER, Asked(clock.today()), by=village_officer())
    assert refused.value.field == "note"


def test_the_second_of_two_officers_sees_that_the_card_changed() -> None:
    one, two = village_officer(), village_officer()
    card = card_of(make_person(), make_round())
    seen = card.version
    answer(card, one)
    with pytest.raises(Conflict):
        service.answer(card, {"work_status": "employed"}, Asked(clock.today(), seen=seen), by=two)


def test_a_devices_answer_sent_twice_is_taken_once() -> None:
    by, key = village_officer(), uuid4()
    card = card_of(make_person(), make_round())
    asked = Asked(clock.today(), How.OFFLINE, seen=card.version, client_key=key)
    service.answer(card, {"work_status": "farming"}, asked, by=by)
    version = card.version
    service.answer(card, {"work_status": "farming"}, asked, by=by)
    assert card.version == version
    assert len([event for event in events_of(card) if event.action == "card answered"]) == 1


def test_nobody_answers_for_another_village_or_a_closed_round_or_a_day_to_come() -> None:
    by = township_officer()
    card = card_of(make_person(), make_round(by))
    with pytest.raises(Forbidden):
        answer(card, village_officer(OTHER_VILLAGE))
    with pytest.raises(DomainError):
        service.answer(card, {"work_status": "farming"}, Asked(in_days(1)), by=by)
    service.close_round(card.survey, by=by)
    with pytest.raises(Refused):
        answer(card, by)
    assert card.survey.status == RoundStatus.CLOSED


def test_a_closed_round_opens_again_for_who_was_missed() -> None:
    by = township_officer()
    card = card_of(make_person(), make_round(by))
    service.close_round(card.survey, by=by)
    service.reopen_round(card.survey, due_on=in_days(20), by=by)
    answer(card, by)
    assert card.status == CardStatus.ANSWERED


def test_coverage_is_counted_by_village_and_rolled_up_to_the_county() -> None:
    by = make_user(Role.TRAINING_OFFICER, area=(COUNTY,)).as_actor()
    asked, missed, left = make_person(), make_person(), make_person(region_code=OTHER_VILLAGE)
    survey = make_round(places=(VILLAGE, OTHER_VILLAGE))
    before = queries.coverage_by_village(survey, by.area)
    answer(card_of(asked, survey), by)
    service.not_reached(card_of(missed, survey), NotReached.AWAY, Asked(clock.today()), by=by)
    after = queries.coverage_by_village(survey, by.area)
    assert after[VILLAGE].answered == before[VILLAGE].answered + 1
    assert after[VILLAGE].not_reached == 1
    assert after[OTHER_VILLAGE].open >= 1
    towns = queries.places_for(by, COUNTY).roll_up(after, Coverage())
    assert sum(part.total for _row, part in towns) == sum(part.total for part in after.values())
    assert queries.reasons_in(survey, by.area) == {NotReached.AWAY: 1}
    shown = db.session.scalars(queries.cards_for(by, survey, CardFilters(reason=NotReached.AWAY))).unique().all()
    assert [card.person_id for card in shown] == [missed.id]
    assert left.id not in {card.person_id for card in shown}


def test_two_rounds_tell_what_changed_by_village_and_who_moved_from_what_to_what() -> None:
    by = township_officer()
    stays, finds, loses = (make_person() for _ in range(3))
    earlier = make_round(by)
    for person, work in ((stays, "farming"), (finds, "unemployed"), (loses, "employed")):
        answer(card_of(person, earlier), by, work_status=work)
    later = make_round(by)
    for person, work in ((stays, "farming"), (finds, "employed"), (loses, "unemployed")):
        answer(card_of(person, later), by, work_status=work, wish="cooking" if person is finds else "none")
    before, after = (queries.pictures_by_village(survey, by.area)[VILLAGE] for survey in (earlier, later))
    assert before.coverage.answered == after.coverage.answered == 3
    assert (before.works(WorkStatus.UNEMPLOYED), after.works(WorkStatus.UNEMPLOYED)) == (1, 1)
    assert (before.wishes, after.wishes) == (0, 1)
    assert queries.moves_between(earlier, later, by.area) == {
        (WorkStatus.EMPLOYED, WorkStatus.UNEMPLOYED): 1,
        (WorkStatus.UNEMPLOYED, WorkStatus.EMPLOYED): 1,
    }
    assert list(queries.comparable(by, later)) == [earlier]
    assert (before + Picture()).works(WorkStatus.FARMING) == 1


def test_a_card_answered_without_saying_who_and_when_is_refused_by_the_database() -> None:
    card = card_of(make_person(), make_round())
    with pytest.raises(Exception, match="ck_survey_cards"), db.session.begin_nested():
        db.session.execute(update(SurveyCard).where(SurveyCard.id == card.id).values(status=CardStatus.ANSWERED))


def test_a_person_has_one_card_in_a_round() -> None:
    person = make_person()
    survey = make_round()
    count = select(func.count()).where(SurveyCard.round_id == survey.id, SurveyCard.person_id == person.id)
    service.make_cards(survey.id)
    assert db.session.scalar(count) == 1
