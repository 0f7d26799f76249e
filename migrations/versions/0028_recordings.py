"""Photos and videos of lessons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "incoming_files",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "lesson",
                "inspection",
                "keeper",
                name="origin_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("store_no", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND size", name=op.f("ck_incoming_files_received_within_size")),
        sa.CheckConstraint("size > 0", name=op.f("ck_incoming_files_not_empty")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_incoming_files_class_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_incoming_files_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_files")),
    )
    op.create_index(op.f("ix_incoming_files_class_id"), "incoming_files", ["class_id"], unique=False)
    op.create_index(op.f("ix_incoming_files_created_by"), "incoming_files", ["created_by"], unique=False)
    op.create_index(op.f("ix_incoming_files_session_id"), "incoming_files", ["session_id"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("photo", "film", name="kind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "lesson",
                "inspection",
                "keeper",
                name="origin_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("store_no", sa.String(length=32), nullable=False),
        sa.Column("pieces", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("blanks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("print64", sa.BigInteger(), nullable=True),
        sa.Column("bands", postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=9, scale=6, asdecimal=False), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=9, scale=6, asdecimal=False), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_recordings_place_whole")),
        sa.CheckConstraint("(print64 IS NULL) = (bands IS NULL)", name=op.f("ck_recordings_print_with_bands")),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_recordings_place_on_earth")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_recordings_sha256_whole")),
        sa.CheckConstraint("size > 0", name=op.f("ck_recordings_not_empty")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_recordings_class_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_recordings_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_recordings_school_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_recordings_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("session_id", "sha256", name="uq_recordings_session"),
    )
    op.create_index("ix_recordings_bands", "recordings", ["bands"], unique=False, postgresql_using="gin")
    op.create_index(op.f("ix_recordings_class_id"), "recordings", ["class_id"], unique=False)
    op.create_index(op.f("ix_recordings_region_code"), "recordings", ["region_code"], unique=False)
    op.create_index(op.f("ix_recordings_school_id"), "recordings", ["school_id"], unique=False)
    op.create_index("ix_recordings_sha256", "recordings", ["sha256"], unique=False)
    op.create_table(
        "recording_doubts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "cleared",
                "upheld",
                name="doubtstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("same", "alike", name="doubtkind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("distance", sa.SmallInteger(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("first_class_id", sa.BigInteger(), nullable=False),
        sa.Column("second_class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (decided_by IS NULL)", name=op.f("ck_recording_doubts_decided_by_someone")
        ),
        sa.CheckConstraint("status = 'open' OR reason <> ''", name=op.f("ck_recording_doubts_decided_with_reason")),
        sa.CheckConstraint("distance BETWEEN 0 AND 64", name=op.f("ck_recording_doubts_distance_sensible")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_recording_doubts_in_order")),
        sa.ForeignKeyConstraint(["first_class_id"], ["classes.id"], name=op.f("fk_recording_doubts_first_class_id")),
        sa.ForeignKeyConstraint(["first_id"], ["recordings.id"], name=op.f("fk_recording_doubts_first_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_recording_doubts_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_recording_doubts_school_id")),
        sa.ForeignKeyConstraint(["second_class_id"], ["classes.id"], name=op.f("fk_recording_doubts_second_class_id")),
        sa.ForeignKeyConstraint(["second_id"], ["recordings.id"], name=op.f("fk_recording_doubts_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_doubts")),
        sa.UniqueConstraint("first_id", "second_id", name="uq_recording_doubts_pair"),
    )
    op.create_index(op.f("ix_recording_doubts_first_class_id"), "recording_doubts", ["first_class_id"], unique=False)
    op.create_index(op.f("ix_recording_doubts_first_id"), "recording_doubts", ["first_id"], unique=False)
    op.create_index(op.f("ix_recording_doubts_region_code"), "recording_doubts", ["region_code"], unique=False)
    op.create_index(op.f("ix_recording_doubts_school_id"), "recording_doubts", ["school_id"], unique=False)
    op.create_index(op.f("ix_recording_doubts_second_class_id"), "recording_doubts", ["second_class_id"], unique=False)
    op.create_index(op.f("ix_recording_doubts_second_id"), "recording_doubts", ["second_id"], unique=False)
    op.create_index(op.f("ix_recording_doubts_status"), "recording_doubts", ["status"], unique=False)
    _laws()


# laws
KEPT = """
CREATE FUNCTION law_recordings_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE'
     AND to_jsonb(NEW) - 'purged_at' - 'pieces' = to_jsonb(OLD) - 'purged_at' - 'pieces'
     AND (OLD.purged_at IS NULL OR NEW.purged_at = OLD.purged_at)
     AND (NEW.pieces = OLD.pieces OR NEW.purged_at IS NOT NULL AND cardinality(NEW.pieces) = 0) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a recording is kept as it came'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_recordings_kept';
END $$;
CREATE TRIGGER law_recordings_kept BEFORE UPDATE OR DELETE ON recordings
  FOR EACH ROW EXECUTE FUNCTION law_recordings_kept();
"""


def _laws() -> None:
    """A recording never changes: its file may go after its time, its hash stays. No status without its event (I7)."""
    op.execute(KEPT)
    op.execute(
        "CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON recording_doubts "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
    )
