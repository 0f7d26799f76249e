"""Expected quotas, appropriations against them, and a year-end reviewed by a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

POTS = ["appropriated", "expected", "available", "reserved", "owed", "paid", "recovered"]
KINDS = [
    "appropriate",
    "reserve",
    "release",
    "owe",
    "cancel",
    "pay",
    "return",
    "close_year",
    "carry_over",
    "expect",
    "unexpect",
    "recover",
    "use_again",
]
FIGURES = ("appropriated", "expected", "available", "reserved", "owed", "paid", "recovered")


def upgrade() -> None:
    """Apply."""
    _pots()
    _quotas()
    _year_ends()
    _legs()
    for law in (PAID_FROM_APPROPRIATED, WHOLE_MOVEMENT, BALANCE_BY_POSTING, CLOSED_BY_TWO):
        op.execute(law)
    for table in ("quotas", "year_ends"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )


def _known(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _pots() -> None:
    op.drop_constraint(op.f("ck_ledger_accounts_pot_known"), "ledger_accounts", type_="check")
    op.create_check_constraint(op.f("ck_ledger_accounts_pot_known"), "ledger_accounts", f"pot IN ({_known(POTS)})")
    op.drop_constraint(op.f("ck_ledger_accounts_never_overdrawn"), "ledger_accounts", type_="check")
    op.create_check_constraint(
        op.f("ck_ledger_accounts_never_overdrawn"),
        "ledger_accounts",
        "pot IN ('appropriated', 'expected') OR balance_fen >= 0",
    )
    op.create_check_constraint(
        op.f("ck_ledger_accounts_never_more_than_expected"), "ledger_accounts", "pot <> 'expected' OR balance_fen <= 0"
    )
    op.drop_constraint(op.f("ck_ledger_movements_movementkind_known"), "ledger_movements", type_="check")
    op.create_check_constraint(
        op.f("ck_ledger_movements_movementkind_known"), "ledger_movements", f"kind IN ({_known(KINDS)})"
    )
    op.execute(
        "INSERT INTO ledger_accounts (budget_id, pot, balance_fen) "
        "SELECT id, pot, 0 FROM budgets CROSS JOIN (VALUES ('expected'), ('recovered')) AS added (pot)"
    )


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _quotas() -> None:
    op.create_table(
        "quotas",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("status", _enum("quotastatus_known", "asked", "authorized", "refused", "taken_back"), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_for", sa.String(length=40), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_quotas_amount_positive")),
        sa.CheckConstraint("(status = 'asked') = (decided_by IS NULL)", name=op.f("ck_quotas_decided_by_somebody")),
        sa.CheckConstraint(
            "decided_by <> asked_by AND decided_by <> coalesce(asked_for, '')", name=op.f("ck_quotas_by_two")
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_quotas_budget_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
    )
    op.create_index(op.f("ix_quotas_budget_id"), "quotas", ["budget_id"], unique=False)


def _year_ends() -> None:
    op.create_table(
        "year_ends",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("status", _enum("yearendstatus_known", "prepared", "confirmed", "dropped"), nullable=False),
        sa.Column("budget_id", sa.BigInteger(), nullable=False),
        *(sa.Column(f"{name}_fen", sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.Column("prepared_by", sa.String(length=40), nullable=False),
        sa.Column("prepared_for", sa.String(length=40), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'prepared') = (decided_by IS NULL)", name=op.f("ck_year_ends_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "status <> 'confirmed' OR (decided_by <> prepared_by AND decided_by <> coalesce(prepared_for, ''))",
            name=op.f("ck_year_ends_by_two"),
        ),
        sa.CheckConstraint(
            "appropriated_fen + expected_fen = available_fen + reserved_fen + owed_fen + paid_fen + recovered_fen",
            name=op.f("ck_year_ends_both_sides_equal"),
        ),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_year_ends_budget_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_ends")),
    )
    op.create_index(op.f("ix_year_ends_budget_id"), "year_ends", ["budget_id"], unique=False)
    op.create_index(
        "uq_year_ends_open", "year_ends", ["budget_id"], unique=True, postgresql_where=sa.text("status <> 'dropped'")
    )


def _legs() -> None:
    """Each movement says how many postings it has; those there are counted once, while the law looks away."""
    op.add_column("ledger_movements", sa.Column("legs", sa.SmallInteger(), nullable=True))
    op.execute("ALTER TABLE ledger_movements DISABLE TRIGGER law_only_grows")
    op.execute(
        "UPDATE ledger_movements SET legs = counted.postings FROM "
        "(SELECT movement_id, count(*) AS postings FROM ledger_postings GROUP BY movement_id) AS counted "
        "WHERE counted.movement_id = ledger_movements.id"
    )
    op.execute("ALTER TABLE ledger_movements ENABLE TRIGGER law_only_grows")
    op.alter_column("ledger_movements", "legs", nullable=False)


# laws
PAID_FROM_APPROPRIATED = """
CREATE FUNCTION law_paid_from_appropriated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  posted ledger_accounts%ROWTYPE;
BEGIN
  SELECT * INTO posted FROM ledger_accounts WHERE id = NEW.account_id;
  IF posted.pot IN ('paid', 'recovered', 'appropriated') AND (
    SELECT sum(balance_fen) FROM ledger_accounts
    WHERE budget_id = posted.budget_id AND pot IN ('paid', 'recovered', 'appropriated')
  ) > 0 THEN
    RAISE EXCEPTION 'budget % paid more than was appropriated', posted.budget_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_paid_from_appropriated';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_paid_from_appropriated AFTER INSERT ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_paid_from_appropriated();
"""
WHOLE_MOVEMENT = """
CREATE OR REPLACE FUNCTION law_posting_in_its_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told smallint;
  found bigint;
  total bigint;
BEGIN
  SELECT legs INTO told FROM ledger_movements WHERE id = NEW.movement_id;
  SELECT count(*), sum(amount_fen) INTO found, total FROM ledger_postings WHERE movement_id = NEW.movement_id;
  IF total <> 0 THEN
    RAISE EXCEPTION 'the postings of movement % do not sum to zero', NEW.movement_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_postings_sum_to_zero';
  END IF;
  IF found <> told THEN
    RAISE EXCEPTION 'movement % has % postings and says %', NEW.movement_id, found, told
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_posting_in_its_movement';
  END IF;
  RETURN NULL;
END $$;
"""
BALANCE_BY_POSTING = """
CREATE FUNCTION law_balance_by_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'a balance moves only by a posting'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_balance_by_posting';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER law_balance_by_posting BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_accounts
  FOR EACH STATEMENT EXECUTE FUNCTION law_balance_by_posting();
"""
CLOSED_BY_TWO = """
CREATE FUNCTION law_budget_closed_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.carried_into_id IS NOT NULL AND OLD.carried_into_id IS NULL AND NOT EXISTS (
    SELECT FROM year_ends WHERE budget_id = NEW.id AND status = 'confirmed'
  ) THEN
    RAISE EXCEPTION 'budget % was carried over without a second person', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_budget_closed_by_two';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER law_budget_closed_by_two AFTER UPDATE OF carried_into_id ON budgets
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_budget_closed_by_two();
CREATE FUNCTION law_budget_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.region_code, NEW.fund_source, NEW.year) IS DISTINCT FROM (OLD.region_code, OLD.fund_source, OLD.year)
     OR (OLD.carried_into_id IS NOT NULL AND NEW.carried_into_id IS DISTINCT FROM OLD.carried_into_id) THEN
    RAISE EXCEPTION 'budget % stays what it is, and a closed one stays closed', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_budget_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER law_budget_stays BEFORE UPDATE ON budgets
  FOR EACH ROW EXECUTE FUNCTION law_budget_stays();
"""
