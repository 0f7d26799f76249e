"""Places where a school trains (定点): their rooms, machines, and who has been there to look."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Index, Numeric, SmallInteger, String, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.regions.models import Region

action_words({"place checked": _l("到现场核实"), "room added": _l("添加教室"), "machine added": _l("添加设备")})


class SiteKind(StrEnum):
    """Whose place it is."""

    OWN_HOUSE = "own_house"
    VILLAGE_ROOM = "village_room"
    FIELD_OR_POND = "field_or_pond"


class MachineKind(StrEnum):
    """What people practice on."""

    EXCAVATOR = "excavator"
    LOADER = "loader"
    FORKLIFT = "forklift"
    WELDER = "welder"
    SEWING = "sewing"
    STOVE = "stove"
    COMPUTER = "computer"
    OTHER = "other"


class CheckWay(StrEnum):
    """How somebody knows that a place exists and is fit."""

    VISIT = "visit"
    KEEPER = "keeper"


labels(
    {
        SiteKind.OWN_HOUSE: _l("学校自己的场地"),
        SiteKind.VILLAGE_ROOM: _l("村里的屋子"),
        SiteKind.FIELD_OR_POND: _l("田头、塘边、林下"),
    }
)
labels(
    {
        MachineKind.EXCAVATOR: _l("挖掘机"),
        MachineKind.LOADER: _l("装载机"),
        MachineKind.FORKLIFT: _l("叉车"),
        MachineKind.WELDER: _l("电焊机"),
        MachineKind.SEWING: _l("缝纫、编织机具"),
        MachineKind.STOVE: _l("灶台"),
        MachineKind.COMPUTER: _l("电脑"),
        MachineKind.OTHER: _l("其他设备"),
    }
)
labels({CheckWay.VISIT: _l("本人到现场看过"), CheckWay.KEEPER: _l("场地管理人说的")})
constraint_messages(
    {
        "ck_sites_capacity_sensible": _l("能坐的人数应当是 1 到 500。"),
        "ck_sites_coordinates_whole": _l("经度和纬度要一起填，或者都不填。"),
        "ck_sites_coordinates_in_china": _l("这个坐标不在中国境内，多半是经度和纬度填反了。"),
        "ck_sites_radius_sensible": _l("签到范围应当是 20 到 5000 米。"),
        "ck_rooms_capacity_sensible": _l("教室能坐的人数应当是 1 到 500。"),
        "uq_rooms_name": _l("这个教学点已经有同名的教室。"),
        "law_rooms_within_site": _l("教室坐的人数不能超过教学点最多坐的人数。"),
        "ck_machines_ratio_sensible": _l("一台设备同时练的人数应当是 1 到 50。"),
        "uq_machines_label": _l("这个教学点已经有这个编号的设备。"),
    }
)


class Site(SealedRow, Model):
    """A place where training happens: a classroom, a yard, a village room, a pond (定点)."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity_sensible"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates_whole"),
        CheckConstraint("latitude BETWEEN 3 AND 54 AND longitude BETWEEN 73 AND 136", name="coordinates_in_china"),
        CheckConstraint("radius_m BETWEEN 20 AND 5000", name="radius_sensible"),
    )

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[SiteKind] = enum_column(SiteKind, server_default=SiteKind.OWN_HOUSE.value)
    region_code: Mapped[RegionCode]
    address: Mapped[str] = mapped_column(String(120))
    """A public place's address: shown on the menu."""
    capacity: Mapped[int]
    """How many people at most, in all rooms together."""
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    """Degrees as the phone gives them (WGS 84)."""
    radius_m: Mapped[int | None]
    """How far around counts as here, meters; a note beside a sign-in, never a refusal."""
    keeper_name: Mapped[str] = mapped_column(String(40), default="")
    keeper_phone_sealed: Mapped[bytes | None] = sealed_column()
    keeper_phone = Sealed()
    closed_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]
    region: Mapped[Region] = relationship(lazy="joined")

    @hybrid_property
    def in_village(self) -> bool:
        """Not the school's own house: delivered in the village (送教上门)."""
        return self.kind != SiteKind.OWN_HOUSE

    @in_village.inplace.expression
    @classmethod
    def _in_village(cls) -> ColumnElement[bool]:
        return cls.kind != SiteKind.OWN_HOUSE


class Room(Model):
    """A room or a yard of a site with so many seats."""

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint("capacity BETWEEN 1 AND 500", name="capacity_sensible"),
        Index("uq_rooms_name", "site_id", "name", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    site_id: Mapped[int] = fk("sites.id")
    name: Mapped[str] = mapped_column(String(40))
    capacity: Mapped[int] = mapped_column(SmallInteger)
    closed_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]


class Machine(Model):
    """A machine that people practice on, so many at once, inspected until a local date."""

    __tablename__ = "machines"
    __table_args__ = (
        CheckConstraint("trainees_at_once BETWEEN 1 AND 50", name="ratio_sensible"),
        Index("uq_machines_label", "site_id", "label", unique=True, postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    site_id: Mapped[int] = fk("sites.id")
    kind: Mapped[MachineKind] = enum_column(MachineKind)
    label: Mapped[str] = mapped_column(String(40))
    """What is written on it: a number, a model."""
    trainees_at_once: Mapped[int] = mapped_column(SmallInteger)
    valid_until_on: Mapped[date | None]
    """The last day of its inspection (检验有效期); empty where none is asked."""
    closed_at: Mapped[UtcTime | None]
    created_at: Mapped[UtcTime]

    def is_usable(self, on: date) -> bool:
        """Whether it is in use and its inspection holds on a local date."""
        return self.closed_at is None and (self.valid_until_on is None or self.valid_until_on >= on)


class PlaceCheck(Model):
    """Somebody looked whether a village's place exists and is fit; rows are only added."""

    __tablename__ = "place_checks"
    __table_args__ = (
        Index("ix_place_checks_newest", "site_id", "checked_on", "id"),
        CheckConstraint("way <> 'keeper' OR said_by <> ''", name="keeper_named"),
    )

    id: Mapped[Id]
    site_id: Mapped[int] = fk("sites.id", index=False)
    checked_on: Mapped[date]
    exists: Mapped[bool]
    fit: Mapped[bool]
    way: Mapped[CheckWay] = enum_column(CheckWay)
    said_by: Mapped[str] = mapped_column(String(40), default="")
    """The keeper's name, where the keeper said it."""
    note: Mapped[str] = mapped_column(String(200), default="")
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True, index=False)
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_by_name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[UtcTime]

    @property
    def good(self) -> bool:
        """Whether the place exists and is fit."""
        return self.exists and self.fit
