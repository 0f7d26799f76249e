"""Guardians' accounts: whose card a trainee's money may go to, why, and by which two officers."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

TOUCHED = """
CREATE FUNCTION law_guardian_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE claim_lines SET changes = changes + 1 WHERE person_id = NEW.person_id AND payee = 'trainee';
  RETURN NULL;
END $$;
CREATE TRIGGER law_guardian_touched AFTER UPDATE OF status ON guardian_accounts FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION law_guardian_touched();
CREATE FUNCTION law_guardian_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'guardian account % stays as it was stated', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_guardian_stands';
END $$;
CREATE TRIGGER law_guardian_stands BEFORE UPDATE ON guardian_accounts FOR EACH ROW
  WHEN ((OLD.person_id, OLD.holder_name, OLD.relation, OLD.account_sealed, OLD.holder_number_sealed, OLD.bank,
         OLD.reason, OLD.proof, OLD.stated_by, OLD.stated_at)
        IS DISTINCT FROM
        (NEW.person_id, NEW.holder_name, NEW.relation, NEW.account_sealed, NEW.holder_number_sealed, NEW.bank,
         NEW.reason, NEW.proof, NEW.stated_by, NEW.stated_at))
  EXECUTE FUNCTION law_guardian_stands();
CREATE OR REPLACE FUNCTION law_voucher_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM vouchers v JOIN classes k ON k.id = NEW.class_id JOIN courses c ON c.id = k.course_id
      JOIN people holder ON holder.id = v.person_id JOIN people trainee ON trainee.id = NEW.person_id
    WHERE v.id = NEW.voucher_id
      AND coalesce(holder.merged_into_id, holder.id) = coalesce(trainee.merged_into_id, trainee.id)
      AND k.start_on BETWEEN v.from_on AND v.until_on
      AND (v.occupation_id IS NULL OR v.occupation_id = c.occupation_id)
  ) THEN
    RAISE EXCEPTION 'voucher % does not fit line %', NEW.voucher_id, NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_voucher_fits';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON guardian_accounts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event();
CREATE TRIGGER law_stays BEFORE DELETE OR TRUNCATE ON guardian_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "guardian_accounts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "stated",
                "confirmed",
                "refused",
                "ended",
                name="guardianstatus_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("holder_name", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("holder_number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("account_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("stated_by", sa.String(length=40), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("seal_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status = 'stated') = (decided_by IS NULL)", name=op.f("ck_guardian_accounts_decided")),
        sa.CheckConstraint("decided_by <> stated_by", name=op.f("ck_guardian_accounts_second_officer")),
        sa.CheckConstraint(
            "reason <> '' AND proof <> '' AND holder_name <> '' AND relation <> ''",
            name=op.f("ck_guardian_accounts_with_reason"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('refused', 'ended') OR note <> ''", name=op.f("ck_guardian_accounts_said_why")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_guardian_accounts_person_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_guardian_accounts_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_accounts")),
        sa.UniqueConstraint("seal_id", name=op.f("uq_guardian_accounts_seal_id")),
    )
    op.create_index(op.f("ix_guardian_accounts_person_id"), "guardian_accounts", ["person_id"], unique=False)
    op.create_index(op.f("ix_guardian_accounts_region_code"), "guardian_accounts", ["region_code"], unique=False)
    op.create_index(
        "uq_guardian_accounts_standing",
        "guardian_accounts",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('stated', 'confirmed')"),
    )
    op.add_column("transfers", sa.Column("guardian_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_transfers_guardian_id"), "transfers", "guardian_accounts", ["guardian_id"], ["id"])
    op.create_index(op.f("ix_transfers_guardian_id"), "transfers", ["guardian_id"], unique=False)
    op.create_check_constraint(
        op.f("ck_transfers_guardian_of_trainee"), "transfers", "guardian_id IS NULL OR payee = 'trainee'"
    )
    op.execute(TOUCHED)
