"""The officer's day: lists that fill and empty themselves by rule; every number has the list behind it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.outreach import queries, service
from app.outreach.models import ServiceRecord
from app.outreach.queries.duties import SETS
from app.outreach.rules import Duty, How, ServiceKind, ServiceResult
from app.outreach.rules.due import (
    PACE,
    Pace,
    follow_up_due,
    is_entitled,
    lacks_offer,
    offer_due,
    seeks_work,
    service_due,
    wish_due,
)
from app.people import service as people
from app.people.models import Ability, Exclusion, Person, Willing, WishKind, WorkStatus
from app.people.service import NewWish, PersonChanges
from app.placements import service as placements
from app.placements.models import Placement
from app.placements.queries import placements_of
from tests.makers import COUNTY, TOWNSHIP, VILLAGE, make_user
from tests.making.classes import officer
from tests.making.outreach import OTHER_VILLAGE, answer, card_of, make_round, note, township_officer, village_officer
from tests.making.people import make_person
from tests.making.results import issue, make_assessed_class

pytestmark = pytest.mark.usefixtures("session")
K, R = ServiceKind, ServiceResult
TODAY = date(2026, 6, 15)
NOON = clock.moment_of(TODAY, 12)


def listed(duty: Duty, person: Person, today: date = TODAY, pace: Pace = PACE) -> date | None:
    """The day by which a person stands on a list; None where they do not."""
    rows = db.session.execute(SETS[duty](township_officer(), (VILLAGE, OTHER_VILLAGE), today, pace))
    days = [row.due_on for row in rows if row.person_id == person.id]
    assert len(days) <= 1
    return days[0] if days else None


def test_who_loses_work_comes_onto_the_list_and_leaves_it_by_an_offer_and_comes_back_by_rule() -> None:
    with clock.at(NOON):
        person, by = make_person(work_status=WorkStatus.EMPLOYED), village_officer()
        assert listed(Duty.OFFER, person) is None
        lost = PersonChanges(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=TODAY - timedelta(days=2))
        people.change(person, lost, by=SYSTEM)
        assert listed(Duty.OFFER, person) == TODAY + timedelta(days=5)
        note(person, by, K.GUIDANCE, R.DONE)
        note(person, by, result=R.NOT_REACHED)
        assert listed(Duty.OFFER, person) == TODAY + timedelta(days=5)
        record = note(person, by, result=R.DECLINED)
        assert listed(Duty.OFFER, person) is None
        assert listed(Duty.OFFER, person, TODAY + timedelta(days=30)) == TODAY + timedelta(days=30)
        service.strike(record, reason="记错了", by=by)
        assert listed(Duty.OFFER, person) == TODAY + timedelta(days=5)
        people.change(person, PersonChanges(work_status=WorkStatus.EMPLOYED), by=SYSTEM)
        assert listed(Duty.OFFER, person) is None


def test_a_wish_waits_until_it_is_answered() -> None:
    with clock.at(NOON):
        person = make_person()
        wish = people.tell_wish(person, NewWish(WishKind.TRADE, "welding"), by=SYSTEM)
        assert listed(Duty.WISH, person) == TODAY + timedelta(days=15)
        facts = service.NewService(K.TRAINING_OFFER, R.CONSIDERING, TODAY, "焊工班")
        service.note_service(person, facts, by=village_officer(), answers=[wish])
        assert listed(Duty.WISH, person) is None


def test_a_card_waits_while_its_round_is_open_and_nobody_worked_on_it() -> None:
    by = township_officer()
    person, other = make_person(), make_person()
    survey = make_round(by)
    assert listed(Duty.CARD, person) == survey.due_on
    answer(card_of(person, survey), by)
    assert listed(Duty.CARD, person) is None
    assert listed(Duty.CARD, other) == survey.due_on
    service.close_round(survey, by=by)
    assert listed(Duty.CARD, other) is None


def taken_up(took_up: date) -> Placement:
    """Somebody's own livelihood, taken up on a day."""
    class_ = make_assessed_class(1)
    issue(class_)
    placement = placements_of(class_.id)[0]
    with clock.at(clock.moment_of(took_up + timedelta(days=1), 9)):
        placements.confirm(placement, took_up_on=took_up, pay_fen=None, proof="上门看过", by=officer())
    return placement


def test_who_took_up_a_post_is_followed_up_by_the_rule_until_they_left_it() -> None:
    took_up = clock.today() + timedelta(days=60)
    placement = taken_up(took_up)
    first, second = follow_up_due(took_up, 0), follow_up_due(took_up, 1)
    assert first is not None
    assert second is not None
    assert listed(Duty.FOLLOW_UP, placement.person, first - timedelta(days=15)) is None
    assert listed(Duty.FOLLOW_UP, placement.person, first) == first
    with clock.at(clock.moment_of(first, 9)):
        note(placement.person, officer(), K.FOLLOW_UP, R.KEPT)
        assert listed(Duty.FOLLOW_UP, placement.person, first) is None
        assert listed(Duty.FOLLOW_UP, placement.person, second) == second
        note(placement.person, officer(), K.FOLLOW_UP, R.LEFT_POST)
    assert listed(Duty.FOLLOW_UP, placement.person, second) is None


DONE = st.lists(
    st.tuples(st.sampled_from(list(K)), st.sampled_from([R.DONE, R.NOT_REACHED]), st.integers(0, 500)), max_size=6
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    work=st.sampled_from(list(WorkStatus)),
    willing=st.sampled_from(list(Willing)),
    ability=st.sampled_from(list(Ability)),
    exclusion=st.sampled_from([None, *Exclusion]),
    lost_ago=st.integers(0, 500),
    day=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    done=DONE,
)
def test_the_lists_say_exactly_what_the_pure_rules_say(
    work: WorkStatus,
    willing: Willing,
    ability: Ability,
    exclusion: Exclusion | None,
    lost_ago: int,
    day: date,
    done: list[tuple[ServiceKind, ServiceResult, int]],
) -> None:
    lost = day - timedelta(days=lost_ago)
    with db.session.begin_nested() as back, clock.at(clock.moment_of(day, 12)):
        person = make_person(
            work_status=work, willing=willing, ability=ability, exclusion=exclusion, unemployed_since_on=lost
        )
        given_on: dict[ServiceKind, list[date]] = {kind: [] for kind in K}
        for kind, result, ago in done:
            on = day - timedelta(days=ago)
            _raw_record(person, kind, result, on)
            if result is not R.NOT_REACHED:
                given_on[kind].append(on)
        offered = [on for kind in (K.JOB_RECOMMENDATION, K.TRAINING_OFFER) for on in given_on[kind] if on >= lost]
        last = max(offered, default=None)
        seeks = seeks_work(willing, ability, excluded=exclusion is not None)
        wanted = work is WorkStatus.UNEMPLOYED and seeks and lacks_offer(lost, last, today=day)
        assert listed(Duty.OFFER, person, day) == (offer_due(lost, last) if wanted else None)
        yearly = (K.JOB_RECOMMENDATION, K.GUIDANCE, K.TRAINING_OFFER)
        counted = [sum(on.year == day.year for on in given_on[kind]) for kind in yearly]
        due = service_due((counted[0], counted[1], counted[2]), without_work_since=lost, today=day)
        owed = is_entitled(work, willing, ability, excluded=exclusion is not None)
        for pace in (PACE, Pace(ahead_days=400)):
            soon = due is not None and due <= day + timedelta(days=pace.ahead_days)
            assert listed(Duty.SERVICE, person, day, pace) == (due if owed and soon else None)
        back.rollback()


def _raw_record(person: Person, kind: ServiceKind, result: ServiceResult, on: date) -> None:
    """A record as the table holds it, for combinations that the service would refuse."""
    row = ServiceRecord(
        person_id=person.id,
        region_code=person.region_code,
        kind=kind,
        result=result,
        done_on=on,
        how=How.VISIT,
        made_by="user:1",
        made_by_name="罗示例",
        created_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()


@given(st.integers(0, 60))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_wishes_are_due_as_the_rule_says(ago: int) -> None:
    told = TODAY - timedelta(days=ago)
    with db.session.begin_nested() as back:
        with clock.at(clock.moment_of(told, 23, 30)):
            person = make_person()
            people.tell_wish(person, NewWish(WishKind.DATES, "农闲"), by=SYSTEM)
        assert listed(Duty.WISH, person) == wish_due(told)
        back.rollback()


def test_every_number_of_the_day_opens_a_list_of_just_as_many() -> None:
    by = make_user(Role.TRAINING_OFFICER, area=(COUNTY,)).as_actor()
    for village in (VILLAGE, OTHER_VILLAGE):
        person = make_person(work_status=WorkStatus.UNEMPLOYED, region_code=village)
        people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    make_round(places=(VILLAGE, OTHER_VILLAGE))
    boards = queries.work_by_village(by, by.area)
    for village, board in boards.items():
        for duty in SETS:
            assert queries.due_page(by, duty, (village,), 1).total == board.of(duty).waiting
    whole = queries.places_for(by, TOWNSHIP).roll_up(boards, queries.Board())
    assert {row.code: board.waiting for row, board in whole}[VILLAGE] == boards[VILLAGE].waiting
    for duty in SETS:
        assert queries.work_of(by).of(duty).waiting == sum(board.of(duty).waiting for board in boards.values())
    assert boards[VILLAGE].of(Duty.OFFER).waiting >= 1
    assert boards[VILLAGE].of(Duty.WISH).first_due == clock.today() + timedelta(days=15)


def test_the_whole_day_is_counted_in_one_statement_beside_the_villages() -> None:
    by = township_officer()
    seen: list[str] = []
    connection = db.session.connection()

    def count(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", count)
    try:
        queries.work_by_village(by, by.area)
    finally:
        event.remove(connection, "before_cursor_execute", count)
    day = [statement for statement in seen if "policy_packs" not in statement]
    assert len(day) == 2
    assert len(seen) <= 4


def test_a_late_entry_is_counted_as_late() -> None:
    by = village_officer()
    before = queries.work_of(by).of(Duty.OFFER)
    make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=clock.today() - timedelta(days=8))
    after = queries.work_of(by).of(Duty.OFFER)
    assert (after.waiting, after.late) == (before.waiting + 1, before.late + 1)


def test_a_village_officers_day_holds_nobody_of_another_village() -> None:
    there = make_person(work_status=WorkStatus.UNEMPLOYED, region_code=OTHER_VILLAGE)
    by = village_officer()
    assert OTHER_VILLAGE not in queries.work_by_village(by, by.area)
    page = queries.due_page(by, Duty.OFFER, by.area, 1, size=500)
    assert there.id not in {row.person.id for row in page.items}


def test_the_sheet_names_each_person_once_with_what_is_most_pressing() -> None:
    by = village_officer()
    person = make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=clock.today())
    people.tell_wish(person, NewWish(WishKind.TRADE, "cooking"), by=SYSTEM)
    lines = [line for line in queries.sheet_people(by, VILLAGE) if line.person.id == person.id]
    assert [(line.duty, line.due_on) for line in lines] == [(Duty.OFFER, clock.today() + timedelta(days=7))]


def test_the_policy_in_force_sets_the_pace_and_the_handbook_where_it_is_silent() -> None:
    stated = queries.pace_of((VILLAGE,), clock.today())
    assert (stated.job_recommendations, stated.guidance, stated.training_offers) == (3, 1, 1)
    assert (stated.offer_days, stated.wish_days) == (7, 15)
    assert queries.pace_of((VILLAGE,), date(2019, 1, 1)) == PACE
    assert queries.pace_of((), clock.today()) == PACE


def test_a_policy_without_a_yearly_service_lists_nobody_for_it() -> None:
    person = make_person(work_status=WorkStatus.UNEMPLOYED, unemployed_since_on=date(TODAY.year, 1, 1))
    none = Pace(job_recommendations=0, guidance=0, training_offers=0, ahead_days=400)
    assert listed(Duty.SERVICE, person, TODAY, none) is None
    assert listed(Duty.SERVICE, person, TODAY, Pace(ahead_days=400)) is not None


def test_whoever_was_registered_late_in_the_year_is_owed_the_service_from_then_on() -> None:
    with clock.at(clock.moment_of(date(2026, 11, 1), 9)):
        person = make_person(work_status=WorkStatus.WAITING_TO_RETURN)
        assert listed(Duty.SERVICE, person, date(2026, 11, 1), Pace(ahead_days=400)) == date(2026, 11, 20)
        assert queries.year_of(person).due_on == date(2026, 11, 20)
