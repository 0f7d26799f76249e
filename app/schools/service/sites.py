"""Places where a school trains (定点)."""

from dataclasses import dataclass
from decimal import Decimal

from app.audit import service as audit
from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import DomainError, Refused
from app.kernel.i18n import _
from app.kernel.marking import N_
from app.regions.queries import region
from app.schools import queries
from app.schools.models import School, SchoolStatus, Site, SiteKind
from app.schools.rules import LEAST_RADIUS, MOST_RADIUS, MOST_SEATS, coordinate_problem


@dataclass(frozen=True, slots=True)
class NewSite:
    """A place with its seats, and where it lies in degrees, where that is known; `radius_m` is what counts as here."""

    name: str
    region_code: str
    address: str
    capacity: int
    kind: SiteKind = SiteKind.OWN_HOUSE
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    radius_m: int | None = None
    keeper_name: str = ""
    keeper_phone: str = ""


def add_site(school: School, facts: NewSite, *, by: Actor) -> Site:
    """Add a place to a school. Raises `DomainError` naming the field."""
    if school.status == SchoolStatus.REMOVED:
        raise Refused(N_("学校已移出目录，不能再增加教学点。"))
    _check(facts)
    row = Site(school_id=school.id, created_at=clock.now(), **_values(facts), keeper_phone=facts.keeper_phone or None)
    db.session.add(row)
    db.session.flush()
    audit.record(row, "added", by=by, facts={"name": row.name, "capacity": row.capacity})
    return row


def change_site(site: Site, facts: NewSite, *, by: Actor) -> None:
    """Write new facts of a place; an empty phone keeps the one held. A class keeps the seats it was approved with."""
    if site.closed_at is not None:
        raise Refused(N_("这个教学点已经停用，先恢复再改。"))
    _check(facts)
    largest = max((room.capacity for room in queries.rooms_of(site.id)), default=0)
    if facts.capacity < largest:
        raise DomainError(_("有一间教室坐 %(n)s 人，教学点不能比它少。", n=largest), "capacity")
    changed = {name: value for name, value in _values(facts).items() if getattr(site, name) != value}
    for name, value in changed.items():
        setattr(site, name, value)
    fields = set(changed)
    if facts.keeper_phone and facts.keeper_phone != site.keeper_phone:
        site.keeper_phone = facts.keeper_phone
        fields.add("keeper_phone")
    if fields:
        audit.record(site, "changed", by=by, facts={"fields": sorted(fields)})


def close_site(site: Site, *, by: Actor) -> None:
    """Stop using a place for new classes."""
    if site.closed_at is None:
        site.closed_at = clock.now()
        audit.record(site, "closed", by=by)


def reopen_site(site: Site, *, by: Actor) -> None:
    """Use a closed place again."""
    if site.closed_at is not None:
        site.closed_at = None
        audit.record(site, "reopened", by=by)


def _values(facts: NewSite) -> dict[str, object]:
    return {
        "name": facts.name.strip(),
        "region_code": facts.region_code,
        "address": facts.address.strip(),
        "capacity": facts.capacity,
        "kind": facts.kind,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "radius_m": facts.radius_m,
        "keeper_name": facts.keeper_name.strip(),
    }


def _check(facts: NewSite) -> None:
    if not facts.name.strip():
        raise DomainError(N_("请填写教学点名称。"), "name")
    if region(facts.region_code) is None:
        raise DomainError(N_("请选择教学点所在的村或乡镇。"), "region_code")
    if not 1 <= facts.capacity <= MOST_SEATS:
        raise DomainError(N_("能坐的人数应当是 1 到 500。"), "capacity")
    problem = coordinate_problem(facts.latitude, facts.longitude)
    if problem:
        raise problem
    if facts.radius_m is not None and not LEAST_RADIUS <= facts.radius_m <= MOST_RADIUS:
        raise DomainError(N_("签到范围应当是 20 到 5000 米。"), "radius_m")
