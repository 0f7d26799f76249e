"""Expected quotas, appropriations against them, and a year-end reviewed by a second person."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply."""
