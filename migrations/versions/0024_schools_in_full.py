"""Rooms, machines, listings, ties and place checks of schools."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
