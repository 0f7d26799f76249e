"""Tables and laws of `people`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "households",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ordinary",
                "lifted_out_of_poverty",
                "watched",
                "zero_employment",
                name="householdkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("head_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_households_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_households")),
    )
    op.create_index("ix_households_kind", "households", ["kind", "id"], unique=False)
    op.create_index(op.f("ix_households_head_id"), "households", ["head_id"], unique=False)
    op.create_index(op.f("ix_households_region_code"), "households", ["region_code"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("pinyin", sa.String(length=160, collation="C"), nullable=False),
        sa.Column("initials", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column(
            "id_kind",
            sa.Enum(
                "citizen",
                "hong_kong_macau",
                "taiwan",
                "foreign",
                name="idkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="citizen",
            nullable=False,
        ),
        sa.Column("last_four_index", sa.LargeBinary(), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column(
            "sex",
            sa.Enum("male", "female", name="sex_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("ethnic_group", sa.String(length=20), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("stay_code", sa.String(length=12), nullable=True),
        sa.Column("stay_words", sa.String(length=80), server_default="", nullable=False),
        sa.Column("payee_account_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("payee_account_index", sa.LargeBinary(), nullable=True),
        sa.Column("payee_bank", sa.String(length=80), nullable=False),
        sa.Column(
            "education",
            sa.Enum(
                "primary",
                "junior",
                "senior",
                "college",
                name="education_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
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
            nullable=False,
        ),
        sa.Column("work_since_on", sa.Date(), nullable=True),
        sa.Column("employer_name", sa.String(length=80), server_default="", nullable=False),
        sa.Column("wage_fen", sa.BigInteger(), nullable=True),
        sa.Column("unemployed_since_on", sa.Date(), nullable=True),
        sa.Column("away_where", sa.String(length=80), server_default="", nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column(
            "health",
            sa.Enum(
                "good", "chronic", "serious", name="health_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("disability_level", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "ability",
            sa.Enum(
                "able", "partly", "unable", name="ability_known", native_enum=False, create_constraint=True, length=40
            ),
            server_default="able",
            nullable=False,
        ),
        sa.Column(
            "willing",
            sa.Enum(
                "willing",
                "unsure",
                "unwilling",
                name="willing_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            server_default="unsure",
            nullable=False,
        ),
        sa.Column("skills", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("service_needs", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False),
        sa.Column("guardian_name", sa.String(length=40), server_default="", nullable=False),
        sa.Column("guardian_relation", sa.String(length=20), server_default="", nullable=False),
        sa.Column("guardian_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "exclusion",
            sa.Enum(
                "public_staff",
                "full_time_student",
                "pensioner",
                name="exclusion_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("wish_trade", sa.String(length=40), nullable=False),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_rows", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("disability_level BETWEEN 0 AND 4", name=op.f("ck_people_disability_level_known")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_people_not_merged_into_self")),
        sa.CheckConstraint("merged_into_id IS NULL OR merged_rows = 0", name=op.f("ck_people_merged_in_one_step")),
        sa.CheckConstraint("wage_fen > 0", name=op.f("ck_people_wage_positive")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_people_household_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["people.id"], name=op.f("fk_people_merged_into_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_people_region_code")),
        sa.ForeignKeyConstraint(["stay_code"], ["regions.code"], name=op.f("fk_people_stay_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_people_seal_id")),
    )
    op.create_index(op.f("ix_people_household_id"), "people", ["household_id"], unique=False)
    op.create_index(
        "ix_people_merged",
        "people",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    _searched()
    op.create_index(op.f("ix_people_payee_account_index"), "people", ["payee_account_index"], unique=False)
    op.create_index(op.f("ix_people_phone_index"), "people", ["phone_index"], unique=False)
    op.create_index("uq_people_id_number", "people", ["id_number_index"], unique=True)
    op.create_table(
        "former_numbers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("last_four_index", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_former_numbers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_numbers")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_former_numbers_seal_id")),
    )
    op.create_index(op.f("ix_former_numbers_last_four_index"), "former_numbers", ["last_four_index"], unique=False)
    op.create_index(op.f("ix_former_numbers_person_id"), "former_numbers", ["person_id"], unique=False)
    op.create_index("uq_former_numbers_id_number", "former_numbers", ["id_number_index"], unique=True)
    op.create_table(
        "group_memberships",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "group",
            sa.Enum(
                "lifted_out_of_poverty",
                "watched_household",
                "rural_transfer",
                "registered_unemployed",
                "hard_to_employ",
                "school_leaver",
                "graduate",
                "eligible_employee",
                "disabled",
                "veteran",
                "soon_released",
                "in_detox",
                "flexible_worker",
                name="group_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(length=80), nullable=False),
        sa.Column("document_number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_group_memberships_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_group_memberships_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_memberships")),
        sa.UniqueConstraint("person_id", "group", "valid_from", name="uq_group_memberships_once"),
        sa.UniqueConstraint("seal_id", name=op.f("uq_group_memberships_seal_id")),
    )
    op.create_index(
        "ix_group_memberships_group",
        "group_memberships",
        ["group", "person_id"],
        unique=False,
        postgresql_include=["valid_from", "valid_to"],
    )
    op.create_index(op.f("ix_group_memberships_person_id"), "group_memberships", ["person_id"], unique=False)
    op.create_table(
        "person_changes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=40), server_default="", nullable=False),
        sa.Column("old_value", sa.String(), nullable=True),
        sa.Column("new_value", sa.String(), nullable=True),
        sa.Column("old_personal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("new_personal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "officer",
                "person",
                "import",
                "survey",
                "phone_claim",
                "number",
                "merge",
                name="changesource_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_changes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_changes")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_person_changes_seal_id")),
    )
    op.create_index("ix_person_changes_person", "person_changes", ["person_id", "id"], unique=False)
    op.create_table(
        "person_merges",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("dropped_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("undone_by_key", sa.String(length=60), nullable=True),
        sa.Column("undone_by_name", sa.String(length=80), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kept_id <> dropped_id", name=op.f("ck_person_merges_two_rows")),
        sa.ForeignKeyConstraint(["dropped_id"], ["people.id"], name=op.f("fk_person_merges_dropped_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_person_merges_kept_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
    )
    op.create_index(op.f("ix_person_merges_dropped_id"), "person_merges", ["dropped_id"], unique=False)
    op.create_index(op.f("ix_person_merges_kept_id"), "person_merges", ["kept_id"], unique=False)
    op.create_index(
        "uq_person_merges_dropped",
        "person_merges",
        ["dropped_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "phone_claims",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "confirmed",
                "rejected",
                name="phoneclaimstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "officer",
                "person",
                "import",
                "survey",
                "phone_claim",
                "number",
                "merge",
                name="changesource_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phone_claims_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_claims")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_phone_claims_seal_id")),
    )
    op.create_index(op.f("ix_phone_claims_person_id"), "phone_claims", ["person_id"], unique=False)
    op.create_index(
        "uq_phone_claims_open",
        "phone_claims",
        ["person_id", "phone_index"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "subsidy_uses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reserved",
                "used",
                "lost",
                "given_back",
                name="usestatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("slots", sa.SmallInteger(), nullable=False),
        sa.Column("occupation_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_subsidy_uses_level_known")),
        sa.CheckConstraint("slot >= 1 AND slot <= slots", name=op.f("ck_subsidy_uses_within_cap")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_subsidy_uses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subsidy_uses")),
    )
    op.create_index(op.f("ix_subsidy_uses_person_id"), "subsidy_uses", ["person_id"], unique=False)
    op.create_index(op.f("ix_subsidy_uses_reference"), "subsidy_uses", ["reference"], unique=False)
    op.create_index(
        "uq_subsidy_uses_reference",
        "subsidy_uses",
        ["reference"],
        unique=True,
        postgresql_where="status IN ('reserved', 'used', 'lost')",
    )
    op.create_index(
        "uq_subsidy_uses_same_training",
        "subsidy_uses",
        ["person_id", "occupation_code", "level"],
        unique=True,
        postgresql_where="status IN ('reserved', 'used', 'lost') AND reference NOT LIKE 'import:%'",
    )
    op.create_index(
        "uq_subsidy_uses_slot",
        "subsidy_uses",
        ["person_id", "slot"],
        unique=True,
        postgresql_where="status IN ('reserved', 'used', 'lost')",
    )
    _records()
    op.create_table(
        "wishes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "course",
                "trade",
                "place",
                "wage",
                "dates",
                name="wishkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "offered",
                "met",
                "impossible",
                "withdrawn",
                name="wishoutcome_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("answer", sa.String(length=200), server_default="", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name=op.f("ck_wishes_answered_with_outcome")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_wishes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    op.create_index(
        "ix_wishes_open", "wishes", ["made_at"], unique=False, postgresql_where=sa.text("answered_at IS NULL")
    )
    op.create_index(op.f("ix_wishes_person_id"), "wishes", ["person_id"], unique=False)
    op.create_index(
        "uq_wishes_open",
        "wishes",
        ["person_id", "kind", "value"],
        unique=True,
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_foreign_key(op.f("fk_households_head_id"), "households", "people", ["head_id"], ["id"], use_alter=True)
    _imports()
    _laws()


def _imports() -> None:
    """Imports of rosters, what was found in their rows, and how far the work is."""
    statuses = ("reading", "mapping", "checking", "checked", "running", "done", "failed", "discarded")
    outcomes = ("ok", "error", "ineligible", "skip")
    op.create_table(
        "roster_imports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*statuses, name="importstatus_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("stands_for", sa.String(length=40), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("area", postgresql.ARRAY(sa.String(length=12)), server_default="{}", nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("pasted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("default_village", sa.String(length=12), nullable=True),
        sa.Column("whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("layout", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("sample_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("trouble", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(status = 'done') = (finished_at IS NOT NULL)", name=op.f("ck_roster_imports_done_at_a_time")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_roster_imports_region_code")),
        sa.ForeignKeyConstraint(["default_village"], ["regions.code"], name=op.f("fk_roster_imports_default_village")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_roster_imports_upload_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["uploads.id"], name=op.f("fk_roster_imports_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_imports")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_roster_imports_seal_id")),
    )
    op.create_index("ix_roster_imports_created_by", "roster_imports", ["created_by", "id"])
    for column in ("region_code", "upload_id", "answer_id"):
        op.create_index(op.f(f"ix_roster_imports_{column}"), "roster_imports", [column])
    op.create_table(
        "import_findings",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*outcomes, name="outcome_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("faults", postgresql.JSONB(), nullable=False),
        sa.Column("mends", postgresql.JSONB(), nullable=False),
        sa.Column("excerpt_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_imports.id"], name=op.f("fk_import_findings_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_findings")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_import_findings_seal_id")),
    )
    op.create_table(
        "import_progress",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_import_progress_not_negative")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_imports.id"], name=op.f("fk_import_progress_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_progress")),
    )


def _records() -> None:
    """History of subsidies used, from other systems."""
    op.create_table(
        "record_imports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("faults", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("others", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_key", sa.String(length=60), nullable=False),
        sa.Column("by_name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(system) > 0", name=op.f("ck_record_imports_system_named")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_record_imports_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_imports")),
    )
    op.create_index(op.f("ix_record_imports_region_code"), "record_imports", ["region_code"], unique=False)
    op.create_index(
        "uq_record_imports_file", "record_imports", ["system", "region_code", "until_on", "sha256"], unique=True
    )
    op.create_table(
        "outside_trainings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("line_key", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("use_id", sa.BigInteger(), nullable=True),
        sa.Column("occupation_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("used", "lost", name="pastoutcome_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("school", sa.String(length=80), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_outside_trainings_level_known")),
        sa.CheckConstraint("(person_id IS NULL) = (use_id IS NULL)", name=op.f("ck_outside_trainings_use_with_person")),
        sa.ForeignKeyConstraint(["import_id"], ["record_imports.id"], name=op.f("fk_outside_trainings_import_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outside_trainings_person_id")),
        sa.ForeignKeyConstraint(["use_id"], ["subsidy_uses.id"], name=op.f("fk_outside_trainings_use_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_trainings")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_outside_trainings_seal_id")),
    )
    for column in ("import_id", "person_id", "use_id"):
        op.create_index(op.f(f"ix_outside_trainings_{column}"), "outside_trainings", [column], unique=False)
    op.create_index(
        "ix_outside_trainings_waiting",
        "outside_trainings",
        ["id_number_index"],
        unique=False,
        postgresql_where=sa.text("person_id IS NULL"),
    )
    op.create_index("uq_outside_trainings_line", "outside_trainings", ["line_key"], unique=True)


STANDING = "merged_into_id IS NULL"


def _searched() -> None:
    """What searching the register stands on."""
    held = ["region_code", "pinyin"]
    place = ["name", "initials", "merged_into_id", "work_status", "wish_trade", "household_id"]
    op.create_index("ix_people_place", "people", ["region_code", "pinyin", "id"], postgresql_include=place)
    work = ["merged_into_id", "exclusion", "willing", "ability", "unemployed_since_on", "work_since_on", "created_at"]
    op.create_index("ix_people_work", "people", ["work_status", "region_code", "id"], postgresql_include=work)
    op.create_index(
        "ix_people_pinyin",
        "people",
        ["pinyin", "id"],
        postgresql_include=["region_code"],
        postgresql_where=sa.text(STANDING),
    )
    op.create_index(
        "ix_people_last_four",
        "people",
        ["last_four_index", "pinyin", "id"],
        postgresql_include=["region_code", "merged_into_id"],
    )
    for name, first, more in (
        ("ix_people_initials", "initials", []),
        ("ix_people_letters", sa.text("replace(pinyin, ' ', '')"), []),
        ("ix_people_name", "name", []),
        ("ix_people_given", sa.text("substr(name, 2)"), ["name"]),
        ("ix_people_given_second", sa.text("substr(name, 3)"), ["name"]),
    ):
        where = sa.text(STANDING)
        op.create_index(name, "people", [first, "id"], postgresql_include=held + more, postgresql_where=where)
    op.create_index(
        "ix_people_given_third",
        "people",
        [sa.text("substr(name, 4)"), "id"],
        postgresql_include=[*held, "name"],
        postgresql_where=sa.text(f"{STANDING} AND length(name) > 3"),
    )
    op.create_index(
        "ix_people_long_name",
        "people",
        ["id"],
        postgresql_include=[*held, "name"],
        postgresql_where=sa.text(f"{STANDING} AND length(name) > 4"),
    )


# laws
ONE_NUMBER_ONE_PERSON = """
CREATE FUNCTION law_numbers_of_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM fresh JOIN former_numbers f USING (id_number_index)) THEN
    RAISE EXCEPTION 'an identity number that somebody had before is nobody else''s'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_people_id_number';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION law_number_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM former_numbers f WHERE f.id_number_index = NEW.id_number_index AND f.person_id <> NEW.id) THEN
    RAISE EXCEPTION 'an identity number that somebody had before is nobody else''s'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_people_id_number';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION law_former_of_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM people p WHERE p.id_number_index = NEW.id_number_index AND p.id <> NEW.person_id) THEN
    RAISE EXCEPTION 'this identity number is somebody else''s'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'uq_people_id_number';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_numbers_of_others AFTER INSERT ON people REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION law_numbers_of_others();
CREATE TRIGGER law_number_of_another AFTER UPDATE OF id_number_index ON people
  FOR EACH ROW EXECUTE FUNCTION law_number_of_another();
CREATE TRIGGER law_former_of_another AFTER INSERT ON former_numbers
  FOR EACH ROW EXECUTE FUNCTION law_former_of_another();
"""


def _laws() -> None:
    """No status without its event (I7); changes and former numbers only grow; a number is one person's for ever."""
    for table in ("subsidy_uses", "phone_claims", "roster_imports"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
    for table in ("person_changes", "former_numbers"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
    op.execute(ONE_NUMBER_ONE_PERSON)
