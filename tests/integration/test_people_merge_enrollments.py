"""Two rows of one person, with sign-ups under both: one seat in a class, the caps together, and nothing moved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from flask import Flask

from app.enrollments import queries as enrollments
from app.enrollments import service
from app.enrollments.models import Enrollment
from app.enrollments.rules import Consent, EnrollmentStatus
from app.enrollments.service import Ineligible
from app.kernel.access import SYSTEM, Role
from app.kernel.database import by_one_statement, db, transaction
from app.kernel.errors import DomainError, Refused
from app.people import queries
from app.people import service as people
from app.people.models import Person
from tests.makers import COUNTY, make_user
from tests.making.classes import make_class, make_course, make_person, make_school_set
from tests.making.enrollments import enroll, laborer
from tests.making.people import id_number, new_person
from tests.racing import committed, race, wait_until_somebody_waits


def merged(kept: Person, dropped: Person) -> None:
    with transaction():
        people.merge(kept, dropped, by=SYSTEM, reason="户口本上是同一个人")


@pytest.mark.usefixtures("session")
class TestOneAfterAnother:
    def test_the_persons_page_shows_the_sign_ups_of_both_rows_and_none_was_moved(self) -> None:
        one, two, kept, dropped = make_class(), make_class(), make_person(), make_person()
        first, second = enroll(one, kept), enroll(two, dropped)
        merged(kept, dropped)
        assert {row.id for row in enrollments.own_enrollments(kept.id)} == {first.id, second.id}
        me = laborer(kept)
        assert enrollments.enrollment_for(me, second.id) is second
        assert (first.person_id, second.person_id) == (kept.id, dropped.id)
        row = queries.merges_of(kept.id)[0]
        with transaction():
            people.undo_merge(row, by=SYSTEM, reason="认错了")
        assert [each.id for each in enrollments.own_enrollments(kept.id)] == [first.id]
        assert [each.id for each in enrollments.own_enrollments(dropped.id)] == [second.id]

    def test_nobody_is_in_one_class_through_both_rows(self) -> None:
        row, kept, dropped = make_class(), make_person(), make_person()
        enroll(row, dropped)
        merged(kept, dropped)
        for person in (kept, dropped):
            with pytest.raises(Refused, match="已经报过"):
                enroll(row, person)

    def test_two_rows_that_stand_in_one_class_are_not_merged_until_one_is_out(self) -> None:
        row, kept, dropped = make_class(), make_person(), make_person()
        enroll(row, kept)
        made = enroll(row, dropped)
        with pytest.raises(Refused, match="请先把其中一个退出"):
            merged(kept, dropped)
        with transaction():
            service.withdraw(made, by=SYSTEM)
        merged(kept, dropped)

    def test_a_sign_up_with_the_dropped_row_is_the_kept_persons(self) -> None:
        row, kept, dropped = make_class(), make_person(), make_person()
        merged(kept, dropped)
        made = enroll(row, dropped, make_user(Role.TOWNSHIP_OFFICER, area=(COUNTY,)).as_actor())
        assert (made.person_id, made.status) == (kept.id, EnrollmentStatus.ENROLLED)

    def test_the_same_training_under_the_other_row_counts(self) -> None:
        at = make_school_set()
        course = make_course(at)
        kept, dropped = make_person(), make_person()
        with transaction():
            people.record_past_use(
                dropped.id,
                occupation_code=course.occupation.code,
                level=course.level,
                slots=3,
                year=2026,
                reference="import:merge:1",
                amount_fen=100_00,
                by=SYSTEM,
            )
        row = make_class(course=course, at=at)
        merged(kept, dropped)
        with pytest.raises(Ineligible):
            enroll(row, kept)


@pytest.fixture
def rows(raced: Flask) -> tuple[int, int, int]:
    """A class, and two rows that are one person, really there."""

    def make() -> tuple[int, int, int]:
        return make_class(capacity=5).id, make_person().id, make_person().id

    found: tuple[int, int, int] = committed(raced, make)
    return found


@pytest.mark.parametrize("_n", range(4))
def test_a_merge_and_two_sign_ups_at_once_leave_one_sign_up(_n: int, raced: Flask, rows: tuple[int, int, int]) -> None:
    class_id, kept_id, dropped_id = rows

    def sign_up(person_id: int) -> object:
        person = queries.person(person_id)
        return service.enroll(class_id, person, by=SYSTEM, consent=Consent.OWN_CODE).id

    def merge() -> object:
        return people.merge(queries.person(kept_id), queries.person(dropped_id), by=SYSTEM, reason="同一个人").id

    answers = race(raced, [lambda: sign_up(kept_id), merge, lambda: sign_up(dropped_id)])
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    with raced.app_context():
        is_merged = len(queries.row_ids(kept_id)) == 2
        standing = [row for row in enrollments.own_enrollments(kept_id) if row.class_id == class_id]
        db.session.remove()
    if is_merged:
        assert len(standing) <= 1, answers
        assert len(standing) + len(refused) == 2, "who was too late is asked to try again"
    else:
        assert refused == [answers[1]], "both stand in the class, so the merge was refused"


def test_a_number_asked_for_while_ones_rows_are_merged_is_refused_and_leaves_no_gap(raced: Flask) -> None:
    """The claim waits for the merge, then finds that the row it was judged by stands for somebody else."""

    def make() -> tuple[int, int, int, int]:
        row = make_class(capacity=1)
        enroll(row, make_person())
        return row.id, make_person().id, make_person().id, make_person().id

    class_id, kept_id, dropped_id, other_id = committed(raced, make)
    read, merging_now = Event(), Event()

    def sign_up(person_id: int) -> int | None:
        person = queries.person(person_id)
        read.set()
        merging_now.wait(10)
        return service.enroll_self(class_id, person, by=laborer(person), consent_note="")

    def late() -> int | DomainError | None:
        with raced.app_context():
            try:
                with by_one_statement():
                    return sign_up(dropped_id)
            except Refused as refused:
                return refused

    with ThreadPoolExecutor(1) as pool, raced.app_context(), transaction():
        answer = pool.submit(late)
        read.wait(10)
        people.merge(queries.person(kept_id), queries.person(dropped_id), by=SYSTEM, reason="同一个人")
        merging_now.set()
        wait_until_somebody_waits()
    assert "合并" in str(answer.result(10))
    with raced.app_context():
        with by_one_statement():
            made = service.enroll_self(class_id, queries.person(other_id), by=SYSTEM, consent_note="")
        assert db.session.get_one(Enrollment, made).waiting_no == 1
        assert not [row for row in enrollments.own_enrollments(kept_id) if row.class_id == class_id]


def test_two_merges_of_one_row_at_once_make_one(raced: Flask) -> None:
    one, two, three = committed(raced, lambda: [make_person().id for _ in range(3)])

    def merge(kept_id: int) -> object:
        return people.merge(queries.person(kept_id), queries.person(two), by=SYSTEM, reason="同一个人").id

    answers = race(raced, [lambda: merge(one), lambda: merge(three)])
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


def test_the_old_number_is_nobodys_while_it_is_being_changed(raced: Flask) -> None:
    """One changes the number while another registers somebody with the old one: one person, however it falls."""
    person_id = committed(raced, lambda: make_person().id)
    with raced.app_context():
        old = queries.person(person_id).id_number or ""
        db.session.remove()

    def change() -> object:
        person, number = queries.person(person_id), id_number(date(1948, 1, 1))
        people.change_number(person, number, by=SYSTEM, reason="换发", document="户口本")
        return person_id

    def register() -> object:
        return people.find_or_register(new_person(id_number=old, phone=""), by=SYSTEM).id

    answers = race(raced, [change, *[register] * 6])
    assert set(answers) == {person_id}


def test_the_same_number_registered_at_once_by_all_doors_is_one_row(raced: Flask) -> None:
    number = id_number(date(1948, 2, 2))

    def register(phone: str) -> object:
        return people.find_or_register(new_person(id_number=number, phone=phone), by=SYSTEM).id

    answers = race(raced, [lambda n=n: register(f"1390000000{n}") for n in range(8)])  # type: ignore[misc]  # a default
    assert len(set(answers)) == 1
    with raced.app_context():
        waiting = queries.open_phone_claims(int(answers[0]))
        db.session.remove()
    assert waiting == 5, "seven other phones came; five wait"


def test_of_several_editors_at_once_one_writes(raced: Flask) -> None:
    person_id = committed(raced, lambda: make_person().id)

    def edit(number: int) -> object:
        changes = people.PersonChanges(employer_name=f"示例厂{number}")
        return people.change(queries.person(person_id), changes, by=SYSTEM, seen=1)

    answers = race(raced, [lambda n=n: edit(n) for n in range(6)])  # type: ignore[misc]  # a default
    assert sum(answer == ("employer_name",) for answer in answers) == 1, answers
    assert sum(isinstance(answer, people.ChangedMeanwhile) for answer in answers) == 5
    with raced.app_context():
        assert len(queries.changes_since(person_id, 0)) == 1
        db.session.remove()
