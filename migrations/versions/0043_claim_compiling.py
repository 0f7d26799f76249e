"""Claims compiled in bulk."""

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Apply."""
