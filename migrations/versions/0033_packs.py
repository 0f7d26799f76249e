"""A policy pack may be brought in before its region: the region is no longer a foreign key.

What packs say more than before (lists, funds, reviews, more kinds of step) is kept in their content.
"""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply."""
    op.drop_constraint("fk_policy_packs_region_code", "policy_packs", type_="foreignkey")
