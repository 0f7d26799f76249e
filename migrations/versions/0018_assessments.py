"""Tables and laws of `assessments`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = '0017'


def upgrade() -> None:
    """Apply."""
    op.create_table('marks',
    sa.Column('seat_id', sa.BigInteger(), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('theory', sa.SmallInteger(), nullable=True),
    sa.Column('practice', sa.SmallInteger(), nullable=True),
    sa.Column('absent', sa.Boolean(), nullable=False),
    sa.Column('by_key', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(theory IS NULL OR theory BETWEEN 0 AND 100) AND (practice IS NULL OR practice BETWEEN 0 AND 100)', name=op.f('ck_marks_out_of_hundred')),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_marks_class_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_marks_seat_id')),
    sa.PrimaryKeyConstraint('seat_id', name=op.f('pk_marks'))
    )
    op.create_index(op.f('ix_marks_class_id'), 'marks', ['class_id'], unique=False)
    op.create_table('outcomes',
    sa.Column('seat_id', sa.BigInteger(), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('attended_hours', sa.SmallInteger(), nullable=False),
    sa.Column('planned_hours', sa.SmallInteger(), nullable=False),
    sa.Column('theory', sa.SmallInteger(), nullable=True),
    sa.Column('practice', sa.SmallInteger(), nullable=True),
    sa.Column('present_enough', sa.Boolean(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('policy_pack_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_key', sa.String(length=40), nullable=False),
    sa.CheckConstraint('NOT passed OR present_enough', name=op.f('ck_outcomes_passed_only_if_present')),
    sa.CheckConstraint('attended_hours >= 0 AND planned_hours > 0', name=op.f('ck_outcomes_hours_positive')),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_outcomes_class_id')),
    sa.ForeignKeyConstraint(['policy_pack_id'], ['policy_packs.id'], name=op.f('fk_outcomes_policy_pack_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_outcomes_seat_id')),
    sa.PrimaryKeyConstraint('seat_id', name=op.f('pk_outcomes')),
    sa.UniqueConstraint('seat_id', 'present_enough', 'passed', name='uq_outcomes_for_certificate')
    )
    op.create_index(op.f('ix_outcomes_class_id'), 'outcomes', ['class_id'], unique=False)
    op.create_index(op.f('ix_outcomes_policy_pack_id'), 'outcomes', ['policy_pack_id'], unique=False)
