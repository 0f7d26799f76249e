"""Tables and laws of `enrollments`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "enrollments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "enrolled",
                "waiting",
                "offered",
                "withdrawn",
                "lapsed",
                "left",
                "completed",
                "not_reached",
                "cancelled",
                name="enrollmentstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", sa.BigInteger(), nullable=True),
        sa.Column("waiting_no", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_place", sa.SmallInteger(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column(
            "consent",
            sa.Enum(
                "own_code",
                "signed_slip",
                "witnessed",
                name="consent_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("consent_upload_id", sa.BigInteger(), nullable=True),
        sa.Column("consent_note", sa.String(length=200), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status <> 'enrolled' OR seat_id IS NOT NULL", name=op.f("ck_enrollments_enrolled_has_seat")
        ),
        sa.CheckConstraint(
            "status <> 'waiting' OR (seat_id IS NULL AND waiting_no IS NOT NULL)",
            name=op.f("ck_enrollments_seat_or_number"),
        ),
        sa.CheckConstraint(
            "status <> 'offered' OR (offer_until IS NOT NULL AND (seat_id IS NULL) = (offer_place IS NOT NULL))",
            name=op.f("ck_enrollments_offer_holds_a_place"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_enrollments_class_id")),
        sa.ForeignKeyConstraint(["consent_upload_id"], ["uploads.id"], name=op.f("fk_enrollments_consent_upload_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrollments_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_enrollments_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_enrollments_school_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_enrollments_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollments")),
    )
    op.create_index(op.f("ix_enrollments_class_id"), "enrollments", ["class_id"], unique=False)
    op.create_index(op.f("ix_enrollments_consent_upload_id"), "enrollments", ["consent_upload_id"], unique=False)
    op.create_index(op.f("ix_enrollments_person_id"), "enrollments", ["person_id"], unique=False)
    op.create_index(op.f("ix_enrollments_region_code"), "enrollments", ["region_code"], unique=False)
    op.create_index(op.f("ix_enrollments_school_id"), "enrollments", ["school_id"], unique=False)
    op.create_index(
        "uq_enrollments_person_active",
        "enrollments",
        ["class_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('enrolled', 'waiting', 'offered')"),
    )
    op.create_index(
        "uq_enrollments_offer_place",
        "enrollments",
        ["class_id", "offer_place"],
        unique=True,
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index(
        "ix_enrollments_offer_until",
        "enrollments",
        ["offer_until"],
        unique=False,
        postgresql_where=sa.text("status = 'offered'"),
    )
    op.create_index("uq_enrollments_seat", "enrollments", ["seat_id"], unique=True)
    op.create_index("uq_enrollments_waiting_no", "enrollments", ["class_id", "waiting_no"], unique=True)
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("enrollments",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
