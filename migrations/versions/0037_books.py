"""Books of classes and claims, and what a replay rests on."""

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Apply."""
