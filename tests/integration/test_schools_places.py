"""Places of schools: where they lie, rooms, machines, and who went to see them before a class is approved."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from app.accounts.service import declare_interest
from app.classes import service as classes
from app.classes.queries.filing import checklist
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.schools import queries, service
from app.schools.models import CheckWay, MachineKind, PlaceCheck, Room, Site
from app.schools.rules import check_fault
from app.schools.service import NewMachine, NewPlaceCheck, NewRoom, NewSite
from tests.makers import OTHER_COUNTY, VILLAGE, SignIn, make_user
from tests.making.classes import clerk_of, file_class, make_class, make_school_set
from tests.making.ledger import make_budget
from tests.making.schools import (
    make_machine,
    make_room,
    make_school,
    make_site,
    make_village_site,
    see_place,
)

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.parametrize(
    ("latitude", "longitude", "radius", "field"),
    [
        ("113.067400", "28.806100", None, "latitude"),
        ("28.8", None, None, "longitude"),
        (None, "113.0", None, "latitude"),
        ("1.3", "103.8", None, "latitude"),
        ("35.7", "139.7", None, "longitude"),
        ("28.8", "113.0", 0, "radius_m"),
        ("28.8", "113.0", 90_000, "radius_m"),
    ],
)
def test_coordinates_that_cannot_be_are_said_at_their_field(
    latitude: str | None, longitude: str | None, radius: int | None, field: str
) -> None:
    where = {
        "latitude": Decimal(latitude) if latitude else None,
        "longitude": Decimal(longitude) if longitude else None,
    }
    with pytest.raises(DomainError) as error:
        service.add_site(make_school(), NewSite("场", VILLAGE, "路", 20, radius_m=radius, **where), by=SYSTEM)  # type: ignore[arg-type]  # decimals or None
    assert error.value.field == field


@pytest.mark.parametrize(
    "values", [{"latitude": 28}, {"latitude": 90, "longitude": 113}, {"radius_m": 5}, {"capacity": 0}]
)
def test_no_sql_puts_a_site_outside_the_country_or_makes_it_of_no_size(values: dict[str, Any]) -> None:
    site = make_site(make_school())
    with pytest.raises(DBAPIError, match="ck_sites_"), db.session.begin_nested():
        db.session.execute(update(Site).where(Site.id == site.id).values(values))


@pytest.mark.parametrize(("name", "seats", "field"), [("甲", 0, "capacity"), ("甲", 41, "capacity"), (" ", 5, "name")])
def test_a_room_is_named_and_no_bigger_than_its_site(name: str, seats: int, field: str) -> None:
    site = make_site(make_school(), capacity=40)
    with pytest.raises(DomainError) as error:
        service.add_room(site, NewRoom(name, seats), by=SYSTEM)
    assert error.value.field == field
    assert queries.rooms_of(site.id) == []


def test_two_rooms_of_a_site_have_two_names_and_a_site_never_shrinks_below_a_room() -> None:
    site = make_site(make_school(), capacity=40)
    room = make_room(site, 30)
    with pytest.raises(DomainError, match="同名"):
        make_room(site, 10)
    smaller = NewSite(site.name, site.region_code, site.address, 20)
    with pytest.raises(DomainError) as error:
        service.change_site(site, smaller, by=SYSTEM)
    assert error.value.field == "capacity"
    service.close_room(room, by=SYSTEM)
    service.change_site(site, smaller, by=SYSTEM)
    make_room(site, 10)
    assert [row.capacity for row in queries.rooms_of(site.id)] == [10]


def test_no_sql_makes_a_room_bigger_than_its_site_from_either_side() -> None:
    site = make_site(make_school(), capacity=40)
    room = make_room(site, 30)
    for statement in (
        insert(Room).values(site_id=site.id, name="大厅", capacity=41, created_at=clock.now()),
        update(Room).where(Room.id == room.id).values(capacity=41),
        update(Site).where(Site.id == site.id).values(capacity=29),
    ):
        with pytest.raises(DBAPIError, match="holds more than its site"), db.session.begin_nested():
            db.session.execute(statement)


@pytest.mark.parametrize(("label", "at_once", "field"), [("", 5, "label"), ("2 号机", 0, "trainees_at_once")])
def test_what_is_wrong_with_a_machine_names_its_field(label: str, at_once: int, field: str) -> None:
    site, facts = make_site(make_school()), NewMachine(MachineKind.EXCAVATOR, label, at_once)
    with pytest.raises(DomainError) as error:
        service.add_machine(site, facts, by=SYSTEM)
    assert error.value.field == field


def test_a_machine_is_usable_until_its_inspection_runs_out_or_it_is_put_away() -> None:
    site = make_site(make_school())
    machine = make_machine(site, valid_until_on=date(2026, 5, 1))
    assert [machine.is_usable(day) for day in (date(2026, 5, 1), date(2026, 5, 2))] == [True, False]
    renewed = NewMachine(machine.kind, machine.label, 6, date(2027, 5, 1))
    service.change_machine(machine, renewed, by=SYSTEM)
    assert machine.is_usable(date(2027, 5, 1))
    service.close_machine(machine, by=SYSTEM)
    assert not machine.is_usable(date(2026, 5, 1))
    with pytest.raises(Refused):
        service.change_machine(machine, renewed, by=SYSTEM)
    assert queries.machines_of(site.id) == []


def test_a_village_place_is_good_once_somebody_saw_it_and_for_as_long_as_the_policy_says() -> None:
    site = make_village_site(make_school())
    today = clock.today()
    assert queries.check_problem(site, today, None) is None, "blank in the policy: not asked"
    assert queries.check_problem(site, today, 180) is not None
    see_place(site, fit=False)
    assert "不合格" in queries.check_problem(site, today, 180).message  # type: ignore[union-attr]  # asserted here
    see_place(site)
    assert queries.check_problem(site, today, 180) is None
    assert queries.check_problem(site, today + timedelta(days=180), 180) is None
    assert "超过" in queries.check_problem(site, today + timedelta(days=181), 180).message  # type: ignore[union-attr]  # asserted here
    own = make_site(queries.school(site.school_id))
    assert queries.check_problem(own, today, 180) is None, "a school's own house is seen when it is listed"
    assert check_fault("塘", None, 180, today) is not None


def test_a_class_at_a_pond_waits_for_somebody_who_has_been_there() -> None:
    at = make_school_set()
    pond = make_village_site(at.school)
    row = make_class(replace(at, site=pond))
    (point,) = [point for point in checklist(row) if "还没有人到现场核实过" in point.note]
    assert not point.done
    with pytest.raises(Refused, match="现场核实"):
        file_class(row)
    see_place(pond)
    by = clerk_of(row)
    classes.file(row, by=by)
    db.session.execute(insert(PlaceCheck).values(_found(pond, fit=False)))
    officer = make_user(Role.TRAINING_OFFICER).as_actor()
    budget = make_budget(100_000_000, year=row.start_on.year)
    with pytest.raises(Refused, match="不合格"):
        classes.approve(row, budget_id=budget.id, by=officer)
    see_place(pond)
    classes.approve(row, budget_id=budget.id, by=officer)
    assert row.fix_version == 1


def _found(site: Site, *, fit: bool) -> dict[str, Any]:
    return {
        "site_id": site.id,
        "checked_on": clock.today(),
        "exists": True,
        "fit": fit,
        "way": CheckWay.VISIT,
        "recorded_by": "user:1",
        "recorded_by_name": "干部",
        "created_at": clock.now(),
    }


def test_the_school_itself_a_tied_or_a_far_officer_never_checks_a_place() -> None:
    at = make_school_set()
    pond = make_village_site(at.school)
    tied = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    declare_interest(at.school.id, nature="亲属在校任教", by=tied, user_id=tied.user_id)
    for by in (at.by, tied):
        with pytest.raises(Forbidden):
            see_place(pond, by)
    far = make_user(Role.VILLAGE_OFFICER, area=(OTHER_COUNTY,)).as_actor()
    with pytest.raises(NotFound):
        queries.village_site_for(far, pond.id)
    with pytest.raises(Refused):
        see_place(at.site)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"checked_on": date(2099, 1, 1)}, "checked_on"),
        ({"way": CheckWay.KEEPER}, "said_by"),
        ({"fit": False}, "note"),
        ({"exists": False}, "note"),
    ],
)
def test_what_is_wrong_with_a_place_check_names_its_field(changes: dict[str, Any], field: str) -> None:
    facts = {"checked_on": clock.today(), "exists": True, "fit": True, **changes}
    by = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    with pytest.raises(DomainError) as error:
        service.check_place(make_village_site(make_school()), NewPlaceCheck(**facts), by=by)
    assert error.value.field == field


def test_a_place_check_is_never_changed_or_taken_back() -> None:
    see_place(make_village_site(make_school()))
    for statement in (update(PlaceCheck).values(fit=False), delete(PlaceCheck)):
        with pytest.raises(DBAPIError, match="never changed"), db.session.begin_nested():
            db.session.execute(statement)


def test_who_answers_for_the_village_is_asked_until_the_place_was_seen() -> None:
    pond = make_village_site(make_school())
    by = make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    assert queries.unchecked_sites(by) == [pond]
    see_place(pond, by)
    assert queries.unchecked_sites(by) == []
    with clock.at(clock.now() + timedelta(days=400)):
        assert queries.unchecked_sites(by) == [pond]


def test_a_village_officer_writes_down_what_was_found_on_a_page(sign_in: SignIn) -> None:
    pond, by = make_village_site(make_school()), make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,))
    db.session.commit()
    client = sign_in(by)
    assert "要去核实" in client.get("/place-checks").text
    page = f"/place-checks/{pond.id}"
    assert "鱼塘边" in client.get(page).text
    wrong = client.post(page, data={"checked_on": "2026-01-01", "exists": "yes", "fit": "no", "way": "visit"})
    assert wrong.status_code == 422
    assert 'id="note-error"' in wrong.text
    found = {
        "checked_on": clock.today().isoformat(),
        "exists": "yes",
        "fit": "yes",
        "way": "keeper",
        "said_by": "钟守田",
    }
    assert client.post(page, data=found).status_code == 303
    assert [row.said_by for row in queries.place_checks_of(pond.id)] == ["钟守田"]


def test_rooms_and_machines_are_added_changed_and_put_away_on_the_sites_page(sign_in: SignIn) -> None:
    at = make_school_set()
    db.session.commit()
    client, base = sign_in(at.clerk), f"/schools/{at.school.id}/sites/{at.site.id}"
    too_big = client.post(f"{base}/rooms", data={"name": "大厅", "capacity": "900"})
    assert too_big.status_code == 422
    assert 'id="capacity-error"' in too_big.text
    assert client.post(f"{base}/rooms", data={"name": "大厅", "capacity": "30"}).status_code == 303
    machine = {"kind": "excavator", "label": "1 号机", "trainees_at_once": "5", "valid_until_on": "2020-01-01"}
    assert client.post(f"{base}/machines", data=machine).status_code == 303
    page = client.get(base).text
    assert "大厅" in page
    assert "已过期，不能用" in page
    (room,), (row,) = queries.rooms_of(at.site.id), queries.machines_of(at.site.id)
    assert client.post(f"{base}/rooms/{room.id}/edit", data={"name": "小厅", "capacity": "0"}).status_code == 422
    assert client.post(f"{base}/rooms/{room.id}/edit", data={"name": "小厅", "capacity": "20"}).status_code == 303
    assert "1 号机" in client.get(f"{base}/machines/{row.id}/edit").text
    renewed = {**machine, "valid_until_on": "2040-01-01"}
    assert client.post(f"{base}/machines/{row.id}/edit", data=renewed).status_code == 303
    client.post(f"{base}/rooms/{room.id}/close")
    client.post(f"{base}/machines/{row.id}/close")
    assert (queries.rooms_of(at.site.id), queries.machines_of(at.site.id)) == ([], [])
