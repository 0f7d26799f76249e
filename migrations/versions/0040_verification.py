"""Verification: revocations of a kind, the signed list of what no longer stands, the certificates that signed."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

KINDS = ["error", "fraud", "impersonation", "result_annulled", "other"]
FROZEN = """
CREATE OR REPLACE FUNCTION law_certificates_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open text[] := ARRAY['status', 'reason', 'paper_id', 'replaced_because', 'revoked_because'];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - open = to_jsonb(OLD) - open AND (OLD.paper_id IS NULL OR NEW.paper_id = OLD.paper_id) THEN
      IF OLD.status <> 'valid'
        AND (NEW.status, NEW.reason, NEW.replaced_because, NEW.revoked_because) IS DISTINCT FROM
            (OLD.status, OLD.reason, OLD.replaced_because, OLD.revoked_because) THEN
        RAISE EXCEPTION 'certificate % is % for ever', OLD.id, OLD.status
          USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_ended';
      END IF;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a certificate stays as it was issued'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_frozen';
END $$;
"""
LISTS = """
CREATE FUNCTION law_revocation_lists() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  newest integer;
BEGIN
  SELECT max(number) INTO newest FROM revocation_lists;
  IF TG_OP = 'INSERT' AND NEW.number = coalesce(newest, 0) + 1 THEN
    RETURN NEW;
  ELSIF TG_OP = 'DELETE' AND OLD.number < newest THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'lists are numbered one by one, never edited, and the newest stays'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_revocation_lists';
END $$;
CREATE TRIGGER law_revocation_lists BEFORE INSERT OR UPDATE OR DELETE ON revocation_lists
  FOR EACH ROW EXECUTE FUNCTION law_revocation_lists();
CREATE TRIGGER law_revocation_lists_stay BEFORE TRUNCATE ON revocation_lists
  FOR EACH STATEMENT EXECUTE FUNCTION law_revocation_lists();
"""


def upgrade() -> None:
    """Apply."""
    _certificates()
    _lists()
    op.execute(FROZEN)
    op.execute(LISTS)


def _certificates() -> None:
    """What was revoked before had no kind, and gets none."""
    known = sa.Enum(*KINDS, name="revokedbecause_known", native_enum=False, create_constraint=False, length=40)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.add_column("certificates", sa.Column("revoked_because", known, nullable=True))
    op.create_check_constraint(
        op.f("ck_certificates_revokedbecause_known"),
        "certificates",
        sa.column("revoked_because", sa.String(40)).in_(KINDS),
    )
    op.create_check_constraint(
        op.f("ck_certificates_revoked_because_revoked"),
        "certificates",
        "revoked_because IS NULL OR status = 'revoked'",
    )
    op.create_index(
        "ix_certificates_ended", "certificates", ["id"], unique=False, postgresql_where=sa.text("status <> 'valid'")
    )


def _lists() -> None:
    """New tables."""
    op.create_table(
        "revocation_lists",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_update_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("entries_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("next_update_at > issued_at", name=op.f("ck_revocation_lists_lasts")),
        sa.CheckConstraint(
            "length(sha256) = 64 AND length(entries_sha256) = 64", name=op.f("ck_revocation_lists_sha256_whole")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_revocation_lists")),
    )
    op.create_table(
        "signing_certificates",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(fingerprint) = 64", name=op.f("ck_signing_certificates_fingerprint_whole")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_signing_certificates")),
    )
