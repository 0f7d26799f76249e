"""Find accounts and organizations."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, String, cast, or_, select

from app.accounts.models import BankChange, DeclaredInterest, Deputy, Organization, User, UserArea, UserRole
from app.accounts.rules import OrganizationKind, OrganizationStatus, UserStatus
from app.kernel import clock
from app.kernel.access import SYSTEM, Actor, Role
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.regions.models import Region
from app.regions.queries import in_area


def signed_in_user(user_id: int, version: int, *, standing_for: int | None = None) -> User | None:
    """The account of a session that still holds: active, and not signed out everywhere since."""
    user = db.session.get(User, user_id)
    if user is None or user.status != UserStatus.ACTIVE or user.session_version != version:
        return None
    user.principal = standing_principal(user_id, standing_for) if standing_for is not None else None
    return user


def standing_principal(deputy_id: int, principal_id: int) -> User | None:
    """The account a deputy may stand in for today, if the deputyship holds."""
    today = clock.today()
    query = select(Deputy).where(
        Deputy.deputy_id == deputy_id,
        Deputy.principal_id == principal_id,
        Deputy.from_on <= today,
        Deputy.until_on >= today,
        Deputy.ended_at.is_(None),
    )
    return db.session.get(User, principal_id) if db.session.scalars(query).first() else None


def actor_of(key: str, stands_for: str | None = None) -> Actor | None:
    """Who a key of an event means, with the rights they have today, for a job that acts for them; None for nobody."""
    kind, _, number = key.partition(":")
    if kind != "user":
        return SYSTEM if key == SYSTEM.key else None
    user = db.session.get(User, int(number))
    if user is None or user.status != UserStatus.ACTIVE:
        return None
    user.principal = standing_principal(user.id, int(stands_for.partition(":")[2])) if stands_for else None
    return user.as_actor() if user.principal is not None or not stands_for else None


def user_by_login_name(login_name: str) -> User | None:
    """The account with this name."""
    return db.session.scalars(select(User).where(User.login_name == login_name.strip().lower())).first()


def names_of_keys(keys: Iterable[str]) -> dict[str, str]:
    """The names of accounts by their keys ('user:12'), for saying who did something; other keys are left out."""
    ids = {int(key.partition(":")[2]) for key in keys if key.startswith("user:")}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {f"user:{user_id}": name for user_id, name in rows}


def organization(organization_id: int) -> Organization | None:
    """The organization with this id, unscoped: names of organizations are public."""
    return db.session.get(Organization, organization_id)


def _staff_within(by: Actor) -> ColumnElement[bool]:
    """Accounts an administrator answers for: their area lies within, or their organization does."""
    own_area = select(UserArea.user_id).where(in_area(UserArea.region_code, by.area))
    own_organizations = select(Organization.id).where(in_area(Organization.region_code, by.area))
    return or_(User.id.in_(own_area), User.organization_id.in_(own_organizations))


def users_for(by: Actor, *, word: str = "", role: str = "") -> Select[User]:
    """Accounts within the administrator's area, by name."""
    query = select(User).where(_staff_within(by))
    if word:
        query = query.where(
            or_(User.name.contains(word, autoescape=True), User.login_name.contains(word, autoescape=True))
        )
    if role:
        query = query.where(User.id.in_(select(UserRole.user_id).where(cast(UserRole.role, String) == role)))
    return query.order_by(User.name, User.id)


def user_for(by: Actor, user_id: int) -> User:
    """One account within the administrator's area; raises `NotFound`."""
    user = db.session.scalars(select(User).where(User.id == user_id, _staff_within(by))).first()
    if user is None:
        raise NotFound
    return user


def colleagues_of(user: User, by: Actor) -> Sequence[User]:
    """Active accounts an area or a duty can go to: of the same organization, or of the area's offices."""
    same = User.organization_id == user.organization_id if user.organization_id else User.organization_id.is_(None)
    query = select(User).where(_staff_within(by), same, User.id != user.id, User.status == UserStatus.ACTIVE)
    return db.session.scalars(query.order_by(User.name)).all()


def principals_of(user_id: int) -> Sequence[User]:
    """The accounts this one may stand in for today."""
    today = clock.today()
    query = (
        select(User)
        .join(Deputy, Deputy.principal_id == User.id)
        .where(
            Deputy.deputy_id == user_id, Deputy.from_on <= today, Deputy.until_on >= today, Deputy.ended_at.is_(None)
        )
    )
    return db.session.scalars(query.order_by(User.name)).unique().all()


def deputies_of(user_id: int) -> Sequence[tuple[Deputy, User]]:
    """Who stands in or stood in for an account, newest first."""
    query = select(Deputy, User).join(User, User.id == Deputy.deputy_id).where(Deputy.principal_id == user_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Deputy.id.desc())).unique()]


def regions_to_give(by: Actor) -> Sequence[Region]:
    """Regions an administrator may give: the own ones, down to townships, and the villages of a county-level area."""
    deepest = 5 if all(len(code) >= 9 for code in by.area) else 4
    query = select(Region).where(in_area(Region.code, by.area), Region.level <= deepest)
    return db.session.scalars(query.order_by(Region.path)).all()


def counties() -> Sequence[Region]:
    """Where an organization can be: counties, or a city without any."""
    query = select(Region).where(Region.level == 3)
    return db.session.scalars(query.order_by(Region.code)).all()


def organizations_query(by: Actor, *, status: str = "", word: str = "") -> Select[Organization]:
    """Organizations of the area, those waiting for a decision first."""
    query = select(Organization).where(_organizations_within(by))
    if status:
        query = query.where(cast(Organization.status, String) == status)
    if word:
        query = query.where(
            or_(Organization.name.contains(word, autoescape=True), Organization.credit_code == word.upper())
        )
    return query.order_by(Organization.status != OrganizationStatus.APPLIED, Organization.id.desc())


def _organizations_within(by: Actor) -> ColumnElement[bool]:
    return or_(in_area(Organization.region_code, by.area), Organization.id == (by.organization_id or -1))


def organizations_for(
    by: Actor, *, admitted: bool = False, kinds: Sequence[OrganizationKind] = ()
) -> Sequence[Organization]:
    """Organizations within the area (or the own one), by name."""
    query = select(Organization).where(_organizations_within(by))
    if admitted:
        query = query.where(Organization.status == OrganizationStatus.ADMITTED)
    if kinds:
        query = query.where(Organization.kind.in_(kinds))
    return db.session.scalars(query.order_by(Organization.name)).all()


def organization_for(by: Actor, organization_id: int) -> Organization:
    """One organization within the area, or the own one; raises `NotFound`."""
    query = select(Organization).where(Organization.id == organization_id, _organizations_within(by))
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound
    return row


def interests_of(organization_id: int) -> Sequence[tuple[DeclaredInterest, str]]:
    """What is declared about an organization, with the name of the other side; both directions."""
    query = select(DeclaredInterest).where(
        or_(
            DeclaredInterest.organization_id == organization_id,
            DeclaredInterest.other_organization_id == organization_id,
        )
    )
    return [(row, _other_side(row, organization_id)) for row in db.session.scalars(query.order_by(DeclaredInterest.id))]


def _other_side(row: DeclaredInterest, organization_id: int) -> str:
    if row.user_id is not None:
        return db.session.get_one(User, row.user_id).name
    other = row.other_organization_id if row.organization_id == organization_id else row.organization_id
    return db.session.get_one(Organization, other).name


def officers_near(codes: Sequence[str]) -> Sequence[User]:
    """The officers whom people of a place ask: its village's, else its township's; `codes` from the top down."""
    for code, role in zip(reversed(codes), (Role.VILLAGE_OFFICER, Role.TOWNSHIP_OFFICER), strict=False):
        query = (
            select(User)
            .join(UserArea, UserArea.user_id == User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(User.status == UserStatus.ACTIVE, UserRole.role == role, UserArea.region_code == code)
        )
        found = db.session.scalars(query.order_by(User.id)).unique().all()
        if found:
            return found
    return []


def no_account_yet() -> bool:
    """Whether nobody has an account: only then is the demo story told."""
    return db.session.scalar(select(User.id).limit(1)) is None


def open_bank_change(organization_id: int) -> BankChange | None:
    """The change of an organization's account that waits for a second person."""
    query = select(BankChange).where(BankChange.organization_id == organization_id, BankChange.decided_at.is_(None))
    return db.session.scalars(query).first()


def bank_changes_of(organization_id: int) -> Sequence[BankChange]:
    """Every change of an organization's account that was asked for, the newest first."""
    query = select(BankChange).where(BankChange.organization_id == organization_id)
    return db.session.scalars(query.order_by(BankChange.id.desc())).all()
