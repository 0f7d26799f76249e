"""What says that a line may be paid: checked again, and newer than its last change."""

from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.database import Fen, Id, Model, UtcTime, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l

constraint_messages(
    {
        "law_line_cleared": _l("有一行没有付款前核对，或者核对以后又有变动，请重新核对再办。"),
        "law_batch_two_people": _l("请款要由第二个人核对后才能发出，付款也要在核对以后。"),
        "ck_payment_batches_checked_by_another": _l("制单人不能自己核对，请由第二个人来办。"),
    }
)


class Clearance(Model):
    """One check of one line before money goes out: what was looked at and what came of it; only ever added."""

    __tablename__ = "clearances"
    __table_args__ = (
        CheckConstraint("passed = (why = '')", name="refused_with_reason"),
        Index("ix_clearances_line_id", "line_id", "id"),
    )

    id: Mapped[Id]
    line_id: Mapped[int] = fk("claim_lines.id", index=False)
    line_changes: Mapped[int]
    """How often the line had changed when it was looked at."""
    amount_fen: Mapped[Fen]
    passed: Mapped[bool]
    why: Mapped[str] = mapped_column(String(400), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sha256: Mapped[str] = mapped_column(String(64))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[UtcTime]
