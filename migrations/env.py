"""Run the migrations as the owner of the tables, then give the application's role exactly what it may do."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text

from app.kernel.database import db

GRANTS = """
GRANT USAGE ON SCHEMA public TO sidan_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO sidan_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO sidan_app;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO sidan_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM sidan_app;
"""
ONLY_GROW = (
    "audit_events",
    "ledger_accounts",
    "ledger_movements",
    "ledger_postings",
    "policy_packs",
    "attendance_entries",
    "class_fixes",
    "outcomes",
    "person_changes",
    "former_numbers",
    "signings",
    "signing_refusals",
    "check_seeds",
    "clock_marks",
)
"""Tables that the application may add to and read, never change."""


def run() -> None:
    """Bring the schema up to date in one transaction."""
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(738201)"))
        context.configure(connection=connection, target_metadata=db.metadata, compare_type=True)
        context.run_migrations()
        connection.execute(text(GRANTS))
        present = set(connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars())
        for table in sorted(present.intersection(ONLY_GROW)):
            connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM sidan_app"))
    engine.dispose()


run()
