"""Tables and laws of `policies`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "policy_packs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_policy_packs_ends_after_start")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_policy_packs_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_packs")),
        sa.UniqueConstraint("key", "sha256", name="uq_policy_packs_version"),
    )
    op.create_index(op.f("ix_policy_packs_key"), "policy_packs", ["key"], unique=False)
    op.create_index(op.f("ix_policy_packs_region_code"), "policy_packs", ["region_code"], unique=False)
    _laws()


# laws
def _laws() -> None:
    """A policy version never changes."""
    op.execute(
        "CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_packs "
        "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
    )
