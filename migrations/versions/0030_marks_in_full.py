"""Marks by item, resits and result sheets scanned back."""

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
