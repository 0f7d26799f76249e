"""Batches, the bank's answers, quarantine, recoveries and samples."""

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply."""
