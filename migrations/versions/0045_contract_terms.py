"""How long the labor contract of a confirmed post runs, where policies ask for it."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0046"


def upgrade() -> None:
    """Add the column; nothing is known of what was confirmed before."""
    op.add_column("placements", sa.Column("contract_months", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_placements_contract_positive"), "placements", "contract_months IS NULL OR contract_months > 0"
    )
