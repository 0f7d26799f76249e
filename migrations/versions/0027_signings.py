"""Signings at the door of a session, devices and offline roll-calls."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"


WAYS = ("rotating_code", "own_code", "roll_call", "paper", "witnessed", "online", "group", "correction")


def upgrade() -> None:
    """Apply."""
    _devices()
    _clock_marks()
    _check_seeds()
    _corrections()
    _signings()
    _offline_signings()
    _refusals()
    _entries()
    op.execute(SUPPORTED)
    op.execute(SIGNINGS_OF_OLD)
    for law in LAWS:
        op.execute(law)


def _devices() -> None:
    """Make it."""
    op.create_table(
        "roll_devices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roll_devices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_devices")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_roll_devices_key_hash")),
    )
    op.create_index(op.f("ix_roll_devices_user_id"), "roll_devices", ["user_id"], unique=False)


def _clock_marks() -> None:
    """Make it."""
    op.create_table(
        "clock_marks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("boot", sa.Uuid(), nullable=False),
        sa.Column("steady_ms", sa.BigInteger(), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("server_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["roll_devices.id"], name=op.f("fk_clock_marks_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_marks")),
    )
    op.create_index("ix_clock_marks_device", "clock_marks", ["device_id", "server_at"], unique=False)


def _check_seeds() -> None:
    """Make it."""
    op.create_table(
        "check_seeds",
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("share_percent", sa.SmallInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("share_percent BETWEEN 0 AND 100", name=op.f("ck_check_seeds_share_of_hundred")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_check_seeds_class_id")),
        sa.PrimaryKeyConstraint("class_id", name=op.f("pk_check_seeds")),
    )


def _corrections() -> None:
    """Make it."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "confirmed",
                "refused",
                "doubted",
                "cleared",
                "upheld",
                name="correctionstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
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
        sa.Column("hours", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(status IN ('asked', 'doubted')) = (decided_by IS NULL)", name=op.f("ck_corrections_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "presence NOT IN ('leave', 'absent') OR hours = 0", name=op.f("ck_corrections_absent_without_hours")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_corrections_with_reason")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_corrections_confirmed_by_another")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_corrections_class_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["attendance_entries.id"], name=op.f("fk_corrections_entry_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["uploads.id"], name=op.f("fk_corrections_paper_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_corrections_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_corrections_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_class_id"), "corrections", ["class_id"], unique=False)
    op.create_index(op.f("ix_corrections_entry_id"), "corrections", ["entry_id"], unique=False)
    op.create_index(op.f("ix_corrections_paper_id"), "corrections", ["paper_id"], unique=False)
    op.create_index(op.f("ix_corrections_region_code"), "corrections", ["region_code"], unique=False)
    op.create_index(op.f("ix_corrections_school_id"), "corrections", ["school_id"], unique=False)
    op.create_index(op.f("ix_corrections_status"), "corrections", ["status"], unique=False)
    op.create_index(
        "uq_corrections_open", "corrections", ["entry_id"], unique=True, postgresql_where=sa.text("status = 'asked'")
    )


def _signings() -> None:
    """Make it."""
    op.create_table(
        "signings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), server_default=sa.text("'empty'::tstzrange"), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("in", "mid", "out", name="moment_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "way",
            sa.Enum(
                "rotating_code",
                "own_code",
                "roll_call",
                "paper",
                "witnessed",
                "online",
                "group",
                "correction",
                name="way_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("worries", postgresql.ARRAY(sa.String(length=20)), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("together", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("device", sa.LargeBinary(), nullable=True),
        sa.Column("roll_device_id", sa.BigInteger(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Integer(), nullable=True),
        sa.Column("distance_m", sa.Integer(), nullable=True),
        sa.Column("place_note", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.Column("witness", sa.String(length=60), server_default=sa.text("''"), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("confirms_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("correction_id", sa.BigInteger(), nullable=True),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(person_id, person_id, '[]')"), "&&"),
            (
                sa.text(
                    "int4range((CASE moment WHEN 'in' THEN 0 WHEN 'mid' THEN 1 ELSE 2 END), (CASE moment WHEN 'in' THEN 0 WHEN 'mid' THEN 1 ELSE 2 END), '[]')"
                ),
                "&&",
            ),
            (sa.text("during"), "&&"),
            where=sa.text("NOT waits AND correction_id IS NULL"),
            using="gist",
            name="ex_signings_one_room",
        ),
        sa.CheckConstraint(
            "(way = 'correction') = (correction_id IS NOT NULL)", name=op.f("ck_signings_corrections_named")
        ),
        sa.CheckConstraint("way <> 'witnessed' OR witness <> ''", name=op.f("ck_signings_witnessed_by_another")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_signings_place_whole")),
        sa.CheckConstraint(
            "confirms_id IS NULL OR (NOT waits AND confirmed_by IS NOT NULL)",
            name=op.f("ck_signings_confirmed_by"),
        ),
        sa.CheckConstraint("waits = (cardinality(worries) > 0)", name=op.f("ck_signings_waits_for_a_reason")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_signings_class_id")),
        sa.ForeignKeyConstraint(["confirms_id"], ["signings.id"], name=op.f("fk_signings_confirms_id")),
        sa.ForeignKeyConstraint(["correction_id"], ["corrections.id"], name=op.f("fk_signings_correction_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["uploads.id"], name=op.f("fk_signings_paper_id")),
        sa.ForeignKeyConstraint(["roll_device_id"], ["roll_devices.id"], name=op.f("fk_signings_roll_device_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_signings_seat_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_signings_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signings")),
        sa.UniqueConstraint("confirms_id", name=op.f("uq_signings_confirms_id")),
    )
    op.create_index(op.f("ix_signings_class_id"), "signings", ["class_id"], unique=False)
    op.create_index(op.f("ix_signings_seat_id"), "signings", ["seat_id"], unique=False)
    op.create_index("uq_signings_client_key", "signings", ["client_key"], unique=True)
    op.create_index(
        "uq_signings_device",
        "signings",
        ["session_id", "moment", "device"],
        unique=True,
        postgresql_where=sa.text("NOT waits AND way = 'rotating_code' AND confirms_id IS NULL"),
    )
    op.create_index(
        "uq_signings_once",
        "signings",
        ["session_id", "seat_id", "moment", "waits"],
        unique=True,
        postgresql_where=sa.text("correction_id IS NULL"),
    )


def _offline_signings() -> None:
    """Make it."""
    op.create_table(
        "offline_signings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "fate",
            sa.Enum(
                "taken",
                "already",
                "quarantined",
                name="fate_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("signing_id", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["roll_devices.id"], name=op.f("fk_offline_signings_device_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_offline_signings_session_id")),
        sa.ForeignKeyConstraint(["signing_id"], ["signings.id"], name=op.f("fk_offline_signings_signing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_signings")),
        sa.UniqueConstraint("device_id", "sequence", "digest", name="uq_offline_signings_sequence"),
    )
    op.create_index("ix_offline_signings_fate", "offline_signings", ["fate"], unique=False)
    op.create_index(op.f("ix_offline_signings_session_id"), "offline_signings", ["session_id"], unique=False)
    op.create_index(op.f("ix_offline_signings_signing_id"), "offline_signings", ["signing_id"], unique=False)


def _refusals() -> None:
    """Make it."""
    op.create_table(
        "signing_refusals",
        sa.Column("signing_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["signing_id"], ["signings.id"], name=op.f("fk_signing_refusals_signing_id")),
        sa.PrimaryKeyConstraint("signing_id", name=op.f("pk_signing_refusals")),
    )


def _entries() -> None:
    """Make it."""
    op.add_column(
        "attendance_entries", sa.Column("grace_minutes", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("attendance_entries", sa.Column("missed_percent", sa.SmallInteger(), nullable=True))
    op.add_column(
        "attendance_entries",
        sa.Column(
            "grounds", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
    )
    op.add_column("attendance_entries", sa.Column("correction_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_attendance_entries_correction_id"), "attendance_entries", "corrections", ["correction_id"], ["id"]
    )
    op.drop_constraint(op.f("ck_attendance_entries_method_known"), "attendance_entries", type_="check")
    op.alter_column("attendance_entries", "method", type_=sa.String(40))
    op.create_check_constraint(
        op.f("ck_attendance_entries_way_known"),
        "attendance_entries",
        sa.column("method").in_(WAYS),
    )
    op.create_check_constraint(
        op.f("ck_attendance_entries_grace_sensible"), "attendance_entries", "grace_minutes BETWEEN 0 AND 60"
    )
    op.create_check_constraint(
        op.f("ck_attendance_entries_missed_of_hundred"), "attendance_entries", "missed_percent BETWEEN 0 AND 100"
    )


# laws
SUPPORTED = """
CREATE FUNCTION attendance_supported(wanted_session bigint, wanted_seat bigint, grace integer, missed integer)
RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
  lesson class_sessions;
  proof record;
  checked timestamptz;
  begun timestamptz;
  ended timestamptz;
  hours integer;
BEGIN
  SELECT * INTO lesson FROM class_sessions WHERE id = wanted_session;
  SELECT min(signed_at) FILTER (WHERE moment = 'in') AS came, min(signed_at) FILTER (WHERE moment = 'mid') AS seen,
         max(signed_at) FILTER (WHERE moment = 'out') AS went, count(DISTINCT moment) AS moments
    INTO proof FROM signings WHERE session_id = wanted_session AND seat_id = wanted_seat AND NOT waits;
  IF proof.moments < 2 THEN
    RETURN 0;
  END IF;
  begun := least(proof.came, proof.seen, proof.went);
  ended := greatest(proof.came, proof.seen, proof.went);
  IF begun <= lesson.starts_at + make_interval(mins => grace) THEN
    begun := lesson.starts_at;
  END IF;
  IF ended >= lesson.ends_at - make_interval(mins => grace) THEN
    ended := lesson.ends_at;
  END IF;
  IF ended <= begun THEN
    RETURN 0;
  END IF;
  hours := div(lesson.hours * extract(epoch FROM ended - begun),
               extract(epoch FROM lesson.ends_at - lesson.starts_at));
  IF proof.seen IS NULL THEN
    SELECT min(signed_at) INTO checked FROM signings
      WHERE session_id = wanted_session AND moment = 'mid' AND NOT waits;
    IF checked > begun AND checked < ended THEN
      hours := hours * coalesce(missed, 0) / 100;
    END IF;
  END IF;
  RETURN hours;
END $$;
"""
"""The pure rule `hours_supported`, once more in SQL."""

SIGNINGS_OF_OLD = """
INSERT INTO signings (class_id, session_id, seat_id, person_id, during, moment, way, at, signed_at, together, witness,
                      note, client_key, by_key)
SELECT e.class_id, e.session_id, e.seat_id, t.person_id, tstzrange(s.starts_at, s.ends_at), m.moment, e.method, e.at,
       CASE WHEN m.moment = 'out' THEN s.ends_at
            WHEN s.hours = 0 OR e.hours >= s.hours THEN s.starts_at
            ELSE s.ends_at - make_interval(
              mins => ceil(extract(epoch FROM s.ends_at - s.starts_at) * e.hours / s.hours / 60)::integer) END,
       true, CASE WHEN e.method = 'witnessed' THEN '原记录未写' ELSE '' END, '', gen_random_uuid(), e.by_key
FROM attendance_entries e
JOIN class_sessions s ON s.id = e.session_id
JOIN seats t ON t.id = e.seat_id
CROSS JOIN (VALUES ('in'), ('out')) AS m (moment)
WHERE e.presence IN ('present', 'late')
  AND NOT EXISTS (SELECT FROM attendance_entries c WHERE c.corrects_id = e.id)
ON CONFLICT DO NOTHING
"""
"""What was marked before there were signings was a roll call, arrival and departure taken down together."""

IN_PLACE = """
CREATE FUNCTION law_signings_in_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT t.person_id, tstzrange(s.starts_at, s.ends_at) INTO NEW.person_id, NEW.during
    FROM class_sessions s JOIN seats t ON t.class_id = s.class_id
    WHERE s.id = NEW.session_id AND t.id = NEW.seat_id AND s.class_id = NEW.class_id;
  IF NOT FOUND OR NEW.confirms_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM signings w WHERE w.id = NEW.confirms_id AND w.waits
      AND (w.session_id, w.seat_id, w.moment) = (NEW.session_id, NEW.seat_id, NEW.moment)
  ) THEN
    RAISE EXCEPTION 'signing of seat % in session % does not fit', NEW.seat_id, NEW.session_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_signings_in_place';
  END IF;
  IF NEW.correction_id IS NOT NULL AND EXISTS (
    SELECT FROM signings w WHERE w.person_id = NEW.person_id AND w.session_id <> NEW.session_id AND NOT w.waits
      AND w.during && NEW.during
  ) THEN
    RAISE EXCEPTION 'person % is in another room', NEW.person_id
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'ex_signings_one_room';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_signings_in_place BEFORE INSERT ON signings
  FOR EACH ROW EXECUTE FUNCTION law_signings_in_place();
"""
ENTRIES_SUPPORTED = """
CREATE FUNCTION law_attendance_supported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.hours > 0
    AND NEW.hours > attendance_supported(NEW.session_id, NEW.seat_id, NEW.grace_minutes, NEW.missed_percent)
  THEN
    RAISE EXCEPTION 'the signings of seat % in session % do not support % hours', NEW.seat_id, NEW.session_id, NEW.hours
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_attendance_supported';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_attendance_supported BEFORE INSERT ON attendance_entries
  FOR EACH ROW EXECUTE FUNCTION law_attendance_supported();
"""
UNTIL_CONFIRMED = """
CREATE TRIGGER law_signings_until_confirmed BEFORE INSERT ON signings
  FOR EACH ROW EXECUTE FUNCTION law_until_confirmed();
"""
ONLY_GROWS = [
    f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
    for table in ("signings", "signing_refusals", "check_seeds", "clock_marks")
]
AS_IT_CAME = """
CREATE FUNCTION law_offline_as_it_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (OLD.device_id, OLD.sequence, OLD.digest, OLD.told, OLD.received_at)
    IS DISTINCT FROM (NEW.device_id, NEW.sequence, NEW.digest, NEW.told, NEW.received_at)
  THEN
    RAISE EXCEPTION 'what a device sent is never changed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_offline_as_it_came';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_offline_as_it_came BEFORE UPDATE OR DELETE ON offline_signings
  FOR EACH ROW EXECUTE FUNCTION law_offline_as_it_came();
"""
LAWS = (IN_PLACE, ENTRIES_SUPPORTED, UNTIL_CONFIRMED, AS_IT_CAME, *ONLY_GROWS)
