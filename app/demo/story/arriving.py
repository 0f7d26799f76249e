"""Chapter one: the people of the offices come in, schools and employers apply and are admitted."""

from app.accounts import service
from app.accounts.models import User
from app.accounts.service import Application, NewUser
from app.demo.story.cast import ACCOUNTS, APPLICANT, COMPANIES, MILUO, PASSWORD, Account, Company
from app.demo.story.invented import bank_account, credit_code, office_phone
from app.demo.story.telling import Chapter, Tale
from app.kernel.access import SYSTEM, Actor
from app.kernel.database import db

BEGINNING = -92
"""Working days before today on which the story begins."""
OFFICE_OF = {MILUO: "training"}


def offices(tale: Tale) -> Chapter:
    """The administrator is there first and invites the officers."""
    yield tale.at(BEGINNING, 8)
    administrator = next(account for account in ACCOUNTS if account.login == "admin")
    _invite(tale, administrator, by=SYSTEM)
    yield tale.at(BEGINNING, 9)
    for account in ACCOUNTS:
        if account is not administrator and not account.company:
            _invite(tale, account, by=tale.who("admin"))


def organizations(tale: Tale) -> Chapter:
    """Every organization applies; the county's training officer admits it, and its people get their accounts."""
    yield tale.at(BEGINNING, 14)
    for company in COMPANIES:
        tale.organizations[company.key] = service.apply_organization(application(company))
    yield tale.at(BEGINNING + 1, 9)
    for company in COMPANIES:
        officer = tale.who(OFFICE_OF.get(company.region, "training-pingjiang"))
        _user, token = service.admit(tale.organizations[company.key], login_name=company.key, by=officer)
        service.accept(token, PASSWORD, hashed=tale.password_hash)
    yield tale.at(BEGINNING + 1, 14)
    for account in ACCOUNTS:
        if account.company:
            _invite(tale, account, by=tale.who("admin"))
    yield tale.at(BEGINNING + 2, 9)
    _declare(tale)
    yield tale.at(-2, 15)
    service.apply_organization(application(APPLICANT))


def deputyship(tale: Tale) -> Chapter:
    """The second training officer stands in for the first while she is away (AB岗)."""
    yield tale.at(-12, 9)
    principal, deputy = _user(tale, "training"), _user(tale, "training-deputy")
    dates = {"from_on": tale.workday(-3), "until_on": tale.workday(15)}
    service.appoint_deputy(principal, deputy, reason="外出培训，由 B 角代办", by=tale.who("admin"), **dates)


def _user(tale: Tale, login: str) -> User:
    return db.session.get_one(User, tale.who(login).user_id)


def _declare(tale: Tale) -> None:
    """The village declares that its workshop belongs to a relation, the school that it buys from the cooperative."""
    ties = (
        ("workshop", "school-qiaoshou", "车间负责人的妹妹在这所学校当老师"),
        ("cooperative", "school", "学校租用合作社的稻田作实训基地"),
    )
    for key, other, nature in ties:
        other_id = tale.organizations[other].id
        service.declare_interest(
            tale.organizations[key].id, nature=nature, other_organization_id=other_id, by=tale.who(key)
        )


def _invite(tale: Tale, account: Account, *, by: Actor) -> None:
    organization = tale.organizations.get(account.company)
    new = NewUser(
        account.login,
        account.name,
        frozenset({account.role}),
        phone=office_phone(account.login),
        area=account.area,
        organization_id=organization.id if organization else None,
    )
    _user, token = service.invite(new, by=by)
    service.accept(token, PASSWORD, hashed=tale.password_hash)


def application(company: Company) -> Application:
    """What an organization says when it applies."""
    return Application(
        kind=company.kind,
        name=company.name,
        credit_code=credit_code(company.region, company.number),
        region_code=company.region,
        address=company.address,
        contact_name=company.contact,
        phone=office_phone(company.key),
        legal_representative=company.head,
        bank_name="示例银行",
        bank_account=bank_account(company.number),
    )
