"""Certificates: corrections, reissue, handing over, blank stock, stopped batches, skill certificates by others."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

CHAIN = """
CREATE OR REPLACE FUNCTION law_certificates_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open text[] := ARRAY['status', 'reason', 'paper_id', 'replaced_because'];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - open = to_jsonb(OLD) - open AND (OLD.paper_id IS NULL OR NEW.paper_id = OLD.paper_id) THEN
      IF OLD.status <> 'valid'
        AND (NEW.status, NEW.reason, NEW.replaced_because) IS DISTINCT FROM
            (OLD.status, OLD.reason, OLD.replaced_because) THEN
        RAISE EXCEPTION 'certificate % is % for ever', OLD.id, OLD.status
          USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_ended';
      END IF;
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a certificate stays as it was issued'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_frozen';
END $$;
CREATE FUNCTION law_certificates_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.replaces_id IS NULL THEN
    IF EXISTS (SELECT FROM certificates c
               WHERE c.seat_id = NEW.seat_id AND c.replaces_id IS NULL AND c.id <> NEW.id) THEN
      RAISE EXCEPTION 'seat % has two first certificates', NEW.seat_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_chain';
    END IF;
  ELSIF NOT EXISTS (
    SELECT FROM certificates c
    WHERE c.id = NEW.replaces_id AND c.status = 'replaced' AND c.seat_id = NEW.seat_id
      AND c.class_id = NEW.class_id AND c.serial < NEW.serial
  ) THEN
    RAISE EXCEPTION 'certificate % replaces one that was not replaced', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_chain';
  END IF;
  IF NEW.status = 'replaced' AND NOT EXISTS (SELECT FROM certificates c WHERE c.replaces_id = NEW.id) THEN
    RAISE EXCEPTION 'certificate % is replaced by none', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_chain';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_certificates_chain AFTER INSERT OR UPDATE OF status ON certificates
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_certificates_chain();
"""
SEATS = """
CREATE OR REPLACE FUNCTION law_line_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'certificates' THEN
    UPDATE claim_lines SET changes = changes + 1 WHERE seat_id = NEW.seat_id AND certificate_id IS NOT NULL;
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
CREATE OR REPLACE FUNCTION law_revoked_recovered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  missed bigint;
BEGIN
  SELECT l.id INTO missed
    FROM claim_lines l JOIN certificates c ON c.seat_id = l.seat_id AND l.certificate_id IS NOT NULL
    WHERE c.status = 'revoked' AND l.paid_fen > 0
      AND NOT EXISTS (SELECT FROM recoveries r WHERE r.line_id = l.id)
      AND CASE TG_TABLE_NAME WHEN 'certificates' THEN c.id ELSE l.id END = NEW.id LIMIT 1;
  IF missed IS NOT NULL THEN
    RAISE EXCEPTION 'line % was paid, its certificate is revoked, and nothing is recovered', missed
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_revoked_recovered';
  END IF;
  RETURN NULL;
END $$;
"""
"""What rests on a certificate rests on the seat: the papers of a seat are one chain."""
HANDED = """
CREATE FUNCTION law_handovers_printed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM certificates c
    WHERE c.id = NEW.certificate_id AND c.class_id = NEW.class_id AND c.status = 'valid' AND c.paper_id IS NOT NULL
      AND c.issued_on <= NEW.handed_on FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'certificate % is not printed, or stands no more', NEW.certificate_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_handovers_printed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_handovers_printed BEFORE INSERT ON certificate_handovers
  FOR EACH ROW EXECUTE FUNCTION law_handovers_printed();
CREATE FUNCTION law_handovers_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was handed over stays written down'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_handovers_frozen';
END $$;
CREATE TRIGGER law_handovers_frozen BEFORE UPDATE OR DELETE ON certificate_handovers
  FOR EACH ROW EXECUTE FUNCTION law_handovers_frozen();
"""
STOCK = """
CREATE FUNCTION law_rolls_apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('blank_rolls.' || NEW.series, 0));
  IF EXISTS (SELECT FROM blank_rolls r WHERE r.series = NEW.series AND r.digits = NEW.digits
             AND r.first <= NEW.last AND NEW.first <= r.last) THEN
    RAISE EXCEPTION 'serials % to % of % were received already', NEW.first, NEW.last, NEW.series
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_rolls_apart';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_rolls_apart BEFORE INSERT ON blank_rolls FOR EACH ROW EXECUTE FUNCTION law_rolls_apart();
CREATE FUNCTION law_rolls_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was received stays written down'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_rolls_frozen';
END $$;
CREATE TRIGGER law_rolls_frozen BEFORE UPDATE OR DELETE ON blank_rolls
  FOR EACH ROW EXECUTE FUNCTION law_rolls_frozen();
CREATE FUNCTION law_sheets_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM blank_rolls r WHERE r.id = NEW.roll_id AND NEW.serial BETWEEN r.first AND r.last
                 AND (NEW.certificate_id IS NULL OR EXISTS (
                   SELECT FROM certificates c WHERE c.id = NEW.certificate_id AND c.school_id = r.school_id))) THEN
    RAISE EXCEPTION 'sheet % is not of roll %', NEW.serial, NEW.roll_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_sheets_within';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_sheets_within BEFORE INSERT ON blank_sheets FOR EACH ROW EXECUTE FUNCTION law_sheets_within();
CREATE FUNCTION law_sheets_written_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.confirmed_by IS NULL AND OLD.certificate_id IS NULL THEN RETURN OLD; END IF;
  ELSIF OLD.confirmed_by IS NULL AND (NEW.roll_id, NEW.serial) = (OLD.roll_id, OLD.serial)
    AND (NEW.certificate_id, NEW.used_by, NEW.used_at) IS NOT DISTINCT FROM
        (OLD.certificate_id, OLD.used_by, OLD.used_at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'sheet % was used or written off', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_sheets_written_off';
END $$;
CREATE TRIGGER law_sheets_written_off BEFORE UPDATE OR DELETE ON blank_sheets
  FOR EACH ROW EXECUTE FUNCTION law_sheets_written_off();
"""
SKILLS = """
CREATE FUNCTION law_skills_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open text[] := ARRAY['void_reason', 'voided_by'];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.voided_by IS NULL AND to_jsonb(NEW) - open = to_jsonb(OLD) - open THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'a recorded skill certificate stays as it was recorded'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_skills_frozen';
END $$;
CREATE TRIGGER law_skills_frozen BEFORE UPDATE OR DELETE ON skill_certificates
  FOR EACH ROW EXECUTE FUNCTION law_skills_frozen();
"""


def upgrade() -> None:
    """Apply."""
    _certificates()
    _batches()
    _tables()
    for law in (CHAIN, SEATS, HANDED, STOCK, SKILLS):
        op.execute(law)


def _certificates() -> None:
    """One that is replaced says why; none is replaced twice."""
    known = sa.Enum("correction", "lost", name="because_known", native_enum=False, create_constraint=False, length=40)
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    op.add_column("certificates", sa.Column("replaced_because", known, nullable=True))
    op.execute("ALTER TABLE certificates DISABLE TRIGGER law_certificates_frozen")
    op.execute("UPDATE certificates SET replaced_because = 'correction' WHERE status = 'replaced'")
    op.execute("ALTER TABLE certificates ENABLE TRIGGER law_certificates_frozen")
    op.create_check_constraint(
        op.f("ck_certificates_because_known"),
        "certificates",
        sa.column("replaced_because", sa.String(40)).in_(["correction", "lost"]),
    )
    op.create_check_constraint(
        op.f("ck_certificates_replaced_for_a_reason"),
        "certificates",
        "(status = 'replaced') = (replaced_because IS NOT NULL)",
    )
    op.drop_index(op.f("ix_certificates_replaces_id"), table_name="certificates")
    op.create_unique_constraint("uq_certificates_replaces", "certificates", ["replaces_id"])


def _batches() -> None:
    """A batch that cannot go on says why."""
    name = op.f("ck_certificate_batches_batchstatus_known")
    op.drop_constraint(name, "certificate_batches", type_="check")
    known = ["printing", "stopped", "ready"]
    op.create_check_constraint(name, "certificate_batches", sa.column("status", sa.String(40)).in_(known))
    op.add_column(
        "certificate_batches", sa.Column("single", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "certificate_batches", sa.Column("stopped_because", sa.String(length=400), server_default="", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_certificate_batches_stopped_for_a_reason"),
        "certificate_batches",
        "(status = 'stopped') = (stopped_because <> '')",
    )


def _tables() -> None:
    """New tables."""
    op.create_table(
        "blank_rolls",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("digits", sa.SmallInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_from", sa.String(length=80), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_name", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= first AND first <= last AND digits BETWEEN 1 AND 12", name=op.f("ck_blank_rolls_serials")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_blank_rolls_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_blank_rolls_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_rolls")),
    )
    op.create_index(op.f("ix_blank_rolls_region_code"), "blank_rolls", ["region_code"], unique=False)
    op.create_index(op.f("ix_blank_rolls_school_id"), "blank_rolls", ["school_id"], unique=False)
    op.create_table(
        "skill_certificates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "body",
            sa.Enum(
                "employer", "social", "special", name="body_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("body_name", sa.String(length=80), nullable=False),
        sa.Column("occupation_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.Column("voided_by", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(number ~ '^[YS][0-9]{14}[1-5][0-9]{6}$' AND level = substr(number, 16, 1)::int) OR (number ~ '^[A-Z]{2}[0-9]{20}$' AND level = 0)",
            name=op.f("ck_skill_certificates_number_form"),
        ),
        sa.CheckConstraint(
            "(voided_by IS NULL) = (void_reason = '')", name=op.f("ck_skill_certificates_voided_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["occupation_id"], ["occupations.id"], name=op.f("fk_skill_certificates_occupation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_skill_certificates_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_skill_certificates_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_skill_certificates_school_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_skill_certificates_seat_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_skill_certificates_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_certificates")),
    )
    op.create_index(op.f("ix_skill_certificates_occupation_id"), "skill_certificates", ["occupation_id"], unique=False)
    op.create_index(op.f("ix_skill_certificates_person_id"), "skill_certificates", ["person_id"], unique=False)
    op.create_index(op.f("ix_skill_certificates_region_code"), "skill_certificates", ["region_code"], unique=False)
    op.create_index(op.f("ix_skill_certificates_school_id"), "skill_certificates", ["school_id"], unique=False)
    op.create_index(op.f("ix_skill_certificates_seat_id"), "skill_certificates", ["seat_id"], unique=False)
    op.create_index(op.f("ix_skill_certificates_upload_id"), "skill_certificates", ["upload_id"], unique=False)
    op.create_index(
        "uq_skill_certificates_number",
        "skill_certificates",
        ["number"],
        unique=True,
        postgresql_where=sa.text("voided_by IS NULL"),
    )
    op.create_table(
        "blank_sheets",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("roll_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("certificate_id", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.String(length=40), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reported_by", sa.String(length=40), nullable=True),
        sa.Column("reported_for", sa.String(length=40), nullable=True),
        sa.Column("reported_name", sa.String(length=40), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_for", sa.String(length=40), nullable=True),
        sa.Column("confirmed_name", sa.String(length=40), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(reported_by IS NULL) = (reason = '')", name=op.f("ck_blank_sheets_spoiled_for_a_reason")),
        sa.CheckConstraint(
            "(certificate_id IS NULL) = (used_by IS NULL)", name=op.f("ck_blank_sheets_used_by_somebody")
        ),
        sa.CheckConstraint(
            "certificate_id IS NOT NULL OR reported_by IS NOT NULL", name=op.f("ck_blank_sheets_used_or_spoiled")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR NOT (confirmed_by IN (reported_by, coalesce(reported_for, reported_by)) OR coalesce(confirmed_for, confirmed_by) IN (reported_by, coalesce(reported_for, reported_by)))",
            name=op.f("ck_blank_sheets_by_two"),
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR reported_by IS NOT NULL", name=op.f("ck_blank_sheets_reported_first")
        ),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_blank_sheets_certificate_id")),
        sa.ForeignKeyConstraint(["roll_id"], ["blank_rolls.id"], name=op.f("fk_blank_sheets_roll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blank_sheets")),
        sa.UniqueConstraint("roll_id", "serial", name="uq_blank_sheets_serial"),
    )
    op.create_index(
        "uq_blank_sheets_certificate",
        "blank_sheets",
        ["certificate_id"],
        unique=True,
        postgresql_where=sa.text("reported_by IS NULL"),
    )
    op.create_table(
        "certificate_handovers",
        sa.Column("certificate_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "signature",
                "witness",
                "post",
                "proxy",
                name="way_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("tracking", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_name", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "CASE way WHEN 'signature' THEN name = '' AND relation = '' AND reason = '' AND tracking = '' WHEN 'witness' THEN name <> '' AND relation <> '' AND reason = '' AND tracking = '' WHEN 'post' THEN name = '' AND relation = '' AND reason = '' AND tracking <> '' ELSE name <> '' AND relation <> '' AND reason <> '' AND tracking = '' END",
            name=op.f("ck_certificate_handovers_told_as_asked"),
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_certificate_handovers_certificate_id")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_certificate_handovers_class_id")),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificate_handovers")),
    )
    op.create_index(op.f("ix_certificate_handovers_class_id"), "certificate_handovers", ["class_id"], unique=False)
