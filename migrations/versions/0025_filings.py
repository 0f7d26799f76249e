"""What a filing holds beyond the four fixes, and the stamped papers scanned back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply."""
    _returns()


def _returns() -> None:
    """Papers that go out with a code, and their scans."""
    op.create_table(
        "printed_forms",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("about_table", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("design", sa.String(length=40), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(code) = 10", name=op.f("ck_printed_forms_code_whole")),
        sa.CheckConstraint("length(snapshot_sha256) = 64", name=op.f("ck_printed_forms_snapshot_whole")),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_printed_forms_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_forms")),
        sa.UniqueConstraint("code", name="uq_printed_forms_code"),
        sa.UniqueConstraint("paper_id", name="uq_printed_forms_paper"),
    )
    op.create_index("ix_printed_forms_about", "printed_forms", ["about_table", "about_id"], unique=False)
    op.create_table(
        "form_scans",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("form_id", sa.BigInteger(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("outdated", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned_by", sa.String(length=40), nullable=False),
        sa.Column("scanned_by_name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["printed_forms.id"], name=op.f("fk_form_scans_form_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.id"], name=op.f("fk_form_scans_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_scans")),
        sa.UniqueConstraint("form_id", "upload_id", name="uq_form_scans_once"),
    )
    op.create_index(op.f("ix_form_scans_form_id"), "form_scans", ["form_id"], unique=False)
    for table in ("printed_forms", "form_scans"):
        op.execute(
            f"CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows()"
        )
