"""What a filing holds beyond the four fixes, and the stamped papers scanned back."""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply."""
