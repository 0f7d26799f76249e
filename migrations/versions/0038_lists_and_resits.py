"""Assessment lists that grow; another assessor by variation."""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Apply."""
    op.execute(JOINED)
    op.execute("ALTER TABLE variations DROP CONSTRAINT ck_variations_variationkind_known")
    op.execute(f"ALTER TABLE variations ADD CONSTRAINT ck_variations_variationkind_known CHECK (kind IN ({KINDS}))")


KINDS = (
    "'refill', 'withdraw', 'change_site', 'change_direction', 'change_post', 'change_assessor', 'postpone', 'move_session', "
    "'change_teacher', 'make_up', 'transfer', 'merge', 'cancel'"
)
JOINED = """
INSERT INTO assessment_listed (class_id, sitting, seat_id, at)
SELECT c.id, s.number, e.id, greatest(e.created_at, s.listed_at)
FROM assessment_sittings s
JOIN classes c ON c.id = s.class_id AND c.status IN ('approved', 'running', 'suspended', 'ended')
JOIN seats e ON e.class_id = c.id AND e.status = 'fixed'
WHERE s.number = 1
  AND NOT EXISTS (SELECT 1 FROM assessment_listed l WHERE l.class_id = c.id AND l.sitting = 1 AND l.seat_id = e.id)
"""
"""The list of a first sitting holds everybody in the class; until now a refill or a move after it left somebody out."""
