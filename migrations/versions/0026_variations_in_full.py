"""Leave, make-up sessions, transfers, merged classes and emergencies."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

KNOWN = {
    ("seats", "status", "seatstatus"): ("held", "fixed", "released", "withdrawn", "moved"),
    ("variations", "status", "variationstatus"): ("asked", "approved", "refused", "in_force", "not_ratified"),
    ("variations", "kind", "variationkind"): (
        "refill",
        "withdraw",
        "change_site",
        "change_direction",
        "change_post",
        "postpone",
        "move_session",
        "change_teacher",
        "make_up",
        "transfer",
        "merge",
        "cancel",
    ),
    ("enrollments", "status", "enrollmentstatus"): (
        "enrolled",
        "waiting",
        "offered",
        "withdrawn",
        "lapsed",
        "left",
        "completed",
        "not_reached",
        "cancelled",
        "transferred",
    ),
}
CHECKS = {
    "decided_by_somebody": "(status IN ('asked', 'in_force')) = (decided_by IS NULL)",
    "of_two_classes": "(kind IN ('transfer', 'merge')) = (other_class_id IS NOT NULL)",
    "two_different_classes": "other_class_id <> class_id",
    "only_emergencies_in_force": "status NOT IN ('in_force', 'not_ratified') OR ratify_by IS NOT NULL",
    "reported_before_the_session": (
        "ratify_by IS NULL OR (session_starts_at IS NOT NULL AND asked_at < session_starts_at)"
    ),
}


def upgrade() -> None:
    """Apply."""
    for (table, column, enum), values in KNOWN.items():
        listed = ", ".join(f"'{value}'" for value in values)
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{enum}_known")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{enum}_known CHECK ({column} IN ({listed}))")
    _columns()
    op.execute("ALTER TABLE variations DROP CONSTRAINT ck_variations_decided_by_somebody")
    for name, check in CHECKS.items():
        op.execute(f"ALTER TABLE variations ADD CONSTRAINT ck_variations_{name} CHECK ({check})")
    op.execute("ALTER TABLE class_fixes DROP CONSTRAINT uq_class_fixes_variation")
    op.create_unique_constraint("uq_class_fixes_variation", "class_fixes", ["variation_id", "class_id"])
    _tables()
    for law in (VARIED_NOW, CLASSES_LOCKED, SEATS_TIMED, MAKEUPS):
        op.execute(law)


def _columns() -> None:
    op.add_column("seats", sa.Column("post_why", sa.String(length=60), server_default="", nullable=False))
    op.add_column("seats", sa.Column("moved_from_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_seats_moved_from_id"), "seats", "seats", ["moved_from_id"], ["id"])
    op.create_index("uq_seats_moved_from", "seats", ["moved_from_id"], unique=True)
    op.add_column("class_places", sa.Column("variation_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_class_places_variation_id"), "class_places", "variations", ["variation_id"], ["id"])
    op.add_column("class_sessions", sa.Column("makes_up_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_class_sessions_makes_up_id"), "class_sessions", "class_sessions", ["makes_up_id"], ["id"]
    )
    op.create_index(op.f("ix_class_sessions_makes_up_id"), "class_sessions", ["makes_up_id"], unique=False)
    op.add_column("variations", sa.Column("other_class_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_variations_other_class_id"), "variations", "classes", ["other_class_id"], ["id"])
    op.create_index(op.f("ix_variations_other_class_id"), "variations", ["other_class_id"], unique=False)
    op.add_column("variations", sa.Column("session_starts_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("variations", sa.Column("ratify_by", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_variations_ratify_by",
        "variations",
        ["ratify_by"],
        unique=False,
        postgresql_where=sa.text("status = 'in_force'"),
    )


def _tables() -> None:
    op.create_table(
        "makeup_seats",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_makeup_seats_session_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_makeup_seats_seat_id")),
        sa.PrimaryKeyConstraint("session_id", "seat_id", name=op.f("pk_makeup_seats")),
    )
    op.create_index(op.f("ix_makeup_seats_seat_id"), "makeup_seats", ["seat_id"], unique=False)
    op.create_table(
        "leaves",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "illness",
                "family",
                "farming",
                "work",
                "other",
                name="leavekind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_by_name", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=40), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_leaves_ends_after_start")),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)", name=op.f("ck_leaves_taken_back_by_somebody")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_leaves_class_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_leaves_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index(op.f("ix_leaves_class_id"), "leaves", ["class_id"], unique=False)
    op.create_index(op.f("ix_leaves_seat_id"), "leaves", ["seat_id"], unique=False)
    op.execute(
        "ALTER TABLE leaves ADD CONSTRAINT ex_leaves_no_overlap EXCLUDE USING gist "
        "(int8range(seat_id, seat_id, '[]') WITH &&, daterange(first_on, last_on, '[]') WITH &&) "
        "WHERE (taken_back_at IS NULL)"
    )


# laws
VARIED_NOW = """
CREATE OR REPLACE FUNCTION varied_now(locked_class bigint, by_variation bigint DEFAULT NULL)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM variations v
    JOIN audit_events e ON e.subject_type = 'variations' AND e.subject_id = v.id AND e.status_before = 'asked'
     AND e.status_after IN ('approved', 'in_force') AND e.txid = pg_current_xact_id()::text::bigint
    WHERE locked_class IN (v.class_id, v.other_class_id) AND v.status IN ('approved', 'in_force', 'not_ratified')
      AND (by_variation IS NULL OR v.id = by_variation)
  )
$$;
"""
"""The lock opens only in the transaction in which a variation is approved, or an emergency reported, and for its classes:
ratifying what is in force already changes nothing more."""
CLASSES_LOCKED = """
CREATE OR REPLACE FUNCTION law_classes_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.site_id, NEW.region_code, NEW.course_id, NEW.mode, NEW.paid, NEW.capacity, NEW.start_on, NEW.end_on)
       IS DISTINCT FROM (OLD.site_id, OLD.region_code, OLD.course_id, OLD.mode, OLD.paid, OLD.capacity, OLD.start_on, OLD.end_on)
     OR (NEW.order_id, NEW.direction_id, NEW.direction_note, NEW.school_id, NEW.assessor_id)
       IS DISTINCT FROM (OLD.order_id, OLD.direction_id, OLD.direction_note, OLD.school_id, OLD.assessor_id) THEN
    IF NEW.fix_version <> OLD.fix_version + 1 THEN
      RAISE EXCEPTION 'class % is locked', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'law_classes_locked';
    END IF;
  END IF;
  IF NEW.fix_version NOT IN (OLD.fix_version, OLD.fix_version + 1) OR NEW.locked_version IS DISTINCT FROM NEW.fix_version THEN
    RAISE EXCEPTION 'class %: versions of the lock grow one by one', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_classes_locked';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION law_classes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'class % is locked', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'law_classes_locked';
END $$;
CREATE TRIGGER law_classes_stay BEFORE DELETE ON classes FOR EACH ROW WHEN (OLD.fix_version >= 1)
  EXECUTE FUNCTION law_classes_stay();
"""
SEATS_TIMED = """
CREATE OR REPLACE FUNCTION law_seats_timed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sessions := (
    SELECT coalesce(range_agg(tstzrange(s.starts_at, s.ends_at)), '{}') FROM class_sessions s
    WHERE s.class_id = NEW.class_id
      AND (s.makes_up_id IS NULL OR EXISTS (SELECT FROM makeup_seats m WHERE m.session_id = s.id AND m.seat_id = NEW.id))
  );
  RETURN NEW;
END $$;
"""
MAKEUPS = """
CREATE FUNCTION law_makeups_at_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM class_sessions missed WHERE missed.id = NEW.makes_up_id AND missed.class_id = NEW.class_id
      AND missed.makes_up_id IS NULL AND NEW.hours <= missed.hours
  ) THEN
    RAISE EXCEPTION 'session % makes up for no session of its class, or for more hours than it had', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_makeups_within_missed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_makeups_at_home BEFORE INSERT OR UPDATE OF makes_up_id, hours ON class_sessions FOR EACH ROW
  WHEN (NEW.makes_up_id IS NOT NULL) EXECUTE FUNCTION law_makeups_at_home();
CREATE FUNCTION law_makeups_within_missed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  makeup class_sessions%ROWTYPE;
BEGIN
  SELECT * INTO makeup FROM class_sessions WHERE id = coalesce(NEW.session_id, OLD.session_id);
  IF NOT varied_now(makeup.class_id) THEN
    RAISE EXCEPTION 'the timetable of class % is locked', makeup.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_sessions_locked';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF makeup.makes_up_id IS NULL
    OR NOT EXISTS (SELECT FROM seats WHERE id = NEW.seat_id AND class_id = makeup.class_id)
    OR (
      SELECT coalesce(sum(s.hours), 0) FROM class_sessions s JOIN makeup_seats m ON m.session_id = s.id
      WHERE m.seat_id = NEW.seat_id AND s.makes_up_id = makeup.makes_up_id
    ) + makeup.hours > (SELECT hours FROM class_sessions WHERE id = makeup.makes_up_id) THEN
    RAISE EXCEPTION 'seat % makes up for more hours than it missed', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_makeups_within_missed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_makeups_within_missed BEFORE INSERT OR UPDATE OR DELETE ON makeup_seats
  FOR EACH ROW EXECUTE FUNCTION law_makeups_within_missed();
CREATE FUNCTION law_makeups_reach_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE seats SET sessions = '{}' WHERE id = coalesce(NEW.seat_id, OLD.seat_id) AND status IN ('held', 'fixed');
  RETURN NULL;
END $$;
CREATE TRIGGER law_makeups_reach_seats AFTER INSERT OR DELETE ON makeup_seats
  FOR EACH ROW EXECUTE FUNCTION law_makeups_reach_seats();
"""
