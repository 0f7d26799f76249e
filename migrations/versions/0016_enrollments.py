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
    _denials()
    _laws()


def _denials() -> None:
    """Links to say no, answers given aloud, and the cases of people who never agreed."""
    op.create_table(
        "denial_links",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_denial_links_enrollment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denial_links")),
        sa.UniqueConstraint("enrollment_id", name="uq_denial_links_enrollment"),
        sa.UniqueConstraint("token_hash", name="uq_denial_links_token"),
    )
    op.create_table(
        "asked_aloud",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_asked_aloud_enrollment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_aloud")),
        sa.UniqueConstraint("enrollment_id", name="uq_asked_aloud_enrollment"),
    )
    op.create_table(
        "denials",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "upheld",
                "rejected",
                name="denialstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("enrollment_id", sa.BigInteger(), nullable=False),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("signed_up_by", sa.String(length=40), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "link",
                "asked_aloud",
                "hotline",
                "inspection",
                name="denialway_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(status = 'open') = (decided_by IS NULL)", name=op.f("ck_denials_decided_by_someone")),
        sa.CheckConstraint("status = 'open' OR reason <> ''", name=op.f("ck_denials_decided_with_reason")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> signed_up_by", name=op.f("ck_denials_decider_is_another")
        ),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name=op.f("fk_denials_enrollment_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_denials_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_denials_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denials")),
    )
    op.create_index(op.f("ix_denials_enrollment_id"), "denials", ["enrollment_id"], unique=False)
    op.create_index(op.f("ix_denials_region_code"), "denials", ["region_code"], unique=False)
    op.create_index(op.f("ix_denials_school_id"), "denials", ["school_id"], unique=False)
    op.create_index(op.f("ix_denials_signed_up_by"), "denials", ["signed_up_by"], unique=False)
    op.create_index(op.f("ix_denials_status"), "denials", ["status"], unique=False)
    op.create_index(
        "uq_denials_open", "denials", ["enrollment_id"], unique=True, postgresql_where=sa.text("status = 'open'")
    )


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("enrollments", "denials"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
