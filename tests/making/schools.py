"""Schools for tests, made by the same services that schools and officers use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from stdnum.cn import ric

from app.accounts.models import Organization, User
from app.accounts.rules import OrganizationKind
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.schools import queries, service
from app.schools.models import (
    Instructor,
    Machine,
    MachineKind,
    OwnerFirm,
    PlaceCheck,
    Room,
    School,
    SchoolListing,
    Site,
    SiteKind,
)
from tests.makers import COUNTY, VILLAGE, make_organization, make_user

_numbers = count(1)
EXCAVATOR = "6-30-05-05"


def teacher_number() -> str:
    """A well-formed synthetic identity number of a teacher of nobody."""
    born = date(1960, 1, 1) + timedelta(days=next(_numbers))
    first = f"430681{born:%Y%m%d}000"
    return first + ric.calc_check_digit(first + "0")


def list_for(school: School, code: str = EXCAVATOR, levels: Iterable[int] = (5,)) -> list[SchoolListing]:
    """The school listed for an occupation at some levels, as far as it is not yet, for as long as its licence holds."""
    new = [level for level in levels if not queries.listed_for(school.id, code, level, school.license_from_on)]
    rows = service.ask_listings(school, code, new, by=SYSTEM) if new else []
    for row in rows:
        service.grant_listing(row, school.license_from_on, school.license_until_on, by=SYSTEM)
    return rows


def make_school(region: str = COUNTY, name: str = "", *, organization: Organization | None = None) -> School:
    """A school in draft with a licence from 2020 to 2040, without sites or people."""
    organization = organization or make_organization(OrganizationKind.SCHOOL, region, name)
    facts = service.NewSchool(
        license_number="人社民4306814000001号",
        license_from_on=date(2020, 1, 1),
        license_until_on=date(2040, 1, 1),
        scope="挖掘机、插花、育婴",
    )
    return service.register_school(organization, facts, by=SYSTEM)


def make_site(school: School, capacity: int = 40, region: str = VILLAGE, name: str = "一号教室") -> Site:
    """A place of a school."""
    facts = service.NewSite(name=name, region_code=region, address="弼时镇示例路 1 号", capacity=capacity)
    return service.add_site(school, facts, by=SYSTEM)


def make_instructor(
    school: School, *, teaches: bool = True, assesses: bool = False, user: User | None = None, name: str = "李示例"
) -> Instructor:
    """A teacher or assessor of a school."""
    facts = service.NewInstructor(
        name=name,
        qualification="职业培训教师证",
        id_number=teacher_number(),
        teaches=teaches,
        assesses=assesses,
        user_id=user.id if user else None,
    )
    return service.add_instructor(school, facts, by=SYSTEM)


def make_listed_school(region: str = COUNTY, name: str = "", *, organization: Organization | None = None) -> School:
    """A school on the institution list, with one site, one teacher and one assessor."""
    school = make_school(region, name, organization=organization)
    make_site(school)
    make_instructor(school)
    make_instructor(school, teaches=False, assesses=True, name="王示例")
    list_for(school)
    service.file(school, by=SYSTEM)
    service.enlist(school, by=SYSTEM)
    return school


@dataclass(frozen=True)
class Furnished:
    """What a school has beside its site: a room, a machine, a village's place, an occupation asked for, a firm."""

    room: Room
    machine: Machine
    village_site: Site
    listing: SchoolListing
    firm: OwnerFirm


def make_room(site: Site, capacity: int = 20, name: str = "201 教室") -> Room:
    """A room of a site."""
    return service.add_room(site, service.NewRoom(name, capacity), by=SYSTEM)


def make_machine(site: Site, label: str = "1 号机", valid_until_on: date | None = date(2040, 1, 1)) -> Machine:
    """An excavator for five at once."""
    facts = service.NewMachine(MachineKind.EXCAVATOR, label, 5, valid_until_on)
    return service.add_machine(site, facts, by=SYSTEM)


def make_village_site(school: School, kind: SiteKind = SiteKind.FIELD_OR_POND, name: str = "鱼塘边") -> Site:
    """A place in a village that nobody has seen yet."""
    return service.add_site(school, service.NewSite(name, VILLAGE, "湄江村 3 组", 30, kind), by=SYSTEM)


def see_place(site: Site, by: Actor | None = None, *, fit: bool = True, on: date | None = None) -> PlaceCheck:
    """Somebody of the village went there."""
    by = by or make_user(Role.VILLAGE_OFFICER, area=(VILLAGE,)).as_actor()
    facts = service.NewPlaceCheck(on or clock.today(), exists=True, fit=fit, note="" if fit else "屋顶漏雨")
    return service.check_place(site, facts, by=by)


def make_firm(school: School, organization: Organization, owner: str = "许望生") -> OwnerFirm:
    """An organization declared to be of the same owner as the school."""
    code = organization.credit_code
    return service.declare_firm(school, owner_name=owner, firm_name=organization.name, credit_code=code, by=SYSTEM)


def furnish(school: School, site: Site) -> Furnished:
    """One of everything."""
    (listing,) = service.ask_listings(school, "4-10-01-06", [3], by=SYSTEM)
    firm = make_firm(school, make_organization(OrganizationKind.COOPERATIVE))
    return Furnished(make_room(site), make_machine(site), make_village_site(school), listing, firm)
