"""Budgets: how much there is, where it stands, and every movement."""

from flask import flash, render_template, request

from app.kernel import clock
from app.kernel.access import Can, actor, needs
from app.kernel.database import transaction
from app.kernel.errors import DomainError
from app.kernel.forms import error_on
from app.kernel.i18n import _
from app.kernel.web import see_other
from app.ledger import queries, service
from app.ledger.forms import AppropriationForm, BudgetForm, QuotaForm, UseAgainForm
from app.ledger.models import Budget, MovementKind
from app.ledger.references import reference_url
from app.ledger.views.blueprint import Answer, bp
from app.regions.queries import children, full_name, region


@bp.get("/budgets")
@needs(Can.BUDGET_READ)
def list_budgets() -> str:
    """The budgets of the area, each with its bar."""
    year = request.args.get("year", type=int)
    rows = queries.budgets_for(actor(), year=year)
    years = sorted({row.budget.year for row in queries.budgets_for(actor())}, reverse=True)
    return render_template("ledger/list_budgets.html", rows=rows, years=years, year=year)


def _budget_form() -> BudgetForm:
    form = BudgetForm()
    codes = [code for own in actor().area for code in (own, *(child.code for child in children(own)))]
    form.region_code.choices = [(code, full_name(code)) for code in dict.fromkeys(codes) if _pays(code)]
    return form


def _pays(code: str) -> bool:
    """Whether a region keeps budgets: a province, city, or county."""
    found = region(code)
    return found is not None and found.level <= 3


@bp.get("/budgets/new")
@needs(Can.BUDGET_WRITE)
def budget_form() -> str:
    """The form that opens a budget."""
    form = _budget_form()
    form.year.data = clock.today().year
    return render_template("ledger/open_budget.html", form=form)


@bp.post("/budgets/new")
@needs(Can.BUDGET_WRITE)
def open_budget() -> Answer:
    """Open a budget."""
    form = _budget_form()
    if form.validate():
        try:
            with transaction():
                budget = service.open_budget(
                    form.region_code.data, form.fund_source.data or "", form.year.data or 0, by=actor()
                )
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("预算已开账，接着登记下达的指标。"))
            return see_other("ledger.show_budget", budget_id=budget.id)
    return render_template("ledger/open_budget.html", form=form), 422


def budget_page(
    budget: Budget,
    form: AppropriationForm | None = None,
    quota: QuotaForm | None = None,
    again: UseAgainForm | None = None,
) -> str:
    """The page of one budget, with what was filled in and could not be done."""
    kind = request.args.get("kind", "")
    known = MovementKind(kind) if kind in set(MovementKind) else None
    standing = queries.standing(budget)
    return render_template(
        "ledger/show_budget.html",
        budget=budget,
        standing=standing,
        place=full_name(budget.region_code),
        trace_url=reference_url(f"tracing:{budget.id}"),
        page=queries.movements_page(budget.id, request.args.get("page", 1, type=int), kind=known),
        kinds=list(MovementKind),
        kind=known,
        forms={
            "appropriate": form or AppropriationForm(formdata=None),
            "quota": quota or QuotaForm(formdata=None, prefix="quota"),
            "again": again or UseAgainForm(formdata=None, prefix="again"),
        },
        quotas=queries.quotas_of(budget.id),
        outlook=queries.outlook(standing),
        year_end=queries.open_year_end(budget.id),
        may_close=clock.today() >= service.year_end(budget),
        next_budget=queries.budget(budget.carried_into_id) if budget.carried_into_id else None,
    )


@bp.get("/budgets/<int:budget_id>")
@needs(Can.BUDGET_READ)
def show_budget(budget_id: int) -> str:
    """One budget with its movements."""
    return budget_page(queries.budget_for(actor(), budget_id))


@bp.post("/budgets/<int:budget_id>/appropriate")
@needs(Can.BUDGET_WRITE)
def appropriate(budget_id: int) -> Answer:
    """Register appropriated money."""
    budget = queries.budget_for(actor(), budget_id)
    form = AppropriationForm()
    if form.validate():
        try:
            with transaction():
                service.appropriate(budget, form.amount.data, by=actor(), note=(form.note.data or "").strip())
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("指标已登记，可用数已经变了。"))
            return see_other("ledger.show_budget", budget_id=budget_id)
    return budget_page(budget, form), 422


@bp.post("/budgets/<int:budget_id>/use-again")
@needs(Can.BUDGET_WRITE)
def use_again(budget_id: int) -> Answer:
    """Let recovered money be spent again."""
    budget = queries.budget_for(actor(), budget_id)
    form = UseAgainForm(prefix="again")
    if form.validate():
        try:
            with transaction():
                service.use_again(budget, form.amount.data, by=actor(), note=form.note.data or "")
        except DomainError as error:
            error_on(form, error)
        else:
            flash(_("追回的钱已转回可用。"))
            return see_other("ledger.show_budget", budget_id=budget_id)
    return budget_page(budget, again=form), 422
