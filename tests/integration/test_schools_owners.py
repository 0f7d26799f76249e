"""Who stands behind a school, what it is listed for, who its people are, and where its money goes."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.accounts import queries as accounts
from app.accounts import service as changing
from app.accounts.models import BankChange, Organization
from app.accounts.rules import OrganizationKind
from app.accounts.service import declare_interest
from app.classes import service as classes
from app.classes.models import ClassSession, TrainingClass
from app.classes.queries import sessions_of
from app.classes.queries.filing import checklist
from app.classes.rules import VariationKind
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.kernel.errors import DomainError, Forbidden, Refused
from app.schools import queries, service
from app.schools.models import Duty, ListingStatus
from app.schools.service import NewInstructor, NewQualification
from tests.makers import SignIn, credit_code, make_organization, make_user
from tests.making.classes import (
    file_class,
    make_approved_class,
    make_class,
    make_course,
    make_order,
    make_school_set,
    officer,
)
from tests.making.schools import make_firm, make_instructor, make_listed_school, make_school, teacher_number

pytestmark = pytest.mark.usefixtures("session")
HOUSEKEEPER = "4-10-01-06"


def test_a_school_is_listed_for_an_occupation_and_level_from_one_day_to_another() -> None:
    school, by = make_school(), officer()
    rows = service.ask_listings(school, HOUSEKEEPER, [5, 4], by=SYSTEM)
    assert [row.status for row in rows] == [ListingStatus.ASKED] * 2
    assert not queries.listed_for(school.id, HOUSEKEEPER, 5, date(2026, 3, 1))
    service.grant_listing(rows[0], date(2026, 3, 1), date(2026, 9, 1), by=by)
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 9, 1), date(2026, 9, 2))
    assert [queries.listed_for(school.id, HOUSEKEEPER, 5, day) for day in days] == [False, True, True, False]
    assert not queries.listed_for(school.id, HOUSEKEEPER, 4, date(2026, 3, 1)), "asked is not listed"
    service.refuse_listing(rows[1], by=by, note="没有四级的考评条件")
    assert rows[1].status == ListingStatus.REFUSED


def test_what_was_taken_off_the_list_counts_until_the_day_before() -> None:
    school, by, today = make_school(), officer(), clock.today()
    (row,) = service.ask_listings(school, HOUSEKEEPER, [5], by=SYSTEM)
    service.grant_listing(row, today - timedelta(days=30), None, by=by)
    with pytest.raises(DomainError):
        service.end_listing(row, by=by, note=" ")
    service.end_listing(row, by=by, note="设备不够")
    days = (today - timedelta(days=1), today)
    assert [queries.listed_for(school.id, HOUSEKEEPER, 5, day) for day in days] == [True, False]


@pytest.mark.parametrize(
    ("code", "levels", "field"),
    [("9-99", [5], "occupation_code"), (HOUSEKEEPER, [], "levels"), (HOUSEKEEPER, [7], "levels")],
)
def test_what_cannot_be_asked_for_names_its_field(code: str, levels: list[int], field: str) -> None:
    with pytest.raises(DomainError) as error:
        service.ask_listings(make_school(), code, levels, by=SYSTEM)
    assert error.value.field == field


def test_a_class_outside_the_listing_on_the_day_of_filing_is_not_filed() -> None:
    at = make_school_set()
    row = make_class(at)
    for listing in queries.listings_of(at.school.id):
        service.end_listing(listing, by=officer(), note="重新认定")
    with pytest.raises(Refused, match="没有列入"):
        file_class(row)


def test_where_a_school_stood_on_the_list_since_when_and_why_is_told_from_its_application_on() -> None:
    with clock.at(clock.moment_of(date(2026, 3, 2), 9)):
        school = make_listed_school()
    with clock.at(clock.moment_of(date(2026, 4, 1), 9)):
        service.suspend(school, by=officer(), note="消防整改")
    newest, before = queries.standings_of(school)[:2]
    assert (newest.status, newest.from_on, newest.until_on, newest.note) == (
        "suspended",
        date(2026, 4, 1),
        None,
        "消防整改",
    )
    assert (before.status, before.until_on) == ("listed", date(2026, 4, 1))


def test_the_owners_other_firms_are_matched_by_credit_code_and_only_an_officer_strikes_them() -> None:
    school, firm = make_school(), make_organization(OrganizationKind.COOPERATIVE)
    assert not queries.related(school.id, firm.id)
    row = make_firm(school, firm)
    assert queries.related(school.id, firm.id)
    assert [here for _firm, here in queries.firms_of(school.id)] == [firm]
    assert [tie.words for tie in queries.ties(school.id, [firm.id, None, firm.id])] == [("许望生",)]
    assert queries.related_schools(firm.id) == [school.organization]
    clerk = make_user(Role.SCHOOL_CLERK, organization=school.organization).as_actor()
    with pytest.raises(Forbidden):
        service.strike_firm(row, reason="不是了", by=clerk)
    with pytest.raises(DomainError):
        service.strike_firm(row, reason=" ", by=officer())
    service.strike_firm(row, reason="股权已转让，看过变更登记", by=officer())
    assert not queries.related(school.id, firm.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credit_code": "91430681MADEM00010"}, "credit_code"),
        ({"credit_code": "12"}, "credit_code"),
        ({"owner_name": " "}, "owner_name"),
        ({"firm_name": ""}, "firm_name"),
    ],
)
def test_what_is_wrong_with_a_firm_names_its_field(changes: dict[str, str], field: str) -> None:
    facts = {"owner_name": "许望生", "firm_name": "某某公司", "credit_code": credit_code(9_000_001), **changes}
    with pytest.raises(DomainError) as error:
        service.declare_firm(make_school(), **facts, by=SYSTEM)
    assert error.value.field == field


def test_every_decision_about_school_and_firm_shows_that_one_owner_stands_behind_both(sign_in: SignIn) -> None:
    at, order = make_school_set(), make_order()
    row = file_class(make_class(at, make_course(at), order=order))
    make_firm(at.school, order.organization)
    db.session.commit()
    client = sign_in(make_user(Role.TRAINING_OFFICER))
    words = "学校与订单单位是同一业主"
    for path in (f"/orders/{order.id}", f"/classes/{row.id}"):
        page = client.get(path).text
        assert words in page, path
        assert "许望生" in page


def test_a_change_of_the_lock_shows_the_common_owner_too(sign_in: SignIn) -> None:
    at, order = make_school_set(), make_order()
    row = make_approved_class(2, at=at, course=make_course(at), order=order)
    make_firm(at.school, order.organization)
    asked = classes.ask_variation(row, VariationKind.POSTPONE, {"days": 7}, "下雨", by=at.by)
    db.session.commit()
    client = sign_in(make_user(Role.TRAINING_OFFICER))
    assert "学校与订单单位是同一业主" in client.get(f"/class-variations/{asked.id}").text


def test_an_officer_tied_to_the_school_decides_nothing_about_it() -> None:
    at = make_school_set()
    row = file_class(make_class(at))
    other = make_approved_class(2, at=at, start_on=row.end_on + timedelta(days=20))
    asked = classes.ask_variation(other, VariationKind.POSTPONE, {"days": 7}, "下雨", by=at.by)
    (listing,) = service.ask_listings(at.school, HOUSEKEEPER, [5], by=at.by)
    firm = make_firm(at.school, make_organization(OrganizationKind.EMPLOYER))
    change = ask_change(at.school.organization)
    tied = make_user(Role.TRAINING_OFFICER).as_actor()
    declare_interest(at.school.id, nature="亲属在校任教", by=tied, user_id=tied.user_id)
    decisions: list[Any] = [
        lambda: service.suspend(at.school, by=tied, note="整改"),
        lambda: service.grant_listing(listing, clock.today(), None, by=tied),
        lambda: service.refuse_listing(listing, by=tied, note="不"),
        lambda: service.strike_firm(firm, reason="不是了", by=tied),
        lambda: changing.confirm_bank_change(change, bank_account=ACCOUNT, by=tied),
        lambda: changing.refuse_bank_change(change, note="不", by=tied),
        lambda: classes.approve(row, by=tied),
        lambda: classes.return_filing(row, note="不", by=tied),
        lambda: classes.decide_variation(asked, approve=True, by=tied),
        lambda: classes.decide_variation(asked, approve=False, note="不", by=tied),
    ]
    for decide in decisions:
        with pytest.raises(Forbidden, match="回避"):
            decide()


# --- teachers and assessors


def test_one_person_with_two_accounts_never_assesses_the_class_that_the_person_teaches() -> None:
    at, elsewhere = make_school_set(), make_school_set()
    number = teacher_number()
    users = [make_user(role, organization=at.school.organization) for role in (Role.TEACHER, Role.ASSESSOR)]
    facts = NewInstructor("周师傅", "高级技师", number, user_id=users[0].id)
    teacher = service.add_instructor(at.school, facts, by=SYSTEM)
    twin = NewInstructor("周示范", "考评员", number, teaches=False, assesses=True)
    with pytest.raises(DomainError) as error:
        service.add_instructor(at.school, twin, by=SYSTEM)
    assert error.value.field == "id_number"
    assessor = service.add_instructor(elsewhere.school, twin, by=SYSTEM)
    assert queries.are_one_person(teacher, assessor)
    row = make_class(at)
    session = sessions_of(row.id)[0]
    session.teacher_id = teacher.id
    db.session.flush()
    db.session.expire(session)
    change = classes.NewClass(row.course_id, row.site_id, 10, row.start_on, row.end_on, assessor_id=assessor.id)
    with pytest.raises(DomainError, match="考培分离"):
        classes.change_plan(row, change, by=at.by)
    statement = update(TrainingClass).where(TrainingClass.id == row.id)
    with pytest.raises(DBAPIError, match="assessor teaches"), db.session.begin_nested():
        db.session.execute(statement.values(assessor_id=assessor.id))


def test_no_sql_lets_the_assessor_of_a_class_teach_it() -> None:
    row = make_class()
    session = sessions_of(row.id)[0]
    statement = update(ClassSession).where(ClassSession.id == session.id)
    with pytest.raises(DBAPIError, match="assessor teaches"), db.session.begin_nested():
        db.session.execute(statement.values(teacher_id=row.assessor_id))


def test_each_qualification_counts_for_its_duty_and_its_days() -> None:
    school = make_school()
    row = make_instructor(school)
    assert row.is_qualified(Duty.TEACHING, clock.today())
    assert not row.is_qualified(Duty.ASSESSING, clock.today())
    later = NewQualification(Duty.ASSESSING, "考评员证", "K1", date(2027, 1, 1), date(2029, 12, 31))
    service.add_qualification(row, later, by=SYSTEM)
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2029, 12, 31), date(2030, 1, 1))
    assert [row.is_qualified(Duty.ASSESSING, day) for day in days] == [False, True, True, False]
    assert row.qualified_until(Duty.ASSESSING) == date(2029, 12, 31)
    service.end_qualification(row.qualifications_for(Duty.ASSESSING)[0], by=SYSTEM)
    assert not row.is_qualified(Duty.ASSESSING, date(2027, 6, 1))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"valid_until_on": date(2020, 1, 1)}, "valid_until_on"),
        ({"valid_from_on": date(2041, 1, 1), "valid_until_on": date(2040, 1, 1)}, "valid_until_on"),
        ({"id_number": ""}, "id_number"),
        ({"id_number": "430681198001010001"}, "id_number"),
        ({"id_number": "430681198013010000"}, "id_number"),
        ({"qualification": " "}, "qualification"),
    ],
)
def test_an_expired_qualification_or_a_wrong_number_names_its_field(changes: dict[str, Any], field: str) -> None:
    facts = {"name": "李示例", "qualification": "教师证", "id_number": teacher_number(), **changes}
    with pytest.raises(DomainError) as error:
        service.add_instructor(make_school(), NewInstructor(**facts), by=SYSTEM)
    assert error.value.field == field


def test_a_teacher_is_not_put_on_a_day_on_which_no_qualification_holds() -> None:
    at = make_school_set()
    row = make_class(at)
    held = at.teacher.qualifications[0]
    held.valid_until_on = row.start_on
    db.session.flush()
    with pytest.raises(DomainError, match="授课资质"):
        classes.postpone(row, 3, by=at.by, reason="天气")


# --- where the money goes

ACCOUNT = "9999000000000002"


def ask_change(organization: Organization, account: str = ACCOUNT) -> BankChange:
    by = make_user(Role.SCHOOL_CLERK, organization=organization).as_actor()
    return changing.ask_bank_change(
        organization, bank_name="示例银行弼时支行", bank_account=account, reason="迁址", by=by
    )


def test_an_account_changes_only_after_a_second_person_typed_it_once_more() -> None:
    school = make_school()
    before = school.organization.bank_account
    change = ask_change(school.organization, "9999 0000 0000 0002")
    assert school.organization.bank_account == before
    with pytest.raises(Refused, match="等核对"):
        ask_change(school.organization, "9999000000000003")
    by = officer()
    with pytest.raises(DomainError) as error:
        changing.confirm_bank_change(change, bank_account="9999000000000020", by=by)
    assert error.value.field == "bank_account"
    changing.confirm_bank_change(change, bank_account=ACCOUNT, by=by)
    assert (school.organization.bank_account, school.organization.bank_name) == (ACCOUNT, "示例银行弼时支行")
    with pytest.raises(Refused, match="已经办过"):
        changing.confirm_bank_change(change, bank_account=ACCOUNT, by=by)


def test_nobody_confirms_the_change_they_asked_for_and_a_school_never_its_own() -> None:
    school = make_school()
    change = ask_change(school.organization)
    clerk = make_user(Role.SCHOOL_CLERK, organization=school.organization).as_actor()
    with pytest.raises(Forbidden):
        changing.confirm_bank_change(change, bank_account=ACCOUNT, by=clerk)
    values = {"decided_by": change.asked_by, "decided_at": clock.now(), "confirmed": True}
    with pytest.raises(DBAPIError, match="second_person"), db.session.begin_nested():
        db.session.execute(update(BankChange).where(BankChange.id == change.id).values(values))


def test_no_sql_changes_an_account_without_a_confirmed_change() -> None:
    school = make_school()
    change = ask_change(school.organization)
    statement = update(Organization).where(Organization.id == school.id)
    for values in ({"bank_name": "别的银行"}, {"bank_account_sealed": b"x", "bank_change_id": change.id}):
        with pytest.raises(DBAPIError, match="by one person"), db.session.begin_nested():
            db.session.execute(statement.values(values))


def test_a_refused_change_leaves_the_account_and_says_why() -> None:
    school = make_school()
    before = school.organization.bank_account
    change = ask_change(school.organization)
    with pytest.raises(DomainError):
        changing.refuse_bank_change(change, note=" ", by=officer())
    changing.refuse_bank_change(change, note="开户许可证户名不符", by=officer())
    assert school.organization.bank_account == before
    assert accounts.open_bank_change(school.id) is None


def test_account_and_firms_are_kept_on_one_page_and_the_account_is_masked(sign_in: SignIn) -> None:
    school = make_listed_school()
    clerk, by = make_user(Role.SCHOOL_CLERK, organization=school.organization), make_user(Role.TRAINING_OFFICER)
    account = school.organization.bank_account or ""
    db.session.commit()
    client, base = sign_in(clerk), f"/schools/{school.id}"
    page = client.get(f"{base}/ownership").text
    assert account not in page
    assert account[-4:] in page
    assert client.post(f"{base}/bank-changes", data={"bank_account": "12"}).status_code == 422
    asked = {"bank_name": "示例银行", "bank_account": ACCOUNT, "reason": "迁址"}
    assert client.post(f"{base}/bank-changes", data=asked).status_code == 303
    firm = {"owner_name": "许望生", "firm_name": "某某公司", "credit_code": "123"}
    wrong = client.post(f"{base}/firms", data=firm)
    assert wrong.status_code == 422
    assert 'id="credit_code-error"' in wrong.text
    assert client.post(f"{base}/firms", data={**firm, "credit_code": credit_code(9_000_002)}).status_code == 303
    change = accounts.open_bank_change(school.id)
    assert change is not None
    client = sign_in(by)
    assert ACCOUNT not in client.get(f"{base}/ownership").text
    path = f"{base}/bank-changes/{change.id}/confirm"
    assert client.post(path, data={"bank_account": "9999000000000009"}).status_code == 422
    assert client.post(path, data={"bank_account": ACCOUNT}).status_code == 303
    db.session.expire_all()
    assert school.organization.bank_account == ACCOUNT


def test_occupations_are_asked_for_and_listed_on_a_page(sign_in: SignIn) -> None:
    school = make_listed_school()
    clerk, by = make_user(Role.SCHOOL_CLERK, organization=school.organization), make_user(Role.TRAINING_OFFICER)
    db.session.commit()
    client, base = sign_in(clerk), f"/schools/{school.id}/listings"
    assert client.post(base, data={"occupation_code": HOUSEKEEPER}).status_code == 422
    assert client.post(base, data={"occupation_code": HOUSEKEEPER, "levels": ["5", "4"]}).status_code == 303
    five, four = [row for row in queries.listings_of(school.id) if row.occupation_code == HOUSEKEEPER]
    client = sign_in(by)
    assert "家政服务员" in client.get(base).text
    dates = {"from_on": "2026-03-01", "until_on": "2026-01-01"}
    assert client.post(f"{base}/grant", data={"chosen": [five.id], **dates}).status_code == 422
    dates["until_on"] = "2030-01-01"
    assert client.post(f"{base}/grant", data={"chosen": [five.id], **dates}).status_code == 303
    assert client.post(f"{base}/{four.id}/refuse", data={"note": ""}).status_code == 422
    assert client.post(f"{base}/{four.id}/refuse", data={"note": "没有条件"}).status_code == 303
    db.session.expire_all()
    assert (five.status, four.status) == (ListingStatus.LISTED, ListingStatus.REFUSED)


def test_more_certificates_are_added_and_ended_on_the_teachers_page(sign_in: SignIn) -> None:
    school = make_listed_school()
    clerk, row = make_user(Role.SCHOOL_CLERK, organization=school.organization), queries.teachers_of(school.id)[0]
    db.session.commit()
    client, base = sign_in(clerk), f"/schools/{school.id}/instructors/{row.id}"
    more = {"duty": "assessing", "qualification": "考评员证", "valid_until_on": "2020-01-01"}
    wrong = client.post(f"{base}/qualifications", data=more)
    assert wrong.status_code == 422
    assert 'id="valid_until_on-error"' in wrong.text
    assert client.post(f"{base}/qualifications", data={**more, "valid_until_on": "2040-01-01"}).status_code == 303
    added = row.qualifications_for(Duty.ASSESSING)
    assert "考评员证" in client.get(f"{base}/edit").text
    assert client.post(f"{base}/qualifications/{added[-1].id}/end").status_code == 303
    page = client.get(f"/schools/{school.id}/instructors").text
    assert row.id_number not in page


def test_a_class_waits_for_the_identity_numbers_and_for_an_assessor_whose_paper_holds() -> None:
    at = make_school_set()
    row = make_class(at)
    at.teacher.id_number = None
    at.assessor.qualifications[0].valid_until_on = row.end_on - timedelta(days=1)
    db.session.flush()
    with pytest.raises(Refused) as refused:
        file_class(row)
    said = "".join(sentence for point in checklist(row) for sentence in point.sentences)
    assert "周师傅 没有登记身份证号码" in said
    assert "没有有效的考评资质" in said
    assert "不能申报" in str(refused.value)
