"""Hours brought along by a transfer count in the new class; what the bureau finds out about an unratified emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply."""
    _tables()
    for law in (ATTENDED, FROM_RECORDS, UNTIL_CONFIRMED):
        op.execute(law)
    op.execute(
        "CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON emergency_findings "
        "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
    )


def _tables() -> None:
    op.create_table(
        "emergency_findings",
        sa.Column("variation_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.CheckConstraint("note <> ''", name=op.f("ck_emergency_findings_with_note")),
        sa.ForeignKeyConstraint(["variation_id"], ["variations.id"], name=op.f("fk_emergency_findings_variation_id")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_emergency_findings_class_id")),
        sa.PrimaryKeyConstraint("variation_id", name=op.f("pk_emergency_findings")),
    )
    op.create_index(op.f("ix_emergency_findings_class_id"), "emergency_findings", ["class_id"], unique=False)


# laws
ATTENDED = """
CREATE FUNCTION hours_attended(of_seat bigint, planned bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  own bigint;
  brought bigint;
BEGIN
  SELECT coalesce(sum(e.hours), 0) INTO own FROM attendance_entries e
    WHERE e.seat_id = of_seat AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id);
  WITH RECURSIVE before(id) AS (
    SELECT moved_from_id FROM seats WHERE id = of_seat AND moved_from_id IS NOT NULL
    UNION SELECT s.moved_from_id FROM seats s JOIN before b ON s.id = b.id WHERE s.moved_from_id IS NOT NULL
  )
  SELECT coalesce(sum(e.hours), 0) INTO brought FROM attendance_entries e
    WHERE e.seat_id IN (SELECT id FROM before)
      AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id);
  RETURN own + least(brought, greatest(planned - own, 0));
END $$;
"""
"""The hours of a seat, with those of the seats it was moved from as far as the planned hours still lack them."""

FROM_RECORDS = """
CREATE OR REPLACE FUNCTION law_outcomes_from_records() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.class_id <> (SELECT class_id FROM seats WHERE id = NEW.seat_id)
    OR NEW.planned_hours <> (SELECT sum(hours) FROM class_sessions WHERE class_id = NEW.class_id AND makes_up_id IS NULL)
    OR NEW.attended_hours <> hours_attended(NEW.seat_id, NEW.planned_hours)
    OR NOT EXISTS (SELECT FROM marks m WHERE m.seat_id = NEW.seat_id)
    OR NOT EXISTS (
      SELECT FROM counted_marks(NEW.seat_id, NEW.counted) c
      WHERE (c.theory, c.practice) IS NOT DISTINCT FROM (NEW.theory, NEW.practice)
    )
  THEN
    RAISE EXCEPTION 'outcome of seat % is not what was recorded', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_outcomes_from_records';
  END IF;
  RETURN NEW;
END $$;
"""
UNTIL_CONFIRMED = """
CREATE OR REPLACE FUNCTION law_until_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seat bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.seat_id ELSE NEW.seat_id END;
BEGIN
  LOOP
    IF EXISTS (SELECT FROM outcomes o WHERE o.seat_id = seat) THEN
      RAISE EXCEPTION 'the result of seat % is confirmed', seat
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    SELECT s.id INTO seat FROM seats s WHERE s.moved_from_id = seat;
    EXIT WHEN NOT FOUND;
  END LOOP;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
"""Hours that were brought along stand as long as the result that rests on them."""
