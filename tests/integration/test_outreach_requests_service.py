"""Requests from villages: asked, pooled, answered by a class whose askers come first, taught at home, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.audit.queries import events_of
from app.classes import service as classes
from app.classes.models import ClassInvitation, TrainingClass
from app.classes.queries import sessions_of
from app.classes.rules import ClassStatus
from app.courses import service as courses
from app.courses.models import Course
from app.enrollments import service as enrollments
from app.enrollments.rules import Consent
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.messages.models import Message, MessageKind
from app.outreach import queries, service
from app.outreach.models import VillageRequest
from app.outreach.rules.pooling import Reach
from app.outreach.rules.requests import RequestStatus, Wanted
from app.outreach.tasks import expire_requests
from app.people import service as people
from app.people.models import Person
from app.people.service import PersonChanges
from tests.makers import OTHER_COUNTY, TOWNSHIP, VILLAGE, make_user
from tests.making.classes import SchoolSet, approve_class, begin_class, make_person, make_school_set, sessions_for
from tests.making.requests import (
    ADDRESS,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    arranged,
    ask,
    ask_home,
    county_officer,
    laborer,
    make_farm_course,
    propose,
    weeks,
)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def at(session: object) -> SchoolSet:
    assert session is not None
    return make_school_set()


@pytest.fixture
def course(at: SchoolSet) -> Course:
    return make_farm_course(at)


def actions(row: VillageRequest) -> list[str]:
    return [event.action for event in events_of(row)]


def enter(row: TrainingClass, person: Person) -> None:
    enrollments.enroll(row.id, person, by=SYSTEM, consent=Consent.OWN_CODE)


def opened(row: TrainingClass, at: SchoolSet) -> TrainingClass:
    classes.open_sign_up(row, by=at.by)
    return row


def test_an_officer_asks_by_name_and_by_number_and_each_name_is_a_request_of_its_own(course: Course) -> None:
    one, two = make_person(), make_person()
    rows = ask(course, others=3, people=(one, two))
    assert [(row.person_id, row.headcount) for row in rows] == [(one.id, 1), (two.id, 1), (None, 3)]
    assert {row.status for row in rows} == {RequestStatus.ASKED}
    assert actions(rows[0]) == ["created"]


def test_one_person_asks_once_for_a_course_in_the_same_weeks(course: Course) -> None:
    person = make_person()
    (first,) = ask(course, people=(person,), days=(20, 40))
    with pytest.raises(Refused, match="已经点过"):
        ask(course, people=(person,), days=(40, 60))
    ask(course, people=(person,), days=(41, 60))
    service.withdraw(first, by=county_officer())
    ask(course, people=(person,), days=(20, 40))


def test_the_database_itself_keeps_one_person_from_asking_twice(course: Course) -> None:
    person = make_person()
    (first,) = ask(course, people=(person,))
    columns = "status, course_id, region_code, person_id, headcount, from_on, until_on, note, at_home, made_by"
    rest = "made_by_name, created_at, seal_id"
    copied = text(
        f"INSERT INTO village_requests ({columns}, {rest}) SELECT {columns}, made_by_name, created_at, "  # noqa: S608  # names
        "gen_random_uuid() FROM village_requests WHERE id = :id"
    )
    with pytest.raises(IntegrityError, match="ex_village_requests_person"), db.session.begin_nested():
        db.session.execute(copied, {"id": first.id})


def test_a_village_asks_once_by_number_in_the_same_weeks(course: Course) -> None:
    ask(course, others=3)
    with pytest.raises(Refused, match="这个村"):
        ask(course, others=4)
    ask(course, NEXT_VILLAGE, others=4)


def test_an_officer_asks_only_in_their_area_and_a_laborer_only_for_themselves(course: Course) -> None:
    elsewhere = Actor("user:9", "某", frozenset({Role.TOWNSHIP_OFFICER}), (TOWNSHIP,))
    with pytest.raises(Forbidden):
        ask(course, FAR_VILLAGE, others=2, by=elsewhere)
    me, other = make_person(), make_person()
    with pytest.raises(Forbidden):
        ask(course, people=(other,), by=laborer(me))
    (mine,) = ask(course, people=(me,), by=laborer(me))
    with pytest.raises(Forbidden):
        service.withdraw(mine, by=laborer(other))
    service.withdraw(mine, by=laborer(me))
    assert mine.status is RequestStatus.WITHDRAWN


def test_a_course_off_the_menu_cannot_be_asked_for(course: Course, at: SchoolSet) -> None:
    courses.withdraw(course, reason="教师不在", by=at.by)
    with pytest.raises(Refused, match="菜单"):
        ask(course, others=2)


def test_neighbors_pool_by_township_and_further_by_county_up_to_the_figure_of_the_pack(course: Course) -> None:
    assert queries.least_of(VILLAGE) == 10
    (near,) = ask(course, others=6)
    (far,) = ask(course, FAR_VILLAGE, others=4)
    pool = queries.pool_of(near)
    assert (pool.reach, pool.people, pool.is_reached) == (Reach.COUNTY, 10, True)
    ask(course, NEXT_VILLAGE, others=5)
    assert queries.pool_of(near).reach is Reach.TOWNSHIP
    assert queries.pool_of(near).people == 11
    assert queries.pool_of(far).missing == 6


def test_a_pool_short_of_people_is_not_answered(course: Course, at: SchoolSet) -> None:
    (first,) = ask(course, others=6)
    with pytest.raises(Refused, match="还差 4 个人"):
        propose(first, at)


def test_a_school_answers_a_pool_with_a_draft_class_that_all_its_requests_wait_for(
    course: Course, at: SchoolSet
) -> None:
    (first,), (second,) = ask(course, others=6), ask(course, NEXT_VILLAGE, others=5)
    row = propose(first, at)
    assert (row.status, row.site_id, row.capacity) == (ClassStatus.DRAFT, at.site.id, 20)
    assert {session.teacher_id for session in sessions_of(row.id)} == {at.teacher.id}
    assert [(one.status, one.class_id) for one in (first, second)] == [(RequestStatus.PROPOSED, row.id)] * 2
    with pytest.raises(Refused):
        propose(second, at)
    assert [ask.id for ask in queries.demand_for(at.by).asks if ask.id in {first.id, second.id}] == []


def test_a_class_outside_the_weeks_or_by_a_school_without_the_course_is_refused(course: Course, at: SchoolSet) -> None:
    (first,) = ask(course, others=12, days=(20, 40))
    with pytest.raises(DomainError) as refused:
        propose(first, at, start=50)
    assert refused.value.field == "start_on"
    other = make_school_set()
    with pytest.raises(DomainError) as refused:
        propose(first, other)
    assert refused.value.field == "course_id"
    assert first.status is RequestStatus.ASKED


def test_a_school_with_the_same_trade_level_and_mode_may_answer_with_its_own_course(course: Course) -> None:
    other = make_school_set()
    own = make_farm_course(other)
    (first,) = ask(course, others=12)
    start = clock.today() + timedelta(days=30)
    facts = service.NewProposal(own.id, other.site.id, other.teacher.id, start, 20, direction_note="自家田")
    assert service.propose(first, facts, by=other.by).course_id == own.id


def test_when_the_class_opens_those_who_asked_are_told_and_come_before_all_others(
    course: Course, at: SchoolSet
) -> None:
    asker, stranger, neighbor = make_person(), make_person(village=FAR_VILLAGE), make_person(village=NEXT_VILLAGE)
    (mine,) = ask(course, people=(asker,))
    (unnamed,) = ask(course, NEXT_VILLAGE, others=11)
    row = opened(propose(mine, at), at)
    assert (mine.status, unnamed.status) == (RequestStatus.INVITED, RequestStatus.INVITED)
    told = db.session.scalars(select(Message).where(Message.recipient == f"person:{asker.id}")).all()
    assert [one.kind for one in told if one.kind is MessageKind.INVITATION] == [MessageKind.INVITATION]
    assert "稻虾共作" in told[-1].text
    assert row.invited_until is not None
    assert row.invited_until - clock.now() > timedelta(days=1, hours=23)
    with pytest.raises(Refused, match="先请点单的人报名"):
        enter(row, stranger)
    enter(row, asker)
    enter(row, neighbor)
    with clock.at(row.invited_until + timedelta(minutes=1)):
        enter(row, stranger)


def test_a_class_that_nobody_asked_for_is_open_to_all_at_once(course: Course, at: SchoolSet) -> None:
    day = clock.today() + timedelta(days=30)
    facts = classes.NewClass(course.id, at.site.id, 10, day, day, direction_note="自家田")
    row = classes.plan_class(facts, by=at.by)
    classes.set_sessions(row, sessions_for(at, course, day), by=at.by)
    opened(row, at)
    (unrelated,) = ask(course, others=12)
    other = opened(propose(unrelated, at, start=55), at)
    assert row.invited_until is None
    assert other.invited_until is not None
    assert db.session.scalar(select(ClassInvitation.id).where(ClassInvitation.class_id == row.id)) is None


def test_whom_no_message_reaches_the_officer_sees_on_a_list(course: Course, at: SchoolSet) -> None:
    phoned, mute = make_person(), make_person()
    people.change(mute, PersonChanges(phone=""), by=SYSTEM)
    rows = ask(course, people=(phoned, mute), others=10)
    opened(propose(rows[0], at), at)
    calls = queries.requests_for(county_officer(), queries.RequestFilters(to_call=True))
    listed = {row.id for row in db.session.scalars(calls).unique()}
    assert listed & {row.id for row in rows} == {rows[1].id, rows[2].id}


def test_the_request_is_done_when_the_class_begins_and_waits_again_when_it_is_cancelled(
    course: Course, at: SchoolSet
) -> None:
    (first,) = ask(course, others=12)
    row = opened(propose(first, at), at)
    classes.cancel(row, reason="场地坏了", by=at.by)
    assert (first.status, first.class_id) == (RequestStatus.ASKED, None)
    assert actions(first) == ["created", "propose", "invite", "ask_again"]
    assert "取消" in events_of(first)[-1].note
    again = opened(propose(first, at), at)
    enter(again, make_person())
    again.assessor_id = at.assessor.id
    classes.propose_posts(again, by=at.by)
    classes.file(again, by=at.by)
    begin_class(approve_class(again))
    assert first.status is RequestStatus.DONE


def test_requests_whose_weeks_are_gone_end_at_night(course: Course) -> None:
    (late,) = ask(course, others=2, days=(1, 5))
    (still,) = ask(course, NEXT_VILLAGE, others=2, days=(1, 40))
    with clock.at(clock.moment_of(clock.today() + timedelta(days=6), 1)):
        expire_requests()
        expire_requests()
    db.session.refresh(late)
    db.session.refresh(still)
    assert (late.status, still.status) == (RequestStatus.EXPIRED, RequestStatus.ASKED)
    assert actions(late) == ["created", "expire"]


def test_a_home_is_in_no_pool_and_on_no_map(course: Course) -> None:
    home = ask_home(course, make_person())
    ask(course, NEXT_VILLAGE, others=3)
    demand = queries.demand_for(county_officer(), queries.DemandFilters(course_id=course.id))
    assert home.id not in {one.id for one in demand.asks}
    assert [row.village.code for row in demand.rows()] == [NEXT_VILLAGE]


def test_only_who_goes_there_sees_the_address_and_every_look_is_on_record(course: Course, at: SchoolSet) -> None:
    teacher = make_user(Role.TEACHER, organization=at.school.organization)
    at.teacher.user_id = teacher.id
    home = ask_home(course, make_person())
    assert ADDRESS.encode() not in bytes(home.address_sealed or b"")
    service.offer_visit(home, service.NewVisit(at.teacher.id, home.from_on), by=at.by)
    for too_early in (at.by, teacher.as_actor()):
        with pytest.raises(Forbidden):
            service.reveal_address(home, by=too_early)
    service.accept_visit(home, by=county_officer())
    colleague = make_user(Role.TEACHER, organization=at.school.organization).as_actor()
    outsider = Actor("user:5", "外县", frozenset({Role.VILLAGE_OFFICER}), (OTHER_COUNTY,))
    for nobody in (colleague, make_school_set().by, outsider):
        with pytest.raises(Forbidden):
            service.reveal_address(home, by=nobody)
    looked = [at.by, teacher.as_actor(), county_officer()]
    assert [service.reveal_address(home, by=by) for by in looked] == [ADDRESS] * 3
    unmasked = [event for event in events_of(home) if event.action == "unmask"]
    assert [event.actor_key for event in unmasked] == [by.key for by in looked]
    assert all(ADDRESS not in str(event.facts) for event in events_of(home))


def test_after_the_village_said_no_another_school_may_come(course: Course, at: SchoolSet) -> None:
    home = ask_home(course, make_person())
    service.offer_visit(home, service.NewVisit(at.teacher.id, home.from_on), by=at.by)
    service.decline_visit(home, by=county_officer(), reason="想要女老师")
    assert (home.status, home.school_id, home.teacher_id) == (RequestStatus.ASKED, None, None)
    with pytest.raises(Forbidden):
        service.reveal_address(home, by=at.by)


def test_home_teaching_is_done_on_its_day_by_who_goes_there(course: Course, at: SchoolSet) -> None:
    home = arranged(ask_home(course, make_person()), at)
    with pytest.raises(Refused, match="还没有到"):
        service.finish_visit(home, by=at.by)
    assert home.visit_on is not None
    with clock.at(clock.moment_of(home.visit_on, 9)):
        service.finish_visit(home, by=at.by)
    assert home.status is RequestStatus.DONE


def test_a_home_is_asked_for_one_person_by_name_with_an_address(course: Course) -> None:
    wanted = Wanted(*weeks(), at_home=True)
    with pytest.raises(DomainError) as refused:
        service.ask(course, VILLAGE, wanted, by=county_officer(), people=[make_person()])
    assert refused.value.field == "address"
    with pytest.raises(DomainError) as refused:
        service.ask(course, VILLAGE, wanted, by=county_officer(), others=2)
    assert refused.value.field == "others"
