"""Tables and laws of `courses`."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "offered",
                "returned",
                "listed",
                "withdrawn",
                name="coursestatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("school_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("base_mode", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("title_pinyin", sa.String(length=200), nullable=False),
        sa.Column("occupation_id", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("rate_class", sa.String(length=40), nullable=False),
        sa.Column("theory_hours", sa.SmallInteger(), nullable=False),
        sa.Column("practice_hours", sa.SmallInteger(), nullable=False),
        sa.Column(
            "delivery",
            sa.Enum(
                "site",
                "village",
                "both",
                "online",
                name="delivery_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("syllabus", sa.Text(), nullable=False),
        sa.Column("benefits", sa.String(length=400), nullable=False),
        sa.Column("trade", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 5", name=op.f("ck_courses_level_known")),
        sa.CheckConstraint(
            "theory_hours >= 0 AND practice_hours >= 0 AND theory_hours + practice_hours > 0",
            name=op.f("ck_courses_hours_positive"),
        ),
        sa.ForeignKeyConstraint(["occupation_id"], ["occupations.id"], name=op.f("fk_courses_occupation_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_courses_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courses_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_index(op.f("ix_courses_mode"), "courses", ["mode"], unique=False)
    op.create_index(op.f("ix_courses_occupation_id"), "courses", ["occupation_id"], unique=False)
    op.create_index(op.f("ix_courses_region_code"), "courses", ["region_code"], unique=False)
    op.create_index(op.f("ix_courses_school_id"), "courses", ["school_id"], unique=False)
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("courses",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
