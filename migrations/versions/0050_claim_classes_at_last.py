"""A claim's classes are judged as they stand at the end of a transaction, not as each was written on the way."""

from alembic import op

revision = "0050"
down_revision = "0045"

LAW = """
CREATE OR REPLACE FUNCTION law_claim_classes_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM claim_classes k JOIN claims c ON c.id = k.claim_id
    WHERE k.claim_id = NEW.claim_id AND k.class_id = NEW.class_id
      AND (k.whole <> (c.claimant <> 'person') OR k.standing <> (c.status NOT IN ('withdrawn', 'rejected')))
  ) THEN
    RAISE EXCEPTION 'class % of claim % does not stand as its claim', NEW.class_id, NEW.claim_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'law_claim_classes';
  END IF;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Put the law in the place of one that refused a claim made and withdrawn at one go."""
    op.execute(LAW)
