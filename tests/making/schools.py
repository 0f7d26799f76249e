"""Schools for tests, made by the same services that schools and officers use."""

from datetime import date

from app.accounts.models import Organization, User
from app.accounts.rules import OrganizationKind
from app.kernel.access import SYSTEM
from app.schools import service
from app.schools.models import Instructor, School, Site
from tests.makers import COUNTY, VILLAGE, make_organization


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
    service.file(school, by=SYSTEM)
    service.enlist(school, by=SYSTEM)
    return school
