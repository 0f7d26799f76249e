"""Tables and laws of `funding`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "funding_serials",
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "county", "year", name=op.f("pk_funding_serials")),
    )
    op.create_table(
        "payment_batches",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "requested", "settled", name="batchstatus_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("left_out", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("requested_by", sa.String(length=40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total_fen > 0", name=op.f("ck_payment_batches_total_positive")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_payment_batches_budget_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_payment_batches_paper_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_payment_batches_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batches")),
        sa.UniqueConstraint("number", name="uq_payment_batches_number"),
    )
    op.create_index(op.f("ix_payment_batches_budget_id"), "payment_batches", ["budget_id"], unique=False)
    op.create_index(op.f("ix_payment_batches_paper_id"), "payment_batches", ["paper_id"], unique=False)
    op.create_index(op.f("ix_payment_batches_region_code"), "payment_batches", ["region_code"], unique=False)
    op.create_table(
        "claims",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "cut_proposed",
                "first_reviewed",
                "second_reviewed",
                "signed",
                "on_notice",
                "approved",
                "requested",
                "partly_paid",
                "paid",
                "returned",
                "withdrawn",
                "rejected",
                name="claimstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("policy_pack_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_claims_budget_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_claims_class_id")),
        sa.ForeignKeyConstraint(["policy_pack_id"], ["policy_packs.id"], name=op.f("fk_claims_policy_pack_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_claims_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_claims_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (snapshot_sha256 IS NULL)", name=op.f("ck_claims_frozen_when_submitted")
        ),
        sa.UniqueConstraint("number", name="uq_claims_number"),
    )
    op.create_index(
        "uq_claims_class_active",
        "claims",
        ["class_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected')"),
    )
    op.create_index(op.f("ix_claims_budget_id"), "claims", ["budget_id"], unique=False)
    op.create_index(op.f("ix_claims_class_id"), "claims", ["class_id"], unique=False)
    op.create_index(op.f("ix_claims_policy_pack_id"), "claims", ["policy_pack_id"], unique=False)
    op.create_index(op.f("ix_claims_region_code"), "claims", ["region_code"], unique=False)
    op.create_index(op.f("ix_claims_school_id"), "claims", ["school_id"], unique=False)
    op.create_index(op.f("ix_claims_status"), "claims", ["status"], unique=False)
    op.create_table(
        "claim_duties",
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "duty",
            sa.Enum(
                "filed",
                "issued",
                "first_review",
                "second_review",
                "sign",
                "request",
                "confirm",
                name="duty_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_duties_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "duty", "person_key", name=op.f("pk_claim_duties")),
        sa.UniqueConstraint("claim_id", "person_key", name="uq_claim_duties_person"),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=40), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_notices_ends_after_start")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_notices_claim_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_notices_paper_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_notices_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("claim_id", "number", name="uq_notices_number"),
    )
    op.create_index(op.f("ix_notices_claim_id"), "notices", ["claim_id"], unique=False)
    op.create_index(op.f("ix_notices_paper_id"), "notices", ["paper_id"], unique=False)
    op.create_index(op.f("ix_notices_region_code"), "notices", ["region_code"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "paid",
                "partly_paid",
                "failed",
                name="transferstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "payee",
            sa.Enum("school", "trainee", name="payee_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("account_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(payee = 'school') = (organization_id IS NOT NULL) AND (payee = 'trainee') = (person_id IS NOT NULL)",
            name=op.f("ck_transfers_payee_named"),
        ),
        sa.CheckConstraint(
            "amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen", name=op.f("ck_transfers_paid_within_amount")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_transfers_batch_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_transfers_claim_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_transfers_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_transfers_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_transfers_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("batch_id", "number", name="uq_transfers_number"),
        sa.UniqueConstraint("seal_id", name=op.f("uq_transfers_seal_id")),
    )
    op.create_index(op.f("ix_transfers_batch_id"), "transfers", ["batch_id"], unique=False)
    op.create_index(op.f("ix_transfers_claim_id"), "transfers", ["claim_id"], unique=False)
    op.create_index(op.f("ix_transfers_organization_id"), "transfers", ["organization_id"], unique=False)
    op.create_index(op.f("ix_transfers_person_id"), "transfers", ["person_id"], unique=False)
    op.create_index(op.f("ix_transfers_region_code"), "transfers", ["region_code"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_receipts_amount_positive")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_receipts_transfer_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_receipts_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("number", name="uq_receipts_number"),
    )
    op.create_index(op.f("ix_receipts_transfer_id"), "receipts", ["transfer_id"], unique=False)
    op.create_index(op.f("ix_receipts_upload_id"), "receipts", ["upload_id"], unique=False)
    op.create_table(
        "claim_lines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not_qualified",
                "open",
                "returned",
                "rejected",
                "held",
                "approved",
                "paid",
                "withdrawn",
                name="linestatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "payee",
            sa.Enum("school", "trainee", name="payee_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("certificate_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("cut_fen", sa.BigInteger(), nullable=False),
        sa.Column("cut_reason", sa.String(length=400), nullable=False),
        sa.Column(
            "cut_answer",
            sa.Enum(
                "agreed", "contested", name="cutanswer_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("cut_contest", sa.String(length=400), nullable=False),
        sa.Column("cut_final", sa.Boolean(), nullable=False),
        sa.Column("in_payment_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("quote", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("first_passed", sa.Boolean(), nullable=False),
        sa.Column("second_passed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cut_fen = 0 OR cut_reason <> ''", name=op.f("ck_claim_lines_cut_with_reason")),
        sa.CheckConstraint(
            "asked_fen >= 0 AND cut_fen >= 0 AND cut_fen <= asked_fen", name=op.f("ck_claim_lines_cut_within_asked")
        ),
        sa.CheckConstraint(
            "in_payment_fen >= 0 AND paid_fen >= 0 AND in_payment_fen + paid_fen <= asked_fen - cut_fen",
            name=op.f("ck_claim_lines_paid_within_amount"),
        ),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_claim_lines_certificate_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_lines_claim_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_claim_lines_class_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_claim_lines_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_claim_lines_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_lines")),
    )
    op.create_index(op.f("ix_claim_lines_certificate_id"), "claim_lines", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_claim_id"), "claim_lines", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_class_id"), "claim_lines", ["class_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_person_id"), "claim_lines", ["person_id"], unique=False)
    op.create_index(op.f("ix_claim_lines_seat_id"), "claim_lines", ["seat_id"], unique=False)
    op.create_index(
        "uq_claim_lines_seat_active",
        "claim_lines",
        ["seat_id", "payee"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected', 'not_qualified')"),
    )
    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "upheld",
                "dismissed",
                name="objectionstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_objections_line_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_objections_notice_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_objections_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_objections_seal_id")),
    )
    op.create_index(op.f("ix_objections_line_id"), "objections", ["line_id"], unique=False)
    op.create_index(op.f("ix_objections_notice_id"), "objections", ["notice_id"], unique=False)
    op.create_index(op.f("ix_objections_region_code"), "objections", ["region_code"], unique=False)
    op.create_table(
        "payment_parts",
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen",
            name=op.f("ck_payment_parts_paid_within_amount"),
        ),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_payment_parts_line_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_payment_parts_transfer_id")),
        sa.PrimaryKeyConstraint("transfer_id", "line_id", name=op.f("pk_payment_parts")),
    )
    op.create_index(
        "uq_payment_parts_open", "payment_parts", ["line_id"], unique=True, postgresql_where=sa.text("open")
    )
    _laws()


# laws
DUTIES = """
CREATE FUNCTION law_claim_duties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM audit_events e
    WHERE e.subject_type = 'claims' AND e.subject_id = NEW.id AND e.txid = pg_current_xact_id()::text::bigint
      AND e.status_after = NEW.status
      AND e.action IN ('submit', 'propose_cut', 'pass_first', 'pass_second', 'sign', 'send_back', 'request',
                       'pay_part', 'pay_all', 'fail_payment')
      AND NOT EXISTS (
        SELECT FROM claim_duties d
        WHERE d.claim_id = NEW.id AND d.person_key = e.actor_key AND d.duty = ANY (
          CASE e.action
            WHEN 'submit' THEN ARRAY['filed', 'issued']
            WHEN 'propose_cut' THEN ARRAY['first_review']
            WHEN 'pass_first' THEN ARRAY['first_review']
            WHEN 'pass_second' THEN ARRAY['second_review']
            WHEN 'sign' THEN ARRAY['sign']
            WHEN 'send_back' THEN ARRAY['sign']
            WHEN 'request' THEN ARRAY['request']
            ELSE ARRAY['confirm']
          END
        )
      )
  ) THEN
    RAISE EXCEPTION 'claim % was moved by somebody without the duty', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_claim_duties';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_claim_duties AFTER UPDATE OF status ON claims
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION law_claim_duties();
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON claim_duties
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""
PAID_ONCE = """
CREATE FUNCTION law_line_paid_by_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'claim_lines' THEN 'id' ELSE 'line_id' END)::bigint;
  line claim_lines%ROWTYPE;
  paid bigint;
  pending bigint;
BEGIN
  SELECT * INTO line FROM claim_lines WHERE id = wanted;
  SELECT coalesce(sum(paid_fen), 0), coalesce(sum(amount_fen) FILTER (WHERE open), 0) INTO paid, pending
    FROM payment_parts WHERE line_id = wanted;
  IF line.paid_fen <> paid OR line.in_payment_fen <> pending
     OR (line.status = 'paid') <> (paid > 0 AND paid = line.asked_fen - line.cut_fen)
     OR (paid + pending > 0 AND line.status NOT IN ('approved', 'paid')) THEN
    RAISE EXCEPTION 'line %: paid %, in payment %, by its parts % and %',
      wanted, line.paid_fen, line.in_payment_fen, paid, pending
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_line_paid_by_parts';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_line_paid_by_parts
  AFTER INSERT OR UPDATE OF status, asked_fen, cut_fen, paid_fen, in_payment_fen ON claim_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_line_paid_by_parts();
CREATE CONSTRAINT TRIGGER law_line_paid_by_parts AFTER INSERT OR UPDATE ON payment_parts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_line_paid_by_parts();
CREATE FUNCTION law_transfer_paid_by_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'transfers' THEN 'id' ELSE 'transfer_id' END)::bigint;
  transfer transfers%ROWTYPE;
BEGIN
  SELECT * INTO transfer FROM transfers WHERE id = wanted;
  IF transfer.paid_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM receipts WHERE transfer_id = wanted)
     OR transfer.paid_fen <> (SELECT coalesce(sum(paid_fen), 0) FROM payment_parts WHERE transfer_id = wanted)
     OR transfer.amount_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM payment_parts WHERE transfer_id = wanted) THEN
    RAISE EXCEPTION 'transfer % does not agree with its receipts and parts', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_transfer_paid_by_receipts';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_transfer_paid_by_receipts AFTER INSERT OR UPDATE ON transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_transfer_paid_by_receipts();
CREATE CONSTRAINT TRIGGER law_transfer_paid_by_receipts AFTER INSERT ON receipts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_transfer_paid_by_receipts();
CREATE CONSTRAINT TRIGGER law_transfer_paid_by_receipts AFTER INSERT OR UPDATE ON payment_parts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_transfer_paid_by_receipts();
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""
FROZEN = """
CREATE FUNCTION law_batch_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.total_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM transfers WHERE batch_id = NEW.id) THEN
    RAISE EXCEPTION 'batch %: total is not the sum of its transfers', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_batch_frozen';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_batch_total AFTER INSERT OR UPDATE ON payment_batches
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_batch_total();
CREATE FUNCTION law_batch_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of a request for funds are frozen', TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_batch_frozen';
END $$;
CREATE TRIGGER law_batch_frozen BEFORE UPDATE ON payment_batches FOR EACH ROW
  WHEN ((OLD.number, OLD.budget_id, OLD.total_fen, OLD.sha256, OLD.requested_by) IS DISTINCT FROM
        (NEW.number, NEW.budget_id, NEW.total_fen, NEW.sha256, NEW.requested_by))
  EXECUTE FUNCTION law_batch_frozen();
CREATE TRIGGER law_batch_frozen BEFORE UPDATE ON transfers FOR EACH ROW
  WHEN ((OLD.batch_id, OLD.claim_id, OLD.number, OLD.payee, OLD.organization_id, OLD.person_id)
        IS DISTINCT FROM
        (NEW.batch_id, NEW.claim_id, NEW.number, NEW.payee, NEW.organization_id, NEW.person_id)
        OR (OLD.account_sealed, OLD.amount_fen) IS DISTINCT FROM (NEW.account_sealed, NEW.amount_fen))
  EXECUTE FUNCTION law_batch_frozen();
CREATE TRIGGER law_batch_frozen BEFORE UPDATE ON payment_parts FOR EACH ROW
  WHEN ((OLD.transfer_id, OLD.line_id, OLD.amount_fen) IS DISTINCT FROM (NEW.transfer_id, NEW.line_id, NEW.amount_fen)
        OR (NOT OLD.open AND NEW.open) OR NEW.paid_fen < OLD.paid_fen)
  EXECUTE FUNCTION law_batch_frozen();
"""
KEPT = ("payment_batches", "transfers", "payment_parts")


def _laws() -> None:
    """No status without its event (I7); one person, one duty (I6); a line is paid at most once, by its parts (I5)."""
    for table in (
        "claims",
        "claim_lines",
        "objections",
        "payment_batches",
        "transfers",
    ):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
    op.execute(DUTIES)
    op.execute(PAID_ONCE)
    op.execute(FROZEN)
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER law_stays BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
