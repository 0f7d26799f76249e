"""Find places, their rooms and machines, and what was found there."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.kernel import clock
from app.kernel.access import Actor
from app.kernel.database import db
from app.kernel.errors import NotFound
from app.papers.models import Upload
from app.policies.queries import pack_for
from app.policies.rules.said import Said
from app.regions.queries import in_area
from app.schools.models import Machine, PlaceCheck, Room, School, SchoolStatus, Site, SiteKind
from app.schools.rules import check_fault

CHECK_DAYS = "site.check_days"
"""The policy's figure: how many days old a place check may be."""


def sites_of(school_id: int, *, closed: bool = False) -> Sequence[Site]:
    """A school's places in use, by name; with `closed` also those no longer used."""
    query = select(Site).where(Site.school_id == school_id)
    if not closed:
        query = query.where(Site.closed_at.is_(None))
    return db.session.scalars(query.order_by(Site.closed_at.is_not(None), Site.id)).unique().all()


def site(site_id: int) -> Site:
    """The place with this id, unscoped; raises `NotFound`."""
    row = db.session.get(Site, site_id)
    if row is None:
        raise NotFound
    return row


def rooms_of(site_id: int, *, closed: bool = False) -> Sequence[Room]:
    """A site's rooms in use, by name; with `closed` also those no longer used."""
    query = select(Room).where(Room.site_id == site_id)
    if not closed:
        query = query.where(Room.closed_at.is_(None))
    return db.session.scalars(query.order_by(Room.closed_at.is_not(None), Room.name)).all()


def machines_of(site_id: int, *, closed: bool = False) -> Sequence[Machine]:
    """A site's machines in use, by kind and label, also those whose inspection ran out (ask `is_usable`)."""
    query = select(Machine).where(Machine.site_id == site_id)
    if not closed:
        query = query.where(Machine.closed_at.is_(None))
    return db.session.scalars(query.order_by(Machine.closed_at.is_not(None), Machine.kind, Machine.label)).all()


def room_of(site_id: int, room_id: int) -> Room:
    """A room of a site; raises `NotFound`."""
    row = db.session.get(Room, room_id)
    if row is None or row.site_id != site_id:
        raise NotFound
    return row


def machine_of(site_id: int, machine_id: int) -> Machine:
    """A machine of a site; raises `NotFound`."""
    row = db.session.get(Machine, machine_id)
    if row is None or row.site_id != site_id:
        raise NotFound
    return row


def place_checks_of(site_id: int) -> Sequence[PlaceCheck]:
    """What was found at a place, the newest first."""
    query = select(PlaceCheck).where(PlaceCheck.site_id == site_id)
    return db.session.scalars(query.order_by(PlaceCheck.checked_on.desc(), PlaceCheck.id.desc())).all()


def check_photo(site_id: int, place_check_id: int) -> Upload:
    """The photo or sheet of a place check; raises `NotFound` where there is none."""
    row = db.session.get(PlaceCheck, place_check_id)
    if row is None or row.site_id != site_id or row.upload_id is None:
        raise NotFound
    return db.session.get_one(Upload, row.upload_id)


def newest_check(site_id: int) -> PlaceCheck | None:
    """The last place check of a site."""
    return next(iter(place_checks_of(site_id)), None)


def village_sites_for(by: Actor) -> Select[Site]:
    """The query of the villages' places in the actor's area that schools use, by region."""
    return (
        select(Site)
        .join(School, School.id == Site.school_id)
        .where(in_area(Site.region_code, by.area), Site.kind != SiteKind.OWN_HOUSE, Site.closed_at.is_(None))
        .where(School.status != SchoolStatus.REMOVED)
        .order_by(Site.region_code, Site.id)
    )


def check_problem(row: Site, on: date, days: int | None) -> Said | None:
    """What stands against teaching at a village's place: nobody was there, it was not fit, or it is too long ago.

    `days` is how old a check may be by the policy; None where the policy asks for none.
    """
    if days is None or not row.in_village:
        return None
    return check_fault(row.name, newest_check(row.id), days, on)


def unchecked_sites(by: Actor) -> list[Site]:
    """The villages' places in the actor's area that somebody must go and see, by the policy in force there."""
    today = clock.today()
    days = pack_for(by.area[0], today).count(CHECK_DAYS) if by.area else None
    if days is None:
        return []
    later = aliased(PlaceCheck)
    newest = (
        select(later.id).where(later.site_id == Site.id).order_by(later.checked_on.desc(), later.id.desc()).limit(1)
    )
    query = village_sites_for(by).add_columns(PlaceCheck)
    query = query.join(PlaceCheck, PlaceCheck.id == newest.scalar_subquery(), isouter=True)
    found = db.session.execute(query).unique()
    return [site for site, check in found if check_fault(site.name, check, days, today) is not None]


def village_site_for(by: Actor, site_id: int) -> Site:
    """A village's place in the actor's area; raises `NotFound`."""
    row = db.session.scalars(village_sites_for(by).where(Site.id == site_id)).unique().first()
    if row is None:
        raise NotFound
    return row
