"""The application's database role, the job queue's tables, the throttles."""

import sqlalchemy as sa
from alembic import op

from app.kernel.tasks import procrastinate_schema

revision = "0001"
down_revision = None

ROLE = """
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sidan_app') THEN
    CREATE ROLE sidan_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL; -- another database of this server was set up in the same moment
END $$;
DO $$
BEGIN
  IF NOT pg_has_role(current_user, 'sidan_app', 'MEMBER') THEN
    EXECUTE format('GRANT sidan_app TO %I', current_user);
  END IF;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.execute(ROLE)
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(procrastinate_schema())
    op.create_table(
        "throttles",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "key", name=op.f("pk_throttles")),
    )
