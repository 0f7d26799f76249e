"""Photos and videos of lessons."""

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply."""
