"""A register as large as a city's, of nobody: for drills and for trying how pages do."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from sqlalchemy import func, select, text

from app.accounts import service as accounts
from app.accounts.models import User
from app.accounts.service import NewUser
from app.demo.story.cast import PASSWORD
from app.kernel import clock
from app.kernel.access import SYSTEM, Role
from app.kernel.database import db
from app.people.models import Person
from app.people.simulation import Inventor, Officer, fill
from app.regions.models import Level, Region

OFFICERS = 1_172
"""Village officers of the owner's city."""
LOGIN = "sim-village-{:04d}"
TOWNSHIP_LOGIN = "sim-township-{:03d}"


def simulate(people: int, *, seed: int, tick: Callable[[int], object]) -> int:
    """Fill the register up to so many people, with officers for all villages; returns how many were added."""
    missing = people - (db.session.scalar(select(func.count()).select_from(Person)) or 0)
    if missing > 0:
        fill(missing, _officers(seed), seed=seed, tick=tick)
    return max(0, missing)


def refresh_statistics() -> None:
    """Let the database see what was written, so that it plans well and reads indexes alone."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET ROLE NONE"))
        connection.execute(text("VACUUM (ANALYZE)"))
        connection.invalidate()


def _officers(seed: int) -> list[Officer]:
    """Who registers whom: the officers of an earlier drill, else new ones, each with one village or two."""
    inventor = Inventor(seed, clock.today())
    villages = db.session.scalars(select(Region.code).where(Region.level == Level.VILLAGE).order_by(Region.path)).all()
    places = _shared(villages, min(OFFICERS, len(villages)))
    users = db.session.scalars(select(User).where(User.login_name.startswith("sim-village-")).order_by(User.id)).all()
    if not users:
        new = [_new(inventor, LOGIN.format(number), Role.VILLAGE_OFFICER, own) for number, own in enumerate(places, 1)]
        users = accounts.seat_officers(new, PASSWORD, by=SYSTEM)
        accounts.seat_officers(_specialists(inventor), PASSWORD, by=SYSTEM)
    return [Officer(f"user:{user.id}", user.name, own) for user, own in zip(users, places, strict=True)]


def _specialists(inventor: Inventor) -> list[NewUser]:
    townships = select(Region.code).where(Region.level == Level.TOWNSHIP).order_by(Region.path)
    return [
        _new(inventor, TOWNSHIP_LOGIN.format(number), Role.TOWNSHIP_OFFICER, (code,))
        for number, code in enumerate(db.session.scalars(townships).all(), 1)
    ]


def _new(inventor: Inventor, login: str, role: Role, area: tuple[str, ...]) -> NewUser:
    return NewUser(login, inventor.name(inventor.surname())[0], frozenset({role}), area=area)


def _shared(villages: Sequence[str], officers: int) -> list[tuple[str, ...]]:
    """Neighboring villages, dealt out so that no officer has more than one village more than another."""
    ends = [len(villages) * number // officers for number in range(officers + 1)]
    return [tuple(villages[start:end]) for start, end in pairwise(ends)]
