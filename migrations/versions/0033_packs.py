"""Policy packs: fund sources, terms and figures kept with every version."""

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply."""
