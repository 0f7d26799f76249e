"""Lessons online and viewed in groups; the taster, which is never claimed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Apply."""
    _tables()
    for law in (ONLINE_LOCKED, IN_TIME, BY_BEATS, NEVER_CLAIMED):
        op.execute(law)
    for table in ("watch_beats", "lesson_answers"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )


def _tables() -> None:
    op.create_table(
        "lessons",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text", "file", "video", name="lessonkind_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("(kind = 'text') = (upload_id IS NULL)", name=op.f("ck_lessons_text_or_file")),
        sa.CheckConstraint("seconds BETWEEN 1 AND 36000", name=op.f("ck_lessons_seconds_sensible")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_lessons_course_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_lessons_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
        sa.UniqueConstraint("course_id", "number", name="uq_lessons_number"),
    )
    op.create_index(op.f("ix_lessons_course_id"), "lessons", ["course_id"], unique=False)
    op.create_table(
        "lesson_questions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("at_seconds", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("answer", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "answer >= 0 AND answer < jsonb_array_length(choices)",
            name=op.f("ck_lesson_questions_answer_among_choices"),
        ),
        sa.CheckConstraint("at_seconds >= 1", name=op.f("ck_lesson_questions_in_the_lesson")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_lesson_questions_lesson_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_questions")),
        sa.UniqueConstraint("lesson_id", "number", name="uq_lesson_questions_number"),
    )
    op.create_index(op.f("ix_lesson_questions_lesson_id"), "lesson_questions", ["lesson_id"], unique=False)
    op.create_table(
        "session_lessons",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_session_lessons_class_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_session_lessons_lesson_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_session_lessons_session_id")),
        sa.PrimaryKeyConstraint("session_id", "lesson_id", name=op.f("pk_session_lessons")),
    )
    op.create_index(op.f("ix_session_lessons_class_id"), "session_lessons", ["class_id"], unique=False)
    op.create_index(op.f("ix_session_lessons_lesson_id"), "session_lessons", ["lesson_id"], unique=False)
    op.create_table(
        "lesson_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.SmallInteger(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["lesson_questions.id"], name=op.f("fk_lesson_answers_question_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_lesson_answers_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_answers")),
    )
    op.create_index(op.f("ix_lesson_answers_question_id"), "lesson_answers", ["question_id"], unique=False)
    op.create_index(op.f("ix_lesson_answers_seat_id"), "lesson_answers", ["seat_id"], unique=False)
    op.create_table(
        "watchings",
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("token", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position >= 0 AND position <= reached", name=op.f("ck_watchings_position_reached")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_watchings_lesson_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_watchings_seat_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_watchings_session_id")),
        sa.PrimaryKeyConstraint("seat_id", "lesson_id", name=op.f("pk_watchings")),
    )
    op.create_index(op.f("ix_watchings_lesson_id"), "watchings", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_watchings_session_id"), "watchings", ["session_id"], unique=False)
    op.create_table(
        "watch_beats",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson_id", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.CheckConstraint("seconds BETWEEN 0 AND 60", name=op.f("ck_watch_beats_seconds_sensible")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name=op.f("fk_watch_beats_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_watch_beats_person_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_watch_beats_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_beats")),
        sa.UniqueConstraint("client_key", name="uq_watch_beats_client_key"),
    )
    op.create_index("ix_watch_beats_lesson", "watch_beats", ["seat_id", "lesson_id"], unique=False)
    op.create_index("ix_watch_beats_person", "watch_beats", ["person_id", "at"], unique=False)
    op.create_table(
        "group_viewings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("keeper_key", sa.String(length=40), nullable=False),
        sa.Column("keeper_name", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_group_viewings_class_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_group_viewings_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_viewings")),
    )
    op.create_index(op.f("ix_group_viewings_class_id"), "group_viewings", ["class_id"], unique=False)
    op.create_index(op.f("ix_group_viewings_session_id"), "group_viewings", ["session_id"], unique=False)
    op.create_table(
        "viewing_people",
        sa.Column("viewing_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "turn",
            sa.Enum("in", "out", name="turn_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_viewing_people_seat_id")),
        sa.ForeignKeyConstraint(["viewing_id"], ["group_viewings.id"], name=op.f("fk_viewing_people_viewing_id")),
        sa.PrimaryKeyConstraint("viewing_id", "seat_id", "turn", name=op.f("pk_viewing_people")),
    )
    op.create_index(op.f("ix_viewing_people_seat_id"), "viewing_people", ["seat_id"], unique=False)
    op.create_table(
        "viewing_photos",
        sa.Column("viewing_id", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_viewing_photos_upload_id")),
        sa.ForeignKeyConstraint(["viewing_id"], ["group_viewings.id"], name=op.f("fk_viewing_photos_viewing_id")),
        sa.PrimaryKeyConstraint("viewing_id", "upload_id", name=op.f("pk_viewing_photos")),
    )
    op.create_table(
        "taster_invitations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("target_class_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(target_class_id IS NULL) <> (order_id IS NULL)", name=op.f("ck_taster_invitations_one_target")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_taster_invitations_class_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_taster_invitations_order_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_taster_invitations_person_id")),
        sa.ForeignKeyConstraint(
            ["target_class_id"], ["classes.id"], name=op.f("fk_taster_invitations_target_class_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taster_invitations")),
    )
    op.create_index(op.f("ix_taster_invitations_order_id"), "taster_invitations", ["order_id"], unique=False)
    op.create_index(op.f("ix_taster_invitations_person_id"), "taster_invitations", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_taster_invitations_target_class_id"), "taster_invitations", ["target_class_id"], unique=False
    )
    op.create_index(
        "uq_taster_invitations_class", "taster_invitations", ["class_id", "person_id", "target_class_id"], unique=True
    )
    op.create_index(
        "uq_taster_invitations_order", "taster_invitations", ["class_id", "person_id", "order_id"], unique=True
    )


# laws
ONLINE_LOCKED = """
CREATE FUNCTION law_session_lessons_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_class bigint = CASE WHEN TG_OP = 'DELETE' THEN OLD.class_id ELSE NEW.class_id END;
BEGIN
  IF (SELECT fix_version FROM classes WHERE id = of_class) >= 1 OR TG_OP <> 'DELETE' AND NOT EXISTS (
    SELECT FROM class_sessions s JOIN classes c ON c.id = s.class_id JOIN lessons l ON l.course_id = c.course_id
    WHERE s.id = NEW.session_id AND s.class_id = NEW.class_id AND l.id = NEW.lesson_id
  ) THEN
    RAISE EXCEPTION 'what class % learns online is locked, or not of its course', of_class
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_session_lessons_locked';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER law_session_lessons_locked BEFORE INSERT OR UPDATE OR DELETE ON session_lessons
  FOR EACH ROW EXECUTE FUNCTION law_session_lessons_locked();
"""
IN_TIME = """
CREATE FUNCTION law_watched_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before timestamptz;
BEGIN
  SELECT max(b.at) INTO before FROM watch_beats b WHERE b.person_id = NEW.person_id;
  IF NEW.person_id <> (SELECT person_id FROM seats WHERE id = NEW.seat_id)
    OR NEW.seconds > 0 AND (before IS NULL OR NEW.seconds > extract(epoch FROM NEW.at - before))
  THEN
    RAISE EXCEPTION 'person % watched % seconds since %', NEW.person_id, NEW.seconds, before
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_watched_in_time';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_watched_in_time BEFORE INSERT ON watch_beats
  FOR EACH ROW EXECUTE FUNCTION law_watched_in_time();
"""
BY_BEATS = """
CREATE FUNCTION law_watched_by_beats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.reached > 0 AND (
    NEW.reached > (SELECT seconds FROM lessons WHERE id = NEW.lesson_id)
    OR NEW.reached > (
      SELECT coalesce(sum(b.seconds), 0) FROM watch_beats b WHERE b.seat_id = NEW.seat_id AND b.lesson_id = NEW.lesson_id
    )
  ) THEN
    RAISE EXCEPTION 'seat % has not watched % seconds of lesson %', NEW.seat_id, NEW.reached, NEW.lesson_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_watched_by_beats';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_watched_by_beats AFTER INSERT OR UPDATE ON watchings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_watched_by_beats();
"""
NEVER_CLAIMED = """
CREATE FUNCTION law_taster_never_claimed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (SELECT paid FROM classes WHERE id = NEW.class_id) THEN
    RAISE EXCEPTION 'class % is a taster: nothing is reserved or claimed for it', NEW.class_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_taster_never_claimed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_taster_never_claimed BEFORE INSERT OR UPDATE ON claims
  FOR EACH ROW EXECUTE FUNCTION law_taster_never_claimed();
CREATE TRIGGER law_taster_never_claimed BEFORE INSERT OR UPDATE ON claim_lines
  FOR EACH ROW EXECUTE FUNCTION law_taster_never_claimed();
CREATE TRIGGER law_taster_never_claimed BEFORE INSERT OR UPDATE ON class_places
  FOR EACH ROW EXECUTE FUNCTION law_taster_never_claimed();
CREATE TRIGGER law_taster_never_claimed BEFORE INSERT OR UPDATE ON outcomes
  FOR EACH ROW EXECUTE FUNCTION law_taster_never_claimed();
CREATE FUNCTION law_taster_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'class % is a taster and stays one', NEW.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_taster_never_claimed';
END $$;
CREATE TRIGGER law_taster_stays BEFORE UPDATE OF paid ON classes FOR EACH ROW
  WHEN (NEW.paid AND NOT OLD.paid) EXECUTE FUNCTION law_taster_stays();
"""
