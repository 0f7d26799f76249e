"""Policy packs: immutable versions of a place's rules."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.words import action_words
from app.kernel.database import Id, Model, UtcTime
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.policies.rules.modes import CertificateKind, ClaimKind, Direction, Fix, OrderKind, PlacementProof, PostKind

action_words({"imported": _l("导入政策包")})
labels(
    {
        OrderKind.HIRING: _l("用工订单"),
        OrderKind.PIECEWORK: _l("来料加工订单"),
        OrderKind.JOINT_PRODUCTION: _l("产销合作订单"),
        OrderKind.PUBLIC_WELFARE: _l("公益性岗位"),
        OrderKind.PROJECT: _l("人社局项目"),
    }
)
labels(
    {
        Direction.EMPLOYER: _l("用人单位"),
        Direction.WORKSHOP_OR_BUYER: _l("车间或收购方"),
        Direction.BUYER: _l("收购方"),
        Direction.VILLAGE: _l("所在的村"),
        Direction.INDUSTRY: _l("行业"),
        Direction.OWN_LIVELIHOOD: _l("自家营生"),
        Direction.NONE: _l("不要求"),
    }
)
labels(
    {
        PostKind.ORDER_POST: _l("订单里的岗位"),
        PostKind.WORKPLACE_OR_HOME: _l("车间或家里"),
        PostKind.CONTRACT: _l("产销合同"),
        PostKind.WELFARE_POST: _l("公益性岗位"),
        PostKind.OPTIONAL: _l("可填可不填"),
        PostKind.OWN_PLOT: _l("自家的田、塘或林地"),
        PostKind.NONE: _l("不要求"),
    }
)
labels(
    {
        CertificateKind.COMPLETION: _l("培训合格证书"),
        CertificateKind.ATTENDANCE_NOTE: _l("参加证明"),
    }
)
labels(
    {
        ClaimKind.PER_TRAINEE: _l("按人申领"),
        ClaimKind.BY_EMPLOYER: _l("用人单位为本单位职工申领"),
        ClaimKind.NONE: _l("不申领"),
    }
)
labels(
    {
        PlacementProof.EMPLOYER_CONFIRMS: _l("用人单位确认"),
        PlacementProof.OFFICER_CONFIRMS: _l("村里或人社局确认"),
        PlacementProof.NONE: _l("不要求"),
    }
)
labels(
    {
        Fix.PLACE: _l("定点"),
        Fix.PEOPLE: _l("定员"),
        Fix.DIRECTION: _l("定向"),
        Fix.POST: _l("定岗"),
    }
)


class PolicyPack(Model):
    """One version of one pack; the one in force is chosen by region and by the class's filing date (R15)."""

    __tablename__ = "policy_packs"
    __table_args__ = (
        UniqueConstraint("key", "sha256", name="uq_policy_packs_version"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), index=True)
    region_code: Mapped[str] = mapped_column(String(12), index=True)
    """Its region; a pack may be brought in before the region is."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(120))
    is_example: Mapped[bool]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[UtcTime]
    imported_by: Mapped[str] = mapped_column(String(40))
