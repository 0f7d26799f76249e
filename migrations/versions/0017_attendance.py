"""Tables and laws of `attendance`."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "attendance_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum(
                "present",
                "late",
                "leave",
                "absent",
                name="presence_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.Enum(
                "roll_call",
                "paper",
                "witnessed",
                "online",
                name="method_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "corrects_id IS NULL OR reason <> ''", name=op.f("ck_attendance_entries_correction_with_reason")
        ),
        sa.CheckConstraint(
            "presence NOT IN ('leave', 'absent') OR hours = 0", name=op.f("ck_attendance_entries_absent_without_hours")
        ),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_attendance_entries_hours_positive")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_attendance_entries_class_id")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["attendance_entries.id"], name=op.f("fk_attendance_entries_corrects_id")
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_attendance_entries_seat_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_attendance_entries_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_entries")),
    )
    op.create_index(op.f("ix_attendance_entries_class_id"), "attendance_entries", ["class_id"], unique=False)
    op.create_index(op.f("ix_attendance_entries_seat_id"), "attendance_entries", ["seat_id"], unique=False)
    op.create_index(op.f("ix_attendance_entries_session_id"), "attendance_entries", ["session_id"], unique=False)
    op.create_index("uq_attendance_entries_corrects", "attendance_entries", ["corrects_id"], unique=True)
    op.create_index(
        "uq_attendance_entries_first",
        "attendance_entries",
        ["session_id", "seat_id"],
        unique=True,
        postgresql_where=sa.text("corrects_id IS NULL"),
    )
    _laws()


# laws
IN_PLACE = """
CREATE FUNCTION law_attendance_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM class_sessions c JOIN seats s ON s.class_id = c.class_id
    WHERE c.id = NEW.session_id AND s.id = NEW.seat_id AND c.class_id = NEW.class_id AND NEW.hours <= c.hours
  ) OR NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM attendance_entries e
    WHERE e.id = NEW.corrects_id AND e.session_id = NEW.session_id AND e.seat_id = NEW.seat_id
  ) THEN
    RAISE EXCEPTION 'attendance of seat % in session % does not fit', NEW.seat_id, NEW.session_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_attendance_in_place';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_attendance_in_place BEFORE INSERT ON attendance_entries
  FOR EACH ROW EXECUTE FUNCTION law_attendance_in_place();
"""


def _laws() -> None:
    """Attendance is of this class and within its hours; it is never overwritten: a correction is a new entry."""
    op.execute(IN_PLACE)
    op.execute(
        "CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON attendance_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
    )
