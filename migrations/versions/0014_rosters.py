"""Tables and laws of `rosters`."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "plans",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "confirmed",
                "closed",
                name="planstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("course_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("headcount", sa.SmallInteger(), nullable=False),
        sa.Column("estimate_fen", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("headcount BETWEEN 1 AND 2000", name=op.f("ck_plans_headcount_sensible")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_plans_budget_id")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_plans_course_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_plans_order_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_plans_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(op.f("ix_plans_budget_id"), "plans", ["budget_id"], unique=False)
    op.create_index(op.f("ix_plans_course_id"), "plans", ["course_id"], unique=False)
    op.create_index(op.f("ix_plans_order_id"), "plans", ["order_id"], unique=False)
    op.create_index(op.f("ix_plans_region_code"), "plans", ["region_code"], unique=False)
    op.create_table(
        "plan_names",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_plan_names_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_names_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_names")),
        sa.UniqueConstraint("plan_id", "person_id", name="uq_plan_names_person"),
    )
    op.create_index(op.f("ix_plan_names_person_id"), "plan_names", ["person_id"], unique=False)
    op.create_index(op.f("ix_plan_names_plan_id"), "plan_names", ["plan_id"], unique=False)
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("plans",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
