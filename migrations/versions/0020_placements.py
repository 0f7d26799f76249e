"""Tables and laws of `placements`."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "placements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "expected",
                "confirmed",
                "not_taken",
                name="placementstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("seat_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("post_number", sa.SmallInteger(), nullable=True),
        sa.Column("livelihood", sa.String(length=120), nullable=False),
        sa.Column("took_up_on", sa.Date(), nullable=True),
        sa.Column("pay_fen", sa.BigInteger(), nullable=True),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'confirmed' OR took_up_on IS NOT NULL", name=op.f("ck_placements_confirmed_with_day")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_placements_class_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "post_number"], ["order_posts.order_id", "order_posts.number"], name="fk_placements_post"
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_placements_organization_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_placements_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_placements_region_code")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_placements_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placements")),
        sa.UniqueConstraint("seat_id", name="uq_placements_seat"),
    )
    op.create_index(op.f("ix_placements_class_id"), "placements", ["class_id"], unique=False)
    op.create_index(op.f("ix_placements_organization_id"), "placements", ["organization_id"], unique=False)
    op.create_index(op.f("ix_placements_person_id"), "placements", ["person_id"], unique=False)
    op.create_index(op.f("ix_placements_region_code"), "placements", ["region_code"], unique=False)
    op.create_index(op.f("ix_placements_seat_id"), "placements", ["seat_id"], unique=False)
    _laws()


# laws
CERTIFIED = """
CREATE FUNCTION law_placements_certified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM certificates c
    WHERE c.seat_id = NEW.seat_id AND c.person_id = NEW.person_id AND c.class_id = NEW.class_id
  ) THEN
    RAISE EXCEPTION 'seat % has no certificate', NEW.seat_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_placements_certified';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_placements_certified BEFORE INSERT ON placements
  FOR EACH ROW EXECUTE FUNCTION law_placements_certified();
"""


def _laws() -> None:
    """Only who was certified is placed; no status without its event (I7)."""
    op.execute(CERTIFIED)
    for table in ("placements",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
