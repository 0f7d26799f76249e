"""Lessons online and viewed in groups."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Apply."""
