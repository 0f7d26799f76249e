"""Tables and laws of `assessments`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "marks",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("theory", sa.SmallInteger(), nullable=True),
        sa.Column("practice", sa.SmallInteger(), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(theory IS NULL OR theory BETWEEN 0 AND 100) AND (practice IS NULL OR practice BETWEEN 0 AND 100)",
            name=op.f("ck_marks_out_of_hundred"),
        ),
        sa.CheckConstraint(
            "NOT absent OR (theory IS NULL AND practice IS NULL)", name=op.f("ck_marks_absent_without_marks")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_marks_class_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_marks_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_class_id"), "marks", ["class_id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("attended_hours", sa.SmallInteger(), nullable=False),
        sa.Column("planned_hours", sa.SmallInteger(), nullable=False),
        sa.Column("theory", sa.SmallInteger(), nullable=True),
        sa.Column("practice", sa.SmallInteger(), nullable=True),
        sa.Column("present_enough", sa.Boolean(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("policy_pack_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.CheckConstraint("NOT passed OR present_enough", name=op.f("ck_outcomes_passed_only_if_present")),
        sa.CheckConstraint(
            "NOT passed OR (theory IS NOT NULL AND practice IS NOT NULL)", name=op.f("ck_outcomes_passed_with_marks")
        ),
        sa.CheckConstraint("attended_hours >= 0 AND planned_hours > 0", name=op.f("ck_outcomes_hours_positive")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_outcomes_class_id")),
        sa.ForeignKeyConstraint(["policy_pack_id"], ["policy_packs.id"], name=op.f("fk_outcomes_policy_pack_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_outcomes_seat_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("seat_id", "present_enough", "passed", name="uq_outcomes_for_certificate"),
    )
    op.create_index(op.f("ix_outcomes_class_id"), "outcomes", ["class_id"], unique=False)
    op.create_index(op.f("ix_outcomes_policy_pack_id"), "outcomes", ["policy_pack_id"], unique=False)
    _laws()


# laws
FROM_RECORDS = """
CREATE FUNCTION law_outcomes_from_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.class_id <> (SELECT class_id FROM seats WHERE id = NEW.seat_id)
    OR NEW.attended_hours <> (
      SELECT coalesce(sum(e.hours), 0) FROM attendance_entries e
      WHERE e.seat_id = NEW.seat_id AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id)
    )
    OR NEW.planned_hours <> (SELECT sum(hours) FROM class_sessions WHERE class_id = NEW.class_id)
    OR NOT EXISTS (
      SELECT FROM marks m WHERE m.seat_id = NEW.seat_id
        AND (m.theory, m.practice) IS NOT DISTINCT FROM (NEW.theory, NEW.practice)
    )
  THEN
    RAISE EXCEPTION 'outcome of seat % is not what was recorded', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_outcomes_from_records';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_outcomes_from_records BEFORE INSERT ON outcomes
  FOR EACH ROW EXECUTE FUNCTION law_outcomes_from_records();
"""
UNTIL_CONFIRMED = """
CREATE FUNCTION law_until_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seat bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.seat_id ELSE NEW.seat_id END;
BEGIN
  IF EXISTS (SELECT FROM outcomes o WHERE o.seat_id = seat) THEN
    RAISE EXCEPTION 'the result of seat % is confirmed', seat
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER law_marks_until_confirmed BEFORE INSERT OR UPDATE OR DELETE ON marks
  FOR EACH ROW EXECUTE FUNCTION law_until_confirmed();
CREATE TRIGGER law_attendance_until_confirmed BEFORE INSERT ON attendance_entries
  FOR EACH ROW EXECUTE FUNCTION law_until_confirmed();
"""


def _laws() -> None:
    """A result is what presence and marks say; once confirmed, none of the three changes again (I8)."""
    op.execute(FROM_RECORDS)
    op.execute(UNTIL_CONFIRMED)
    op.execute(
        "CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON outcomes "
        "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
    )
