"""Imports of rosters: what was uploaded, what was found in each row, how far the work is."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.words import action_words, flow_words
from app.kernel.database import Id, Model, UtcTime, enum_column, fk
from app.kernel.flow import Flow
from app.kernel.i18n import _l
from app.kernel.labels import labels
from app.kernel.sealing import Sealed, SealedRow, sealed_column
from app.people.imports.rules.kinds import Outcome
from app.people.imports.rules.words import FIELD_WORDS


class ImportStatus(StrEnum):
    """How far an import is."""

    READING = "reading"
    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DISCARDED = "discarded"


class ImportStep(StrEnum):
    """What happens to an import."""

    ASK = "ask"
    MAP = "map"
    CHECK = "check"
    RUN = "run"
    BLOCK = "block"
    FINISH = "finish"
    FAIL = "fail"
    DISCARD = "discard"


IMPORT_FLOW = Flow(
    "roster_import",
    ImportStatus.READING,
    [
        (ImportStep.ASK, [ImportStatus.READING], ImportStatus.MAPPING),
        (ImportStep.MAP, [ImportStatus.READING, ImportStatus.MAPPING, ImportStatus.CHECKED], ImportStatus.CHECKING),
        (ImportStep.CHECK, [ImportStatus.CHECKING], ImportStatus.CHECKED),
        (ImportStep.RUN, [ImportStatus.CHECKED], ImportStatus.RUNNING),
        (ImportStep.BLOCK, [ImportStatus.RUNNING], ImportStatus.CHECKED),
        (ImportStep.FINISH, [ImportStatus.RUNNING], ImportStatus.DONE),
        (
            ImportStep.FAIL,
            [ImportStatus.READING, ImportStatus.CHECKING, ImportStatus.RUNNING],
            ImportStatus.FAILED,
        ),
        (
            ImportStep.DISCARD,
            [ImportStatus.MAPPING, ImportStatus.CHECKED, ImportStatus.FAILED],
            ImportStatus.DISCARDED,
        ),
    ],
)
WORKING = frozenset({ImportStatus.READING, ImportStatus.CHECKING, ImportStatus.RUNNING})
"""While the worker has it."""


class RosterImport(SealedRow, Model):
    """One roster that somebody uploaded or pasted, from the upload to the register.

    `layout` holds where the list stands in the file: sheet, heading rows, which column holds what; `sample`, sealed,
    its first rows for choosing columns. `counts` are rows by outcome and what was written.
    """

    __tablename__ = "roster_imports"
    __table_args__ = (
        Index("ix_roster_imports_created_by", "created_by", "id"),
        CheckConstraint("(status = 'done') = (finished_at IS NOT NULL)", name="done_at_a_time"),
    )

    id: Mapped[Id]
    status: Mapped[ImportStatus] = enum_column(ImportStatus)
    created_by: Mapped[str] = mapped_column(String(40))
    stands_for: Mapped[str | None] = mapped_column(String(40))
    region_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"), index=True)
    """The first region of the area that the import was made for."""
    area: Mapped[list[str]] = mapped_column(ARRAY(String(12)), default=list, server_default="{}")
    """The whole area of who made it: only who answers for all of it may look."""
    upload_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    """The file as it came; None once it was removed, or where the command line read it from its place."""
    answer_id: Mapped[int | None] = fk("uploads.id", nullable=True)
    """The same workbook with a column of what came of each row."""
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    pasted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    default_village: Mapped[str | None] = mapped_column(String(12), ForeignKey("regions.code"))
    """Where everybody lives whose row names no place."""
    whole: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """All rows or none, instead of all good ones."""
    layout: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    sample_sealed: Mapped[bytes | None] = sealed_column()
    sample = Sealed()
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")
    trouble: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why it failed or was held up, in plain words that name nobody."""
    created_at: Mapped[UtcTime]
    finished_at: Mapped[UtcTime | None]
    forgotten_at: Mapped[UtcTime | None]
    """When the file and what was found in its rows were removed."""


class ImportFinding(SealedRow, Model):
    """What was found in one row; the row's own words are sealed. Good rows without repairs are only counted."""

    __tablename__ = "import_findings"

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome] = enum_column(Outcome)
    faults: Mapped[list[list[Any]]] = mapped_column(JSONB)
    mends: Mapped[list[list[str]]] = mapped_column(JSONB)
    excerpt_sealed: Mapped[bytes | None] = sealed_column()
    excerpt = Sealed()


class ImportProgress(Model):
    """How far the worker is with an import: written while the work's own transaction is still open."""

    __tablename__ = "import_progress"
    __table_args__ = (CheckConstraint("done >= 0 AND total >= 0", name="not_negative"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[int] = mapped_column(SmallInteger, default=0)
    """1 opening the file, 2 judging rows, 3 writing, 4 the workbook with the answers."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    at: Mapped[UtcTime]


labels(
    {
        ImportStatus.READING: _l("正在读取"),
        ImportStatus.MAPPING: _l("等您对列"),
        ImportStatus.CHECKING: _l("正在核对"),
        ImportStatus.CHECKED: _l("等您决定"),
        ImportStatus.RUNNING: _l("正在导入"),
        ImportStatus.DONE: _l("已导入"),
        ImportStatus.FAILED: _l("没有成功"),
        ImportStatus.DISCARDED: _l("已放弃"),
    },
    tones={
        ImportStatus.READING: "info",
        ImportStatus.MAPPING: "warn",
        ImportStatus.CHECKING: "info",
        ImportStatus.CHECKED: "warn",
        ImportStatus.RUNNING: "info",
        ImportStatus.DONE: "ok",
        ImportStatus.FAILED: "bad",
    },
)
labels(
    {
        ImportStep.ASK: _l("请人对列"),
        ImportStep.MAP: _l("对列"),
        ImportStep.CHECK: _l("核对"),
        ImportStep.RUN: _l("开始导入"),
        ImportStep.BLOCK: _l("停下"),
        ImportStep.FINISH: _l("导入完成"),
        ImportStep.FAIL: _l("没有成功"),
        ImportStep.DISCARD: _l("放弃"),
    }
)
labels(
    {
        Outcome.OK: _l("可以导入"),
        Outcome.ERROR: _l("要改正"),
        Outcome.INELIGIBLE: _l("年龄不够"),
        Outcome.SKIP: _l("跳过"),
    },
    tones={Outcome.OK: "ok", Outcome.ERROR: "bad", Outcome.INELIGIBLE: "warn", Outcome.SKIP: "neutral"},
)
labels({field: _l(word) for field, word in FIELD_WORDS.items()})
flow_words("roster_imports", ImportStatus, ImportStep)
action_words({"forgotten": _l("删除了名册文件和逐行结果")})
