"""Signings at the door of a session, devices and offline roll-calls."""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply."""
