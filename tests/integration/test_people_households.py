"""Households by village: in how many somebody has work, and in which nobody has though somebody could."""

from typing import Any

import pytest

from app.accounts.models import User
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db, transaction
from app.kernel.errors import NotFound
from app.people import queries, service
from app.people.models import Ability, Exclusion, Household, HouseholdKind, Person, WorkStatus
from app.people.queries import WITH_WORK, WITHOUT_WORK, HouseholdFilters, PlaceFigures
from app.people.service import NewHousehold
from tests.makers import COUNTY, OTHER_COUNTY, TOWNSHIP, VILLAGE, SignIn, make_user
from tests.making.people import make_person

pytestmark = pytest.mark.usefixtures("session")


def officer(role: Role = Role.VILLAGE_OFFICER, area: str = VILLAGE) -> User:
    with transaction():
        return make_user(role, area=(area,))


def home(kind: HouseholdKind, *members: Person) -> Household:
    row = service.make_household(NewHousehold(VILLAGE, kind), by=SYSTEM, head=members[0])
    for member in members[1:]:
        service.join_household(member, row, by=SYSTEM)
    return row


def at(status: WorkStatus, **more: Any) -> Person:
    return make_person(work_status=status, **more)


@pytest.fixture
def homes() -> dict[str, Household]:
    """Five households: with work, with work away, without though they could, without who could, of another kind."""
    lifted = HouseholdKind.LIFTED_OUT_OF_POVERTY
    return {
        "works": home(lifted, at(WorkStatus.EMPLOYED), at(WorkStatus.UNEMPLOYED)),
        "away": home(lifted, at(WorkStatus.FARMING), at(WorkStatus.AWAY)),
        "could": home(lifted, at(WorkStatus.UNEMPLOYED), at(WorkStatus.FARMING)),
        "cannot": home(
            lifted,
            at(WorkStatus.UNEMPLOYED, ability=Ability.UNABLE),
            at(WorkStatus.UNEMPLOYED, exclusion=Exclusion.PENSIONER),
        ),
        "zero": home(HouseholdKind.ZERO_EMPLOYMENT, at(WorkStatus.UNEMPLOYED)),
    }


def place(rows: list[PlaceFigures], code: str) -> PlaceFigures:
    return next(row for row in rows if row.place.code == code)


def figures(row: PlaceFigures, kind: HouseholdKind) -> tuple[int, int, int]:
    found = row.kinds[kind]
    return found.homes, found.with_work, found.without_work


def test_figures_count_homes_with_work_and_homes_without(homes: dict[str, Household]) -> None:
    by = officer(Role.TRAINING_OFFICER, COUNTY).as_actor()
    assert len(homes) == 5
    for under, code in (("", TOWNSHIP), (TOWNSHIP, VILLAGE), (VILLAGE, VILLAGE)):
        row = place(queries.household_figures(by, under), code)
        assert figures(row, HouseholdKind.LIFTED_OUT_OF_POVERTY) == (4, 2, 1)
        assert figures(row, HouseholdKind.ZERO_EMPLOYMENT) == (1, 0, 1)
        assert figures(row, HouseholdKind.WATCHED) == (0, 0, 0)


def test_each_figure_opens_its_list(homes: dict[str, Household]) -> None:
    by = officer().as_actor()

    def listed(**filters: object) -> set[int]:
        query = queries.households_for(by, HouseholdFilters(**filters))  # type: ignore[arg-type]  # tests name any
        return {row.id for row in db.session.scalars(query).unique()}

    kind = HouseholdKind.LIFTED_OUT_OF_POVERTY
    assert listed(kind=kind, work=WITH_WORK) == {homes["works"].id, homes["away"].id}
    assert listed(kind=kind, work=WITHOUT_WORK) == {homes["could"].id}
    assert listed(region_code=VILLAGE) == {row.id for row in homes.values()}
    counted = {one.row.id: (one.members, one.at_work) for one in queries.homes_of(list(homes.values()))}
    assert counted[homes["works"].id] == (2, 1)
    assert counted[homes["could"].id] == (2, 0)


def test_a_person_with_two_rows_is_one_member(homes: dict[str, Household]) -> None:
    person = queries.members_of(homes["could"].id)[0]
    double = at(WorkStatus.EMPLOYED)
    service.join_household(double, homes["could"], by=SYSTEM)
    service.merge(person, double, by=SYSTEM, reason="同一个人")
    assert [(one.members, one.at_work) for one in queries.homes_of([homes["could"]])] == [(2, 0)]
    assert double not in queries.members_of(homes["could"].id)


def test_households_of_another_area_are_neither_counted_nor_listed(homes: dict[str, Household]) -> None:
    far = officer(Role.TRAINING_OFFICER, OTHER_COUNTY).as_actor()
    listed = {row.id for row in db.session.scalars(queries.households_for(far)).unique()}
    assert listed.isdisjoint({row.id for row in homes.values()})
    assert all(row.place.code.startswith(OTHER_COUNTY) for row in queries.household_figures(far))
    with pytest.raises(NotFound):
        queries.household_figures(far, TOWNSHIP)


def test_the_pages_show_the_figures_and_lead_to_the_lists(homes: dict[str, Household], sign_in: SignIn) -> None:
    client = sign_in(officer())
    page = client.get("/households/figures").text
    assert "就业一人、脱贫一户" in page
    assert f"/households?place={VILLAGE}&amp;kind=lifted_out_of_poverty&amp;work=none" in page
    shown = client.get("/households", query_string={"kind": "lifted_out_of_poverty", "work": "none"}).text
    assert f"/households/{homes['could'].id}" in shown
    assert f'/households/{homes["works"].id}"' not in shown
    assert client.get("/households", query_string={"kind": "nonsense", "work": "x"}).status_code == 200
    assert sign_in(officer(Role.SCHOOL_CLERK)).get("/households").status_code == 403
