"""Leave, make-up sessions, transfers, merged classes and emergencies."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply."""
