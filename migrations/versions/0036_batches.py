"""Batches, the bank's answers, quarantine, recoveries and samples."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"

KNOWN = {
    ("payment_batches", "status", "batchstatus"): ["made", "requested", "settled", "called_off"],
    ("transfers", "status", "transferstatus"): [
        "waiting", "paid", "partly_paid", "failed", "returned", "called_off"
    ],
    ("claim_duties", "duty", "duty"): [
        "filed", "issued", "first_review", "second_review", "further", "sign", "request", "check", "confirm"
    ],
}  # fmt: skip
"""Statuses and duties as they are known from now on."""
NUMBER = sa.BigInteger()


def upgrade() -> None:
    """Apply."""
    for (table, column, name), values in KNOWN.items():
        op.drop_constraint(op.f(f"ck_{table}_{name}_known"), table, type_="check")
        op.create_check_constraint(
            op.f(f"ck_{table}_{name}_known"), table, sa.column(column, sa.String(40)).in_(values)
        )
    _columns()
    _tables()
    _laws()


def _columns() -> None:
    """What known tables hold from now on."""
    op.add_column("claim_lines", sa.Column("changes", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("payment_batches", sa.Column("checked_by", sa.String(length=40), nullable=True))
    op.add_column("payment_batches", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_payment_batches_checked_by_another"), "payment_batches", "checked_by <> requested_by"
    )
    op.add_column("transfers", sa.Column("wrong_account", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table in ("transfers", "payment_parts"):
        op.add_column(table, sa.Column("returned_fen", NUMBER, server_default=sa.text("0"), nullable=False))
        op.create_check_constraint(op.f(f"ck_{table}_returned_whole"), table, "returned_fen IN (0, paid_fen)")


def _tables() -> None:
    """New tables."""
    op.create_table(
        "payment_samples",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("margin_percent", sa.SmallInteger(), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("hidden_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("listing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("listing_sha256", sa.String(length=64), nullable=True),
        sa.Column("picked", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("committed_by", sa.String(length=40), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=40), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "seed IS NULL OR encode(sha256(convert_to(seed, 'UTF8')), 'hex') = seed_sha256",
            name=op.f("ck_payment_samples_seed_as_committed"),
        ),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name=op.f("ck_payment_samples_opened_when_drawn")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_payment_samples_ends_after_start")),
        sa.CheckConstraint("margin_percent BETWEEN 1 AND 50", name=op.f("ck_payment_samples_margin_sensible")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_payment_samples_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_samples")),
        sa.UniqueConstraint("region_code", "from_on", "until_on", name="uq_payment_samples_period"),
        sa.UniqueConstraint("seal_id", name=op.f("uq_payment_samples_seal_id")),
    )
    op.create_index(op.f("ix_payment_samples_region_code"), "payment_samples", ["region_code"], unique=False)
    op.create_table(
        "bank_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=40), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.String(length=40), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_bank_answers_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_answers")),
        sa.UniqueConstraint("sha256", name="uq_bank_answers_sha256"),
    )
    op.create_index(op.f("ix_bank_answers_batch_id"), "bank_answers", ["batch_id"], unique=False)
    op.create_table(
        "bank_files",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rows > 0 AND total_fen > 0", name=op.f("ck_bank_files_not_empty")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_bank_files_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_files")),
    )
    op.create_index(op.f("ix_bank_files_batch_id"), "bank_files", ["batch_id"], unique=False)
    op.create_table(
        "bank_returns",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0 AND reason <> ''", name=op.f("ck_bank_returns_said_why")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_bank_returns_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_returns")),
        sa.UniqueConstraint("number", name="uq_bank_returns_number"),
        sa.UniqueConstraint("transfer_id", name="uq_bank_returns_transfer"),
    )
    op.create_table(
        "card_checks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "stated",
                "confirmed",
                "refused",
                name="cardstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("transfer_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("account_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "in_person",
                "by_phone",
                "guardian",
                name="cardway_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("stated_by", sa.String(length=40), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'stated') = (decided_by IS NULL)", name=op.f("ck_card_checks_decided_by_someone")
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> stated_by", name=op.f("ck_card_checks_second_officer")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_card_checks_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_card_checks_region_code")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_card_checks_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_checks")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_card_checks_seal_id")),
    )
    op.create_index(op.f("ix_card_checks_person_id"), "card_checks", ["person_id"], unique=False)
    op.create_index(op.f("ix_card_checks_region_code"), "card_checks", ["region_code"], unique=False)
    op.create_index(op.f("ix_card_checks_transfer_id"), "card_checks", ["transfer_id"], unique=False)
    op.create_table(
        "notice_photos",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("hung_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_photos_notice_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_notice_photos_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_photos")),
        sa.UniqueConstraint("notice_id", "upload_id", name="uq_notice_photos_upload"),
    )
    op.create_index(op.f("ix_notice_photos_upload_id"), "notice_photos", ["upload_id"], unique=False)
    op.create_table(
        "quarantined_rows",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "applied",
                "dismissed",
                name="rowstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answer_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "why",
            sa.Enum(
                "unreadable",
                "unknown",
                "other_batch",
                "doubled",
                "account",
                "amount",
                "contradicts",
                name="quarantine_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.String(length=200), nullable=False),
        sa.Column("transfer_id", sa.BigInteger(), nullable=True),
        sa.Column("says_paid", sa.Boolean(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (resolved_by IS NULL)", name=op.f("ck_quarantined_rows_resolved_by_someone")
        ),
        sa.CheckConstraint("status = 'open' OR note <> ''", name=op.f("ck_quarantined_rows_resolved_with_reason")),
        sa.ForeignKeyConstraint(["answer_id"], ["bank_answers.id"], name=op.f("fk_quarantined_rows_answer_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batches.id"], name=op.f("fk_quarantined_rows_batch_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_quarantined_rows_region_code")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfers.id"], name=op.f("fk_quarantined_rows_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_rows")),
        sa.UniqueConstraint("answer_id", "place", name="uq_quarantined_rows_place"),
        sa.UniqueConstraint("seal_id", name=op.f("uq_quarantined_rows_seal_id")),
    )
    op.create_index(op.f("ix_quarantined_rows_batch_id"), "quarantined_rows", ["batch_id"], unique=False)
    op.create_index(op.f("ix_quarantined_rows_region_code"), "quarantined_rows", ["region_code"], unique=False)
    op.create_index(op.f("ix_quarantined_rows_status"), "quarantined_rows", ["status"], unique=False)
    op.create_index(op.f("ix_quarantined_rows_transfer_id"), "quarantined_rows", ["transfer_id"], unique=False)
    op.create_table(
        "clearances",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("line_changes", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("passed = (why = '')", name=op.f("ck_clearances_refused_with_reason")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_clearances_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearances")),
    )
    op.create_index("ix_clearances_line_id", "clearances", ["line_id", "id"], unique=False)
    op.create_table(
        "recoveries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "repaid",
                "dropped",
                name="recoverystatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "certificate",
                "doubt",
                "inspection",
                "sample",
                name="cause_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("repaid_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("drop_reason", sa.String(length=400), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'repaid') = (repaid_fen = amount_fen)", name=op.f("ck_recoveries_repaid_whole")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recoveries_said_why")),
        sa.CheckConstraint(
            "status <> 'dropped' OR (drop_reason <> '' AND repaid_fen = 0)",
            name=op.f("ck_recoveries_dropped_with_reason"),
        ),
        sa.CheckConstraint(
            "amount_fen > 0 AND repaid_fen >= 0 AND repaid_fen <= amount_fen",
            name=op.f("ck_recoveries_repaid_within_amount"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_recoveries_claim_id")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_recoveries_line_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_recoveries_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_recoveries_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
        sa.UniqueConstraint("number", name="uq_recoveries_number"),
    )
    op.create_index(op.f("ix_recoveries_claim_id"), "recoveries", ["claim_id"], unique=False)
    op.create_index(op.f("ix_recoveries_line_id"), "recoveries", ["line_id"], unique=False)
    op.create_index(op.f("ix_recoveries_region_code"), "recoveries", ["region_code"], unique=False)
    op.create_index(op.f("ix_recoveries_school_id"), "recoveries", ["school_id"], unique=False)
    op.create_index(op.f("ix_recoveries_status"), "recoveries", ["status"], unique=False)
    op.create_table(
        "sampled_lines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sample_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "true", "wrong", "unreached", name="finding_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("found_by", sa.String(length=40), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "finding IS NULL OR finding = 'true' OR note <> ''", name=op.f("ck_sampled_lines_said_what")
        ),
        sa.CheckConstraint("(finding IS NULL) = (found_by IS NULL)", name=op.f("ck_sampled_lines_found_by_someone")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_sampled_lines_line_id")),
        sa.ForeignKeyConstraint(["sample_id"], ["payment_samples.id"], name=op.f("fk_sampled_lines_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_lines")),
        sa.UniqueConstraint("sample_id", "line_id", name="uq_sampled_lines_line"),
    )
    op.create_index(op.f("ix_sampled_lines_line_id"), "sampled_lines", ["line_id"], unique=False)
    op.create_table(
        "repayments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("recovery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("repaid_on", sa.Date(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_repayments_amount_positive")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recoveries.id"], name=op.f("fk_repayments_recovery_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_repayments_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayments")),
        sa.UniqueConstraint("number", name="uq_repayments_number"),
    )
    op.create_index(op.f("ix_repayments_recovery_id"), "repayments", ["recovery_id"], unique=False)
    op.create_index(op.f("ix_repayments_upload_id"), "repayments", ["upload_id"], unique=False)


# laws
PAID_ONCE = """
CREATE OR REPLACE FUNCTION law_line_paid_by_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'claim_lines' THEN 'id' ELSE 'line_id' END)::bigint;
  line claim_lines%ROWTYPE;
  paid bigint;
  pending bigint;
BEGIN
  SELECT * INTO line FROM claim_lines WHERE id = wanted;
  SELECT coalesce(sum(paid_fen - returned_fen), 0), coalesce(sum(amount_fen) FILTER (WHERE open), 0)
    INTO paid, pending FROM payment_parts WHERE line_id = wanted;
  IF line.paid_fen <> paid OR line.in_payment_fen <> pending
     OR (line.status = 'paid') <> (paid > 0 AND paid = line.asked_fen - line.cut_fen)
     OR (paid + pending > 0 AND line.status NOT IN ('approved', 'paid')) THEN
    RAISE EXCEPTION 'line %: paid %, in payment %, by its parts % and %',
      wanted, line.paid_fen, line.in_payment_fen, paid, pending
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_line_paid_by_parts';
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION law_transfer_paid_by_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'transfers' THEN 'id' ELSE 'transfer_id' END)::bigint;
  transfer transfers%ROWTYPE;
BEGIN
  SELECT * INTO transfer FROM transfers WHERE id = wanted;
  IF transfer.paid_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM receipts WHERE transfer_id = wanted)
     OR transfer.paid_fen <> (SELECT coalesce(sum(paid_fen), 0) FROM payment_parts WHERE transfer_id = wanted)
     OR transfer.returned_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM bank_returns WHERE transfer_id = wanted)
     OR transfer.returned_fen <> (SELECT coalesce(sum(returned_fen), 0) FROM payment_parts WHERE transfer_id = wanted)
     OR (transfer.status = 'returned') <> (transfer.returned_fen > 0)
     OR transfer.amount_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM payment_parts WHERE transfer_id = wanted) THEN
    RAISE EXCEPTION 'transfer % does not agree with its receipts, returns and parts', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_transfer_paid_by_receipts';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_transfer_paid_by_receipts AFTER INSERT ON bank_returns
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_transfer_paid_by_receipts();
DROP TRIGGER law_batch_frozen ON payment_parts;
CREATE TRIGGER law_batch_frozen BEFORE UPDATE ON payment_parts FOR EACH ROW
  WHEN ((OLD.transfer_id, OLD.line_id, OLD.amount_fen) IS DISTINCT FROM (NEW.transfer_id, NEW.line_id, NEW.amount_fen)
        OR (NOT OLD.open AND NEW.open) OR NEW.paid_fen < OLD.paid_fen OR NEW.returned_fen < OLD.returned_fen)
  EXECUTE FUNCTION law_batch_frozen();
"""
TWO_PEOPLE = """
CREATE FUNCTION law_batch_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'made' AND NEW.checked_by IS NULL THEN RETURN NEW; END IF;
  ELSIF OLD.status = 'made' AND NEW.status = 'requested' THEN
    IF NEW.checked_by IS NOT NULL AND NEW.checked_by <> NEW.requested_by AND NOT EXISTS (
      SELECT FROM transfers t WHERE t.batch_id = NEW.id AND NOT EXISTS (
        SELECT FROM claim_duties d
        WHERE d.claim_id = t.claim_id AND d.duty = 'check' AND d.person_key = NEW.checked_by)
    ) THEN RETURN NEW; END IF;
  ELSIF NEW.status <> 'made' AND (OLD.status <> 'made' OR NEW.status = 'called_off')
        AND NEW.checked_by IS NOT DISTINCT FROM OLD.checked_by THEN
    RETURN NEW;
  ELSIF NEW.status = 'made' AND OLD.status = 'made' AND NEW.checked_by IS NULL THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'batch % goes out only after a second person checked it', NEW.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_batch_two_people';
END $$;
CREATE TRIGGER law_batch_two_people BEFORE INSERT OR UPDATE OF status, checked_by ON payment_batches
  FOR EACH ROW EXECUTE FUNCTION law_batch_two_people();
CREATE FUNCTION law_paid_after_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM payment_batches WHERE id = NEW.batch_id AND status IN ('made', 'called_off')) THEN
    RAISE EXCEPTION 'transfer % is answered before its batch was checked', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_batch_two_people';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_paid_after_check AFTER UPDATE OF status ON transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.status IN ('paid', 'partly_paid', 'failed', 'returned')) EXECUTE FUNCTION law_paid_after_check();
"""
CLEARED = """
CREATE FUNCTION line_is_cleared(wanted bigint, fen bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT c.passed AND c.line_changes = l.changes AND c.amount_fen = fen
    FROM claim_lines l JOIN clearances c ON c.line_id = l.id
    WHERE l.id = wanted ORDER BY c.id DESC LIMIT 1), false)
$$;
CREATE FUNCTION law_line_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changes := greatest(NEW.changes, OLD.changes + 1);
  RETURN NEW;
END $$;
CREATE TRIGGER law_line_changes BEFORE UPDATE ON claim_lines FOR EACH ROW
  WHEN ((OLD.status, OLD.asked_fen, OLD.cut_fen, OLD.paid_fen, OLD.payee, OLD.seat_id, OLD.person_id, OLD.class_id)
        IS DISTINCT FROM
        (NEW.status, NEW.asked_fen, NEW.cut_fen, NEW.paid_fen, NEW.payee, NEW.seat_id, NEW.person_id, NEW.class_id)
        OR (OLD.certificate_id, OLD.quote) IS DISTINCT FROM (NEW.certificate_id, NEW.quote) OR NEW.changes < OLD.changes)
  EXECUTE FUNCTION law_line_changes();
CREATE FUNCTION law_line_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'certificates' THEN
    UPDATE claim_lines SET changes = changes + 1 WHERE certificate_id = NEW.id;
  ELSIF TG_TABLE_NAME = 'people' THEN
    UPDATE claim_lines SET changes = changes + 1 WHERE person_id = NEW.id AND payee = 'trainee';
  ELSIF TG_TABLE_NAME = 'denials' THEN
    UPDATE claim_lines SET changes = changes + 1
      WHERE seat_id = (SELECT seat_id FROM enrollments WHERE id = NEW.enrollment_id);
  ELSE
    UPDATE claim_lines SET changes = changes + 1
      WHERE payee = 'school' AND claim_id IN (SELECT id FROM claims WHERE organization_id = NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_line_touched AFTER UPDATE OF status ON certificates FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION law_line_touched();
CREATE TRIGGER law_line_touched AFTER UPDATE OF payee_account_index ON people FOR EACH ROW
  WHEN (OLD.payee_account_index IS DISTINCT FROM NEW.payee_account_index) EXECUTE FUNCTION law_line_touched();
CREATE TRIGGER law_line_touched AFTER INSERT OR UPDATE OF status ON denials
  FOR EACH ROW EXECUTE FUNCTION law_line_touched();
CREATE TRIGGER law_line_touched AFTER UPDATE OF bank_account_sealed ON organizations FOR EACH ROW
  WHEN (OLD.bank_account_sealed IS DISTINCT FROM NEW.bank_account_sealed) EXECUTE FUNCTION law_line_touched();
CREATE FUNCTION law_line_cleared() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line bigint;
BEGIN
  IF TG_TABLE_NAME = 'payment_parts' THEN
    IF line_is_cleared(NEW.line_id, NEW.amount_fen) THEN RETURN NULL; END IF;
    line := NEW.line_id;
  ELSE
    SELECT p.line_id INTO line FROM payment_parts p JOIN transfers t ON t.id = p.transfer_id
      WHERE t.batch_id = (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'bank_files' THEN 'batch_id' ELSE 'id' END)::bigint
        AND p.open AND (TG_TABLE_NAME = 'payment_batches' OR t.payee = 'trainee')
        AND NOT line_is_cleared(p.line_id, p.amount_fen) LIMIT 1;
    IF line IS NULL THEN RETURN NULL; END IF;
  END IF;
  RAISE EXCEPTION 'line % has no clearance newer than its last change', line
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_line_cleared';
END $$;
CREATE TRIGGER law_line_cleared AFTER INSERT ON payment_parts FOR EACH ROW EXECUTE FUNCTION law_line_cleared();
CREATE TRIGGER law_line_cleared AFTER UPDATE OF status ON payment_batches FOR EACH ROW
  WHEN (OLD.status = 'made' AND NEW.status = 'requested') EXECUTE FUNCTION law_line_cleared();
CREATE TRIGGER law_line_cleared AFTER INSERT ON bank_files FOR EACH ROW EXECUTE FUNCTION law_line_cleared();
"""
RECOVERED = """
CREATE FUNCTION law_recovery_repaid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint := (to_jsonb(NEW)->>CASE TG_TABLE_NAME WHEN 'recoveries' THEN 'id' ELSE 'recovery_id' END)::bigint;
  mine recoveries%ROWTYPE;
BEGIN
  SELECT * INTO mine FROM recoveries WHERE id = wanted;
  IF mine.repaid_fen <> (SELECT coalesce(sum(amount_fen), 0) FROM repayments WHERE recovery_id = wanted) THEN
    RAISE EXCEPTION 'recovery % does not agree with its repayments', wanted
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_recovery_repaid';
  END IF;
  IF (SELECT sum(amount_fen) FROM recoveries WHERE line_id = mine.line_id AND status <> 'dropped')
     > (SELECT paid_fen FROM claim_lines WHERE id = mine.line_id) THEN
    RAISE EXCEPTION 'more is recovered of line % than was paid', mine.line_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_recovery_within_paid';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_recovery_repaid AFTER INSERT OR UPDATE ON recoveries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_recovery_repaid();
CREATE CONSTRAINT TRIGGER law_recovery_repaid AFTER INSERT ON repayments
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_recovery_repaid();
CREATE FUNCTION law_recovery_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a recovery is about never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_recovery_repaid';
END $$;
CREATE TRIGGER law_recovery_stands BEFORE UPDATE ON recoveries FOR EACH ROW
  WHEN ((OLD.line_id, OLD.amount_fen, OLD.cause, OLD.source, OLD.reason, OLD.opened_by) IS DISTINCT FROM
        (NEW.line_id, NEW.amount_fen, NEW.cause, NEW.source, NEW.reason, NEW.opened_by)
        OR NEW.repaid_fen < OLD.repaid_fen)
  EXECUTE FUNCTION law_recovery_stands();
CREATE FUNCTION law_revoked_recovered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  missed bigint;
BEGIN
  SELECT l.id INTO missed FROM claim_lines l JOIN certificates c ON c.id = l.certificate_id
    WHERE c.status = 'revoked' AND l.paid_fen > 0
      AND NOT EXISTS (SELECT FROM recoveries r WHERE r.line_id = l.id)
      AND CASE TG_TABLE_NAME WHEN 'certificates' THEN c.id ELSE l.id END = NEW.id LIMIT 1;
  IF missed IS NOT NULL THEN
    RAISE EXCEPTION 'line % was paid, its certificate is revoked, and nothing is recovered', missed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_revoked_recovered';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_revoked_recovered AFTER UPDATE OF status ON certificates
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'revoked') EXECUTE FUNCTION law_revoked_recovered();
CREATE CONSTRAINT TRIGGER law_revoked_recovered AFTER UPDATE OF paid_fen ON claim_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.paid_fen > OLD.paid_fen)
  EXECUTE FUNCTION law_revoked_recovered();
"""
STAND = """
CREATE FUNCTION law_answers_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what the bank answered never changes'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_answers_stand';
END $$;
CREATE TRIGGER law_answers_stand BEFORE UPDATE ON quarantined_rows FOR EACH ROW
  WHEN ((OLD.answer_id, OLD.place, OLD.why, OLD.text_sealed, OLD.shown) IS DISTINCT FROM
        (NEW.answer_id, NEW.place, NEW.why, NEW.text_sealed, NEW.shown) OR OLD.status <> 'open')
  EXECUTE FUNCTION law_answers_stand();
CREATE TRIGGER law_answers_stand BEFORE UPDATE ON bank_answers FOR EACH ROW
  WHEN ((OLD.batch_id, OLD.sha256, OLD.serial, OLD.paid_on) IS DISTINCT FROM
        (NEW.batch_id, NEW.sha256, NEW.serial, NEW.paid_on)
        OR OLD.rows > 0)
  EXECUTE FUNCTION law_answers_stand();
CREATE FUNCTION law_samples_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a sample and what was found stand'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_samples_stand';
END $$;
CREATE TRIGGER law_samples_stand BEFORE UPDATE ON payment_samples FOR EACH ROW
  WHEN (OLD.drawn_at IS NOT NULL OR (OLD.region_code, OLD.from_on, OLD.until_on, OLD.margin_percent, OLD.seed_sha256)
        IS DISTINCT FROM (NEW.region_code, NEW.from_on, NEW.until_on, NEW.margin_percent, NEW.seed_sha256))
  EXECUTE FUNCTION law_samples_stand();
CREATE TRIGGER law_samples_stand BEFORE UPDATE ON sampled_lines FOR EACH ROW
  WHEN (OLD.finding IS NOT NULL OR (OLD.sample_id, OLD.line_id, OLD.place) IS DISTINCT FROM
        (NEW.sample_id, NEW.line_id, NEW.place))
  EXECUTE FUNCTION law_samples_stand();
"""
GROWS = ("bank_files", "bank_returns", "clearances", "repayments", "notice_photos")
KEPT = ("bank_answers", "quarantined_rows", "card_checks", "recoveries", "payment_samples", "sampled_lines")
STATUSES = ("quarantined_rows", "card_checks", "recoveries")


def _laws() -> None:
    """Two people for a batch, a clearance for a line, recoveries that meet what was revoked; answers stand."""
    for law in (PAID_ONCE, TWO_PEOPLE, CLEARED, RECOVERED, STAND):
        op.execute(law)
    for table in STATUSES:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
    for table in GROWS:
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER law_stays BEFORE DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
