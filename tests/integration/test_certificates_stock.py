"""Every blank sheet is accounted for, and only two people write one off; skill certificates of others are only kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.certificates.models import Certificate
from app.certificates.queries import certificates_of
from app.certificates.skills import queries as skills
from app.certificates.skills import service as skilled
from app.certificates.stock import queries, service
from app.certificates.stock.models import BlankRoll
from app.classes.queries import active_seats, training_class
from app.kernel.access import Actor, Role
from app.kernel.database import db, transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.occupations.queries import all_occupations
from tests.makers import OTHER_COUNTY, make_organization, make_user
from tests.making.classes import clerk_of, officer
from tests.making.results import PICTURE, issue, make_assessed_class
from tests.racing import committed, race

DAY = date(2025, 6, 1)
HUNDRED = service.Delivery("XA", "000101", "000200", DAY, "省人力资源和社会保障厅")


def issued() -> tuple[Certificate, Actor]:
    class_ = make_assessed_class(1)
    issue(class_)
    return certificates_of(class_.id)[0], clerk_of(class_)


def sums(roll: BlankRoll) -> tuple[int, int, int, int]:
    tally = queries.tally_of(roll)
    assert tally.received == tally.used + tally.reported + tally.spoiled + tally.left
    return tally.used, tally.reported, tally.spoiled, tally.left


def another(by: Actor) -> Actor:
    """A second clerk of the same school."""
    return replace(by, key="user:999999", name="第二个人")


def waiting(roll: BlankRoll) -> list[int]:
    return [one.id for one in queries.sheets_of(roll.id) if one.reported_by and not one.confirmed_by]


@pytest.mark.usefixtures("session")
class TestStock:
    """Received = used + waiting + written off + left."""

    def test_used_spoiled_and_left_add_up_all_the_way(self) -> None:
        one, by = issued()
        roll = service.receive(HUNDRED, by=by)
        assert (roll.shown(roll.first), roll.shown(roll.last)) == ("XA000101", "XA000200")
        service.use(roll, "000101", one.number, by=by)
        assert service.report_spoiled(roll, "000102", "000104", "卡纸", by=by) == 3
        assert sums(roll) == (1, 3, 0, 96)
        service.confirm_spoiled(roll, waiting(roll)[:2], by=another(by), spoiled=True)
        service.confirm_spoiled(roll, waiting(roll), by=officer(), spoiled=False)
        assert sums(roll) == (1, 0, 2, 97)

    def test_a_sheet_spoiled_in_the_printer_gives_its_certificate_another(self) -> None:
        one, by = issued()
        roll = service.receive(HUNDRED, by=by)
        service.use(roll, "000101", one.number, by=by)
        with pytest.raises(DBAPIError, match="uq_blank_sheets_certificate"), db.session.begin_nested():
            service.use(roll, "000102", one.number, by=by)
        service.report_spoiled(roll, "000101", "", "印偏", by=by)
        service.use(roll, "000102", one.number, by=by)
        found = queries.sheet_of(one.id)
        assert found is not None
        assert found.serial == 102
        assert sums(roll) == (1, 1, 0, 98)

    def test_nobody_writes_off_what_they_or_whom_they_stand_for_reported(self) -> None:
        _one, by = issued()
        roll = service.receive(HUNDRED, by=by)
        deputy = replace(another(by), stands_for=by.key)
        service.report_spoiled(roll, "000101", "", "卡纸", by=by)
        service.report_spoiled(roll, "000102", "", "卡纸", by=deputy)
        for who in (by, deputy):
            with pytest.raises(Refused, match="不能自己核销"):
                service.confirm_spoiled(roll, waiting(roll), by=who, spoiled=True)
        stranger = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
        for who in (stranger, make_user(Role.AUDITOR, area=("430681",)).as_actor()):
            with pytest.raises(Forbidden):
                service.confirm_spoiled(roll, waiting(roll), by=who, spoiled=True)
        third = replace(by, key="user:999998")
        assert service.confirm_spoiled(roll, waiting(roll), by=third, spoiled=True) == 2

    @pytest.mark.parametrize(
        ("by", "stood_for"), [("user:1", None), ("user:2", "user:1"), ("user:9", None), ("user:3", "user:9")]
    )
    def test_no_sql_writes_off_by_one_person(self, by: str, stood_for: str | None) -> None:
        _one, clerk = issued()
        roll = service.receive(HUNDRED, by=clerk)
        service.report_spoiled(roll, "000101", "", "卡纸", by=replace(clerk, key="user:1", stands_for="user:9"))
        statement = text(
            "UPDATE blank_sheets SET confirmed_by = :by, confirmed_for = :for, confirmed_at = now()"
            " WHERE roll_id = :roll"
        )
        with pytest.raises(DBAPIError, match="by_two"), db.session.begin_nested():
            db.session.execute(statement, {"by": by, "for": stood_for, "roll": roll.id})
        db.session.execute(statement, {"by": "user:4", "for": None, "roll": roll.id})
        for change in (statement, text("DELETE FROM blank_sheets WHERE roll_id = :roll AND :by <> :for")):
            with pytest.raises(DBAPIError, match="written off"), db.session.begin_nested():
                db.session.execute(change, {"by": "user:5", "for": "user:6", "roll": roll.id})

    def test_serials_are_received_once_and_used_once_and_only_by_their_school(self) -> None:
        one, by = issued()
        roll = service.receive(HUNDRED, by=by)
        for first, last in (("000200", "000300"), ("000001", "000101"), ("000150", "000160")):
            with pytest.raises(DBAPIError, match="were received already"), db.session.begin_nested():
                service.receive(replace(HUNDRED, first=first, last=last), by=by)
        assert service.receive(replace(HUNDRED, series="XB"), by=by).id != roll.id
        service.use(roll, "000101", one.number, by=by)
        with pytest.raises(DomainError) as outside:
            service.use(roll, "000201", one.number, by=by)
        assert outside.value.field == "serial"
        other = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
        with pytest.raises(Forbidden):
            service.use(roll, "000102", one.number, by=other)
        with pytest.raises(NotFound):
            queries.roll_for(other, roll.id)
        with pytest.raises(NotFound):
            queries.roll_for(officer((OTHER_COUNTY,)), roll.id)
        assert queries.roll_for(officer(), roll.id) is roll
        with pytest.raises(Forbidden):
            service.receive(HUNDRED, by=officer())


def test_two_rolls_with_the_same_serials_at_once_are_one(raced: Flask) -> None:
    clerks = committed(raced, lambda: [issued()[1], issued()[1]])
    got = race(raced, [lambda by=by: service.receive(HUNDRED, by=by) for by in clerks])  # type: ignore[misc]  # lambda
    assert sorted(isinstance(one, Refused) for one in got) == [False, True]


# --- skill-level certificates -----------------------------------------------------------------------------------------


def shown(number: str = "S000143000123253000001", **changes: Any) -> skilled.Shown:
    known = skilled.Shown(number, "湖南某评价中心", all_occupations()[0].id, 3, DAY)
    return replace(known, **changes)


@pytest.mark.usefixtures("session")
class TestSkills:
    """By another body: written down, checked in form, never made here."""

    def test_one_is_written_down_with_its_scan_and_its_number_only_once(self) -> None:
        one, by = issued()
        seat = active_seats(one.class_id)[0]
        row = skilled.record(seat, shown(), BytesIO(PICTURE), "a.png", by=by)
        assert list(skills.skills_of_seat(seat.id)) == [row] == list(skills.skills_of_person(seat.person_id))
        with pytest.raises(DBAPIError, match="uq_skill_certificates_number"), db.session.begin_nested():
            skilled.record(seat, shown(), BytesIO(PICTURE), "a.png", by=by)
        skilled.strike_out(row, reason="看错了等级", by=by)
        assert skills.skills_of_seat(seat.id) == []
        again = skilled.record(seat, shown(), BytesIO(PICTURE), "a.png", by=by)
        assert again.id != row.id
        for change in (
            "UPDATE skill_certificates SET level = 2",
            "DELETE FROM skill_certificates",
            "UPDATE skill_certificates SET voided_by = NULL, void_reason = '' WHERE voided_by IS NOT NULL",
        ):
            with pytest.raises(DBAPIError), db.session.begin_nested():
                db.session.execute(text(change))

    def test_the_school_and_the_person_s_officers_may_and_nobody_else(self) -> None:
        one, by = issued()
        seat = active_seats(one.class_id)[0]
        village = make_user(Role.VILLAGE_OFFICER, area=(seat.person.region_code,)).as_actor()
        row = skilled.record(seat, shown(), BytesIO(PICTURE), "a.png", by=village)
        for who in (by, village, officer()):
            assert skills.skill_for(who, row.id) is row
        outside = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
        far = make_user(Role.VILLAGE_OFFICER, area=(OTHER_COUNTY,)).as_actor()
        for who in (outside, far):
            with pytest.raises(NotFound):
                skills.skill_for(who, row.id)
            with pytest.raises(Forbidden):
                skilled.record(seat, shown("S000143000123253000002"), BytesIO(PICTURE), "a.png", by=who)


def test_the_pages_write_a_roll_and_a_skill_certificate_down(
    client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    with transaction():
        one, _by = issued()
        class_ = training_class(one.class_id)
        school = sign_in(make_user(Role.SCHOOL_CLERK, organization=class_.course.organization))
    roll = {"series": "xc", "first": "0001", "last": "0010", "received_on": "2025-06-01", "received_from": "市人社局"}
    page = school.post("/certificates/stock", data=roll, follow_redirects=True).text
    assert "XC0001–XC0010" in page
    assert school.post("/certificates/stock", data={**roll, "last": "1"}).status_code == 422
    assert school.post("/certificates/stock", data=roll).status_code == 422
    address = f"/certificates/classes/{class_.id}/skills"
    given = {
        "seat_id": one.seat_id, "number": "S0001 43 000123 25 3 000009", "body_name": "湖南某评价中心",
        "occupation_id": all_occupations()[0].id, "level": 3, "issued_on": "2025-06-01",
    }  # fmt: skip
    wrong = school.post(address, data={**given, "number": "X", "scan": (BytesIO(PICTURE), "a.png")})
    assert wrong.status_code == 422
    assert "22 位" in wrong.text
    done = school.post(address, data={**given, "scan": (BytesIO(PICTURE), "a.png")}, follow_redirects=True).text
    assert "由其他机构颁发" in done
    assert "S000143000123253000009" in school.get("/certificates/skills").text
