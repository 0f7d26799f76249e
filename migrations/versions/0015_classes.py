"""Tables and laws of `classes`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "terms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_terms_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("school_id", "name", name="uq_terms_name"),
    )
    op.create_index(op.f("ix_terms_school_id"), "terms", ["school_id"], unique=False)
    op.create_table(
        "classes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "filed",
                "returned",
                "approved",
                "running",
                "suspended",
                "ended",
                "assessed",
                "archived",
                "cancelled",
                name="classstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=True),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("direction_id", sa.BigInteger(), nullable=True),
        sa.Column("direction_note", sa.String(length=120), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("seats_taken", sa.SmallInteger(), nullable=False),
        sa.Column("waiting_last", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("assessor_id", sa.BigInteger(), nullable=True),
        sa.Column("budget_id", sa.BigInteger(), nullable=True),
        sa.Column("policy_pack_id", sa.BigInteger(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("refill_until_on", sa.Date(), nullable=True),
        sa.Column("fix_version", sa.SmallInteger(), nullable=False),
        sa.Column("locked_version", sa.SmallInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'filed', 'returned', 'cancelled') OR NOT paid OR fix_version >= 1",
            name=op.f("ck_classes_locked_once_approved"),
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_classes_capacity_sensible")),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_classes_ends_after_start")),
        sa.CheckConstraint("paid OR budget_id IS NULL", name=op.f("ck_classes_taster_without_money")),
        sa.CheckConstraint(
            "seats_taken >= 0 AND seats_taken <= capacity", name=op.f("ck_classes_seats_within_capacity")
        ),
        sa.ForeignKeyConstraint(["assessor_id"], ["instructors.id"], name=op.f("fk_classes_assessor_id")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_classes_budget_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_classes_course_id")),
        sa.ForeignKeyConstraint(["direction_id"], ["organizations.id"], name=op.f("fk_classes_direction_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_classes_order_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_classes_plan_id")),
        sa.ForeignKeyConstraint(["policy_pack_id"], ["policy_packs.id"], name=op.f("fk_classes_policy_pack_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_classes_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_classes_school_id")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_classes_site_id")),
        sa.ForeignKeyConstraint(["term_id"], ["terms.id"], name=op.f("fk_classes_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
    )
    op.create_index(op.f("ix_classes_assessor_id"), "classes", ["assessor_id"], unique=False)
    op.create_index(op.f("ix_classes_budget_id"), "classes", ["budget_id"], unique=False)
    op.create_index(op.f("ix_classes_course_id"), "classes", ["course_id"], unique=False)
    op.create_index(op.f("ix_classes_direction_id"), "classes", ["direction_id"], unique=False)
    op.create_index(op.f("ix_classes_order_id"), "classes", ["order_id"], unique=False)
    op.create_index(op.f("ix_classes_plan_id"), "classes", ["plan_id"], unique=False)
    op.create_index(op.f("ix_classes_policy_pack_id"), "classes", ["policy_pack_id"], unique=False)
    op.create_index(op.f("ix_classes_region_code"), "classes", ["region_code"], unique=False)
    op.create_index(op.f("ix_classes_school_id"), "classes", ["school_id"], unique=False)
    op.create_index(op.f("ix_classes_site_id"), "classes", ["site_id"], unique=False)
    op.create_index(op.f("ix_classes_status"), "classes", ["status"], unique=False)
    op.create_index(op.f("ix_classes_term_id"), "classes", ["term_id"], unique=False)
    op.create_table(
        "class_invitations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (region_code IS NULL)", name=op.f("ck_class_invitations_person_or_village")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_invitations_class_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_class_invitations_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_class_invitations_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_invitations")),
    )
    op.create_index(op.f("ix_class_invitations_person_id"), "class_invitations", ["person_id"], unique=False)
    op.create_index("uq_class_invitations_person", "class_invitations", ["class_id", "person_id"], unique=True)
    op.create_index("uq_class_invitations_village", "class_invitations", ["class_id", "region_code"], unique=True)
    op.create_table(
        "class_places",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reserved",
                "released",
                "claimed",
                name="placestatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reserved_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reserved_fen >= 0", name=op.f("ck_class_places_reserved_positive")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_places_class_id")),
        sa.PrimaryKeyConstraint("class_id", "number", name=op.f("pk_class_places")),
    )
    op.create_table(
        "class_sessions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "half",
            sa.Enum(
                "morning",
                "afternoon",
                "evening",
                name="half_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "theory", "practice", name="sessionkind_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("teacher_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_class_sessions_ends_after_start")),
        sa.CheckConstraint(
            "hours BETWEEN 1 AND 8 OR (hours = 0 AND minutes > 0)", name=op.f("ck_class_sessions_hours_sensible")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_sessions_class_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["instructors.id"], name=op.f("fk_class_sessions_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_sessions")),
        sa.UniqueConstraint(
            "class_id", "on", "half", deferrable=True, initially="DEFERRED", name="uq_class_sessions_half"
        ),
    )
    op.create_index(op.f("ix_class_sessions_class_id"), "class_sessions", ["class_id"], unique=False)
    op.create_index(op.f("ix_class_sessions_teacher_id"), "class_sessions", ["teacher_id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "fixed",
                "released",
                "withdrawn",
                name="seatstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("place_no", sa.SmallInteger(), nullable=False),
        sa.Column(
            "sessions", postgresql.TSTZMULTIRANGE(), server_default=sa.text("'{}'::tstzmultirange"), nullable=False
        ),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("post_number", sa.SmallInteger(), nullable=True),
        sa.Column("livelihood", sa.String(length=120), nullable=False),
        sa.Column("variation_id", sa.BigInteger(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("hours_kept", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hours_kept IS NULL OR hours_kept >= 0", name=op.f("ck_seats_hours_kept_positive")),
        sa.CheckConstraint("place_no >= 1", name=op.f("ck_seats_numbered")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_seats_class_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "post_number"], ["order_posts.order_id", "order_posts.number"], name="fk_seats_post"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seats_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    op.create_index(op.f("ix_seats_class_id"), "seats", ["class_id"], unique=False)
    op.create_index(op.f("ix_seats_person_id"), "seats", ["person_id"], unique=False)
    op.create_index(op.f("ix_seats_variation_id"), "seats", ["variation_id"], unique=False)
    op.create_index(
        "uq_seats_person_active",
        "seats",
        ["class_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'fixed')"),
    )
    op.create_index(
        "uq_seats_place_active",
        "seats",
        ["class_id", "place_no"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'fixed')"),
    )
    op.create_index(
        "uq_seats_post_active",
        "seats",
        ["order_id", "post_number"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'fixed')"),
    )
    op.execute(
        "ALTER TABLE seats ADD CONSTRAINT ex_seats_no_overlap EXCLUDE USING gist "
        "(int8range(person_id, person_id, '[]') WITH &&, sessions WITH &&) WHERE (status IN ('held', 'fixed'))"
    )
    op.create_table(
        "variations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "approved",
                "refused",
                name="variationstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "refill",
                "withdraw",
                "change_site",
                "change_direction",
                "change_post",
                "postpone",
                "move_session",
                "change_teacher",
                "cancel",
                name="variationkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name=op.f("ck_variations_decided_by_somebody")),
        sa.CheckConstraint(
            "decided_by <> asked_by OR kind IN ('refill', 'withdraw', 'cancel')",
            name=op.f("ck_variations_not_decided_by_the_asker"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_variations_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variations")),
    )
    op.create_index(op.f("ix_variations_class_id"), "variations", ["class_id"], unique=False)
    op.create_table(
        "class_fixes",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("variation_id", sa.BigInteger(), nullable=True),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("version = 1 OR variation_id IS NOT NULL", name=op.f("ck_class_fixes_changed_by_variation")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_class_fixes_class_id")),
        sa.ForeignKeyConstraint(["variation_id"], ["variations.id"], name=op.f("fk_class_fixes_variation_id")),
        sa.PrimaryKeyConstraint("class_id", "version", name=op.f("pk_class_fixes")),
        sa.UniqueConstraint("variation_id", name="uq_class_fixes_variation"),
    )
    op.create_foreign_key(
        "fk_classes_lock",
        "classes",
        "class_fixes",
        ["id", "locked_version"],
        ["class_id", "version"],
        initially="DEFERRED",
        deferrable=True,
        use_alter=True,
    )
    op.create_foreign_key(
        op.f("fk_seats_variation_id"), "seats", "variations", ["variation_id"], ["id"], use_alter=True
    )
    _laws()


# laws
SEATS_COUNTED = """
CREATE FUNCTION law_seats_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.status IN ('held', 'fixed') THEN
    UPDATE classes SET seats_taken = seats_taken - 1 WHERE id = OLD.class_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.status IN ('held', 'fixed') THEN
    UPDATE classes SET seats_taken = seats_taken + 1 WHERE id = NEW.class_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_seats_counted AFTER INSERT OR DELETE ON seats
  FOR EACH ROW EXECUTE FUNCTION law_seats_counted();
CREATE TRIGGER law_seats_recounted AFTER UPDATE OF status, class_id ON seats FOR EACH ROW
  WHEN ((OLD.status IN ('held', 'fixed')) <> (NEW.status IN ('held', 'fixed')) OR OLD.class_id <> NEW.class_id)
  EXECUTE FUNCTION law_seats_counted();
"""
SEATS_NOT_TYPED = """
CREATE FUNCTION law_seats_not_typed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the seats of class % are counted by the database', NEW.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_seats_counted';
END $$;
CREATE TRIGGER law_seats_not_typed BEFORE UPDATE OF seats_taken ON classes FOR EACH ROW
  WHEN (NEW.seats_taken <> OLD.seats_taken AND pg_trigger_depth() = 0) EXECUTE FUNCTION law_seats_not_typed();
"""
VARIED_NOW = """
CREATE FUNCTION varied_now(locked_class bigint, by_variation bigint DEFAULT NULL) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM variations v
    JOIN audit_events e ON e.subject_type = 'variations' AND e.subject_id = v.id AND e.status_after = 'approved'
     AND e.txid = pg_current_xact_id()::text::bigint
    WHERE v.class_id = locked_class AND v.status = 'approved' AND (by_variation IS NULL OR v.id = by_variation)
  )
$$;
"""
SESSIONS = """
CREATE FUNCTION law_seats_timed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sessions := (
    SELECT coalesce(range_agg(tstzrange(starts_at, ends_at)), '{}') FROM class_sessions WHERE class_id = NEW.class_id
  );
  RETURN NEW;
END $$;
CREATE TRIGGER law_seats_timed BEFORE INSERT OR UPDATE OF sessions ON seats FOR EACH ROW EXECUTE FUNCTION law_seats_timed();
CREATE FUNCTION law_timetable_reaches_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE seats SET sessions = '{}' WHERE class_id IN (SELECT DISTINCT class_id FROM touched) AND status IN ('held', 'fixed');
  RETURN NULL;
END $$;
CREATE TRIGGER law_sessions_added AFTER INSERT ON class_sessions REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION law_timetable_reaches_seats();
CREATE TRIGGER law_sessions_moved AFTER UPDATE ON class_sessions REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION law_timetable_reaches_seats();
CREATE TRIGGER law_sessions_dropped AFTER DELETE ON class_sessions REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION law_timetable_reaches_seats();
CREATE FUNCTION law_sessions_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lock_version smallint;
  touched_class bigint := coalesce(NEW.class_id, OLD.class_id);
BEGIN
  SELECT fix_version INTO lock_version FROM classes WHERE id = touched_class;
  IF lock_version >= 1 AND NOT varied_now(touched_class) THEN
    RAISE EXCEPTION 'the timetable of class % is locked', touched_class
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_sessions_locked';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER law_sessions_locked BEFORE INSERT OR UPDATE OR DELETE ON class_sessions
  FOR EACH ROW EXECUTE FUNCTION law_sessions_locked();
CREATE FUNCTION law_sessions_stay_home() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a session belongs to one class'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_sessions_locked';
END $$;
CREATE TRIGGER law_sessions_stay_home BEFORE UPDATE OF class_id ON class_sessions FOR EACH ROW
  WHEN (OLD.class_id <> NEW.class_id) EXECUTE FUNCTION law_sessions_stay_home();
"""
CLASSES_LOCKED = """
CREATE FUNCTION law_classes_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.site_id, NEW.course_id, NEW.mode, NEW.capacity, NEW.start_on, NEW.end_on)
       IS DISTINCT FROM (OLD.site_id, OLD.course_id, OLD.mode, OLD.capacity, OLD.start_on, OLD.end_on)
     OR (NEW.order_id, NEW.direction_id, NEW.direction_note)
       IS DISTINCT FROM (OLD.order_id, OLD.direction_id, OLD.direction_note) THEN
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
CREATE TRIGGER law_classes_locked BEFORE UPDATE ON classes FOR EACH ROW WHEN (OLD.fix_version >= 1)
  EXECUTE FUNCTION law_classes_locked();
"""
SEATS_LOCKED = """
CREATE FUNCTION law_seats_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lock_version smallint;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.class_id <> NEW.class_id THEN
    RAISE EXCEPTION 'a seat belongs to one class'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_seats_locked';
  END IF;
  SELECT fix_version INTO lock_version FROM classes WHERE id = NEW.class_id;
  IF lock_version >= 1 AND (NEW.variation_id IS NULL OR NOT varied_now(NEW.class_id, NEW.variation_id)) THEN
    RAISE EXCEPTION 'the roster of class % is locked', NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_seats_locked';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_seats_locked BEFORE INSERT ON seats FOR EACH ROW EXECUTE FUNCTION law_seats_locked();
CREATE TRIGGER law_seats_changed BEFORE UPDATE OF status, class_id, person_id, place_no, order_id, post_number, livelihood ON seats
  FOR EACH ROW WHEN (
    (OLD.status, OLD.class_id, OLD.person_id, OLD.place_no) IS DISTINCT FROM (NEW.status, NEW.class_id, NEW.person_id, NEW.place_no)
    OR (OLD.order_id, OLD.post_number, OLD.livelihood) IS DISTINCT FROM (NEW.order_id, NEW.post_number, NEW.livelihood)
  ) EXECUTE FUNCTION law_seats_locked();
CREATE FUNCTION law_seats_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT fix_version FROM classes WHERE id = OLD.class_id) >= 1 THEN
    RAISE EXCEPTION 'the roster of class % is locked', OLD.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_seats_locked';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER law_seats_stay BEFORE DELETE ON seats FOR EACH ROW EXECUTE FUNCTION law_seats_stay();
"""
FIXES = """
CREATE FUNCTION law_fixes_by_approved_variation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version > 1 AND (NEW.variation_id IS NULL OR NOT varied_now(NEW.class_id, NEW.variation_id)) THEN
    RAISE EXCEPTION 'version % of class % has no approved variation', NEW.version, NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_fixes_by_approved_variation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_fixes_by_approved_variation AFTER INSERT ON class_fixes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_fixes_by_approved_variation();
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON class_fixes
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""


def _laws() -> None:
    """Seats are counted by the database (I1); after approval the four fixes change only by an approved variation (I10)."""
    op.execute(VARIED_NOW)
    op.execute(SEATS_COUNTED)
    op.execute(SEATS_NOT_TYPED)
    op.execute(SESSIONS)
    op.execute(CLASSES_LOCKED)
    op.execute(SEATS_LOCKED)
    op.execute(FIXES)
    for table in (
        "classes",
        "seats",
        "variations",
    ):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
