"""Tables and laws of `orders`."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "placed",
                "returned",
                "verified",
                "withdrawn",
                "closed",
                name="orderstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "hiring",
                "piecework",
                "joint_production",
                "public_welfare",
                "project",
                name="orderkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("occupation_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("headcount", sa.SmallInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("workplace", sa.String(length=120), nullable=False),
        sa.Column(
            "pay_basis",
            sa.Enum("monthly", "piece", name="paybasis_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("pay_from_fen", sa.BigInteger(), nullable=False),
        sa.Column("pay_to_fen", sa.BigInteger(), nullable=False),
        sa.Column("pay_unit", sa.String(length=10), nullable=False),
        sa.Column("materials_supplied", sa.Boolean(), nullable=False),
        sa.Column("bought_back", sa.Boolean(), nullable=False),
        sa.Column("home_based", sa.Boolean(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("abilities", sa.Text(), nullable=False),
        sa.Column("relations_note", sa.String(length=400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'piecework' OR (materials_supplied AND bought_back)",
            name=op.f("ck_orders_piecework_supplied_and_bought"),
        ),
        sa.CheckConstraint("headcount BETWEEN 1 AND 2000", name=op.f("ck_orders_headcount_sensible")),
        sa.CheckConstraint("pay_from_fen > 0 AND pay_to_fen >= pay_from_fen", name=op.f("ck_orders_pay_from_to")),
        sa.ForeignKeyConstraint(["occupation_id"], ["occupations.id"], name=op.f("fk_orders_occupation_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_orders_organization_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_orders_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_occupation_id"), "orders", ["occupation_id"], unique=False)
    op.create_index(op.f("ix_orders_organization_id"), "orders", ["organization_id"], unique=False)
    op.create_index(op.f("ix_orders_region_code"), "orders", ["region_code"], unique=False)
    op.create_table(
        "order_posts",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_order_posts_numbered")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_posts_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_posts")),
    )
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("orders",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
