"""Two imports and other doors at the same people at the same time, on rows that are really committed."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.audit.models import Event
from app.kernel.access import SYSTEM
from app.kernel.copying import copy_rows
from app.kernel.database import db
from app.people.models import FormerNumber, Person
from app.people.queries import person_by_number
from app.people.rules import parse_id_number
from app.people.service import Arrival, change_number, find_or_register, register_many
from tests.making.people import new_person
from tests.making.roster_files import TODAY, numbers
from tests.racing import committed, race


def arrivals(count: int, year: int) -> list[Arrival]:
    return [
        Arrival(new_person(id_number=one), parse_id_number(one, today=TODAY, allow_synthetic=True))
        for one in numbers(count, date(year, 1, 1))
    ]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.people.service.many.CHUNK", 7)


def test_two_imports_of_the_same_people_register_each_of_them_once(raced: Flask) -> None:
    people = arrivals(40, 1970)
    found = race(raced, [lambda: register_many(people, by=SYSTEM), lambda: register_many(people[::-1], by=SYSTEM)] * 2)
    assert sum(len(people) - len(known) for known in found) == len(people)
    with raced.app_context():
        registered = [person_by_number(person.facts.id_number) for person in people]
        assert all(registered)
        ids = [person.id for person in registered if person is not None]
        told = select(func.count(Event.id)).where(Event.subject_type == "people", Event.subject_id.in_(ids))
        assert db.session.scalar(told) == len(people)


def test_an_import_meets_people_who_come_by_the_narrow_door(raced: Flask) -> None:
    people = arrivals(30, 1971)
    narrow = [lambda one=one: find_or_register(one.facts, by=SYSTEM).id for one in people[5:15]]
    found = race(raced, [lambda: register_many(people, by=SYSTEM), *narrow])
    with raced.app_context():
        rows = Counter(db.session.scalars(select(Person.id_number_index)).all())
        assert max(rows.values()) == 1
        assert all(person_by_number(person.facts.id_number) for person in people)
        for person, number in zip(people[5:15], found[1:], strict=True):
            one = person_by_number(person.facts.id_number)
            assert one is not None
            assert one.id == number


def test_a_number_that_somebody_had_before_is_nobody_elses_in_an_import_either(raced: Flask) -> None:
    before, now, other = arrivals(3, 1972)

    def renumbered() -> None:
        person = find_or_register(before.facts, by=SYSTEM)
        change_number(person, now.facts.id_number, by=SYSTEM, reason="换发", document="户口本")

    committed(raced, renumbered)
    known = committed(raced, lambda: register_many([before, other], by=SYSTEM))
    assert known == {0}
    with raced.app_context():
        one = person_by_number(before.facts.id_number)
        assert one is not None
        assert one.id_number == now.facts.id_number
        assert db.session.scalar(select(func.count(FormerNumber.id)).where(FormerNumber.person_id == one.id)) == 1


def test_values_with_tabs_backslashes_and_breaks_are_copied_whole(session: Any) -> None:  # noqa: ARG001
    db.session.execute(text("CREATE TEMP TABLE words (a text, b text[], c bytea)"))
    words = ["a\tb", "a\\b", "a\nb\r", "\\N", "\\.", "“{}”,\"'", ""]
    copy_rows("words", ("a", "b", "c"), [(word, [word, "x"], word.encode()) for word in words])
    rows = db.session.execute(text("SELECT a, b, c FROM words")).all()
    assert [(a, b, bytes(c)) for a, b, c in rows] == [(word, [word, "x"], word.encode()) for word in words]
