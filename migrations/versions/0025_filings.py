"""What a filing holds beyond the four fixes, and the stamped papers scanned back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


PLANS = ("teaching_units", "class_resources", "class_machines", "assessment_plans", "evidence_plans")


def known(name: str, *values: str) -> sa.Enum:
    """An enumeration stored as checked text."""
    return sa.Enum(*values, name=f"{name}_known", native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Apply."""
    _returns()
    _plans()
    _bookings()
    _laws()


def _returns() -> None:
    """Papers that go out with a code, and their scans."""
    op.create_table(
        "printed_forms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("about_table", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("design", sa.String(length=40), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(code) = 10", name=op.f("ck_printed_forms_code_whole")),
        sa.CheckConstraint("length(snapshot_sha256) = 64", name=op.f("ck_printed_forms_snapshot_whole")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_printed_forms_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_forms")),
        sa.UniqueConstraint("code", name="uq_printed_forms_code"),
        sa.UniqueConstraint("paper_id", name="uq_printed_forms_paper"),
    )
    op.create_index("ix_printed_forms_about", "printed_forms", ["about_table", "about_id"], unique=False)
    op.create_table(
        "form_scans",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("outdated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_by", sa.String(length=40), nullable=False),
        sa.Column("scanned_by_name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["printed_forms.id"], name=op.f("fk_form_scans_form_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_form_scans_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_scans")),
        sa.UniqueConstraint("form_id", "upload_id", name="uq_form_scans_once"),
    )
    op.create_index(op.f("ix_form_scans_form_id"), "form_scans", ["form_id"], unique=False)
    for table in ("printed_forms", "form_scans"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )


def _plans() -> None:
    """Rooms of half-days; the plan of teaching, assessment and evidence."""
    op.add_column("class_sessions", sa.Column("room_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_class_sessions_room_id"), "class_sessions", ["room_id"], unique=False)
    op.create_foreign_key(op.f("fk_class_sessions_room_id"), "class_sessions", "rooms", ["room_id"], ["id"])
    op.create_table(
        "teaching_units",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("kind", known("sessionkind", "theory", "practice"), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("hours BETWEEN 1 AND 400", name=op.f("ck_teaching_units_hours_sensible")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_teaching_units_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teaching_units")),
        sa.UniqueConstraint("class_id", "number", name="uq_teaching_units_number"),
    )
    op.create_table(
        "class_resources",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", known("resourcekind", "textbook", "digital", "consumable"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_resources_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_resources")),
    )
    op.create_index(op.f("ix_class_resources_class_id"), "class_resources", ["class_id"], unique=False)
    op.create_table(
        "class_machines",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("machine_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_machines_class_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_class_machines_machine_id")),
        sa.PrimaryKeyConstraint("class_id", "machine_id", name=op.f("pk_class_machines")),
    )
    op.create_index(op.f("ix_class_machines_machine_id"), "class_machines", ["machine_id"], unique=False)
    op.create_table(
        "assessment_plans",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_assessment_plans_class_id")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_assessment_plans")),
    )
    op.create_table(
        "evidence_plans",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("ways", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("photos_a_session", sa.SmallInteger(), nullable=False),
        sa.Column("mid_checks", sa.Boolean(), nullable=False),
        sa.Column("place_asked", sa.Boolean(), nullable=False),
        sa.CheckConstraint("photos_a_session BETWEEN 0 AND 50", name=op.f("ck_evidence_plans_photos_sensible")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_evidence_plans_class_id")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_evidence_plans")),
    )


def _bookings() -> None:
    """What a locked class has to itself: nobody books the same room, place, teacher or machine for the same time."""
    op.create_table(
        "class_bookings",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", known("booked", "room", "site", "teacher", "machine"), nullable=False),
        sa.Column("resource_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", postgresql.TSTZMULTIRANGE(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_bookings_class_id")),
        sa.PrimaryKeyConstraint("class_id", "kind", "resource_id", name=op.f("pk_class_bookings")),
    )
    for kind in ("room", "site", "teacher", "machine"):
        op.execute(
            f"ALTER TABLE class_bookings ADD CONSTRAINT ex_class_bookings_{kind} EXCLUDE USING gist "
            f"(int8range(resource_id, resource_id, '[]') WITH &&, times WITH &&) WHERE (kind = '{kind}')"
        )


# laws
PLAN_LOCKED = """
CREATE FUNCTION law_plan_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched_class bigint := coalesce(NEW.class_id, OLD.class_id);
BEGIN
  IF (SELECT fix_version FROM classes WHERE id = touched_class) >= 1 AND NOT varied_now(touched_class) THEN
    RAISE EXCEPTION 'the plan of class % is locked', touched_class
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_plan_locked';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
"""
OF_SITE = """
CREATE FUNCTION law_room_of_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT site_id FROM rooms WHERE id = NEW.room_id) <> (SELECT site_id FROM classes WHERE id = NEW.class_id) THEN
    RAISE EXCEPTION 'room % is not of the place of class %', NEW.room_id, NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_room_of_site';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_room_of_site BEFORE INSERT OR UPDATE OF room_id ON class_sessions
  FOR EACH ROW WHEN (NEW.room_id IS NOT NULL) EXECUTE FUNCTION law_room_of_site();
CREATE FUNCTION law_machine_of_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT site_id FROM machines WHERE id = NEW.machine_id) <> (SELECT site_id FROM classes WHERE id = NEW.class_id) THEN
    RAISE EXCEPTION 'machine % is not of the place of class %', NEW.machine_id, NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_machine_of_site';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_machine_of_site BEFORE INSERT OR UPDATE ON class_machines
  FOR EACH ROW EXECUTE FUNCTION law_machine_of_site();
"""
BOOK_CLASS = """
CREATE FUNCTION first_entry_of(teacher bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT min(b.id) FROM instructors a, instructors b
  WHERE a.id = teacher AND (b.id = a.id OR b.user_id = a.user_id OR b.id_number_index = a.id_number_index)
$$;
CREATE FUNCTION book_class(booked bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM class_bookings WHERE class_id = booked;
  INSERT INTO class_bookings (class_id, kind, resource_id, times)
  SELECT booked, w.kind, w.resource_id, range_agg(tstzrange(w.starts_at, w.ends_at))
  FROM classes c
  JOIN courses t ON t.id = c.course_id
  JOIN sites p ON p.id = c.site_id
  CROSS JOIN LATERAL (
    SELECT 'room' AS kind, s.room_id AS resource_id, s.starts_at, s.ends_at
      FROM class_sessions s WHERE s.class_id = c.id AND s.room_id IS NOT NULL
    UNION ALL SELECT 'site', c.site_id, s.starts_at, s.ends_at
      FROM class_sessions s WHERE s.class_id = c.id AND s.room_id IS NULL AND t.delivery <> 'online' AND p.kind <> 'field_or_pond'
    UNION ALL SELECT 'teacher', first_entry_of(s.teacher_id), s.starts_at, s.ends_at
      FROM class_sessions s WHERE s.class_id = c.id
    UNION ALL SELECT 'machine', m.machine_id, s.starts_at, s.ends_at
      FROM class_sessions s JOIN class_machines m ON m.class_id = s.class_id
      WHERE s.class_id = c.id AND s.kind = 'practice'
  ) w
  WHERE c.id = booked AND c.fix_version >= 1 AND c.status <> 'cancelled'
  GROUP BY w.kind, w.resource_id
  ORDER BY w.kind, w.resource_id;
END $$;
"""
BOOKED_SO_FAR = """
DO $$
DECLARE
  locked bigint;
BEGIN
  FOR locked IN SELECT id FROM classes WHERE fix_version >= 1 AND status <> 'cancelled' ORDER BY id LOOP
    BEGIN
      PERFORM book_class(locked);
    EXCEPTION WHEN exclusion_violation THEN
      RAISE NOTICE 'class % met at the same time as another before there were bookings', locked;
    END;
  END LOOP;
END $$;
"""
"""Approved before anybody asked: a clash of the past stands in the record, and does not stop the upgrade."""
BOOKINGS = """
CREATE FUNCTION law_class_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_class(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER law_class_booked AFTER UPDATE OF fix_version, status, site_id ON classes FOR EACH ROW
  WHEN (NEW.fix_version >= 1 AND (NEW.fix_version, NEW.site_id, NEW.status = 'cancelled')
    IS DISTINCT FROM (OLD.fix_version, OLD.site_id, OLD.status = 'cancelled'))
  EXECUTE FUNCTION law_class_booked();
CREATE FUNCTION law_rows_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM book_class(c.id) FROM classes c
  WHERE c.id IN (SELECT class_id FROM touched) AND c.fix_version >= 1;
  RETURN NULL;
END $$;
"""
NOT_TYPED = """
CREATE FUNCTION law_bookings_not_typed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'bookings follow the lock, nobody writes them'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_bookings_not_typed';
END $$;
CREATE TRIGGER law_bookings_not_typed BEFORE INSERT OR UPDATE OR DELETE ON class_bookings FOR EACH STATEMENT
  WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION law_bookings_not_typed();
"""


def _laws() -> None:
    """The plan is locked with the class; a locked class holds its room, place, teachers and machines alone (F13, F21)."""
    op.execute(PLAN_LOCKED)
    for table in PLANS:
        op.execute(
            f"CREATE TRIGGER law_plan_locked BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION law_plan_locked()"
        )
    op.execute(OF_SITE)
    op.execute(BOOK_CLASS)
    op.execute(BOOKED_SO_FAR)
    op.execute(BOOKINGS)
    for table in ("class_sessions", "class_machines"):
        for what, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER law_booked_{what.lower()} AFTER {what} ON {table} REFERENCING {rows} TABLE AS touched "
                "FOR EACH STATEMENT EXECUTE FUNCTION law_rows_booked()"
            )
    op.execute(NOT_TYPED)
