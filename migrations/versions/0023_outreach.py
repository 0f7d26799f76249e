"""Tables and laws of `outreach`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "survey_rounds",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="roundstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jsonb_typeof(questions) = 'array'", name=op.f("ck_survey_rounds_questions_listed")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_survey_rounds_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_rounds")),
    )
    op.create_index(op.f("ix_survey_rounds_region_code"), "survey_rounds", ["region_code"], unique=False)
    op.create_table(
        "survey_villages",
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_survey_villages_region_code")),
        sa.ForeignKeyConstraint(["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_villages_round_id")),
        sa.PrimaryKeyConstraint("round_id", "region_code", name=op.f("pk_survey_villages")),
    )
    op.create_index(op.f("ix_survey_villages_region_code"), "survey_villages", ["region_code"], unique=False)
    op.create_table(
        "survey_cards",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "answered",
                "not_reached",
                name="cardstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answers_json_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "no_answer",
                "away",
                "moved",
                "refused",
                "ill",
                "dead",
                "other",
                name="notreached_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "work_status",
            sa.Enum(
                "employed",
                "unemployed",
                "farming",
                "waiting_to_return",
                "away",
                name="workstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("wish", sa.String(length=40), nullable=True),
        sa.Column("willing", sa.String(length=20), nullable=True),
        sa.Column(
            "how",
            sa.Enum(
                "visit",
                "call",
                "sheet",
                "offline",
                name="how_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_key", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'not_reached') = (reason IS NOT NULL)", name=op.f("ck_survey_cards_not_reached_why")
        ),
        sa.CheckConstraint(
            "status <> 'answered' OR answers_json_sealed IS NOT NULL", name=op.f("ck_survey_cards_answered_has_answers")
        ),
        sa.CheckConstraint(
            "status = 'open' OR (answered_by IS NOT NULL AND answered_on IS NOT NULL AND how IS NOT NULL)",
            name=op.f("ck_survey_cards_answered_by"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_survey_cards_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_survey_cards_region_code")),
        sa.ForeignKeyConstraint(["round_id"], ["survey_rounds.id"], name=op.f("fk_survey_cards_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_cards")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_survey_cards_seal_id")),
    )
    op.create_index(
        "ix_survey_cards_open",
        "survey_cards",
        ["region_code", "round_id"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_survey_cards_person_id"), "survey_cards", ["person_id"], unique=False)
    op.create_index("ix_survey_cards_village", "survey_cards", ["round_id", "region_code", "status"], unique=False)
    op.create_index("uq_survey_cards_client_key", "survey_cards", ["client_key"], unique=True)
    op.create_index("uq_survey_cards_person", "survey_cards", ["round_id", "person_id"], unique=True)
    op.create_table(
        "service_records",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "job_recommendation",
                "guidance",
                "training_offer",
                "visit",
                "call",
                "follow_up",
                name="servicekind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column(
            "result",
            sa.Enum(
                "done",
                "accepted",
                "considering",
                "declined",
                "kept",
                "left_post",
                "not_reached",
                name="serviceresult_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "how",
            sa.Enum(
                "visit",
                "call",
                "sheet",
                "offline",
                name="how_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("placement_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_by_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=40), nullable=True),
        sa.Column("struck_reason", sa.String(length=200), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "struck_at IS NULL OR struck_reason <> ''", name=op.f("ck_service_records_struck_with_reason")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_service_records_person_id")),
        sa.ForeignKeyConstraint(["placement_id"], ["placements.id"], name=op.f("fk_service_records_placement_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_service_records_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_records")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_service_records_seal_id")),
    )
    op.create_index(
        "ix_service_records_person",
        "service_records",
        ["person_id", "done_on"],
        unique=False,
        postgresql_include=["kind", "result"],
        postgresql_where=sa.text("struck_at IS NULL"),
    )
    op.create_index(op.f("ix_service_records_person_id"), "service_records", ["person_id"], unique=False)
    op.create_index(op.f("ix_service_records_placement_id"), "service_records", ["placement_id"], unique=False)
    op.create_index("ix_service_records_village", "service_records", ["region_code", "done_on"], unique=False)
    op.create_index("uq_service_records_client_key", "service_records", ["client_key"], unique=True)
    _requests()
    _laws()


STANDING = "status IN ('asked', 'proposed', 'invited', 'arranged')"


def _requests() -> None:
    """Requests of villages; nobody asks twice for a course in the same weeks."""
    op.create_table(
        "village_requests",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "asked",
                "proposed",
                "invited",
                "arranged",
                "done",
                "withdrawn",
                "expired",
                name="requeststatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("headcount", sa.SmallInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at_home", sa.Boolean(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("class_id", sa.BigInteger(), nullable=True),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("teacher_id", sa.BigInteger(), nullable=True),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_by_name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_village_requests_ends_after_start")),
        sa.CheckConstraint("headcount BETWEEN 1 AND 200", name=op.f("ck_village_requests_headcount_sensible")),
        sa.CheckConstraint("person_id IS NULL OR headcount = 1", name=op.f("ck_village_requests_one_by_name")),
        sa.CheckConstraint(
            "at_home = (address_sealed IS NOT NULL) AND (NOT at_home OR person_id IS NOT NULL)",
            name=op.f("ck_village_requests_home_of_somebody"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('proposed', 'invited') OR at_home OR class_id IS NOT NULL",
            name=op.f("ck_village_requests_has_class"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('arranged', 'proposed') OR NOT at_home OR "
            "(school_id IS NOT NULL AND teacher_id IS NOT NULL AND visit_on IS NOT NULL)",
            name=op.f("ck_village_requests_home_has_teacher"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_village_requests_class_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_village_requests_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_village_requests_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_village_requests_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_village_requests_school_id")),
        sa.ForeignKeyConstraint(["teacher_id"], ["instructors.id"], name=op.f("fk_village_requests_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_requests")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_village_requests_seal_id")),
    )
    for column in ("course_id", "region_code", "person_id", "class_id", "school_id", "teacher_id"):
        op.create_index(op.f(f"ix_village_requests_{column}"), "village_requests", [column], unique=False)
    op.create_index(
        "ix_village_requests_open",
        "village_requests",
        ["course_id", "region_code"],
        unique=False,
        postgresql_where=sa.text("status = 'asked'"),
    )
    weeks = "int8range(course_id, course_id, '[]') WITH &&, daterange(from_on, until_on, '[]') WITH &&"
    op.execute(
        "ALTER TABLE village_requests ADD CONSTRAINT ex_village_requests_person EXCLUDE USING gist "
        f"(int8range(person_id, person_id, '[]') WITH &&, {weeks}) WHERE ({STANDING} AND person_id IS NOT NULL)"
    )
    op.execute(
        "ALTER TABLE village_requests ADD CONSTRAINT ex_village_requests_village EXCLUDE USING gist "
        f"(int8range(region_code::bigint, region_code::bigint, '[]') WITH &&, {weeks}) "
        f"WHERE ({STANDING} AND person_id IS NULL)"
    )


# laws
def _laws() -> None:
    """No status of a round or a request without its event (I7)."""
    for table in ("survey_rounds", "village_requests"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
