"""Claims: the school's pages, the reviewers', everybody's notice, finance and treasury."""

from app.funding.views import (
    board,
    books,
    cards,
    claiming,
    claims,
    concluding,
    guardians,
    long_steps,
    notices,
    objections,
    own,
    payments,
    quarantine,
    recoveries,
    reviews,
    samples,
    ticked,
    tracing,
    transfers,
    trials,
    wording,
)
from app.funding.views.blueprint import bp
from app.kernel.access import Can, Role
from app.kernel.i18n import _l, _lp
from app.kernel.navigation import door, link
from app.ledger.references import refers

blueprints = (bp,)
PAYERS = (Role.SCHOOL_CLERK, Role.BUREAU_FINANCE, Role.TREASURY, Role.AUDITOR, Role.SIGNER)
RECOVERERS = (*PAYERS, Role.SECOND_REVIEWER, Role.TRAINING_OFFICER)
SAMPLERS = (Role.TRAINING_OFFICER, Role.INSPECTOR, Role.AUDITOR)
door(_lp("list", "补贴申领"), "funding.list_claims", Can.CLAIM_READ, icon="money", order=70)
door(_lp("list", "补贴申领"), "funding.list_own", Can.CLAIM_OWN, icon="money", order=70, roles=(Role.EMPLOYER,))
door(_lp("list", "异议"), "funding.list_objections", Can.OBJECTION_ANSWER, icon="bell", order=74)
door(_l("请款支付"), "funding.list_batches", Can.PAYMENT_READ, icon="paper", order=76, roles=PAYERS)
door(_l("追回"), "funding.list_recoveries", Can.RECOVERY_READ, icon="back", order=77, roles=RECOVERERS)
door(_l("付款抽查"), "funding.list_samples", Can.SAMPLE_READ, icon="trace", order=78, roles=SAMPLERS)
link("notices", "funding.list_notices")
refers("claim", _l("申领"), "funding.show_claim", "claim_id")
refers("recovery", _l("追回"), "funding.show_recovery", "recovery_id")
refers("attendance", _l("考勤"), "attendance.sheet", "class_id")
refers("class", _l("班次"), "classes.show_class", "class_id")

__all__ = [
    "blueprints",
    "board",
    "books",
    "cards",
    "claiming",
    "claims",
    "concluding",
    "guardians",
    "long_steps",
    "notices",
    "objections",
    "own",
    "payments",
    "quarantine",
    "recoveries",
    "reviews",
    "samples",
    "ticked",
    "tracing",
    "transfers",
    "trials",
    "wording",
]
