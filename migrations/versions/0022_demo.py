"""Tables of `demo`."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "demo_clock",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("seconds_ahead", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_demo_clock_one_row")),
        sa.CheckConstraint("seconds_ahead >= 0", name=op.f("ck_demo_clock_never_back")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_clock")),
    )
