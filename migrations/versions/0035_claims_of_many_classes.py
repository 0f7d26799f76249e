"""Claims of several classes, of employers and of persons; vouchers; decisions, invoices and further signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"

DUTIES = ("filed", "issued", "first_review", "second_review", "further", "sign", "request", "confirm")
ANSWERS = ("agreed", "contested", "lapsed")


def upgrade() -> None:
    """Apply."""
    _vouchers()
    _claims()
    _lines()
    _beside()
    for law in (FOLLOWS_CLAIM, CUT_DECIDED, VOUCHER_FITS, INVOICE_FITS):
        op.execute(law)
    for table in ("line_decisions",):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )


def _known(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _recheck(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    told = ", ".join(f"'{value}'" for value in values)
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({column} IN ({told}))")


def _vouchers() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", _known("voucherkind_known", "directed", "general"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("occupation_id", sa.BigInteger(), nullable=True),
        sa.Column("value_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(length=80), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'directed') = (occupation_id IS NOT NULL)", name=op.f("ck_vouchers_directed_names_occupation")
        ),
        sa.CheckConstraint("value_fen > 0", name=op.f("ck_vouchers_value_positive")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_vouchers_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_vouchers_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_vouchers_region_code")),
        sa.ForeignKeyConstraint(["occupation_id"], ["occupations.id"], name=op.f("fk_vouchers_occupation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("number", name="uq_vouchers_number"),
    )
    for column in ("person_id", "region_code", "occupation_id"):
        op.create_index(op.f(f"ix_vouchers_{column}"), "vouchers", [column], unique=False)
    op.create_table(
        "training_fees",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("receipt_number", sa.String(length=40), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_training_fees_amount_positive")),
        sa.CheckConstraint("receipt_number <> ''", name=op.f("ck_training_fees_with_receipt")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_training_fees_seat_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_training_fees_class_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_training_fees_person_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_training_fees")),
    )
    op.create_index("uq_training_fees_receipt", "training_fees", ["class_id", "receipt_number"], unique=True)
    op.create_index(op.f("ix_training_fees_person_id"), "training_fees", ["person_id"], unique=False)


def _claims() -> None:
    op.add_column(
        "claims",
        sa.Column(
            "claimant",
            _known("claimant_known", "school", "employer", "person"),
            nullable=False,
            server_default="school",
        ),
    )
    op.add_column("claims", sa.Column("organization_id", sa.BigInteger(), nullable=True))
    op.add_column("claims", sa.Column("person_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "claims", sa.Column("further", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")
    )
    op.execute("UPDATE claims SET organization_id = school_id")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for column, table in (("organization_id", "organizations"), ("person_id", "people")):
        op.create_foreign_key(op.f(f"fk_claims_{column}"), "claims", table, [column], ["id"])
        op.create_index(op.f(f"ix_claims_{column}"), "claims", [column], unique=False)
    op.create_check_constraint(
        op.f("ck_claims_claimant_named"),
        "claims",
        "(claimant = 'person') = (person_id IS NOT NULL) AND (claimant <> 'person') = (organization_id IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_claims_further_before_sign"),
        "claims",
        "status NOT IN ('signed', 'on_notice', 'approved', 'requested', 'partly_paid', 'paid') "
        "OR NOT jsonb_path_exists(further, '$[*] ? (@.on == null)')",
    )
    op.drop_index("uq_claims_class_active", table_name="claims")
    op.create_index(
        "uq_claims_person_active",
        "claims",
        ["class_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("claimant = 'person' AND status NOT IN ('withdrawn', 'rejected')"),
    )
    op.create_table(
        "claim_classes",
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_classes_claim_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_claim_classes_class_id")),
        sa.PrimaryKeyConstraint("claim_id", "class_id", name=op.f("pk_claim_classes")),
    )
    op.create_index(
        "uq_claims_class_active",
        "claim_classes",
        ["class_id"],
        unique=True,
        postgresql_where=sa.text("whole AND standing"),
    )
    op.create_index(op.f("ix_claim_classes_class_id"), "claim_classes", ["class_id"], unique=False)
    op.execute(
        "INSERT INTO claim_classes (claim_id, class_id, whole, standing) "
        "SELECT id, class_id, true, status NOT IN ('withdrawn', 'rejected') FROM claims"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _recheck("claim_duties", "duty", "duty_known", DUTIES)


def _lines() -> None:
    for column in ("cut_clause", "clause"):
        op.add_column("claim_lines", sa.Column(column, sa.String(length=200), nullable=False, server_default=""))
    op.add_column("claim_lines", sa.Column("voucher_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE claim_lines SET cut_clause = '（旧记录，未写依据）' WHERE cut_fen > 0")
    op.execute(
        "UPDATE claim_lines SET reason = '（旧记录，未写理由）' WHERE status IN ('returned', 'rejected') AND reason = ''"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.create_foreign_key(op.f("fk_claim_lines_voucher_id"), "claim_lines", "vouchers", ["voucher_id"], ["id"])
    op.create_index(
        "uq_claim_lines_voucher_active",
        "claim_lines",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected', 'not_qualified')"),
    )
    op.create_foreign_key(
        "fk_claim_lines_claim_class",
        "claim_lines",
        "claim_classes",
        ["claim_id", "class_id"],
        ["claim_id", "class_id"],
    )
    op.drop_constraint("ck_claim_lines_cut_with_reason", "claim_lines")
    op.create_check_constraint(
        op.f("ck_claim_lines_cut_with_reason"), "claim_lines", "cut_fen = 0 OR (cut_reason <> '' AND cut_clause <> '')"
    )
    op.create_check_constraint(
        op.f("ck_claim_lines_decided_with_reason"),
        "claim_lines",
        "status NOT IN ('returned', 'rejected') OR reason <> ''",
    )
    _recheck("claim_lines", "cut_answer", "cutanswer_known", ANSWERS)


def _beside() -> None:
    op.create_table(
        "line_decisions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("review", _known("review_known", "first_review", "second_review"), nullable=False),
        sa.Column(
            "verdict", _known("verdict_known", "cut", "keep_cut", "drop_cut", "return", "reject"), nullable=False
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict = 'drop_cut' OR (reason <> '' AND clause <> '')", name=op.f("ck_line_decisions_with_clause")
        ),
        sa.CheckConstraint(
            "amount_fen >= 0 AND (verdict <> 'cut' OR amount_fen > 0)", name=op.f("ck_line_decisions_amount_sensible")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["claim_lines.id"], name=op.f("fk_line_decisions_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_decisions")),
    )
    op.create_index(op.f("ix_line_decisions_line_id"), "line_decisions", ["line_id"], unique=False)
    op.execute(
        "INSERT INTO line_decisions (line_id, review, verdict, amount_fen, reason, clause, by_key, by_name, at) "
        "SELECT id, 'first_review', 'cut', cut_fen, cut_reason, cut_clause, 'system', '系统', now() "
        "FROM claim_lines WHERE cut_fen > 0"
    )
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.create_table(
        "claim_attachments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_attachments_claim_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_claim_attachments_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_attachments")),
        sa.UniqueConstraint("claim_id", "key", "upload_id", name="uq_claim_attachments_upload"),
    )
    op.create_index(op.f("ix_claim_attachments_upload_id"), "claim_attachments", ["upload_id"], unique=False)
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoices_amount_positive")),
        sa.CheckConstraint("number <> ''", name=op.f("ck_invoices_numbered")),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancel_reason = '')", name=op.f("ck_invoices_cancelled_with_reason")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_invoices_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint("number", name="uq_invoices_number"),
    )
    op.create_index(
        "uq_invoices_claim_standing",
        "invoices",
        ["claim_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )


FOLLOWS_CLAIM = """
CREATE FUNCTION law_claim_classes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO claim_classes (claim_id, class_id, whole, standing)
      VALUES (NEW.id, NEW.class_id, NEW.claimant <> 'person', NEW.status NOT IN ('withdrawn', 'rejected'))
      ON CONFLICT DO NOTHING;
  ELSE
    UPDATE claim_classes SET standing = NEW.status NOT IN ('withdrawn', 'rejected') WHERE claim_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_claim_classes_first AFTER INSERT ON claims
  FOR EACH ROW EXECUTE FUNCTION law_claim_classes();
CREATE TRIGGER law_claim_classes AFTER UPDATE OF status ON claims
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION law_claim_classes();
CREATE FUNCTION law_claim_classes_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM claims c WHERE c.id = NEW.claim_id AND NEW.whole = (c.claimant <> 'person')
      AND NEW.standing = (c.status NOT IN ('withdrawn', 'rejected'))
  ) THEN
    RAISE EXCEPTION 'class % of claim % does not stand as its claim', NEW.class_id, NEW.claim_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_claim_classes';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_claim_classes_follow AFTER INSERT OR UPDATE ON claim_classes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_claim_classes_follow();
"""
CUT_DECIDED = """
CREATE FUNCTION law_line_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.cut_fen > 0 AND NOT EXISTS (
    SELECT FROM line_decisions d WHERE d.line_id = NEW.id AND d.verdict = 'cut' AND d.amount_fen = NEW.cut_fen
  ) OR NEW.status = 'returned' AND NOT EXISTS (
    SELECT FROM line_decisions d WHERE d.line_id = NEW.id AND d.verdict = 'return'
  ) THEN
    RAISE EXCEPTION 'line % was cut or returned without a decision', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_line_decided';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_line_decided AFTER INSERT OR UPDATE OF status, cut_fen ON claim_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cut_fen > 0 OR NEW.status = 'returned')
  EXECUTE FUNCTION law_line_decided();
"""
VOUCHER_FITS = """
CREATE FUNCTION law_voucher_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM vouchers v JOIN classes k ON k.id = NEW.class_id JOIN courses c ON c.id = k.course_id
    WHERE v.id = NEW.voucher_id AND v.person_id = NEW.person_id
      AND k.start_on BETWEEN v.from_on AND v.until_on
      AND (v.occupation_id IS NULL OR v.occupation_id = c.occupation_id)
  ) THEN
    RAISE EXCEPTION 'voucher % does not fit line %', NEW.voucher_id, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_voucher_fits';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_voucher_fits AFTER INSERT OR UPDATE OF voucher_id ON claim_lines
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.voucher_id IS NOT NULL) EXECUTE FUNCTION law_voucher_fits();
CREATE FUNCTION law_voucher_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM claim_lines WHERE voucher_id = OLD.id) THEN
    RAISE EXCEPTION 'voucher % stands in a claim', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_voucher_frozen';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER law_voucher_frozen BEFORE UPDATE OR DELETE ON vouchers
  FOR EACH ROW EXECUTE FUNCTION law_voucher_frozen();
"""
INVOICE_FITS = """
CREATE FUNCTION law_invoice_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT status FROM claims WHERE id = NEW.claim_id)
       NOT IN ('signed', 'on_notice', 'approved', 'requested', 'partly_paid', 'paid')
     OR NEW.amount_fen <> (
       SELECT coalesce(sum(asked_fen - cut_fen), 0) FROM claim_lines
       WHERE claim_id = NEW.claim_id AND payee = 'school' AND status IN ('open', 'held', 'approved', 'paid')
     ) THEN
    RAISE EXCEPTION 'invoice of claim % is not what was signed off', NEW.claim_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_invoice_fits';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_invoice_fits AFTER INSERT ON invoices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_invoice_fits();
CREATE FUNCTION law_invoice_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an invoice is cancelled, never changed'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_invoice_frozen';
END $$;
CREATE TRIGGER law_invoice_frozen BEFORE UPDATE ON invoices FOR EACH ROW
  WHEN (OLD.cancelled_at IS NOT NULL OR (OLD.claim_id, OLD.number, OLD.amount_fen, OLD.issued_on, OLD.recorded_by)
        IS DISTINCT FROM (NEW.claim_id, NEW.number, NEW.amount_fen, NEW.issued_on, NEW.recorded_by))
  EXECUTE FUNCTION law_invoice_frozen();
CREATE TRIGGER law_stays BEFORE DELETE OR TRUNCATE ON invoices
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""
