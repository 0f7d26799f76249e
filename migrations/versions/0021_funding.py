"""Tables and laws of `funding`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = '0020'


def upgrade() -> None:
    """Apply."""
    op.create_table('payment_batches',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'settled', name='batchstatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('budget_id', sa.BigInteger(), nullable=False),
    sa.Column('total_fen', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('paper_id', sa.BigInteger(), nullable=True),
    sa.Column('requested_by', sa.String(length=40), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('total_fen > 0', name=op.f('ck_payment_batches_total_positive')),
    sa.ForeignKeyConstraint(['budget_id'], ['budgets.id'], name=op.f('fk_payment_batches_budget_id')),
    sa.ForeignKeyConstraint(['paper_id'], ['papers.id'], name=op.f('fk_payment_batches_paper_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_payment_batches_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_batches')),
    sa.UniqueConstraint('number', name='uq_payment_batches_number')
    )
    op.create_index(op.f('ix_payment_batches_budget_id'), 'payment_batches', ['budget_id'], unique=False)
    op.create_index(op.f('ix_payment_batches_paper_id'), 'payment_batches', ['paper_id'], unique=False)
    op.create_index(op.f('ix_payment_batches_region_code'), 'payment_batches', ['region_code'], unique=False)
    op.create_table('claims',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'submitted', 'cut_proposed', 'first_reviewed', 'second_reviewed', 'signed', 'on_notice', 'approved', 'requested', 'partly_paid', 'paid', 'returned', 'withdrawn', 'rejected', name='claimstatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('school_id', sa.BigInteger(), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('budget_id', sa.BigInteger(), nullable=False),
    sa.Column('policy_pack_id', sa.BigInteger(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('snapshot', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('snapshot_sha256', sa.String(length=64), nullable=True),
    sa.Column('review_due_on', sa.Date(), nullable=True),
    sa.Column('created_by', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['budget_id'], ['budgets.id'], name=op.f('fk_claims_budget_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_claims_class_id')),
    sa.ForeignKeyConstraint(['policy_pack_id'], ['policy_packs.id'], name=op.f('fk_claims_policy_pack_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_claims_region_code')),
    sa.ForeignKeyConstraint(['school_id'], ['schools.id'], name=op.f('fk_claims_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims')),
    sa.UniqueConstraint('number', name='uq_claims_number')
    )
    op.create_index(op.f('ix_claims_budget_id'), 'claims', ['budget_id'], unique=False)
    op.create_index(op.f('ix_claims_class_id'), 'claims', ['class_id'], unique=False)
    op.create_index(op.f('ix_claims_policy_pack_id'), 'claims', ['policy_pack_id'], unique=False)
    op.create_index(op.f('ix_claims_region_code'), 'claims', ['region_code'], unique=False)
    op.create_index(op.f('ix_claims_school_id'), 'claims', ['school_id'], unique=False)
    op.create_index(op.f('ix_claims_status'), 'claims', ['status'], unique=False)
    op.create_table('claim_duties',
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('duty', sa.Enum('filed', 'issued', 'first_review', 'second_review', 'sign', 'request', 'confirm', name='duty_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('person_key', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claims.id'], name=op.f('fk_claim_duties_claim_id')),
    sa.PrimaryKeyConstraint('claim_id', 'duty', 'person_key', name=op.f('pk_claim_duties')),
    sa.UniqueConstraint('claim_id', 'person_key', name='uq_claim_duties_person')
    )
    op.create_table('notices',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('rows', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('published_by', sa.String(length=40), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_notices_ends_after_start')),
    sa.ForeignKeyConstraint(['claim_id'], ['claims.id'], name=op.f('fk_notices_claim_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_notices_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
    sa.UniqueConstraint('claim_id', 'number', name='uq_notices_number')
    )
    op.create_index(op.f('ix_notices_claim_id'), 'notices', ['claim_id'], unique=False)
    op.create_index(op.f('ix_notices_region_code'), 'notices', ['region_code'], unique=False)
    op.create_table('transfers',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'paid', 'partly_paid', 'failed', name='transferstatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('batch_id', sa.BigInteger(), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('payee', sa.Enum('school', 'trainee', name='payee_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organization_id', sa.BigInteger(), nullable=True),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('account_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('answer', sa.String(length=200), nullable=False),
    sa.Column('answered_by', sa.String(length=40), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seal_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint("(payee = 'school') = (organization_id IS NOT NULL)", name=op.f('ck_transfers_payee_named')),
    sa.CheckConstraint('amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen', name=op.f('ck_transfers_paid_within_amount')),
    sa.ForeignKeyConstraint(['batch_id'], ['payment_batches.id'], name=op.f('fk_transfers_batch_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claims.id'], name=op.f('fk_transfers_claim_id')),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_transfers_organization_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_transfers_person_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_transfers_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers')),
    sa.UniqueConstraint('seal_id', name=op.f('uq_transfers_seal_id'))
    )
    op.create_index(op.f('ix_transfers_batch_id'), 'transfers', ['batch_id'], unique=False)
    op.create_index(op.f('ix_transfers_claim_id'), 'transfers', ['claim_id'], unique=False)
    op.create_index(op.f('ix_transfers_organization_id'), 'transfers', ['organization_id'], unique=False)
    op.create_index(op.f('ix_transfers_person_id'), 'transfers', ['person_id'], unique=False)
    op.create_index(op.f('ix_transfers_region_code'), 'transfers', ['region_code'], unique=False)
    op.create_table('receipts',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('transfer_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_on', sa.Date(), nullable=False),
    sa.Column('upload_id', sa.BigInteger(), nullable=True),
    sa.Column('by_key', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_receipts_amount_positive')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfers.id'], name=op.f('fk_receipts_transfer_id')),
    sa.ForeignKeyConstraint(['upload_id'], ['uploads.id'], name=op.f('fk_receipts_upload_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_receipts')),
    sa.UniqueConstraint('number', name='uq_receipts_number')
    )
    op.create_index(op.f('ix_receipts_transfer_id'), 'receipts', ['transfer_id'], unique=False)
    op.create_index(op.f('ix_receipts_upload_id'), 'receipts', ['upload_id'], unique=False)
    op.create_table('claim_lines',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('not_qualified', 'open', 'returned', 'rejected', 'held', 'approved', 'paid', 'withdrawn', name='linestatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('claim_id', sa.BigInteger(), nullable=False),
    sa.Column('class_id', sa.BigInteger(), nullable=False),
    sa.Column('seat_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('payee', sa.Enum('school', 'trainee', name='payee_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('certificate_id', sa.BigInteger(), nullable=True),
    sa.Column('asked_fen', sa.BigInteger(), nullable=False),
    sa.Column('cut_fen', sa.BigInteger(), nullable=False),
    sa.Column('cut_reason', sa.String(length=400), nullable=False),
    sa.Column('cut_answer', sa.Enum('agreed', 'contested', name='cutanswer_known', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('cut_final', sa.Boolean(), nullable=False),
    sa.Column('in_payment_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('quote', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("cut_fen = 0 OR cut_reason <> ''", name=op.f('ck_claim_lines_cut_with_reason')),
    sa.CheckConstraint('asked_fen >= 0 AND cut_fen >= 0 AND cut_fen <= asked_fen', name=op.f('ck_claim_lines_cut_within_asked')),
    sa.CheckConstraint('in_payment_fen >= 0 AND paid_fen >= 0 AND in_payment_fen + paid_fen <= asked_fen - cut_fen', name=op.f('ck_claim_lines_paid_within_amount')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificates.id'], name=op.f('fk_claim_lines_certificate_id')),
    sa.ForeignKeyConstraint(['claim_id'], ['claims.id'], name=op.f('fk_claim_lines_claim_id')),
    sa.ForeignKeyConstraint(['class_id'], ['classes.id'], name=op.f('fk_claim_lines_class_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_claim_lines_person_id')),
    sa.ForeignKeyConstraint(['seat_id'], ['seats.id'], name=op.f('fk_claim_lines_seat_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_lines'))
    )
    op.create_index(op.f('ix_claim_lines_certificate_id'), 'claim_lines', ['certificate_id'], unique=False)
    op.create_index(op.f('ix_claim_lines_claim_id'), 'claim_lines', ['claim_id'], unique=False)
    op.create_index(op.f('ix_claim_lines_class_id'), 'claim_lines', ['class_id'], unique=False)
    op.create_index(op.f('ix_claim_lines_person_id'), 'claim_lines', ['person_id'], unique=False)
    op.create_index(op.f('ix_claim_lines_seat_id'), 'claim_lines', ['seat_id'], unique=False)
    op.create_index('uq_claim_lines_seat_active', 'claim_lines', ['seat_id', 'payee'], unique=True, postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected', 'not_qualified')"))
    op.create_table('objections',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('open', 'upheld', 'dismissed', name='objectionstatus_known', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('notice_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('region_code', sa.String(length=12), nullable=False),
    sa.Column('text', sa.String(length=1000), nullable=False),
    sa.Column('contact_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.String(length=1000), nullable=False),
    sa.Column('answered_by', sa.String(length=40), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seal_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['claim_lines.id'], name=op.f('fk_objections_line_id')),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_objections_notice_id')),
    sa.ForeignKeyConstraint(['region_code'], ['regions.code'], name=op.f('fk_objections_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objections')),
    sa.UniqueConstraint('seal_id', name=op.f('uq_objections_seal_id'))
    )
    op.create_index(op.f('ix_objections_line_id'), 'objections', ['line_id'], unique=False)
    op.create_index(op.f('ix_objections_notice_id'), 'objections', ['notice_id'], unique=False)
    op.create_index(op.f('ix_objections_region_code'), 'objections', ['region_code'], unique=False)
    op.create_table('payment_parts',
    sa.Column('transfer_id', sa.BigInteger(), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('paid_fen', sa.BigInteger(), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.CheckConstraint('amount_fen > 0 AND paid_fen >= 0 AND paid_fen <= amount_fen', name=op.f('ck_payment_parts_paid_within_amount')),
    sa.ForeignKeyConstraint(['line_id'], ['claim_lines.id'], name=op.f('fk_payment_parts_line_id')),
    sa.ForeignKeyConstraint(['transfer_id'], ['transfers.id'], name=op.f('fk_payment_parts_transfer_id')),
    sa.PrimaryKeyConstraint('transfer_id', 'line_id', name=op.f('pk_payment_parts'))
    )
    op.create_index('uq_payment_parts_open', 'payment_parts', ['line_id'], unique=True, postgresql_where=sa.text('open'))
    _laws()


# laws
def _laws() -> None:
    """No status without its event (I7)."""
    for table in ("claims", "claim_lines", "objections", "payment_batches", "transfers",):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER law_status_has_event AFTER INSERT OR UPDATE OF status ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION law_status_has_event()"
        )
