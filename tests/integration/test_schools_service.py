"""Schools: the listing and its decisions, sites, teachers and assessors."""

from datetime import date
from typing import Any

import pytest

from app.accounts.rules import OrganizationKind
from app.accounts.service import declare_interest
from app.audit.queries import events_of
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import transaction
from app.kernel.errors import DomainError, Forbidden, NotFound, Refused
from app.schools import queries, service
from app.schools.models import School, SchoolStatus
from app.schools.service import NewSchool, NewSite
from app.schools.signals import school_suspended
from tests.makers import COUNTY, OTHER_COUNTY, VILLAGE, make_organization, make_user
from tests.making.schools import list_for, make_instructor, make_listed_school, make_school, make_site

pytestmark = pytest.mark.usefixtures("session")


def officer(area: str = COUNTY) -> Actor:
    return make_user(Role.TRAINING_OFFICER, area=(area,)).as_actor()


def test_a_school_goes_from_draft_to_the_list_and_every_step_has_its_event() -> None:
    by = officer()
    with transaction():
        school = make_school()
        assert queries.missing_for_filing(school) == [
            "还没有教学点，请先添加。",
            "还没有教师，请先添加。",
            "还没有申报培训的职业（工种）和等级，请先添加。",
        ]
        make_site(school)
        make_instructor(school)
        list_for(school)
        service.file(school, by=SYSTEM)
        service.return_filing(school, by=by, note="许可证照片不清楚")
        service.file(school, by=SYSTEM)
        service.enlist(school, by=by)
        service.suspend(school, by=by, note="消防整改")
        service.resume(school, by=by)
    assert queries.is_listed(school.id)
    assert [event.action for event in events_of(school)] == [
        "created", "file", "return", "file", "list", "suspend", "resume",
    ]  # fmt: skip


def test_a_school_without_a_site_or_a_teacher_cannot_ask_to_be_listed() -> None:
    school = make_school()
    with pytest.raises(DomainError, match="教学点"):
        service.file(school, by=SYSTEM)
    make_site(school)
    make_instructor(school, teaches=False, assesses=True)
    with pytest.raises(DomainError, match="教师"):
        service.file(school, by=SYSTEM)


def test_two_schools_get_different_codes() -> None:
    assert make_school().code != make_school().code


def test_only_an_admitted_training_organization_becomes_a_school() -> None:
    with pytest.raises(Refused):
        make_school(organization=make_organization(OrganizationKind.EMPLOYER))
    school = make_school()
    with pytest.raises(Refused, match="已经填过"):
        make_school(organization=school.organization)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"license_number": " "}, "license_number"),
        ({"license_until_on": date(2019, 1, 1)}, "license_until_on"),
        ({"code": "12"}, "code"),
    ],
)
def test_what_is_wrong_with_a_licence_names_its_field(given: dict[str, Any], field: str) -> None:
    facts = {"license_number": "1", "license_from_on": date(2020, 1, 1), "license_until_on": date(2030, 1, 1)}
    with pytest.raises(DomainError) as error:
        service.register_school(make_organization(), NewSchool(**{**facts, **given}), by=SYSTEM)
    assert error.value.field == field


def test_a_reason_is_asked_for_where_the_school_must_know_why() -> None:
    school, by = make_listed_school(), officer()
    for decide in (service.suspend, service.remove):
        with pytest.raises(DomainError) as error:
            decide(school, by=by, note=" ")
        assert error.value.field == "note"
    assert school.status == SchoolStatus.LISTED


def test_an_officer_with_a_declared_tie_cannot_decide_on_the_school() -> None:
    school = make_listed_school()
    user = make_user(Role.TRAINING_OFFICER)
    declare_interest(school.id, nature="配偶在校任职", by=user.as_actor(), user_id=user.id)
    with pytest.raises(Forbidden):
        service.suspend(school, by=user.as_actor(), note="消防整改")
    assert school.status == SchoolStatus.LISTED


def test_who_holds_the_schools_classes_is_told_of_a_suspension_in_the_same_transaction() -> None:
    school, by, heard = make_listed_school(), officer(), []

    def listen(sender: School, **said: Any) -> None:
        heard.append((sender, said["by"], said["note"], sender.status))

    with school_suspended.connected_to(listen):
        service.suspend(school, by=by, note="消防整改")
    assert heard == [(school, by, "消防整改", SchoolStatus.SUSPENDED)]


def test_a_decision_on_what_somebody_just_decided_is_refused() -> None:
    school, by = make_listed_school(), officer()
    service.suspend(school, by=by, note="消防整改")
    with pytest.raises(Refused):
        service.suspend(school, by=by, note="消防整改")


def test_a_school_whose_licence_ran_out_is_not_listed() -> None:
    school = make_school()
    make_site(school)
    make_instructor(school)
    list_for(school)
    service.file(school, by=SYSTEM)
    with clock.at(clock.moment_of(date(2041, 1, 1), 9)), pytest.raises(Refused, match="到期"):
        service.enlist(school, by=officer())


def test_a_school_is_seen_by_its_own_people_and_by_officers_of_its_area() -> None:
    school = make_listed_school()
    clerk = make_user(Role.SCHOOL_CLERK, organization=school.organization).as_actor()
    stranger = make_user(Role.SCHOOL_CLERK, organization=make_organization()).as_actor()
    assert queries.school_for(clerk, school.id) is school
    assert queries.school_for(officer(), school.id) is school
    for by in (stranger, officer(OTHER_COUNTY)):
        with pytest.raises(NotFound):
            queries.school_for(by, school.id)


def test_a_closed_site_is_no_longer_offered_and_can_come_back() -> None:
    school = make_school()
    site = make_site(school)
    service.close_site(site, by=SYSTEM)
    assert queries.sites_of(school.id) == []
    assert queries.sites_of(school.id, closed=True) == [site]
    service.reopen_site(site, by=SYSTEM)
    assert queries.sites_of(school.id) == [site]


def test_a_site_is_changed_on_the_record_and_keeps_its_sealed_phone() -> None:
    school = make_school()
    facts = NewSite("一号教室", VILLAGE, "示例路 1 号", 40, keeper_name="刘示例", keeper_phone="13800000002")
    site = service.add_site(school, facts, by=SYSTEM)
    service.change_site(site, NewSite("一号教室", VILLAGE, "示例路 1 号", 45, keeper_name="刘示例"), by=SYSTEM)
    assert (site.capacity, site.keeper_phone) == (45, "13800000002")
    assert events_of(site)[-1].facts == {"fields": ["capacity"]}
    with pytest.raises(DomainError) as error:
        service.change_site(site, NewSite("一号教室", VILLAGE, "示例路 1 号", 0), by=SYSTEM)
    assert error.value.field == "capacity"


def test_teachers_and_assessors_are_told_apart_and_go_with_their_qualification() -> None:
    school = make_school()
    teacher = make_instructor(school)
    assessor = make_instructor(school, teaches=False, assesses=True)
    assert (queries.teachers_of(school.id), queries.assessors_of(school.id)) == ([teacher], [assessor])
    service.end_qualification(teacher.qualifications[0], by=SYSTEM)
    service.end_instructor(assessor, by=SYSTEM)
    assert (queries.teachers_of(school.id), queries.assessors_of(school.id)) == ([], [])
    with pytest.raises(DomainError) as error:
        make_instructor(school, teaches=False)
    assert error.value.field == "teaches"


def test_an_account_stands_for_one_teacher_of_its_own_school() -> None:
    school = make_school()
    user = make_user(Role.TEACHER, organization=school.organization)
    row = make_instructor(school, user=user)
    assert queries.instructor_of_user(user.id) is row
    for account in (user, make_user(Role.TEACHER, organization=make_organization())):
        with pytest.raises(DomainError) as error:
            make_instructor(school, user=account)
        assert error.value.field == "user_id"
