"""Assessment lists that grow; what the evidence plan asks for."""

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Apply."""
