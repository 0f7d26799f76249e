"""Rolls of blank certificates, and every sheet that left them."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.certificates.models import Certificate
from app.kernel.database import Id, Model, RegionCode, UtcTime, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

RECEIVED, USED = "blank sheets received", "blank sheet used"
REPORTED, WRITTEN_OFF, KEPT = "blank sheets spoiled", "blank sheet written off", "blank sheet kept"
action_words(
    {
        RECEIVED: _l("领入空白证书"),
        USED: _l("登记用纸"),
        REPORTED: _l("报作废"),
        WRITTEN_OFF: _l("核销作废证书"),
        KEPT: _l("没有作废，退回"),
    }
)
constraint_messages(
    {
        "law_rolls_apart": _l("这一段流水号里有的已经登记过了，请核对起止号。"),
        "law_rolls_frozen": _l("空白证书登记以后不能再改，写错的流水号请报作废、由两个人核销。"),
        "uq_blank_sheets_serial": _l("这张空白证书已经用了或报作废了。"),
        "uq_blank_sheets_certificate": _l("这张证书已经登记过用纸。"),
        "law_sheets_within": _l("这张空白证书不在这家机构领入的范围里。"),
        "law_sheets_written_off": _l("核销以后不能再改。"),
        "ck_blank_sheets_by_two": _l("报作废的人（和他代办的人）不能自己核销，要由另一个人来办。"),
    }
)


class BlankRoll(Model):
    """Blank certificates a school received: one run of serials."""

    __tablename__ = "blank_rolls"
    __table_args__ = (CheckConstraint("0 <= first AND first <= last AND digits BETWEEN 1 AND 12", name="serials"),)

    id: Mapped[Id]
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    series: Mapped[str] = mapped_column(String(20), default="")
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    digits: Mapped[int] = mapped_column(SmallInteger)
    received_on: Mapped[date]
    received_from: Mapped[str] = mapped_column(String(80))
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_name: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]

    def shown(self, serial: int) -> str:
        """A serial as it is printed on the sheet."""
        return f"{self.series}{serial:0{self.digits}d}"


class BlankSheet(Model):
    """A sheet that is no longer blank stock: used for a certificate, or spoiled and written off by a second person."""

    __tablename__ = "blank_sheets"
    __table_args__ = (
        UniqueConstraint("roll_id", "serial", name="uq_blank_sheets_serial"),
        Index(
            "uq_blank_sheets_certificate", "certificate_id", unique=True, postgresql_where=text("reported_by IS NULL")
        ),
        CheckConstraint("certificate_id IS NOT NULL OR reported_by IS NOT NULL", name="used_or_spoiled"),
        CheckConstraint("(certificate_id IS NULL) = (used_by IS NULL)", name="used_by_somebody"),
        CheckConstraint("(reported_by IS NULL) = (reason = '')", name="spoiled_for_a_reason"),
        CheckConstraint("confirmed_by IS NULL OR reported_by IS NOT NULL", name="reported_first"),
        CheckConstraint(
            "confirmed_by IS NULL OR NOT (confirmed_by IN (reported_by, coalesce(reported_for, reported_by))"
            " OR coalesce(confirmed_for, confirmed_by) IN (reported_by, coalesce(reported_for, reported_by)))",
            name="by_two",
        ),
    )

    id: Mapped[Id]
    roll_id: Mapped[int] = fk("blank_rolls.id", index=False)
    serial: Mapped[int] = mapped_column(BigInteger)
    certificate_id: Mapped[int | None] = fk("certificates.id", nullable=True, index=False)
    used_by: Mapped[str | None] = mapped_column(String(40))
    used_at: Mapped[UtcTime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")
    reported_by: Mapped[str | None] = mapped_column(String(40))
    reported_for: Mapped[str | None] = mapped_column(String(40))
    """Whom the reporter stood for, if they acted as a deputy."""
    reported_name: Mapped[str] = mapped_column(String(40), default="")
    reported_at: Mapped[UtcTime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(40))
    confirmed_for: Mapped[str | None] = mapped_column(String(40))
    confirmed_name: Mapped[str] = mapped_column(String(40), default="")
    confirmed_at: Mapped[UtcTime | None]
    roll: Mapped[BlankRoll] = relationship(lazy="joined")
    certificate: Mapped[Certificate | None] = relationship(lazy="joined")
