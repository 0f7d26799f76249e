"""Tables and laws of `people`."""

import sqlalchemy as sa
from alembic import op

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
    op.create_index(op.f("ix_households_head_id"), "households", ["head_id"], unique=False)
    op.create_index(op.f("ix_households_region_code"), "households", ["region_code"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("pinyin", sa.String(length=160), nullable=False),
        sa.Column("initials", sa.String(length=40), nullable=False),
        sa.Column("id_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
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
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_people_household_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_people_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_people_seal_id")),
    )
    op.create_index(op.f("ix_people_household_id"), "people", ["household_id"], unique=False)
    op.create_index("ix_people_initials", "people", ["initials"], unique=False)
    op.create_index(op.f("ix_people_last_four_index"), "people", ["last_four_index"], unique=False)
    op.create_index("ix_people_name", "people", ["name"], unique=False)
    op.create_index(op.f("ix_people_payee_account_index"), "people", ["payee_account_index"], unique=False)
    op.create_index(op.f("ix_people_phone_index"), "people", ["phone_index"], unique=False)
    op.create_index(op.f("ix_people_region_code"), "people", ["region_code"], unique=False)
    op.create_index("uq_people_id_number", "people", ["id_number_index"], unique=True)
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
    op.create_index(op.f("ix_group_memberships_person_id"), "group_memberships", ["person_id"], unique=False)
    op.create_table(
        "subsidy_uses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "reserved",
                "used",
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
        postgresql_where="status IN ('reserved', 'used')",
    )
    op.create_index(
        "uq_subsidy_uses_same_training",
        "subsidy_uses",
        ["person_id", "occupation_code", "level"],
        unique=True,
        postgresql_where="status IN ('reserved', 'used')",
    )
    op.create_index(
        "uq_subsidy_uses_slot",
        "subsidy_uses",
        ["person_id", "slot"],
        unique=True,
        postgresql_where="status IN ('reserved', 'used')",
    )
    op.create_foreign_key(op.f("fk_households_head_id"), "households", "people", ["head_id"], ["id"], use_alter=True)
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("subsidy_uses",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
