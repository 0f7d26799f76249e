"""Long steps of claims and payments that run in the background, and how far they are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0049"

ACTS = ("compile", "recompile", "submit", "pass_clean", "request", "check", "bank_file")
PARTS = ("read", "draw", "clear", "write", "keep")


def _known(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "long_steps",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("act", _known(ACTS, "longact_known"), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("stands_for", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("trouble_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("file_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("lines >= 0", name=op.f("ck_long_steps_not_negative")),
        sa.CheckConstraint(
            "finished_at IS NOT NULL OR trouble_sealed IS NULL", name=op.f("ck_long_steps_trouble_at_end")
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_long_steps_organization_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_long_steps_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_steps")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_long_steps_seal_id")),
    )
    op.create_index(op.f("ix_long_steps_organization_id"), "long_steps", ["organization_id"])
    op.create_index(op.f("ix_long_steps_region_code"), "long_steps", ["region_code"])
    op.create_index(
        "uq_long_steps_running", "long_steps", ["target"], unique=True, postgresql_where=sa.text("finished_at IS NULL")
    )
    op.create_table(
        "long_step_progress",
        sa.Column("long_step_id", sa.BigInteger(), nullable=False),
        sa.Column("part", _known(PARTS, "workpart_known"), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_long_step_progress_not_negative")),
        sa.ForeignKeyConstraint(
            ["long_step_id"],
            ["long_steps.id"],
            name=op.f("fk_long_step_progress_long_step_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("long_step_id", name=op.f("pk_long_step_progress")),
    )
