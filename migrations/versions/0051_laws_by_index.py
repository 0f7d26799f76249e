"""Two laws find what they ask for where its index begins, however much there is of it.

- A status's event is looked for by type and id: the type was compared as a `name`, which the index of texts can't begin
  with, so each change of a status walked through the whole index (or, from PostgreSQL 18 on, jumped through every type).
- Whether a later part of a transfer was changed too is asked of the parts in their order: the next one nearly always
  answers, where any order but this one walks through all that stand before it.
"""

from alembic import op

revision = "0051"
down_revision = "0050"

LAWS = """
CREATE OR REPLACE FUNCTION law_status_has_event() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  kind text := TG_TABLE_NAME;  -- a cast in its place would keep the collation of names
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status = NEW.status THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (
    SELECT FROM audit_events e
    WHERE e.subject_type = kind AND e.subject_id = NEW.id
      AND e.status_after = NEW.status AND e.txid = pg_current_xact_id()::text::bigint
      AND (TG_OP = 'INSERT' OR e.status_before = OLD.status)
  ) THEN
    RAISE EXCEPTION 'status of % % changed to % without its event', TG_TABLE_NAME, NEW.id, NEW.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_status_has_event';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION law_parts_agree() RETURNS trigger LANGUAGE plpgsql
  SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
DECLARE
  written cid;
BEGIN
  SELECT cmin INTO written FROM payment_parts WHERE transfer_id = NEW.transfer_id AND line_id = NEW.line_id;
  -- Another part, changed by the same statement or a later one of this transaction, asks in this one's place.
  PERFORM FROM payment_parts
    WHERE transfer_id = NEW.transfer_id AND line_id > NEW.line_id
      AND xmin = pg_current_xact_id()::xid AND cmin::text::bigint >= written::text::bigint
    ORDER BY transfer_id, line_id LIMIT 1;
  IF NOT FOUND THEN
    PERFORM transfer_agrees(NEW.transfer_id);
  END IF;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Put the laws in the place of the slower ones; what they demand is the same."""
    op.execute(LAWS)
