"""Tables and laws of `audit`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_key", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("stands_for", sa.String(length=40), nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("status_before", sa.String(length=40), nullable=True),
        sa.Column("status_after", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "txid", sa.BigInteger(), server_default=sa.text("(pg_current_xact_id()::text::bigint)"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    op.create_index("ix_audit_events_actor", "audit_events", ["actor_key", "id"], unique=False)
    op.create_index("ix_audit_events_at", "audit_events", ["at"], unique=False)
    op.create_index(op.f("ix_audit_events_organization_id"), "audit_events", ["organization_id"], unique=False)
    op.create_index(op.f("ix_audit_events_region_code"), "audit_events", ["region_code"], unique=False)
    op.create_index("ix_audit_events_subject", "audit_events", ["subject_type", "subject_id", "id"], unique=False)
    _laws()


# laws
ONLY_GROWS = """
CREATE FUNCTION law_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_only_grows';
END $$;
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""
STATUS_HAS_EVENT = """
CREATE FUNCTION law_status_has_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = NEW.status THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (
    SELECT FROM audit_events e
    WHERE e.subject_type = TG_TABLE_NAME AND e.subject_id = NEW.id
      AND e.status_after = NEW.status AND e.txid = pg_current_xact_id()::text::bigint
      AND (TG_OP = 'INSERT' OR e.status_before = OLD.status)
  ) THEN
    RAISE EXCEPTION 'status of % % changed to % without its event', TG_TABLE_NAME, NEW.id, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_status_has_event';
  END IF;
  RETURN NULL;
END $$;
"""


def _laws() -> None:
    """Events only grow (the floor of trust); no status without its event (I7)."""
    op.execute(ONLY_GROWS)
    op.execute(STATUS_HAS_EVENT)
