"""Seals and texts of papers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0041"
down_revision = "0040"

FROZEN = """
CREATE FUNCTION law_print_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what stood on papers stays written down'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_print_history';
END $$;
CREATE TRIGGER law_print_history BEFORE UPDATE OR DELETE ON print_texts
  FOR EACH ROW EXECUTE FUNCTION law_print_history();
CREATE TRIGGER law_print_history BEFORE UPDATE OR DELETE ON seals
  FOR EACH ROW EXECUTE FUNCTION law_print_history();
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "print_texts",
        *_owned("print_texts"),
        sa.Column("design", sa.String(length=40), nullable=False),
        sa.Column("texts", JSONB(), nullable=False),
        sa.Column("demanded", JSONB(), nullable=False),
    )
    op.create_table(
        "seals",
        *_owned("seals"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_seals_upload_id")),
    )
    for table, of in (("print_texts", ["design"]), ("seals", [])):
        for side, column in (("region", "region_code"), ("school", "school_id")):
            op.create_index(
                f"uq_{table}_{side}",
                table,
                [column, *of, "revision"],
                unique=True,
                postgresql_where=sa.text(f"{column} IS NOT NULL"),
            )
    op.execute(FROZEN)


def _owned(table: str) -> list[sa.Column[object] | sa.Constraint]:
    """What both tables have: whose it is, which revision, by whom."""
    return [
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("school_id", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=40), nullable=False),
        sa.Column("set_by_name", sa.String(length=80), nullable=False),
        sa.CheckConstraint("num_nonnulls(region_code, school_id) = 1", name=op.f(f"ck_{table}_of_one_owner")),
        sa.CheckConstraint("revision > 0", name=op.f(f"ck_{table}_counted_from_one")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f(f"fk_{table}_region_code")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f(f"fk_{table}_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
