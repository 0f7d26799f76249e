"""Expected quotas: asked for by finance, decided by a leader."""

from flask import flash, render_template

from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.ledger import queries, service
from app.ledger.forms import DecisionForm, QuotaForm
from app.ledger.models import Quota
from app.ledger.views.blueprint import Answer, bp, history
from app.ledger.views.budgets import budget_page
from app.regions.queries import full_name


@bp.post("/budgets/<int:budget_id>/quotas")
@needs(Can.BUDGET_WRITE)
def ask_quota(budget_id: int) -> Answer:
    """Ask a leader for an expected quota."""
    budget = queries.budget_for(actor(), budget_id)
    form = QuotaForm(prefix="quota")
    if form.validate():
        try:
            with transaction():
                row = service.ask_quota(budget, form.amount.data, by=actor(), basis=form.basis.data or "")
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("已报领导批准。批准以后才能用。"))
            return see_other("ledger.show_quota", quota_id=row.id)
    return budget_page(budget, quota=form), 422


def _page(row: Quota, form: DecisionForm) -> str:
    return render_template(
        "ledger/show_quota.html",
        quota=row,
        standing=queries.standing(row.budget),
        place=full_name(row.budget.region_code),
        form=form,
        events=history(row),
        mine=bool({row.asked_by, row.asked_for}.intersection(actor().keys)),
    )


@bp.get("/quotas/<int:quota_id>")
@needs(Can.BUDGET_READ)
def show_quota(quota_id: int) -> str:
    """One expected quota, and what the leader may do with it."""
    return _page(queries.quota_for(actor(), quota_id), DecisionForm(formdata=None))


@bp.post("/quotas/<int:quota_id>/authorize")
@needs(Can.QUOTA_AUTHORIZE)
def authorize_quota(quota_id: int) -> Answer:
    """Authorise work against the expected quota."""
    row, form = queries.quota_for(actor(), quota_id), DecisionForm()
    if not form.validate():
        return _page(row, form), 422
    with transaction():
        service.authorize_quota(row, by=actor(), note=form.note.data or "")
    flash(_("已批准。可以据此批准开班，但在指标下达前不能支付。"))
    return see_other("ledger.show_quota", quota_id=quota_id)


@bp.post("/quotas/<int:quota_id>/refuse")
@needs(Can.QUOTA_AUTHORIZE)
def refuse_quota(quota_id: int) -> Answer:
    """Refuse the expected quota, with a reason."""
    row, form = queries.quota_for(actor(), quota_id), DecisionForm()
    if form.validate():
        try:
            with transaction():
                service.refuse_quota(row, by=actor(), note=form.note.data or "")
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("已答复不同意。"))
            return see_other("ledger.show_quota", quota_id=quota_id)
    return _page(row, form), 422


@bp.post("/quotas/<int:quota_id>/take-back")
@needs(Can.QUOTA_AUTHORIZE)
def take_back_quota(quota_id: int) -> Answer:
    """Take back what no appropriation has replaced yet."""
    row, form = queries.quota_for(actor(), quota_id), DecisionForm()
    if form.validate():
        try:
            with transaction():
                service.take_back_quota(row, by=actor(), note=form.note.data or "")
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("已收回。"))
            return see_other("ledger.show_quota", quota_id=quota_id)
    return _page(row, form), 422
