"""Long steps that run in the background: what was pressed, by whom, what came of it, how far it is."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.funding.rules.long_steps import LongAct, WorkPart
from app.kernel.database import Id, Model, RegionCode, UtcTime, enum_column, fk
from app.kernel.errors import constraint_messages
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column

labels(
    {
        LongAct.COMPILE: _l("编制申领"),
        LongAct.RECOMPILE: _l("重新计算"),
        LongAct.SUBMIT: _l("提交申领"),
        LongAct.PASS_CLEAN: _l("没有疑点的行一次通过"),
        LongAct.REQUEST: _l("请款制单"),
        LongAct.CHECK: _l("核对请款"),
        LongAct.BANK_FILE: _l("导出付款文件"),
    }
)
labels(
    {
        WorkPart.READ: _l("读取记录"),
        WorkPart.DRAW: _l("逐行计算"),
        WorkPart.CLEAR: _l("逐行核对"),
        WorkPart.WRITE: _l("逐行写入"),
        WorkPart.KEEP: _l("保存"),
    }
)
constraint_messages({"uq_long_steps_running": _l("这一步已经在后台办理，请等它办完。")})


class LongStep(SealedRow, Model):
    """One step that somebody pressed and the worker does, whole or not at all."""

    __tablename__ = "long_steps"
    __table_args__ = (
        Index("uq_long_steps_running", "target", unique=True, postgresql_where=text("finished_at IS NULL")),
        CheckConstraint("lines >= 0", name="not_negative"),
        CheckConstraint("finished_at IS NOT NULL OR trouble_sealed IS NULL", name="trouble_at_end"),
    )

    id: Mapped[Id]
    act: Mapped[LongAct] = enum_column(LongAct)
    target: Mapped[str] = mapped_column(String(60))
    """What it is done to: `claim:7`, `batch:3`, `budget:2`, `organization:5`."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    lines: Mapped[int]
    """About how many lines there are to go through."""
    region_code: Mapped[RegionCode | None]
    organization_id: Mapped[int | None] = fk("organizations.id", nullable=True)
    created_by: Mapped[str] = mapped_column(String(40))
    stands_for: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[UtcTime]
    finished_at: Mapped[UtcTime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    """Numbers only: what was made, how many."""
    trouble_sealed: Mapped[bytes | None] = sealed_column()
    trouble = Sealed()
    """Why nothing was done, in plain words, which may name somebody."""
    file_sealed: Mapped[bytes | None] = sealed_column()
    file = Sealed()
    """A file that was made, in base64, until it is forgotten."""


class LongStepProgress(Model):
    """How far the worker is with a step: written while the work's own transaction is still open."""

    __tablename__ = "long_step_progress"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= 0", name="not_negative"),)

    long_step_id: Mapped[int] = mapped_column(ForeignKey("long_steps.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[WorkPart] = enum_column(WorkPart)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    at: Mapped[UtcTime]
    queue_id: Mapped[int | None] = mapped_column(BigInteger)
    """Its number in the queue of jobs: here, since the worker holds the step itself under lock."""
