"""Inspections, phone checks and what they found."""

from alembic import op

revision = "0029"
down_revision = "0028"

ROLES = (
    "laborer village_officer township_officer school_clerk teacher assessor employer training_officer first_reviewer "
    "second_reviewer signer bureau_finance treasury inspector auditor administrator"
).split()


def upgrade() -> None:
    """Apply."""
    _role()


def _role() -> None:
    """One more role: the inspector."""
    op.drop_constraint(op.f("ck_user_roles_role_known"), "user_roles", type_="check")
    known = ", ".join(f"'{role}'" for role in ROLES)
    op.create_check_constraint(op.f("ck_user_roles_role_known"), "user_roles", f"role IN ({known})")
