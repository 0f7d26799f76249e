"""The simulated register: as real as rows come, of nobody, and only in a demo."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.audit.models import Event
from app.demo.simulating import simulate
from app.kernel.access import Role
from app.kernel.database import db, transaction
from app.kernel.sealing import blind_index
from app.people import queries
from app.people.models import GroupMembership, Household, HouseholdKind, Person, Wish, WorkStatus
from app.people.pinyin import initials, pinyin_key
from app.people.service import read_id_number
from tests.makers import SignIn
from tests.making.people import make_person

PEOPLE = 60


@pytest.fixture
def few_officers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough of them for most of what is asked."""
    monkeypatch.setattr("app.demo.simulating.OFFICERS", 30)


@pytest.fixture
def first(session: object) -> int:  # noqa: ARG001  # inside the test's transaction
    """The id before the first simulated person."""
    already = db.session.scalar(select(func.count()).select_from(Person)) or 0
    before = db.session.scalar(select(func.max(Person.id))) or 0
    with transaction():
        assert simulate(already + PEOPLE, seed=7, tick=lambda _written: None) == PEOPLE
    return before


def simulated(before: int) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id > before).order_by(Person.id)).unique())


@pytest.mark.usefixtures("few_officers")
def test_simulated_people_read_like_registered_ones(first: int) -> None:
    people = simulated(first)
    assert len(people) == PEOPLE
    for person in people:
        read = read_id_number(person.id_number)
        assert (read.number[14:17], read.birth_on, read.sex) == ("000", person.birth_on, person.sex)
        assert person.id_number_index == blind_index(person.id_number, "id_number")
        assert person.last_four_index == blind_index(person.id_number[-4:], "last_four")
        assert (person.pinyin, person.initials) == (pinyin_key(person.name), initials(person.name))
        if person.phone is not None:
            assert person in queries.people_with_phone(person.phone)
    assert len({person.region_code for person in people}) > 5


@pytest.mark.usefixtures("few_officers")
def test_every_person_and_household_has_the_event_of_its_beginning(first: int) -> None:
    people = simulated(first)
    told = select(Event.subject_id, Event.actor_key).where(
        Event.subject_type == "people", Event.action == "registered", Event.subject_id > first
    )
    by = dict(db.session.execute(told).all())
    assert set(by) == {person.id for person in people}
    keys = {f"user:{user_id}" for user_id in db.session.scalars(select(User.id))}
    assert set(by.values()) <= keys
    for person in people:
        assert person.household is not None
        assert person.household.head is not None
        assert person.household.head.household_id == person.household_id


@pytest.mark.usefixtures("few_officers")
def test_households_groups_wishes_and_work_agree_with_one_another(first: int) -> None:
    people = simulated(first)
    for person in people:
        if person.household and person.household.kind == HouseholdKind.ZERO_EMPLOYMENT:
            assert person.work_status == WorkStatus.UNEMPLOYED
        assert (person.unemployed_since_on is not None) == (person.work_status == WorkStatus.UNEMPLOYED)
        wishes = db.session.scalars(select(Wish).where(Wish.person_id == person.id)).all()
        assert {wish.value for wish in wishes if wish.kind == "trade"} == ({person.wish_trade} - {""})
    ids = [person.id for person in people]
    groups = db.session.scalars(select(GroupMembership).where(GroupMembership.person_id.in_(ids))).all()
    assert groups
    assert all(held.document_number for held in groups if held.document_number_sealed)
    sizes = Counter(person.household_id for person in people)
    assert len(sizes) < PEOPLE, "some live together"
    assert db.session.scalar(select(func.count()).select_from(Household)) or len(sizes) <= 0


def test_every_village_has_one_officer_who_sees_exactly_its_people(first: int, sign_in: SignIn) -> None:
    person = simulated(first)[0]
    officers = db.session.scalars(select(User).where(User.login_name.startswith("sim-village-"))).all()
    villages = [area.region_code for user in officers for area in user.areas]
    assert (len(officers), len(villages), len(set(villages))) == (1172, 1899, 1899)
    [officer] = [user for user in officers if person.region_code in {area.region_code for area in user.areas}]
    assert officer.roles[0].role == Role.VILLAGE_OFFICER
    assert person.name in sign_in(officer).get(f"/people?q={person.name}").text


@pytest.mark.usefixtures("few_officers")
def test_a_full_register_is_left_alone_and_the_same_seed_invents_the_same_people(first: int) -> None:
    names = [person.name for person in simulated(first)]
    with transaction():
        assert simulate(PEOPLE, seed=7, tick=lambda _written: None) == 0
    assert len(simulated(first)) == PEOPLE
    assert len(set(names)) > PEOPLE / 2


def test_only_a_demo_takes_invented_people(app: Flask, session: object, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    make_person()
    monkeypatch.setitem(app.config, name="DEMO", value=False)
    answer = app.test_cli_runner().invoke(args=["simulate", "--people", "5"])
    assert answer.exit_code == 1
    assert "Only a demo" in answer.output
