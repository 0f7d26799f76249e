"""Take a claim under its lock, claim a number, count working days: what every step of a claim begins with."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import lazyload, selectinload

from app.funding.models import Claim, ClaimLine, FundingSerial
from app.funding.rules import LineStatus
from app.kernel import clock
from app.kernel.access import Actor, Can
from app.kernel.database import db
from app.kernel.errors import Forbidden, NotFound
from app.kernel.marking import N_
from app.kernel.workdays import add_working_days
from app.people.queries import row_ids
from app.policies import queries as policies
from app.regions.queries import county_of

DIGITS = 4
_BARE = selectinload(Claim.lines).options(lazyload(ClaimLine.seat), lazyload(ClaimLine.person))
"""Lines without the seats and people they name, which most steps don't ask for: see `queries.read_people`."""


def hold(claim: Claim) -> Claim:
    """The claim with its lines as they stand now, under the claim's lock: two people deciding come one by one."""
    db.session.flush()
    found = db.session.get(Claim, claim.id, with_for_update={"of": Claim}, populate_existing=True, options=[_BARE])
    if found is None:
        raise NotFound
    return found


def hold_line(line: ClaimLine) -> ClaimLine:
    """The line as it stands now, its claim under lock."""
    claim = hold(line.claim)
    return next(one for one in claim.lines if one.id == line.id)


def next_number(kind: str, region_code: str) -> str:
    """The next number of a kind in a county this year, claimed under the lock of its row: BT43068120260001."""
    county, year = county_of(region_code), clock.today().year
    row = {"kind": kind, "county": county, "year": year, "last": 1}
    raised = insert(FundingSerial).values(row)
    raised = raised.on_conflict_do_update(
        index_elements=["kind", "county", "year"], set_={"last": FundingSerial.last + 1}
    )
    last = db.session.scalar(raised.returning(FundingSerial.last))
    return f"{kind}{county[:6]}{year}{last:0{DIGITS}d}"


def due_after(claim: Claim, figure: str) -> date | None:
    """The day so many working days of the claim's policy ahead, None where the policy is silent."""
    return due_in(claim, policies.pack_by_id(claim.policy_pack_id).count(figure))


def due_in(claim: Claim, days: int | None) -> date | None:
    """The day so many working days ahead by the claim's policy; None for an unknown number."""
    pack = policies.pack_by_id(claim.policy_pack_id)
    return None if days is None else add_working_days(clock.today(), days, pack.workdays)


def allow(by: Actor, permission: Can) -> None:
    """Refuse whoever lacks the permission for the step that is due now; raises `Forbidden`."""
    if not by.may(permission):
        raise Forbidden(N_("这一步由别的岗位来办。"))


def own(claim: Claim, by: Actor) -> None:
    """Refuse whoever is not, or does not act for, the claimant; raises `Forbidden`."""
    if claim.person_id is not None:
        if by.person_id is None or by.person_id not in row_ids(claim.person_id):
            raise Forbidden(N_("这一步由申领的本人来办。"))
    elif by.organization_id is None or by.organization_id != claim.organization_id:
        raise Forbidden(N_("这一步由申领的单位来办。"))


def lines_in(claim: Claim, *statuses: LineStatus) -> list[ClaimLine]:
    """The claim's lines that stand in one of these statuses."""
    return [line for line in claim.lines if line.status in statuses]
