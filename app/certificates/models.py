"""Certificates: frozen facts, a number for ever, a token for the public page."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.words import flow_words
from app.certificates.rules import (
    BatchStatus,
    BatchStep,
    Because,
    CertificateStatus,
    CertificateStep,
    RevokedBecause,
)
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.papers.models import Paper
from app.people.models import Person

flow_words("certificates", CertificateStatus, CertificateStep)
flow_words("certificate_batches", BatchStatus, BatchStep)
labels(
    {
        CertificateStatus.VALID: _l("有效"),
        CertificateStatus.REVOKED: _l("已撤销"),
        CertificateStatus.REPLACED: _l("已换发"),
    },
    tones={CertificateStatus.VALID: "ok", CertificateStatus.REVOKED: "bad", CertificateStatus.REPLACED: "warn"},
)
labels({CertificateStep.REVOKE: _l("撤销证书"), CertificateStep.REPLACE: _l("换发")})
labels(
    {BatchStatus.PRINTING: _l("正在生成"), BatchStatus.STOPPED: _l("停住了"), BatchStatus.READY: _l("可以打印")},
    tones={BatchStatus.PRINTING: "info", BatchStatus.STOPPED: "bad", BatchStatus.READY: "ok"},
)
labels({BatchStep.STOP: _l("停住"), BatchStep.GO_ON: _l("接着生成"), BatchStep.FINISH: _l("生成完毕")})
labels({Because.CORRECTION: _l("内容更正"), Because.LOST: _l("遗失补发")})
labels(
    {
        RevokedBecause.ERROR: _l("发证有误"),
        RevokedBecause.FRAUD: _l("培训或考核情况不实"),
        RevokedBecause.IMPERSONATION: _l("参加培训的不是持证人"),
        RevokedBecause.RESULT_ANNULLED: _l("考核结果作废"),
        RevokedBecause.OTHER: _l("其他原因"),
    }
)

constraint_messages(
    {
        "law_certificates_enrolled": _l("只有报了名、出勤够、考核合格的学员才能发证。"),
        "law_certificates_frozen": _l("证书发出后，编号和内容都不能再改。"),
        "uq_certificates_valid": _l("这位学员已经有一张有效的证书。"),
        "uq_certificates_number": _l("这个证书编号已经用过了。"),
        "uq_certificates_replaces": _l("这张证书已经换发过一次。"),
        "ck_certificates_replaced_for_a_reason": _l("换发要写明是更正还是补发。"),
        "law_certificates_ended": _l("这张证书已经撤销或换发，不能再改。"),
        "ck_certificates_revoked_because_revoked": _l("只有撤销的证书才写撤销原因的类别。"),
        "law_certificates_chain": _l("换发的新证书和原证书要互相对得上。"),
        "ck_certificate_batches_stopped_for_a_reason": _l("停住了要写明原因。"),
        "law_notes_present": _l("只有到场的人才能开参加证明。"),
        "pk_attendance_notes": _l("这位学员的参加证明已经开过了。"),
    }
)


class CertificateBatch(Model):
    """All certificates (or a taster's notes) of a class issued in one step; printed item by item by the worker."""

    __tablename__ = "certificate_batches"
    __table_args__ = (CheckConstraint("(status = 'stopped') = (stopped_because <> '')", name="stopped_for_a_reason"),)

    id: Mapped[Id]
    status: Mapped[BatchStatus] = enum_column(BatchStatus)
    class_id: Mapped[int] = fk("classes.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    paper_id: Mapped[int | None] = fk("papers.id", nullable=True)
    """The one PDF for the whole class."""
    single: Mapped[bool] = mapped_column(default=False, server_default=false())
    """One paper that takes the place of another."""
    stopped_because: Mapped[str] = mapped_column(String(400), default="", server_default="")
    """Why printing stopped, in plain words; empty while it goes on."""
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[UtcTime]


class CertificateSerial(Model):
    """The last serial given out in a class; numbers are claimed here under a lock, never by counting."""

    __tablename__ = "certificate_serials"

    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    last: Mapped[int] = mapped_column(SmallInteger, default=0)


class Certificate(Model):
    """One certificate; only for a person who was enrolled, present enough and passed (I8)."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("number", name="uq_certificates_number"),
        UniqueConstraint("class_id", "serial", name="uq_certificates_serial"),
        UniqueConstraint("token", name="uq_certificates_token"),
        UniqueConstraint("replaces_id", name="uq_certificates_replaces"),
        Index("uq_certificates_valid", "seat_id", unique=True, postgresql_where=text("status = 'valid'")),
        CheckConstraint("present_enough AND passed", name="only_passed"),
        CheckConstraint("(status = 'replaced') = (replaced_because IS NOT NULL)", name="replaced_for_a_reason"),
        CheckConstraint("revoked_because IS NULL OR status = 'revoked'", name="revoked_because_revoked"),
        Index("ix_certificates_ended", "id", postgresql_where=text("status <> 'valid'")),
        ForeignKeyConstraint(
            ["seat_id", "present_enough", "passed"],
            ["outcomes.seat_id", "outcomes.present_enough", "outcomes.passed"],
            name="fk_certificates_outcome",
        ),
    )

    id: Mapped[Id]
    status: Mapped[CertificateStatus] = enum_column(CertificateStatus)
    number: Mapped[str] = mapped_column(String(30))
    serial: Mapped[int] = mapped_column(SmallInteger)
    token: Mapped[str] = mapped_column(String(32))
    seat_id: Mapped[int] = fk("seats.id")
    class_id: Mapped[int] = fk("classes.id")
    batch_id: Mapped[int] = fk("certificate_batches.id")
    person_id: Mapped[int] = fk("people.id")
    school_id: Mapped[int] = fk("schools.id")
    region_code: Mapped[RegionCode]
    """The person's village."""
    present_enough: Mapped[bool] = mapped_column(default=True)
    passed: Mapped[bool] = mapped_column(default=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Everything the paper says, frozen at issue; the identity number masked."""
    facts_sha256: Mapped[str] = mapped_column(String(64))
    paper_id: Mapped[int | None] = fk("papers.id", nullable=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))
    """The paper before this one; each is replaced at most once."""
    replaced_because: Mapped[Because | None] = enum_column(Because, nullable=True)
    revoked_because: Mapped[RevokedBecause | None] = enum_column(RevokedBecause, nullable=True)
    """Of what kind the reason is, for the public page; unknown of those revoked before kinds were asked for."""
    issued_on: Mapped[date]
    issued_by: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(400), default="")
    """Why it was revoked or replaced."""
    person: Mapped[Person] = relationship(lazy="joined")
    paper: Mapped[Paper | None] = relationship(lazy="select")


class AttendanceNote(Model):
    """A taster's note of attendance: for someone who was there; no certificate, no number, nothing claimed."""

    __tablename__ = "attendance_notes"

    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    batch_id: Mapped[int] = fk("certificate_batches.id")
    class_id: Mapped[int] = fk("classes.id")
    person_id: Mapped[int] = fk("people.id")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Everything the note says, frozen; the identity number masked."""
    paper_id: Mapped[int | None] = fk("papers.id", nullable=True)
    issued_on: Mapped[date]
    issued_by: Mapped[str] = mapped_column(String(40))
    person: Mapped[Person] = relationship(lazy="joined")
    paper: Mapped[Paper | None] = relationship(lazy="select")
