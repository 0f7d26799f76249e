"""Inspections, phone checks and what they found; one more role."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

ROLES = [
    "laborer",
    "village_officer",
    "township_officer",
    "school_clerk",
    "teacher",
    "assessor",
    "employer",
    "training_officer",
    "first_reviewer",
    "second_reviewer",
    "signer",
    "bureau_finance",
    "treasury",
    "inspector",
    "auditor",
    "administrator",
]


def upgrade() -> None:
    """Apply."""
    _role()
    op.create_table(
        "inspection_draws",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("want", sa.SmallInteger(), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("hidden_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("listing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("listing_sha256", sa.String(length=64), nullable=True),
        sa.Column("picked", postgresql.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committed_by", sa.String(length=40), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.String(length=40), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "seed IS NULL OR encode(sha256(convert_to(seed, 'UTF8')), 'hex') = seed_sha256",
            name=op.f("ck_inspection_draws_seed_as_committed"),
        ),
        sa.CheckConstraint("(drawn_at IS NULL) = (picked IS NULL)", name=op.f("ck_inspection_draws_picked_when_drawn")),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name=op.f("ck_inspection_draws_opened_when_drawn")),
        sa.CheckConstraint("length(seed_sha256) = 64", name=op.f("ck_inspection_draws_commitment_whole")),
        sa.CheckConstraint("want BETWEEN 1 AND 50", name=op.f("ck_inspection_draws_want_sensible")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_inspection_draws_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draws")),
        sa.UniqueConstraint("region_code", "on", name="uq_inspection_draws_day"),
        sa.UniqueConstraint("seal_id", name=op.f("uq_inspection_draws_seal_id")),
    )
    op.create_index(op.f("ix_inspection_draws_region_code"), "inspection_draws", ["region_code"], unique=False)
    op.create_table(
        "phone_checks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("percent", sa.SmallInteger(), nullable=False),
        sa.Column("due", sa.SmallInteger(), nullable=False),
        sa.Column("seats", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("due > 0 AND due <= cardinality(seats)", name=op.f("ck_phone_checks_due_sensible")),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_phone_checks_class_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_phone_checks_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_phone_checks_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_checks")),
    )
    op.create_index(op.f("ix_phone_checks_class_id"), "phone_checks", ["class_id"], unique=False)
    op.create_index(op.f("ix_phone_checks_region_code"), "phone_checks", ["region_code"], unique=False)
    op.create_index(op.f("ix_phone_checks_school_id"), "phone_checks", ["school_id"], unique=False)
    op.create_table(
        "inspections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "done",
                "answered",
                "accepted",
                "called_off",
                name="inspectionstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("draw_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.String(length=40), nullable=False),
        sa.Column(
            "way",
            sa.Enum("on_site", "paper", name="way_known", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "passed", "defects", "failed", name="result_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("head_count", sa.SmallInteger(), nullable=True),
        sa.Column("unlisted", sa.SmallInteger(), nullable=True),
        sa.Column("findings", sa.String(length=1000), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("mended_by", sa.String(length=40), nullable=True),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_by", sa.String(length=40), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'accepted') = (mended_by IS NOT NULL)", name=op.f("ck_inspections_accepted_by_someone")
        ),
        sa.CheckConstraint(
            "(status IN ('planned', 'called_off')) = (result IS NULL) AND (result IS NULL) = (done_at IS NULL)",
            name=op.f("ck_inspections_found_when_done"),
        ),
        sa.CheckConstraint(
            "result IS NULL OR result = 'passed' OR findings <> ''", name=op.f("ck_inspections_findings_said")
        ),
        sa.CheckConstraint("(result IS NULL) = (head_count IS NULL)", name=op.f("ck_inspections_counted_when_done")),
        sa.CheckConstraint(
            "head_count >= 0 AND unlisted >= 0 AND unlisted <= head_count", name=op.f("ck_inspections_counts_sensible")
        ),
        sa.CheckConstraint(
            "resumed_by IS NULL OR resumed_by <> mended_by", name=op.f("ck_inspections_resumed_by_another")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_inspections_class_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["inspection_draws.id"], name=op.f("fk_inspections_draw_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_inspections_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_inspections_school_id")),
        sa.ForeignKeyConstraint(["session_id"], ["class_sessions.id"], name=op.f("fk_inspections_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspections")),
    )
    op.create_index(op.f("ix_inspections_class_id"), "inspections", ["class_id"], unique=False)
    op.create_index(op.f("ix_inspections_draw_id"), "inspections", ["draw_id"], unique=False)
    op.create_index(op.f("ix_inspections_region_code"), "inspections", ["region_code"], unique=False)
    op.create_index(op.f("ix_inspections_school_id"), "inspections", ["school_id"], unique=False)
    op.create_index(op.f("ix_inspections_session_id"), "inspections", ["session_id"], unique=False)
    op.create_index(op.f("ix_inspections_status"), "inspections", ["status"], unique=False)
    op.create_index(
        "uq_inspections_planned",
        "inspections",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("status = 'planned'"),
    )
    op.create_table(
        "phone_calls",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "reached",
                "no_answer",
                "wrong_number",
                "refused",
                name="callresult_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("in_class", sa.Boolean(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("days", sa.SmallInteger(), nullable=True),
        sa.Column("teacher", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(result = 'reached') = (in_class IS NOT NULL) AND (result = 'reached') = (agreed IS NOT NULL)",
            name=op.f("ck_phone_calls_asked_when_reached"),
        ),
        sa.CheckConstraint("days BETWEEN 0 AND 400", name=op.f("ck_phone_calls_days_sensible")),
        sa.ForeignKeyConstraint(["check_id"], ["phone_checks.id"], name=op.f("fk_phone_calls_check_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_phone_calls_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_calls")),
        sa.UniqueConstraint("check_id", "seat_id", name="uq_phone_calls_seat"),
    )
    op.create_index(op.f("ix_phone_calls_seat_id"), "phone_calls", ["seat_id"], unique=False)
    op.create_table(
        "inspection_people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("inspection_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("there OR agreed IS NULL", name=op.f("ck_inspection_people_asked_face_to_face")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspections.id"], name=op.f("fk_inspection_people_inspection_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_inspection_people_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_people")),
        sa.UniqueConstraint("inspection_id", "seat_id", name="uq_inspection_people_seat"),
    )
    op.create_index(op.f("ix_inspection_people_seat_id"), "inspection_people", ["seat_id"], unique=False)
    _laws()


def _role() -> None:
    """One more role: the inspector."""
    op.drop_constraint(op.f("ck_user_roles_role_known"), "user_roles", type_="check")
    known = ", ".join(f"'{role}'" for role in ROLES)
    op.create_check_constraint(op.f("ck_user_roles_role_known"), "user_roles", f"role IN ({known})")


# laws
DRAWS = """
CREATE FUNCTION law_draws_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.drawn_at IS NULL AND NEW.drawn_at IS NOT NULL
     AND (NEW.id, NEW.region_code, NEW."on", NEW.want, NEW.seed_sha256, NEW.hidden_sealed, NEW.committed_at)
       IS NOT DISTINCT FROM
         (OLD.id, OLD.region_code, OLD."on", OLD.want, OLD.seed_sha256, OLD.hidden_sealed, OLD.committed_at) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a draw stands as it was drawn'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_draws_stand';
END $$;
CREATE TRIGGER law_draws_stand BEFORE UPDATE OR DELETE ON inspection_draws
  FOR EACH ROW EXECUTE FUNCTION law_draws_stand();
"""


def _laws() -> None:
    """A draw is opened once and never changed; what was seen and said stays; no status without its event (I7)."""
    op.execute(DRAWS)
    for table in ("inspection_people", "phone_checks", "phone_calls"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
    op.execute(
        "CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON inspections "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
    )
