"""Which policy is in force where and when, and its sentences in the reader's language."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from flask_babel import get_locale, gettext
from sqlalchemy import ColumnElement, Select, any_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.kernel.database import db
from app.kernel.errors import NotFound
from app.kernel.marking import N_
from app.policies.models import PolicyPack
from app.policies.rules.pack import Pack
from app.policies.rules.parsing import parse_pack
from app.policies.rules.said import Named, fill
from app.regions.models import Region

NO_PACK = N_("这个地方还没有现行的培训政策，请联系管理员导入政策包。")
KEPT = 64
_parsed: OrderedDict[str, Pack] = OrderedDict()


def text(said: object) -> str:
    """A sentence or a name in the reader's language; anything else as text."""
    language = "en" if str(get_locale()) == "en" else "zh"
    if isinstance(said, Named):
        return said.in_language(language)
    message, params = getattr(said, "message", None), getattr(said, "params", None)
    if message is None or params is None:
        return str(said)
    return fill(message, params, gettext, language)


def _in_force(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    return (PolicyPack.valid_from <= day) & or_(PolicyPack.valid_to.is_(None), PolicyPack.valid_to >= day)


def pack_row_for(region_code: str, day: date) -> PolicyPack:
    """The version in force for a region on a day: the nearest region up the path, then the newest; raises `NotFound`.

    For a class, `day` is the day it was filed (R15).
    """
    path = db.session.scalar(select(Region.path).where(Region.code == region_code)) or ""
    row = db.session.scalar(
        select(PolicyPack)
        .join(Region, Region.code == PolicyPack.region_code)
        .where(PolicyPack.region_code.in_(path.strip("/").split("/")), _in_force(day))
        .order_by(Region.level.desc(), PolicyPack.valid_from.desc(), PolicyPack.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound(NO_PACK)
    return row


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of which pack: read without the pack's content."""

    id: int
    key: str
    sha256: str


_STAMP = (PolicyPack.id, PolicyPack.key, PolicyPack.sha256)


def stamps_for(
    region_code: ColumnElement[str] | InstrumentedAttribute[str], day: ColumnElement[date]
) -> Select[int, str, str]:
    """The query of the version in force for a region on a day: the nearest region up the path, then the newest."""
    here = aliased(Region, name="here")
    return (
        select(*_STAMP)
        .select_from(here)
        .join(PolicyPack, PolicyPack.region_code == any_(func.string_to_array(here.path, "/")))
        .join(Region, Region.code == PolicyPack.region_code)
        .where(here.code == region_code, _in_force(day))
        .order_by(Region.level.desc(), PolicyPack.valid_from.desc(), PolicyPack.id.desc())
        .limit(1)
    )


def stamp_for(region_code: str, day: date) -> Stamp:
    """The version in force for a region on a day, as `pack_row_for` finds it; raises `NotFound`."""
    found = db.session.execute(stamps_for(literal(region_code), literal(day))).one_or_none()
    if found is None:
        raise NotFound(NO_PACK)
    return Stamp(*found)


def stamp_by_id(pack_id: int) -> Stamp:
    """The version with this id; raises `NotFound`."""
    found = db.session.execute(select(*_STAMP).where(PolicyPack.id == pack_id)).one_or_none()
    if found is None:
        raise NotFound
    return Stamp(*found)


def pack_of(version: PolicyPack | Stamp) -> Pack:
    """The parsed pack of a version; kept in memory, since a version never changes."""
    pack = _parsed.get(version.sha256)
    if pack is None:
        row = version if isinstance(version, PolicyPack) else pack_row_by_id(version.id)
        pack = _parsed[version.sha256] = parse_pack(row.content)
        if len(_parsed) > KEPT:
            _parsed.popitem(last=False)
    return pack


def forget() -> None:
    """Drop the packs kept in memory."""
    _parsed.clear()


def pack_for(region_code: str, day: date) -> Pack:
    """The pack in force for a region on a day; raises `NotFound`."""
    return pack_of(stamp_for(region_code, day))


def pack_row_by_id(pack_id: int) -> PolicyPack:
    """One version by its id; raises `NotFound`."""
    row = db.session.get(PolicyPack, pack_id)
    if row is None:
        raise NotFound
    return row


def pack_by_id(pack_id: int) -> Pack:
    """The pack of one version; raises `NotFound`."""
    return pack_of(stamp_by_id(pack_id))


def version(key: str, sha256: str) -> PolicyPack | None:
    """The version of a pack with this content, None where it was never imported."""
    return db.session.scalar(select(PolicyPack).where(PolicyPack.key == key, PolicyPack.sha256 == sha256))


@dataclass(frozen=True, slots=True)
class VersionNamed:
    """A version as a list offers it."""

    id: int
    title: str
    valid_from: date
    sha256: str


def versions() -> list[VersionNamed]:
    """Every version ever imported, the newest first; without their content."""
    columns = (PolicyPack.id, PolicyPack.title, PolicyPack.valid_from, PolicyPack.sha256)
    return [VersionNamed(*row) for row in db.session.execute(select(*columns).order_by(PolicyPack.id.desc()))]


def packs_in_force(day: date) -> list[tuple[PolicyPack, Region]]:
    """Every region's version in force on a day, from the top of the tree down; of several versions the newest."""
    rows = db.session.execute(
        select(PolicyPack, Region)
        .join(Region, Region.code == PolicyPack.region_code)
        .where(_in_force(day))
        .order_by(Region.level, Region.code, PolicyPack.valid_from, PolicyPack.id)
    )
    newest = {pack.region_code: (pack, region) for pack, region in rows}
    return list(newest.values())
