"""Claims of several classes, of employers and of persons; vouchers; reviews line by line."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply."""
