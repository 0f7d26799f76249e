"""Tables and laws of `certificates`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "certificate_batches",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "printing", "ready", name="batchstatus_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_certificate_batches_class_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_certificate_batches_paper_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_certificate_batches_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_certificate_batches_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batches")),
    )
    op.create_index(op.f("ix_certificate_batches_class_id"), "certificate_batches", ["class_id"], unique=False)
    op.create_index(op.f("ix_certificate_batches_paper_id"), "certificate_batches", ["paper_id"], unique=False)
    op.create_index(op.f("ix_certificate_batches_region_code"), "certificate_batches", ["region_code"], unique=False)
    op.create_index(op.f("ix_certificate_batches_school_id"), "certificate_batches", ["school_id"], unique=False)
    op.create_table(
        "certificate_serials",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_certificate_serials_class_id")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_certificate_serials")),
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "valid",
                "revoked",
                "replaced",
                name="certificatestatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("serial", sa.SmallInteger(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("present_enough", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("facts_sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("present_enough AND passed", name=op.f("ck_certificates_only_passed")),
        sa.ForeignKeyConstraint(["batch_id"], ["certificate_batches.id"], name=op.f("fk_certificates_batch_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_certificates_class_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_certificates_paper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_certificates_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_certificates_region_code")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificates.id"], name=op.f("fk_certificates_replaces_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_certificates_school_id")),
        sa.ForeignKeyConstraint(
            ["seat_id", "present_enough", "passed"],
            ["outcomes.seat_id", "outcomes.present_enough", "outcomes.passed"],
            name="fk_certificates_outcome",
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_certificates_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("class_id", "serial", name="uq_certificates_serial"),
        sa.UniqueConstraint("number", name="uq_certificates_number"),
        sa.UniqueConstraint("token", name="uq_certificates_token"),
    )
    op.create_index(op.f("ix_certificates_batch_id"), "certificates", ["batch_id"], unique=False)
    op.create_index(op.f("ix_certificates_class_id"), "certificates", ["class_id"], unique=False)
    op.create_index(op.f("ix_certificates_paper_id"), "certificates", ["paper_id"], unique=False)
    op.create_index(op.f("ix_certificates_person_id"), "certificates", ["person_id"], unique=False)
    op.create_index(op.f("ix_certificates_region_code"), "certificates", ["region_code"], unique=False)
    op.create_index(op.f("ix_certificates_replaces_id"), "certificates", ["replaces_id"], unique=False)
    op.create_index(op.f("ix_certificates_school_id"), "certificates", ["school_id"], unique=False)
    op.create_index(op.f("ix_certificates_seat_id"), "certificates", ["seat_id"], unique=False)
    op.create_index(
        "uq_certificates_valid", "certificates", ["seat_id"], unique=True, postgresql_where=sa.text("status = 'valid'")
    )
    op.create_table(
        "attendance_notes",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["certificate_batches.id"], name=op.f("fk_attendance_notes_batch_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_attendance_notes_class_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_attendance_notes_paper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_attendance_notes_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_attendance_notes_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_attendance_notes")),
    )
    op.create_index(op.f("ix_attendance_notes_batch_id"), "attendance_notes", ["batch_id"], unique=False)
    op.create_index(op.f("ix_attendance_notes_class_id"), "attendance_notes", ["class_id"], unique=False)
    op.create_index(op.f("ix_attendance_notes_paper_id"), "attendance_notes", ["paper_id"], unique=False)
    op.create_index(op.f("ix_attendance_notes_person_id"), "attendance_notes", ["person_id"], unique=False)
    _laws()


# laws
ENROLLED = """
CREATE FUNCTION law_certificates_enrolled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM enrollments e JOIN seats s ON s.id = e.seat_id JOIN outcomes o ON o.seat_id = s.id
    WHERE s.id = NEW.seat_id AND s.class_id = NEW.class_id AND s.person_id = NEW.person_id
      AND e.person_id = NEW.person_id AND e.class_id = NEW.class_id AND e.status = 'completed'
      AND o.class_id = NEW.class_id AND o.present_enough AND o.passed
  ) THEN
    RAISE EXCEPTION 'seat % was not enrolled, present enough and passed', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_enrolled';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_certificates_enrolled AFTER INSERT ON certificates
  DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION law_certificates_enrolled();
"""
FROZEN = """
CREATE FUNCTION law_certificates_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF to_jsonb(NEW) - 'status' - 'reason' - 'paper_id' = to_jsonb(OLD) - 'status' - 'reason' - 'paper_id'
      AND (OLD.paper_id IS NULL OR NEW.paper_id = OLD.paper_id) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a certificate stays as it was issued'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_certificates_frozen';
END $$;
CREATE TRIGGER law_certificates_frozen BEFORE UPDATE OR DELETE ON certificates
  FOR EACH ROW EXECUTE FUNCTION law_certificates_frozen();
CREATE TRIGGER law_certificates_stay BEFORE TRUNCATE ON certificates
  FOR EACH STATEMENT EXECUTE FUNCTION law_certificates_frozen();
"""
SERIALS_GROW = """
CREATE FUNCTION law_serials_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.class_id = OLD.class_id AND NEW.last >= OLD.last THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'serials of certificates only go up'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_serials_grow';
END $$;
CREATE TRIGGER law_serials_grow BEFORE UPDATE OR DELETE ON certificate_serials
  FOR EACH ROW EXECUTE FUNCTION law_serials_grow();
"""
NOTES_PRESENT = """
CREATE FUNCTION law_notes_present() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM attendance_entries e JOIN seats s ON s.id = e.seat_id
    WHERE s.id = NEW.seat_id AND s.person_id = NEW.person_id AND s.class_id = NEW.class_id
      AND e.presence IN ('present', 'late')
      AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id)
  ) THEN
    RAISE EXCEPTION 'seat % was not there', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_notes_present';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_notes_present BEFORE INSERT ON attendance_notes
  FOR EACH ROW EXECUTE FUNCTION law_notes_present();
"""


def _laws() -> None:
    """A certificate only for one enrolled, present enough and passed; frozen for ever (I8); no status without its event (I7)."""
    op.execute(ENROLLED)
    op.execute(FROZEN)
    op.execute(SERIALS_GROW)
    op.execute(NOTES_PRESENT)
    for table in (
        "certificates",
        "certificate_batches",
    ):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
