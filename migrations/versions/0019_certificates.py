"""Tables and laws of `certificates`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = '0018'


def upgrade() -> None:
    """Apply."""
    op.create_table('certificate_batches',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('printing', 'ready', name='batchstatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('paper_id', sa.BigInteger(), nullable=True),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_certificate_batches_class_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_certificate_batches_paper_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_certificate_batches_region_code')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_certificate_batches_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_batches'))
    )
    op.create_index(op.f('ix_certificate_batches_class_id'), 'certificate_batches', ['class_id'], unique=False)
    op.create_index(op.f('ix_certificate_batches_paper_id'), 'certificate_batches', ['paper_id'], unique=False)
    op.create_index(op.f('ix_certificate_batches_region_code'), 'certificate_batches', ['region_code'], unique=False)
    op.create_index(op.f('ix_certificate_batches_school_id'), 'certificate_batches', ['school_id'], unique=False)
    op.create_table('certificate_serials',
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('last', sa.SmallInteger(), nullable=False),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_certificate_serials_class_id')),
    sa.PrimaryKeyConstraint('class_id', name=op.f('pk_certificate_serials'))
    )
    op.create_table('certificates',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('valid', 'revoked', 'replaced', name='certificatestatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('serial', sa.SmallInteger(), nullable=False),
    sa.Column('token', sa.String(length=32), nullable=False),
    sa.Column('seat_id', sa.BigInteger(), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('present_enough', sa.Boolean(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('facts_sha256', sa.String(length=64), nullable=False),
    sa.Column('paper_id', sa.BigInteger(), nullable=True),
    sa.Column('replaces_id', sa.BigInteger(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issued_by', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.CheckConstraint('present_enough AND passed', name=op.f('ck_certificates_only_passed')),
    sa.ForeignKeyConstraint(['batch_id'], ['certificate_batches.id'], name=op.f('fk_certificates_batch_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_certificates_class_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_certificates_paper_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_certificates_person_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_certificates_region_code')),
    sa.ForeignKeyConstraint(['replaces_id'], ['certificates.id'], name=op.f('fk_certificates_replaces_id')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_certificates_school_id')),
    sa.ForeignKeyConstraint(['seat_id', 'present_enough', 'passed'], ['outcomes.seat_id', 'outcomes.present_enough', 'outcomes.passed'], name='fk_certificates_outcome'),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_certificates_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificates')),
    sa.UniqueConstraint('class_id', 'serial', name='uq_certificates_serial'),
    sa.UniqueConstraint('number', name='uq_certificates_number'),
    sa.UniqueConstraint('token', name='uq_certificates_token')
    )
    op.create_index(op.f('ix_certificates_batch_id'), 'certificates', ['batch_id'], unique=False)
    op.create_index(op.f('ix_certificates_class_id'), 'certificates', ['class_id'], unique=False)
    op.create_index(op.f('ix_certificates_paper_id'), 'certificates', ['paper_id'], unique=False)
    op.create_index(op.f('ix_certificates_person_id'), 'certificates', ['person_id'], unique=False)
    op.create_index(op.f('ix_certificates_region_code'), 'certificates', ['region_code'], unique=False)
    op.create_index(op.f('ix_certificates_replaces_id'), 'certificates', ['replaces_id'], unique=False)
    op.create_index(op.f('ix_certificates_school_id'), 'certificates', ['school_id'], unique=False)
    op.create_index(op.f('ix_certificates_seat_id'), 'certificates', ['seat_id'], unique=False)
    op.create_index('uq_certificates_valid', 'certificates', ['seat_id'], unique=True, postgresql_where=sa.text("status = 'valid'"))
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("certificates", "certificate_batches",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
