"""Skill-level certificates that other bodies gave."""

from datetime import date

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import action_words
from app.certificates.skills.rules import Body
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.occupations.models import Occupation
from app.papers.models import Upload
from app.people.models import Person

RECORDED, VOIDED = "skill certificate recorded", "skill certificate struck out"
action_words({RECORDED: _l("登记技能等级证书"), VOIDED: _l("登记作废")})
labels({Body.EMPLOYER: _l("用人单位"), Body.SOCIAL: _l("社会培训评价组织"), Body.SPECIAL: _l("特级技师评聘单位")})
constraint_messages(
    {
        "uq_skill_certificates_number": _l("这个编号的技能等级证书已经登记过了。"),
        "ck_skill_certificates_number_form": _l("技能等级证书的编号或等级不对。"),
        "law_skills_frozen": _l("登记的技能等级证书不能改，登记错了请作废以后重新登记。"),
    }
)


class SkillCertificate(Model):
    """One skill-level certificate by another body, as it was shown to us; never printed here."""

    __tablename__ = "skill_certificates"
    __table_args__ = (
        Index("uq_skill_certificates_number", "number", unique=True, postgresql_where=text("voided_by IS NULL")),
        CheckConstraint(
            "(number ~ '^[YS][0-9]{14}[1-5][0-9]{6}$' AND level = substr(number, 16, 1)::int)"
            " OR (number ~ '^[A-Z]{2}[0-9]{20}$' AND level = 0)",
            name="number_form",
        ),
        CheckConstraint("(voided_by IS NULL) = (void_reason = '')", name="voided_for_a_reason"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(22))
    person_id: Mapped[int] = fk("people.id")
    seat_id: Mapped[int | None] = fk("seats.id", nullable=True)
    """The training that it followed, where it followed one of ours."""
    region_code: Mapped[RegionCode]
    """The person's village."""
    school_id: Mapped[int | None] = fk("schools.id", nullable=True)
    """The school that wrote it down, if one did."""
    body: Mapped[Body] = enum_column(Body)
    body_name: Mapped[str] = mapped_column(String(80))
    occupation_id: Mapped[int] = fk("occupations.id")
    level: Mapped[int] = mapped_column(SmallInteger)
    """1-5 as the number says; 0 for a 特级技师."""
    issued_on: Mapped[date]
    upload_id: Mapped[int] = fk("uploads.id")
    recorded_by: Mapped[str] = mapped_column(String(40))
    recorded_at: Mapped[UtcTime]
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    voided_by: Mapped[str | None] = mapped_column(String(40))
    person: Mapped[Person] = relationship(lazy="joined")
    occupation: Mapped[Occupation] = relationship(lazy="joined")
    upload: Mapped[Upload] = relationship(lazy="select")
