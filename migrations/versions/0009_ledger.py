"""Tables and laws of `ledger`."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "budgets",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("fund_source", sa.String(length=60), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_into_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (carried_into_id IS NULL)", name=op.f("ck_budgets_closed_into_next")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name=op.f("ck_budgets_year_sensible")),
        sa.ForeignKeyConstraint(["carried_into_id"], ["budgets.id"], name=op.f("fk_budgets_carried_into_id")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_budgets_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("region_code", "fund_source", "year", name="uq_budgets_region_source_year"),
    )
    op.create_index(op.f("ix_budgets_carried_into_id"), "budgets", ["carried_into_id"], unique=False)
    op.create_index(op.f("ix_budgets_region_code"), "budgets", ["region_code"], unique=False)
    op.create_table(
        "ledger_movements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "appropriate",
                "reserve",
                "release",
                "owe",
                "cancel",
                "pay",
                "return",
                "close_year",
                "carry_over",
                name="movementkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("once_key", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_ledger_movements_budget_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_movements")),
        sa.UniqueConstraint("once_key", name="uq_ledger_movements_once"),
    )
    op.create_index("ix_ledger_movements_reference", "ledger_movements", ["reference"], unique=False)
    op.create_index(op.f("ix_ledger_movements_budget_id"), "ledger_movements", ["budget_id"], unique=False)
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "pot",
            sa.Enum(
                "appropriated",
                "available",
                "reserved",
                "owed",
                "paid",
                name="pot_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pot = 'appropriated' OR balance_fen >= 0", name=op.f("ck_ledger_accounts_never_overdrawn")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_ledger_accounts_budget_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("budget_id", "pot", name="uq_ledger_accounts_pot"),
    )
    op.create_index(op.f("ix_ledger_accounts_budget_id"), "ledger_accounts", ["budget_id"], unique=False)
    op.create_table(
        "ledger_postings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("movement_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_ledger_postings_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_postings_account_id")),
        sa.ForeignKeyConstraint(["movement_id"], ["ledger_movements.id"], name=op.f("fk_ledger_postings_movement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_postings")),
    )
    op.create_index(op.f("ix_ledger_postings_account_id"), "ledger_postings", ["account_id"], unique=False)
    op.create_index(op.f("ix_ledger_postings_movement_id"), "ledger_postings", ["movement_id"], unique=False)
    _laws()


# laws
BALANCES = """
CREATE FUNCTION law_posting_moves_balance() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE ledger_accounts SET balance_fen = balance_fen + NEW.amount_fen WHERE id = NEW.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER law_posting_moves_balance AFTER INSERT ON ledger_postings
  FOR EACH ROW EXECUTE FUNCTION law_posting_moves_balance();
"""
SUM_TO_ZERO = """
CREATE FUNCTION law_postings_sum_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(amount_fen), 1) FROM ledger_postings WHERE movement_id = NEW.id) <> 0 THEN
    RAISE EXCEPTION 'the postings of movement % do not sum to zero', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_postings_sum_to_zero';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_postings_sum_to_zero AFTER INSERT ON ledger_movements
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_postings_sum_to_zero();
CREATE FUNCTION law_posting_in_its_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(amount_fen) FROM ledger_postings WHERE movement_id = NEW.movement_id) <> 0 THEN
    RAISE EXCEPTION 'the postings of movement % do not sum to zero', NEW.movement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_postings_sum_to_zero';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_posting_in_its_movement AFTER INSERT ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_posting_in_its_movement();
"""
ONE_BUDGET = """
CREATE FUNCTION law_movement_in_one_budget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT budget_id FROM ledger_accounts WHERE id = NEW.account_id)
     <> (SELECT budget_id FROM ledger_movements WHERE id = NEW.movement_id) THEN
    RAISE EXCEPTION 'movement % posts to an account of another budget', NEW.movement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_movement_in_one_budget';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_movement_in_one_budget AFTER INSERT ON ledger_postings
  FOR EACH ROW EXECUTE FUNCTION law_movement_in_one_budget();
CREATE FUNCTION law_account_starts_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.balance_fen <> 0 THEN
    RAISE EXCEPTION 'an account starts empty'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_account_starts_empty';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_account_starts_empty BEFORE INSERT ON ledger_accounts
  FOR EACH ROW EXECUTE FUNCTION law_account_starts_empty();
"""
ONLY_GROW = """
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
CREATE TRIGGER law_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movements
  FOR EACH STATEMENT EXECUTE FUNCTION law_only_grows();
"""


def _laws() -> None:
    """A balance moves only by a posting; postings sum to zero; nothing posted is ever changed (I4)."""
    op.execute(BALANCES)
    op.execute(SUM_TO_ZERO)
    op.execute(ONE_BUDGET)
    op.execute(ONLY_GROW)
