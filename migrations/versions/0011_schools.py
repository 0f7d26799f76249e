"""Tables and laws of `schools`."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "schools",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "filed",
                "listed",
                "suspended",
                "removed",
                name="schoolstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("license_number", sa.String(length=40), nullable=False),
        sa.Column("license_from_on", sa.Date(), nullable=False),
        sa.Column("license_until_on", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("license_until_on > license_from_on", name=op.f("ck_schools_license_ends_after_start")),
        sa.ForeignKeyConstraint(["id"], ["organizations.id"], name=op.f("fk_schools_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_schools_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schools")),
        sa.UniqueConstraint("code", name=op.f("uq_schools_code")),
    )
    op.create_index(op.f("ix_schools_id"), "schools", ["id"], unique=False)
    op.create_index(op.f("ix_schools_region_code"), "schools", ["region_code"], unique=False)
    op.create_table(
        "instructors",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("teaches", sa.Boolean(), nullable=False),
        sa.Column("assesses", sa.Boolean(), nullable=False),
        sa.Column("qualification", sa.String(length=120), nullable=False),
        sa.Column("valid_until_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("teaches OR assesses", name=op.f("ck_instructors_does_something")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_instructors_school_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_instructors_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instructors")),
        sa.UniqueConstraint("school_id", "user_id", name="uq_instructors_user"),
    )
    op.create_index(op.f("ix_instructors_school_id"), "instructors", ["school_id"], unique=False)
    op.create_index(op.f("ix_instructors_user_id"), "instructors", ["user_id"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("in_village", sa.Boolean(), nullable=False),
        sa.Column("keeper_name", sa.String(length=40), nullable=False),
        sa.Column("keeper_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 500", name=op.f("ck_sites_capacity_sensible")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_sites_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_sites_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_sites_seal_id")),
    )
    op.create_index(op.f("ix_sites_region_code"), "sites", ["region_code"], unique=False)
    op.create_index(op.f("ix_sites_school_id"), "sites", ["school_id"], unique=False)
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("schools",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
