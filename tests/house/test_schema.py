"""The migrated schema is what the models say: columns, indexes, and every constraint with its text."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from app.kernel.database import db
from tests.databases import drop_database, make_database

OTHERS = ("procrastinate", "alembic_version")
"""Tables that are not ours to describe."""
COLUMNS = """
SELECT table_name || '.' || column_name AS name,
       concat_ws(' ', udt_name, character_maximum_length, is_nullable, column_default, is_identity,
                 is_generated) AS told
FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
SELECT conrelid::regclass || '.' || conname AS name, pg_get_constraintdef(oid) AS told
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'u', 'p', 'f', 'x')
"""
INDEXES = """
SELECT tablename || '.' || indexname AS name, indexdef AS told FROM pg_indexes WHERE schemaname = 'public'
"""


@pytest.fixture(scope="module")
def from_models(server: str, app: Flask) -> Iterator[Engine]:
    """A database made straight from the models."""
    name = "sidan_models_" + str(app.config["SQLALCHEMY_DATABASE_URI"].database)[-40:]
    engine = create_engine(make_database(server, name))
    with app.app_context():
        db.metadata.create_all(engine)
    yield engine
    engine.dispose()
    drop_database(server, name)


def told(engine: Engine, query: str) -> dict[str, str]:
    """What a database's own catalog says."""
    with engine.connect() as connection:
        rows = connection.execute(text(query))
        return {name: words for name, words in rows if not name.startswith(OTHERS)}


@pytest.mark.parametrize("query", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
def test_migrations_and_models_make_the_same_schema(app: Flask, from_models: Engine, query: str) -> None:
    with app.app_context():
        migrated = told(db.engine, query)
    wanted = told(from_models, query)
    assert len(wanted) > 100
    differences = {name: (migrated.get(name), wanted.get(name)) for name in migrated.keys() | wanted.keys()}
    assert {name: both for name, both in differences.items() if both[0] != both[1]} == {}


def test_alembic_sees_no_difference(app: Flask) -> None:
    def ours(thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:  # noqa: FBT001  # alembic's signature
        table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
        return not str(table).startswith(OTHERS)

    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.usefixtures("session")
def test_no_law_looks_rows_up_by_a_name_which_no_index_of_texts_begins_with() -> None:
    """A trigger's own words are of the type `name`, and keep its collation through a cast: a variable loses it."""
    query = """
        SELECT proname, prosrc FROM pg_proc JOIN pg_language l ON l.oid = prolang
        WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'
    """
    laws = db.session.execute(text(query)).all()
    assert len(laws) > 50
    compares = re.compile(r"WHERE(?:(?!;|THEN).)*?\b\w+\.\w+ *= *TG_TABLE_NAME", re.DOTALL)
    assert [law.proname for law in laws if compares.search(law.prosrc)] == []


@pytest.mark.usefixtures("session")
def test_the_event_of_a_status_is_found_by_the_beginning_of_its_index() -> None:
    """As `law_status_has_event` asks, whichever version of PostgreSQL plans it."""
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    db.session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
    asked = "PREPARE asked(text, bigint) AS SELECT FROM audit_events e WHERE e.subject_type = $1 AND e.subject_id = $2"
    db.session.execute(text(asked))
    plan = "\n".join(db.session.scalars(text("EXPLAIN EXECUTE asked('claims', 1)")))
    assert re.search(r"Index Cond: \(\(\(?subject_type\)?.*subject_id = ", plan), plan
