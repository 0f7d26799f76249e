"""What was printed and what was uploaded, by content."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.database import Id, Model, UtcTime, fk


class Paper(Model):
    """One printed document: its facts, its file, its hash; reprints come from here, never from live tables."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="not_empty"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    design: Mapped[str] = mapped_column(String(40))
    design_version: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any] | list[Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    store_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))


class Upload(Model):
    """One uploaded file, judged by its content."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("size > 0", name="not_empty"),
        UniqueConstraint("store_key", "created_by", "kind", name="uq_uploads_once"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    store_key: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[UtcTime]
    created_by: Mapped[str] = mapped_column(String(40))


class PrintedForm(Model):
    """A paper that is signed or stamped by hand and comes back: its code ties the scan to what it was printed from."""

    __tablename__ = "printed_forms"
    __table_args__ = (
        UniqueConstraint("code", name="uq_printed_forms_code"),
        UniqueConstraint("paper_id", name="uq_printed_forms_paper"),
        CheckConstraint("length(code) = 10", name="code_whole"),
        CheckConstraint("length(snapshot_sha256) = 64", name="snapshot_whole"),
        Index("ix_printed_forms_about", "about_table", "about_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(10))
    about_table: Mapped[str] = mapped_column(String(40))
    """The table of the row that the paper speaks of, and that row's number: this stair is below all of them."""
    about_id: Mapped[int] = mapped_column(BigInteger)
    design: Mapped[str] = mapped_column(String(40))
    snapshot_sha256: Mapped[str] = mapped_column(String(64))
    """Of the facts that count: without the day it was printed and who printed it."""
    paper_id: Mapped[int] = fk("papers.id", index=False)
    printed_at: Mapped[UtcTime]
    printed_by: Mapped[str] = mapped_column(String(40))
    paper: Mapped[Paper] = relationship(lazy="joined")


class FormScan(Model):
    """A signed or stamped paper, scanned back."""

    __tablename__ = "form_scans"
    __table_args__ = (UniqueConstraint("form_id", "upload_id", name="uq_form_scans_once"),)

    id: Mapped[Id]
    form_id: Mapped[int] = fk("printed_forms.id")
    upload_id: Mapped[int] = fk("uploads.id", index=False)
    read: Mapped[bool]
    """Whether the code was read off the picture; else somebody typed it."""
    outdated: Mapped[list[str]] = mapped_column(JSONB)
    """What had changed since the printing when the scan came in, named and without values; empty when nothing had."""
    scanned_at: Mapped[UtcTime]
    scanned_by: Mapped[str] = mapped_column(String(40))
    scanned_by_name: Mapped[str] = mapped_column(String(80))
    form: Mapped[PrintedForm] = relationship(lazy="joined")
    upload: Mapped[Upload] = relationship(lazy="joined")
